// The first half is compiled once for each instruction set, where the compiler makes vectors of the
// loops: this file includes itself.
#include "runtime/sort/key_loops.h"

#include "runtime/sort/key.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/sort/key_loops.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace broadloom::sorting::HWY_NAMESPACE {
namespace {

template <typename Bits>
Bits Mask(bool flip) {
  return flip ? static_cast<Bits>(~Bits{0}) : Bits{0};
}

template <typename Key, typename Bits>
bool ToKeysOf(Key, const Bits* HWY_RESTRICT from, int64_t count, Bits mask,
              Bits* HWY_RESTRICT keys) {
  Bits lost = 0;
  for (int64_t i = 0; i < count; ++i) {
    const Bits key = Key::Of(from[i]);
    lost |= Key::Back(key) ^ from[i];
    keys[i] = key ^ mask;
  }
  return lost != 0;
}

template <typename Key, typename Bits>
void FromKeysOf(Key, Bits* keys, int64_t count, Bits mask) {
  for (int64_t i = 0; i < count; ++i) keys[i] = Key::Back(keys[i] ^ mask);
}

template <typename Key, typename Bits>
void ToWideKeysOf(Key, const Bits* HWY_RESTRICT from, int64_t count, Bits mask,
                  uint64_t* HWY_RESTRICT keys) {
  for (int64_t i = 0; i < count; ++i) keys[i] = static_cast<Bits>(Key::Of(from[i]) ^ mask);
}

bool ToKeys(Element element, const void* from, int64_t count, bool flip, void* keys) {
  bool lossy = false;
  WithKey(element, [&](auto key) {
    using Bits = typename decltype(key)::Bits;
    lossy = ToKeysOf(key, static_cast<const Bits*>(from), count, Mask<Bits>(flip),
                     static_cast<Bits*>(keys));
  });
  return lossy;
}

void FromKeys(Element element, void* keys, int64_t count, bool flip) {
  WithKey(element, [&](auto key) {
    using Bits = typename decltype(key)::Bits;
    FromKeysOf(key, static_cast<Bits*>(keys), count, Mask<Bits>(flip));
  });
}

void ToWideKeys(Element element, const void* from, int64_t count, bool flip, uint64_t* keys) {
  WithKey(element, [&](auto key) {
    using Bits = typename decltype(key)::Bits;
    ToWideKeysOf(key, static_cast<const Bits*>(from), count, Mask<Bits>(flip), keys);
  });
}

}  // namespace
}  // namespace broadloom::sorting::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace broadloom::sorting {
namespace {

HWY_EXPORT(ToKeys);
HWY_EXPORT(FromKeys);
HWY_EXPORT(ToWideKeys);

}  // namespace

bool ToKeys(Element element, const void* from, int64_t count, bool flip, void* keys) {
  return HWY_DYNAMIC_DISPATCH(ToKeys)(element, from, count, flip, keys);
}

void FromKeys(Element element, void* keys, int64_t count, bool flip) {
  HWY_DYNAMIC_DISPATCH(FromKeys)(element, keys, count, flip);
}

void ToWideKeys(Element element, const void* from, int64_t count, bool flip, uint64_t* keys) {
  HWY_DYNAMIC_DISPATCH(ToWideKeys)(element, from, count, flip, keys);
}

}  // namespace broadloom::sorting
#endif  // HWY_ONCE

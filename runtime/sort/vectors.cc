// The first half is compiled once for each instruction set: this file includes itself.
#include "runtime/sort/vectors.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/sort/vectors.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// These see the instruction set that it has chosen.
#include "hwy/contrib/sort/traits-inl.h"
#include "hwy/contrib/sort/vqsort-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace broadloom::sorting::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

template <typename Key>
int64_t CountBelowOf(const Key* keys, int64_t count, Key limit) {
  const hn::ScalableTag<Key> tag;
  const auto lanes = static_cast<int64_t>(hn::Lanes(tag));
  const auto limits = hn::Set(tag, limit);
  auto below = hn::Zero(tag);
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes)
    below = hn::Sub(below, hn::VecFromMask(tag, hn::Lt(hn::LoadU(tag, keys + i), limits)));
  auto result = static_cast<int64_t>(hn::GetLane(hn::SumOfLanes(tag, below)));
  for (; i < count; ++i) result += static_cast<int64_t>(keys[i] < limit);
  return result;
}

// Compares as signed: AVX2 has nothing else.
template <typename Key>
int64_t SelectOf(const Key* keys, int64_t count, Key low, Key high, Key* to) {
  const hn::ScalableTag<Key> tag;
  const hn::RebindToSigned<decltype(tag)> as_signed;
  const auto lanes = static_cast<int64_t>(hn::Lanes(tag));
  constexpr Key kSign = Key{1} << (8 * sizeof(Key) - 1);
  const auto offset = hn::Set(tag, static_cast<Key>(low + kSign));
  const auto width = hn::BitCast(as_signed, hn::Set(tag, static_cast<Key>(high - low + kSign)));
  Key* end = to;
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto vector = hn::LoadU(tag, keys + i);
    const auto distance = hn::BitCast(as_signed, hn::Sub(vector, offset));
    const auto inside = hn::Not(hn::RebindMask(tag, hn::Gt(distance, width)));
    hn::StoreU(hn::Compress(vector, inside), tag, end);
    end += hn::CountTrue(tag, inside);
  }
  for (; i < count; ++i) {
    *end = keys[i];
    end += static_cast<int64_t>(keys[i] >= low && keys[i] <= high);
  }
  return end - to;
}

// What vqsort's own entry does, which also asks the system for random numbers, at a quarter of a
// microsecond each time.
template <typename Key>
void SortOf(Key* keys, int64_t count) {
#if VQSORT_ENABLED
  namespace detail = hn::detail;
  const hn::SortTag<Key> tag;
  const detail::SharedTraits<detail::TraitsLane<detail::OrderAscending<Key>>> traits;
  const auto size = static_cast<size_t>(count);
  HWY_ALIGN Key buffer[hwy::SortConstants::BufNum<Key>(HWY_LANES(Key))];
  detail::Generator random(size * 0x9e3779b97f4a7c15u);
  detail::Recurse(tag, traits, keys, keys + size, size, buffer, random,
                  2 * hwy::CeilLog2(size) + 4);
#else
  std::sort(keys, keys + count);
#endif
}

void Sort16(uint16_t* keys, int64_t count) { SortOf(keys, count); }
void Sort32(uint32_t* keys, int64_t count) { SortOf(keys, count); }

// AVX2 compares signed integers only: sorting others takes it longer than making them such.
void Sort64(uint64_t* keys, int64_t count) {
#if HWY_TARGET == HWY_AVX2
  constexpr uint64_t kSign = uint64_t{1} << 63;
  const auto invert_signs = [=] {
    for (int64_t i = 0; i < count; ++i) keys[i] ^= kSign;
  };
  invert_signs();
  SortOf(reinterpret_cast<int64_t*>(keys), count);
  invert_signs();
#else
  SortOf(keys, count);
#endif
}

int64_t CountBelow32(const uint32_t* keys, int64_t count, uint32_t limit) {
  return CountBelowOf(keys, count, limit);
}
int64_t CountBelow64(const uint64_t* keys, int64_t count, uint64_t limit) {
  return CountBelowOf(keys, count, limit);
}
int64_t Select32(const uint32_t* keys, int64_t count, uint32_t low, uint32_t high, uint32_t* to) {
  return SelectOf(keys, count, low, high, to);
}
int64_t Select64(const uint64_t* keys, int64_t count, uint64_t low, uint64_t high, uint64_t* to) {
  return SelectOf(keys, count, low, high, to);
}

}  // namespace
}  // namespace broadloom::sorting::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace broadloom::sorting {
namespace {

HWY_EXPORT(Sort16);
HWY_EXPORT(Sort32);
HWY_EXPORT(Sort64);
HWY_EXPORT(CountBelow32);
HWY_EXPORT(CountBelow64);
HWY_EXPORT(Select32);
HWY_EXPORT(Select64);

constexpr int64_t kFew = 6;  // for which vectors are too long

}  // namespace

void SortVector(uint16_t* keys, int64_t count) {
  if (count <= kFew) return std::sort(keys, keys + count);
  HWY_DYNAMIC_DISPATCH(Sort16)(keys, count);
}
void SortVector(uint32_t* keys, int64_t count) {
  if (count <= kFew) return std::sort(keys, keys + count);
  HWY_DYNAMIC_DISPATCH(Sort32)(keys, count);
}
void SortVector(uint64_t* keys, int64_t count) {
  if (count <= kFew) return std::sort(keys, keys + count);
  HWY_DYNAMIC_DISPATCH(Sort64)(keys, count);
}

int64_t CountBelow(const uint32_t* keys, int64_t count, uint32_t limit) {
  return HWY_DYNAMIC_DISPATCH(CountBelow32)(keys, count, limit);
}
int64_t CountBelow(const uint64_t* keys, int64_t count, uint64_t limit) {
  return HWY_DYNAMIC_DISPATCH(CountBelow64)(keys, count, limit);
}
int64_t Select(const uint32_t* keys, int64_t count, uint32_t low, uint32_t high, uint32_t* to) {
  return HWY_DYNAMIC_DISPATCH(Select32)(keys, count, low, high, to);
}
int64_t Select(const uint64_t* keys, int64_t count, uint64_t low, uint64_t high, uint64_t* to) {
  return HWY_DYNAMIC_DISPATCH(Select64)(keys, count, low, high, to);
}

}  // namespace broadloom::sorting
#endif  // HWY_ONCE

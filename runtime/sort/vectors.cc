// The first half is compiled once for each instruction set: this file includes itself.
#include "runtime/sort/vectors.h"

#include <algorithm>

#include "hwy/contrib/sort/vqsort.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/sort/vectors.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
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

// AVX2 compares signed integers only: sorting others takes it longer than making them such, which
// inverts their highest bits. Says whether it did.
bool MakeSigned64([[maybe_unused]] uint64_t* keys, [[maybe_unused]] int64_t count) {
#if HWY_TARGET == HWY_AVX2
  const hn::ScalableTag<uint64_t> tag;
  const auto lanes = static_cast<int64_t>(hn::Lanes(tag));
  const auto sign = hn::Set(tag, uint64_t{1} << 63);
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes)
    hn::StoreU(hn::Xor(hn::LoadU(tag, keys + i), sign), tag, keys + i);
  for (; i < count; ++i) keys[i] ^= uint64_t{1} << 63;
  return true;
#else
  return false;
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

HWY_EXPORT(MakeSigned64);
HWY_EXPORT(CountBelow32);
HWY_EXPORT(CountBelow64);
HWY_EXPORT(Select32);
HWY_EXPORT(Select64);

constexpr int64_t kTiny = 40;  // vqsort takes a quarter of a microsecond to begin

template <typename Key>
void SortByVqsort(Key* keys, int64_t count) {
  const hwy::Sorter sorter;
  sorter(keys, static_cast<size_t>(count), hwy::SortAscending());
}

template <typename Key>
void SortVectorOf(Key* keys, int64_t count) {
  if (count <= kTiny) return std::sort(keys, keys + count);
  SortByVqsort(keys, count);
}

}  // namespace

void SortVector(uint8_t* keys, int64_t count) { std::sort(keys, keys + count); }
void SortVector(uint16_t* keys, int64_t count) { SortVectorOf(keys, count); }
void SortVector(uint32_t* keys, int64_t count) { SortVectorOf(keys, count); }
void SortVector(uint64_t* keys, int64_t count) {
  const auto make_signed = HWY_DYNAMIC_DISPATCH(MakeSigned64);
  if (count <= kTiny || !make_signed(keys, count)) return SortVectorOf(keys, count);
  SortByVqsort(reinterpret_cast<int64_t*>(keys), count);
  make_signed(keys, count);
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

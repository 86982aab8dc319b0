// Integers that lie close together are looked up in a table, all else in a sorted vector.
#include <algorithm>
#include <atomic>
#include <cstring>

#include "frontend/rearrange.h"
#include "frontend/sorting.h"
#include "frontend/sorting/elements.h"
#include "frontend/sorting/search.h"

namespace broadloom {
namespace {

bool IsSigned(DataType dtype) { return dtype >= DataType::int8 && dtype <= DataType::int64; }

template <typename T>
struct Span {
  T least, largest;
  uint64_t width() const { return static_cast<uint64_t>(largest) - static_cast<uint64_t>(least); }
};

template <typename T>
Span<T> SpanOf(const Array& x) {
  return {min(x).item<T>(), max(x).item<T>()};
}

// As NumPy has it: a table that is not much longer than the operands.
bool IsWorthATable(uint64_t width, int64_t elements) {
  return width <= 6 * static_cast<uint64_t>(elements);
}

template <typename T>
void LookUp(const Array& keys, const Array& tests, const Span<T>& span, bool invert,
            uint8_t* results) {
  const Fresh known =
      Zeros(keys.context(), DataType::bool_, static_cast<int64_t>(span.width()) + 1);
  auto* const table = reinterpret_cast<uint8_t*>(known.data);
  const T *const test = ElementsOf<T>(tests), *const key = ElementsOf<T>(keys);
  const auto offset = [=](T x) {
    return static_cast<uint64_t>(x) - static_cast<uint64_t>(span.least);
  };
  ParallelFor(keys.context(), tests.size(), 2, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)  // two threads may write the same byte
      std::atomic_ref<uint8_t>(table[offset(test[i])]).store(1, std::memory_order_relaxed);
  });
  ParallelFor(keys.context(), keys.size(), 2, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const uint64_t at = offset(key[i]);
      results[i] = (at <= span.width() && table[at] != 0) != invert;
    }
  });
}

template <typename T>
void FindAll(const Array& keys, const Array& sorted, bool invert, uint8_t* results) {
  const T *const key = ElementsOf<T>(keys), *const known = ElementsOf<T>(sorted);
  const int64_t count = sorted.size();
  FindPlaces(sorted, keys, Side::left, [=](int64_t first, int64_t size, const int64_t* places) {
    for (int64_t i = 0; i < size; ++i)
      results[first + i] = (places[i] < count && known[places[i]] == key[first + i]) != invert;
  });
}

Array IsInAs(DataType dtype, const Array& x, const Array& tests, bool invert) {
  const Array keys = Dense(x, dtype), dense = Dense(tests, dtype);
  const Fresh result = MakeFresh(x.context(), DataType::bool_, x.shape());
  auto* const results = reinterpret_cast<uint8_t*>(result.data);
  WithNumber(dtype, [&](auto element) {
    using T = decltype(element);
    if constexpr (std::is_integral_v<T>) {
      if (tests.size() > 0 && keys.size() > 0) {
        const Span<T> span = SpanOf<T>(dense);
        if (IsWorthATable(span.width(), keys.size() + tests.size()))
          return LookUp(keys, dense, span, invert, results);
      }
    }
    FindAll<T>(keys, sort(dense, {}), invert, results);
  });
  return result.array;
}

}  // namespace

Array isin(const Array& x, const Array& tests, bool invert) {
  const DataType dtype = result_type(x.dtype(), tests.dtype());
  if (IsHalf(dtype)) return IsInAs(DataType::float32, x, tests, invert);
  if (!IsInexact(dtype) || IsInexact(x.dtype()) || IsInexact(tests.dtype()))
    return IsInAs(dtype, x, tests, invert);
  // uint64 beside signed integers: not as float64, which does not hold them all.
  const Array known = Dense(Flat(tests), tests.dtype());
  if (IsSigned(tests.dtype()))
    return IsInAs(DataType::uint64, x, compress(greater_equal(known, 0), known), invert);
  return IsInAs(DataType::int64, x, compress(less_equal(known, INT64_MAX), known), invert);
}

}  // namespace broadloom

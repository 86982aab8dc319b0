// Sets are sorted vectors; equal elements are neighbours there.
#include <algorithm>

#include "frontend/sorting.h"
#include "frontend/sorting/elements.h"

namespace broadloom {
namespace {

Array FlatDense(const Array& x) { return Dense(Flat(x), x.dtype()); }

// The elements without the last, and without the first.
Array Left(const Array& x) { return index(x, {Slice{{}, -1, {}}}); }
Array Right(const Array& x) { return index(x, {Slice{1, {}, {}}}); }

Array True(Context& context) { return ones({1}, DataType::bool_, &context); }

// Whether an element of a sorted vector is not as the one before it.
Array Begins(const Array& sorted, bool equal_nan) {
  if (sorted.size() == 0) return zeros({0}, DataType::bool_, &sorted.context());
  const Array left = Left(sorted), right = Right(sorted);
  Array differ = not_equal(left, right);
  if (equal_nan && IsInexact(sorted.dtype()))
    differ = bitwise_and(differ, logical_not(bitwise_and(isnan(left), isnan(right))));
  return Dense(concat({True(sorted.context()), differ}), DataType::bool_);
}

// order[i] is the place of an element of the group to which the i-th sorted one belongs.
Array Inverse(const Array& order, const Array& begins) {
  const Fresh result = MakeFresh(order.context(), DataType::int64, order.shape());
  auto* const groups = reinterpret_cast<int64_t*>(result.data);
  const int64_t* const places = ElementsOf<int64_t>(order);
  const auto* const is_first = ElementsOf<uint8_t>(begins);
  int64_t group = -1;
  for (int64_t i = 0; i < order.size(); ++i) {
    group += is_first[i];
    groups[places[i]] = group;
  }
  return result.array;
}

Array Lengths(const Array& starts, int64_t count) {
  const Fresh result = MakeFresh(starts.context(), DataType::int64, starts.shape());
  auto* const lengths = reinterpret_cast<int64_t*>(result.data);
  const int64_t* const from = ElementsOf<int64_t>(starts);
  const int64_t groups = starts.size();
  for (int64_t i = 0; i < groups; ++i)
    lengths[i] = (i + 1 < groups ? from[i + 1] : count) - from[i];
  return result.array;
}

template <typename T>
void FindAll(const Array& keys, const Array& sorted, bool invert, uint8_t* results) {
  const T *const key = ElementsOf<T>(keys), *const first = ElementsOf<T>(sorted);
  const T* const last = first + sorted.size();
  const double cost = 4 + 4 * std::log2(1.0 + static_cast<double>(sorted.size()));
  ParallelFor(keys.context(), keys.size(), cost, [=](int64_t begin, int64_t end) {
    const auto before = [](T a, T b) { return Before(a, b); };
    for (int64_t i = begin; i < end; ++i)
      results[i] = (!IsNaN(key[i]) && std::binary_search(first, last, key[i], before)) != invert;
  });
}

Array IsInAs(DataType dtype, const Array& x, const Array& tests, bool invert) {
  const Array keys = Dense(x, dtype), sorted = sort(As(tests, dtype), {});
  const Fresh result = MakeFresh(x.context(), DataType::bool_, x.shape());
  WithElement(dtype, [&](auto element) {
    FindAll<decltype(element)>(keys, sorted, invert, reinterpret_cast<uint8_t*>(result.data));
  });
  return result.array;
}

bool IsSigned(DataType dtype) { return dtype >= DataType::int8 && dtype <= DataType::int64; }

Array Elements(const Array& x, bool assume_unique) {
  return assume_unique ? FlatDense(x) : unique_values(x, true);
}

}  // namespace

Array unique_values(const Array& x, bool equal_nan) {
  const Array sorted = sort(x, {});
  return take(sorted, flatnonzero(Begins(sorted, equal_nan)));
}

Unique unique_all(const Array& x, bool equal_nan) {
  const Array flat = FlatDense(x), order = argsort(flat), sorted = take(flat, order);
  const Array begins = Begins(sorted, equal_nan), starts = flatnonzero(begins);
  return {take(sorted, starts), take(order, starts),
          reshape(Inverse(order, Dense(begins, DataType::bool_)), x.shape()),
          Lengths(starts, flat.size())};
}

Array isin(const Array& x, const Array& tests, bool invert) {
  const DataType dtype = result_type(x.dtype(), tests.dtype());
  if (!IsInexact(dtype) || IsInexact(x.dtype()) || IsInexact(tests.dtype()))
    return IsInAs(dtype, x, tests, invert);
  // uint64 beside signed integers: not as float64, which does not hold them all.
  if (IsSigned(tests.dtype())) {
    const Array flat = FlatDense(tests);
    return IsInAs(DataType::uint64, x, compress(greater_equal(flat, 0), flat), invert);
  }
  const Array known = FlatDense(tests);
  const Array fitting = compress(less_equal(known, INT64_MAX), known);
  return IsInAs(DataType::int64, x, fitting, invert);
}

Array union1d(const Array& x, const Array& y) {
  return unique_values(concat({Flat(x), Flat(y)}), true);
}

Array intersect1d(const Array& x, const Array& y, bool assume_unique) {
  const Array sorted = sort(concat({Elements(x, assume_unique), Elements(y, assume_unique)}), {});
  return compress(equal(Left(sorted), Right(sorted)), Left(sorted));
}

Intersection intersect1d_indices(const Array& x, const Array& y, bool assume_unique) {
  Unique a, b;
  if (!assume_unique) a = unique_all(x, true), b = unique_all(y, true);
  const Array first = assume_unique ? FlatDense(x) : a.values;
  const Array joined = concat({first, assume_unique ? FlatDense(y) : b.values});
  const Array order = argsort(joined), sorted = take(joined, order);
  const Array twice = flatnonzero(equal(Left(sorted), Right(sorted)));
  const Array in_x = take(order, twice);
  const Array in_y = subtract(take(order, add(twice, 1)), first.size());
  if (assume_unique) return {take(sorted, twice), in_x, in_y.eval()};
  return {take(sorted, twice), take(a.indices, in_x), take(b.indices, in_y)};
}

Array setdiff1d(const Array& x, const Array& y, bool assume_unique) {
  const Array elements = Elements(x, assume_unique);
  return compress(isin(elements, y, true), elements);
}

Array setxor1d(const Array& x, const Array& y, bool assume_unique) {
  Array joined = concat({Elements(x, assume_unique), Elements(y, assume_unique)});
  if (joined.size() == 0) return joined;
  const Array sorted = sort(joined, {}), end = True(joined.context());
  const Array differ = not_equal(Left(sorted), Right(sorted));
  return compress(bitwise_and(concat({end, differ}), concat({differ, end})), sorted);
}

}  // namespace broadloom

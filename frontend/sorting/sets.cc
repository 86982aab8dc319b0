// Arrays as sets of their elements, which are neighbours in sorted vectors.
#include "frontend/sorting.h"
#include "frontend/sorting/elements.h"

namespace broadloom {
namespace {

Array FlatDense(const Array& x) { return Dense(Flat(x), x.dtype()); }

// The elements without the last, and without the first.
Array Left(const Array& x) { return index(x, {Slice{{}, -1, {}}}); }
Array Right(const Array& x) { return index(x, {Slice{1, {}, {}}}); }

Array Elements(const Array& x, bool assume_unique) {
  return assume_unique ? FlatDense(x) : unique_values(x, true);
}

}  // namespace

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
  const Array sorted = sort(joined, {}), end = ones({1}, DataType::bool_, &joined.context());
  const Array differ = not_equal(Left(sorted), Right(sorted));
  return compress(bitwise_and(concat({end, differ}), concat({differ, end})), sorted);
}

}  // namespace broadloom

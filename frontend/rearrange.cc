// Moving, repeating and masking elements, by views.
#include "frontend/rearrange.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"

namespace broadloom {
namespace {

// In the order given, from 0.
std::vector<int64_t> AxesInOrder(const std::vector<int64_t>& axes, int rank, const char* name) {
  NormalizedAxes(AxisList(axes), rank, name);
  std::vector<int64_t> normalized;
  for (int64_t axis : axes) normalized.push_back(axis < 0 ? axis + rank : axis);
  return normalized;
}

int64_t OneAxis(int64_t axis, int rank, const char* name) {
  return AxesInOrder({axis}, rank, name)[0];
}

// x[:, ..., which] of the axis.
Array Along(const Array& x, int64_t axis, const Index& which) {
  std::vector<Index> items(static_cast<size_t>(axis), Slice{});
  items.push_back(which);
  return index(x, items);
}

// Fresh. The flattened array lies in C order.
Array CopyInC(const Array& x) { return copy(reshape(reshape(x, {x.size()}), x.shape())); }

// Where column - row <= k, over the last two axes.
Array IsBelow(int64_t rows, int64_t columns, int64_t k, Context& context) {
  k = std::clamp(k, -rows, columns);
  const auto count = [&](int64_t n) { return arange(0, n, 1, DataType::int64, &context); };
  return less_equal(count(columns), add(reshape(count(rows), {rows, 1}), k));
}

Array KeepWhere(const Array& x, const char* name, int64_t k, bool below) {
  if (x.ndim() == 0)
    throw Error(ErrorCode::type_error, absl::StrCat(name, ": a number has no diagonal"));
  if (x.ndim() == 1)  // as NumPy repeats it
    return KeepWhere(broadcast_to(x, {x.size(), x.size()}), name, k, below);
  const Sizes shape = x.shape();
  const int64_t last = below || k == std::numeric_limits<int64_t>::min() ? k : k - 1;
  const Array mask = IsBelow(shape[shape.size() - 2], shape.back(), last, x.context());
  const Array zero = zeros({}, x.dtype(), &x.context());
  return below ? where(mask, x, zero) : where(mask, zero, x);
}

}  // namespace

std::vector<int64_t> memory_order(const Array& x) {
  const auto& order = ExprOf(x)->layout.order;
  return {order.begin(), order.end()};
}

Array moveaxis(const Array& x, const std::vector<int64_t>& source,
               const std::vector<int64_t>& destination) {
  const std::vector<int64_t> from = AxesInOrder(source, x.ndim(), "moveaxis"),
                             to = AxesInOrder(destination, x.ndim(), "moveaxis");
  if (source.size() != destination.size())
    throw Error(ErrorCode::invalid_argument,
                "moveaxis: `source` and `destination` must have the same number of axes");
  std::vector<int64_t> order(static_cast<size_t>(x.ndim()), -1);
  for (size_t i = 0; i < from.size(); ++i) order[to[i]] = from[i];
  int64_t next = 0;
  for (int64_t& axis : order) {
    if (axis >= 0) continue;
    while (std::find(from.begin(), from.end(), next) != from.end()) ++next;
    axis = next++;
  }
  return permute_dims(x, order);
}

Array swapaxes(const Array& x, int64_t first, int64_t second) {
  std::vector<int64_t> order(static_cast<size_t>(x.ndim()));
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[OneAxis(first, x.ndim(), "swapaxes")],
            order[OneAxis(second, x.ndim(), "swapaxes")]);
  return permute_dims(x, order);
}

std::vector<Array> unstack(const Array& x, int64_t axis) {
  if (x.ndim() == 0)
    throw Error(ErrorCode::invalid_argument, "unstack: a number has no axis to be taken apart");
  const int64_t along = OneAxis(axis, x.ndim(), "unstack");
  std::vector<Array> parts;
  for (int64_t i = 0; i < x.shape()[along]; ++i) parts.push_back(Along(x, along, i));
  return parts;
}

std::vector<Array> broadcast_arrays(const std::vector<Array>& arrays) {
  std::vector<Sizes> shapes;
  for (const Array& array : arrays) shapes.push_back(array.shape());
  const Sizes shape = broadcast_shapes(shapes);
  std::vector<Array> results;
  for (const Array& array : arrays) results.push_back(broadcast_to(array, shape));
  return results;
}

std::vector<Array> meshgrid(const std::vector<Array>& vectors, bool xy, bool sparse, bool copies) {
  const size_t rank = vectors.size();
  const auto axis_of = [&](size_t i) { return xy && rank > 1 && i < 2 ? 1 - i : i; };
  std::vector<Array> grids;
  Sizes whole(rank, 1);
  for (size_t i = 0; i < rank; ++i) {
    Sizes shape(rank, 1);
    shape[axis_of(i)] = whole[axis_of(i)] = vectors[i].size();
    grids.push_back(reshape(vectors[i], shape));
  }
  for (Array& grid : grids) {
    if (!sparse) grid = broadcast_to(grid, whole);
    if (copies) grid = CopyInC(grid);
  }
  return grids;
}

std::vector<Array> sparse_indices(const Sizes& shape, DataType dtype, Context* context) {
  std::vector<Array> parts;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    Sizes own(shape.size(), 1);
    own[axis] = std::max<int64_t>(shape[axis], 0);
    parts.push_back(reshape(arange(0, shape[axis], 1, dtype, context), own));
  }
  return parts;
}

// Every element picks its index, so that the whole fuses.
Array indices(const Sizes& shape, DataType dtype, Context* context) {
  Sizes whole = shape;
  whole.insert(whole.begin(), static_cast<int64_t>(shape.size()));
  Array empty = zeros(whole, dtype, context);
  if (empty.size() == 0) return empty;
  const std::vector<Array> parts = sparse_indices(shape, dtype, context);
  Sizes first(whole.size(), 1);
  first[0] = whole[0];
  const Array which = reshape(arange(0, whole[0], 1, DataType::int64, context), first);
  if (parts.size() == 1) return reshape(parts[0], whole);
  Array result = parts.back();
  for (int64_t axis = whole[0] - 2; axis >= 0; --axis)
    result = where(equal(which, axis), parts[axis], result);
  return result;
}

// Products in NumPy's sequence, written from the last column on unless `increasing`. The first
// column, of ones, would change complex infinities.
Array vander(const Array& x, std::optional<int64_t> columns, bool increasing) {
  if (x.ndim() != 1)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("vander: x has ", x.ndim(), " dimensions, not 1"));
  const int64_t n = x.size(), m = columns.value_or(n);
  Array one =
      ones({n, std::min<int64_t>(m, 1)}, result_type(x.dtype(), DataType::int64), &x.context());
  const Array base = reshape(astype(x, one.dtype()), {n, 1});
  if (m < 2) return one;
  Array powers;
  if (one.dtype() >= DataType::complex64) {
    powers = concat({one, cumulative_prod(broadcast_to(base, {n, m - 1}), 1)}, 1);
  } else {
    const Array numbers = arange(0, m, 1, DataType::int64, &x.context());
    powers = cumulative_prod(where(equal(numbers, 0), one, base), 1);
  }
  if (increasing) return powers;
  const Array result = zeros(powers.shape(), powers.dtype(), &x.context());
  assign(flip(result, {1}), powers);
  return result;
}

Array tril(const Array& x, int64_t k) { return KeepWhere(x, "tril", k, /*below=*/true); }
Array triu(const Array& x, int64_t k) { return KeepWhere(x, "triu", k, /*below=*/false); }

Array tri(int64_t rows, int64_t columns, int64_t k, DataType dtype, Context* context) {
  return astype(IsBelow(rows, columns, k, context == nullptr ? default_context() : *context),
                dtype);
}

Array rollaxis(const Array& x, int64_t axis, int64_t start) {
  const int64_t rank = x.ndim(), from = OneAxis(axis, x.ndim(), "rollaxis");
  const int64_t before = start < 0 ? start + rank : start;
  if (before < 0 || before > rank)
    throw Error(ErrorCode::axis, absl::StrCat("rollaxis: `start` is from ", -rank, " to ", rank,
                                              " for this array, not ", start));
  return moveaxis(x, {from}, {from < before ? before - 1 : before});
}

Array fliplr(const Array& x) {
  if (x.ndim() < 2)
    throw Error(ErrorCode::invalid_argument, "fliplr: an array of at least 2 axes is needed");
  return flip(x, {1});
}

Array flipud(const Array& x) {
  if (x.ndim() < 1)
    throw Error(ErrorCode::invalid_argument, "flipud: an array of at least 1 axis is needed");
  return flip(x, {0});
}

Array rot90(const Array& x, int64_t times, int64_t first, int64_t second) {
  const int64_t rank = x.ndim();
  if (first == second || std::abs(first - second) == rank)
    throw Error(ErrorCode::invalid_argument, "rot90: axes must be different");
  for (int64_t axis : {first, second}) {
    if (axis < -rank || axis >= rank)
      throw Error(ErrorCode::invalid_argument,
                  absl::StrCat("rot90: axis ", axis, " is out of range for ", rank, " axes"));
  }
  switch (times & 3) {
    case 0: return index(x, {Ellipsis{}});
    case 1: return swapaxes(flip(x, AxisList(std::vector{second})), first, second);
    case 2: return flip(x, {first, second});
    default: return flip(swapaxes(x, first, second), AxisList(std::vector{second}));
  }
}

Array atleast_1d(const Array& x) { return x.ndim() < 1 ? reshape(x, {1}) : x; }

Array atleast_2d(const Array& x) {
  return x.ndim() < 1 ? reshape(x, {1, 1}) : x.ndim() < 2 ? expand_dims(x, {0}) : x;
}

Array atleast_3d(const Array& x) {
  return x.ndim() < 2 ? expand_dims(atleast_2d(x), {2}) : x.ndim() < 3 ? expand_dims(x, {2}) : x;
}

}  // namespace broadloom

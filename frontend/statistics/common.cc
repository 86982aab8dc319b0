// Axes, weights and memory.
#include "frontend/statistics/common.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "frontend/convert.h"

namespace broadloom {
namespace {

std::string ShapeText(const Sizes& shape) { return "(" + absl::StrJoin(shape, ", ") + ")"; }

}  // namespace

int64_t AxisOf(int64_t axis, int rank, const char* what) {
  return NormalizedAxes(AxisList({axis}), rank, what)[0];
}

std::vector<int64_t> AxesOf(const AxisList& axes, int rank, const char* what) {
  const Axes sorted = NormalizedAxes(axes, rank, what);
  if (!axes.axes().has_value()) return {sorted.begin(), sorted.end()};
  std::vector<int64_t> normal;
  for (int64_t axis : *axes.axes()) normal.push_back(axis < 0 ? axis + rank : axis);
  return normal;
}

Array AlongAxis(const Array& x, int64_t axis, const Slice& slice) {
  std::vector<Index> items(x.ndim(), Slice{});
  items[axis] = slice;
  return index(x, items);
}

Array WeightsFor(const Array& weights, const Array& x, const AxisList& given, const char* what) {
  const Sizes shape = x.shape();
  if (weights.shape() == shape) return weights;
  if (!given.axes().has_value())
    throw Error(ErrorCode::type_error,
                absl::StrCat(what, ": Axis must be specified when shapes of a ", ShapeText(shape),
                             " and weights ", ShapeText(weights.shape()), " differ."));
  const std::vector<int64_t> axes = AxesOf(given, x.ndim(), what);
  Sizes expected, spread(shape.size(), 1);
  std::vector<int64_t> order(axes.size());
  for (size_t i = 0; i < axes.size(); ++i) {
    expected.push_back(shape[axes[i]]);
    spread[axes[i]] = shape[axes[i]];
    order[i] = static_cast<int64_t>(i);
  }
  if (weights.shape() != expected)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(what, ": Shape of weights ", ShapeText(weights.shape()),
                             " must be consistent with shape of a ", ShapeText(shape),
                             " along specified axis."));
  std::sort(order.begin(), order.end(), [&](int64_t i, int64_t j) { return axes[i] < axes[j]; });
  return reshape(permute_dims(weights, order), spread);
}

Rows RowsOf(const Sizes& shape, const AxisList& axes, const char* what) {
  const int rank = static_cast<int>(shape.size());
  const std::vector<int64_t> reduced = AxesOf(axes, rank, what);
  Rows rows;
  rows.reduced.resize(shape.size());
  for (int64_t axis = 0; axis < rank; ++axis) {
    if (std::find(reduced.begin(), reduced.end(), axis) != reduced.end()) continue;
    rows.order.push_back(axis);
    rows.kept.push_back(shape[axis]);
    rows.count *= shape[axis];
  }
  for (int64_t axis : reduced) {
    rows.order.push_back(axis);
    rows.reduced[axis] = true;
    rows.length *= shape[axis];
  }
  return rows;
}

void CheckRowsOfNothing(const Rows& rows, const AxisList& axes, const char* what) {
  if (rows.count == 0 && axes.axes().has_value() && axes.axes()->size() != 1)
    throw Error(
        ErrorCode::invalid_argument,
        absl::StrCat(what, ": rows of no elements have no length: the result has the shape ",
                     ShapeText(rows.kept)));
}

Array WithReducedAxes(const Array& results, const Rows& rows) {
  std::vector<Index> items = {Ellipsis{}};
  for (bool is_reduced : rows.reduced)
    items.push_back(is_reduced ? Index(NewAxis{}) : Index(Slice{}));
  return index(results, items);
}

Fresh Zeros(Context& context, DataType dtype, int64_t count) {
  const Fresh fresh = MakeFresh(context, dtype, {count});
  std::memset(fresh.data, 0, count * itemsize(dtype));
  return fresh;
}

void CheckReal(const Array& x, const char* what) {
  if (IsComplex(x.dtype()))
    throw Error(ErrorCode::type_error,
                absl::StrCat(what, ": needs an array of real numbers, not ", to_string(x.dtype())));
}

}  // namespace broadloom

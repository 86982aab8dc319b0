// Cumulative functions, and arrays joined to one.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/dense.h"
#include "frontend/memory.h"

namespace broadloom {
namespace {

// In the memory order of x, as NumPy's results lie.
Array AlongAxis(Op op, const Array& x, int64_t axis, Attrs attrs) {
  const auto& order = ExprOf(x)->layout.order;
  std::vector<int64_t> axes(order.begin(), order.end()), back(axes.size());
  for (size_t k = 0; k < axes.size(); ++k) back[axes[k]] = static_cast<int64_t>(k);
  attrs.Set(AttrName::k_axis, back[axis]);
  if (std::is_sorted(axes.begin(), axes.end())) return Make(op, {ExprOf(x)}, std::move(attrs));
  const Array result = Make(op, {ExprOf(permute_dims(x, axes))}, std::move(attrs));
  return permute_dims(result, back);
}

Array Cumulative(Op op, const Array& x, std::optional<int> axis, std::optional<DataType> dtype) {
  if (!axis.has_value() || x.ndim() == 0) {
    if (axis.has_value() && !IsAxisOfNumber(*axis, 0))
      NormalizedAxes(*axis, 0, InfoOf(op).name.data());
    const Array flat = reshape(x, {-1});
    return Cumulative(op, flat, 0, dtype);
  }
  const Axes normalized = NormalizedAxes(*axis, x.ndim(), InfoOf(op).name.data());
  Attrs attrs;
  if (!dtype.has_value()) return AlongAxis(op, x, normalized[0], std::move(attrs));
  const Array cast = x.dtype() == *dtype ? x : astype(x, *dtype);
  attrs.Set(AttrName::k_dtype, ToDType(*dtype));
  return AlongAxis(op, cast, normalized[0], std::move(attrs));
}

// What all parts of a `concat` have in common.
Sizes JointShape(const std::vector<Array>& arrays, int64_t axis) {
  Sizes shape = arrays[0].shape();
  shape[axis] = 0;
  for (size_t i = 0; i < arrays.size(); ++i) {
    const Sizes own = arrays[i].shape();
    bool fits = own.size() == shape.size();
    for (size_t k = 0; fits && k < own.size(); ++k)
      fits = static_cast<int64_t>(k) == axis || own[k] == shape[k];
    if (!fits)
      throw Error(ErrorCode::invalid_argument,
                  absl::StrCat("concat: array ", i, " has the shape ", ToString(ToShape(own)),
                               ", array 0 ", ToString(ToShape(arrays[0].shape())),
                               "; all but axis ", axis, " must agree"));
    shape[axis] += own[axis];
  }
  return shape;
}

}  // namespace

Array cumulative_sum(const Array& x, std::optional<int> axis, std::optional<DataType> dtype) {
  return Cumulative(Op::k_cumulative_sum, x, axis, dtype);
}
Array cumulative_prod(const Array& x, std::optional<int> axis, std::optional<DataType> dtype) {
  return Cumulative(Op::k_cumulative_prod, x, axis, dtype);
}
Array cumulative_max(const Array& x, std::optional<int> axis) {
  return Cumulative(Op::k_cumulative_max, x, axis, {});
}
Array cumulative_min(const Array& x, std::optional<int> axis) {
  return Cumulative(Op::k_cumulative_min, x, axis, {});
}

Array logcumsumexp(const Array& x, std::optional<int> axis, std::optional<DataType> dtype) {
  const DType type = dtype.has_value() ? ToDType(*dtype) : FloatingFor(ToDType(x.dtype()));
  if (!type.is_floating())
    throw Error(ErrorCode::type_error,
                absl::StrCat("logcumsumexp: is defined for real floats, not ", type.name()));
  return Cumulative(Op::k_cumulative_logaddexp, astype(x, ToDataType(type)), axis, {});
}

Array concat(const std::vector<Array>& arrays, std::optional<int> axis) {
  if (arrays.empty()) throw Error(ErrorCode::invalid_argument, "concat: need at least one array");
  std::vector<Array> parts = arrays;
  if (!axis.has_value()) {
    for (Array& part : parts) part = reshape(part, {-1});
  } else if (parts[0].ndim() == 0) {
    throw Error(ErrorCode::invalid_argument,
                "concat: zero-dimensional arrays cannot be concatenated");
  }
  const int64_t along = NormalizedAxes(axis.value_or(0), parts[0].ndim(), "concat")[0];
  const Sizes shape = JointShape(parts, along);
  std::vector<DataType> dtypes;
  for (const Array& part : parts) dtypes.push_back(part.dtype());
  const DataType dtype = result_type(dtypes);
  for (Array& part : parts) part = (part.dtype() == dtype ? part : astype(part, dtype)).eval();
  const Fresh result = MakeFresh(parts[0].context(), dtype, shape);
  const Dims strides = ExprOf(result.array)->storage.strides;
  char* to = result.data;
  for (const Array& part : parts) {
    const Expr& from = *ExprOf(part);
    CopyStrided(from.shape, from.dtype.size(), {to, strides},
                {AddressOf(from.storage), from.storage.strides});
    to += from.shape[along].value() * strides[along];
  }
  return result.array;
}

Array stack(const std::vector<Array>& arrays, int axis) {
  if (arrays.empty()) throw Error(ErrorCode::invalid_argument, "stack: need at least one array");
  std::vector<Array> parts;
  for (const Array& array : arrays) {
    if (array.shape() != arrays[0].shape())
      throw Error(ErrorCode::invalid_argument, "stack: all input arrays must have the same shape");
    parts.push_back(expand_dims(array, axis));
  }
  return concat(parts, static_cast<int>(NormalizedAxes(axis, arrays[0].ndim() + 1, "stack")[0]));
}

}  // namespace broadloom

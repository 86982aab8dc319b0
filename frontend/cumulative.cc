// Cumulative functions.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/layout.h"

namespace broadloom {
namespace {

// In the memory order of x, as NumPy's results lie.
Array AlongAxis(Op op, const Array& x, int64_t axis, Attrs attrs) {
  const auto& order = ExprOf(x)->layout.order;
  const std::vector<int64_t> axes(order.begin(), order.end()), back = InversePermutation(axes);
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
  const Array cast = CastOnTheWay(x, *dtype);
  attrs.Set(AttrName::k_dtype, ToDType(*dtype));
  return AlongAxis(op, cast, normalized[0], std::move(attrs));
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

}  // namespace broadloom

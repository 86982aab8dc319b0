// Functions that change shapes, dtypes and nothing else.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/complex.h"
#include "frontend/convert.h"
#include "frontend/storage.h"
#include "ir/infer.h"

namespace broadloom {
namespace {

// The extent that -1 stands for; any negative number does, as in NumPy.
Shape Completed(const Shape& from, const Sizes& sizes) {
  Shape to = ToShape(sizes);
  const auto is_unknown = [](Extent extent) { return extent.value() < 0; };
  const auto unknown = std::find_if(to.begin(), to.end(), is_unknown);
  if (unknown == to.end()) return to;
  if (std::any_of(unknown + 1, to.end(), is_unknown)) {
    throw Error(ErrorCode::invalid_argument, "reshape: can only specify one unknown dimension");
  }
  *unknown = 1;
  const std::optional<int64_t> known = NumElements(to);
  const int64_t all = *NumElements(from);
  if (!known.has_value() || *known == 0 || all % *known != 0) {
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("cannot reshape array of size ", all, " into shape ",
                             ToString(ToShape(sizes))));
  }
  *unknown = all / *known;
  return to;
}

// Whether a reshape of the same number of elements copies nothing.
bool IsView(const Expr& x, const Shape& to) {
  Attrs attrs;
  attrs.Set(AttrName::k_shape, to).Set(AttrName::k_groups, ReshapeGroups(x.shape, to));
  return ApplyView(Op::k_reshape, attrs, x.dtype.size(), x.shape, {nullptr, 0, x.strides}).ok();
}

Axes OnesOf(const Shape& shape) {
  Axes axes;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis].is(1)) axes.push_back(axis);
  }
  return axes;
}

}  // namespace

Array astype(const Array& x, DataType dtype) {
  if (std::max(x.dtype(), dtype) >= DataType::complex64) return ComplexCast(x, ToDType(dtype));
  return Make(Op::k_astype, {ExprOf(x)}, Attrs().Set(AttrName::k_dtype, ToDType(dtype)));
}

Array copy(const Array& x) {
  Array result = Make(Op::k_copy, {ExprOf(x)});
  result.set_scalar(false);
  // Others may write to the memory at any time.
  if (x.storage()->is_seen()) result.eval();
  return result;
}

Array broadcast_to(const Array& x, const Sizes& shape) {
  return ViewOf(x, Op::k_broadcast_to, Attrs().Set(AttrName::k_shape, CheckedShape(shape)));
}

Array expand_dims(const Array& x, const AxisList& axes) {
  if (!axes.axes().has_value()) throw Error(ErrorCode::type_error, "expand_dims: needs an axis");
  const int rank = x.ndim() + static_cast<int>(axes.axes()->size());
  if (rank > kMaxRank)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("expand_dims: the result has ", rank, " axes, more than ", kMaxRank));
  Sizes shape = x.shape();  // with NumPy's strides, as x[None] has others
  for (int64_t axis : NormalizedAxes(axes, rank, "expand_dims"))
    shape.insert(shape.begin() + axis, 1);
  return reshape(x, shape);
}

Array squeeze(const Array& x, const AxisList& axes) {
  const Shape& shape = ExprOf(x)->shape;
  const bool all = !axes.axes().has_value() || IsAxisOfNumber(axes, x.ndim());
  const Axes squeezed = all ? OnesOf(shape) : NormalizedAxes(axes, x.ndim(), "squeeze");
  if (squeezed.empty()) return x;
  return ViewOf(x, Op::k_squeeze, Attrs().Set(AttrName::k_axes, squeezed));
}

Array permute_dims(const Array& x, const std::vector<int64_t>& axes) {
  NormalizedAxes(AxisList(axes), x.ndim(), "permute_dims");
  Axes order;
  for (int64_t axis : axes) order.push_back(axis < 0 ? axis + x.ndim() : axis);
  return ViewOf(x, Op::k_permute_dims, Attrs().Set(AttrName::k_axes, order));
}

Array reshape(const Array& x, const Sizes& shape) {
  const Shape to = Completed(ExprOf(x)->shape, shape);
  Attrs attrs = Attrs().Set(AttrName::k_shape, to);
  const bool fits = NumElements(ExprOf(x)->shape) == NumElements(to);
  return fits && IsView(*ExprOf(x), to) ? ViewOf(x, Op::k_reshape, std::move(attrs))
                                        : Make(Op::k_reshape, {ExprOf(x)}, std::move(attrs));
}

bool reshape_is_view(const Array& x, const Sizes& shape) {
  return IsView(*ExprOf(x), Completed(ExprOf(x)->shape, shape));
}

Array flip(const Array& x, const AxisList& axes) {
  const Shape& shape = ExprOf(x)->shape;
  Shape starts(shape.size(), 0), steps(shape.size(), 1);
  for (int64_t axis : NormalizedAxes(axes, x.ndim(), "flip")) {
    if (shape[axis].is(0)) continue;
    starts[axis] = shape[axis].value() - 1;
    steps[axis] = -1;
  }
  Attrs attrs;
  attrs.Set(AttrName::k_starts, starts).Set(AttrName::k_steps, steps).Set(AttrName::k_sizes, shape);
  return ViewOf(x, Op::k_slice, std::move(attrs));
}

Sizes broadcast_shapes(const std::vector<Sizes>& shapes) {
  std::vector<Shape> all;
  for (const Sizes& sizes : shapes) all.push_back(CheckedShape(sizes));
  const std::optional<Shape> shape = BroadcastShapes(all);
  if (!shape.has_value())
    throw Error(ErrorCode::invalid_argument,
                "shape mismatch: objects cannot be broadcast to a single shape");
  Sizes sizes;
  for (Extent extent : *shape) sizes.push_back(extent.value());
  return sizes;
}

}  // namespace broadloom

// target[...] = value.
#include "frontend/write.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/evaluate.h"
#include "frontend/memory.h"
#include "frontend/storage.h"

namespace broadloom {
namespace {

// What a write may see of leading axes of extent 1, as NumPy does: nothing.
Array WithoutLeadingOnes(const Array& x, int rank) {
  std::vector<int64_t> axes;
  const Sizes shape = x.shape();
  for (int axis = 0; axis < x.ndim() - rank && shape[axis] == 1; ++axis) axes.push_back(axis);
  return axes.empty() ? x : squeeze(x, AxisList(axes));
}

Sizes SizesOf(const Shape& shape) {
  Sizes sizes;
  for (Extent extent : shape) sizes.push_back(extent.value());
  return sizes;
}

ExprPtr ReadyNumber(Context& context, const Scalar& value) {
  std::shared_ptr<Buffer> buffer = Unwrap(context.allocator.Allocate(value.dtype.size()));
  const uint64_t words[] = {value.bits, value.high};
  std::memcpy(buffer->data(), words, value.dtype.size());
  return MakeReady(context, value.dtype, {}, {std::move(buffer), 0, {}});
}

}  // namespace

ExprPtr ValueFor(Context& context, DType dtype, const Shape& shape, const Operand& operand) {
  const Sizes sizes = SizesOf(shape);
  if (operand.array() == nullptr) {
    if (dtype.is_integer() && std::isinf(operand.number().floating()))
      throw Error(ErrorCode::overflow, "cannot convert float infinity to integer");
    const Number number = AsPythonStores("assignment", operand.number(), dtype);
    return ExprOf(broadcast_to(Array(ReadyNumber(context, WarnedScalarOf(number, dtype))), sizes));
  }
  const Array value = WithoutLeadingOnes(*operand.array(), static_cast<int>(shape.size()));
  const Shape from = ExprOf(value)->shape;
  if (from.size() > shape.size() || BroadcastShapes({from, shape}) != shape) {
    throw Error(
        ErrorCode::invalid_argument,
        absl::StrCat("could not broadcast input array from shape ",
                     ToString(ExprOf(*operand.array())->shape), " into shape ", ToString(shape)));
  }
  const Array cast = ExprOf(value)->dtype == dtype ? value : astype(value, ToDataType(dtype));
  return from == shape ? ExprOf(cast) : ExprOf(broadcast_to(cast, sizes));
}

void CheckWriteable(const Array& target) {
  if (target.is_read_only())
    throw Error(ErrorCode::invalid_argument, "assignment destination is read-only");
  if (target.is_scalar())
    throw Error(ErrorCode::type_error, "a number does not support assignment");
}

namespace {

// `value` as what lies where `old` lies.
ExprPtr InPlaceOf(const Expr& old, const ExprPtr& value) {
  if (value->strides == old.strides && value->layout.order == old.layout.order) return value;
  const ExprPtr copy = Unwrap(MakeExpr(*old.context, Op::k_copy, {value}, {}));
  copy->layout = old.layout;
  copy->strides = old.strides;
  return copy;
}

ExprPtr Apply(const ExprPtr& from, Op op, const Attrs& attrs) {
  return Unwrap(MakeExpr(*from->context, op, {from}, attrs));
}

ExprPtr Paired(const ExprPtr& re, const ExprPtr& im) {
  return Unwrap(MakeExpr(*re->context, Op::k_complex, {re, im}, {}));
}

// A view's step backwards, from `value` to what is like `from`.
ExprPtr Undone(const ExprPtr& from, const ViewStep& step, const ExprPtr& value) {
  const auto with_axes = [&](Op op, const Axes& axes) {
    return Apply(value, op, Attrs().Set(AttrName::k_axes, axes));
  };
  switch (step.op) {
    case Op::k_expand_dims: return with_axes(Op::k_squeeze, step.attrs.Ints(AttrName::k_axes));
    case Op::k_squeeze: return with_axes(Op::k_expand_dims, step.attrs.Ints(AttrName::k_axes));
    case Op::k_reshape:
      return Apply(value, Op::k_reshape, Attrs().Set(AttrName::k_shape, from->shape));
    case Op::k_permute_dims: {
      const Axes& axes = step.attrs.Ints(AttrName::k_axes);
      Axes back(axes.size());
      for (size_t i = 0; i < axes.size(); ++i) back[axes[i]] = static_cast<int64_t>(i);
      return with_axes(Op::k_permute_dims, back);
    }
    case Op::k_real: return Paired(value, Apply(from, Op::k_imag, {}));
    case Op::k_imag: return Paired(Apply(from, Op::k_real, {}), value);
    default: throw Error(ErrorCode::invalid_argument, "assignment destination is read-only");
  }
}

// The value of `from` after a write of `value` through these views of it.
ExprPtr Written(const ExprPtr& from, absl::Span<const ViewStep> steps, const ExprPtr& value) {
  if (steps.empty()) return value;
  const ViewStep& step = steps.front();
  const ExprPtr viewed = steps.size() == 1 ? nullptr : Apply(from, step.op, step.attrs);
  const ExprPtr part = steps.size() == 1 ? value : Written(viewed, steps.subspan(1), value);
  if (step.op != Op::k_slice) return Undone(from, step, part);
  return Unwrap(MakeExpr(*from->context, Op::k_insert, {from, part}, step.attrs));
}

bool IsReady(const Expr& expr) { return expr.ready.load(std::memory_order_acquire); }

void Store(const Expr& target, const Expr& value) {
  CopyStrided(target.shape, target.dtype.size(),
              {AddressOf(target.storage), target.storage.strides},
              {AddressOf(value.storage), value.storage.strides});
}

// Every array on the memory sees what is stored there, and so does whoever sees it from outside.
void WriteToSeen(const Array& target, ExprPtr value) {
  Storage& storage = *target.storage();
  const bool overlaps = IsReady(*value) && value->storage.buffer == storage.value()->storage.buffer;
  if (overlaps) value = Unwrap(MakeExpr(*value->context, Op::k_copy, {value}, {}));
  if (!IsReady(*value)) Unwrap(EvaluateRoots(*value->context, {value}));
  storage.KeepForOthers();
  Store(*ExprOf(target), *value);
}

// A write that nobody can tell from one at evaluation: of what is there, to memory that no
// expression wants.
bool StoreNow(const Array& target, const Expr& value) {
  Storage& storage = *target.storage();
  if (!IsReady(value) || !storage.TakeForWriting() ||
      value.storage.buffer == storage.value()->storage.buffer)
    return false;
  Store(*ExprOf(target), value);
  return true;
}

// What is written piece by piece is computed after so many pieces.
constexpr int kMostPending = 256;

}  // namespace

void assign_where(const Array& target, const Array& mask, const Operand& value) {
  CheckWriteable(target);
  const Array given(
      ValueFor(target.context(), ExprOf(target)->dtype, ExprOf(target)->shape, value));
  assign(target, where(broadcast_to(mask, target.shape()), given, target));
}

void assign(const Array& target, const Operand& operand) {
  CheckWriteable(target);
  ExprPtr value = ValueFor(target.context(), ExprOf(target)->dtype, ExprOf(target)->shape, operand);
  Storage& storage = *target.storage();
  if (storage.is_seen()) return WriteToSeen(target, std::move(value));
  if (StoreNow(target, *value)) return;
  const ViewSteps steps = target.view() == nullptr ? ViewSteps() : target.view()->steps;
  // The memory of another array changes with that one.
  if (IsReady(*value)) value = Unwrap(MakeExpr(*value->context, Op::k_copy, {value}, {}));
  const ExprPtr old = storage.value();
  const ExprPtr written = InPlaceOf(*old, Written(old, steps, value));
  storage.Replace(written);
  if (storage.CountWrite() > kMostPending) Unwrap(EvaluateRoots(*written->context, {written}));
}

}  // namespace broadloom

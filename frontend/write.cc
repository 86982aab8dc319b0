// target[...] = value.
#include "frontend/write.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <optional>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/evaluate.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/storage.h"
#include "frontend/tracing.h"
#include "frontend/windows.h"

namespace broadloom {
namespace {

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

Array WithoutLeadingOnes(const Array& x, int rank) {
  std::vector<int64_t> axes;
  const Sizes shape = x.shape();
  for (int axis = 0; axis < x.ndim() - rank && shape[axis] == 1; ++axis) axes.push_back(axis);
  return axes.empty() ? x : squeeze(x, AxisList(axes));
}

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
  CheckMayWrite(target);
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

// What is like `from`, with the two axes of a diagonal next to each other as one; null where its
// memory does not allow that. `inner`: the last of the two.
struct Joined {
  Axes order;
  Shape between, flat;  // permuted, and with one axis for the two
};
std::optional<Joined> JoinedAxes(const Expr& from, int64_t outer, int64_t inner) {
  Joined joined;
  for (int64_t axis = 0; axis < from.rank(); ++axis) {
    if (axis != outer && axis != inner) joined.order.push_back(axis);
  }
  for (int64_t axis : joined.order) joined.flat.push_back(from.shape[axis]);
  joined.order.insert(joined.order.end(), {outer, inner});
  joined.flat.push_back(from.shape[outer].value() * from.shape[inner].value());
  Dims strides;
  for (int64_t axis : joined.order) {
    joined.between.push_back(from.shape[axis]);
    strides.push_back(from.strides[axis]);
  }
  const Attrs flat = Attrs().Set(AttrName::k_shape, joined.flat);
  const bool fits =
      ApplyView(Op::k_reshape, flat, from.dtype.size(), joined.between, {nullptr, 0, strides}).ok();
  return fits ? std::optional<Joined>(std::move(joined)) : std::nullopt;
}

// Every (n + 1)-th element of the two axes as one.
ExprPtr OnFlatDiagonal(const ExprPtr& from, const Joined& joined, const ExprPtr& value) {
  const Attrs order = Attrs().Set(AttrName::k_axes, joined.order);
  Shape sizes = joined.flat, starts(sizes.size(), 0), steps(sizes.size(), 1);
  sizes.back() = joined.between.back();
  steps.back() = sizes.back().value() + 1;
  const auto reshaped = [](const ExprPtr& x, const Shape& shape) {
    return Apply(x, Op::k_reshape, Attrs().Set(AttrName::k_shape, shape));
  };
  const ExprPtr part = reshaped(Apply(value, Op::k_permute_dims, order), sizes);
  const ExprPtr flat = reshaped(Apply(from, Op::k_permute_dims, order), joined.flat);
  const Attrs slice = Attrs()
                          .Set(AttrName::k_starts, starts)
                          .Set(AttrName::k_steps, steps)
                          .Set(AttrName::k_sizes, sizes);
  const ExprPtr written = Unwrap(MakeExpr(*from->context, Op::k_insert, {flat, part}, slice));
  const std::vector<int64_t> back = InversePermutation(joined.order);
  return Apply(reshaped(written, joined.between), Op::k_permute_dims,
               Attrs().Set(AttrName::k_axes, Axes(back.begin(), back.end())));
}

// `from` with `value`, which has extent 1 along the second axis, on its diagonal.
ExprPtr OnDiagonal(const ExprPtr& from, const Axes& axes, const ExprPtr& value) {
  const int64_t n = from->shape[axes[0]].value();
  if (NumElements(value->shape) == 0) return from;
  const bool is_turned = std::abs(from->strides[axes[0]]) < std::abs(from->strides[axes[1]]);
  const auto joined = JoinedAxes(*from, axes[is_turned ? 1 : 0], axes[is_turned ? 0 : 1]);
  if (joined.has_value()) return OnFlatDiagonal(from, *joined, value);
  Sizes places(from->rank(), 1);
  places[axes[0]] = places[axes[1]] = n;
  const Array is_on = reshape(eye(n, {}, 0, DataType::bool_, from->context), places);
  return ExprOf(where(is_on, Array(value), Array(from)));
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
    case Op::k_diagonal: return OnDiagonal(from, step.attrs.Ints(AttrName::k_axes), value);
    case Op::k_real: return Paired(value, Apply(from, Op::k_imag, {}));
    case Op::k_imag: return Paired(Apply(from, Op::k_real, {}), value);
    default: throw Error(ErrorCode::invalid_argument, "assignment destination is read-only");
  }
}

// The value of `from` after a write of `value` through these views of it.
ExprPtr Written(const ExprPtr& from, absl::Span<const ViewStep> steps, const ExprPtr& value) {
  if (steps.empty()) return value;
  const ViewStep& step = steps.front();
  const ExprPtr viewed = steps.size() == 1 ? nullptr : Applied(from, step);
  const ExprPtr part = steps.size() == 1 ? value : Written(viewed, steps.subspan(1), value);
  if (step.op != Op::k_slice) return Undone(from, step, part);
  return Unwrap(MakeExpr(*from->context, Op::k_insert, {from, part}, step.attrs));
}

// Of several elements for one place the last one stays, in NumPy's order: the larger steps outside,
// and all upwards.
void Store(const Expr& target, const Expr& value) {
  if (NumElements(target.shape) == 0) return;
  const Dims &to_strides = target.storage.strides, &from_strides = value.storage.strides;
  const Dims& steps = target.strides;  // NumPy's, wherever it was computed
  std::vector<int> axes(target.rank());
  std::iota(axes.begin(), axes.end(), 0);
  std::stable_sort(axes.begin(), axes.end(),
                   [&](int a, int b) { return std::abs(steps[a]) > std::abs(steps[b]); });
  Shape shape;
  char *to = AddressOf(target.storage), *from = AddressOf(value.storage);
  Dims to_steps, from_steps;
  for (int axis : axes) {
    const int64_t a = to_strides[axis], b = from_strides[axis];
    const bool falls = steps[axis] < 0 || (steps[axis] == 0 && b < 0);
    if (falls) to += a * (target.shape[axis].value() - 1);
    if (falls) from += b * (target.shape[axis].value() - 1);
    to_steps.push_back(falls ? -a : a);
    from_steps.push_back(falls ? -b : b);
    shape.push_back(target.shape[axis]);
  }
  CopyStrided(shape, target.dtype.size(), {to, to_steps}, {from, from_steps});
}

// Every array on the memory sees what is stored there, and so does whoever sees it from outside.
void WriteToSeen(const Array& target, ExprPtr value) {
  Storage& storage = *target.storage();
  const bool overlaps =
      HasElements(*value) && value->storage.buffer == storage.value()->storage.buffer;
  if (overlaps) value = Unwrap(MakeExpr(*value->context, Op::k_copy, {value}, {}));
  if (!HasElements(*value)) Unwrap(EvaluateRoots(*value->context, {value}));
  storage.KeepForOthers();
  Store(*ExprOf(target), *value);
}

// A write that nobody can tell from one at evaluation: of what is there, to memory that no
// expression wants.
bool StoreNow(const Array& target, const Expr& value) {
  Storage& storage = *target.storage();
  if (!HasElements(value) || !storage.TakeForWriting() ||
      value.storage.buffer == storage.value()->storage.buffer)
    return false;
  Store(*ExprOf(target), value);
  return true;
}

// Whether a view may hold an element of its storage several times.
bool Repeats(const ViewSteps& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const ViewStep& step) {
    return step.op == kWindows || step.op == Op::k_broadcast_to;
  });
}

// Where the order of the stores matters they are made at once.
void WriteRepeatedly(const Array& target, ExprPtr value) {
  Storage& storage = *target.storage();
  if (!HasElements(*value)) Unwrap(EvaluateRoots(*value->context, {value}));
  storage.Settle();
  const bool overlaps = value->storage.buffer == storage.value()->storage.buffer;
  if (overlaps) value = ExprOf(copy(Array(value)).eval());
  storage.LeaveToOthers();
  Store(*ExprOf(target), *value);
}

// What is written piece by piece is computed after so many pieces.
constexpr int kMostPending = 256;

}  // namespace

bool MayRepeat(const Array& view) { return view.view() != nullptr && Repeats(view.view()->steps); }

void assign_where(const Array& target, const Array& mask, const Operand& value) {
  CheckWriteable(target);
  const Array given(
      ValueFor(target.context(), ExprOf(target)->dtype, ExprOf(target)->shape, value));
  const Array holds = broadcast_to(mask, target.shape());
  if (MayRepeat(target)) return assign(target, {Index(holds)}, index(given, {Index(holds)}));
  assign(target, where(holds, given, target));
}

void assign(const Array& target, const Operand& operand) {
  CheckWriteable(target);
  ExprPtr value = ValueFor(target.context(), ExprOf(target)->dtype, ExprOf(target)->shape, operand);
  Storage& storage = *target.storage();
  if (storage.is_seen()) return WriteToSeen(target, std::move(value));
  if (StoreNow(target, *value)) return;
  const ViewSteps steps = target.view() == nullptr ? ViewSteps() : target.view()->steps;
  if (Repeats(steps)) return WriteRepeatedly(target, std::move(value));
  // The memory of another array changes with that one.
  if (HasElements(*value)) value = Unwrap(MakeExpr(*value->context, Op::k_copy, {value}, {}));
  ExprPtr old = storage.value();
  const ExprPtr written = InPlaceOf(*old, Written(old, steps, value));
  const int writes = storage.CountWrite();
  storage.Replace(written);
  if (writes <= kMostPending) return;
  old = value = nullptr;  // or they would be in the way
  Unwrap(EvaluateRoots(*written->context, {written}));
}

}  // namespace broadloom

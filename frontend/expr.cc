// Making and freeing nodes.
#include "frontend/expr.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "frontend/context.h"
#include "frontend/evaluate.h"
#include "frontend/expr_memory.h"
#include "frontend/float_errors.h"
#include "frontend/holders.h"
#include "frontend/layout.h"
#include "frontend/precision.h"
#include "frontend/source.h"
#include "frontend/warn.h"
#include "frontend/written.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

absl::Status CheckContexts(const Context& context, const ExprList& inputs) {
  for (const ExprPtr& input : inputs) {
    if (input->context != &context)
      return absl::FailedPreconditionError("arrays of two contexts cannot be mixed");
  }
  return absl::OkStatus();
}

absl::Status CheckRank(Op op, const Shape& shape) {
  if (shape.size() <= kMaxRank) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(InfoOf(op).name, ": the result has ", shape.size(),
                                                 " axes, more than ", kMaxRank));
}

absl::Status CheckSize(const Expr& expr) {
  const std::optional<int64_t> count = NumElements(expr.shape);
  int64_t bytes = 0;
  if (count.has_value() && !__builtin_mul_overflow(*count, int64_t{expr.dtype.size()}, &bytes))
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(InfoOf(expr.op).name, ": the result ", ToString(expr.shape),
                   " has more elements than can be counted in 63 bits"));
}

int DepthOf(Op op, const ExprList& inputs) {
  int depth = 0;
  for (const ExprPtr& input : inputs) {
    if (!input->ready.load(std::memory_order_relaxed)) depth = std::max(depth, input->depth);
  }
  return depth + (InfoOf(op).is_call() ? 1 : 0);
}

// Sets dtype, shape, layout and strides by the rules.
absl::Status SetType(Expr& expr) {
  absl::InlinedVector<ValueType, 3> types;
  for (const ExprPtr& input : expr.inputs) types.push_back({input->dtype, input->shape});
  BL_ASSIGN_OR_RETURN(ValueType type, InferType(expr.op, types, expr.attrs));
  BL_RETURN_IF_ERROR(CheckRank(expr.op, type.shape));
  expr.dtype = type.dtype;
  expr.shape = std::move(type.shape);
  BL_RETURN_IF_ERROR(CheckSize(expr));
  DeriveLayout(expr);
  return absl::OkStatus();
}

// The same, sooner, of arrays that lie alike. False where that does not say it all.
bool SetTypeLike(Expr& expr) {
  const OpInfo& info = InfoOf(expr.op);
  if (!info.is_elementwise() || static_cast<int>(expr.inputs.size()) != info.arity() ||
      info.dtype_rule == DTypeRule::kFromAttr)
    return false;
  const Expr* const common = CommonOperand(expr.inputs);
  if (common == nullptr) return false;
  std::array<ValueType, 3> types;  // without shapes, of which dtypes know nothing
  for (size_t i = 0; i < expr.inputs.size(); ++i) types[i].dtype = expr.inputs[i]->dtype;
  const auto dtypes =
      InferDTypes(expr.op, absl::MakeConstSpan(types).first(expr.inputs.size()), expr.attrs);
  if (!dtypes.ok() || dtypes->result.size() > common->dtype.size()) return false;
  expr.dtype = dtypes->result;
  expr.shape = common->shape;
  LayOutLike(*common, expr);
  return true;
}

absl::StatusOr<ExprPtr> MakeTyped(Context& context, Op op, ExprList&& inputs, Attrs&& attrs) {
  BL_RETURN_IF_ERROR(CheckContexts(context, inputs));
  ExprPtr expr = NewExpr();
  expr->op = op;
  expr->inputs = std::move(inputs);
  expr->attrs = std::move(attrs);
  expr->context = &context;
  if (!SetTypeLike(*expr)) BL_RETURN_IF_ERROR(SetType(*expr));
  expr->line = CurrentLine();
  expr->depth = DepthOf(op, expr->inputs);
  expr->errors = error_state();
  expr->function = CurrentFunction();
  if (context.warns_of_precision.load(std::memory_order_relaxed)) {
    if (const auto loss = PrecisionLoss(op, expr->attrs, expr->inputs, expr->function.get()))
      Warn(WarningKind::precision, *loss, expr->source());
  }
  BL_RETURN_IF_ERROR(ComputeIfAsked(context, expr));
  return expr;
}

// A view of memory is memory.
absl::StatusOr<ExprPtr> MakeView(Context& context, Op op, ExprList&& inputs, Attrs&& attrs) {
  if (op == Op::k_reshape) {
    attrs.Set(AttrName::k_groups, ReshapeGroups(inputs[0]->shape, attrs.Dims(AttrName::k_shape)));
  }
  BL_ASSIGN_OR_RETURN(ExprPtr view, MakeTyped(context, op, std::move(inputs), std::move(attrs)));
  const Expr& from = *view->inputs[0];
  if (!from.ready.load(std::memory_order_acquire)) return view;
  absl::StatusOr<StridedArray> storage =
      ApplyView(op, view->attrs, view->dtype.size(), from.shape, from.storage);
  if (absl::IsNotFound(storage.status())) return view;  // needs a copy
  BL_RETURN_IF_ERROR(storage.status());
  view->storage = *std::move(storage);
  view->inputs.clear();
  view->ready.store(true, std::memory_order_release);
  return view;
}

bool IsReduced(const Axes& axes, int64_t axis) {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

// `lanes` where the reduced axis runs along the vector, or where nothing else is left.
std::string OrderOf(const Expr& from, const Axes& axes) {
  bool leaves_one = true;
  int innermost = -1;
  for (int axis : from.layout.order) {
    if (from.shape[axis].is(1)) continue;
    leaves_one = leaves_one && IsReduced(axes, axis);
    innermost = axis;
  }
  if (leaves_one) return "lanes";
  return IsReduced(axes, innermost) && !from.layout.outer ? "lanes" : "rows";
}

// Axes that a merge makes one: from `first`, `count` of them.
struct Run {
  int first, count;
};

// Reduced axes that lie one inside the other in memory, and one after the other in the shape.
std::vector<Run> JointRuns(const Expr& from, const Axes& axes) {
  std::vector<Run> runs;
  for (int k = 0; k < from.rank(); ++k) {
    const int axis = from.layout.order[k];
    const bool extends = k > 0 && from.layout.joint[k - 1] &&
                         from.layout.order[k - 1] == axis - 1 && IsReduced(axes, axis) &&
                         IsReduced(axes, axis - 1);
    if (extends)
      ++runs.back().count;
    else
      runs.push_back({axis, 1});
  }
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.first < b.first; });
  return runs;
}

Attrs ReduceAttrs(const Expr& from, const Axes& axes, const Attrs& others, bool keepdims) {
  Attrs attrs = others;
  Axes nested;
  for (int axis : from.layout.order) {
    if (IsReduced(axes, axis)) nested.push_back(axis);
  }
  attrs.Set(AttrName::k_order, OrderOf(from, axes));
  attrs.Set(AttrName::k_axes, NestReduced(nested, from.shape))
      .Set(AttrName::k_keepdims, int64_t{keepdims});
  return attrs;
}

// sum over [1,2] of (a,b,c)  ==>  sum over [1] of reshape to (a,b*c), where b and c are joint.
absl::StatusOr<ExprPtr> ReduceMerged(Context& context, Op op, const ExprPtr& from,
                                     const std::vector<Run>& runs, const Attrs& attrs) {
  const Axes& axes = attrs.Ints(AttrName::k_axes);
  Shape merged;
  Axes merged_axes;
  for (const Run& run : runs) {
    if (IsReduced(axes, run.first)) merged_axes.push_back(static_cast<int64_t>(merged.size()));
    int64_t extent = 1;
    for (int i = 0; i < run.count; ++i) extent *= from->shape[run.first + i].value();
    merged.push_back(extent);
  }
  BL_ASSIGN_OR_RETURN(ExprPtr flat, MakeView(context, Op::k_reshape, {from},
                                             Attrs().Set(AttrName::k_shape, merged)));
  Attrs reduce = ReduceAttrs(*flat, merged_axes, attrs, /*keepdims=*/false);
  BL_ASSIGN_OR_RETURN(ExprPtr result, MakeTyped(context, op, {std::move(flat)}, std::move(reduce)));
  if (attrs.IntOr(AttrName::k_keepdims, 0) == 0) return result;
  Axes sorted = axes;
  std::sort(sorted.begin(), sorted.end());
  return MakeView(context, Op::k_expand_dims, {std::move(result)},
                  Attrs().Set(AttrName::k_axes, sorted));
}

// Reduced axes that lie inside of all that are kept, where others lie outside and the inner ones
// are worth a result of their own; else none. Then both are walked as the elements lie.
Axes InnerAxes(Op op, const Expr& from, const Attrs& attrs) {
  constexpr int64_t kLeastInside = 64, kLeastOfAll = int64_t{1} << 18;
  const auto* const given = std::get_if<DType>(attrs.Find(AttrName::k_dtype));
  const DType dtype = given == nullptr ? from.dtype : *given;
  const bool folds_results =
      op == Op::k_max || op == Op::k_min || op == Op::k_any || op == Op::k_all ||
      (op == Op::k_sum && !dtype.is_half()) ||
      (op == Op::k_mean && dtype == from.dtype && dtype.is_floating() && !dtype.is_half());
  if (!folds_results || from.layout.outer ||
      NumElements(from.shape).value_or(kLeastOfAll) < kLeastOfAll)
    return {};
  const Axes& axes = attrs.Ints(AttrName::k_axes);
  Axes inner;
  int64_t inside = 1;
  auto axis = from.layout.order.rbegin();
  for (; axis != from.layout.order.rend() && IsReduced(axes, *axis); ++axis) {
    inner.push_back(*axis);
    inside *= from.shape[*axis].value();
  }
  const bool has_others = std::any_of(axis, from.layout.order.rend(), [&](int8_t outer) {
    return IsReduced(axes, outer) && !from.shape[outer].is(1);
  });
  const bool has_kept = std::any_of(axis, from.layout.order.rend(), [&](int8_t outer) {
    return !IsReduced(axes, outer) && !from.shape[outer].is(1);
  });
  return inside >= kLeastInside && has_others && has_kept ? inner : Axes();
}

absl::StatusOr<ExprPtr> MakeReduce(Context& context, Op op, ExprList&& inputs, Attrs&& attrs);

// sum over [0,2] of (a,b,c)  ==>  sum over [0] of sum over [2]; a mean is that divided by a * c
absl::StatusOr<ExprPtr> ReduceTwice(Context& context, Op op, const ExprPtr& from, const Axes& inner,
                                    const Attrs& attrs) {
  Attrs first = attrs, second = attrs;
  Axes outer;
  for (int64_t axis : attrs.Ints(AttrName::k_axes)) {
    if (!IsReduced(inner, axis)) outer.push_back(axis);
  }
  first.Set(AttrName::k_axes, inner).Set(AttrName::k_keepdims, int64_t{1});
  second.Set(AttrName::k_axes, outer).Set(AttrName::k_keepdims, int64_t{1});
  const Op fold = op == Op::k_mean ? Op::k_sum : op;
  BL_ASSIGN_OR_RETURN(ExprPtr result, MakeReduce(context, fold, {from}, std::move(first)));
  BL_ASSIGN_OR_RETURN(result, MakeReduce(context, fold, {std::move(result)}, std::move(second)));
  if (op == Op::k_mean) {
    const auto count = static_cast<double>(*NumElements(from->shape) / *NumElements(result->shape));
    ExprPtr divisor = MakeScalarExpr(context, MakeScalar(result->dtype, count));
    BL_ASSIGN_OR_RETURN(
        result, MakeTyped(context, Op::k_divide, {std::move(result), std::move(divisor)}, Attrs()));
  }
  if (attrs.IntOr(AttrName::k_keepdims, 0) != 0) return result;
  Axes sorted = attrs.Ints(AttrName::k_axes);
  std::sort(sorted.begin(), sorted.end());
  return MakeView(context, Op::k_squeeze, {std::move(result)},
                  Attrs().Set(AttrName::k_axes, sorted));
}

absl::StatusOr<ExprPtr> MakeReduce(Context& context, Op op, ExprList&& inputs, Attrs&& attrs) {
  const ValueType types[] = {{inputs[0]->dtype, inputs[0]->shape}};
  BL_RETURN_IF_ERROR(InferType(op, types, attrs).status());
  const Expr& from = *inputs[0];
  const Axes inner = InnerAxes(op, from, attrs);
  if (!inner.empty()) return ReduceTwice(context, op, inputs[0], inner, attrs);
  const std::vector<Run> runs = JointRuns(from, attrs.Ints(AttrName::k_axes));
  const bool is_index = op == Op::k_argmin || op == Op::k_argmax;
  const bool empty = NumElements(from.shape) == 0;
  if (static_cast<int>(runs.size()) < from.rank() && !is_index && !empty) {
    return ReduceMerged(context, op, inputs[0], runs, attrs);
  }
  const bool keepdims = attrs.IntOr(AttrName::k_keepdims, 0) != 0;
  attrs = ReduceAttrs(from, attrs.Ints(AttrName::k_axes), attrs, keepdims);
  return MakeTyped(context, op, std::move(inputs), std::move(attrs));
}

}  // namespace

// The first node to die on a thread collects what the others held, so that a long chain dies in a
// loop.
Expr::~Expr() {
  static thread_local std::vector<ExprPtr>* collecting = nullptr;
  const bool outermost = collecting == nullptr;
  std::vector<ExprPtr> dying;
  if (outermost) collecting = &dying;
  for (ExprPtr& input : inputs) {
    const bool holds_nothing = input->op == Op::k_param || input->op == Op::k_scalar;
    if (!holds_nothing) collecting->push_back(std::move(input));
  }
  if (whole != nullptr)
    collecting->insert(collecting->end(), whole->operands.begin(), whole->operands.end());
  if (!outermost) return;
  while (!dying.empty()) {
    const ExprPtr expr = std::move(dying.back());
    dying.pop_back();
  }
  collecting = nullptr;
}

absl::Status ComputeIfAsked(Context& context, const ExprPtr& expr) {
  const auto is_eager = [&](FloatError error) {
    const ErrorMode mode = expr->errors.Of(error);
    return mode == ErrorMode::raise || mode == ErrorMode::call || mode == ErrorMode::log;
  };
  const bool asked = is_eager(FloatError::divide) || is_eager(FloatError::over) ||
                     is_eager(FloatError::under) || is_eager(FloatError::invalid);
  const bool silent = expr->function != nullptr && expr->function->silent;
  if (!asked || (silent && expr->whole == nullptr) || !MayViolate(*expr)) return absl::OkStatus();
  return EvaluateRoots(context, {expr});
}

absl::StatusOr<ExprPtr> MakeExpr(Context& context, Op op, ExprList inputs, Attrs attrs) {
  const OpInfo& info = InfoOf(op);
  if (info.is_view()) return MakeView(context, op, std::move(inputs), std::move(attrs));
  if (info.is_reduce()) {
    BL_ASSIGN_OR_RETURN(ExprPtr reduction,
                        MakeReduce(context, op, std::move(inputs), std::move(attrs)));
    NoteReduction(context, reduction);
    return reduction;
  }
  return MakeTyped(context, op, std::move(inputs), std::move(attrs));
}

ExprPtr MakeReady(Context& context, DType dtype, Shape shape, StridedArray storage) {
  ExprPtr expr = NewExpr();
  expr->dtype = dtype;
  expr->shape = std::move(shape);
  expr->context = &context;
  expr->strides = storage.strides;
  expr->storage = std::move(storage);
  DeriveLeafLayout(*expr);
  expr->ready.store(true, std::memory_order_release);
  return expr;
}

// A thread keeps some, as loops have the same numbers in every turn. A node of a number holds
// nothing, and tells of its context the address alone.
ExprPtr MakeScalarExpr(Context& context, Scalar scalar) {
  constexpr size_t kKept = 16;
  thread_local std::array<ExprPtr, kKept> kept;
  ExprPtr& last = kept[(scalar.bits * 0x9E3779B97F4A7C15u ^ scalar.high) >> 60];
  if (last != nullptr && last->context == &context && last->scalar == scalar &&
      !last->ready.load(std::memory_order_relaxed))
    return last;
  ExprPtr expr = NewExpr();
  expr->op = Op::k_scalar;
  expr->dtype = scalar.dtype;
  expr->scalar = scalar;
  expr->context = &context;
  return last = expr;
}

}  // namespace broadloom

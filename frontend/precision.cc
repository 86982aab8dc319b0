#include "frontend/precision.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "frontend/bytes.h"
#include "frontend/context.h"
#include "frontend/convert.h"
#include "frontend/warn.h"

namespace broadloom {
namespace {

int DigitsOf(DType dtype) {
  switch (dtype.kind()) {
    case DType::kFloat16: return 11;
    case DType::kBFloat16: return 8;
    case DType::kFloat32:
    case DType::kComplex64: return 24;
    case DType::kFloat64:
    case DType::kComplex128: return 53;
    default: return 8 * dtype.size() - dtype.is_signed();
  }
}

// Every number of `from` is one of `to`.
bool Holds(DType to, DType from) {
  if (from == to || from.is_bool() || to.is_bool()) return true;  // whether it is 0 is known
  if (to.is_inexact()) {
    const bool same_range = !from.is_half() || !to.is_half();
    return same_range && DigitsOf(to) >= DigitsOf(from) && (to.is_complex() || !from.is_complex());
  }
  return to.is_integer() && CanCast(from, to, CastingRule::kSafe);
}

// The dtype in which `op` computes; nullopt where it computes no numbers.
std::optional<DType> ComputedIn(Op op, const Attrs& attrs, absl::Span<const ExprPtr> inputs) {
  const OpInfo& info = InfoOf(op);
  if (info.is_leaf() || info.is_view() || info.is_gather() || op == Op::k_scatter ||
      info.dtype_rule == DTypeRule::kLogical)
    return std::nullopt;
  std::vector<ValueType> types;
  bool integers = true;
  for (const ExprPtr& input : inputs) {
    types.push_back({input->dtype, {}});
    integers &= input->dtype.is_integer();
  }
  if (info.dtype_rule == DTypeRule::kCompare && integers) return std::nullopt;  // as they are
  const absl::StatusOr<ComputeTypes> dtypes = InferDTypes(op, types, attrs);
  if (!dtypes.ok()) return std::nullopt;
  return op == Op::k_astype ? dtypes->result : dtypes->operands;
}

// Every index of a vector is a number of `dtype`.
bool Counts(DType dtype, const Shape& shape) {
  return *NumElements(shape) <= int64_t{1} << std::min(DigitsOf(dtype), 62);
}

bool IsSilent(const Function* function) { return function != nullptr && function->silent; }

std::string TextOfLoss(absl::string_view function, const Expr& x, DType to) {
  return absl::StrCat(function, function.empty() ? "" : ": ", Describe(x.dtype, x.shape),
                      " is converted to ", to.name(), ", which does not hold all its numbers");
}

}  // namespace

void WarnOfPrecisionLoss(const char* function, const Array& x, DataType computed_in) {
  const Expr& expr = *ExprOf(x);
  const DType to = ToDType(computed_in);
  if (expr.context->warns_of_precision.load(std::memory_order_relaxed) && !Holds(to, expr.dtype))
    Warn(WarningKind::precision, TextOfLoss(function, expr, to));
}

std::optional<std::string> PrecisionLoss(Op op, const Attrs& attrs,
                                         absl::Span<const ExprPtr> inputs, const Function* within) {
  const std::optional<DType> to = ComputedIn(op, attrs, inputs);
  if (!to.has_value()) return std::nullopt;
  for (size_t i = op == Op::k_where ? 1 : 0; i < inputs.size(); ++i) {
    const Expr& input = *inputs[i];
    if (input.op == Op::k_scalar || Holds(*to, input.dtype)) continue;
    const bool is_count = input.op == Op::k_iota && Counts(*to, input.shape);
    const bool is_own = op == Op::k_astype && IsSilent(within);
    if (is_count || is_own) continue;
    return TextOfLoss(op == Op::k_astype ? absl::string_view() : InfoOf(op).name, input, *to);
  }
  return std::nullopt;
}

}  // namespace broadloom

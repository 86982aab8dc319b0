#include "frontend/precision.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "frontend/bytes.h"

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
  if (from == to || from.is_bool()) return true;
  if (to.is_inexact()) {
    const bool same_range = !from.is_half() || !to.is_half();
    return same_range && DigitsOf(to) >= DigitsOf(from) && (to.is_complex() || !from.is_complex());
  }
  return to.is_integer() && CanCast(from, to, CastingRule::kSafe);
}

}  // namespace

std::optional<std::string> PrecisionLoss(Op op, const Attrs& attrs,
                                         absl::Span<const ExprPtr> inputs) {
  const OpInfo& info = InfoOf(op);
  if (!info.is_elementwise() && !info.is_reduce()) return std::nullopt;
  std::vector<ValueType> types;
  for (const ExprPtr& input : inputs) types.push_back({input->dtype, {}});
  const absl::StatusOr<ComputeTypes> dtypes = InferDTypes(op, types, attrs);
  if (!dtypes.ok() || info.dtype_rule == DTypeRule::kLogical) return std::nullopt;
  const DType to = op == Op::k_astype ? dtypes->result : dtypes->operands;
  for (size_t i = op == Op::k_where ? 1 : 0; i < inputs.size(); ++i) {
    const bool exact = info.dtype_rule == DTypeRule::kCompare && inputs[i]->dtype.is_integer();
    if (inputs[i]->op == Op::k_scalar || exact || Holds(to, inputs[i]->dtype)) continue;
    return absl::StrCat(info.name, " converts ", Describe(inputs[i]->dtype, inputs[i]->shape),
                        " to ", to.name(), ", which does not hold all its numbers");
  }
  return std::nullopt;
}

}  // namespace broadloom

// Parsed expressions.
#include "frontend/script/expression.h"

#include <set>

#include "frontend/script/attributes.h"

namespace broadloom::script {
namespace {

bool ReadsVariable(const Step& step) {
  if (step.kind == StepKind::kName) return true;
  return step.kind == StepKind::kCall && step.names.size() > 1 &&
         calls::FindFunction(FunctionName(step.names)) == nullptr;
}

}  // namespace

Expression::Expression(absl::string_view text, const Limits& limits)
    : code_(ParseExpression(text, limits)), most_depth_(limits.depth) {
  std::set<absl::string_view> known;
  for (const Step& step : code_)
    if (ReadsVariable(step) && known.insert(step.names[0]).second) names_.push_back(step.names[0]);
}

bool Expression::IsConstant(absl::string_view name) { return Constant(name).has_value(); }

calls::Value Expression::Evaluate(Context& context, Variables values) const {
  Names names{std::move(values), {}};
  return Machine(&names, &context, most_depth_).Run(code_);
}

}  // namespace broadloom::script

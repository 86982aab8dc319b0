// Parsed expressions.
#include "frontend/script/expression.h"

#include <algorithm>

#include "frontend/script/attributes.h"

namespace broadloom::script {
namespace {

bool ReadsVariable(const Step& step) {
  if (step.kind == StepKind::kName) return !Constant(step.names[0]);
  return step.kind == StepKind::kCall && step.names.size() > 1 &&
         calls::FindFunction(step.names[0] + "." + step.names[1]) == nullptr;
}

}  // namespace

Expression::Expression(absl::string_view text, const Limits& limits)
    : code_(ParseExpression(text, limits)), most_depth_(limits.depth) {
  for (const Step& step : code_) {
    if (!ReadsVariable(step)) continue;
    if (std::find(names_.begin(), names_.end(), step.names[0]) == names_.end())
      names_.push_back(step.names[0]);
  }
}

calls::Value Expression::Evaluate(Context& context, Variables values) const {
  Names names{std::move(values), {}};
  return Machine(&names, &context, most_depth_).Run(code_);
}

}  // namespace broadloom::script

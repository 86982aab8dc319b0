// One expression, parsed once and computed with different values for its names.
#ifndef BROADLOOM_FRONTEND_SCRIPT_EXPRESSION_H_
#define BROADLOOM_FRONTEND_SCRIPT_EXPRESSION_H_

#include <string>
#include <vector>

#include "frontend/script/machine.h"

namespace broadloom::script {

class Expression {
 public:
  // Throws ScriptError where the text is none, or asks for more than the limits allow.
  explicit Expression(absl::string_view text, const Limits& limits = {});

  // Names whose values it takes: those that are no functions, constants, or attributes.
  const std::vector<std::string>& names() const { return names_; }
  // Throws ScriptError.
  calls::Value Evaluate(Context& context, Variables values) const;

 private:
  const Code code_;
  const int most_depth_;
  std::vector<std::string> names_;
};

}  // namespace broadloom::script

#endif  // BROADLOOM_FRONTEND_SCRIPT_EXPRESSION_H_

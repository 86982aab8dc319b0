// The functions of broadloom by name, with NumPy's names, parameters and defaults: for callers that
// have text or a foreign language's values (frontend/script, frontend/c) instead of C++.
//
//   const Function* roll = FindFunction("roll");       // "roll(a, shift, axis=None)"
//   Value moved = Call(*roll, {x, Number(2)}, {{"axis", Number(0)}});
//
// Elementwise functions and reductions are the public rows of ir/ops.def; the others are rows of
// the tables of this folder. All of them throw broadloom::Error, as the functions that they call
// do.
#ifndef BROADLOOM_FRONTEND_CALLS_FUNCTION_H_
#define BROADLOOM_FRONTEND_CALLS_FUNCTION_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "frontend/calls/value.h"

namespace broadloom::calls {

class Arguments;  // frontend/calls/arguments.h

struct Function {
  // As in Python: "sum(a, axis=None, *, dtype=None, keepdims=False)". What stands before the
  // parenthesis is its name, with its module's where it has one: "linalg.norm".
  const char* signature;
  const char* doc;  // one line
  Value (*call)(const Arguments& arguments);
  const char* group;  // "elementwise", "reduction", "creation", ..., for lists of them

  absl::string_view name() const;
};

struct Parameter {
  absl::string_view name;
  std::optional<absl::string_view> default_text;  // none: must be given
  bool by_place = true, by_name = true;
  bool takes_rest = false;  // "*arrays": all further arguments that have no name
};
std::vector<Parameter> ParametersOf(const Function& function);

// By name or by another name that NumPy has for it ("absolute"). Null where there is none.
const Function* FindFunction(absl::string_view name);
// In the order of their names; other names are not among them.
absl::Span<const Function* const> Functions();
// Names that are nearly this one, the nearest first; at most three.
std::vector<std::string> NamesLike(absl::string_view name);

using Named = std::pair<std::string, Value>;
// Throws type_error where arguments do not fit the parameters, naming function and parameter. New
// arrays are made in the context, none: the process's.
Value Call(const Function& function, std::vector<Value> placed,
           const std::vector<Named>& named = {}, Context* context = nullptr);

}  // namespace broadloom::calls

#endif  // BROADLOOM_FRONTEND_CALLS_FUNCTION_H_

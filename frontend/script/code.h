// Statements as steps of a machine with a stack: operands first, then what takes them. No step is
// nested in another, so that running and freeing them needs no recursion, whatever the text.
#ifndef BROADLOOM_FRONTEND_SCRIPT_CODE_H_
#define BROADLOOM_FRONTEND_SCRIPT_CODE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "frontend/script/session.h"

namespace broadloom::script {

enum class StepKind : uint8_t {
  kLiteral,    // pushes `literal`
  kName,       // pushes the variable, function's parameter or constant `names`
  kAttribute,  // x -> x.names[0]
  kUnary,      // x -> op x
  kBinary,     // x, y -> x op y
  kSlice,      // start, stop, step -> slice
  kTuple,      // `count` values -> a tuple
  kList,       // `count` values -> a list
  kIndex,      // x, `count` items -> x[items]
  kCall,       // `count` arguments, then the named ones -> names[0].names[1]...(arguments)
  kMethod,     // x, arguments as above -> x.names[0](arguments)
  // Statements
  kShow,         // a value -> nothing; shows it
  kStore,        // a value -> nothing; the variable names[0]
  kStoreEach,    // a value -> nothing; its items are the variables `names`
  kStoreIndex,   // value, x, `count` items -> nothing; x[items] = value
  kUpdate,       // value -> nothing; names[0] op= value
  kUpdateIndex,  // value, x, `count` items -> nothing; x[items] op= value
  kDefine,       // names[0] becomes `function`
  kDelete,       // names[0] is no more
  kLine,         // nothing; what follows is written at line `count`
  kCopy,         // a value -> twice
};

struct UserFunction;

struct Step {
  StepKind kind;
  Place place;
  size_t count = 0;
  std::string symbol = {};                 // kUnary, kBinary, kUpdate...: the operator
  std::vector<std::string> names = {};     // a path, or variables
  std::vector<std::string> keywords = {};  // of calls: names of the last arguments
  calls::Value literal = {};
  std::shared_ptr<const UserFunction> function = {};
};

using Code = std::vector<Step>;

// "f(x, k=2) = k * x + 1"
struct UserFunction {
  std::string name, text;
  std::vector<std::string> parameters;
  size_t required = 0;  // the first so many have no default
  std::vector<Code> defaults;
  Code body;
};

// Throws ScriptError.
Code Parse(absl::string_view text, const Limits& limits);
Code ParseExpression(absl::string_view text, const Limits& limits);

}  // namespace broadloom::script

#endif  // BROADLOOM_FRONTEND_SCRIPT_CODE_H_

// Statements in NumPy's spelling, run one after another: what the program `broadloom` runs, and
// `bl.evaluate` one expression of.
//
//   Session session(default_context());
//   session.Run("x = arange(12).reshape(3, 4); y = (x - x.mean(1, keepdims=True)) / 2\ny[0]",
//   show);
//
// The grammar is Python's for literals, names, calls with keywords, slices, None, Ellipsis,
// operators, tuples, lists, assignments (also of several names, to indices, and in place), `del`,
// comments, and functions of one expression: "f(x, k=2) = k * x + 1". Attributes and methods are
// those of arrays in docs/repl.md, nothing else. Values are lazy, as everywhere.
#ifndef BROADLOOM_FRONTEND_SCRIPT_SESSION_H_
#define BROADLOOM_FRONTEND_SCRIPT_SESSION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "frontend/calls/value.h"
#include "frontend/error.h"

namespace broadloom::script {

// A piece of the text that was run: from byte `begin` to before byte `end`.
struct Place {
  size_t begin = 0, end = 0;
};
// Lines and columns from 1; columns count characters, not bytes.
struct LineAndColumn {
  int line, column;
};
LineAndColumn LineAndColumnOf(absl::string_view text, size_t byte);

// An error of the text or of what it does, with its place.
class ScriptError : public Error {
 public:
  ScriptError(ErrorCode code, const std::string& message, Place place, bool is_syntax = false)
      : Error(code, message), place_(place), is_syntax_(is_syntax) {}

  const Place& place() const { return place_; }
  bool is_syntax() const { return is_syntax_; }

 private:
  Place place_;
  bool is_syntax_;
};

// Two or three lines: the line of the text at fault, carets below it, and the message.
std::string Explained(const ScriptError& error, absl::string_view text);

// What a text from outside may ask for; beyond it: ScriptError, before anything is computed.
struct Limits {
  size_t length = size_t{64} << 20;  // bytes
  int depth = 200;                   // of brackets, and of calls of the user's functions
  int64_t nodes = 1'000'000;         // operations and literals
  bool attributes = true;            // whether x.y may be written
};

// Whether a text is whole, or more lines may make it so (an open bracket, a trailing backslash).
bool IsIncomplete(absl::string_view text);

class Session {
 public:
  // `source` is the text's name in messages: "script.bl" of "script.bl:3".
  explicit Session(Context& context, const Limits& limits = {}, std::string source = "<input>");
  ~Session();

  // Runs all statements; `show` gets the value of each that is an expression, but for None. Throws
  // ScriptError where a statement fails: those before it stay done. Nothing is done where the text
  // cannot be parsed.
  using Show = std::function<void(const calls::Value& value)>;
  void Run(absl::string_view text, const Show& show);
  // One expression, and no statement.
  calls::Value Evaluate(absl::string_view text);

  // Variables and the user's functions.
  std::vector<std::string> names() const;
  const calls::Value* Find(absl::string_view name) const;
  void Set(const std::string& name, calls::Value value);
  std::optional<std::string> DefinitionOf(absl::string_view function) const;  // as it was written
  void Clear();

  Context& context() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Attributes ("shape", "T") and methods ("sum", "reshape") of arrays, for completion.
std::vector<std::string> AttributesOfArrays();

}  // namespace broadloom::script

#endif  // BROADLOOM_FRONTEND_SCRIPT_SESSION_H_

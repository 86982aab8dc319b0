// Tokens to steps: precedence climbing over Python's operators.
//
//     statement   del NAME, ... | NAME(parameters) = tuple | target = ... = tuple
//                 | target op= tuple | tuple
//     tuple       expression, ...
//     expression  unary and binary operators, of which comparisons do not chain
//     primary     atom { .NAME | (arguments) | [items] }
//
// Only brackets, `**` and unary operators nest the parser's own calls, and Limits::depth bounds
// these. Internal to frontend/script.
#ifndef BROADLOOM_FRONTEND_SCRIPT_PARSER_H_
#define BROADLOOM_FRONTEND_SCRIPT_PARSER_H_

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "frontend/script/code.h"
#include "frontend/script/token.h"

namespace broadloom::script {

class Parser {
 public:
  Parser(absl::string_view text, const Limits& limits)
      : text_(text), limits_(limits), tokens_(Tokenize(text, limits)) {}

  Code Statements();
  Code OnlyExpression();

 private:
  // parser.cc
  const Token& Now(size_t ahead = 0) const;
  const Token& Take();
  bool TakeIf(absl::string_view symbol);
  void Expect(absl::string_view symbol);
  absl::string_view TakeName(const char* what);
  [[noreturn]] static void Fail(const std::string& message, Place place);
  [[noreturn]] void FailHere(const std::string& message) const;
  size_t BeginOf() const;
  Place From(size_t begin) const;  // to the last token that was taken
  void Emit(Step step);

  // parse_statements.cc
  struct Target {
    Place place;
    Code steps;  // of what is indexed, and the items
    Step last;
  };
  void Statement();
  void EmitLine();
  void Delete();
  bool IsDefinition() const;
  void Define();
  void Parameter(UserFunction* function);
  Target TakeTarget(size_t begin, size_t first);  // the steps from `first` on
  static bool IsVariable(const Step& step);
  void Assign(size_t begin, size_t first);
  void StoreIn(Target target);
  void Update(size_t begin, size_t first);
  template <typename Function>
  Code ApartFromTheRest(Function parse) {
    Code outer = std::exchange(code_, {});
    parse();
    return std::exchange(code_, std::move(outer));
  }

  // parse_expressions.cc
  bool EndsHere() const;
  void Tuple();
  void Expression();
  void Binary(int least);  // operators that bind at least so closely
  void Unary();
  void Primary();
  void Atom();
  void Push(calls::Value value, Place place);
  void NumberLiteral();
  void TextLiteral();
  static char Escaped(char c, Place place);
  void Path();
  void CheckMayHaveAttributes() const;
  void AttributeOrMethod(size_t begin);
  void Call(Step call, size_t begin);
  void Argument(Step* call, std::set<absl::string_view>* names);
  void Parenthesis(size_t begin);
  void List(size_t begin);
  void Items(size_t begin);
  void Item();

  // For as long as it lives, one level deeper.
  struct Nested {
    explicit Nested(Parser* parser);
    ~Nested() { --parser->depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    Parser* parser;
  };
  template <typename Function>
  void Nest(Function parse) {
    const Nested nested(this);
    parse();
  }

  const absl::string_view text_;
  const Limits& limits_;
  const std::vector<Token> tokens_;
  size_t at_ = 0;
  size_t line_ = 1, counted_ = 0;  // of the last statement, which begins at that byte
  int depth_ = 0;
  Code code_;
};

bool IsUpdate(const Token& token);  // += and its like

}  // namespace broadloom::script

#endif  // BROADLOOM_FRONTEND_SCRIPT_PARSER_H_

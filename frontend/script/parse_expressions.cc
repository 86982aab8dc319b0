// Operators, calls, indices, literals.
#include <optional>

#include "absl/strings/str_cat.h"
#include "frontend/calls/function.h"
#include "frontend/script/attributes.h"
#include "frontend/script/number.h"
#include "frontend/script/parser.h"

namespace broadloom::script {
namespace {

constexpr char kNoAttributes[] = "attributes and methods may not be used here";
constexpr int kComparison = 1, kPower = 9, kUnary = 8;

// None: no binary operator. Larger ones bind more closely.
std::optional<int> PrecedenceOf(const Token& token) {
  constexpr std::pair<absl::string_view, int> kTable[] = {{"==", kComparison},
                                                          {"!=", kComparison},
                                                          {"<", kComparison},
                                                          {"<=", kComparison},
                                                          {">", kComparison},
                                                          {">=", kComparison},
                                                          {"|", 2},
                                                          {"^", 3},
                                                          {"&", 4},
                                                          {"<<", 5},
                                                          {">>", 5},
                                                          {"+", 6},
                                                          {"-", 6},
                                                          {"*", 7},
                                                          {"/", 7},
                                                          {"//", 7},
                                                          {"%", 7},
                                                          {"@", 7},
                                                          {"**", kPower}};
  if (token.kind != TokenKind::kSymbol) return std::nullopt;
  for (const auto& [symbol, precedence] : kTable)
    if (token.text == symbol) return precedence;
  return std::nullopt;
}

}  // namespace

bool Parser::EndsHere() const {
  return Now().kind >= TokenKind::kNewline || Now().Is(")") || Now().Is("]") || Now().Is("=") ||
         IsUpdate(Now());
}

void Parser::Tuple() {
  const size_t begin = BeginOf();
  Expression();
  if (!Now().Is(",")) return;
  size_t count = 1;
  while (TakeIf(",") && !EndsHere()) {
    Expression();
    ++count;
  }
  Emit({StepKind::kTuple, From(begin), count});
}

void Parser::Expression() { Binary(kComparison); }

// Operators that bind at least so closely.
void Parser::Binary(int least) {
  const size_t begin = BeginOf();
  Unary();
  bool compared = false;
  for (;;) {
    const std::optional<int> precedence = PrecedenceOf(Now());
    if (!precedence || *precedence < least) return;
    if (*precedence == kComparison && std::exchange(compared, true))
      Fail("comparisons do not chain; write (a < b) & (b < c)", Now().place);
    const std::string symbol(Take().text);
    if (*precedence == kPower)
      Nest([&] { Binary(kUnary); });  // to the right, and before a sign on its right
    else
      Binary(*precedence + 1);
    Emit({.kind = StepKind::kBinary, .place = From(begin), .symbol = symbol});
  }
}

void Parser::Unary() {
  if (!Now().Is("-") && !Now().Is("+") && !Now().Is("~")) return Primary();
  const size_t begin = BeginOf();
  const std::string symbol(Take().text);
  Nest([&] { Binary(kUnary); });
  Emit({.kind = StepKind::kUnary, .place = From(begin), .symbol = symbol});
}

void Parser::Primary() {
  const size_t begin = BeginOf();
  Atom();
  for (;;) {
    if (Now().Is("."))
      AttributeOrMethod(begin);
    else if (TakeIf("["))
      Items(begin);
    else if (Now().Is("("))
      FailHere("only functions and methods can be called");
    else
      return;
  }
}

void Parser::Atom() {
  const Token token = Now();
  switch (token.kind) {
    case TokenKind::kName: return Path();
    case TokenKind::kNumber: return NumberLiteral();
    case TokenKind::kText: return TextLiteral();
    default: break;
  }
  if (TakeIf("(")) return Nest([&] { Parenthesis(token.place.begin); });
  if (TakeIf("[")) return Nest([&] { List(token.place.begin); });
  if (TakeIf("...")) return Push(Ellipsis{}, token.place);
  if (token.kind >= TokenKind::kNewline) FailHere("an expression is missing");
  FailHere(absl::StrCat("an expression is expected, not '", token.text, "'"));
}

void Parser::Push(calls::Value value, Place place) {
  Emit({.kind = StepKind::kLiteral, .place = place, .literal = std::move(value)});
}

void Parser::NumberLiteral() {
  const Token& token = Take();
  std::optional<Number> number;
  try {
    number = ParseNumber(token.text);
  } catch (const Error& error) {
    throw ScriptError(error.code(), error.what(), token.place, true);
  }
  if (!number) Fail(absl::StrCat("'", token.text, "' is no number"), token.place);
  Push(*number, token.place);
}

// Neighbouring texts are one, as in Python.
void Parser::TextLiteral() {
  const size_t begin = BeginOf();
  std::string all;
  while (Now().kind == TokenKind::kText) {
    const Token& token = Take();
    absl::string_view rest = token.text.substr(1, token.text.size() - 2);
    for (; !rest.empty(); rest.remove_prefix(1)) {
      if (rest[0] == '\\')
        rest.remove_prefix(1), all += Escaped(rest[0], token.place);
      else
        all += rest[0];
    }
  }
  Push(all, From(begin));
}
char Parser::Escaped(char c, Place place) {
  switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case '\\':
    case '\'':
    case '"': return c;
    default: Fail(absl::StrCat("no such escape in a text: \\", std::string(1, c)), place);
  }
}

// None, True, False, or a.b.c with what is called of it.
void Parser::Path() {
  const size_t begin = BeginOf();
  std::vector<std::string> names = {std::string(TakeName("an expression"))};
  const Place place = From(begin);
  if (names[0] == "None") return Push({}, place);
  if (names[0] == "True" || names[0] == "False") return Push(Number(names[0] == "True"), place);
  while (Now().Is(".") && Now(1).kind == TokenKind::kName) {
    ++at_;
    names.emplace_back(TakeName("an attribute"));
  }
  const bool is_call = Now().Is("("), is_variable = names.size() == 1;
  const bool is_function = is_call && calls::FindFunction(FunctionName(names)) != nullptr;
  if (!is_variable && !is_function && !limits_.attributes) Fail(kNoAttributes, From(begin));
  if (TakeIf("("))
    return Call({.kind = StepKind::kCall, .place = {}, .names = std::move(names)}, begin);
  Emit({.kind = StepKind::kName, .place = From(begin), .names = std::move(names)});
}

void Parser::CheckMayHaveAttributes() const {
  if (!limits_.attributes) FailHere(kNoAttributes);
}

void Parser::AttributeOrMethod(size_t begin) {
  CheckMayHaveAttributes();
  Expect(".");
  std::vector<std::string> names = {std::string(TakeName("an attribute"))};
  if (TakeIf("("))
    return Call({.kind = StepKind::kMethod, .place = {}, .names = std::move(names)}, begin);
  Emit({.kind = StepKind::kAttribute, .place = From(begin), .names = std::move(names)});
}

void Parser::Call(Step call, size_t begin) {
  const Nested nested(this);
  std::set<absl::string_view> names;
  while (!TakeIf(")")) {
    Argument(&call, &names);
    if (!Now().Is(")")) Expect(",");
  }
  call.place = From(begin);
  Emit(std::move(call));
}

// `names`: of the arguments before it.
void Parser::Argument(Step* call, std::set<absl::string_view>* names) {
  if (Now().kind == TokenKind::kName && Now(1).Is("=")) {
    const Place place = Now().place;
    const absl::string_view name = TakeName("an argument's name");
    if (!names->insert(name).second)
      Fail(absl::StrCat("the argument `", name, "` is there twice"), place);
    call->keywords.emplace_back(name);
    ++at_;
  } else {
    if (!call->keywords.empty()) FailHere("an argument without a name follows one with a name");
    ++call->count;
  }
  Expression();
}

void Parser::Parenthesis(size_t begin) {
  if (TakeIf(")")) return Emit({StepKind::kTuple, From(begin), 0});
  Tuple();
  Expect(")");
}

void Parser::List(size_t begin) {
  size_t count = 0;
  while (!TakeIf("]")) {
    Expression();
    ++count;
    if (!Now().Is("]")) Expect(",");
  }
  Emit({StepKind::kList, From(begin), count});
}

void Parser::Items(size_t begin) {
  const Nested nested(this);
  size_t count = 0;
  if (Now().Is("]")) FailHere("an index is missing");
  while (!TakeIf("]")) {
    Item();
    ++count;
    if (!Now().Is("]")) Expect(",");
  }
  Emit({StepKind::kIndex, From(begin), count});
}

// start:stop:step, each of which may be missing, or an expression.
void Parser::Item() {
  const size_t begin = BeginOf();
  if (!Now().Is(":"))
    Expression();
  else
    Push({}, Now().place);
  if (!Now().Is(":")) return;
  for (int i = 0; i < 2; ++i) {
    const bool is_there = TakeIf(":");
    if (!is_there || Now().Is(":") || Now().Is(",") || Now().Is("]"))
      Push({}, Now().place);
    else
      Expression();
  }
  Emit({StepKind::kSlice, From(begin)});
}

}  // namespace broadloom::script

// What all of the parser uses.
#include "frontend/script/parser.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace broadloom::script {
namespace {

// Words of Python that are no names here; what to write instead.
struct Word {
  absl::string_view word, advice;
};
constexpr Word kWords[] = {
    {"and", "write & between arrays of bools, or logical_and(x, y)"},
    {"or", "write | between arrays of bools, or logical_or(x, y)"},
    {"not", "write ~ before an array of bools, or logical_not(x)"},
    {"if", "write where(condition, x, y)"},
    {"else", "write where(condition, x, y)"},
    {"in", "write isin(x, values)"},
    {"is", "write ==, or isnan(x)"},
    {"lambda", "write a function: f(x) = x + 1"},
    {"def", "write a function of one expression: f(x) = x + 1"},
    {"for", "arrays need no loops"},
    {"while", "there are no loops"},
    {"return", "write a function of one expression: f(x) = x + 1"},
    {"import", "all functions are here; NumPy's prefix np. may stay"},
    {"from", "all functions are here; NumPy's prefix np. may stay"},
    {"class", "there are no classes"},
    {"with", "there is no such statement"},
    {"try", "there is no such statement"},
    {"raise", "there is no such statement"},
    {"assert", "there is no such statement"},
    {"yield", "there are no generators"},
    {"await", "there are no coroutines"},
    {"async", "there are no coroutines"},
    {"global", "there is no such statement"},
    {"pass", "there is no such statement"},
    {"del", "a statement of its own: del x"},
};

const Word* ReservedWord(absl::string_view name) {
  for (const Word& word : kWords)
    if (word.word == name) return &word;
  return nullptr;
}

}  // namespace

const Token& Parser::Now(size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}
const Token& Parser::Take() { return tokens_[at_++]; }
bool Parser::TakeIf(absl::string_view symbol) {
  if (!Now().Is(symbol)) return false;
  ++at_;
  return true;
}
void Parser::Fail(const std::string& message, Place place) {
  throw ScriptError(ErrorCode::invalid_argument, message, place, true);
}
void Parser::FailHere(const std::string& message) const {
  const Token& now = Now();
  if (now.kind == TokenKind::kName)
    if (const Word* word = ReservedWord(now.text))
      Fail(absl::StrCat("`", now.text, "`: ", word->advice), now.place);
  if (now.Is("=") && code_.size() > 0)
    Fail(absl::StrCat(message, "; == compares, and a name stands before ="), now.place);
  Fail(message, now.place);
}
void Parser::Expect(absl::string_view symbol) {
  if (!TakeIf(symbol)) FailHere(absl::StrCat("'", symbol, "' is expected"));
}
absl::string_view Parser::TakeName(const char* what) {
  if (Now().kind != TokenKind::kName || ReservedWord(Now().text) != nullptr)
    FailHere(absl::StrCat(what, " is expected"));
  return Take().text;
}

size_t Parser::BeginOf() const { return Now().place.begin; }
Place Parser::From(size_t begin) const { return {begin, tokens_[at_ - 1].place.end}; }

void Parser::Emit(Step step) {
  if (static_cast<int64_t>(code_.size()) >= limits_.nodes)
    Fail(absl::StrCat("more than ", limits_.nodes, " operations"), step.place);
  code_.push_back(std::move(step));
}

Parser::Nested::Nested(Parser* parser) : parser(parser) {
  if (++parser->depth_ > parser->limits_.depth)
    parser->FailHere(absl::StrCat("nested more than ", parser->limits_.depth, " deep"));
}

Code Parser::Statements() {
  while (Now().kind != TokenKind::kEnd) {
    if (Now().kind != TokenKind::kNewline) Statement();
    if (Now().kind != TokenKind::kNewline) FailHere("the end of the statement is expected");
    ++at_;
  }
  return std::move(code_);
}

Code Parser::OnlyExpression() {
  while (Now().kind == TokenKind::kNewline) ++at_;
  Tuple();
  while (Now().kind == TokenKind::kNewline) ++at_;
  if (Now().kind != TokenKind::kEnd) FailHere("one expression is expected");
  return std::move(code_);
}

Code Parse(absl::string_view text, const Limits& limits) {
  return Parser(text, limits).Statements();
}

Code ParseExpression(absl::string_view text, const Limits& limits) {
  return Parser(text, limits).OnlyExpression();
}

}  // namespace broadloom::script

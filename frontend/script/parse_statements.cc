// Assignments, definitions, deletions.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "frontend/script/parser.h"

namespace broadloom::script {

bool IsUpdate(const Token& token) {
  return token.kind == TokenKind::kSymbol && token.text.size() >= 2 && token.text.back() == '=' &&
         !absl::StrContains("== != <= >= :=", token.text);
}

void Parser::Statement() {
  EmitLine();
  if (Now().kind == TokenKind::kName && Now().text == "del") return Delete();
  if (IsDefinition()) return Define();
  const size_t begin = BeginOf(), first = code_.size();
  Tuple();
  if (IsUpdate(Now())) return Update(begin, first);
  if (!Now().Is("=")) return Emit({StepKind::kShow, From(begin)});
  Assign(begin, first);
}

// Lines are counted on from the last statement.
void Parser::EmitLine() {
  const size_t begin = BeginOf();
  const auto from = text_.begin() + static_cast<int64_t>(counted_);
  const auto to = text_.begin() + static_cast<int64_t>(begin);
  line_ += static_cast<size_t>(std::count(from, to, '\n'));
  counted_ = begin;
  Emit({StepKind::kLine, {begin, begin}, line_});
}

void Parser::Delete() {
  ++at_;
  do {
    const size_t begin = BeginOf();
    const std::string name(TakeName("the name of a variable"));
    Emit({.kind = StepKind::kDelete, .place = From(begin), .names = {name}});
  } while (TakeIf(","));
}

// NAME ( ... ) =
bool Parser::IsDefinition() const {
  if (Now().kind != TokenKind::kName || !Now(1).Is("(")) return false;
  size_t at = at_ + 1;
  int depth = 0;
  do {
    depth += tokens_[at].Is("(") || tokens_[at].Is("[");
    depth -= tokens_[at].Is(")") || tokens_[at].Is("]");
    ++at;
  } while (depth > 0 && tokens_[at].kind < TokenKind::kNewline);
  return depth == 0 && tokens_[at].Is("=");
}

void Parser::Define() {
  const size_t begin = BeginOf();
  auto function = std::make_shared<UserFunction>();
  function->name = std::string(TakeName("a name"));
  Expect("(");
  while (!TakeIf(")")) {
    Parameter(function.get());
    if (!Now().Is(")")) Expect(",");
  }
  Expect("=");
  function->body = ApartFromTheRest([&] { Tuple(); });
  function->text = std::string(text_.substr(begin, From(begin).end - begin));
  Emit({.kind = StepKind::kDefine,
        .place = From(begin),
        .names = {function->name},
        .function = function});
}

void Parser::Parameter(UserFunction* function) {
  const Place place = Now().place;
  const std::string name(TakeName("a parameter's name"));
  for (const std::string& other : function->parameters)
    if (other == name) Fail(absl::StrCat("the parameter `", name, "` is there twice"), place);
  function->parameters.push_back(name);
  if (TakeIf("=")) {
    function->defaults.push_back(ApartFromTheRest([&] { Expression(); }));
  } else {
    if (!function->defaults.empty())
      Fail(absl::StrCat("`", name, "` needs a default, as the parameter before it has one"), place);
    ++function->required;
  }
}

Parser::Target Parser::TakeTarget(size_t begin, size_t first) {
  Target target{From(begin), {}, {}};
  target.steps.assign(std::make_move_iterator(code_.begin() + static_cast<int64_t>(first)),
                      std::make_move_iterator(code_.end()));
  code_.resize(first);
  target.last = std::move(target.steps.back());
  target.steps.pop_back();
  return target;
}

bool Parser::IsVariable(const Step& step) {
  return step.kind == StepKind::kName && step.names.size() == 1;
}

void Parser::Assign(size_t begin, size_t first) {
  std::vector<Target> targets;
  while (TakeIf("=")) {
    --at_;
    targets.push_back(TakeTarget(begin, first));
    ++at_;
    begin = BeginOf();
    Tuple();
  }
  for (size_t i = 0; i < targets.size(); ++i) {
    if (i + 1 < targets.size()) Emit({StepKind::kCopy, targets[i].place});
    StoreIn(std::move(targets[i]));
  }
}

void Parser::StoreIn(Target target) {
  const Place place = target.place;
  if (IsVariable(target.last)) {
    Emit({.kind = StepKind::kStore, .place = place, .names = target.last.names});
  } else if (target.last.kind == StepKind::kIndex) {
    const size_t count = target.last.count;
    for (Step& step : target.steps) Emit(std::move(step));
    Emit({.kind = StepKind::kStoreIndex, .place = place, .count = count});
  } else if (target.last.kind == StepKind::kTuple || target.last.kind == StepKind::kList) {
    std::vector<std::string> names;
    for (const Step& step : target.steps) {
      if (!IsVariable(step)) Fail("only names can be assigned to together", step.place);
      names.push_back(step.names[0]);
    }
    if (names.size() != target.last.count) Fail("only names can be assigned to together", place);
    Emit({.kind = StepKind::kStoreEach, .place = place, .names = names});
  } else {
    Fail("only a name, several of them, or an element x[...] can be assigned to", place);
  }
}

void Parser::Update(size_t begin, size_t first) {
  Target target = TakeTarget(begin, first);
  const std::string symbol(absl::StripSuffix(Take().text, "="));
  Tuple();
  if (IsVariable(target.last)) {
    Emit({.kind = StepKind::kUpdate,
          .place = From(begin),
          .symbol = symbol,
          .names = target.last.names});
  } else if (target.last.kind == StepKind::kIndex) {
    for (Step& step : target.steps) Emit(std::move(step));
    Emit({.kind = StepKind::kUpdateIndex,
          .place = From(begin),
          .count = target.last.count,
          .symbol = symbol});
  } else {
    Fail("only a name or an element x[...] can be changed in place", target.place);
  }
}

}  // namespace broadloom::script

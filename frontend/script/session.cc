// Sessions: names, and what runs in them.
#include "frontend/script/session.h"

#include "frontend/script/machine.h"
#include "frontend/script/token.h"

namespace broadloom::script {

struct Session::State {
  Context& context;
  const Limits limits;
  const std::string source;
  Names names;
};

Session::Session(Context& context, const Limits& limits, std::string source)
    : state_(new State{context, limits, std::move(source), {}}) {}
Session::~Session() = default;

void Session::Run(absl::string_view text, const Show& show) {
  const Code code = Parse(text, state_->limits);
  Machine machine(&state_->names, &state_->context, state_->limits.depth);
  machine.RunStatements(code, show, state_->source);
}

calls::Value Session::Evaluate(absl::string_view text) {
  const Code code = ParseExpression(text, state_->limits);
  return Machine(&state_->names, &state_->context, state_->limits.depth).Run(code);
}

std::vector<std::string> Session::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : state_->names.variables) names.push_back(name);
  for (const auto& [name, function] : state_->names.functions) names.push_back(name);
  return names;
}

const calls::Value* Session::Find(absl::string_view name) const {
  const auto found = state_->names.variables.find(name);
  return found == state_->names.variables.end() ? nullptr : &found->second;
}

void Session::Set(const std::string& name, calls::Value value) {
  state_->names.functions.erase(name);
  state_->names.variables[name] = std::move(value);
}

std::optional<std::string> Session::DefinitionOf(absl::string_view function) const {
  const auto found = state_->names.functions.find(function);
  if (found == state_->names.functions.end()) return std::nullopt;
  return found->second->text;
}

void Session::Clear() { state_->names = {}; }

Context& Session::context() const { return state_->context; }

bool IsIncomplete(absl::string_view text) { return EndsWithin(text); }

}  // namespace broadloom::script

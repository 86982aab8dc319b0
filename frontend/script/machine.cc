// The machine: a stack of values, one step after another.
#include "frontend/script/machine.h"

#include <iterator>
#include <new>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "frontend/calls/function.h"
#include "frontend/calls/near_names.h"
#include "frontend/script/attributes.h"
#include "frontend/script/operators.h"

namespace broadloom::script {
namespace {

using calls::Sequence;
using calls::Value;
using Values = std::vector<Value>;

Value Pop(Values* stack) {
  Value value = std::move(stack->back());
  stack->pop_back();
  return value;
}

Values Pop(Values* stack, size_t count) {
  const auto first = stack->end() - static_cast<int64_t>(count);
  Values values(std::make_move_iterator(first), std::make_move_iterator(stack->end()));
  stack->erase(first, stack->end());
  return values;
}

[[noreturn]] void UnknownName(const std::string& name, std::vector<std::string> known) {
  throw Error(ErrorCode::invalid_argument,
              absl::StrCat("`", name, "` is not defined",
                           calls::DidYouMean(calls::NearNames(name, known))));
}

std::vector<std::string> NamesOf(const auto& map) {
  std::vector<std::string> names;
  for (const auto& [name, value] : map) names.push_back(name);
  return names;
}

void Append(std::vector<std::string>* to, std::vector<std::string> more) {
  to->insert(to->end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

void Machine::RunStatements(const Code& code, const Session::Show& show,
                            const std::string& source) {
  show_ = &show;
  source_ = &source;
  RunIn(code, nullptr);
}

Value Machine::RunIn(const Code& code, const Variables* parameters) {
  Values stack;
  for (const Step& step : code) {
    try {
      Do(step, &stack, parameters);
    } catch (const ScriptError&) {
      throw;
    } catch (const Error& error) {
      throw ScriptError(error.code(), error.what(), step.place);
    } catch (const std::bad_alloc&) {
      throw ScriptError(ErrorCode::memory_budget, "out of memory", step.place);
    }
  }
  return stack.empty() ? Value() : Pop(&stack);
}

void Machine::Do(const Step& step, Values* stack, const Variables* parameters) {
  switch (step.kind) {
    case StepKind::kLiteral: return stack->push_back(step.literal);
    case StepKind::kName: return stack->push_back(Named(step, parameters));
    case StepKind::kAttribute: {
      Value& x = stack->back();
      x = Attribute(x, step.names[0]);
      return;
    }
    case StepKind::kUnary: {
      Value& x = stack->back();
      x = Unary(step.symbol, x);
      return;
    }
    case StepKind::kBinary: {
      const Value y = Pop(stack);
      Value& x = stack->back();
      x = Binary(step.symbol, x, y);
      return;
    }
    case StepKind::kSlice: {
      const Values parts = Pop(stack, 3);
      return stack->push_back(SliceOf(parts[0], parts[1], parts[2]));
    }
    case StepKind::kTuple: return stack->push_back(Sequence{Pop(stack, step.count)});
    case StepKind::kList: return stack->push_back(Sequence{Pop(stack, step.count), true});
    case StepKind::kIndex: {
      const Values items = Pop(stack, step.count);
      Value& x = stack->back();
      x = Indexed(x, items);
      return;
    }
    case StepKind::kCall:
    case StepKind::kMethod: {
      Values values = Pop(stack, step.keywords.size());
      std::vector<calls::Named> named;
      for (size_t i = 0; i < values.size(); ++i)
        named.emplace_back(step.keywords[i], std::move(values[i]));
      Values placed = Pop(stack, step.count);
      if (step.kind == StepKind::kCall)
        return stack->push_back(Call(step, std::move(placed), std::move(named), parameters));
      Value& x = stack->back();
      x = CallMethod(x, step.names[0], std::move(placed), named, context_);
      return;
    }
    default: return DoStatement(step, stack);
  }
}

void Machine::DoStatement(const Step& step, Values* stack) {
  switch (step.kind) {
    case StepKind::kShow: {
      const Value value = Pop(stack);
      if (!value.is_none()) (*show_)(value);
      return;
    }
    case StepKind::kLine: return set_source(absl::StrCat(*source_, ":", step.count));
    case StepKind::kCopy: return stack->push_back(Value(stack->back()));
    case StepKind::kStore: return Define(step.names[0], Pop(stack));
    case StepKind::kStoreEach: return StoreEach(step.names, Pop(stack));
    case StepKind::kStoreIndex: {
      const Values items = Pop(stack, step.count);
      const Value x = Pop(stack);
      return StoreIndexed(x, items, Pop(stack));
    }
    case StepKind::kUpdate: {
      const Value* old = FindVariable(step.names[0], nullptr);
      if (old == nullptr) UnknownName(step.names[0], NamesOf(names_.variables));
      return Define(step.names[0], Updated(step.symbol, *old, Pop(stack)));
    }
    case StepKind::kUpdateIndex: {
      const Values items = Pop(stack, step.count);
      const Value x = Pop(stack);
      return StoreIndexed(x, items, Updated(step.symbol, Indexed(x, items), Pop(stack)));
    }
    case StepKind::kDefine:
      names_.variables.erase(step.names[0]);
      names_.functions[step.names[0]] = step.function;
      return;
    case StepKind::kDelete:
      if (names_.variables.erase(step.names[0]) + names_.functions.erase(step.names[0]) == 0)
        UnknownName(step.names[0], NamesOf(names_.variables));
      return;
    default: throw Error(ErrorCode::internal, "a step that is no statement");
  }
}

void Machine::Define(const std::string& name, Value value) {
  names_.functions.erase(name);
  names_.variables[name] = std::move(value);
}

// Of a tuple its items, of an array its subarrays.
void Machine::StoreEach(const std::vector<std::string>& names, const Value& value) {
  Values items;
  if (const Sequence* sequence = value.As<Sequence>()) {
    items = sequence->items;
  } else if (const Array* array = value.As<Array>(); array != nullptr && array->ndim() > 0) {
    for (int64_t i = 0; i < array->shape()[0]; ++i) {
      if (static_cast<size_t>(i) > names.size()) break;
      items.push_back(index(*array, {Index(i)}));
    }
  } else {
    throw Error(ErrorCode::type_error,
                absl::StrCat(Describe(value), " cannot be assigned to several names"));
  }
  if (items.size() != names.size())
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(names.size(), " names, but ",
                             items.size() > names.size() ? "more" : "fewer", " values"));
  for (size_t i = 0; i < names.size(); ++i) Define(names[i], std::move(items[i]));
}

const Value* Machine::FindVariable(absl::string_view name, const Variables* parameters) const {
  if (parameters != nullptr)
    if (const auto found = parameters->find(name); found != parameters->end())
      return &found->second;
  const auto found = names_.variables.find(name);
  return found == names_.variables.end() ? nullptr : &found->second;
}

Value Machine::Named(const Step& step, const Variables* parameters) const {
  const std::vector<std::string>& names = step.names;
  if (const Value* variable = FindVariable(names[0], parameters)) {
    Value value = *variable;
    for (size_t i = 1; i < names.size(); ++i) value = Attribute(value, names[i]);
    return value;
  }
  const std::string name = FunctionName(names);
  if (const std::optional<Value> constant = Constant(name)) return *constant;
  const bool is_function = calls::FindFunction(name) != nullptr || names_.functions.contains(name);
  if (is_function)
    throw Error(ErrorCode::type_error,
                absl::StrCat("`", name, "` is a function: write ", name, "(...)"));
  std::vector<std::string> known = NamesOf(names_.variables);
  if (parameters != nullptr) Append(&known, NamesOf(*parameters));
  Append(&known, Constants());
  UnknownName(name, std::move(known));
}

Value Machine::Call(const Step& step, Values placed, std::vector<calls::Named> named,
                    const Variables* parameters) {
  const std::vector<std::string>& names = step.names;
  if (const Value* variable = FindVariable(names[0], parameters)) {
    if (names.size() == 1)
      throw Error(ErrorCode::type_error,
                  absl::StrCat("`", names[0], "` is ", Describe(*variable), ", and no function"));
    Value value = *variable;
    for (size_t i = 1; i + 1 < names.size(); ++i) value = Attribute(value, names[i]);
    return CallMethod(value, names.back(), std::move(placed), named, context_);
  }
  const std::string name = FunctionName(names);
  if (const auto user = names_.functions.find(name); user != names_.functions.end())
    return CallUser(*std::shared_ptr(user->second), std::move(placed), named);
  const calls::Function* function = calls::FindFunction(name);
  if (function != nullptr) return calls::Call(*function, std::move(placed), named, context_);
  if (const std::optional<DataType> dtype = DtypeNamed(name))
    return Converted(name, *dtype, std::move(placed), named, context_);
  std::vector<std::string> near = calls::NamesLike(name);
  Append(&near, NamesOf(names_.functions));
  UnknownName(name, std::move(near));
}

// Its text may be another one than that which calls it: errors are shown at the call.
Value Machine::RunBody(const UserFunction& function, const Variables& parameters) {
  try {
    return RunIn(function.body, &parameters);
  } catch (const ScriptError& error) {
    const std::string message = error.what();
    const bool is_inner = absl::StartsWith(message, "in ");
    throw Error(error.code(),
                is_inner ? message : absl::StrCat("in ", function.name, ": ", message));
  }
}

// Parameters that are not given have their defaults, computed now.
Value Machine::CallUser(const UserFunction& function, Values placed,
                        const std::vector<calls::Named>& named) {
  if (++depth_ > most_depth_) {
    --depth_;
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(function.name, ": functions call each other more than ", most_depth_,
                             " deep"));
  }
  const absl::Cleanup leave = [this] { --depth_; };
  Variables parameters;
  if (placed.size() > function.parameters.size())
    throw Error(ErrorCode::type_error,
                absl::StrCat(function.name, ": takes ", function.parameters.size(),
                             " arguments, not ", placed.size()));
  for (size_t i = 0; i < placed.size(); ++i)
    parameters[function.parameters[i]] = std::move(placed[i]);
  for (const auto& [name, value] : named) {
    const auto known = std::find(function.parameters.begin(), function.parameters.end(), name);
    if (known == function.parameters.end())
      throw Error(ErrorCode::type_error,
                  absl::StrCat(function.name, ": has no argument `", name, "`"));
    if (!parameters.emplace(name, value).second)
      throw Error(ErrorCode::type_error,
                  absl::StrCat(function.name, ": `", name, "` is given by place and by name"));
  }
  for (size_t i = 0; i < function.parameters.size(); ++i) {
    const std::string& name = function.parameters[i];
    if (parameters.contains(name)) continue;
    if (i < function.required)
      throw Error(ErrorCode::type_error, absl::StrCat(function.name, ": `", name, "` is missing"));
    parameters[name] = RunIn(function.defaults[i - function.required], nullptr);
  }
  return RunBody(function, parameters);
}

}  // namespace broadloom::script

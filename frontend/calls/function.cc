// Finding functions, and what their signatures say.
#include "frontend/calls/function.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "frontend/calls/arguments.h"
#include "frontend/calls/near_names.h"
#include "frontend/calls/tables.h"

namespace broadloom::calls {
namespace {

struct Alias {
  absl::string_view name, of;
};
// Other names that NumPy has.
constexpr Alias kAliases[] = {
    {"absolute", "abs"},
    {"amax", "max"},
    {"amin", "min"},
    {"arccos", "acos"},
    {"arccosh", "acosh"},
    {"arcsin", "asin"},
    {"arcsinh", "asinh"},
    {"arctan", "atan"},
    {"arctan2", "atan2"},
    {"arctanh", "atanh"},
    {"around", "round"},
    {"bitwise_invert", "invert"},
    {"bitwise_not", "invert"},
    {"concatenate", "concat"},
    {"conjugate", "conj"},
    {"deg2rad", "radians"},
    {"fix", "trunc"},
    {"linalg.matrix_transpose", "matrix_transpose"},
    {"linalg.tensordot", "tensordot"},
    {"left_shift", "bitwise_left_shift"},
    {"mod", "remainder"},
    {"popcount", "bitwise_count"},
    {"power", "pow"},
    {"rad2deg", "degrees"},
    {"right_shift", "bitwise_right_shift"},
    {"true_divide", "divide"},
    {"row_stack", "vstack"},
    {"transpose", "permute_dims"},
};

using ByName = std::map<std::string, const Function*, std::less<>>;

struct Index {
  ByName by_name;  // other names too
  std::vector<const Function*> all;
};

const Index& TheIndex() {
  static const Index* const index = [] {
    auto* made = new Index;
    for (absl::Span<const Function> table : Tables())
      for (const Function& function : table)
        made->by_name.emplace(std::string(function.name()), &function);
    for (const auto& [name, function] : made->by_name) made->all.push_back(function);
    for (const Alias& alias : kAliases) {
      const auto of = made->by_name.find(alias.of);
      if (of != made->by_name.end()) made->by_name.emplace(std::string(alias.name), of->second);
    }
    return made;
  }();
  return *index;
}

// At the commas that stand in no bracket and in no text.
std::vector<absl::string_view> SplitParameters(absl::string_view text) {
  std::vector<absl::string_view> parts;
  int depth = 0;
  bool in_text = false;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'') in_text = !in_text;
    if (in_text) continue;
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (text[i] != ',' || depth > 0) continue;
    parts.push_back(absl::StripAsciiWhitespace(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  if (begin < text.size()) parts.push_back(absl::StripAsciiWhitespace(text.substr(begin)));
  return parts;
}

Parameter ParameterOf(absl::string_view text) {
  Parameter parameter;
  const size_t equals = text.find('=');
  parameter.name = text.substr(0, equals);
  if (equals != absl::string_view::npos) parameter.default_text = text.substr(equals + 1);
  if (absl::ConsumePrefix(&parameter.name, "*")) {
    parameter.takes_rest = true;
    parameter.by_name = false;
  }
  return parameter;
}

}  // namespace

absl::string_view Function::name() const {
  const absl::string_view text = signature;
  return text.substr(0, text.find('('));
}

std::vector<Parameter> ParametersOf(const Function& function) {
  absl::string_view text = function.signature;
  text = absl::StripSuffix(text.substr(text.find('(') + 1), ")");
  std::vector<Parameter> parameters;
  bool by_place = true;
  for (absl::string_view part : SplitParameters(text)) {
    if (part == "/") {
      for (Parameter& before : parameters) before.by_name = false;
    } else if (part == "*") {
      by_place = false;
    } else {
      parameters.push_back(ParameterOf(part));
      parameters.back().by_place = by_place;
      if (parameters.back().takes_rest) by_place = false;
    }
  }
  return parameters;
}

const Function* FindFunction(absl::string_view name) {
  const ByName& functions = TheIndex().by_name;
  const auto found = functions.find(name);
  return found == functions.end() ? nullptr : found->second;
}

absl::Span<const Function* const> Functions() { return TheIndex().all; }

std::vector<std::string> NamesLike(absl::string_view name) {
  std::vector<std::string> names;
  for (const auto& [known, function] : TheIndex().by_name) names.push_back(known);
  return NearNames(name, names);
}

Value Call(const Function& function, std::vector<Value> placed, const std::vector<Named>& named,
           Context* context) {
  return function.call(Arguments(function, std::move(placed), named, context));
}

}  // namespace broadloom::calls

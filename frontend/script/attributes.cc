// What stands behind a dot.
#include "frontend/script/attributes.h"

#include <cmath>
#include <iterator>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "frontend/calls/arguments.h"
#include "frontend/calls/near_names.h"
#include "frontend/composed.h"
#include "frontend/error.h"
#include "frontend/linalg.h"
#include "frontend/script/session.h"
#include "frontend/sorting.h"

namespace broadloom::script {
namespace {

using calls::Named;
using calls::Sequence;
using calls::Value;

struct AttributeRow {
  absl::string_view name;
  Value (*of)(const Array& x);
};
constexpr AttributeRow kAttributes[] = {
    {"T", [](const Array& x) -> Value { return x.transpose(); }},
    {"mT", [](const Array& x) -> Value { return matrix_transpose(x); }},
    {"shape", [](const Array& x) -> Value { return calls::ToValue(x.shape()); }},
    {"strides", [](const Array& x) -> Value { return calls::ToValue(x.strides()); }},
    {"dtype", [](const Array& x) -> Value { return x.dtype(); }},
    {"ndim", [](const Array& x) -> Value { return Number(x.ndim()); }},
    {"size", [](const Array& x) -> Value { return Number(x.size()); }},
    {"itemsize", [](const Array& x) -> Value { return Number(itemsize(x.dtype())); }},
    {"nbytes", [](const Array& x) -> Value { return Number(x.nbytes()); }},
    {"real", [](const Array& x) -> Value { return real_view(x); }},
    {"imag", [](const Array& x) -> Value { return imag_view(x); }},
};

// Methods that are the function of that name with the array as its first argument.
constexpr absl::string_view kMethods[] = {
    "all",    "any",      "argmax",   "argmin", "argpartition", "argsort",      "astype",
    "choose", "clip",     "compress", "conj",   "conjugate",    "copy",         "cumprod",
    "cumsum", "diagonal", "dot",      "max",    "mean",         "min",          "nonzero",
    "prod",   "ptp",      "ravel",    "repeat", "round",        "searchsorted", "squeeze",
    "std",    "sum",      "swapaxes", "take",   "trace",        "var"};

struct MethodRow {
  absl::string_view name;
  Value (*call)(const Array& x, std::vector<Value> placed);
};

calls::Slot SlotOf(const char* method, const char* parameter) {
  return {method, parameter, nullptr};
}

// Given one after another, or as one tuple.
std::vector<int64_t> Integers(const std::vector<Value>& placed, const calls::Slot& slot) {
  if (placed.size() == 1) return calls::From<std::vector<int64_t>>::Of(placed[0], slot);
  return calls::From<std::vector<int64_t>>::Of(Sequence{placed}, slot);
}

void TakesNone(const char* method, const std::vector<Value>& placed) {
  if (!placed.empty())
    throw Error(ErrorCode::type_error, absl::StrCat(method, ": takes no argument here"));
}

Value Item(const Array& x, std::vector<Value> placed) {
  if (!placed.empty())
    return Item(index(x,
                      [&] {
                        std::vector<Index> items;
                        for (const int64_t place : Integers(placed, SlotOf("item", "args")))
                          items.emplace_back(place);
                        return items;
                      }()),
                {});
  if (x.size() != 1)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("item: needs an array of one element, not of ", x.size()));
  const Array one = broadloom::reshape(x, {});
  return calls::From<Number>::Of(one, SlotOf("item", "self"));
}

// Those whose arguments are others than the function's.
constexpr MethodRow kOwnMethods[] = {
    {"reshape",
     [](const Array& x, std::vector<Value> placed) -> Value {
       return broadloom::reshape(x, Integers(placed, SlotOf("reshape", "shape")));
     }},
    {"transpose",
     [](const Array& x, std::vector<Value> placed) -> Value {
       if (placed.empty() || (placed.size() == 1 && placed[0].is_none())) return x.transpose();
       return permute_dims(x, Integers(placed, SlotOf("transpose", "axes")));
     }},
    {"flatten",
     [](const Array& x, std::vector<Value> placed) -> Value {
       TakesNone("flatten", placed);
       return broadloom::copy(broadloom::reshape(x, {-1}));
     }},
    {"item", Item},
    {"fill",
     [](const Array& x, std::vector<Value> placed) -> Value {
       assign(x, calls::From<Operand>::Of(placed.empty() ? Value() : placed[0],
                                          SlotOf("fill", "value")));
       return {};
     }},
    {"sort",
     [](const Array& x, std::vector<Value> placed) -> Value {
       sort_in_place(
           x, placed.empty() ? -1 : calls::From<int64_t>::Of(placed[0], SlotOf("sort", "axis")));
       return {};
     }},
    {"eval",
     [](const Array& x, std::vector<Value> placed) -> Value {
       TakesNone("eval", placed);
       return x.eval();
     }},
};

[[noreturn]] void NoAttribute(const Value& x, absl::string_view name) {
  const bool is_array = x.As<Array>() != nullptr;
  throw Error(ErrorCode::type_error,
              absl::StrCat(
                  Describe(x), " has no attribute `", name, "`",
                  is_array ? calls::DidYouMean(calls::NearNames(name, AttributesOfArrays())) : ""));
}

const double kNan = std::numeric_limits<double>::quiet_NaN();
const double kInf = std::numeric_limits<double>::infinity();

struct ConstantRow {
  absl::string_view name;
  double value;
};
const ConstantRow kConstants[] = {
    {"pi", 3.141592653589793},
    {"e", 2.718281828459045},
    {"euler_gamma", 0.5772156649015329},
    {"inf", kInf},
    {"nan", kNan},
};

// Python's types, as dtypes.
constexpr std::pair<absl::string_view, DataType> kTypes[] = {{"bool", DataType::bool_},
                                                             {"bool_", DataType::bool_},
                                                             {"complex", DataType::complex128},
                                                             {"float", DataType::float64},
                                                             {"int", DataType::int64}};

bool IsModulePrefix(absl::string_view name) {
  return name == "np" || name == "numpy" || name == "bl" || name == "broadloom";
}

}  // namespace

std::string FunctionName(const std::vector<std::string>& names) {
  const size_t first = names.size() > 1 && IsModulePrefix(names[0]);
  return absl::StrJoin(names.begin() + static_cast<int64_t>(first), names.end(), ".");
}

Value Attribute(const Value& x, absl::string_view name) {
  if (const Array* array = x.As<Array>())
    for (const AttributeRow& row : kAttributes)
      if (row.name == name) return row.of(*array);
  NoAttribute(x, name);
}

Value CallMethod(const Value& x, absl::string_view name, std::vector<Value> placed,
                 const std::vector<Named>& named, Context* context) {
  const Array* array = x.As<Array>();
  if (array == nullptr) NoAttribute(x, name);
  for (const MethodRow& row : kOwnMethods) {
    if (row.name != name) continue;
    if (named.empty()) return row.call(*array, std::move(placed));
    throw Error(ErrorCode::type_error,
                absl::StrCat(name, ": the method has no argument `", named[0].first, "`"));
  }
  for (const absl::string_view method : kMethods) {
    if (method != name) continue;
    placed.insert(placed.begin(), x);
    return calls::Call(*calls::FindFunction(name), std::move(placed), named, context);
  }
  NoAttribute(x, name);
}

std::optional<DataType> DtypeNamed(absl::string_view name) {
  for (const auto& [type, dtype] : kTypes)
    if (type == name) return dtype;
  const std::string text(name);
  const std::optional<DataType> known = parse_dtype(text);
  return known && to_string(*known) == text ? known : std::nullopt;  // not the short ones
}

std::optional<Value> Constant(absl::string_view name) {
  if (name == "newaxis") return Value();
  for (const ConstantRow& row : kConstants)
    if (row.name == name) return Value(Number(row.value));
  if (const std::optional<DataType> dtype = DtypeNamed(name)) return Value(*dtype);
  return std::nullopt;
}

// Python's own types make numbers without a dtype, which these are not.
Value Converted(absl::string_view name, DataType dtype, std::vector<Value> placed,
                const std::vector<Named>& named, Context* context) {
  const std::string full = to_string(dtype);
  if (name != full && dtype != DataType::bool_)
    throw Error(ErrorCode::type_error,
                absl::StrCat("`", name, "` is a dtype, and no function; ", full, "(x) converts x"));
  if (placed.size() != 1 || !named.empty())
    throw Error(ErrorCode::type_error, absl::StrCat(full, ": takes one argument"));
  placed.emplace_back(dtype);
  return calls::Call(*calls::FindFunction("asarray"), std::move(placed), {}, context);
}

std::vector<std::string> Constants() {
  std::vector<std::string> names = {"newaxis"};
  for (const auto& [type, dtype] : kTypes) names.emplace_back(type);
  for (const ConstantRow& row : kConstants) names.emplace_back(row.name);
  for (int i = 1; i <= static_cast<int>(DataType::complex128); ++i)  // not bool again
    names.emplace_back(to_string(static_cast<DataType>(i)));
  return names;
}

std::vector<std::string> AttributesOfArrays() {
  std::vector<std::string> names(std::begin(kMethods), std::end(kMethods));
  for (const AttributeRow& row : kAttributes) names.emplace_back(row.name);
  for (const MethodRow& row : kOwnMethods) names.emplace_back(row.name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace broadloom::script

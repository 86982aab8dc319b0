// Arguments to their parameters.
#include "frontend/calls/arguments.h"

#include "absl/strings/str_cat.h"
#include "frontend/error.h"

namespace broadloom::calls {
namespace {

[[noreturn]] void Misfit(absl::string_view function, const std::string& what) {
  throw Error(ErrorCode::type_error, absl::StrCat(function, ": ", what));
}

size_t CountByPlace(const std::vector<Parameter>& parameters) {
  size_t count = 0;
  while (count < parameters.size() && parameters[count].by_place && !parameters[count].takes_rest)
    ++count;
  return count;
}

}  // namespace

void WrongArgument(const Slot& slot, const char* expected, const Value& value) {
  Misfit(slot.function,
         absl::StrCat("`", slot.parameter, "` must be ", expected, ", not ", Describe(value)));
}

void CheckParts(absl::string_view function, int64_t count) {
  constexpr int64_t kMost = int64_t{1} << 20;
  if (count > kMost)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(function, ": ", count, " parts; at most ", kMost));
}

Arguments::Arguments(const Function& function, std::vector<Value> placed,
                     const std::vector<Named>& named, Context* context)
    : name_(function.name()),
      parameters_(ParametersOf(function)),
      values_(parameters_.size()),
      is_given_(parameters_.size()),
      context_(context) {
  PlaceNamed(named, Place(placed));
  FillDefaults();
}

// How many parameters are given by place.
size_t Arguments::Place(std::vector<Value>& placed) {
  const size_t most = CountByPlace(parameters_);
  const bool takes_rest = most < parameters_.size() && parameters_[most].takes_rest;
  if (placed.size() > most && !takes_rest)
    Misfit(name_, absl::StrCat("takes ", most, most == 1 ? " argument" : " arguments",
                               " by place, not ", placed.size()));
  const size_t given = std::min(most, placed.size());
  for (size_t i = 0; i < given; ++i) {
    values_[i] = std::move(placed[i]);
    is_given_[i] = true;
  }
  if (takes_rest) {
    const auto rest = placed.begin() + static_cast<int64_t>(given);
    values_[most] = Sequence{
        std::vector<Value>(std::make_move_iterator(rest), std::make_move_iterator(placed.end()))};
    is_given_[most] = true;
  }
  return given;
}

void Arguments::PlaceNamed(const std::vector<Named>& named, size_t given) {
  for (const auto& [name, value] : named) {
    size_t index = 0;
    while (index < parameters_.size() &&
           !(parameters_[index].name == name && parameters_[index].by_name))
      ++index;
    if (index == parameters_.size()) Misfit(name_, absl::StrCat("has no argument `", name, "`"));
    if (is_given_[index])
      Misfit(name_, absl::StrCat("`", name, "` is given ",
                                 index < given ? "by place and by name" : "twice"));
    values_[index] = value;
    is_given_[index] = true;
  }
}

void Arguments::FillDefaults() {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (is_given_[i]) continue;
    const Parameter& parameter = parameters_[i];
    if (!parameter.default_text) Misfit(name_, absl::StrCat("`", parameter.name, "` is missing"));
    values_[i] = ParseLiteral(*parameter.default_text);
  }
}

Value Stored(const Arguments& arguments, const Array& result) {
  std::optional<Array> out = arguments.As<std::optional<Array>>("out");
  return store(result, {.out = out ? &*out : nullptr}, std::string(arguments.name()).c_str());
}

std::optional<Array> MaskOf(const Arguments& arguments) {
  const Value& where = arguments[arguments.IndexOf("where")];
  const Number* number = where.As<Number>();
  if (number != nullptr && number->kind() == Number::Kind::boolean && number->integer() != 0)
    return std::nullopt;
  return arguments.As<Array>("where");
}

double CorrectionOf(const Arguments& arguments) {
  const auto ddof = arguments.As<double>("ddof");
  const auto correction = arguments.As<std::optional<double>>("correction");
  if (correction && ddof != 0)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(arguments.name(), ": `ddof` and `correction` are one number"));
  return correction.value_or(ddof);
}

size_t Arguments::IndexOf(absl::string_view parameter) const {
  for (size_t i = 0; i < parameters_.size(); ++i)
    if (parameters_[i].name == parameter) return i;
  throw Error(ErrorCode::internal, absl::StrCat(name_, " has no parameter ", parameter));
}

}  // namespace broadloom::calls

// The arguments of one call, in the order of the function's parameters, and what they become in
// C++.
#ifndef BROADLOOM_FRONTEND_CALLS_ARGUMENTS_H_
#define BROADLOOM_FRONTEND_CALLS_ARGUMENTS_H_

#include <complex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frontend/calls/function.h"

namespace broadloom::calls {

// Where a value was given, for messages, and where new arrays are made.
struct Slot {
  absl::string_view function, parameter;
  Context* context;
};
// type_error: "roll: `shift` must be an integer, not the text 'abc'".
[[noreturn]] void WrongArgument(const Slot& slot, const char* expected, const Value& value);

class Arguments {
 public:
  // Throws type_error where arguments do not fit the parameters.
  Arguments(const Function& function, std::vector<Value> placed, const std::vector<Named>& named,
            Context* context);

  size_t size() const { return values_.size(); }
  const Value& operator[](size_t index) const { return values_[index]; }
  Slot slot(size_t index) const { return {name_, parameters_[index].name, context_}; }
  absl::string_view name() const { return name_; }
  Context* context() const { return context_; }

  template <typename T>
  T As(size_t index) const;
  // By the parameter's name, which the function has.
  template <typename T>
  T As(absl::string_view parameter) const {
    return As<T>(IndexOf(parameter));
  }
  size_t IndexOf(absl::string_view parameter) const;

 private:
  size_t Place(std::vector<Value>& placed);
  void PlaceNamed(const std::vector<Named>& named, size_t given);
  void FillDefaults();

  absl::string_view name_;
  std::vector<Parameter> parameters_;
  std::vector<Value> values_;
  std::vector<bool> is_given_;
  Context* context_;
};

// So many arrays are made of one: throws invalid_argument beyond 2^20, which one word could ask
// for.
void CheckParts(absl::string_view function, int64_t count);

// What a value is as a T; WrongArgument where it is none.
template <typename T>
struct From;
#define BL_CONVERTS(type)                                 \
  template <>                                             \
  struct From<type> {                                     \
    static type Of(const Value& value, const Slot& slot); \
  }
BL_CONVERTS(Value);
BL_CONVERTS(Array);  // of a number and of nested lists too
BL_CONVERTS(Operand);
BL_CONVERTS(Number);
BL_CONVERTS(bool);
BL_CONVERTS(int64_t);
BL_CONVERTS(int);
BL_CONVERTS(double);
BL_CONVERTS(std::complex<double>);
BL_CONVERTS(std::string);
BL_CONVERTS(DataType);
BL_CONVERTS(AxisList);
BL_CONVERTS(Index);
BL_CONVERTS(Casting);
#undef BL_CONVERTS

template <typename T>
struct From<std::optional<T>> {
  static std::optional<T> Of(const Value& value, const Slot& slot) {
    if (value.is_none()) return std::nullopt;
    return From<T>::Of(value, slot);
  }
};

// Of a vector its numbers, of another array its subarrays.
Sequence NumbersOf(const Array& vector);
Sequence SubarraysOf(const Array& array, const Slot& slot);

// One value stands for a list of one, but where arrays are asked for.
template <typename T>
struct From<std::vector<T>> {
  static std::vector<T> Of(const Value& value, const Slot& slot) {
    const Sequence* sequence = value.As<Sequence>();
    if (sequence == nullptr) {
      const Array* array = value.As<Array>();
      if constexpr (std::is_same_v<T, Array>) {
        if (array == nullptr) WrongArgument(slot, "a list of arrays", value);
        return Of(SubarraysOf(*array, slot), slot);
      } else {
        if (array != nullptr && array->ndim() == 1) return Of(NumbersOf(*array), slot);
        return {From<T>::Of(value, slot)};
      }
    }
    std::vector<T> items;
    for (const Value& item : sequence->items) items.push_back(From<T>::Of(item, slot));
    return items;
  }
};

// One of a few names.
template <typename Enum, size_t kCount>
Enum OneOf(const std::pair<const char*, Enum> (&names)[kCount], const Value& value,
           const Slot& slot) {
  const std::string* text = value.As<std::string>();
  std::string expected = "one of";
  for (const auto& [name, meaning] : names) {
    if (text != nullptr && *text == name) return meaning;
    expected += std::string(&name == &names[0].first ? " '" : ", '") + name + "'";
  }
  WrongArgument(slot, expected.c_str(), value);
}

template <typename T>
T Arguments::As(size_t index) const {
  return From<T>::Of(values_[index], slot(index));
}

// --- And back ------------------------------------------------------------------------------------
inline Value ToValue(Value value) { return value; }
inline Value ToValue(bool value) { return Number(value); }
inline Value ToValue(int64_t value) { return Number(value); }
inline Value ToValue(double value) { return Number(value); }
template <typename T>
Value ToValue(const std::vector<T>& items) {
  Sequence sequence;
  for (const T& item : items) sequence.items.push_back(ToValue(Value(item)));
  return sequence;
}
template <typename... T>
Value TupleOf(const T&... items) {
  return Sequence{{Value(items)...}};
}
inline Value ToValue(const std::pair<Array, Array>& pair) {
  return TupleOf(pair.first, pair.second);
}

// Calls a C++ function that has as many parameters as the row's signature.
template <typename Result, typename... Parameters, size_t... kIndex>
Value Apply(Result (*function)(Parameters...), const Arguments& arguments,
            std::index_sequence<kIndex...>) {
  return ToValue(function(arguments.As<std::remove_cvref_t<Parameters>>(kIndex)...));
}
template <typename Result, typename... Parameters>
Value Apply(Result (*function)(Parameters...), const Arguments& arguments) {
  return Apply(function, arguments, std::index_sequence_for<Parameters...>());
}
template <auto kFunction>
Value Bound(const Arguments& arguments) {
  return Apply(kFunction, arguments);
}

// Where the argument `out` is given, it receives the result and is returned. Throws as `store`
// does.
Value Stored(const Arguments& arguments, const Array& result);
// `where=True` is no mask.
std::optional<Array> MaskOf(const Arguments& arguments);

double CorrectionOf(const Arguments& arguments);  // `ddof`, or its name in the array API

// Calls a C++ function that has the parameters of the signature but `out`.
template <typename... Parameters, size_t... kIndex>
Value ApplyWithOut(Array (*function)(Parameters...), const Arguments& arguments,
                   std::index_sequence<kIndex...>) {
  const size_t out = arguments.IndexOf("out");
  return Stored(
      arguments,
      function(arguments.As<std::remove_cvref_t<Parameters>>(kIndex + (kIndex >= out))...));
}
template <typename... Parameters>
Value ApplyWithOut(Array (*function)(Parameters...), const Arguments& arguments) {
  return ApplyWithOut(function, arguments, std::index_sequence_for<Parameters...>());
}
template <auto kFunction>
Value BoundWithOut(const Arguments& arguments) {
  return ApplyWithOut(kFunction, arguments);
}

// The text of a default, or of a literal alike: None, True, 3, -1.5, 'text', (1, 2).
Value ParseLiteral(absl::string_view text);

}  // namespace broadloom::calls

#endif  // BROADLOOM_FRONTEND_CALLS_ARGUMENTS_H_

// Values as C++ types.
#include <limits>

#include "absl/strings/str_cat.h"
#include "frontend/calls/arguments.h"
#include "frontend/calls/list.h"
#include "frontend/error.h"
#include "frontend/rearrange.h"

namespace broadloom::calls {
namespace {

// The number that a value is: a plain one, or the only element of an array.
std::optional<Number> NumberIn(const Value& value) {
  if (const Number* number = value.As<Number>()) return *number;
  const Array* array = value.As<Array>();
  if (array == nullptr || array->ndim() != 0) return std::nullopt;
  if (array->dtype() == DataType::bool_) return Number(array->item<bool>());
  if (array->dtype() == DataType::uint64) return Number(array->item<uint64_t>());
  if (array->dtype() < DataType::float16) return Number(array->item<int64_t>());
  if (array->dtype() < DataType::complex64) return Number(array->item<double>());
  return Number(array->item<std::complex<double>>());
}

bool IsWhole(const Number& number) {
  return number.kind() == Number::Kind::boolean || number.kind() == Number::Kind::integer;
}

}  // namespace

Sequence NumbersOf(const Array& vector) {
  Sequence numbers;
  if (vector.dtype() < DataType::float16)
    for (const int64_t number : vector.astype(DataType::int64).to_vector<int64_t>())
      numbers.items.push_back(Number(number));
  else
    for (const auto& number : vector.astype(DataType::complex128).to_vector<std::complex<double>>())
      numbers.items.push_back(vector.dtype() < DataType::complex64 ? Number(number.real())
                                                                   : Number(number));
  return numbers;
}

Sequence SubarraysOf(const Array& array, const Slot& slot) {
  if (array.ndim() == 0) WrongArgument(slot, "a list of arrays", array);
  CheckParts(slot.function, array.shape()[0]);
  Sequence parts;
  for (const Array& part : unstack(array)) parts.items.push_back(part);
  return parts;
}

Value From<Value>::Of(const Value& value, const Slot&) { return value; }

Array From<Array>::Of(const Value& value, const Slot& slot) {
  if (const Array* array = value.As<Array>()) return *array;
  if (const Number* number = value.As<Number>())
    return scalar(*number, DTypeOfNumber(*number), slot.context);
  if (const Sequence* sequence = value.As<Sequence>()) return ArrayOfList(*sequence, slot);
  WrongArgument(slot, "an array", value);
}

Operand From<Operand>::Of(const Value& value, const Slot& slot) {
  if (const Number* number = value.As<Number>()) return *number;
  return From<Array>::Of(value, slot);
}

Number From<Number>::Of(const Value& value, const Slot& slot) {
  const std::optional<Number> number = NumberIn(value);
  if (!number) WrongArgument(slot, "a number", value);
  return *number;
}

bool From<bool>::Of(const Value& value, const Slot& slot) {
  const std::optional<Number> number = NumberIn(value);
  if (!number || !IsWhole(*number)) WrongArgument(slot, "True or False", value);
  return number->integer() != 0;
}

int64_t From<int64_t>::Of(const Value& value, const Slot& slot) {
  const std::optional<Number> number = NumberIn(value);
  if (!number || !IsWhole(*number)) WrongArgument(slot, "an integer", value);
  return number->integer();
}

int From<int>::Of(const Value& value, const Slot& slot) {
  const int64_t number = From<int64_t>::Of(value, slot);
  if (number != static_cast<int>(number)) WrongArgument(slot, "an integer of 32 bits", value);
  return static_cast<int>(number);
}

double From<double>::Of(const Value& value, const Slot& slot) {
  const std::optional<Number> number = NumberIn(value);
  if (!number || number->kind() == Number::Kind::complex)
    WrongArgument(slot, "a real number", value);
  return number->floating();
}

std::complex<double> From<std::complex<double>>::Of(const Value& value, const Slot& slot) {
  const Number number = From<Number>::Of(value, slot);
  return {number.floating(), number.imaginary()};
}

std::string From<std::string>::Of(const Value& value, const Slot& slot) {
  const std::string* text = value.As<std::string>();
  if (text == nullptr) WrongArgument(slot, "a text", value);
  return *text;
}

DataType From<DataType>::Of(const Value& value, const Slot& slot) {
  if (const DataType* dtype = value.As<DataType>()) return *dtype;
  if (const std::string* text = value.As<std::string>())
    if (const auto dtype = parse_dtype(*text); dtype && to_string(*dtype) == *text) return *dtype;
  WrongArgument(slot, "a dtype, such as float32", value);
}

AxisList From<AxisList>::Of(const Value& value, const Slot& slot) {
  if (value.is_none()) return {};
  return AxisList(From<std::vector<int64_t>>::Of(value, slot));
}

Index From<Index>::Of(const Value& value, const Slot& slot) {
  if (value.is_none()) return NewAxis{};
  if (const Slice* slice = value.As<Slice>()) return *slice;
  if (const Ellipsis* ellipsis = value.As<Ellipsis>()) return *ellipsis;
  if (const Array* array = value.As<Array>()) return *array;
  if (const Sequence* list = value.As<Sequence>()) {
    const Array places = ArrayOfList(*list, slot);
    return places.size() == 0 ? places.astype(DataType::int64) : places;
  }
  const Number* number = value.As<Number>();
  if (number == nullptr || number->kind() > Number::Kind::integer)
    WrongArgument(slot, "an integer, a slice, None, Ellipsis, or an array of integers or bools",
                  value);
  if (number->kind() == Number::Kind::boolean)
    return scalar(*number, DataType::bool_, slot.context);
  return number->integer();
}

Casting From<Casting>::Of(const Value& value, const Slot& slot) {
  static constexpr std::pair<const char*, Casting> kNames[] = {{"no", Casting::no},
                                                               {"equiv", Casting::equiv},
                                                               {"safe", Casting::safe},
                                                               {"same_kind", Casting::same_kind},
                                                               {"unsafe", Casting::unsafe}};
  return OneOf(kNames, value, slot);
}

}  // namespace broadloom::calls

// Lists become arrays: of numbers at once, of arrays by putting these one after another.
#include "frontend/calls/list.h"

#include "absl/strings/str_cat.h"
#include "frontend/error.h"

namespace broadloom::calls {
namespace {

// The numbers of nested lists in C order.
struct Numbers {
  Sizes shape;
  std::vector<Number> numbers;
  bool is_regular = true;  // lists of one depth are equally long
  bool has_only_numbers = true;
};

// How long the first list at each depth is.
Sizes ShapeOf(const Sequence& list) {
  Sizes shape;
  const Sequence* first = &list;
  while (first != nullptr) {
    shape.push_back(static_cast<int64_t>(first->items.size()));
    first = first->items.empty() ? nullptr : first->items[0].As<Sequence>();
  }
  return shape;
}

// Depths are bounded by the parser's, or by the foreign language's.
void Collect(const Sequence& list, size_t depth, Numbers* all) {
  const bool is_last = depth + 1 == all->shape.size();
  if (static_cast<int64_t>(list.items.size()) != all->shape[depth]) all->is_regular = false;
  for (const Value& item : list.items) {
    const Sequence* inner = item.As<Sequence>();
    if (inner != nullptr && !is_last)
      Collect(*inner, depth + 1, all);
    else if (const Number* number = item.As<Number>(); number != nullptr && is_last)
      all->numbers.push_back(*number);
    else if (item.As<Array>() != nullptr)
      all->has_only_numbers = false;
    else
      all->is_regular = false;
  }
}

DataType CommonDType(const std::vector<Number>& numbers) {
  if (numbers.empty()) return DataType::float64;
  DataType common = DTypeOfNumber(numbers[0]);
  for (const Number& number : numbers) {
    const DataType dtype = DTypeOfNumber(number);
    if (dtype != common) common = result_type(common, dtype);
  }
  return common;
}

template <typename T>
Array Filled(const Numbers& all, Context* context) {
  std::vector<T> elements;
  elements.reserve(all.numbers.size());
  for (const Number& number : all.numbers) {
    if constexpr (!std::is_arithmetic_v<T>)
      elements.emplace_back(number.floating(), number.imaginary());
    else if constexpr (std::is_floating_point_v<T>)
      elements.push_back(number.floating());
    else
      elements.push_back(static_cast<T>(number.integer()));
  }
  return array(elements.data(), dtype_of<T>(), all.shape, {}, context);
}

Array ArrayOfNumbers(const Numbers& all, Context* context) {
  switch (CommonDType(all.numbers)) {
    case DataType::bool_: return astype(Filled<uint8_t>(all, context), DataType::bool_);
    case DataType::int64: return Filled<int64_t>(all, context);
    case DataType::uint64: return Filled<uint64_t>(all, context);
    case DataType::complex128: return Filled<std::complex<double>>(all, context);
    default: return Filled<double>(all, context);
  }
}

}  // namespace

DataType DTypeOfNumber(const Number& number) {
  switch (number.kind()) {
    case Number::Kind::boolean: return DataType::bool_;
    case Number::Kind::integer: return DataType::int64;
    case Number::Kind::natural: return DataType::uint64;
    case Number::Kind::floating: return DataType::float64;
    case Number::Kind::complex: return DataType::complex128;
  }
  return DataType::float64;
}

Array ArrayOfList(const Sequence& list, const Slot& slot) {
  Numbers all;
  all.shape = ShapeOf(list);
  Collect(list, 0, &all);
  if (all.has_only_numbers) {
    if (!all.is_regular)
      throw Error(ErrorCode::invalid_argument,
                  absl::StrCat(slot.function, ": `", slot.parameter,
                               "` has lists of one depth and different lengths, or something "
                               "that is neither a number nor an array"));
    return ArrayOfNumbers(all, slot.context);
  }
  std::vector<Array> parts;
  for (const Value& item : list.items) parts.push_back(From<Array>::Of(item, slot));
  return stack(parts);
}

}  // namespace broadloom::calls

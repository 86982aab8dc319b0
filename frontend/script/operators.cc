// Which function an operator is.
#include "frontend/script/operators.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "frontend/calls/arguments.h"
#include "frontend/error.h"
#include "frontend/script/number.h"

namespace broadloom::script {
namespace {

using calls::Sequence;
using calls::Slot;
using calls::Value;

struct Operator {
  absl::string_view symbol;
  const char* function;
  Array (*call)(const Operand&, const Operand&);
};
constexpr Operator kOperators[] = {
    {"+", "add", add},
    {"-", "subtract", subtract},
    {"*", "multiply", multiply},
    {"/", "divide", divide},
    {"//", "floor_divide", floor_divide},
    {"%", "remainder", remainder},
    {"**", "pow", pow},
    {"&", "bitwise_and", bitwise_and},
    {"|", "bitwise_or", bitwise_or},
    {"^", "bitwise_xor", bitwise_xor},
    {"<<", "bitwise_left_shift", bitwise_left_shift},
    {">>", "bitwise_right_shift", bitwise_right_shift},
    {"==", "equal", equal},
    {"!=", "not_equal", not_equal},
    {"<", "less", less},
    {"<=", "less_equal", less_equal},
    {">", "greater", greater},
    {">=", "greater_equal", greater_equal},
};

const Operator& OperatorOf(absl::string_view symbol) {
  for (const Operator& row : kOperators)
    if (row.symbol == symbol) return row;
  throw Error(ErrorCode::internal, absl::StrCat("no operator ", symbol));
}

[[noreturn]] void NotBetween(absl::string_view symbol, const Value& x, const Value& y) {
  throw Error(ErrorCode::type_error, absl::StrCat("`", symbol, "` is not defined between ",
                                                  Describe(x), " and ", Describe(y)));
}

bool IsArrayOrNumber(const Value& value) {
  return value.As<Array>() != nullptr || value.As<Number>() != nullptr;
}

// A list beside an array is one.
bool BecomesArray(const Value& value) {
  return IsArrayOrNumber(value) || value.As<Sequence>() != nullptr;
}

Slot SlotOf(absl::string_view symbol) { return {symbol, "operand", nullptr}; }

Value Joined(const Sequence& x, const Sequence& y) {
  Sequence all = x;
  all.items.insert(all.items.end(), y.items.begin(), y.items.end());
  return all;
}

Value BinaryOfArrays(absl::string_view symbol, const Value& x, const Value& y) {
  const Slot slot = SlotOf(symbol);
  if (symbol == "@")
    return matmul(calls::From<Array>::Of(x, slot), calls::From<Array>::Of(y, slot));
  return OperatorOf(symbol).call(calls::From<Operand>::Of(x, slot),
                                 calls::From<Operand>::Of(y, slot));
}

// As Python cuts a tuple or a list.
Value PartOf(const Sequence& sequence, const Slice& slice) {
  const auto size = static_cast<int64_t>(sequence.items.size());
  const int64_t step = slice.step.value_or(1);
  if (step == 0) throw Error(ErrorCode::invalid_argument, "slice step cannot be zero");
  const int64_t least = step > 0 ? 0 : -1, most = step > 0 ? size : size - 1;
  const auto place = [&](const std::optional<int64_t>& given, int64_t otherwise) {
    if (!given) return otherwise;
    return std::clamp(*given < 0 ? *given + size : *given, least, most);
  };
  const int64_t stop = place(slice.stop, step > 0 ? most : least);
  Sequence part{{}, sequence.is_list};
  int64_t at = place(slice.start, step > 0 ? least : most);
  while (step > 0 ? at < stop : at > stop) {
    part.items.push_back(sequence.items[static_cast<size_t>(at)]);
    if (step > size || step < -size) break;  // a sum might not fit
    at += step;
  }
  return part;
}

Value ItemOf(const Sequence& sequence, const std::vector<Value>& items) {
  const auto size = static_cast<int64_t>(sequence.items.size());
  if (items.size() != 1) throw Error(ErrorCode::type_error, "a tuple or a list takes one index");
  if (const Slice* slice = items[0].As<Slice>()) return PartOf(sequence, *slice);
  const auto index = calls::From<int64_t>::Of(items[0], {"indexing", "index", nullptr});
  const int64_t place = index < 0 ? index + size : index;
  if (place < 0 || place >= size)
    throw Error(ErrorCode::out_of_range,
                absl::StrCat("index ", index, " is out of range for ", size, " items"));
  return sequence.items[static_cast<size_t>(place)];
}

// A tuple among brackets is what stands between them.
std::vector<Index> IndicesOf(const std::vector<Value>& items) {
  const Sequence* tuple = items.size() == 1 ? items[0].As<Sequence>() : nullptr;
  if (tuple != nullptr && !tuple->is_list) return IndicesOf(tuple->items);
  std::vector<Index> indices;
  for (const Value& item : items)
    indices.push_back(calls::From<Index>::Of(item, {"indexing", "index", nullptr}));
  return indices;
}

}  // namespace

Value Unary(absl::string_view symbol, const Value& x) {
  if (const Number* number = x.As<Number>())
    return symbol == "-" ? Negated(*number) : symbol == "~" ? Inverted(*number) : Plus(*number);
  const Array* array = x.As<Array>();
  if (array == nullptr)
    throw Error(ErrorCode::type_error,
                absl::StrCat("`", symbol, "` is not defined for ", Describe(x)));
  return symbol == "-" ? -*array : symbol == "~" ? ~*array : +*array;
}

Value Binary(absl::string_view symbol, const Value& x, const Value& y) {
  const Number *first = x.As<Number>(), *second = y.As<Number>();
  if (first != nullptr && second != nullptr) return Combined(symbol, *first, *second);
  const bool has_array = x.As<Array>() != nullptr || y.As<Array>() != nullptr;
  if (has_array && BecomesArray(x) && BecomesArray(y)) return BinaryOfArrays(symbol, x, y);
  const Sequence *left = x.As<Sequence>(), *right = y.As<Sequence>();
  const bool joins = symbol == "+" && left != nullptr && right != nullptr;
  if (joins && left->is_list == right->is_list) return Joined(*left, *right);
  if (symbol == "==" && x.As<DataType>() != nullptr && y.As<DataType>() != nullptr)
    return Number(*x.As<DataType>() == *y.As<DataType>());
  NotBetween(symbol, x, y);
}

Value Updated(absl::string_view symbol, const Value& x, const Value& y) {
  const Array* array = x.As<Array>();
  if (array == nullptr || array->is_scalar()) return Binary(symbol, x, y);  // another number
  if (!BecomesArray(y)) NotBetween(absl::StrCat(symbol, "="), x, y);
  Array out = *array;
  if (symbol == "@") {
    assign(out, matmul(out, calls::From<Array>::Of(y, SlotOf(symbol))));
    return out;
  }
  return call(OperatorOf(symbol).function, {out, calls::From<Operand>::Of(y, SlotOf(symbol))},
              {.out = &out});
}

Value Indexed(const Value& x, const std::vector<Value>& items) {
  if (const Sequence* sequence = x.As<Sequence>()) return ItemOf(*sequence, items);
  const Array* array = x.As<Array>();
  if (array == nullptr)
    throw Error(ErrorCode::type_error, absl::StrCat(Describe(x), " has no elements"));
  return index(*array, IndicesOf(items));
}

void StoreIndexed(const Value& x, const std::vector<Value>& items, const Value& value) {
  const Array* array = x.As<Array>();
  if (array == nullptr)
    throw Error(ErrorCode::type_error, absl::StrCat("elements of ", Describe(x), " cannot be set"));
  assign(*array, IndicesOf(items),
         calls::From<Operand>::Of(value, {"assignment", "value", nullptr}));
}

Value SliceOf(const Value& start, const Value& stop, const Value& step) {
  using Part = std::optional<int64_t>;
  return Slice{calls::From<Part>::Of(start, {"slice", "start", nullptr}),
               calls::From<Part>::Of(stop, {"slice", "stop", nullptr}),
               calls::From<Part>::Of(step, {"slice", "step", nullptr})};
}

}  // namespace broadloom::script

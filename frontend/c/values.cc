// Values of C to those of C++, and back.
#include "frontend/c/values.h"

#include <complex>

#include "frontend/c/handles.h"

namespace broadloom::c {
namespace {

constexpr int kDeepest = 32;  // of sequences in sequences: a caller's may hold themselves

const char* KindName(bl_kind kind) {
  constexpr const char* kNames[] = {
      "none",   "an array", "an integer", "a natural number", "a real",  "a truth", "a complex",
      "a text", "a dtype",  "a slice",    "an ellipsis",      "a tuple", "a list"};
  return kind >= BL_NONE && kind <= BL_LIST ? kNames[kind] : nullptr;
}

Failure Unfit(const bl_value& value, const char* wanted) {
  if (KindName(value.kind) == nullptr)
    return Failure(BL_INVALID_ARGUMENT,
                   absl::StrCat("there is no kind of value of number ", value.kind));
  return Failure(BL_TYPE_ERROR, absl::StrCat(KindName(value.kind), " in place of ", wanted));
}

std::optional<int64_t> Bound(int64_t number) {
  return number == BL_ABSENT ? std::nullopt : std::optional(number);
}

Slice SliceOf(const bl_value& value) {
  const auto& [start, stop, step] = value.as.slice;
  return {Bound(start), Bound(stop), Bound(step)};
}

Index ItemOf(const Context& context, const bl_value& value) {
  switch (value.kind) {
    case BL_INT: return value.as.integer;
    case BL_SLICE: return SliceOf(value);
    case BL_NONE: return NewAxis();
    case BL_ELLIPSIS: return Ellipsis();
    case BL_ARRAY: return ArrayIn(context, value.as.array);
    default: throw Unfit(value, "an index: an integer, a slice, none, an ellipsis or an array");
  }
}

bool IsNumber(const bl_value& value) {
  return (value.kind >= BL_INT && value.kind <= BL_TRUTH) || value.kind == BL_COMPLEX;
}

calls::Value Nested(const Context& context, const bl_value& value, int depth) {
  if (depth > kDeepest)
    throw Failure(BL_INVALID_ARGUMENT,
                  absl::StrCat("sequences are nested more than ", kDeepest, " deep"));
  calls::Sequence sequence;
  sequence.is_list = value.kind == BL_LIST;
  for (const bl_value& item :
       SpanOf(value.as.sequence.items, value.as.sequence.count, "the items of a sequence")) {
    const bool is_nested = item.kind == BL_TUPLE || item.kind == BL_LIST;
    sequence.items.push_back(is_nested ? Nested(context, item, depth + 1) : ValueOf(context, item));
  }
  return sequence;
}

bl_value NewNumber(const Number& number) {
  switch (number.kind()) {
    case Number::Kind::boolean: return bl_value_truth(number.integer() != 0);
    case Number::Kind::integer: return bl_value_int(number.integer());
    case Number::Kind::floating: return bl_value_real(number.floating());
    case Number::Kind::complex: return bl_value_complex(number.floating(), number.imaginary());
    case Number::Kind::natural: break;
  }
  bl_value value = bl_value_none();
  value.kind = BL_NATURAL;
  value.as.natural = static_cast<uint64_t>(number.integer());
  return value;
}

// What is there of it is released, if the rest cannot be had.
struct OwnedValue {
  bl_value value = bl_value_none();
  ~OwnedValue() { bl_value_release(&value); }
};

bl_value NewSequence(const std::shared_ptr<Context>& context, const calls::Sequence& sequence) {
  const size_t count = sequence.items.size();
  auto* const items = new bl_value[count]();
  OwnedValue owned{bl_value_tuple(items, count)};
  if (sequence.is_list) owned.value.kind = BL_LIST;
  for (size_t i = 0; i < count; ++i) items[i] = NewValue(context, sequence.items[i]);
  return std::exchange(owned.value, bl_value_none());
}

}  // namespace

Number NumberOf(const bl_value& value) {
  switch (value.kind) {
    case BL_INT: return value.as.integer;
    case BL_NATURAL: return value.as.natural;
    case BL_REAL: return value.as.real;
    case BL_TRUTH: return value.as.truth != 0;
    case BL_COMPLEX: return std::complex<double>(value.as.parts.real, value.as.parts.imaginary);
    default: throw Unfit(value, "a number");
  }
}

Operand OperandOf(const Context& context, const bl_value& value) {
  if (value.kind == BL_ARRAY) return ArrayIn(context, value.as.array);
  if (!IsNumber(value)) throw Unfit(value, "an array or a number");
  return NumberOf(value);
}

std::vector<Index> ItemsOf(const Context& context, const bl_value* items, size_t count) {
  std::vector<Index> found;
  for (const bl_value& item : SpanOf(items, count, "items")) found.push_back(ItemOf(context, item));
  return found;
}

calls::Value ValueOf(const Context& context, const bl_value& value) {
  if (IsNumber(value)) return NumberOf(value);
  switch (value.kind) {
    case BL_NONE: return {};
    case BL_ARRAY: return ArrayIn(context, value.as.array);
    case BL_TEXT: return std::string(&NotNull(value.as.text, "a text"));
    case BL_DTYPE: return DTypeOf(value.as.dtype);
    case BL_SLICE: return SliceOf(value);
    case BL_ELLIPSIS: return Ellipsis();
    case BL_TUPLE:
    case BL_LIST: return Nested(context, value, 1);
    default: throw Unfit(value, "a value");
  }
}

bl_value NumberIn(const Array& array) {
  const DataType dtype = array.dtype();
  if (dtype >= DataType::complex64) return NewNumber(array.item<std::complex<double>>());
  if (dtype >= DataType::float16) return NewNumber(array.item<double>());
  if (dtype == DataType::bool_) return NewNumber(array.item<bool>());
  if (dtype != DataType::uint64) return NewNumber(array.item<int64_t>());
  bl_value value = bl_value_none();
  value.kind = BL_NATURAL;
  value.as.natural = array.item<uint64_t>();
  return value;
}

bl_value NewValue(const std::shared_ptr<Context>& context, const calls::Value& value) {
  if (const auto* array = value.As<Array>()) return bl_value_array(new bl_array(context, *array));
  if (const auto* number = value.As<Number>()) return NewNumber(*number);
  if (const auto* text = value.As<std::string>()) return bl_value_text(NewText(*text));
  if (const auto* dtype = value.As<DataType>()) return bl_value_dtype(DTypeNumber(*dtype));
  if (const auto* sequence = value.As<calls::Sequence>()) return NewSequence(context, *sequence);
  if (value.As<Ellipsis>() != nullptr) return bl_value_ellipsis();
  if (const auto* slice = value.As<Slice>())
    return bl_value_slice(slice->start.value_or(BL_ABSENT), slice->stop.value_or(BL_ABSENT),
                          slice->step.value_or(BL_ABSENT));
  return bl_value_none();
}

}  // namespace broadloom::c

void bl_value_release(bl_value* value) {
  if (value == nullptr) return;
  if (value->kind == BL_ARRAY) bl_array_release(value->as.array);
  if (value->kind == BL_TEXT) bl_text_free(const_cast<char*>(value->as.text));
  if (value->kind == BL_TUPLE || value->kind == BL_LIST) {
    auto* const items = const_cast<bl_value*>(value->as.sequence.items);
    for (size_t i = 0; i < value->as.sequence.count; ++i) bl_value_release(&items[i]);
    delete[] items;
  }
  *value = bl_value_none();
}

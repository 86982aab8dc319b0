// Arrays joined, taken apart and lengthened.
#include "frontend/joining.h"

#include "absl/strings/str_cat.h"
#include "frontend/calls/arguments.h"
#include "frontend/calls/tables.h"
#include "frontend/error.h"

namespace broadloom::calls {
namespace {

Blocks BlocksOf(const Value& value, const Slot& slot) {
  const Sequence* list = value.As<Sequence>();
  if (list == nullptr || !list->is_list) return From<Array>::Of(value, slot);
  std::vector<Blocks> blocks;
  for (const Value& item : list->items) blocks.push_back(BlocksOf(item, slot));
  return blocks;
}

Value CallBlock(const Arguments& arguments) {
  return block(BlocksOf(arguments[0], arguments.slot(0)));
}

// In a dtype that is asked for, to which they may be cast.
std::vector<Array> PartsOf(const Arguments& arguments) {
  std::vector<Array> parts = arguments.As<std::vector<Array>>(0);
  const auto dtype = arguments.As<std::optional<DataType>>("dtype");
  const auto casting = arguments.As<Casting>("casting");
  if (!dtype) return parts;
  for (Array& part : parts) {
    if (!can_cast(part.dtype(), *dtype, casting))
      throw Error(ErrorCode::type_error,
                  absl::StrCat(arguments.name(), ": cannot cast from ", to_string(part.dtype()),
                               " to ", to_string(*dtype)));
    part = astype(part, *dtype);
  }
  return parts;
}

Value CallConcat(const Arguments& arguments) {
  return Stored(arguments, concat(PartsOf(arguments), arguments.As<std::optional<int>>("axis")));
}
Value CallStack(const Arguments& arguments) {
  return Stored(arguments, stack(PartsOf(arguments), arguments.As<int>("axis")));
}
template <Array (*kFunction)(const std::vector<Array>&)>
Value CallStackAlong(const Arguments& arguments) {
  return kFunction(PartsOf(arguments));
}

using Split = std::vector<Array> (*)(const Array&, int64_t, int64_t);

// Into so many parts, or at points.
Value PartsAlong(const Arguments& arguments, Split into_parts, int64_t axis) {
  const Array x = arguments.As<Array>(0);
  const Value& where = arguments[1];
  const bool is_list = where.As<Sequence>() != nullptr ||
                       (where.As<Array>() != nullptr && where.As<Array>()->ndim() > 0);
  if (is_list)
    return ToValue(
        split(x, From<std::vector<std::optional<int64_t>>>::Of(where, arguments.slot(1)), axis));
  CheckParts(arguments.name(), arguments.As<int64_t>(1));
  return ToValue(into_parts(x, arguments.As<int64_t>(1), axis));
}

Value CallArraySplit(const Arguments& arguments) {
  return PartsAlong(arguments, array_split, arguments.As<int64_t>("axis"));
}
Value CallSplit(const Arguments& arguments) {
  return PartsAlong(arguments, split, arguments.As<int64_t>("axis"));
}

// Along an axis that is NumPy's for arrays of more than one axis.
template <int kAxis, int kLeastAxes>
Value CallSplitAlong(const Arguments& arguments) {
  const int axes = arguments.As<Array>(0).ndim();
  if (axes < kLeastAxes)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(arguments.name(), ": only works on arrays of ", kLeastAxes,
                             " or more dimensions"));
  return PartsAlong(arguments, split, axes == 1 ? 0 : kAxis);
}

Places PlacesOf(const Value& value, const Slot& slot) {
  if (const Slice* slice = value.As<Slice>()) return *slice;
  if (value.As<Number>() != nullptr) return From<int64_t>::Of(value, slot);
  return From<Array>::Of(value, slot);
}

Value CallInsert(const Arguments& arguments) {
  return insert(arguments.As<Array>(0), PlacesOf(arguments[1], arguments.slot(1)),
                arguments.As<Array>(2), arguments.As<std::optional<int64_t>>("axis"));
}

Value CallDelete(const Arguments& arguments) {
  return delete_(arguments.As<Array>(0), PlacesOf(arguments[1], arguments.slot(1)),
                 arguments.As<std::optional<int64_t>>("axis"));
}

// Of a list of lists, or of a matrix; else none.
Sequence RowsOf(const Value& value, const Slot& slot) {
  const Array* array = value.As<Array>();
  if (array != nullptr && array->ndim() == 2) return SubarraysOf(*array, slot);
  const Sequence* list = value.As<Sequence>();
  const bool is_nested =
      list != nullptr && !list->items.empty() &&
      (list->items[0].As<Sequence>() != nullptr ||
       (list->items[0].As<Array>() != nullptr && list->items[0].As<Array>()->ndim() == 1));
  return is_nested ? *list : Sequence{};
}

// A number, a pair for all axes, or a pair for each.
template <typename T>
std::vector<std::array<T, 2>> PairsOf(const Arguments& arguments, size_t index, size_t axes) {
  const Value& value = arguments[index];
  const Slot slot = arguments.slot(index);
  const Sequence rows = RowsOf(value, slot);
  std::vector<std::array<T, 2>> pairs;
  const auto add = [&](const Value& pair) {
    const std::vector<T> both = From<std::vector<T>>::Of(pair, slot);
    if (both.empty() || both.size() > 2) WrongArgument(slot, "a pair for each axis", pair);
    pairs.push_back({both.front(), both.back()});
  };
  for (const Value& pair : rows.items) add(pair);
  if (rows.items.empty()) add(value);
  if (pairs.size() == 1) pairs.resize(axes, pairs[0]);
  if (pairs.size() != axes) WrongArgument(slot, "a pair for each axis", value);
  return pairs;
}

Value CallPad(const Arguments& arguments) {
  static constexpr std::pair<const char*, PadMode> kModes[] = {
      {"constant", PadMode::constant},
      {"edge", PadMode::edge},
      {"linear_ramp", PadMode::linear_ramp},
      {"maximum", PadMode::maximum},
      {"mean", PadMode::mean},
      {"median", PadMode::median},
      {"minimum", PadMode::minimum},
      {"reflect", PadMode::reflect},
      {"symmetric", PadMode::symmetric},
      {"wrap", PadMode::wrap},
      {"empty", PadMode::empty}};
  static constexpr std::pair<const char*, bool> kReflections[] = {{"even", false}, {"odd", true}};
  const Array x = arguments.As<Array>(0);
  const auto axes = static_cast<size_t>(x.ndim());
  const PadMode mode = OneOf(kModes, arguments[2], arguments.slot(2));
  std::vector<Widths> widths;
  for (const auto& [before, after] : PairsOf<int64_t>(arguments, 1, axes))
    widths.push_back({before, after});
  PadOptions options;
  const size_t values =
      arguments.IndexOf(mode == PadMode::linear_ramp ? "end_values" : "constant_values");
  for (const auto& [before, after] : PairsOf<Operand>(arguments, values, axes))
    options.values.push_back({before, after});
  if (const size_t lengths = arguments.IndexOf("stat_length"); !arguments[lengths].is_none())
    options.stat_length = PairsOf<std::optional<int64_t>>(arguments, lengths, axes);
  const size_t reflection = arguments.IndexOf("reflect_type");
  options.odd = OneOf(kReflections, arguments[reflection], arguments.slot(reflection));
  return pad(x, widths, mode, options);
}

constexpr char kGroup[] = "joining";
constexpr Function kTable[] = {
    {"concat(arrays, /, axis=0, out=None, *, dtype=None, casting='same_kind')",
     "one after another along an axis; None: flattened", CallConcat, kGroup},
    {"stack(arrays, axis=0, out=None, *, dtype=None, casting='same_kind')",
     "one after another along a new axis", CallStack, kGroup},
    {"vstack(tup, *, dtype=None, casting='same_kind')", "one below another", CallStackAlong<vstack>,
     kGroup},
    {"hstack(tup, *, dtype=None, casting='same_kind')", "side by side", CallStackAlong<hstack>,
     kGroup},
    {"dstack(tup)", "one behind another along the third axis", Bound<dstack>, kGroup},
    {"column_stack(tup)", "vectors and matrices as columns", Bound<column_stack>, kGroup},
    {"append(arr, values, axis=None)", "values behind an array", Bound<append>, kGroup},
    {"block(arrays)", "nested lists of blocks as one array", CallBlock, kGroup},
    {"array_split(ary, indices_or_sections, axis=0)",
     "parts of nearly one length, or between indices", CallArraySplit, kGroup},
    {"split(ary, indices_or_sections, axis=0)", "parts of one length, or between indices",
     CallSplit, kGroup},
    {"vsplit(ary, indices_or_sections)", "split along the first axis", CallSplitAlong<0, 2>,
     kGroup},
    {"hsplit(ary, indices_or_sections)", "split along the second axis, of a vector along its only",
     CallSplitAlong<1, 1>, kGroup},
    {"dsplit(ary, indices_or_sections)", "split along the third axis", CallSplitAlong<2, 3>,
     kGroup},
    {"insert(arr, obj, values, axis=None)", "values in front of indices", CallInsert, kGroup},
    {"delete(arr, obj, axis=None)", "without the elements at indices", CallDelete, kGroup},
    {"pad(array, pad_width, mode='constant', *, constant_values=0, end_values=0, "
     "stat_length=None, reflect_type='even')",
     "elements around an array", CallPad, kGroup},
};

}  // namespace

Table JoiningTable() { return kTable; }

}  // namespace broadloom::calls

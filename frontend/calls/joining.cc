// Arrays joined, taken apart and lengthened.
#include "frontend/joining.h"

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

Value CallConcat(const Arguments& arguments) {
  return concat(arguments.As<std::vector<Array>>(0), arguments.As<std::optional<int>>("axis"));
}

Value CallSplit(const Arguments& arguments) {
  const Array x = arguments.As<Array>(0);
  const auto axis = arguments.As<int64_t>("axis");
  const Value& where = arguments[1];
  if (where.As<Sequence>() == nullptr && where.As<Array>() == nullptr)
    return ToValue(split(x, arguments.As<int64_t>(1), axis));
  return ToValue(split(x, arguments.As<std::vector<std::optional<int64_t>>>(1), axis));
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

// A number, a pair for all axes, or a pair for each.
template <typename T>
std::vector<std::array<T, 2>> PairsOf(const Arguments& arguments, size_t index, size_t axes) {
  const Value& value = arguments[index];
  const Slot slot = arguments.slot(index);
  std::vector<std::array<T, 2>> pairs;
  const auto add = [&](const Value& pair) {
    const std::vector<T> both = From<std::vector<T>>::Of(pair, slot);
    if (both.empty() || both.size() > 2) WrongArgument(slot, "a pair for each axis", pair);
    pairs.push_back({both.front(), both.back()});
  };
  const Sequence* sequence = value.As<Sequence>();
  const bool is_nested = sequence != nullptr && !sequence->items.empty() &&
                         sequence->items[0].As<Sequence>() != nullptr;
  if (is_nested)
    for (const Value& pair : sequence->items) add(pair);
  else
    add(value);
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
  for (const auto& [before, after] : PairsOf<Array>(arguments, values, axes))
    options.values.push_back({Operand(before), Operand(after)});
  if (const size_t lengths = arguments.IndexOf("stat_length"); !arguments[lengths].is_none())
    options.stat_length = PairsOf<std::optional<int64_t>>(arguments, lengths, axes);
  const size_t reflection = arguments.IndexOf("reflect_type");
  options.odd = OneOf(kReflections, arguments[reflection], arguments.slot(reflection));
  return pad(x, widths, mode, options);
}

constexpr char kGroup[] = "joining";
constexpr Function kTable[] = {
    {"concat(arrays, /, *, axis=0)", "one after another along an axis; None: flattened", CallConcat,
     kGroup},
    {"stack(arrays, axis=0)", "one after another along a new axis", Bound<stack>, kGroup},
    {"vstack(tup)", "one below another", Bound<vstack>, kGroup},
    {"hstack(tup)", "side by side", Bound<hstack>, kGroup},
    {"dstack(tup)", "one behind another along the third axis", Bound<dstack>, kGroup},
    {"column_stack(tup)", "vectors and matrices as columns", Bound<column_stack>, kGroup},
    {"append(arr, values, axis=None)", "values behind an array", Bound<append>, kGroup},
    {"block(arrays)", "nested lists of blocks as one array", CallBlock, kGroup},
    {"array_split(ary, sections, axis=0)", "so many parts, of nearly one length",
     Bound<array_split>, kGroup},
    {"split(ary, indices_or_sections, axis=0)", "parts of one length, or between indices",
     CallSplit, kGroup},
    {"insert(arr, obj, values, axis=None)", "values in front of indices", CallInsert, kGroup},
    {"delete(arr, obj, axis=None)", "without the elements at indices", CallDelete, kGroup},
    {"pad(array, pad_width, mode='constant', *, constant_values=0, end_values=0, "
     "stat_length=None, reflect_type='even')",
     "elements around an array", CallPad, kGroup},
};

}  // namespace

Table JoiningTable() { return kTable; }

}  // namespace broadloom::calls

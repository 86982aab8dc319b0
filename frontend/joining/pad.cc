// The padded array: allocated once, the parts go into their places. Each is written before the next
// is looked at: what is read later of an array that is written to would have to be copied.
#include <cmath>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/joining/padding.h"

namespace broadloom {
namespace joining {
namespace {

// Checks the widths.
Sizes PaddedShape(const Array& x, const std::vector<Widths>& widths) {
  Sizes shape = x.shape();
  if (widths.size() != shape.size())
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("pad: ", widths.size(), " widths for ", shape.size(), " axes"));
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    const auto [before, after] = widths[axis];
    if (before < 0 || after < 0)
      throw Error(ErrorCode::invalid_argument, "pad: widths may not be negative");
    if (__builtin_add_overflow(shape[axis], before, &shape[axis]) ||
        __builtin_add_overflow(shape[axis], after, &shape[axis]))
      throw Error(ErrorCode::invalid_argument, "pad: no array has so many elements");
  }
  return shape;
}

}  // namespace

Padding::Padding(const Array& x, const std::vector<Widths>& widths, bool may_be_pending)
    : widths_(widths),
      inner_(x.shape()),
      result_({"pad", x.context(), x.dtype(), PaddedShape(x, widths), PlainOrder(x),
               may_be_pending && AnyPending({x})}) {
  Write({{Middle(), x}});
}

Box Padding::To(int64_t axis, int64_t begin, int64_t count) const {
  Box box = result_.all().Cut(axis, begin, count);
  for (int64_t k = axis + 1; k < rank(); ++k) box = box.Cut(k, widths_[k].before, inner_[k]);
  return box;
}

Array Padding::From(int64_t axis, int64_t begin, int64_t count, int64_t step) const {
  Array from = Cut(array(), axis, begin, count, step);
  for (int64_t k = axis + 1; k < rank(); ++k) from = Cut(from, k, widths_[k].before, inner_[k]);
  return from;
}

std::array<Box, 2> Padding::Sides(int64_t axis) const {
  const auto [before, after] = widths_[axis];
  return {To(axis, 0, before), To(axis, before + inner_[axis], after)};
}

Box Padding::Middle() const {
  Box box = result_.all();
  for (int64_t axis = 0; axis < rank(); ++axis)
    box = box.Cut(axis, widths_[axis].before, inner_[axis]);
  return box;
}

void PadEdge(Padding& padding, int64_t axis) {
  const int64_t first = padding.widths(axis).before, last = first + padding.inner(axis) - 1;
  const auto [before, after] = padding.Sides(axis);
  padding.Write({{before, padding.From(axis, first, 1)}});
  padding.Write({{after, padding.From(axis, last, 1)}});
}

}  // namespace joining

namespace {

using joining::Padding;

bool IsInteger(DataType dtype) { return dtype > DataType::bool_ && dtype < DataType::float16; }

// As Python's numbers are stored: none that is not finite, nor complex, becomes an integer.
Array Stored(const Number& given, DataType dtype, Context& context) {
  const bool is_real = dtype > DataType::bool_ && dtype < DataType::complex64;
  if (given.kind() == Number::Kind::complex && is_real)
    throw Error(ErrorCode::type_error,
                absl::StrCat("pad: a complex number cannot be ", to_string(dtype)));
  if (given.kind() == Number::Kind::floating && IsInteger(dtype) && std::isinf(given.floating()))
    throw Error(ErrorCode::overflow, "pad: infinity cannot be an integer");
  return full({}, AsPythonStores("pad", given, ToDType(dtype)), dtype, &context);
}

Number NumberOf(const Array& element) {
  if (element.dtype() == DataType::uint64) return element.item<uint64_t>();
  if (IsInteger(element.dtype())) return element.item<int64_t>();
  return element.item<double>();
}

// An array is cast, but as in NumPy not to a signed integer.
Array Stored(const Operand& value, DataType dtype, Context& context) {
  if (value.array() == nullptr) return Stored(value.number(), dtype, context);
  const Array& array = *value.array();
  const bool is_real = array.dtype() > DataType::bool_ && array.dtype() < DataType::complex64;
  if (is_real && IsInteger(dtype) && dtype < DataType::uint8)
    return Stored(NumberOf(array), dtype, context);
  return joining::Cast(array, dtype);
}

void PadConstant(Padding& padding, const PadOptions& options) {
  Context& context = padding.array().context();
  std::vector<joining::Placed> parts;
  for (int64_t axis = 0; axis < padding.rank(); ++axis) {
    const std::array<joining::Box, 2> sides = padding.Sides(axis);
    for (size_t side = 0; side < 2; ++side) {
      const Operand value = options.values.empty() ? Operand(0) : options.values[axis][side];
      parts.push_back({sides[side], Stored(value, padding.dtype(), context)});
    }
  }
  padding.Write(parts);
}

// Only constants can be around nothing.
void CheckEmpty(const Array& x, const std::vector<Widths>& widths) {
  for (int axis = 0; axis < x.ndim(); ++axis) {
    if (x.shape()[axis] == 0 && (widths[axis].before > 0 || widths[axis].after > 0))
      throw Error(ErrorCode::invalid_argument,
                  absl::StrCat("pad: axis ", axis,
                               " is empty, and can only be extended by the "
                               "modes 'constant' and 'empty'"));
  }
}

void CheckPairs(size_t pairs, const Array& x) {
  if (pairs != 0 && pairs != x.shape().size())
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("pad: ", pairs, " pairs of values for ", x.ndim(), " axes"));
}

void Fill(Padding& padding, PadMode mode, const PadOptions& options) {
  switch (mode) {
    case PadMode::constant: return PadConstant(padding, options);
    case PadMode::empty: return PadConstant(padding, {});
    case PadMode::linear_ramp: return PadRamp(padding, options);
    case PadMode::reflect: return PadReflected(padding, /*symmetric=*/false, options.odd);
    case PadMode::symmetric: return PadReflected(padding, /*symmetric=*/true, options.odd);
    case PadMode::wrap: return PadWrapped(padding);
    case PadMode::edge:
      for (int64_t axis = 0; axis < padding.rank(); ++axis) PadEdge(padding, axis);
      return;
    default: return PadStatistic(padding, mode, options);
  }
}

// Calls visit(places, line) for each line along the axis, which has all axes.
void ForEachLine(const Padding& padding, int64_t axis,
                 const std::function<void(const joining::Box&, const Array&)>& visit) {
  const Array lines = joining::Cut(padding.array(), axis, 0, 1);
  const Sizes shape = lines.shape();
  for (int64_t i = 0; i < lines.size(); ++i) {
    joining::Box places = padding.all();
    Array line = padding.array();
    int64_t rest = i;
    for (int64_t k = padding.rank() - 1; k >= 0; --k) {
      if (k == axis) continue;
      places = places.Cut(k, rest % shape[k], 1);
      line = joining::Cut(line, k, rest % shape[k], 1);
      rest /= shape[k];
    }
    visit(places, line);
  }
}

}  // namespace

Array pad(const Array& x, const std::vector<Widths>& widths, PadMode mode,
          const PadOptions& options) {
  CheckPairs(options.values.size(), x);
  CheckPairs(options.stat_length.size(), x);
  // A median sorts what it is of.
  Padding padding(x, widths, /*may_be_pending=*/mode != PadMode::median);
  if (x.size() > 0 || mode == PadMode::constant || mode == PadMode::empty)
    Fill(padding, mode, options);
  else
    CheckEmpty(x, widths);
  return padding.array();
}

Array pad(const Array& x, const std::vector<Widths>& widths, const ChangeLine& change) {
  Padding padding(x, widths, /*may_be_pending=*/false);
  PadConstant(padding, {});
  for (int64_t axis = 0; axis < padding.rank(); ++axis) {
    ForEachLine(padding, axis, [&](const joining::Box& places, const Array& whole) {
      const Array line = DenseCopy(reshape(whole, {padding.extent(axis)}), x.dtype()).array;
      const Array changed = change(line, widths[axis], axis);
      if (changed.shape() != line.shape())
        throw Error(ErrorCode::invalid_argument, "pad: a line must keep its length");
      padding.Write({{places, reshape(joining::Cast(changed, x.dtype()), whole.shape())}});
    });
  }
  return padding.array();
}

}  // namespace broadloom

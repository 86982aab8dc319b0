// The padded array: allocated once, the parts are copied into their places.
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

Padding::Padding(const Array& x, const std::vector<Widths>& widths)
    : widths_(widths),
      inner_(x.shape()),
      result_(MakeFresh(x.context(), x.dtype(), PaddedShape(x, widths), PlainOrder(x))) {
  CopyParts({{Middle(), x}});
}

Region Padding::To(int64_t axis, int64_t begin, int64_t count) const {
  Region region = All(result_).Cut(axis, begin, count);
  for (int64_t k = axis + 1; k < rank(); ++k) region = region.Cut(k, widths_[k].before, inner_[k]);
  return region;
}

Array Padding::From(int64_t axis, int64_t begin, int64_t count, int64_t step) const {
  Array from = Cut(result_.array, axis, begin, count, step);
  for (int64_t k = axis + 1; k < rank(); ++k) from = Cut(from, k, widths_[k].before, inner_[k]);
  return from;
}

std::array<Region, 2> Padding::Sides(int64_t axis) const {
  const auto [before, after] = widths_[axis];
  return {To(axis, 0, before), To(axis, before + inner_[axis], after)};
}

Region Padding::Middle() const {
  Region region = All(result_);
  for (int64_t axis = 0; axis < rank(); ++axis)
    region = region.Cut(axis, widths_[axis].before, inner_[axis]);
  return region;
}

void PadEdge(const Padding& padding, int64_t axis) {
  const int64_t first = padding.widths(axis).before, last = first + padding.inner(axis) - 1;
  const auto [before, after] = padding.Sides(axis);
  CopyParts({{before, padding.From(axis, first, 1)}, {after, padding.From(axis, last, 1)}});
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

void PadConstant(const Padding& padding, const PadOptions& options) {
  Context& context = padding.result().array.context();
  std::vector<joining::Part> parts;
  for (int64_t axis = 0; axis < padding.rank(); ++axis) {
    const std::array<joining::Region, 2> sides = padding.Sides(axis);
    for (size_t side = 0; side < 2; ++side) {
      const Operand value = options.values.empty() ? Operand(0) : options.values[axis][side];
      parts.push_back({sides[side], Stored(value, padding.dtype(), context)});
    }
  }
  joining::CopyParts(parts);
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

void Fill(const Padding& padding, PadMode mode, const PadOptions& options) {
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

// Calls visit(line) for each line along the axis: a region of it that has all axes.
void ForEachLine(const Padding& padding, int64_t axis,
                 const std::function<void(const joining::Region&, const Array&)>& visit) {
  const Array lines = joining::Cut(padding.result().array, axis, 0, 1);
  const Sizes shape = lines.shape();
  for (int64_t i = 0; i < lines.size(); ++i) {
    joining::Region region = joining::All(padding.result());
    Array line = padding.result().array;
    int64_t rest = i;
    for (int64_t k = padding.rank() - 1; k >= 0; --k) {
      if (k == axis) continue;
      region = region.Cut(k, rest % shape[k], 1);
      line = joining::Cut(line, k, rest % shape[k], 1);
      rest /= shape[k];
    }
    visit(region, line);
  }
}

}  // namespace

Array pad(const Array& x, const std::vector<Widths>& widths, PadMode mode,
          const PadOptions& options) {
  CheckPairs(options.values.size(), x);
  CheckPairs(options.stat_length.size(), x);
  const Padding padding(x, widths);
  if (x.size() > 0 || mode == PadMode::constant || mode == PadMode::empty)
    Fill(padding, mode, options);
  else
    CheckEmpty(x, widths);
  return padding.result().array;
}

Array pad(const Array& x, const std::vector<Widths>& widths, const ChangeLine& change) {
  const Padding padding(x, widths);
  PadConstant(padding, {});
  for (int64_t axis = 0; axis < padding.rank(); ++axis) {
    ForEachLine(padding, axis, [&](const joining::Region& region, const Array& whole) {
      const Array line = DenseCopy(reshape(whole, {padding.extent(axis)}), x.dtype()).array;
      const Array changed = change(line, widths[axis], axis);
      if (changed.shape() != line.shape())
        throw Error(ErrorCode::invalid_argument, "pad: a line must keep its length");
      joining::CopyParts({{region, reshape(joining::Cast(changed, x.dtype()), whole.shape())}});
    });
  }
  return padding.result().array;
}

}  // namespace broadloom

// Pads that are computed from what is beside them.
#include <algorithm>

#include "frontend/joining/padding.h"
#include "frontend/lines.h"
#include "frontend/statistics.h"

namespace broadloom::joining {
namespace {

Array StatisticOf(const Array& x, PadMode mode, int axis, DataType dtype) {
  const auto of = [&] {
    switch (mode) {
      case PadMode::maximum: return max(x, axis, true);
      case PadMode::minimum: return min(x, axis, true);
      case PadMode::mean: return mean(x, axis, true);
      default: return median(x, axis, true);
    }
  };
  const Array value = of();
  const bool is_integer = dtype > DataType::bool_ && dtype < DataType::float16;
  return Cast(is_integer && value.dtype() >= DataType::float16 ? round(value, 0) : value, dtype);
}

// What is not filled yet along an axis, and what is between.
struct Open {
  int64_t extent, before, after;

  bool any() const { return before > 0 || after > 0; }
  int64_t filled() const { return extent - before - after; }
};

Open OpenOf(const Padding& padding, int64_t axis) {
  const auto [before, after] = padding.widths(axis);
  return {padding.extent(axis), before, after};
}

// `count` elements, walked backwards from `first` on; odd ones about the element at `edge`.
Array Mirrored(const Padding& padding, int64_t axis, int64_t first, int64_t count,
               std::optional<int64_t> edge) {
  Array even = padding.From(axis, first, count, -1);
  if (!edge.has_value()) return even;
  return Cast(subtract(multiply(padding.From(axis, *edge, 1), 2), even), padding.dtype());
}

// As much as is there to be reflected: whole periods of the array, so that all of it is seen as
// often.
void Reflect(Padding& padding, int64_t axis, Open& open, bool symmetric, bool odd) {
  const int64_t inner = padding.inner(axis), shared = symmetric ? 0 : 1;
  const int64_t period = inner - shared;
  const int64_t length = (open.filled() - shared) / period * period;
  if (open.before > 0) {
    const int64_t count = std::min(length, open.before), edge = open.before;
    const Array from = Mirrored(padding, axis, edge + shared + count - 1, count,
                                odd ? std::optional(edge) : std::nullopt);
    padding.Write({{padding.To(axis, open.before -= count, count), from}});
  }
  if (open.after > 0) {
    const int64_t count = std::min(length, open.after), edge = open.extent - open.after - 1;
    const Array from =
        Mirrored(padding, axis, edge - shared, count, odd ? std::optional(edge) : std::nullopt);
    padding.Write({{padding.To(axis, edge + 1, count), from}});
    open.after -= count;
  }
}

void Wrap(Padding& padding, int64_t axis, Open& open) {
  const int64_t period = open.filled() / padding.inner(axis) * padding.inner(axis);
  const int64_t before = std::min(period, open.before), after = std::min(period, open.after);
  const int64_t end = open.extent - open.after;
  padding.Write({{padding.To(axis, open.before - before, before),
                  padding.From(axis, open.before + period - before, before)}});
  padding.Write({{padding.To(axis, end, after), padding.From(axis, end - period, after)}});
  open.before -= before;
  open.after -= after;
}

}  // namespace

void PadRamp(Padding& padding, const PadOptions& options) {
  for (int axis = 0; axis < padding.rank(); ++axis) {
    const auto [before, after] = padding.widths(axis);
    const int64_t first = before, last = before + padding.inner(axis) - 1;
    const auto ramp = [&](size_t side, int64_t edge, int64_t width) {
      const Operand end = options.values.empty() ? Operand(0) : options.values[axis][side];
      const Array start = squeeze(padding.From(axis, edge, 1), axis);
      return linspace(end, start, width, /*endpoint=*/false, padding.dtype(), axis).values;
    };
    const std::array<Box, 2> sides = padding.Sides(axis);
    padding.Write({{sides[0], ramp(0, first, before)}});
    padding.Write({{sides[1], flip(ramp(1, last, after), axis)}});
  }
}

void PadStatistic(Padding& padding, PadMode mode, const PadOptions& options) {
  for (int axis = 0; axis < padding.rank(); ++axis) {
    const int64_t first = padding.widths(axis).before, inner = padding.inner(axis);
    const auto length = [&](size_t side) {
      if (options.stat_length.empty()) return inner;
      return std::min(inner, options.stat_length[axis][side].value_or(inner));
    };
    const int64_t before = length(0), after = length(1);
    if ((before == 0 || after == 0) && (mode == PadMode::maximum || mode == PadMode::minimum))
      throw Error(ErrorCode::invalid_argument, "pad: stat_length of 0 yields no value");
    const auto value = [&](int64_t begin, int64_t count) {
      return StatisticOf(padding.From(axis, begin, count), mode, axis, padding.dtype());
    };
    const Array left = value(first, before);
    const std::array<Box, 2> sides = padding.Sides(axis);
    padding.Write({{sides[0], left}});
    const bool same = before == inner && after == inner;
    padding.Write({{sides[1], same ? left : value(first + inner - after, after)}});
  }
}

void PadReflected(Padding& padding, bool symmetric, bool odd) {
  for (int64_t axis = 0; axis < padding.rank(); ++axis) {
    Open open = OpenOf(padding, axis);
    if (padding.inner(axis) == 1) {
      PadEdge(padding, axis);
      continue;
    }
    while (open.any()) Reflect(padding, axis, open, symmetric, odd);
  }
}

void PadWrapped(Padding& padding) {
  for (int64_t axis = 0; axis < padding.rank(); ++axis) {
    Open open = OpenOf(padding, axis);
    while (open.any()) Wrap(padding, axis, open);
  }
}

}  // namespace broadloom::joining

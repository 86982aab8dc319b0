// Lines sorted by the standard library, one thread a line.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>

#include "frontend/rearrange.h"
#include "frontend/sorting.h"
#include "frontend/sorting/elements.h"

namespace broadloom {
namespace {

// Equal integers cannot be told apart; -0.0 and 0.0 can.
template <typename T, typename Order>
void Arrange(T* line, int64_t length, Order order) {
  if constexpr (std::is_integral_v<T>)
    std::sort(line, line + length, order);
  else
    std::stable_sort(line, line + length, order);
}

template <typename T>
void SortLine(T* line, int64_t length, bool descending) {
  if (descending)
    Arrange(line, length, [](T a, T b) { return Before(b, a); });
  else
    Arrange(line, length, [](T a, T b) { return Before(a, b); });
}

template <typename T>
void RankLine(const T* line, int64_t* places, int64_t length, bool descending) {
  std::iota(places, places + length, 0);
  std::stable_sort(places, places + length, [=](int64_t a, int64_t b) {
    return descending ? Before(line[b], line[a]) : Before(line[a], line[b]);
  });
}

// body(offset of a line), for every line.
template <typename Body>
void ForLines(const Array& lines, Body&& body) {
  if (lines.size() == 0) return;
  const int64_t length = lines.shape().back();
  const double n = static_cast<double>(length), cost = 4 * n * std::log2(n + 1);
  ParallelFor(lines.context(), lines.size() / length, cost, [&](int64_t begin, int64_t end) {
    for (int64_t line = begin; line < end; ++line) body(line * length, length);
  });
}

}  // namespace

Array AxisLast(const Array& x, std::optional<int64_t> axis, const char* what) {
  if (!axis.has_value()) return Flat(x);
  return moveaxis(x, {AxisOf(*axis, x.ndim(), what)}, {-1});
}

Array AxisBack(const Array& lines, std::optional<int64_t> axis) {
  return axis.has_value() ? moveaxis(lines, {-1}, {*axis}) : lines;
}

Array sort(const Array& x, std::optional<int64_t> axis, bool descending) {
  const Fresh lines = DenseCopy(AxisLast(x, axis, "sort"), x.dtype());
  WithElement(x.dtype(), [&](auto element) {
    auto* const data = reinterpret_cast<decltype(element)*>(lines.data);
    ForLines(lines.array,
             [&](int64_t at, int64_t length) { SortLine(data + at, length, descending); });
  });
  return AxisBack(lines.array, axis);
}

Array argsort(const Array& x, std::optional<int64_t> axis, bool descending) {
  if (x.ndim() == 0) return argsort(reshape(x, {1}), axis, descending);
  const Array lines = Dense(AxisLast(x, axis, "argsort"), x.dtype());
  const Fresh result = MakeFresh(x.context(), DataType::int64, lines.shape());
  auto* const places = reinterpret_cast<int64_t*>(result.data);
  WithElement(x.dtype(), [&](auto element) {
    const auto* const data = ElementsOf<decltype(element)>(lines);
    ForLines(lines, [&](int64_t at, int64_t length) {
      RankLine(data + at, places + at, length, descending);
    });
  });
  return AxisBack(result.array, axis);
}

}  // namespace broadloom

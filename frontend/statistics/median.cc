// Medians by selection.
#include <algorithm>
#include <atomic>
#include <cmath>

#include "frontend/convert.h"
#include "frontend/layout.h"
#include "frontend/precision.h"
#include "frontend/sorting/elements.h"
#include "frontend/statistics/judged_step.h"
#include "frontend/statistics/quantile.h"
#include "frontend/warn.h"

namespace broadloom {
namespace {

template <typename C>
C Divided(C sum, int count) {
  if constexpr (std::is_arithmetic_v<C>) {
    return sum / static_cast<C>(count);
  } else {  // as NumPy divides by count + 0j: what is infinite makes a NaN
    const auto n = static_cast<typename C::value_type>(count);
    return {(sum.real() + sum.imag() * 0) / n, (sum.imag() - sum.real() * 0) / n};
  }
}

struct Steps {
  JudgedStep sum{"reduce"}, division{"divide"};
};

template <typename C>
C Mean(C sum, int count, Steps& steps) {
  return steps.division(Divided(sum, count), sum, sum);
}

template <typename T>
bool IsSmaller(T a, T b) {
  if constexpr (std::is_arithmetic_v<T>)
    return a < b;
  else
    return Before(a, b);
}

template <typename T, typename C>
C MedianOf(T* row, int64_t n, Steps& steps) {
  const int64_t upper = n / 2;
  std::nth_element(row, row + upper, row + n, IsSmaller<T>);
  if (n % 2 == 1) return Mean(C(0) + static_cast<C>(row[upper]), 1, steps);  // 0.0 of -0.0
  const C below = static_cast<C>(*std::max_element(row, row + upper, IsSmaller<T>)),
          above = static_cast<C>(row[upper]);
  return Mean(steps.sum(C(0) + below + above, below, above), 2, steps);
}

// The largest of the NaNs, which stand behind n numbers.
template <typename T>
T LastNaN(const T* row, int64_t n, int64_t length) {
  if constexpr (std::is_arithmetic_v<T>) return row[length - 1];
  return *std::max_element(row + n, row + length, IsSmaller<T>);
}

template <typename T, typename C>
bool MediansOfRows(const Rows& rows, Context& context, bool ignore_nans, T* data, C* results,
                   Steps& steps) {
  std::atomic<bool> found_empty{false};
  ParallelFor(context, rows.count, 8.0 * rows.length, [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      T* const row = data + r * rows.length;
      const int64_t n = NumbersFirst(row, rows.length);
      const bool no_result = n == 0 || (n < rows.length && !ignore_nans);
      if (n == 0) found_empty = true;
      results[r] =
          no_result ? static_cast<C>(LastNaN(row, n, rows.length)) : MedianOf<T, C>(row, n, steps);
    }
  });
  return found_empty;
}

}  // namespace

namespace {

// Along one axis of what lies in another order than C's: the results lie as it does.
std::optional<Array> MedianAsItLies(const Array& x, const AxisList& axes, bool ignore_nans) {
  const AxisOrder lies = OrderOfCopy(*ExprOf(x));
  const bool is_plain = std::is_sorted(lies.begin(), lies.end());
  if (is_plain || !axes.axes().has_value() || axes.axes()->size() != 1) return std::nullopt;
  const int64_t axis = AxisOf(axes.axes()->front(), x.ndim(), "median");
  const std::vector<int64_t> order(lies.begin(), lies.end());
  const int64_t along = std::find(order.begin(), order.end(), axis) - order.begin();
  const Array results = median(permute_dims(x, order), AxisList({along}), false, ignore_nans);
  std::vector<int64_t> kept;  // the axes of the results
  for (int64_t each : order) {
    if (each != axis) kept.push_back(each - (each > axis));
  }
  return permute_dims(results, InversePermutation(kept));
}

}  // namespace

Array median(const Array& x, const AxisList& axes, bool keepdims, bool ignore_nans) {
  const Rows rows = RowsOf(x.shape(), axes, "median");
  if (ignore_nans && x.size() == 0) return nanmean(x, axes, keepdims);
  CheckRowsOfNothing(rows, axes, "median");
  const DataType dtype = IsInexact(x.dtype()) ? x.dtype() : DataType::float64;
  const auto shaped = [&](const Array& results) {
    return keepdims ? WithReducedAxes(results, rows) : results;
  };
  if (rows.length == 0) return shaped(mean(x, axes));
  if (axes.axes().has_value() && axes.axes()->empty())  // each element is one of one
    return median(expand_dims(x, x.ndim()), AxisList(x.ndim()), false, ignore_nans);
  if (const std::optional<Array> found = MedianAsItLies(x, axes, ignore_nans))
    return shaped(*found);
  WarnOfPrecisionLoss("median", x, dtype);
  const Fresh copy = RowCopy(x, rows);
  const Fresh result = MakeFresh(x.context(), ComputeDType(dtype), {rows.count});
  Steps steps;
  const bool empty = WithNumber(x.dtype(), [&](auto element) {
    using T = decltype(element);
    using C = std::conditional_t<std::is_integral_v<T>, double, T>;
    return MediansOfRows(rows, x.context(), ignore_nans, reinterpret_cast<T*>(copy.data),
                         reinterpret_cast<C*>(result.data), steps);
  });
  steps.sum.Report();
  steps.division.Report();
  if (empty && ignore_nans) Warn(WarningKind::runtime, "All-NaN slice encountered");
  return shaped(reshape(As(result.array, dtype), rows.kept));
}

}  // namespace broadloom

// Medians by selection.
#include <algorithm>
#include <atomic>
#include <cmath>

#include "frontend/statistics/quantile.h"
#include "frontend/warn.h"

namespace broadloom {
namespace {

// A complex mean of one or two numbers is divided by Smith's formula, as in NumPy.
template <typename C>
C Shared(C sum, int by) {
  if constexpr (kIsComplex<C>)
    return {(sum.real() + sum.imag() * 0) / by, (sum.imag() - sum.real() * 0) / by};
  else
    return sum / static_cast<C>(by);
}

template <typename T, typename C>
C MedianOf(T* row, int64_t n) {
  const int64_t upper = n / 2;
  std::nth_element(row, row + upper, row + n, Less<T>);
  if (n % 2 == 1) return Shared(static_cast<C>(row[upper]), 1);
  const T lower = *std::max_element(row, row + upper, Less<T>);
  return Shared(static_cast<C>(lower) + static_cast<C>(row[upper]), 2);
}

template <typename T, typename C>
bool MediansOfRows(const Rows& rows, Context& context, bool ignore_nans, T* data, C* results) {
  std::atomic<bool> found_empty{false};
  ParallelFor(context, rows.count, 8.0 * rows.length, [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      T* const row = data + r * rows.length;
      const int64_t n = NumbersFirst(row, rows.length);
      T* const end = row + rows.length;
      if (n == 0) found_empty = true;
      if (n < rows.length && !ignore_nans)
        results[r] = static_cast<C>(*std::max_element(row + n, end, Less<T>));  // NaN
      else
        results[r] = n == 0 ? static_cast<C>(end[-1]) : MedianOf<T, C>(row, n);
    }
  });
  return found_empty;
}

Array EmptyMedian(const Array& x, const Rows& rows, DataType dtype) {
  if (rows.count > 0) Warn(WarningKind::runtime, "Mean of empty slice");
  return full(rows.kept, std::nan(""), dtype, &x.context());
}

}  // namespace

Array median(const Array& x, const AxisList& axes, bool keepdims, bool ignore_nans) {
  const Rows rows = RowsOf(x.shape(), axes, "median");
  if (ignore_nans && x.size() == 0) return nanmean(x, axes, keepdims);
  const DataType dtype = IsInexact(x.dtype()) ? x.dtype() : DataType::float64;
  const Sizes shape = keepdims ? rows.with_ones : rows.kept;
  if (rows.length == 0) return reshape(EmptyMedian(x, rows, dtype), shape);
  const Fresh copy = RowCopy(x, rows);
  const Fresh result = MakeFresh(x.context(), ComputeDType(dtype), {rows.count});
  const bool empty = WithAnyType(x.dtype(), [&](auto element) {
    using T = decltype(element);
    using C = std::conditional_t<std::is_integral_v<T>, double, T>;
    return MediansOfRows(rows, x.context(), ignore_nans, reinterpret_cast<T*>(copy.data),
                         reinterpret_cast<C*>(result.data));
  });
  if (empty && ignore_nans) Warn(WarningKind::runtime, "All-NaN slice encountered");
  return reshape(As(result.array, dtype), shape);
}

}  // namespace broadloom

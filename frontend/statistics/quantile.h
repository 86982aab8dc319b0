// What the files of quantiles share.
#ifndef BROADLOOM_FRONTEND_STATISTICS_QUANTILE_H_
#define BROADLOOM_FRONTEND_STATISTICS_QUANTILE_H_

#include <algorithm>
#include <string>
#include <vector>

#include "frontend/statistics.h"
#include "frontend/statistics/common.h"

namespace broadloom {

enum class QuantileMethod : uint8_t {
  inverted_cdf,
  averaged_inverted_cdf,
  closest_observation,
  interpolated_inverted_cdf,
  hazen,
  weibull,
  linear,
  median_unbiased,
  normal_unbiased,
  lower,
  higher,
  midpoint,
  nearest,
};

// Throws invalid_argument.
QuantileMethod MethodNamed(const std::string& name);
bool PicksElements(QuantileMethod method);  // without interpolation
// Whether whole quantiles (0 and 1) give whole positions.
bool StaysWhole(QuantileMethod method);

// The result is lerp(row[below], row[above], weight).
struct Place {
  int64_t below, above;
  double weight;
};

// What a call computes, with q evaluated.
struct QuantilePlan {
  QuantileMethod method;
  std::vector<double> q;
  bool half_q, single_q, whole_q;  // float16; float32 or shorter; integers
  bool picks;                      // results are elements
  bool ignore_nans;
  DataType element, result;
  Rows rows;
};

// For rows of n numbers.
std::vector<Place> PlacesOf(const QuantilePlan& plan, int64_t n);

// The smallest elements at which the sums of weights reach the quantiles: one row of results for
// each of them. `weights` broadcast against x. Throws invalid_argument where their sum is 0 or not
// finite.
Array WeightedQuantiles(const QuantilePlan& plan, const Array& x, const Array& weights);

inline DataType ComputeDType(DataType dtype) { return IsHalf(dtype) ? DataType::float32 : dtype; }

// x in rows, as memory that may be overwritten.
inline Fresh RowCopy(const Array& x, const Rows& rows) {
  return DenseCopy(permute_dims(x, rows.order), ComputeDType(x.dtype()));
}

// NaNs go to the end; how many numbers there are.
template <typename T>
int64_t NumbersFirst(T* row, int64_t n) {
  if constexpr (std::is_integral_v<T>) return n;
  return std::partition(row, row + n, [](T x) { return !IsNaN(x); }) - row;
}

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_STATISTICS_QUANTILE_H_

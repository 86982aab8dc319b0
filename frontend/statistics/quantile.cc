// Quantiles by selection, one row of a dense copy at a time.
#include "frontend/statistics/quantile.h"

#include <algorithm>
#include <atomic>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/layout.h"
#include "frontend/precision.h"
#include "frontend/statistics/judged_step.h"
#include "frontend/warn.h"
#include "ir/half.h"

namespace broadloom {
namespace {

// Elements at the given places (ascending) where a sort would put them.
template <typename T>
void SelectAll(T* row, int64_t n, const std::vector<int64_t>& places) {
  if (places.size() > 12) return std::sort(row, row + n);
  int64_t begin = 0;
  for (int64_t place : places) {
    std::nth_element(row + begin, row + place, row + n);
    begin = place + 1;
  }
}

// float16 and bfloat16 are computed as float32; each result is rounded, as NumPy's is.
template <typename T>
T RoundedTo(DataType dtype, T x) {
  if constexpr (std::is_same_v<T, float>) {
    if (IsHalf(dtype)) return FromHalfBits(ToDType(dtype), ToHalfBits(ToDType(dtype), x));
  }
  return x;
}

// NumPy's interpolation, which adds first whatever it takes.
struct Steps {
  JudgedStep distance{"subtract"}, product{"multiply"}, sum{"add"}, difference{"subtract"};

  void Report() const {
    for (const JudgedStep* step : {&distance, &product, &sum, &difference}) step->Report();
  }
};

// Of integers modulo 2^bits.
template <typename T>
T Difference(T above, T below) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<uint64_t>(above) - static_cast<uint64_t>(below));
  } else {
    return static_cast<T>(above - below);
  }
}

// T: of the elements, C: of the result.
template <typename T, typename C>
C Interpolated(const QuantilePlan& plan, T below, T above, double weight, Steps& steps) {
  const T gap = RoundedTo(plan.element, Difference(above, below));
  const C distance = static_cast<C>(steps.distance(gap, above, below));
  const C low = static_cast<C>(below), high = static_cast<C>(above);
  const auto part = [&](double share) {
    const C factor = RoundedTo(plan.result, static_cast<C>(share));
    const C product = RoundedTo(plan.result, static_cast<C>(distance * factor));
    return steps.product(product, distance, factor);
  };
  const C early = part(weight), sum = static_cast<C>(low + early);
  steps.sum(sum, low, early);
  if (weight < 0.5) return sum;
  const C late = part(1 - weight);
  return steps.difference(static_cast<C>(high - late), high, late);
}

std::vector<int64_t> Needed(const std::vector<Place>& places) {
  std::vector<int64_t> needed;
  for (const Place& place : places) needed.insert(needed.end(), {place.below, place.above});
  std::sort(needed.begin(), needed.end());
  needed.erase(std::unique(needed.begin(), needed.end()), needed.end());
  return needed;
}

template <typename T, typename C>
class RowQuantiles {
 public:
  RowQuantiles(const QuantilePlan& plan, C* results, Steps& steps)
      : plan_(plan), all_(PlacesOf(plan, plan.rows.length)), results_(results), steps_(steps) {}

  // Row r; false where it has no numbers.
  bool Compute(int64_t r, T* row) const {
    const int64_t length = plan_.rows.length, n = NumbersFirst(row, length);
    if (n == 0 || (n < length && !plan_.ignore_nans)) {
      for (size_t i = 0; i < all_.size(); ++i) Put(r, i, static_cast<C>(row[length - 1]));  // NaN
      return n > 0;
    }
    const std::vector<Place> places = n == length ? all_ : PlacesOf(plan_, n);
    SelectAll(row, n, Needed(places));
    for (size_t i = 0; i < places.size(); ++i) Put(r, i, At(row, places[i]));
    return true;
  }

 private:
  C At(const T* row, const Place& place) const {
    if (plan_.picks) return static_cast<C>(row[place.below]);
    return Interpolated<T, C>(plan_, row[place.below], row[place.above], place.weight, steps_);
  }
  void Put(int64_t r, size_t i, C value) const {
    results_[static_cast<int64_t>(i) * plan_.rows.count + r] = value;
  }

  const QuantilePlan& plan_;
  const std::vector<Place> all_;  // where no NaNs are left out
  C* const results_;
  Steps& steps_;
};

DataType ResultDType(const Array& x, const Array& q, bool picks, bool whole, bool weak) {
  if (picks) return x.dtype();
  if (weak) return IsInexact(x.dtype()) ? x.dtype() : DataType::float64;
  if (whole) return result_type(x.dtype(), DataType::int64);
  return result_type(x.dtype(), IsInexact(q.dtype()) ? q.dtype() : DataType::float64);
}

// The axes of q stand first, but among NaNs NumPy computes row by row: q's lie innermost.
Array Shaped(const Array& results, const Array& x, const Array& q, const Rows& rows,
             const QuantileOptions& options) {
  Sizes shape = q.shape();
  shape.insert(shape.end(), rows.kept.begin(), rows.kept.end());
  Array shaped = reshape(results, shape);
  const bool by_rows = options.ignore_nans && !options.weights.has_value() && x.ndim() > 1 &&
                       options.axes.axes().has_value();
  if (by_rows) {
    std::vector<int64_t> order(shape.size());
    for (size_t i = 0; i < order.size(); ++i)
      order[i] = static_cast<int64_t>((i + q.shape().size()) % order.size());
    const Array rows_first = DenseCopy(permute_dims(shaped, order), shaped.dtype()).array;
    shaped = permute_dims(rows_first, InversePermutation(order));
  }
  return options.keepdims ? WithReducedAxes(shaped, rows) : shaped;
}

std::vector<double> CheckedQuantiles(const Array& q) {
  CheckReal(q, "quantile");
  std::vector<double> values = Dense(q, DataType::float64).to_vector<double>();
  for (double value : values) {
    if (!(value >= 0 && value <= 1))
      throw Error(ErrorCode::invalid_argument, "Quantiles must be in the range [0, 1]");
  }
  if (q.ndim() > 2) throw Error(ErrorCode::invalid_argument, "quantile: q must be a scalar or 1d");
  return values;
}

void CheckNotEmpty(const Rows& rows) {
  if (rows.length == 0)
    throw Error(ErrorCode::out_of_range, "quantile: there is no element to take along the axis");
}

template <typename T, typename C>
Array Unweighted(const QuantilePlan& plan, const Array& x, DataType to) {
  const Fresh copy = RowCopy(x, plan.rows);
  const Fresh result =
      MakeFresh(x.context(), to, {static_cast<int64_t>(plan.q.size()), plan.rows.count});
  Steps steps;
  const RowQuantiles<T, C> quantiles(plan, reinterpret_cast<C*>(result.data), steps);
  std::atomic<bool> found_empty{false};
  const int64_t length = plan.rows.length;
  const double cost = 10.0 * static_cast<double>(length);
  ParallelFor(x.context(), plan.rows.count, cost, [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      if (!quantiles.Compute(r, reinterpret_cast<T*>(copy.data) + r * length)) found_empty = true;
    }
  });
  steps.Report();
  if (found_empty && plan.ignore_nans) Warn(WarningKind::runtime, "All-NaN slice encountered");
  return result.array;
}

Array Unweighted(const QuantilePlan& plan, const Array& x, DataType result) {
  return WithType(x.dtype(), [&](auto element) {
    using T = decltype(element);
    if (plan.picks) return Unweighted<T, T>(plan, x, ComputeDType(x.dtype()));
    if (result == DataType::float64) return Unweighted<T, double>(plan, x, DataType::float64);
    return Unweighted<T, float>(plan, x, DataType::float32);
  });
}

Array CheckedWeights(const Array& x, const QuantileOptions& options) {
  if (options.method != "inverted_cdf")
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("quantile: Only method 'inverted_cdf' supports weights. Got: ",
                             options.method, "."));
  AxisList axes = options.axes;
  if (axes.axes().has_value()) axes = AxisList(AxesOf(axes, x.ndim(), "quantile"));
  const Array weights = WeightsFor(*options.weights, x, axes, "quantile");
  if (any(less(weights, 0)).item<bool>())
    throw Error(ErrorCode::invalid_argument, "quantile: Weights must be non-negative.");
  return weights;
}

// Whether the results are elements, of their dtype.
bool Takes(const QuantilePlan& plan, const Array& x, const std::string& method) {
  if (PicksElements(plan.method)) return true;
  if (plan.whole_q && plan.method == QuantileMethod::linear) return true;
  if (x.dtype() == DataType::bool_)
    throw Error(
        ErrorCode::type_error,
        absl::StrCat("quantile: bools cannot be subtracted, as method '", method, "' does"));
  return false;
}

}  // namespace

Array quantile(const Array& x, const Array& q, const QuantileOptions& options) {
  CheckReal(x, "quantile");
  QuantilePlan plan;
  plan.q = CheckedQuantiles(q);
  std::optional<Array> weights;
  if (options.weights.has_value()) weights = CheckedWeights(x, options);
  if (options.ignore_nans && x.size() == 0) return nanmean(x, options.axes, options.keepdims);
  plan.method = MethodNamed(options.method);
  plan.rows = RowsOf(x.shape(), options.axes, "quantile");
  CheckRowsOfNothing(plan.rows, options.axes, "quantile");
  CheckNotEmpty(plan.rows);
  plan.half_q = q.dtype() == DataType::float16;
  plan.single_q = IsInexact(q.dtype()) && itemsize(q.dtype()) <= 4;
  plan.whole_q = !IsInexact(q.dtype()) && StaysWhole(plan.method);
  plan.ignore_nans = options.ignore_nans;
  const bool whole_result = plan.whole_q && !options.weak;
  const bool takes = weights.has_value() || Takes(plan, x, options.method);
  plan.picks = takes || (whole_result && !IsInexact(x.dtype()));
  const DataType dtype = ResultDType(x, q, takes, whole_result, options.weak);
  plan.element = x.dtype(), plan.result = dtype;
  WarnOfPrecisionLoss("quantile", x, dtype);
  const Array result =
      weights.has_value() ? WeightedQuantiles(plan, x, *weights) : Unweighted(plan, x, dtype);
  return Shaped(As(result, dtype), x, q, plan.rows, options);
}

Array percentile(const Array& x, const Array& q, const QuantileOptions& options) {
  CheckReal(x, "percentile");
  CheckReal(q, "percentile");
  try {
    return quantile(x, divide(q, 100), options);
  } catch (const Error& error) {
    if (std::string(error.what()) != "Quantiles must be in the range [0, 1]") throw;
    throw Error(ErrorCode::invalid_argument, "Percentiles must be in the range [0, 100]");
  }
}

}  // namespace broadloom

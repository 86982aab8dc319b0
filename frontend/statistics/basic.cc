// Compositions that fuse.
#include "frontend/statistics.h"
#include "frontend/statistics/common.h"

namespace broadloom {
namespace {

// Without the axes that keepdims kept.
Array Dropped(const Array& x, const AxisList& axes) {
  if (!axes.axes().has_value() || x.ndim() == 0) return reshape(x, {});
  return axes.axes()->empty() ? x : squeeze(x, axes);
}

// The largest, or 0 where that would make x - max NaN.
Array Shift(const Array& x, const AxisList& axes) {
  const Array largest = max(x, axes, /*keepdims=*/true);
  return where(isfinite(largest), largest, 0);
}

Array Floating(const Array& x, const char* what) {
  CheckReal(x, what);
  return IsInexact(x.dtype()) ? x : astype(x, DataType::float64);
}

DataType AverageDType(const Array& x, const Array& weights) {
  const DataType dtype = result_type(x.dtype(), weights.dtype());
  return IsInexact(x.dtype()) ? dtype : result_type(dtype, DataType::float64);
}

double CountOf(const Array& x, const Array& reduced) {
  return static_cast<double>(x.size()) / static_cast<double>(reduced.size());
}

}  // namespace

Array ptp(const Array& x, const AxisList& axes, bool keepdims) {
  return max(x, axes, keepdims) - min(x, axes, keepdims);
}

Array count_nonzero(const Array& x, const AxisList& axes, bool keepdims) {
  const Array nonzero = x.dtype() == DataType::bool_ ? x : not_equal(x, 0);
  return sum(nonzero, axes, keepdims, {DataType::int64, 0});
}

Average average(const Array& x, const AxisList& given, const std::optional<Array>& weights,
                bool keepdims) {
  AxisList axes = given;
  if (given.axes().has_value()) axes = AxisList(AxesOf(given, x.ndim(), "average"));
  if (!weights.has_value()) {
    const Array average = mean(x, axes, keepdims);
    if (average.size() == 0) throw ZeroWeights("average: division by zero: there are no averages");
    return {average, full(average.shape(), CountOf(x, average), average.dtype(), &x.context())};
  }
  const Array spread = WeightsFor(*weights, x, axes, "average");
  const DataType dtype = AverageDType(x, spread);
  const Array scale = sum(spread, axes, keepdims, {dtype, 0});
  if (any(equal(scale, 0)).item<bool>()) throw ZeroWeights();
  const Array average = sum(As(x, dtype) * As(spread, dtype), axes, keepdims) / scale;
  if (scale.shape() == average.shape()) return {average, scale};
  return {average, copy(broadcast_to(scale, average.shape()))};
}

Array logsumexp(const Array& given, const AxisList& axes, bool keepdims) {
  const Array x = Floating(given, "logsumexp"), shift = Shift(x, axes);
  const Array result = log(sum(exp(x - shift), axes, /*keepdims=*/true)) + shift;
  return keepdims ? result : Dropped(result, axes);
}

Array softmax(const Array& given, const AxisList& axes) {
  const Array x = Floating(given, "softmax"), e = exp(x - max(x, axes, /*keepdims=*/true));
  return e / sum(e, axes, /*keepdims=*/true);
}

Array log_softmax(const Array& given, const AxisList& axes) {
  const Array x = Floating(given, "log_softmax"), shifted = x - Shift(x, axes);
  return shifted - log(sum(exp(shifted), axes, /*keepdims=*/true));
}

}  // namespace broadloom

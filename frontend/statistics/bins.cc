// Rules for the width of bins: Sturges; Scott; Freedman & Diaconis; Doane; Stone (as cited in
// NumPy's documentation of histogram_bin_edges).
#include "frontend/statistics/bins.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "frontend/dense.h"
#include "frontend/lines.h"
#include "frontend/sorting.h"
#include "frontend/statistics/common.h"
#include "frontend/warn.h"

namespace broadloom {
namespace {

double Wide(const Array& x) { return astype(x, DataType::float64).item<double>(); }

double Extent(const Array& x) { return Wide(max(x)) - Wide(min(x)); }

double Count(const Array& x) { return static_cast<double>(x.size()); }

double Deviation(const Array& x) { return Wide(broadloom::std(x)); }

double Sturges(const Array& x) { return Extent(x) / (std::log2(Count(x)) + 1); }

double Root(const Array& x) { return Extent(x) / std::sqrt(Count(x)); }

double Scott(const Array& x) {
  return std::cbrt(24 * std::sqrt(std::numbers::pi) / Count(x)) * Deviation(x);
}

double FreedmanDiaconis(const Array& x) {
  const Array quartiles = percentile(x, array({75.0, 25.0}, &x.context()), {.weak = false});
  return 2 * Wide(index(quartiles, {0}) - index(quartiles, {1})) * std::pow(Count(x), -1.0 / 3);
}

double Automatic(const Array& x) {
  return std::min(std::max(FreedmanDiaconis(x), Root(x) / 2), Sturges(x));
}

double Doane(const Array& x) {
  const double n = Count(x);
  if (n <= 2) return 0;
  const double deviation = Deviation(x);
  if (!(deviation > 0)) return 0;
  const Array scaled = (astype(x, DataType::float64) - Wide(mean(x))) / deviation;
  const double skewness = mean(scaled * scaled * scaled).item<double>();
  const double scale = std::sqrt(6 * (n - 2) / ((n + 1) * (n + 3)));
  return Extent(x) / (1 + std::log2(n) + std::log2(1 + std::abs(skewness) / scale));
}

// The estimated loss of a number of bins.
double Loss(const Array& x, const Range& outer, int64_t bins) {
  const double n = Count(x), width = Extent(x) / static_cast<double>(bins);
  const Array parts = histogram(x, bins, outer).counts / n;
  return (2 - (n + 1) * sum(parts * parts).item<double>()) / width;
}

double Stone(const Array& x, const Range& outer) {
  if (x.size() <= 1 || Extent(x) == 0) return 0;
  const int64_t most = std::max<int64_t>(100, static_cast<int64_t>(std::sqrt(Count(x))));
  int64_t best = 1;
  double least = Loss(x, outer, 1);
  for (int64_t bins = 2; bins <= most; ++bins) {
    const double loss = Loss(x, outer, bins);
    if (loss < least) best = bins, least = loss;
  }
  if (best == most) Warn(WarningKind::runtime, "The number of bins estimated may be suboptimal.");
  return Extent(x) / static_cast<double>(best);
}

double WidthOf(const std::string& rule, const Array& x, const Range& outer) {
  if (rule == "auto") return Automatic(x);
  if (rule == "fd") return FreedmanDiaconis(x);
  if (rule == "doane") return Doane(x);
  if (rule == "scott") return Scott(x);
  if (rule == "stone") return Stone(x, outer);
  if (rule == "rice") return Extent(x) / (2 * std::pow(Count(x), 1.0 / 3));
  if (rule == "sturges") return Sturges(x);
  return Root(x);
}

// The elements of a vector within the range.
Array Within(const Array& x, const Range& outer) {
  return compress(logical_and(greater_equal(x, outer.first), less_equal(x, outer.last)), x);
}

}  // namespace

Range OuterEdges(const Array& x, const std::optional<Range>& given) {
  Range outer{0, 1};
  if (given.has_value()) {
    outer = *given;
    if (outer.first > outer.last)
      throw Error(ErrorCode::invalid_argument,
                  "histogram: max must be larger than min in range parameter.");
  } else if (x.size() > 0) {
    outer = {Wide(min(x)), Wide(max(x))};
  }
  if (!std::isfinite(outer.first) || !std::isfinite(outer.last))
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("histogram: ", given.has_value() ? "supplied" : "autodetected",
                             " range of [", outer.first, ", ", outer.last, "] is not finite"));
  if (outer.first == outer.last) outer = {outer.first - 0.5, outer.last + 0.5};
  return outer;
}

Array UniformEdges(const Array& x, const Range& outer, int64_t bins, bool range_given) {
  const bool single =
      !range_given && x.size() > 0 && IsInexact(x.dtype()) && x.dtype() != DataType::float64;
  const DataType dtype = IsInexact(x.dtype()) ? x.dtype() : DataType::float64;
  const DataType computed = single ? x.dtype() : DataType::float64;
  const auto end = [&](double value) { return scalar(value, computed, &x.context()); };
  const Line line = linspace(end(outer.first), end(outer.last), bins + 1, true, dtype, 0);
  const Array result = line.values.eval();
  const Array steps = AlongAxis(result, 0, {{}, -1, {}}) >= AlongAxis(result, 0, {1, {}, {}});
  if (any(steps).item<bool>())
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("histogram: Too many bins for data range. Cannot create ", bins,
                             " finite-sized bins."));
  return result;
}

void CheckRule(const std::string& rule) {
  constexpr const char* kRules[] = {"auto",  "fd",   "doane",   "scott",
                                    "stone", "rice", "sturges", "sqrt"};
  if (std::find(std::begin(kRules), std::end(kRules), rule) == std::end(kRules))
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("histogram: '", rule, "' is not a valid estimator for `bins`"));
}

int64_t BinsByRule(const std::string& rule, const Array& given, const Range& outer) {
  const Array x = Within(given, outer);
  if (x.size() == 0) return 1;
  double width = WidthOf(rule, x, outer);
  if (width == 0) return 1;
  if (!IsInexact(x.dtype())) width = std::max(width, 1.0);
  const double bins = std::ceil((outer.last - outer.first) / width);
  if (!(bins < 0x1p62))
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("histogram: the rule '", rule, "' finds too many bins"));
  return static_cast<int64_t>(bins);
}

}  // namespace broadloom

// Quantiles of weighted elements.
#include <algorithm>

#include "frontend/statistics/quantile.h"
#include "frontend/warn.h"

namespace broadloom {
namespace {

struct WeightedRow {
  std::vector<int64_t> order;
  std::vector<double> sums;
};

// Sums of weights in the order of the elements, as parts of the whole.
template <typename T>
WeightedRow SumsOf(const T* row, const double* weights, const std::vector<int64_t>& used) {
  WeightedRow sorted{used, {}};
  std::sort(sorted.order.begin(), sorted.order.end(),
            [&](int64_t i, int64_t j) { return Less(row[i], row[j]); });
  double total = 0;
  for (int64_t i : sorted.order) sorted.sums.push_back(total += weights[i]);
  for (double& sum : sorted.sums) sum /= total;
  if (std::isnan(sorted.sums.back()))
    throw Error(ErrorCode::invalid_argument,
                "quantile: Weights included NaN, inf or were all zero.");
  return sorted;
}

template <typename T>
T WeightedQuantile(const T* row, const WeightedRow& sorted, double q, bool single) {
  const auto reaches = [&](double sum) {  // leading weights of 0 never do
    return sum > 0 && (single ? static_cast<float>(sum) >= static_cast<float>(q) : sum >= q);
  };
  size_t i = 0;
  while (i + 1 < sorted.sums.size() && !reaches(sorted.sums[i])) ++i;
  return row[sorted.order[i]];
}

template <typename T>
bool WeightedRows(const QuantilePlan& plan, const T* rows, const double* weights, T* results) {
  const int64_t length = plan.rows.length, count = plan.rows.count;
  bool found_empty = false;
  for (int64_t r = 0; r < count; ++r) {
    const T* const row = rows + r * length;
    std::vector<int64_t> used;
    int64_t nan = -1;
    for (int64_t i = 0; i < length; ++i) {
      if (IsNaN(row[i])) nan = i;
      if (!IsNaN(row[i]) || !plan.ignore_nans) used.push_back(i);
    }
    const bool no_result = used.empty() || (nan >= 0 && !plan.ignore_nans);
    found_empty = found_empty || used.empty();
    WeightedRow sorted;
    if (!used.empty()) sorted = SumsOf(row, weights + r * length, used);
    for (size_t i = 0; i < plan.q.size(); ++i)
      results[static_cast<int64_t>(i) * count + r] =
          no_result ? row[nan] : WeightedQuantile(row, sorted, plan.q[i], plan.single_q);
  }
  return found_empty;
}

}  // namespace

Array WeightedQuantiles(const QuantilePlan& plan, const Array& x, const Array& given) {
  const Array spread = broadcast_to(given, x.shape());
  const DataType dtype = ComputeDType(x.dtype());
  const Array rows = Dense(permute_dims(x, plan.rows.order), dtype);
  const Array weights = Dense(permute_dims(spread, plan.rows.order), DataType::float64);
  const Fresh result =
      MakeFresh(x.context(), dtype, {static_cast<int64_t>(plan.q.size()), plan.rows.count});
  const bool empty = WithType(x.dtype(), [&](auto element) {
    using T = decltype(element);
    return WeightedRows(plan, ElementsOf<T>(rows), ElementsOf<double>(weights),
                        reinterpret_cast<T*>(result.data));
  });
  if (empty && plan.ignore_nans) Warn(WarningKind::runtime, "All-NaN slice encountered");
  return result.array;
}

}  // namespace broadloom

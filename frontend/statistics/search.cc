// Binary search, and counting of small integers.
#include "frontend/sorting/search.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "frontend/sorting/along.h"
#include "frontend/sorting/elements.h"
#include "frontend/statistics.h"

namespace broadloom {
namespace {

void CheckVector(const Array& x, const char* what) {
  if (x.ndim() != 1)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(what, ": object of ", x.ndim(), " dimensions is too ",
                             x.ndim() > 1 ? "deep" : "shallow", ", a vector is needed"));
}

DataType CommonDType(const Array& a, const Array& b) {
  const DataType dtype = result_type(a.dtype(), b.dtype());
  return IsHalf(dtype) ? DataType::float32 : dtype;
}

Array CheckedSorter(const Array& sorter, int64_t size) {
  if (sorter.ndim() != 1 || sorter.dtype() == DataType::bool_ || IsInexact(sorter.dtype()))
    throw Error(ErrorCode::type_error, "searchsorted: sorter must be a vector of integers");
  if (sorter.size() != size)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("searchsorted: sorter.size (", sorter.size(), ") must equal a.size (",
                             size, ")"));
  const Array dense = Dense(sorter, DataType::int64);
  const int64_t* const places = ElementsOf<int64_t>(dense);
  if (!std::all_of(places, places + size, [&](int64_t at) { return at >= 0 && at < size; }))
    throw Error(ErrorCode::invalid_argument, "searchsorted: Sorter index out of range.");
  return dense;
}

Array Permuted(const Array& x, const Array& places) {
  const Fresh result = MakeFresh(x.context(), x.dtype(), x.shape());
  PickAlong(x, Along(x.shape(), 0), ElementsOf<int64_t>(places), result.data);
  return result.array;
}

// As NumPy decides it: 1 rising, -1 falling, 0 neither; equal ones rise.
template <typename T>
int DirectionOf(const T* bins, int64_t count) {
  int64_t i = 0;
  while (i + 1 < count && bins[i] == bins[i + 1]) ++i;
  if (i + 1 >= count) return 1;
  const bool rises = bins[i] < bins[i + 1];
  for (++i; i + 1 < count; ++i) {
    if (rises ? bins[i] > bins[i + 1] : bins[i] < bins[i + 1]) return 0;
  }
  return rises ? 1 : -1;
}

int DirectionOf(const Array& bins) {
  const Array dense = Dense(bins, DataType::float64);
  return DirectionOf(ElementsOf<double>(dense), bins.size());
}

// The largest of x, and an error where any is negative.
int64_t CheckedLargest(const int64_t* x, int64_t count) {
  int64_t largest = -1;
  for (int64_t i = 0; i < count; ++i) {
    if (x[i] < 0)
      throw Error(ErrorCode::invalid_argument,
                  "bincount: the array must have no negative elements");
    largest = std::max(largest, x[i]);
  }
  if (largest == std::numeric_limits<int64_t>::max())
    throw Error(ErrorCode::invalid_argument, "bincount: array is too big: 2**63 counts");
  return largest;
}

void CheckCounted(const Array& x, int64_t minlength) {
  CheckVector(x, "bincount");
  if (IsInexact(x.dtype()))
    throw Error(ErrorCode::type_error, absl::StrCat("bincount: cannot cast ", to_string(x.dtype()),
                                                    " to int64 according to the rule 'safe'"));
  if (minlength < 0)
    throw Error(ErrorCode::invalid_argument, "bincount: 'minlength' must not be negative");
}

Array CheckedWeights(const Array& weights, int64_t size) {
  CheckVector(weights, "bincount");
  if (IsComplex(weights.dtype()))
    throw Error(ErrorCode::type_error, "bincount: weights must be real numbers");
  if (weights.size() != size)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("bincount: The weights (", weights.size(), ") and list (", size,
                             ") don't have the same length."));
  return Dense(weights, DataType::float64);
}

}  // namespace

Array searchsorted(const Array& sorted, const Array& values, Side side,
                   const std::optional<Array>& sorter) {
  CheckVector(sorted, "searchsorted");
  const DataType dtype = CommonDType(sorted, values);
  const int64_t count = sorted.size();
  const std::optional<Array> order =
      sorter.has_value() ? std::optional(CheckedSorter(*sorter, count)) : std::nullopt;
  Array in = Dense(sorted, dtype);
  if (order.has_value()) in = Permuted(in, *order);
  const Fresh result = MakeFresh(sorted.context(), DataType::int64, values.shape());
  auto* const places = reinterpret_cast<int64_t*>(result.data);
  FindPlaces(in, Dense(values, dtype), side,
             [=](int64_t first, int64_t size, const int64_t* found) {
               std::copy_n(found, size, places + first);
             });
  return result.array;
}

namespace {

// Among bins that were found to rise.
Array PlacesIn(const Array& bins, const Array& x, Side side) {
  if (!IsInexact(bins.dtype())) return searchsorted(bins, x, side);
  const Array from = Dense(bins, DataType::float64);
  if (!HasNaNs(ElementsOf<double>(from), bins.size())) return searchsorted(bins, x, side);
  const Fresh result = MakeFresh(x.context(), DataType::int64, x.shape());
  const Array values = Dense(x, DataType::float64);
  FindPlacesInTurn(ElementsOf<double>(from), bins.size(), ElementsOf<double>(values), x.size(),
                   side, reinterpret_cast<int64_t*>(result.data));
  return result.array;
}

}  // namespace

Array digitize(const Array& x, const Array& bins, bool right) {
  if (IsComplex(x.dtype()) || IsComplex(bins.dtype()))
    throw Error(ErrorCode::type_error, "digitize: x and bins must be real numbers");
  CheckVector(bins, "digitize");
  const int direction = DirectionOf(bins);
  if (direction == 0)
    throw Error(ErrorCode::invalid_argument,
                "digitize: bins must be monotonically increasing or decreasing");
  const Side side = right ? Side::left : Side::right;
  if (direction > 0) return PlacesIn(bins, x, side);
  return subtract(bins.size(), PlacesIn(flip(bins), x, side));
}

Array bincount(const Array& x, const std::optional<Array>& given, int64_t minlength) {
  CheckCounted(x, minlength);
  const int64_t size = x.size();
  const Array dense = Dense(x, DataType::int64);
  const int64_t* const places = ElementsOf<int64_t>(dense);
  const int64_t length = std::max(minlength, CheckedLargest(places, size) + 1);
  if (!given.has_value() || size == 0) {
    const Fresh result = Zeros(x.context(), DataType::int64, length);
    auto* const counts = reinterpret_cast<int64_t*>(result.data);
    for (int64_t i = 0; i < size; ++i) ++counts[places[i]];
    return result.array;
  }
  const Array weights = CheckedWeights(*given, size);
  const double* const amounts = ElementsOf<double>(weights);
  const Fresh result = Zeros(x.context(), DataType::float64, length);
  auto* const sums = reinterpret_cast<double*>(result.data);
  for (int64_t i = 0; i < size; ++i) sums[places[i]] += amounts[i];
  return result.array;
}

}  // namespace broadloom

// Counting elements between edges.
#include <algorithm>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "frontend/composed.h"
#include "frontend/convert.h"
#include "frontend/dense.h"
#include "frontend/joining.h"
#include "frontend/sorting.h"
#include "frontend/sorting/search.h"
#include "frontend/statistics.h"
#include "frontend/statistics/bins.h"
#include "frontend/statistics/common.h"
#include "frontend/warn.h"

namespace broadloom {
namespace {

Array Flat(const Array& x) {
  if (IsComplex(x.dtype()))
    throw Error(ErrorCode::unimplemented, "histogram: of complex numbers is not there yet");
  const Array flat = reshape(x, {-1});
  if (x.dtype() != DataType::bool_) return flat;
  Warn(WarningKind::runtime, "Converting input from bool to uint8 for compatibility.");
  return astype(flat, DataType::uint8);
}

Array CheckedEdges(const Array& edges, const char* what) {
  if (edges.ndim() != 1)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(what, ": `bins` must be 1d, not ", edges.ndim(), "d, when an array"));
  const Array falls = AlongAxis(edges, 0, {{}, -1, {}}) > AlongAxis(edges, 0, {1, {}, {}});
  if (any(falls).item<bool>())
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(what, ": `bins` must increase monotonically, when an array"));
  return edges;
}

Array EdgesOf(const Array& x, const Bins& bins, const std::optional<Range>& range, bool weighted) {
  if (const auto* edges = std::get_if<Array>(&bins)) return CheckedEdges(*edges, "histogram");
  int64_t count = 0;
  if (const auto* rule = std::get_if<std::string>(&bins)) {
    CheckRule(*rule);
    if (weighted)
      throw Error(ErrorCode::type_error,
                  "histogram: Automated estimation of the number of bins is not supported for "
                  "weighted data");
    count = BinsByRule(*rule, x, OuterEdges(x, range));
  } else {
    count = std::get<int64_t>(bins);
    if (count < 1)
      throw Error(ErrorCode::invalid_argument,
                  "histogram: `bins` must be positive, when an integer");
  }
  return UniformEdges(x, OuterEdges(x, range), count, range.has_value());
}

// The bin of a value, or -1. The last bin holds its right edge too.
template <typename T>
int64_t BinOf(const T* edges, int64_t count, T value) {
  if (count < 2 || IsNaN(value) || value < edges[0] || value > edges[count - 1]) return -1;
  const int64_t at = std::upper_bound(edges, edges + count, value) - edges - 1;
  return std::min(at, count - 2);
}

// The same among bins of one width: a guess that the edges correct.
template <typename T>
int64_t UniformBinOf(const T* edges, int64_t count, T value) {
  const int64_t bins = count - 1;
  if (!(value >= edges[0] && value <= edges[bins])) return -1;
  const double part =
      (static_cast<double>(value) - edges[0]) / (static_cast<double>(edges[bins]) - edges[0]);
  int64_t at = std::clamp<int64_t>(static_cast<int64_t>(part * bins), 0, bins - 1);
  while (at > 0 && value < edges[at]) --at;
  while (at < bins - 1 && value >= edges[at + 1]) ++at;
  return at;
}

template <typename T>
void CountBetween(Context& context, const T* values, int64_t size, const T* edges, int64_t count,
                  bool uniform, int64_t* counts) {
  std::mutex mutex;
  ParallelFor(context, size, 5, [&](int64_t begin, int64_t end) {
    std::vector<int64_t> own(std::max<int64_t>(count - 1, 0));
    for (int64_t i = begin; i < end; ++i) {
      const int64_t bin =
          uniform ? UniformBinOf(edges, count, values[i]) : BinOf(edges, count, values[i]);
      if (bin >= 0) ++own[bin];
    }
    const std::lock_guard lock(mutex);
    for (size_t bin = 0; bin < own.size(); ++bin) counts[bin] += own[bin];
  });
}

template <typename T, typename W>
void SumBetween(const T* values, const W* weights, int64_t size, const T* edges, int64_t count,
                W* sums) {
  for (int64_t i = 0; i < size; ++i) {
    const int64_t bin = BinOf(edges, count, values[i]);
    if (bin >= 0) sums[bin] += weights[i];
  }
}

// In which values and edges are compared: integers exactly, all others in float64.
DataType CompareDType(const Array& x, const Array& edges) {
  const DataType dtype = result_type(x.dtype(), edges.dtype());
  if (IsComplex(dtype))
    throw Error(ErrorCode::unimplemented, "histogram: of complex numbers is not there yet");
  if (IsInexact(dtype)) return DataType::float64;
  return dtype == DataType::uint64 ? dtype : DataType::int64;
}

template <typename T>
Array Counted(const Array& x, const Array& edges, const std::optional<Array>& weights,
              bool uniform) {
  const int64_t count = edges.size(), bins = std::max<int64_t>(count - 1, 0);
  const T *values = ElementsOf<T>(x), *from = ElementsOf<T>(edges);
  const bool whole = !weights.has_value() || weights->dtype() == DataType::int64;
  const Fresh result = Zeros(x.context(), whole ? DataType::int64 : DataType::float64, bins);
  auto* const counts = reinterpret_cast<int64_t*>(result.data);
  if (!weights.has_value())
    CountBetween(x.context(), values, x.size(), from, count, uniform, counts);
  else if (whole)
    SumBetween(values, ElementsOf<int64_t>(*weights), x.size(), from, count, counts);
  else
    SumBetween(values, ElementsOf<double>(*weights), x.size(), from, count,
               reinterpret_cast<double*>(result.data));
  return result.array;
}

void CheckShape(const Array& weights, const Sizes& shape) {
  if (weights.shape() != shape)
    throw Error(ErrorCode::invalid_argument, "histogram: weights should have the same shape as a.");
}

Array FlatWeights(const Array& given) {
  const DataType dtype = IsInexact(given.dtype()) ? DataType::float64 : DataType::int64;
  return Dense(reshape(given, {-1}), dtype);
}

Array Counted(const Array& x, const Array& edges, const std::optional<Array>& weights,
              bool uniform) {
  const DataType dtype = CompareDType(x, edges);
  const Array values = Dense(x, dtype), from = Dense(edges, dtype);
  if (dtype == DataType::float64) return Counted<double>(values, from, weights, uniform);
  if (dtype == DataType::int64) return Counted<int64_t>(values, from, weights, uniform);
  return Counted<uint64_t>(values, from, weights, uniform);
}

// Of the weights' dtype; complex ones are summed in parts.
Array SumsOf(const Array& x, const Array& edges, const Array& weights, bool uniform) {
  const auto sums = [&](const Array& part) {
    return Counted(x, edges, FlatWeights(part), uniform);
  };
  if (!IsComplex(weights.dtype())) return As(sums(weights), weights.dtype());
  const Array re = sums(real(weights)), im = sums(imag(weights));
  return As(Make(Op::k_complex, {ExprOf(re), ExprOf(im)}), weights.dtype());
}

// Counts by the places of the edges among the sorted values, as NumPy has them: where an edge is
// NaN.
Array CountsByPlaces(const Array& x, const Array& edges, const std::optional<Array>& weights) {
  const Array order = argsort(x), sorted = take(x, order, std::nullopt);
  const Array places =
      concat({searchsorted(sorted, AlongAxis(edges, 0, {{}, -1, {}}), Side::left),
              searchsorted(sorted, AlongAxis(edges, 0, {-1, {}, {}}), Side::right)},
             0);
  if (!weights.has_value()) return diff(places);
  const Array sums =
      cumulative_sum(take(reshape(*weights, {-1}), order, std::nullopt), 0, weights->dtype());
  return diff(take(concat({zeros({1}, weights->dtype()), sums}, 0), places, std::nullopt));
}

Array Density(const Array& counts, const Array& edges) {
  return counts / astype(diff(edges), DataType::float64) / sum(counts);
}

// --- More than one dimension ---------------------------------------------------------------------
Array EdgesOfAxis(const Array& x, const Bins& bins, const std::optional<Range>& range) {
  if (const auto* edges = std::get_if<Array>(&bins)) return CheckedEdges(*edges, "histogramdd");
  if (std::holds_alternative<std::string>(bins))
    throw Error(ErrorCode::type_error, "histogramdd: `bins` must be integers or arrays");
  const int64_t count = std::get<int64_t>(bins);
  if (count < 1)
    throw Error(ErrorCode::invalid_argument,
                "histogramdd: `bins` must be positive, when an integer");
  const bool own_range = x.size() > 0 && !range.has_value();  // else the edges are Python's floats
  return UniformEdges(own_range ? x : As(x, DataType::float64), OuterEdges(x, range), count,
                      !own_range);
}

// The bin behind so many edges, or -1.
int64_t BinAt(int64_t edges, int64_t count) { return edges < count ? edges - 1 : -1; }

// Adds this axis to the flat places of the samples, among cells with a frame around them; -1:
// outside.
void AddAxis(const Array& x, const Array& edges, std::vector<int64_t>& places) {
  const Array values = Dense(x, DataType::float64), from = Dense(edges, DataType::float64);
  const int64_t count = edges.size();
  if (count == 0) throw Error(ErrorCode::out_of_range, "histogramdd: an axis without edges");
  const double *const borders = ElementsOf<double>(from), *const at = ElementsOf<double>(values);
  std::vector<int64_t> found;  // in turn
  if (HasNaNs(borders, count)) {
    found.resize(places.size());
    FindPlacesInTurn(borders, count, at, values.size(), Side::right, found.data());
  }
  for (size_t i = 0; i < places.size(); ++i) {
    const int64_t bin = found.empty() ? BinOf(borders, count, at[i])
                                      : BinAt(found[i] - (at[i] == borders[count - 1]), count);
    places[i] = bin < 0 || places[i] < 0 ? -1 : places[i] * (count + 1) + bin + 1;
  }
}

// Of a shape with a frame, which NumPy has for what is outside and we leave empty; places of -1 do
// not count.
Array CountsAt(const std::vector<int64_t>& places, const double* weights, const Sizes& shape,
               Context& context) {
  int64_t size = 1;
  for (int64_t extent : shape) size *= extent;
  const Fresh counts = Zeros(context, DataType::float64, size);
  auto* const to = reinterpret_cast<double*>(counts.data);
  for (size_t i = 0; i < places.size(); ++i) {
    if (places[i] >= 0) to[places[i]] += weights == nullptr ? 1 : weights[i];
  }
  return index(reshape(counts.array, shape), std::vector<Index>(shape.size(), Slice{1, -1, {}}));
}

Array DensityND(Array counts, const std::vector<Array>& edges) {
  const Array total = sum(counts);
  for (size_t axis = 0; axis < edges.size(); ++axis) {
    Sizes shape(edges.size(), 1);
    shape[axis] = edges[axis].size() - 1;
    counts = counts / reshape(diff(edges[axis]), shape);
  }
  return counts / total;
}

void CheckSample(const std::vector<Array>& sample, const std::vector<Bins>& bins,
                 const std::vector<std::optional<Range>>& ranges) {
  if (sample.empty())
    throw Error(ErrorCode::invalid_argument, "histogramdd: a sample without coordinates");
  if (bins.size() != sample.size())
    throw Error(
        ErrorCode::invalid_argument,
        "histogramdd: The dimension of bins must be equal to the dimension of the sample x.");
  if (ranges.size() != sample.size())
    throw Error(ErrorCode::invalid_argument,
                "histogramdd: range argument must have one entry per dimension");
  for (const Array& x : sample) {
    if (x.ndim() != 1 || x.size() != sample[0].size())
      throw Error(ErrorCode::invalid_argument,
                  "histogramdd: the coordinates must be vectors of one length");
    CheckReal(x, "histogramdd");
  }
}

void CheckWeightsND(const Array& weights, const Array& x) {
  CheckShape(weights, x.shape());
  CheckReal(weights, "histogramdd: weights");
}

}  // namespace

Array histogram_bin_edges(const Array& x, const Bins& bins, const std::optional<Range>& range,
                          bool weighted) {
  return EdgesOf(Flat(x), bins, range, weighted);
}

Histogram histogram(const Array& given, const Bins& bins, const std::optional<Range>& range,
                    const std::optional<Array>& weights, bool density) {
  if (weights.has_value()) CheckShape(*weights, given.shape());
  if (weights.has_value() && weights->dtype() == DataType::bool_ &&
      std::holds_alternative<Array>(bins))
    throw Error(ErrorCode::type_error,
                "histogram: weights of bools cannot be subtracted, as counts between edges are");
  const Array x = Flat(given).eval();
  const Array edges = EdgesOf(x, bins, range, weights.has_value()).eval();
  const bool uniform = !std::holds_alternative<Array>(bins);
  const bool by_places = !uniform && IsInexact(edges.dtype()) && any(isnan(edges)).item<bool>();
  const Array counts = by_places             ? CountsByPlaces(x, edges, weights)
                       : weights.has_value() ? SumsOf(x, edges, *weights, uniform)
                                             : Counted(x, edges, std::nullopt, uniform);
  return {density ? Density(counts, edges) : counts, edges};
}

HistogramND histogramdd(const std::vector<Array>& sample, const std::vector<Bins>& bins,
                        const std::vector<std::optional<Range>>& ranges,
                        const std::optional<Array>& weights, bool density) {
  CheckSample(sample, bins, ranges);
  HistogramND result;
  Sizes shape;
  int64_t cells = 1;
  std::vector<int64_t> places(sample[0].size());
  for (size_t axis = 0; axis < sample.size(); ++axis) {
    result.edges.push_back(EdgesOfAxis(sample[axis], bins[axis], ranges[axis]));
    shape.push_back(result.edges.back().size() + 1);
    if (__builtin_mul_overflow(cells, shape.back(), &cells))
      throw Error(ErrorCode::invalid_argument, "histogramdd: too many bins: more than 2**63 cells");
    AddAxis(sample[axis], result.edges.back(), places);
  }
  if (weights.has_value()) CheckWeightsND(*weights, sample[0]);
  const Array amounts = weights.has_value() ? Dense(*weights, DataType::float64) : Array();
  const Array counts = CountsAt(places, weights.has_value() ? ElementsOf<double>(amounts) : nullptr,
                                shape, sample[0].context());
  result.counts = density ? DensityND(counts, result.edges) : counts;
  return result;
}

}  // namespace broadloom

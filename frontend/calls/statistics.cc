// Statistics: averages, NaNs left out, differences, quantiles, histograms, searches.
#include "frontend/statistics.h"

#include "frontend/calls/arguments.h"
#include "frontend/calls/list.h"
#include "frontend/calls/tables.h"
#include "frontend/error.h"
#include "frontend/rearrange.h"

namespace broadloom::calls {

template <>
struct From<ConvolveMode> {
  static ConvolveMode Of(const Value& value, const Slot& slot) {
    static constexpr std::pair<const char*, ConvolveMode> kNames[] = {
        {"valid", ConvolveMode::valid}, {"same", ConvolveMode::same}, {"full", ConvolveMode::full}};
    return OneOf(kNames, value, slot);
  }
};

template <>
struct From<Range> {
  static Range Of(const Value& value, const Slot& slot) {
    const std::vector<double> ends = From<std::vector<double>>::Of(value, slot);
    if (ends.size() != 2) WrongArgument(slot, "a pair of numbers", value);
    return {ends[0], ends[1]};
  }
};

template <>
struct From<Bins> {
  static Bins Of(const Value& value, const Slot& slot) {
    if (const std::string* rule = value.As<std::string>()) return *rule;
    if (value.As<Number>() != nullptr) return From<int64_t>::Of(value, slot);
    return From<Array>::Of(value, slot);
  }
};

namespace {

using WithReduceOptions = Array (*)(const Array&, const AxisList&, bool, const ReduceOptions&);

Value Reduced(WithReduceOptions function, const Arguments& arguments,
              const ReduceOptions& options) {
  return Stored(arguments, function(arguments.As<Array>(0), arguments.As<AxisList>("axis"),
                                    arguments.As<bool>("keepdims"), options));
}

template <WithReduceOptions kFunction>
Value NanSum(const Arguments& arguments) {  // and nanprod
  return Reduced(kFunction, arguments,
                 {.dtype = arguments.As<std::optional<DataType>>("dtype"),
                  .where = MaskOf(arguments),
                  .initial = arguments.As<std::optional<Number>>("initial")});
}

template <WithReduceOptions kFunction>
Value NanMean(const Arguments& arguments) {
  return Reduced(
      kFunction, arguments,
      {.dtype = arguments.As<std::optional<DataType>>("dtype"), .where = MaskOf(arguments)});
}

template <WithReduceOptions kFunction>
Value NanSpread(const Arguments& arguments) {
  return Reduced(kFunction, arguments,
                 {.dtype = arguments.As<std::optional<DataType>>("dtype"),
                  .correction = CorrectionOf(arguments),
                  .where = MaskOf(arguments)});
}

template <WithReduceOptions kFunction>
Value NanExtremum(const Arguments& arguments) {
  return Reduced(
      kFunction, arguments,
      {.where = MaskOf(arguments), .initial = arguments.As<std::optional<Number>>("initial")});
}

Value CallAverage(const Arguments& arguments) {
  const Average result =
      average(arguments.As<Array>(0), arguments.As<AxisList>("axis"),
              arguments.As<std::optional<Array>>("weights"), arguments.As<bool>("keepdims"));
  if (!arguments.As<bool>("returned")) return result.average;
  return TupleOf(result.average, result.sum_of_weights);
}

Value CallGradient(const Arguments& arguments) {
  const std::vector<Array> results =
      gradient(arguments.As<Array>(0), arguments.As<std::vector<Operand>>(1),
               arguments.As<AxisList>("axis"), arguments.As<int>("edge_order"));
  return results.size() == 1 ? Value(results[0]) : ToValue(results);
}

Value CallUnwrap(const Arguments& arguments) {
  const Value& discont = arguments[1];
  return unwrap(arguments.As<Array>(0),
                discont.is_none() ? std::nullopt : std::optional(arguments.As<double>(1)),
                arguments.As<int>("axis"), arguments.As<Number>("period"));
}

Value CallCov(const Arguments& arguments) {
  return cov(arguments.As<Array>(0), arguments.As<std::optional<Array>>("y"),
             {.rowvar = arguments.As<bool>("rowvar"),
              .bias = arguments.As<bool>("bias"),
              .ddof = arguments.As<std::optional<double>>("ddof"),
              .fweights = arguments.As<std::optional<Array>>("fweights"),
              .aweights = arguments.As<std::optional<Array>>("aweights"),
              .dtype = arguments.As<std::optional<DataType>>("dtype")});
}

template <bool kPercent, bool kIgnoresNans>
Value Quantiles(const Arguments& arguments) {
  const bool is_weak = arguments[1].As<Number>() != nullptr;
  const QuantileOptions options{.axes = arguments.As<AxisList>("axis"),
                                .keepdims = arguments.As<bool>("keepdims"),
                                .method = arguments.As<std::string>("method"),
                                .weights = arguments.As<std::optional<Array>>("weights"),
                                .weak = is_weak,
                                .ignore_nans = kIgnoresNans};
  const auto function = kPercent ? percentile : quantile;
  return Stored(arguments, function(arguments.As<Array>(0), arguments.As<Array>(1), options));
}

template <bool kIgnoresNans>
Value Median(const Arguments& arguments) {
  return Stored(arguments, median(arguments.As<Array>(0), arguments.As<AxisList>("axis"),
                                  arguments.As<bool>("keepdims"), kIgnoresNans));
}

Value CallHistogram(const Arguments& arguments) {
  const Histogram result = histogram(arguments.As<Array>(0), arguments.As<Bins>("bins"),
                                     arguments.As<std::optional<Range>>("range"),
                                     arguments.As<std::optional<Array>>("weights"),
                                     arguments.As<std::optional<bool>>("density").value_or(false));
  return TupleOf(result.counts, result.edges);
}

Value CallEdges(const Arguments& arguments) {
  return histogram_bin_edges(arguments.As<Array>(0), arguments.As<Bins>("bins"),
                             arguments.As<std::optional<Range>>("range"),
                             !arguments[arguments.IndexOf("weights")].is_none());
}

// One number of bins for all axes, or one entry for each.
std::vector<Bins> AllBins(const Arguments& arguments, size_t axes) {
  const Value& bins = arguments[arguments.IndexOf("bins")];
  if (bins.As<Number>() != nullptr) return std::vector<Bins>(axes, arguments.As<Bins>("bins"));
  return arguments.As<std::vector<Bins>>("bins");
}

HistogramND Counted(const Arguments& arguments, const std::vector<Array>& sample,
                    const std::vector<Bins>& bins) {
  const auto ranges = arguments.As<std::optional<std::vector<std::optional<Range>>>>("range");
  return histogramdd(sample, bins,
                     ranges.value_or(std::vector<std::optional<Range>>(sample.size())),
                     arguments.As<std::optional<Array>>("weights"),
                     arguments.As<std::optional<bool>>("density").value_or(false));
}

// To one dtype, as in one array.
std::vector<Array> Promoted(std::vector<Array> axes) {
  DataType dtype = axes.empty() ? DataType::float64 : axes[0].dtype();
  for (const Array& axis : axes) dtype = result_type(dtype, axis.dtype());
  for (Array& axis : axes) axis = astype(axis, dtype);
  return axes;
}

// Two vectors of edges are not a vector for both axes.
std::vector<Bins> BinsOfTwo(const Arguments& arguments) {
  const Value& bins = arguments[arguments.IndexOf("bins")];
  const Sequence* list = bins.As<Sequence>();
  const Array* array = bins.As<Array>();
  const int64_t count = list != nullptr ? static_cast<int64_t>(list->items.size())
                        : array != nullptr && array->ndim() > 0 ? array->shape()[0]
                                                                : 2;
  if (count == 1 || count == 2) return AllBins(arguments, 2);
  return std::vector<Bins>(2, arguments.As<Array>("bins"));
}

Value CallHistogram2D(const Arguments& arguments) {
  const std::vector<Array> sample = Promoted({arguments.As<Array>(0), arguments.As<Array>(1)});
  if (sample[0].shape() != sample[1].shape())
    throw Error(ErrorCode::invalid_argument, "histogram2d: x and y must have the same length");
  const HistogramND result = Counted(arguments, sample, BinsOfTwo(arguments));
  return TupleOf(result.counts, result.edges[0], result.edges[1]);
}

// An array with a row for each sample, or a list of vectors of coordinates.
std::vector<Array> SampleOf(const Arguments& arguments) {
  const Array* x = arguments[0].As<Array>();
  if (x == nullptr) return Promoted(arguments.As<std::vector<Array>>(0));
  if (x->ndim() == 2) return unstack(*x, 1);
  return {x->ndim() == 0 ? reshape(*x, {1}) : *x};
}

Value CallHistogramDD(const Arguments& arguments) {
  const std::vector<Array> sample = SampleOf(arguments);
  const HistogramND result = Counted(arguments, sample, AllBins(arguments, sample.size()));
  return Sequence{{result.counts, ToValue(result.edges)}};
}

Value CallSearchSorted(const Arguments& arguments) {
  static constexpr std::pair<const char*, Side> kSides[] = {{"left", Side::left},
                                                            {"right", Side::right}};
  return searchsorted(arguments.As<Array>(0), arguments.As<Array>(1),
                      OneOf(kSides, arguments[2], arguments.slot(2)),
                      arguments.As<std::optional<Array>>("sorter"));
}

Value CallInterp(const Arguments& arguments) {
  return interp(arguments.As<Array>(0), arguments.As<Array>(1), arguments.As<Array>(2),
                {.left = arguments.As<std::optional<std::complex<double>>>("left"),
                 .right = arguments.As<std::optional<std::complex<double>>>("right"),
                 .period = arguments.As<std::optional<double>>("period")});
}

#define BL_SUM "(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True)"
#define BL_SPREAD                                                                \
  "(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, " \
  "correction=None)"
#define BL_EXTREMUM "(a, axis=None, out=None, keepdims=False, initial=None, where=True)"
#define BL_MEDIAN "(a, axis=None, out=None, overwrite_input=False, keepdims=False)"
#define BL_QUANTILE                                                                         \
  "(a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False, *, " \
  "weights=None)"

constexpr char kGroup[] = "statistics";
constexpr Function kTable[] = {
    {"ptp(a, axis=None, out=None, keepdims=False)", "max - min", BoundWithOut<ptp>, kGroup},
    {"count_nonzero(a, axis=None, *, keepdims=False)", "how many elements are not zero",
     Bound<count_nonzero>, kGroup},
    {"average(a, axis=None, weights=None, returned=False, *, keepdims=False)", "weighted mean",
     CallAverage, kGroup},
    {"logsumexp(a, axis=None, *, keepdims=False)", "log(sum(exp(a))) without overflow",
     Bound<logsumexp>, kGroup},
    {"softmax(x, axis=None)", "exp(x) / sum(exp(x)) without overflow", Bound<softmax>, kGroup},
    {"log_softmax(x, axis=None)", "log(softmax(x))", Bound<log_softmax>, kGroup},
    {"nansum" BL_SUM, "sum of what is not NaN", NanSum<nansum>, kGroup},
    {"nanprod" BL_SUM, "product of what is not NaN", NanSum<nanprod>, kGroup},
    {"nanmean(a, axis=None, dtype=None, out=None, keepdims=False, *, where=True)",
     "mean of what is not NaN", NanMean<nanmean>, kGroup},
    {"nanvar" BL_SPREAD, "variance of what is not NaN", NanSpread<nanvar>, kGroup},
    {"nanstd" BL_SPREAD, "standard deviation of what is not NaN", NanSpread<nanstd>, kGroup},
    {"nanmin" BL_EXTREMUM, "smallest of what is not NaN", NanExtremum<nanmin>, kGroup},
    {"nanmax" BL_EXTREMUM, "largest of what is not NaN", NanExtremum<nanmax>, kGroup},
    {"nanargmin(a, axis=None, out=None, *, keepdims=False)",
     "index of the smallest that is not NaN", BoundWithOut<nanargmin>, kGroup},
    {"nanargmax(a, axis=None, out=None, *, keepdims=False)", "index of the largest that is not NaN",
     BoundWithOut<nanargmax>, kGroup},
    {"nancumsum(a, axis=None, dtype=None, out=None)", "cumsum with 0 for NaN",
     BoundWithOut<nancumsum>, kGroup},
    {"nancumprod(a, axis=None, dtype=None, out=None)", "cumprod with 1 for NaN",
     BoundWithOut<nancumprod>, kGroup},
    {"diff(a, n=1, axis=-1, prepend=None, append=None)", "differences of neighbours", Bound<diff>,
     kGroup},
    {"ediff1d(ary, to_end=None, to_begin=None)", "differences of neighbours in C order",
     Bound<ediff1d>, kGroup},
    {"gradient(f, *varargs, axis=None, edge_order=1)", "central differences, for each axis",
     CallGradient, kGroup},
    {"trapezoid(y, x=None, dx=1.0, axis=-1)", "integral by the trapezoidal rule", Bound<trapezoid>,
     kGroup},
    {"unwrap(p, discont=None, axis=-1, *, period=6.283185307179586)",
     "without jumps of half a period and more", CallUnwrap, kGroup},
    {"cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *, "
     "dtype=None)",
     "covariance matrix; a variable is a row", CallCov, kGroup},
    {"corrcoef(x, y=None, rowvar=True, *, dtype=None)", "correlation coefficients", Bound<corrcoef>,
     kGroup},
    {"median" BL_MEDIAN, "the middle value", Median<false>, kGroup},
    {"nanmedian" BL_MEDIAN, "the middle value of what is not NaN", Median<true>, kGroup},
    {"quantile" BL_QUANTILE, "value below which a share q of the elements lies",
     Quantiles<false, false>, kGroup},
    {"percentile" BL_QUANTILE, "value below which q per cent of the elements lie",
     Quantiles<true, false>, kGroup},
    {"nanquantile" BL_QUANTILE, "quantile of what is not NaN", Quantiles<false, true>, kGroup},
    {"nanpercentile" BL_QUANTILE, "percentile of what is not NaN", Quantiles<true, true>, kGroup},
    {"histogram(a, bins=10, range=None, density=None, weights=None)", "(counts, edges) of bins",
     CallHistogram, kGroup},
    {"histogram_bin_edges(a, bins=10, range=None, weights=None)", "the edges of histogram's bins",
     CallEdges, kGroup},
    {"histogram2d(x, y, bins=10, range=None, density=None, weights=None)",
     "(counts, x edges, y edges) of rectangles", CallHistogram2D, kGroup},
    {"histogramdd(sample, bins=10, range=None, density=None, weights=None)",
     "(counts, tuple of edges) of boxes", CallHistogramDD, kGroup},
    {"searchsorted(a, v, side='left', sorter=None)", "where values would be inserted in order",
     CallSearchSorted, kGroup},
    {"digitize(x, bins, right=False)", "the bin of each element", Bound<digitize>, kGroup},
    {"bincount(x, /, weights=None, minlength=0)", "how often each integer occurs", Bound<bincount>,
     kGroup},
    {"interp(x, xp, fp, left=None, right=None, period=None)", "linear interpolation between points",
     CallInterp, kGroup},
    {"convolve(a, v, mode='full')", "discrete convolution of two vectors", Bound<convolve>, kGroup},
    {"correlate(a, v, mode='valid')", "cross-correlation of two vectors", Bound<correlate>, kGroup},
};

#undef BL_SUM
#undef BL_SPREAD
#undef BL_EXTREMUM
#undef BL_MEDIAN
#undef BL_QUANTILE

}  // namespace

Table StatisticsTable() { return kTable; }

}  // namespace broadloom::calls

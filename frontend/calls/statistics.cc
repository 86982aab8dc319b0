// Statistics: averages, NaNs left out, differences, quantiles, histograms, searches.
#include "frontend/statistics.h"

#include "frontend/calls/arguments.h"
#include "frontend/calls/list.h"
#include "frontend/calls/tables.h"

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

template <WithReduceOptions kFunction>
Value NanReduced(const Arguments& arguments) {
  ReduceOptions options;
  options.dtype = arguments.As<std::optional<DataType>>("dtype");
  return kFunction(arguments.As<Array>(0), arguments.As<AxisList>("axis"),
                   arguments.As<bool>("keepdims"), options);
}

template <WithReduceOptions kFunction>
Value NanSpread(const Arguments& arguments) {
  return kFunction(arguments.As<Array>(0), arguments.As<AxisList>("axis"),
                   arguments.As<bool>("keepdims"),
                   {.dtype = arguments.As<std::optional<DataType>>("dtype"),
                    .correction = arguments.As<double>("ddof")});
}

template <WithReduceOptions kFunction>
Value NanExtremum(const Arguments& arguments) {
  return kFunction(arguments.As<Array>(0), arguments.As<AxisList>("axis"),
                   arguments.As<bool>("keepdims"), {});
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
  const bool is_weak = arguments[1].As<Array>() == nullptr;
  const QuantileOptions options{.axes = arguments.As<AxisList>("axis"),
                                .keepdims = arguments.As<bool>("keepdims"),
                                .method = arguments.As<std::string>("method"),
                                .weights = arguments.As<std::optional<Array>>("weights"),
                                .weak = is_weak,
                                .ignore_nans = kIgnoresNans};
  const auto function = kPercent ? percentile : quantile;
  return function(arguments.As<Array>(0), arguments.As<Array>(1), options);
}

template <bool kIgnoresNans>
Value Median(const Arguments& arguments) {
  return median(arguments.As<Array>(0), arguments.As<AxisList>("axis"),
                arguments.As<bool>("keepdims"), kIgnoresNans);
}

Value CallHistogram(const Arguments& arguments) {
  const Histogram result =
      histogram(arguments.As<Array>(0), arguments.As<Bins>("bins"),
                arguments.As<std::optional<Range>>("range"),
                arguments.As<std::optional<Array>>("weights"), arguments.As<bool>("density"));
  return TupleOf(result.counts, result.edges);
}

Value CallEdges(const Arguments& arguments) {
  return histogram_bin_edges(arguments.As<Array>(0), arguments.As<Bins>("bins"),
                             arguments.As<std::optional<Range>>("range"));
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

constexpr char kGroup[] = "statistics";
constexpr Function kTable[] = {
    {"ptp(a, axis=None, keepdims=False)", "max - min", Bound<ptp>, kGroup},
    {"count_nonzero(a, axis=None, *, keepdims=False)", "how many elements are not zero",
     Bound<count_nonzero>, kGroup},
    {"average(a, axis=None, weights=None, returned=False, *, keepdims=False)", "weighted mean",
     CallAverage, kGroup},
    {"logsumexp(a, axis=None, keepdims=False)", "log(sum(exp(a))) without overflow",
     Bound<logsumexp>, kGroup},
    {"softmax(x, axis=None)", "exp(x) / sum(exp(x)) without overflow", Bound<softmax>, kGroup},
    {"log_softmax(x, axis=None)", "log(softmax(x))", Bound<log_softmax>, kGroup},
    {"nansum(a, axis=None, dtype=None, keepdims=False)", "sum of what is not NaN",
     NanReduced<nansum>, kGroup},
    {"nanprod(a, axis=None, dtype=None, keepdims=False)", "product of what is not NaN",
     NanReduced<nanprod>, kGroup},
    {"nanmean(a, axis=None, dtype=None, keepdims=False)", "mean of what is not NaN",
     NanReduced<nanmean>, kGroup},
    {"nanvar(a, axis=None, dtype=None, ddof=0, keepdims=False)", "variance of what is not NaN",
     NanSpread<nanvar>, kGroup},
    {"nanstd(a, axis=None, dtype=None, ddof=0, keepdims=False)",
     "standard deviation of what is not NaN", NanSpread<nanstd>, kGroup},
    {"nanmin(a, axis=None, keepdims=False)", "smallest of what is not NaN", NanExtremum<nanmin>,
     kGroup},
    {"nanmax(a, axis=None, keepdims=False)", "largest of what is not NaN", NanExtremum<nanmax>,
     kGroup},
    {"nanargmin(a, axis=None, *, keepdims=False)", "index of the smallest that is not NaN",
     Bound<nanargmin>, kGroup},
    {"nanargmax(a, axis=None, *, keepdims=False)", "index of the largest that is not NaN",
     Bound<nanargmax>, kGroup},
    {"nancumsum(a, axis=None, dtype=None)", "cumsum with 0 for NaN", Bound<nancumsum>, kGroup},
    {"nancumprod(a, axis=None, dtype=None)", "cumprod with 1 for NaN", Bound<nancumprod>, kGroup},
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
    {"median(a, axis=None, keepdims=False)", "the middle value", Median<false>, kGroup},
    {"nanmedian(a, axis=None, keepdims=False)", "the middle value of what is not NaN", Median<true>,
     kGroup},
    {"quantile(a, q, axis=None, method='linear', keepdims=False, *, weights=None)",
     "value below which a share q of the elements lies", Quantiles<false, false>, kGroup},
    {"percentile(a, q, axis=None, method='linear', keepdims=False, *, weights=None)",
     "value below which q per cent of the elements lie", Quantiles<true, false>, kGroup},
    {"nanquantile(a, q, axis=None, method='linear', keepdims=False, *, weights=None)",
     "quantile of what is not NaN", Quantiles<false, true>, kGroup},
    {"nanpercentile(a, q, axis=None, method='linear', keepdims=False, *, weights=None)",
     "percentile of what is not NaN", Quantiles<true, true>, kGroup},
    {"histogram(a, bins=10, range=None, density=False, weights=None)", "(counts, edges) of bins",
     CallHistogram, kGroup},
    {"histogram_bin_edges(a, bins=10, range=None)", "the edges of histogram's bins", CallEdges,
     kGroup},
    {"searchsorted(a, v, side='left', sorter=None)", "where values would be inserted in order",
     CallSearchSorted, kGroup},
    {"digitize(x, bins, right=False)", "the bin of each element", Bound<digitize>, kGroup},
    {"bincount(x, weights=None, minlength=0)", "how often each integer occurs", Bound<bincount>,
     kGroup},
    {"interp(x, xp, fp, left=None, right=None, period=None)", "linear interpolation between points",
     CallInterp, kGroup},
    {"convolve(a, v, mode='full')", "discrete convolution of two vectors", Bound<convolve>, kGroup},
    {"correlate(a, v, mode='valid')", "cross-correlation of two vectors", Bound<correlate>, kGroup},
};

}  // namespace

Table StatisticsTable() { return kTable; }

}  // namespace broadloom::calls

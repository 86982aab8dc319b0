// Library calls of statistics in NumPy's spellings.
#include <nanobind/stl/string.h>

#include "frontend/python/keywords.h"
#include "frontend/python/objects.h"
#include "frontend/python/statistics.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

// q of type int or float does not widen the result.
bool IsPlain(nb::handle q) { return PyFloat_CheckExact(q.ptr()) || PyLong_CheckExact(q.ptr()); }

// Of nothing NumPy takes the mean, which does not know lists of axes.
AxisList AxesFor(const Array& x, nb::handle axis, bool ignore_nans) {
  return ignore_nans && x.size() == 0 ? ToReducedAxes(axis) : ToAxes(axis);
}

using Quantiles = Array (*)(const Array&, const Array&, const QuantileOptions&);

void DefQuantile(nb::module_& sub, const char* name, Quantiles function, bool ignore_nans,
                 const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle q, nb::handle axis, nb::handle out, Truthy,
          const std::string& method, Truthy keepdims, nb::handle weights) {
        const Array x = ToArray(a), places = ToArray(q);
        const QuantileOptions options{AxesFor(x, axis, ignore_nans), keepdims,   method,
                                      ToOptionalArray(weights),      IsPlain(q), ignore_nans};
        return ReduceInto(
            out, name, [&] { return Unlocked([&] { return function(x, places, options); }); },
            Casting::same_kind);
      },
      nb::arg("a"), nb::arg("q"), nb::arg("axis").none() = nb::none(),
      nb::arg("out").none() = nb::none(), nb::arg("overwrite_input") = false,
      nb::arg("method") = "linear", nb::arg("keepdims") = false, nb::kw_only(),
      nb::arg("weights").none() = nb::none(), doc, Line());
}

void DefMedian(nb::module_& sub, const char* name, bool ignore_nans, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle out, Truthy, Truthy keepdims) {
        const Array x = ToArray(a);
        const AxisList axes = AxesFor(x, axis, ignore_nans);
        return ReduceInto(out, name, [&] {
          return Unlocked([&] { return median(x, axes, keepdims, ignore_nans); });
        });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("out").none() = nb::none(),
      nb::arg("overwrite_input") = false, nb::arg("keepdims") = false, doc, Line());
}

// --- Histograms ----------------------------------------------------------------------------------
Bins ToBins(nb::handle bins) {
  if (nb::isinstance<nb::str>(bins)) return nb::cast<std::string>(bins);
  if (PyLong_Check(bins.ptr())) return ToInt(bins);
  const Array array = ToArray(bins);
  if (array.ndim() > 0) return array;
  if (!PyIndex_Check(bins.ptr()) || !(IsInteger(array.dtype()) || array.dtype() == DataType::bool_))
    Raise(PyExc_TypeError, "`bins` must be an integer, a string, or an array");
  return ToInt(bins);
}

std::optional<Range> ToRange(nb::handle range) {
  if (range.is_none()) return std::nullopt;
  if (nb::len(range) != 2) Raise(PyExc_ValueError, "histogram: range must have two values");
  return Range{ToNumber(nb::object(range[0])).floating(),
               ToNumber(nb::object(range[1])).floating()};
}

// NumPy looks at the weights first.
std::optional<Array> ToWeights(nb::handle weights, const Array& x) {
  std::optional<Array> array = ToOptionalArray(weights);
  if (array.has_value() && array->shape() != x.shape())
    Raise(PyExc_ValueError, "histogram: weights should have the same shape as a.");
  return array;
}

bool IsTrue(nb::handle object) { return !object.is_none() && nb::cast<bool>(nb::bool_(object)); }

nb::object CallHistogram(nb::handle a, nb::handle bins, nb::handle range, nb::handle density,
                         nb::handle weights) {
  const Array x = ToArray(a);
  const std::optional<Array> w = ToWeights(weights, x);
  const Bins how = ToBins(bins);
  const std::optional<Range> outer = ToRange(range);
  const bool dense = IsTrue(density);
  const Histogram result = Unlocked([&] { return histogram(x, how, outer, w, dense); });
  return nb::make_tuple(result.counts, result.edges);
}

Array CallEdges(nb::handle a, nb::handle bins, nb::handle range, nb::handle weights) {
  const Array x = ToArray(a);
  const std::optional<Array> w = ToWeights(weights, x);
  const Bins how = ToBins(bins);
  const std::optional<Range> outer = ToRange(range);
  return Unlocked([&] { return histogram_bin_edges(x, how, outer, w.has_value()); });
}

// One number of bins for all axes, or one entry for each.
std::vector<Bins> ToAllBins(nb::handle bins, size_t axes) {
  if (PyIndex_Check(bins.ptr()) && !nb::isinstance<Array>(bins))
    return std::vector<Bins>(axes, ToBins(bins));
  if (!PySequence_Check(bins.ptr()))
    Raise(PyExc_TypeError, "histogramdd: `bins` must be an integer or a sequence");
  std::vector<Bins> all;
  for (nb::handle each : bins) all.push_back(ToBins(each));
  return all;
}

std::vector<std::optional<Range>> ToRanges(nb::handle ranges, size_t axes) {
  if (ranges.is_none()) return std::vector<std::optional<Range>>(axes);
  std::vector<std::optional<Range>> all;
  for (nb::handle range : ranges) all.push_back(ToRange(range));
  return all;
}

HistogramND Counted(const std::vector<Array>& sample, nb::handle bins, nb::handle ranges,
                    nb::handle density, nb::handle weights) {
  const std::vector<Bins> how = ToAllBins(bins, sample.size());
  const std::vector<std::optional<Range>> outer = ToRanges(ranges, sample.size());
  const std::optional<Array> w = ToOptionalArray(weights);
  const bool dense = IsTrue(density);
  return Unlocked([&] { return histogramdd(sample, how, outer, w, dense); });
}

// As NumPy's array of them all has them.
std::vector<Array> Promoted(std::vector<Array> axes) {
  DataType dtype = axes.empty() ? DataType::float64 : axes[0].dtype();
  for (const Array& axis : axes) dtype = result_type(dtype, axis.dtype());
  for (Array& axis : axes) axis = astype(axis, dtype);
  return axes;
}

// An array with a row for each sample, or a sequence of vectors of coordinates.
std::vector<Array> ToSample(nb::handle sample) {
  std::vector<Array> axes;
  const bool is_list = nb::isinstance<nb::list>(sample) || nb::isinstance<nb::tuple>(sample);
  const Array x = is_list ? Array() : ToArray(sample);
  if (!is_list && x.ndim() == 2) {
    for (int64_t i = 0; i < x.shape()[1]; ++i) axes.push_back(index(x, {Slice{}, i}));
  } else if (!is_list) {
    axes.push_back(x.ndim() == 0 ? reshape(x, {1}) : x);
  } else {
    for (nb::handle each : sample) axes.push_back(ToArray(each));
    const auto is_number = [](const Array& axis) { return axis.ndim() == 0; };
    if (std::all_of(axes.begin(), axes.end(), is_number)) return {ToArray(sample)};
    return Promoted(std::move(axes));
  }
  return axes;
}

nb::object CallHistogramDD(nb::handle sample, nb::handle bins, nb::handle range, nb::handle density,
                           nb::handle weights) {
  const HistogramND result = Counted(ToSample(sample), bins, range, density, weights);
  nb::list edges;
  for (const Array& each : result.edges) edges.append(each);
  return nb::make_tuple(result.counts, edges);
}

nb::object CallHistogram2D(nb::handle x, nb::handle y, nb::handle bins, nb::handle range,
                           nb::handle density, nb::handle weights) {
  const std::vector<Array> sample = Promoted({ToArray(x), ToArray(y)});
  if (sample[0].shape() != sample[1].shape())
    Raise(PyExc_ValueError, "x and y must have the same length.");
  nb::object how = nb::borrow(bins);
  const bool is_number = PyIndex_Check(bins.ptr()) && !nb::isinstance<Array>(bins);
  if (!is_number && nb::len(bins) != 1 && nb::len(bins) != 2) how = nb::make_tuple(bins, bins);
  const HistogramND result = Counted(sample, how, range, density, weights);
  return nb::make_tuple(result.counts, result.edges[0], result.edges[1]);
}

void BindHistograms(nb::module_& sub) {
  const auto a_range = [] { return nb::arg("range").none() = nb::none(); };
  const auto a_density = [] { return nb::arg("density").none() = nb::none(); };
  const auto a_weights = [] { return nb::arg("weights").none() = nb::none(); };
  sub.def("histogram", CallHistogram, nb::arg("a"), nb::arg("bins") = 10, a_range(), a_density(),
          a_weights(), "Counts of elements between edges, and the edges.", Line());
  sub.def("histogram_bin_edges", CallEdges, nb::arg("a"), nb::arg("bins") = 10, a_range(),
          a_weights(), "The edges that histogram uses.", Line());
  sub.def("histogram2d", CallHistogram2D, nb::arg("x"), nb::arg("y"), nb::arg("bins") = 10,
          a_range(), a_density(), a_weights(), "Counts of points in rectangles.", Line());
  sub.def("histogramdd", CallHistogramDD, nb::arg("sample"), nb::arg("bins") = 10, a_range(),
          a_density(), a_weights(), "Counts of points in boxes.", Line());
}

// --- Searching -----------------------------------------------------------------------------------
Array CallBincount(nb::handle x, nb::handle weights, nb::handle minlength) {
  if (minlength.is_none()) Raise(PyExc_TypeError, "use 0 instead of None for minlength");
  const Array given = ToArray(x);  // of an empty list no dtype is known
  const Array places = IsSequence(x) && given.size() == 0 ? astype(given, DataType::int64) : given;
  const std::optional<Array> w = ToOptionalArray(weights);
  const int64_t least = ToCount(minlength, PyExc_OverflowError);
  return Unlocked([&] { return bincount(places, w, least); });
}

std::optional<std::complex<double>> ToEnd(nb::handle end, bool complex) {
  if (end.is_none()) return std::nullopt;
  const Number number = ToNumber(end);
  if (number.kind() == Number::Kind::complex && !complex)
    Raise(PyExc_TypeError, "interp: left and right must be real numbers, not complex");
  return std::complex<double>(number.floating(), number.imaginary());
}

Array CallInterp(nb::handle x, nb::handle xp, nb::handle fp, nb::handle left, nb::handle right,
                 nb::handle period) {
  const Array at = ToArray(x), points = ToArray(xp), values = ToArray(fp);
  const bool complex = IsComplex(values.dtype());
  InterpOptions options{ToEnd(left, complex), ToEnd(right, complex), {}};
  if (!period.is_none()) options.period = ToNumber(period).floating();
  return Unlocked([&] { return interp(at, points, values, options); });
}

ConvolveMode ToMode(const std::string& mode) {
  if (mode == "valid") return ConvolveMode::valid;
  if (mode == "same") return ConvolveMode::same;
  if (mode == "full") return ConvolveMode::full;
  Raise(PyExc_ValueError, "mode must be one of 'valid', 'same', or 'full' (got '" + mode + "')");
}

void BindSearching(nb::module_& sub) {
  sub.def("searchsorted", CallSearchsorted, nb::arg("a"), nb::arg("v"), nb::arg("side") = "left",
          nb::arg("sorter").none() = nb::none(), "Where values belong in a sorted vector.", Line());
  sub.def(
      "digitize",
      [](nb::handle x, nb::handle bins, Truthy right) {
        const Array values = ToArray(x), edges = ToArray(bins);
        return Unlocked([&] { return digitize(values, edges, right); });
      },
      nb::arg("x"), nb::arg("bins"), nb::arg("right") = false, "The bin of each value.", Line());
  sub.def("bincount", CallBincount, nb::arg("x"), nb::arg("weights").none() = nb::none(),
          nb::arg("minlength").none() = 0, "How often each small integer occurs.", Line());
  sub.def("interp", CallInterp, nb::arg("x"), nb::arg("xp"), nb::arg("fp"),
          nb::arg("left").none() = nb::none(), nb::arg("right").none() = nb::none(),
          nb::arg("period").none() = nb::none(), "Linear interpolation between points.", Line());
}

using Slide = Array (*)(const Array&, const Array&, ConvolveMode);

void DefSlide(nb::module_& sub, const char* name, Slide function, const char* mode,
              const char* doc) {
  sub.def(
      name,
      [function](nb::handle a, nb::handle v, const std::string& how) {
        const Array x = ToArray(a), y = ToArray(v);
        const ConvolveMode m = ToMode(how);
        return Unlocked([&] { return function(x, y, m); });
      },
      nb::arg("a"), nb::arg("v"), nb::arg("mode") = mode, doc, Line());
}

}  // namespace

Array CallSearchsorted(nb::handle a, nb::handle v, const std::string& side, nb::handle sorter) {
  if (side != "left" && side != "right")
    Raise(PyExc_ValueError, "search side must be 'left' or 'right' (got '" + side + "')");
  const Array x = ToArray(a), values = ToArray(v);
  const std::optional<Array> order = ToOptionalArray(sorter);
  return Unlocked(
      [&] { return searchsorted(x, values, side == "left" ? Side::left : Side::right, order); });
}

void BindStatisticsCalls(nb::module_& sub) {
  DefQuantile(sub, "quantile", quantile, false, "Quantiles (0 to 1), as numpy.quantile.");
  DefQuantile(sub, "percentile", percentile, false, "Quantiles (0 to 100).");
  DefQuantile(sub, "nanquantile", quantile, true, "Quantiles, NaNs left out.");
  DefQuantile(sub, "nanpercentile", percentile, true, "Quantiles (0 to 100), NaNs left out.");
  DefMedian(sub, "median", false, "The middle element, or the mean of the middle two.");
  DefMedian(sub, "nanmedian", true, "The median, NaNs left out.");
  BindHistograms(sub);
  BindSearching(sub);
  DefSlide(sub, "convolve", convolve, "full", "Convolution of two vectors.");
  DefSlide(sub, "correlate", correlate, "valid", "Correlation of two vectors.");
}

}  // namespace broadloom::python

// Statistics in NumPy's spellings: reductions, differences, covariance. The library calls are bound
// in statistics_calls.cc.
#include "frontend/statistics.h"

#include <nanobind/stl/string.h>

#include <numbers>
#include <string_view>

#include "frontend/python/keywords.h"
#include "frontend/python/statistics.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;
using Reduce = Array (*)(const Array&, const AxisList&, bool);
using Accumulate = Array (*)(const Array&, const AxisList&, bool, const ReduceOptions&);
using Cumulate = Array (*)(const Array&, std::optional<int>, std::optional<DataType>);

ReduceOptions OptionsOf(nb::handle dtype, nb::handle initial, nb::handle where,
                        double correction = 0) {
  ReduceOptions options{ToOptionalDType(dtype), correction};
  if (!initial.is_none()) options.initial = ToNumber(initial);
  if (!where.is(Py_True)) options.where = ToMask(where);
  return options;
}

// Runs without the GIL, into `out` where it is given.
template <typename F>
nb::object Into(nb::handle out, const char* name, F&& compute) {
  return ReduceInto(out, name, [&] { return Unlocked(compute); });
}

void DefReduce(nb::module_& sub, const char* name, Reduce function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle out, Truthy keepdims) {
        const Array x = ToArray(a);
        const AxisList axes = ToReducedAxes(axis);
        return ReduceInto(
            out, name, [&] { return Unlocked([&] { return function(x, axes, keepdims); }); },
            Casting::same_kind);
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("out").none() = nb::none(),
      nb::arg("keepdims") = false, doc, Line());
}

// NumPy's have no `out`.
void DefCount(nb::module_& sub, const char* name, Reduce function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, Truthy keepdims) {
        const Array x = ToArray(a);
        const AxisList axes = ToReducedAxes(axis);
        return Unlocked([&] { return function(x, axes, keepdims); });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::kw_only(), nb::arg("keepdims") = false,
      doc, Line());
}

// nanmin and nanmax.
void DefExtremum(nb::module_& sub, const char* name, Accumulate function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle out, Truthy keepdims, nb::handle initial,
          nb::handle where) {
        const Array x = ToArray(a);
        const AxisList axes = ToReducedAxes(axis);
        const ReduceOptions options = OptionsOf(nb::none(), initial, where);
        return Into(out, name, [&] { return function(x, axes, keepdims, options); });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("out").none() = nb::none(),
      nb::arg("keepdims") = false, nb::arg("initial").none() = nb::none(), nb::arg("where") = true,
      doc, Line());
}

void DefAccumulate(nb::module_& sub, const char* name, Accumulate function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle dtype, nb::handle out, Truthy keepdims,
          nb::handle initial, nb::handle where) {
        const Array x = ToArray(a);
        const AxisList axes = ToReducedAxes(axis);
        const ReduceOptions options = OptionsOf(dtype, initial, where);
        return Into(out, name, [&] { return function(x, axes, keepdims, options); });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("dtype").none() = nb::none(),
      nb::arg("out").none() = nb::none(), nb::arg("keepdims") = false,
      nb::arg("initial").none() = nb::none(), nb::arg("where") = true, doc, Line());
}

// The division by counts is done in `out` itself.
void CheckMeanOut(const char* name, const Array& x, nb::handle out) {
  if (IsArrayOut(out) && x.dtype() >= DataType::float16 && DTypeOfOut(out) < DataType::float16)
    Raise(PyExc_TypeError, std::string(name) + ": If a is inexact, then out must be inexact, not " +
                               to_string(DTypeOfOut(out)));
}

void DefMean(nb::module_& sub, const char* name, Accumulate function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle dtype, nb::handle out, Truthy keepdims,
          nb::handle where) {
        const Array x = ToArray(a);
        const AxisList axes = ToReducedAxes(axis);
        const ReduceOptions options = OptionsOf(dtype, nb::none(), where);
        CheckMeanOut(name, x, out);
        return Into(out, name, [&] { return function(x, axes, keepdims, options); });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("dtype").none() = nb::none(),
      nb::arg("out").none() = nb::none(), nb::arg("keepdims") = false, nb::kw_only(),
      nb::arg("where") = true, doc, Line());
}

void DefSpread(nb::module_& sub, const char* name, Accumulate function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle dtype, nb::handle out, double ddof,
          Truthy keepdims, nb::handle where, nb::handle mean, nb::handle correction) {
        const Array x = ToArray(a);
        const AxisList axes = ToReducedAxes(axis);
        const ReduceOptions options =
            OptionsOf(dtype, nb::none(), where, ToCorrection(ddof, correction));
        CheckMeanOut(name, x, out);
        const std::optional<Array> about = ToOptionalArray(mean);
        return Into(out, name, [&] {
          if (!about.has_value()) return function(x, axes, keepdims, options);
          const Array variance = nanvar_about(x, *about, axes, keepdims, options);
          return std::string_view(name) == "nanstd" ? sqrt(variance) : variance;
        });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("dtype").none() = nb::none(),
      nb::arg("out").none() = nb::none(), nb::arg("ddof") = 0.0, nb::arg("keepdims") = false,
      nb::kw_only(), nb::arg("where") = true, nb::arg("mean").none() = nb::none(),
      nb::arg("correction").none() = nb::none(), doc, Line());
}

void DefCumulate(nb::module_& sub, const char* name, Cumulate function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle dtype, nb::handle out) {
        const std::optional<int> at =
            axis.is_none() ? std::nullopt : std::optional(static_cast<int>(ToAxis(axis)));
        return ReduceInto(out, name,
                          [&] { return function(ToArray(a), at, ToOptionalDType(dtype)); });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("dtype").none() = nb::none(),
      nb::arg("out").none() = nb::none(), doc, Line());
}

nb::object CallAverage(nb::handle a, nb::handle axis, nb::handle weights, Truthy returned,
                       Truthy keepdims) {
  const Array x = ToArray(a);
  const AxisList axes = ToAxes(axis);
  const std::optional<Array> w = ToOptionalArray(weights);
  const Average result = CatchZeroWeights([&] { return average(x, axes, w, keepdims); });
  if (!returned) return nb::cast(result.average);
  return nb::make_tuple(result.average, result.sum_of_weights);
}

// A plain number stays one.
Operand ToOperand(nb::handle object) {
  return IsWeakNumber(object) ? Operand(ToNumber(object)) : Operand(ToArray(object));
}

nb::object CallGradient(nb::handle f, const nb::args& spacings, nb::handle axis,
                        nb::handle edge_order) {
  const Array x = ToArray(f);
  std::vector<Operand> distances;
  for (nb::handle spacing : spacings) distances.push_back(ToOperand(spacing));
  const AxisList axes = ToAxes(axis);
  const int order = static_cast<int>(ToInt(edge_order));
  const std::vector<Array> results = Unlocked([&] { return gradient(x, distances, axes, order); });
  if (results.size() == 1) return nb::cast(results[0]);
  nb::list list;
  for (const Array& result : results) list.append(result);
  return nb::tuple(list);
}

Array CallDiff(nb::handle a, nb::handle n, nb::handle axis, nb::handle prepend, nb::handle append) {
  return diff(ToArray(a), ToInt(n), static_cast<int>(ToInt(axis)), ToOptionalArray(prepend),
              ToOptionalArray(append));
}

Array CallTrapezoid(nb::handle y, nb::handle x, nb::handle dx, nb::handle axis) {
  return trapezoid(ToArray(y), ToOptionalArray(x), ToOperand(dx), static_cast<int>(ToInt(axis)));
}

Array CallUnwrap(nb::handle p, nb::handle discont, nb::handle axis, nb::handle period) {
  const Array x = ToArray(p);
  const std::optional<double> least =
      discont.is_none() ? std::nullopt : std::optional(ToNumber(discont).floating());
  const Number turn = ToNumber(period);
  std::optional<DataType> strong;
  if (!IsWeakNumber(period)) strong = ToArray(period).dtype();
  const int at = static_cast<int>(ToInt(axis));
  return Unlocked([&] { return unwrap(x, least, at, turn, strong); });
}

Array CallCov(nb::handle m, nb::handle y, bool rowvar, bool bias, nb::handle ddof,
              nb::handle fweights, nb::handle aweights, nb::handle dtype) {
  CovarianceOptions options{rowvar,
                            bias,
                            {},
                            ToOptionalArray(fweights),
                            ToOptionalArray(aweights),
                            ToOptionalDType(dtype)};
  if (!ddof.is_none()) options.ddof = ToNumber(ddof).floating();
  const Array x = ToArray(m);
  const std::optional<Array> other = ToOptionalArray(y);
  return CatchZeroWeights([&] { return cov(x, other, options); });
}

Array CallCorrcoef(nb::handle m, nb::handle y, bool rowvar, nb::handle dtype) {
  const Array x = ToArray(m);
  const std::optional<Array> other = ToOptionalArray(y);
  const std::optional<DataType> type = ToOptionalDType(dtype);
  return Unlocked([&] { return corrcoef(x, other, rowvar, type); });
}

void BindReductions(nb::module_& sub) {
  DefReduce(sub, "ptp", ptp, "Largest minus smallest.");
  DefCount(sub, "count_nonzero", count_nonzero, "How many elements are not zero.");
  DefCount(sub, "logsumexp", logsumexp, "log(sum(exp(a))), without overflow on the way.");
  DefExtremum(sub, "nanmin", nanmin, "Smallest, NaNs left out; warns where there are only NaNs.");
  DefExtremum(sub, "nanmax", nanmax, "Largest, NaNs left out; warns where there are only NaNs.");
  DefReduce(sub, "nanargmin", nanargmin, "Index of the smallest, NaNs left out.");
  DefReduce(sub, "nanargmax", nanargmax, "Index of the largest, NaNs left out.");
  DefAccumulate(sub, "nansum", nansum, "Sum with NaNs as zeros.");
  DefAccumulate(sub, "nanprod", nanprod, "Product with NaNs as ones.");
  DefMean(sub, "nanmean", nanmean, "Mean, NaNs left out.");
  DefSpread(sub, "nanvar", nanvar, "Variance, NaNs left out.");
  DefSpread(sub, "nanstd", nanstd, "Standard deviation, NaNs left out.");
  DefCumulate(sub, "nancumsum", nancumsum, "Cumulative sum with NaNs as zeros.");
  DefCumulate(sub, "nancumprod", nancumprod, "Cumulative product with NaNs as ones.");
  sub.def(
      "softmax", [](nb::handle x, nb::handle axis) { return softmax(ToArray(x), ToAxes(axis)); },
      nb::arg("x"), nb::arg("axis").none() = nb::none(), "exp(x) / sum(exp(x)) over axes.", Line());
  sub.def(
      "log_softmax",
      [](nb::handle x, nb::handle axis) { return log_softmax(ToArray(x), ToAxes(axis)); },
      nb::arg("x"), nb::arg("axis").none() = nb::none(), "log(softmax(x)).", Line());
  sub.def("average", CallAverage, nb::arg("a"), nb::arg("axis").none() = nb::none(),
          nb::arg("weights").none() = nb::none(), nb::arg("returned") = false, nb::kw_only(),
          nb::arg("keepdims") = false, "Weighted mean, as numpy.average.", Line());
}

void BindDifferences(nb::module_& sub) {
  sub.def("diff", CallDiff, nb::arg("a"), nb::arg("n") = 1, nb::arg("axis") = -1,
          nb::arg("prepend").none() = nb::none(), nb::arg("append").none() = nb::none(),
          "n-th differences of neighbours.", Line());
  sub.def(
      "ediff1d",
      [](nb::handle ary, nb::handle to_end, nb::handle to_begin) {
        return ediff1d(ToArray(ary), ToOptionalArray(to_end), ToOptionalArray(to_begin));
      },
      nb::arg("ary"), nb::arg("to_end").none() = nb::none(),
      nb::arg("to_begin").none() = nb::none(), "Differences of the elements in C order.", Line());
  sub.def("gradient", CallGradient, nb::arg("f"), nb::arg("varargs"), nb::kw_only(),
          nb::arg("axis").none() = nb::none(), nb::arg("edge_order") = 1,
          "Derivatives by central differences, as numpy.gradient.", Line());
  sub.def("trapezoid", CallTrapezoid, nb::arg("y"), nb::arg("x").none() = nb::none(),
          nb::arg("dx") = 1.0, nb::arg("axis") = -1, "Integral by the trapezoidal rule.", Line());
  sub.def("unwrap", CallUnwrap, nb::arg("p"), nb::arg("discont").none() = nb::none(),
          nb::arg("axis") = -1, nb::kw_only(), nb::arg("period") = 2 * std::numbers::pi,
          "Angles without jumps of more than half a period.", Line());
}

void BindCovariance(nb::module_& sub) {
  sub.def("cov", CallCov, nb::arg("m"), nb::arg("y").none() = nb::none(), nb::arg("rowvar") = true,
          nb::arg("bias") = false, nb::arg("ddof").none() = nb::none(),
          nb::arg("fweights").none() = nb::none(), nb::arg("aweights").none() = nb::none(),
          nb::kw_only(), nb::arg("dtype").none() = nb::none(), "Covariance matrix, as numpy.cov.",
          Line());
  sub.def("corrcoef", CallCorrcoef, nb::arg("x"), nb::arg("y").none() = nb::none(),
          nb::arg("rowvar") = true, nb::kw_only(), nb::arg("dtype").none() = nb::none(),
          "Correlation coefficients, as numpy.corrcoef.", Line());
}

}  // namespace

void BindStatistics(nb::module_& module) {
  BindReductions(module);
  BindDifferences(module);
  BindCovariance(module);
  BindStatisticsCalls(module);
}

}  // namespace broadloom::python

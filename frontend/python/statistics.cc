// Statistics in NumPy's spellings: reductions, differences, covariance. Those without NaNs are
// bound in nan_functions.cc, the library calls in statistics_calls.cc.
#include "frontend/statistics.h"

#include <nanobind/stl/string.h>

#include <numbers>

#include "frontend/python/keywords.h"
#include "frontend/python/statistics.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;
using Reduce = Array (*)(const Array&, const AxisList&, bool);

void DefReduce(nb::module_& sub, const char* name, Reduce function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle out, KeepDims keepdims) {
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
      [=](nb::handle a, nb::handle axis, KeepDims keepdims) {
        const Array x = ToArray(a);
        const AxisList axes = ToReducedAxes(axis);
        return Unlocked([&] { return function(x, axes, keepdims); });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::kw_only(), nb::arg("keepdims") = false,
      doc, Line());
}

nb::object CallAverage(nb::handle a, nb::handle axis, nb::handle weights, Truthy returned,
                       KeepDims keepdims) {
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
  const int order = ToCInt(edge_order);
  const std::vector<Array> results = Unlocked([&] { return gradient(x, distances, axes, order); });
  if (results.size() == 1) return nb::cast(results[0]);
  nb::list list;
  for (const Array& result : results) list.append(result);
  return nb::tuple(list);
}

Array CallDiff(nb::handle a, nb::handle n, nb::handle axis, nb::handle prepend, nb::handle append) {
  return diff(ToArray(a), ToInt(n), ToCInt(axis), ToOptionalArray(prepend),
              ToOptionalArray(append));
}

Array CallTrapezoid(nb::handle y, nb::handle x, nb::handle dx, nb::handle axis) {
  return trapezoid(ToArray(y), ToOptionalArray(x), ToOperand(dx), ToCInt(axis));
}

Array CallUnwrap(nb::handle p, nb::handle discont, nb::handle axis, nb::handle period) {
  const Array x = ToArray(p);
  const std::optional<double> least =
      discont.is_none() ? std::nullopt : std::optional(ToNumber(discont).floating());
  const Number turn = ToNumber(period);
  std::optional<DataType> strong;
  if (!IsWeakNumber(period)) strong = ToArray(period).dtype();
  const int at = ToCInt(axis);
  return Unlocked([&] { return unwrap(x, least, at, turn, strong); });
}

Array CallCov(nb::handle m, nb::handle y, Truthy rowvar, nb::handle bias, nb::handle ddof,
              nb::handle fweights, nb::handle aweights, nb::handle dtype) {
  CovarianceOptions options{rowvar,
                            !bias.equal(nb::int_(0)),
                            {},
                            ToOptionalArray(fweights),
                            ToOptionalArray(aweights),
                            ToOptionalDType(dtype)};
  if (!ddof.is_none()) options.ddof = ToNumber(ddof).floating();
  const Array x = ToArray(m);
  const std::optional<Array> other = ToOptionalArray(y);
  return CatchZeroWeights([&] { return cov(x, other, options); });
}

Array CallCorrcoef(nb::handle m, nb::handle y, Truthy rowvar, nb::handle dtype) {
  const Array x = ToArray(m);
  const std::optional<Array> other = ToOptionalArray(y);
  const std::optional<DataType> type = ToOptionalDType(dtype);
  return Unlocked([&] { return corrcoef(x, other, rowvar, type); });
}

void BindReductions(nb::module_& sub) {
  DefReduce(sub, "ptp", ptp, "Largest minus smallest.");
  DefCount(sub, "count_nonzero", count_nonzero, "How many elements are not zero.");
  DefCount(sub, "logsumexp", logsumexp, "log(sum(exp(a))), without overflow on the way.");
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
  sub.def("cov", CallCov, nb::arg("m"), nb::arg("y").none() = nb::none(),
          nb::arg("rowvar").none() = true, nb::arg("bias").none() = false,
          nb::arg("ddof").none() = nb::none(), nb::arg("fweights").none() = nb::none(),
          nb::arg("aweights").none() = nb::none(), nb::kw_only(),
          nb::arg("dtype").none() = nb::none(), "Covariance matrix, as numpy.cov.", Line());
  sub.def("corrcoef", CallCorrcoef, nb::arg("x"), nb::arg("y").none() = nb::none(),
          nb::arg("rowvar").none() = true, nb::kw_only(), nb::arg("dtype").none() = nb::none(),
          "Correlation coefficients, as numpy.corrcoef.", Line());
}

}  // namespace

void BindStatistics(nb::module_& module) {
  BindReductions(module);
  BindNanFunctions(module);
  BindDifferences(module);
  BindCovariance(module);
  BindStatisticsCalls(module);
}

}  // namespace broadloom::python

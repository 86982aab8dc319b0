// Reductions that leave NaNs out, in NumPy's spellings.
#include <string_view>

#include "frontend/python/keywords.h"
#include "frontend/python/statistics.h"
#include "frontend/reduce_some.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;
using Reduce = Array (*)(const Array&, const AxisList&, bool);
using Accumulate = Array (*)(const Array&, const AxisList&, bool, const ReduceOptions&);
using Cumulate = Array (*)(const Array&, std::optional<int>, std::optional<DataType>);

ReduceOptions OptionsOf(const Array& x, std::optional<DataType> dtype, nb::handle initial,
                        nb::handle where, nb::handle out, double correction = 0) {
  ReduceOptions options{dtype, correction};
  options.initial = ToInitialIn(out, initial, options.dtype.value_or(x.dtype()));
  if (!where.is(Py_True)) options.where = ToMask(where);
  return options;
}

// Runs without the GIL, into `out` where it is given.
template <typename F>
nb::object Into(nb::handle out, const char* name, F&& compute) {
  return ReduceInto(out, name, [&] { return Unlocked(compute); });
}

// nanargmin and nanargmax.
void DefIndexOf(nb::module_& sub, const char* name, Reduce function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle out, Truthy keepdims) {
        const Array x = ToArray(a);
        const AxisList axes = axis.is_none() ? AxisList() : AxisList(ToAxis(axis));
        CheckIndexOut(name, out);
        return Into(out, name, [&] { return function(x, axes, keepdims); });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("out").none() = nb::none(),
      nb::kw_only(), nb::arg("keepdims") = false, doc, Line());
}

// nanmin and nanmax.
void DefExtremum(nb::module_& sub, const char* name, Accumulate function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle out, KeepDims keepdims, nb::handle initial,
          nb::handle where) {
        const Array x = BesideInitial(initial, ToArray(a), out);
        const AxisList axes = ToReducedAxes(axis);
        const ReduceOptions options = OptionsOf(x, {}, initial, where, out);
        return Into(out, name, [&] { return function(x, axes, keepdims, options); });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("out").none() = nb::none(),
      nb::arg("keepdims") = false, nb::arg("initial").none() = nb::none(),
      nb::arg("where").none() = true, doc, Line());
}

void DefAccumulate(nb::module_& sub, const char* name, Accumulate function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle dtype, nb::handle out, KeepDims keepdims,
          nb::handle initial, nb::handle where) {
        const Array x = ToArray(a);
        const AxisList axes = ToReducedAxes(axis);
        const ReduceOptions options = OptionsOf(x, DTypeBeside(out, x, dtype), initial, where, out);
        WarnOfComplexOut(out, ToOptionalDType(dtype));
        return Into(out, name, [&] {
          const Array result = function(x, axes, keepdims, options);
          CheckNoIdentity(name, initial, options, x, result);
          return result;
        });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("dtype").none() = nb::none(),
      nb::arg("out").none() = nb::none(), nb::arg("keepdims") = false,
      nb::arg("initial").none() = NotGiven(), nb::arg("where").none() = true, doc, Line());
}

// The division by counts, or the square root, is done in `out` itself.
void CheckMeanOut(const char* name, const Array& x, nb::handle out) {
  const bool divides = x.dtype() >= DataType::float16 || std::string_view(name) == "nanstd";
  if (IsArrayOut(out) && divides && DTypeOfOut(out) < DataType::float16)
    Raise(PyExc_TypeError, std::string(name) + ": If a is inexact, then out must be inexact, not " +
                               to_string(DTypeOfOut(out)));
}

// Of numbers that are no floats, in which there are no NaNs to leave out.
std::optional<DataType> DividesIn(nb::handle out, bool is_mean, const Array& x, nb::handle dtype) {
  return x.dtype() < DataType::float16 ? python::DividesIn(out, is_mean, x, dtype) : std::nullopt;
}

// Among NaNs sums are made in no dtype of their own.
std::optional<DataType> SumsOf(bool is_mean, const Array& x, nb::handle dtype) {
  const std::optional<DataType> given = ToOptionalDType(dtype);
  return x.dtype() < DataType::float16 ? DTypeOfSums(is_mean, x.dtype(), given) : given;
}

void DefMean(nb::module_& sub, const char* name, Accumulate function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle dtype, nb::handle out, KeepDims keepdims,
          nb::handle where) {
        const Array x = ToArray(a);
        const AxisList axes = ToReducedAxes(axis);
        const ReduceOptions options =
            OptionsOf(x, MeanDTypeBeside(out, x, dtype), nb::none(), where, out);
        CheckMeanOut(name, x, out);
        WarnOfComplexOut(out, SumsOf(/*is_mean=*/true, x, dtype));
        const std::optional<DataType> divided = DividesIn(out, /*is_mean=*/true, x, dtype);
        return Into(out, name, [&] {
          return divided.has_value() ? DividedIn(*divided, "mean", x, axes, keepdims, options)
                                     : function(x, axes, keepdims, options);
        });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("dtype").none() = nb::none(),
      nb::arg("out").none() = nb::none(), nb::arg("keepdims") = false, nb::kw_only(),
      nb::arg("where").none() = true, doc, Line());
}

void DefSpread(nb::module_& sub, const char* name, Accumulate function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle dtype, nb::handle out, double ddof,
          KeepDims keepdims, nb::handle where, nb::handle mean, nb::handle correction) {
        const Array x = ToArray(a);
        const AxisList axes = ToReducedAxes(axis);
        const auto dtype_of_squares =  // which are real
            IsComplex(x.dtype()) ? ToOptionalDType(dtype) : MeanDTypeBeside(out, x, dtype);
        const ReduceOptions options =
            OptionsOf(x, dtype_of_squares, nb::none(), where, out, ToCorrection(ddof, correction));
        CheckMeanOut(name, x, out);
        WarnOfComplexOut(out, SumsOf(/*is_mean=*/false, x, dtype));
        std::optional<Array> about;
        if (!mean.is(NotGiven())) about = ToArray(mean);
        if (!about.has_value() && AddsSquaresElsewhere(out, x, dtype))
          about = nanmean(x, axes, /*keepdims=*/true, {.where = options.where});
        const std::optional<DataType> divided = DividesIn(out, /*is_mean=*/false, x, dtype);
        return Into(out, name, [&] {
          if (divided.has_value() && !about.has_value())
            return DividedIn(*divided, name + 3, x, axes, keepdims, options);
          if (!about.has_value()) return function(x, axes, keepdims, options);
          const Array variance = nanvar_about(x, *about, axes, keepdims, options);
          return std::string_view(name) == "nanstd" ? sqrt(variance) : variance;
        });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("dtype").none() = nb::none(),
      nb::arg("out").none() = nb::none(), nb::arg("ddof") = 0.0, nb::arg("keepdims") = false,
      nb::kw_only(), nb::arg("where").none() = true, nb::arg("mean") = NotGiven(),
      nb::arg("correction").none() = NotGiven(), doc, Line());
}

void DefCumulate(nb::module_& sub, const char* name, Cumulate function, const char* doc) {
  sub.def(
      name,
      [=](nb::handle a, nb::handle axis, nb::handle dtype, nb::handle out) {
        const std::optional<int> at = axis.is_none() ? std::nullopt : std::optional(ToAxis(axis));
        const Array x = ToArray(a);
        WarnOfComplexOut(out, ToOptionalDType(dtype));
        return ReduceInto(out, name, [&] { return function(x, at, DTypeBeside(out, x, dtype)); });
      },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), nb::arg("dtype").none() = nb::none(),
      nb::arg("out").none() = nb::none(), doc, Line());
}

}  // namespace

void BindNanFunctions(nb::module_& sub) {
  DefExtremum(sub, "nanmin", nanmin, "Smallest, NaNs left out; warns where there are only NaNs.");
  DefExtremum(sub, "nanmax", nanmax, "Largest, NaNs left out; warns where there are only NaNs.");
  DefIndexOf(sub, "nanargmin", nanargmin, "Index of the smallest, NaNs left out.");
  DefIndexOf(sub, "nanargmax", nanargmax, "Index of the largest, NaNs left out.");
  DefAccumulate(sub, "nansum", nansum, "Sum with NaNs as zeros.");
  DefAccumulate(sub, "nanprod", nanprod, "Product with NaNs as ones.");
  DefMean(sub, "nanmean", nanmean, "Mean, NaNs left out.");
  DefSpread(sub, "nanvar", nanvar, "Variance, NaNs left out.");
  DefSpread(sub, "nanstd", nanstd, "Standard deviation, NaNs left out.");
  DefCumulate(sub, "nancumsum", nancumsum, "Cumulative sum with NaNs as zeros.");
  DefCumulate(sub, "nancumprod", nancumprod, "Cumulative product with NaNs as ones.");
}

}  // namespace broadloom::python

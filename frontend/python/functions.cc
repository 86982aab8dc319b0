// Functions that are no rows of the op table: cumulative ones, those of composed.h, dtypes.
#include <nanobind/stl/vector.h>

#include <cmath>
#include <string_view>

#include "frontend/composed.h"
#include "frontend/errstate.h"
#include "frontend/joining/assembly.h"
#include "frontend/python/keywords.h"
#include "frontend/python/writing.h"
#include "frontend/warn.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

// --- Cumulative ----------------------------------------------------------------------------------

using SumLike = Array (*)(const Array&, std::optional<int>, std::optional<DataType>);

// In the order of the sums alone: what NumPy joins with them is made like them.
Array WithInitial(const char* name, const Array& scanned, std::optional<int> axis, int initial) {
  const int along = axis.value_or(0);
  Sizes shape = scanned.shape();
  const int64_t own = along < 0 ? along + static_cast<int>(shape.size()) : along;
  shape[own] = 1;
  return joining::Joined(name, {full(shape, initial, scanned.dtype()), scanned}, own,
                         joining::JoinedOrder({{scanned.shape(), scanned.strides()}}));
}

// The array API's: an axis is needed where there are several.
void BindStandardCumulative(nb::module_& module, const char* name, SumLike function, int initial,
                            const char* doc) {
  module.def(
      name,
      [=](nb::handle object, nb::handle axis, nb::handle dtype, nb::handle out,
          Truthy include_initial) {
        const Array x = ToArray(object);
        if (axis.is_none() && x.ndim() > 1)
          Raise(PyExc_ValueError,
                std::string(name) + ": an array of more than one dimension needs an axis");
        WarnOfComplexOut(out, ToOptionalDType(dtype));
        return ReduceInto(out, name, [&] {
          const Array scanned = function(x, ToOptionalAxis(axis), DTypeBeside(out, x, dtype));
          return include_initial ? WithInitial(name, scanned, ToOptionalAxis(axis), initial)
                                 : scanned;
        });
      },
      nb::arg("x"), nb::kw_only(), nb::arg("axis").none() = nb::none(),
      nb::arg("dtype").none() = nb::none(), nb::arg("out").none() = nb::none(),
      nb::arg("include_initial") = false, doc, Line());
}

void BindNumPyCumulative(nb::module_& module, nb::class_<Array>& array, const char* name,
                         SumLike function, const char* doc) {
  const auto call = [=](nb::handle x, nb::handle axis, nb::handle dtype, nb::handle out) {
    WarnOfComplexOut(out, ToOptionalDType(dtype));
    return ReduceInto(out, name, [&] {
      const Array elements = ToArray(x);
      return function(elements, ToOptionalAxis(axis), DTypeBeside(out, elements, dtype));
    });
  };
  const auto a_out = nb::arg("out").none() = nb::none();
  const auto axis = nb::arg("axis").none() = nb::none();
  const auto dtype = nb::arg("dtype").none() = nb::none();
  module.def(name, call, nb::arg("a"), axis, dtype, a_out, doc, Line());
  array.def(name, call, axis, dtype, a_out, doc, Line());
}

void BindCumulative(nb::module_& module, nb::class_<Array>& array) {
  BindStandardCumulative(module, "cumulative_sum", cumulative_sum, 0,
                         "Sums up to each element along an axis.");
  BindStandardCumulative(module, "cumulative_prod", cumulative_prod, 1,
                         "Products up to each element along an axis.");
  module.def(
      "logcumsumexp",
      [](nb::handle x, nb::handle axis, nb::handle dtype, nb::handle out) {
        return ReduceInto(out, "logcumsumexp", [&] {
          return logcumsumexp(ToArray(x), ToOptionalAxis(axis), ToOptionalDType(dtype));
        });
      },
      nb::arg("x"), nb::arg("axis").none() = nb::none(), nb::arg("dtype").none() = nb::none(),
      nb::arg("out").none() = nb::none(),
      "log(cumsum(exp(x))) along an axis, or over the flattened array, without overflow on the "
      "way.",
      Line());
  BindNumPyCumulative(module, array, "cumsum", cumulative_sum,
                      "Sums up to each element along an axis, or over the flattened array.");
  BindNumPyCumulative(module, array, "cumprod", cumulative_prod,
                      "Products up to each element along an axis, or over the flattened array.");
  module.def(
      "cumulative_max",
      [](nb::handle x, nb::handle axis) {
        return cumulative_max(ToArray(x), ToOptionalAxis(axis));
      },
      nb::arg("x"), nb::arg("axis").none() = nb::none(), "The largest up to each element.", Line());
  module.def(
      "cumulative_min",
      [](nb::handle x, nb::handle axis) {
        return cumulative_min(ToArray(x), ToOptionalAxis(axis));
      },
      nb::arg("x"), nb::arg("axis").none() = nb::none(), "The smallest up to each element.",
      Line());
}

// --- composed.h ----------------------------------------------------------------------------------

void DefUnary(nb::module_& module, const char* name, Array (*function)(const Array&), const char* x,
              const char* doc) {
  module.def(
      name, [=](nb::handle object) { return function(ToArray(object)); }, nb::arg(x), doc, Line());
}

// A function of bools that has only `out`.
void DefTest(nb::module_& module, const char* name, Array (*function)(const Array&),
             const char* doc) {
  module.def(
      name,
      [=](nb::handle x, nb::handle given) {
        return WithOut(given,
                       [&](Array* out) { return store(function(ToArray(x)), {.out = out}, name); });
      },
      nb::arg("x"), nb::arg("out").none() = nb::none(), doc, Line());
}

// NumPy's ufuncs: with all of their keywords.
void DefUnaryUfunc(nb::module_& module, const char* name, const char* doc) {
  module.def(
      name,
      [=](nb::handle x, nb::handle out, nb::handle where, nb::handle casting, nb::handle order,
          nb::handle dtype,
          bool) { return CallComposed(name, {ToArray(x)}, {out, where, casting, order, dtype}); },
      nb::arg("x"), BL_KEYWORD_ARGS, doc, Line());
}

// `out` of two results: each by its place, or a tuple of them.
nb::object PairOf(const char* name, const nb::args& places, nb::handle out) {
  if (places.size() == 0) return nb::borrow(out);
  if (!out.is_none() || places.size() > 2)
    Raise(PyExc_TypeError, std::string(name) + ": an `out` for each of two results is needed");
  return nb::make_tuple(places[0], places.size() == 2 ? nb::object(places[1]) : nb::none());
}

#define BL_PAIR_ARGS \
  nb::arg("outs"), nb::kw_only(), nb::arg("out").none() = nb::none(), BL_KEYWORDS_BUT_OUT

void DefUnaryPair(nb::module_& module, const char* name, const char* doc) {
  module.def(
      name,
      [=](nb::handle x, const nb::args& outs, nb::handle out, nb::handle where, nb::handle casting,
          nb::handle order, nb::handle dtype, bool) {
        const nb::object pair = PairOf(name, outs, out);
        return CallComposed(name, {ToArray(x)}, {pair, where, casting, order, dtype});
      },
      nb::arg("x"), BL_PAIR_ARGS, doc, Line());
}

void DefBinaryPair(nb::module_& module, const char* name, const char* doc) {
  module.def(
      name,
      [=](nb::handle x, nb::handle y, const nb::args& outs, nb::handle out, nb::handle where,
          nb::handle casting, nb::handle order, nb::handle dtype, bool) {
        const nb::object pair = PairOf(name, outs, out);
        return CallComposed(name, ToOperands({x, y}), {pair, where, casting, order, dtype});
      },
      nb::arg("x"), nb::arg("y"), BL_PAIR_ARGS, doc, Line());
}

// Beside floats other functions take large integers as floats. Beside an array it is an int32.
Operand ToExponent(nb::handle x, nb::handle exponent) {
  if (PyLong_CheckExact(exponent.ptr())) ToInt(exponent);
  const bool is_weak = IsWeakNumber(exponent) && !IsWeakNumber(x);
  return is_weak ? Operand(ToNumber(exponent)) : Operand(ToArray(exponent));
}

void DefBinaryUfunc(nb::module_& module, const char* name, const char* doc) {
  module.def(
      name,
      [=](nb::handle x, nb::handle y, nb::handle out, nb::handle where, nb::handle casting,
          nb::handle order, nb::handle dtype, bool) {
        const bool is_ldexp = std::string_view(name) == "ldexp";
        const std::vector<Operand> operands =
            is_ldexp ? std::vector<Operand>{ToArray(x), ToExponent(x, y)} : ToOperands({x, y});
        return CallComposed(name, operands, {out, where, casting, order, dtype});
      },
      nb::arg("x"), nb::arg("y"), BL_KEYWORD_ARGS, doc, Line());
}

void DefLerp(nb::module_& module, const char* name, const char* doc) {
  module.def(
      name,
      [=](nb::handle x, nb::handle y, nb::handle weight, nb::handle out, nb::handle where,
          nb::handle casting, nb::handle order, nb::handle dtype, bool) {
        return CallComposed(name, ToOperands({x, y, weight}), {out, where, casting, order, dtype});
      },
      nb::arg("x"), nb::arg("y"), nb::arg("weight"), BL_KEYWORD_ARGS, doc, Line());
}

using Close = Array (*)(const Operand&, const Operand&, const Operand&, const Operand&, bool);

// Of tolerances that are numbers.
void CheckTolerances(nb::handle rtol, nb::handle atol) {
  const auto is_finite = [](nb::handle x) {
    const bool is_number = IsPythonNumber(x) || IsNumPyScalar(x);
    return !is_number || std::isfinite(ToNumber(x).floating());
  };
  if (is_finite(rtol) && is_finite(atol)) return;
  const std::string message = std::string("One of rtol or atol is not valid, atol: ") +
                              nb::str(atol).c_str() + ", rtol: " + nb::str(rtol).c_str();
  const ErrorMode mode = error_state().invalid;
  if (mode == ErrorMode::warn) Warn(WarningKind::runtime, message);
  if (mode == ErrorMode::raise) Raise(PyExc_FloatingPointError, message);
}

// Numbers beside an array are weak, the tolerances too.
Array CallClose(Close function, nb::handle a, nb::handle b, nb::handle rtol, nb::handle atol,
                bool equal_nan) {
  CheckTolerances(rtol, atol);
  const auto inexact = [](nb::handle number) {  // 2**70 is compared as a float
    return PyLong_CheckExact(number.ptr()) ? nb::object(nb::float_(number)) : nb::borrow(number);
  };
  const nb::object x = inexact(a), y = inexact(b);
  const std::vector<Operand> operands = ToOperands({x, y});
  const auto tolerance = [](nb::handle object) {
    return IsWeakNumber(object) ? Operand(ToNumber(object)) : Operand(ToArray(object));
  };
  return function(operands[0], operands[1], tolerance(rtol), tolerance(atol), equal_nan);
}

void BindClose(nb::module_& module, const char* name, Close function, const char* doc) {
  module.def(
      name,
      [=](nb::handle a, nb::handle b, nb::handle rtol, nb::handle atol, bool equal_nan) {
        return CallClose(function, a, b, rtol, atol, equal_nan);
      },
      nb::arg("a"), nb::arg("b"), nb::arg("rtol") = 1e-5, nb::arg("atol") = 1e-8,
      nb::arg("equal_nan") = false, doc, Line());
}

Operand ToFiller(nb::handle object) {
  return IsWeakNumber(object) ? Operand(ToNumber(object)) : Operand(ToArray(object));
}

std::optional<Operand> ToOptionalFiller(nb::handle object) {
  if (object.is_none()) return std::nullopt;
  return ToFiller(object);
}

void BindComposed(nb::module_& module) {
  DefBinaryUfunc(module, "logaddexp", "log(exp(x) + exp(y)), without overflow on the way.");
  DefBinaryUfunc(module, "logaddexp2", "log2(2**x + 2**y), without overflow on the way.");
  DefBinaryUfunc(module, "float_power", "x to the y in float64, or complex128.");
  DefBinaryUfunc(module, "ldexp", "x * 2**exponent, rounded once.");
  DefBinaryPair(module, "divmod", "(floor_divide(x, y), remainder(x, y))");
  DefLerp(module, "lerp", "x + weight * (y - x), exactly y for a weight of 1.");
  DefUnaryPair(module, "frexp", "(mantissa, exponent): x = mantissa * 2**exponent.");
  DefUnaryPair(module, "modf", "(fractional part, integral part), both signed as x.");
  DefUnaryUfunc(module, "spacing", "Distance to the next number away from 0.");
  DefUnaryUfunc(module, "fabs", "Absolute value, of integers as a float.");
  DefUnaryUfunc(module, "conj", "Complex conjugate.");
  DefUnary(module, "sinc", sinc, "x", "sin(pi x) / (pi x)");
  DefTest(module, "isposinf", isposinf, "Whether x is infinite and positive.");
  DefTest(module, "isneginf", isneginf, "Whether x is infinite and negative.");
  DefUnary(module, "real", real_view, "val", "Real part; of real numbers x itself.");
  DefUnary(module, "imag", imag_view, "val", "Imaginary part; of real numbers 0.");
  DefUnary(module, "isreal", isreal, "x", "Whether the imaginary part is 0.");
  DefUnary(module, "iscomplex", iscomplex, "x", "Whether the imaginary part is not 0.");
  module.def(
      "angle", [](nb::handle z, bool deg) { return angle(ToArray(z), deg); }, nb::arg("z"),
      nb::arg("deg") = false, "Angle of a complex number in radians, or degrees.", Line());
  module.def(
      "nan_to_num",
      [](nb::handle x, Truthy copy, nb::handle nan, nb::handle posinf, nb::handle neginf) {
        if (!copy && !IsArrayOut(x))
          Raise(PyExc_ValueError, "nan_to_num: only an array can be changed without a copy");
        const bool is_exact = IsArrayOut(x) && DTypeOfOut(x) < DataType::float16;
        if (!copy && is_exact) return nb::borrow(x);  // nothing is written
        return WithOut(copy ? nb::handle(Py_None) : x, [&](Array* out) {
          const Array result = nan_to_num(ToArray(x), ToFiller(nan), ToOptionalFiller(posinf),
                                          ToOptionalFiller(neginf));
          return store(result, {.out = out}, "nan_to_num");
        });
      },
      nb::arg("x"), nb::arg("copy") = true, nb::arg("nan") = 0.0,
      nb::arg("posinf").none() = nb::none(), nb::arg("neginf").none() = nb::none(),
      "Numbers in place of NaN and infinities.", Line());
  BindClose(module, "isclose", isclose, "abs(a - b) <= atol + rtol * abs(b), or equal.");
  BindClose(module, "allclose", allclose, "Whether all elements are close.");
  module.def(
      "array_equal",
      [](nb::handle a, nb::handle b, bool equal_nan) {
        return OrNumPys("array_equal", a, b,
                        [&] { return nb::cast(array_equal(ToArray(a), ToArray(b), equal_nan)); });
      },
      nb::arg("a1").none(), nb::arg("a2").none(), nb::arg("equal_nan") = false,
      "Whether shapes and all elements are equal.", Line());
  module.def(
      "array_equiv",
      [](nb::handle a, nb::handle b) {
        return OrNumPys("array_equiv", a, b,
                        [&] { return nb::cast(array_equiv(ToArray(a), ToArray(b))); });
      },
      nb::arg("a1").none(), nb::arg("a2").none(),
      "Whether all elements are equal, broadcast to each other.", Line());
}

}  // namespace

void BindFunctions(nb::module_& module, nb::class_<Array>& array) {
  const auto conjugate = [](const Array& x) { return IsComplex(x.dtype()) ? conj(x) : x; };
  BindCumulative(module, array);
  BindComposed(module);
  array
      .def_prop_rw(
          "real", [](const Array& x) { return real_view(x); },
          [](const Array& x, nb::handle value) { StoreIn(real_view(x), value); },
          "The real part, a view.")
      .def_prop_rw(
          "imag", [](const Array& x) { return imag_view(x); },
          [](const Array& x, nb::handle value) {
            if (!IsComplex(x.dtype()))
              Raise(PyExc_TypeError, "imag: a real array has no imaginary part to set");
            StoreIn(imag_view(x), value);
          },
          "The imaginary part, a view; of real numbers 0.")
      .def("conj", conjugate, Line())
      .def("conjugate", conjugate, Line());
}

}  // namespace broadloom::python

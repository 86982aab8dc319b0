// broadloom.fft: Fourier transforms with numpy.fft's spelling.
#include "frontend/fft.h"

#include <nanobind/stl/optional.h>

#include <string>

#include "frontend/python/keywords.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;
using fft::Norm;

// NumPy looks up norms of inverse transforms in a dict: an unhashable one is a TypeError there.
Norm ToNorm(nb::handle norm, bool is_looked_up) {
  if (norm.is_none()) return Norm::backward;
  if (is_looked_up && PyObject_Hash(norm.ptr()) == -1) throw nb::python_error();
  const std::string text = nb::str(norm).c_str();
  if (nb::isinstance<nb::str>(norm)) {
    if (text == "backward") return Norm::backward;
    if (text == "ortho") return Norm::ortho;
    if (text == "forward") return Norm::forward;
  }
  Raise(PyExc_ValueError,
        "Invalid norm value " + text + "; should be \"backward\", \"ortho\" or \"forward\".");
}

// A wide `out` makes the transform a wide one.
Array OperandBeside(nb::handle out, nb::handle a) {
  const Array x = ToArray(a);
  const bool is_wide = IsArrayOut(out) && (DTypeOfOut(out) == DataType::float64 ||
                                           DTypeOfOut(out) == DataType::complex128);
  if (!is_wide) return x;
  return astype(x, result_type(x.dtype(), DataType::float64));
}

// The transform runs while other Python threads do.
nb::object Into(nb::handle out, const char* name, const std::function<Array()>& transform) {
  return ReduceInto(out, name, [&] { return Unlocked(transform); }, Casting::same_kind);
}

std::optional<int64_t> ToOptionalInt(nb::handle object) {
  return object.is_none() ? std::nullopt : std::optional<int64_t>(ToCount(object));
}

void Deprecated(const char* message) {
  if (PyErr_WarnEx(PyExc_DeprecationWarning, message, 1) < 0) throw nb::python_error();
}

// --- Along one axis ------------------------------------------------------------------------------
using OneAxis = Array (*)(const Array&, std::optional<int64_t>, int64_t, Norm);

void DefineOneAxis(nb::module_& module, const char* name, OneAxis function, bool norm_is_looked_up,
                   const char* doc) {
  module.def(
      name,
      [=](nb::handle a, nb::handle n, nb::handle axis, nb::handle norm, nb::handle out) {
        const Array x = OperandBeside(out, a);
        const std::optional<int64_t> length = ToOptionalInt(n);
        const int64_t along = ToInt(axis);
        const Norm divides = ToNorm(norm, norm_is_looked_up);
        return Into(out, name, [&] { return function(x, length, along, divides); });
      },
      nb::arg("a"), nb::arg("n").none() = nb::none(), nb::arg("axis") = -1,
      nb::arg("norm").none() = nb::none(), nb::arg("out").none() = nb::none(), doc, Line());
}

// --- Along several axes --------------------------------------------------------------------------
using ManyAxes = Array (*)(const Array&, const std::optional<Sizes>&,
                           const std::optional<fft::Axes>&, Norm);

struct AxesArguments {
  std::optional<Sizes> s;
  std::optional<fft::Axes> axes;
};

// None in `s` is the length that the transform along one axis would take.
int64_t DefaultLength(const Array& x, const AxesArguments& arguments, size_t i, bool to_real) {
  const auto count = static_cast<int64_t>(arguments.s->size());
  if (!to_real || static_cast<int64_t>(i) + 1 < count) return -1;
  int64_t axis = -1;
  if (arguments.axes.has_value() && i < arguments.axes->size()) axis = (*arguments.axes)[i];
  if (axis < 0) axis += x.ndim();
  return axis >= 0 && axis < x.ndim() ? 2 * (x.shape()[axis] - 1) : -1;
}

AxesArguments ToAxesArguments(const Array& x, nb::handle s, nb::handle axes, bool to_real) {
  AxesArguments arguments;
  if (!axes.is_none()) arguments.axes = ToInts(axes);
  if (s.is_none()) return arguments;
  if (axes.is_none())
    Deprecated("`axes` should not be `None` if `s` is not `None` (Deprecated in NumPy 2.0).");
  const nb::list lengths{s};
  arguments.s = Sizes(nb::len(lengths), -1);
  bool has_none = false;
  for (size_t i = 0; i < arguments.s->size(); ++i) {
    const nb::object length = lengths[i];
    has_none |= length.is_none();
    (*arguments.s)[i] = length.is_none() ? DefaultLength(x, arguments, i, to_real) : ToInt(length);
  }
  if (has_none)
    Deprecated("Passing an array containing `None` values to `s` is deprecated in NumPy 2.0.");
  return arguments;
}

void DefineManyAxes(nb::module_& module, const char* name, ManyAxes function, bool to_real,
                    nb::object default_axes, const char* doc) {
  module.def(
      name,
      [=](nb::handle a, nb::handle s, nb::handle axes, nb::handle norm, nb::handle out) {
        const Array x = OperandBeside(out, a);
        const AxesArguments arguments = ToAxesArguments(x, s, axes, to_real);
        const Norm divides = ToNorm(norm, name[0] == 'i');
        return Into(out, name, [&] { return function(x, arguments.s, arguments.axes, divides); });
      },
      nb::arg("a"), nb::arg("s").none() = nb::none(), nb::arg("axes").none() = default_axes,
      nb::arg("norm").none() = nb::none(), nb::arg("out").none() = nb::none(), doc, Line());
}

// --- Frequencies and shifts ----------------------------------------------------------------------
bool IsPythonOrNumPyInteger(nb::handle object) {
  return PyLong_Check(object.ptr()) ||
         (IsNumPyScalar(object) &&
          nb::isinstance(object, nb::object(numpy().module.attr("integer"))));
}

// `dtype` is the array API standard's, NumPy 2.4 has none.
std::optional<DataType> ToFrequencyDType(const char* name, nb::handle dtype) {
  const std::optional<DataType> type = ToOptionalDType(dtype);
  if (type.has_value() && !IsFloating(*type))
    Raise(PyExc_ValueError,
          std::string(name) + ": dtype must be real floating-point, not " + to_string(*type));
  return type;
}

using Frequencies = Array (*)(int64_t, Number, Context*);

void DefineFrequencies(nb::module_& module, const char* name, Frequencies function,
                       const char* doc) {
  module.def(
      name,
      [=](nb::handle n, nb::handle d, nb::handle device, nb::handle dtype) {
        CheckDevice(device);
        const std::optional<DataType> type = ToFrequencyDType(name, dtype);
        if (!IsPythonOrNumPyInteger(n)) Raise(PyExc_ValueError, "n should be an integer");
        // Python's arithmetic: its zeros raise, those of NumPy do not, and a float32 stays one.
        const nb::object step = nb::float_(1.0) / (nb::borrow(n) * nb::borrow(d));
        const Array found = function(ToInt(n), ToNumber(step), nullptr);
        return type.value_or(found.dtype()) == found.dtype() ? found : astype(found, *type);
      },
      nb::arg("n").none(), nb::arg("d") = 1.0, nb::arg("device").none() = nb::none(), nb::kw_only(),
      nb::arg("dtype").none() = nb::none(), doc, Line());
}

using Shift = Array (*)(const Array&, const std::optional<fft::Axes>&);

void DefineShift(nb::module_& module, const char* name, Shift function, const char* doc) {
  module.def(
      name,
      [=](nb::handle x, nb::handle axes) {
        std::optional<fft::Axes> along;
        if (!axes.is_none())
          along = IsPythonOrNumPyInteger(axes) ? fft::Axes{ToInt(axes)} : ToInts(axes);
        return function(ToArray(x), along);
      },
      nb::arg("x"), nb::arg("axes").none() = nb::none(), doc, Line());
}

void BindOneAxis(nb::module_& module) {
  DefineOneAxis(module, "fft", fft::fft, false,
                "Discrete Fourier transform along one axis, of n numbers: cut, or padded with "
                "zeros. Runs at once.");
  DefineOneAxis(module, "ifft", fft::ifft, true, "Inverse of fft.");
  DefineOneAxis(module, "rfft", fft::rfft, false,
                "fft of real numbers: the first n // 2 + 1 results, which determine the others.");
  DefineOneAxis(module, "irfft", fft::irfft, true,
                "Inverse of rfft: n real numbers, 2 * (length - 1) unless given.");
  DefineOneAxis(module, "hfft", fft::hfft, true,
                "Real spectrum of numbers with Hermitian symmetry, of which one half is given.");
  DefineOneAxis(module, "ihfft", fft::ihfft, true, "Inverse of hfft.");
}

void BindManyAxes(nb::module_& module) {
  const nb::object all = nb::none(), last_two = nb::make_tuple(-2, -1);
  DefineManyAxes(module, "fftn", fft::fftn, false, all,
                 "Discrete Fourier transform along several axes: all, the last len(s), or `axes`.");
  DefineManyAxes(module, "ifftn", fft::ifftn, false, all, "Inverse of fftn.");
  DefineManyAxes(module, "rfftn", fft::rfftn, false, all,
                 "fftn of real numbers: half of the results along the last axis.");
  DefineManyAxes(module, "irfftn", fft::irfftn, true, all, "Inverse of rfftn.");
  DefineManyAxes(module, "fft2", fft::fftn, false, last_two, "fftn, along the last two axes.");
  DefineManyAxes(module, "ifft2", fft::ifftn, false, last_two, "Inverse of fft2.");
  DefineManyAxes(module, "rfft2", fft::rfftn, false, last_two, "rfftn, along the last two axes.");
  DefineManyAxes(module, "irfft2", fft::irfftn, true, last_two, "Inverse of rfft2.");
}

}  // namespace

void BindFft(nb::module_& module) {
  nb::module_ sub = module.def_submodule("fft", "Fourier transforms, as numpy.fft.");
  BindOneAxis(sub);
  BindManyAxes(sub);
  DefineFrequencies(sub, "fftfreq", fft::multiples,
                    "Frequencies of the results of fft, for samples d apart.");
  DefineFrequencies(sub, "rfftfreq", fft::half_multiples,
                    "Frequencies of the results of rfft, for samples d apart.");
  DefineShift(sub, "fftshift", fft::fftshift, "Moves frequency 0 to the middle.");
  DefineShift(sub, "ifftshift", fft::ifftshift, "Inverse of fftshift.");
}

}  // namespace broadloom::python

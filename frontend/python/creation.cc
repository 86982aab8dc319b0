// New arrays: from objects, constants and ranges.
#include "frontend/python/objects.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

Array Converted(const Array& x, nb::handle dtype) {
  const std::optional<DataType> type = ToOptionalDType(dtype);
  return type.has_value() && *type != x.dtype() ? astype(x, *type) : x;
}

// What is no array yet takes its dtype on the way in, as in NumPy: 300 does not become int8.
bool TakesDType(nb::handle object, nb::handle dtype) {
  return !dtype.is_none() && !nb::isinstance<Array>(object) && !IsNDArray(object);
}

// Each number must fit.
Array Typed(nb::handle object, DataType dtype) {
  if (IsWeakNumber(object)) return scalar(ToNumber(object), dtype);
  if (!nb::isinstance<nb::list>(object) && !nb::isinstance<nb::tuple>(object))
    return astype(ToArray(object), dtype);
  for (nb::handle item : object) Typed(item, dtype);
  return astype(ToArray(object), dtype);
}

Array NewArray(nb::handle object, nb::handle dtype, nb::handle copy) {
  if (TakesDType(object, dtype)) {
    const DataType type = ToDType(dtype);
    if (numpy_if_there() == nullptr) return Typed(object, type);
    return ToArray(nb::object(numpy().module.attr("array")(object, ToPythonDType(type))));
  }
  if (!copy.is_none() && nb::cast<bool>(copy)) return Converted(CopyToArray(object), dtype);
  return Converted(ToArray(object), dtype);
}

// An array of ours comes back as the same object where nothing changes.
nb::object AsArray(nb::handle object, nb::handle dtype, nb::handle device, nb::handle copy) {
  CheckDevice(device);
  Array x = NewArray(object, dtype, copy);
  const bool same =
      nb::isinstance<Array>(object) && nb::cast<const Array&>(object).expr() == x.expr();
  return same ? nb::borrow(object) : nb::cast(std::move(x));
}

// A complex number is true as a bool where it is not zero, not where its real part is not.
Number ToFill(nb::handle value, nb::handle dtype) {
  const bool as_bool = ToOptionalDType(dtype) == DataType::bool_;
  return as_bool && PyComplex_Check(value.ptr()) ? Number(PyObject_IsTrue(value.ptr()) == 1)
                                                 : ToNumber(value);
}

Array Full(nb::handle shape, nb::handle value, nb::handle dtype, nb::handle device) {
  CheckDevice(device);
  const Sizes sizes = ToSizes(shape);
  if (IsWeakNumber(value)) return full(sizes, ToFill(value, dtype), ToOptionalDType(dtype));
  return copy(broadcast_to(Converted(ToArray(value), dtype), sizes));
}

Array FullLike(nb::handle object, nb::handle value, nb::handle dtype, nb::handle device) {
  CheckDevice(device);
  const Array x = ToArray(object);
  if (IsWeakNumber(value)) return full_like(x, ToFill(value, dtype), ToOptionalDType(dtype));
  return copy(
      broadcast_to(astype(ToArray(value), ToOptionalDType(dtype).value_or(x.dtype())), x.shape()));
}

// Integers beyond 64 bits are too large whatever they are.
Number ToBound(nb::handle object) {
  int overflow = 0;
  if (PyLong_Check(object.ptr())) PyLong_AsLongLongAndOverflow(object.ptr(), &overflow);
  if (overflow == 0) return ToNumber(object);
  const double bound = PyLong_AsDouble(object.ptr());
  if (bound == -1.0 && PyErr_Occurred()) throw nb::python_error();
  return overflow > 0 && bound < 0x1p64 ? ToNumber(object) : Number(bound);
}

Array ARange(nb::handle start, nb::handle stop, nb::handle step, nb::handle dtype,
             nb::handle device) {
  CheckDevice(device);
  if (start.is_none() && stop.is_none())
    Raise(PyExc_TypeError, "arange() requires stop to be specified.");
  const std::optional<DataType> type = ToOptionalDType(dtype);
  const Number by = step.is_none() ? Number(1) : ToNumber(step);
  if (by.floating() == 0 && by.imaginary() == 0)
    Raise(PyExc_ZeroDivisionError, "arange: step is zero");
  if (stop.is_none()) return arange(Number(0), ToBound(start), by, type);
  return arange(start.is_none() ? Number(0) : ToBound(start), ToBound(stop), by, type);
}

Array Eye(int64_t rows, nb::handle columns, int64_t diagonal, nb::handle dtype, nb::handle device) {
  CheckDevice(device);
  const std::optional<int64_t> width =
      columns.is_none() ? std::nullopt : std::optional<int64_t>(ToInt(columns));
  return eye(rows, width, diagonal, ToOptionalDType(dtype).value_or(DataType::float64));
}

}  // namespace

void BindCreation(nb::module_& module) {
  const auto no_dtype = nb::arg("dtype").none() = nb::none();
  const auto a_device = nb::arg("device").none() = nb::none();
  module.def("array", NewArray, nb::arg("object").none(), no_dtype, nb::kw_only(),
             nb::arg("copy").none() = true,
             "An array of its own from anything that numpy.array takes.", Line());
  module.def(
      "asarray", AsArray, nb::arg("object").none(), no_dtype, nb::kw_only(), a_device,
      nb::arg("copy").none() = nb::none(),
      "Shares the memory of a NumPy array where dtype, alignment and byte order allow it.\n\n"
      "The values are read when they are needed: if you change the NumPy array before that, what "
      "is computed may\n"
      "see old or new values. array() copies and is immune.",
      Line());
  module.def(
      "frombuffer",
      [](nb::handle buffer, nb::handle dtype, int64_t count, int64_t offset) {
        const DataType type = ToOptionalDType(dtype).value_or(DataType::float64);
        return FromBuffer(buffer, type, count, offset);
      },
      nb::arg("buffer"), no_dtype, nb::arg("count") = -1, nb::arg("offset") = 0,
      "A one-dimensional array that shares the memory of a bytes-like object.", Line());
  module.def(
      "zeros",
      [](nb::handle shape, nb::handle dtype, nb::handle device) {
        CheckDevice(device);
        return zeros(ToSizes(shape), ToOptionalDType(dtype).value_or(DataType::float64));
      },
      nb::arg("shape"), no_dtype, nb::kw_only(), a_device,
      "An array of zeros, float64 unless dtype says otherwise.", Line());
  module.def(
      "ones",
      [](nb::handle shape, nb::handle dtype, nb::handle device) {
        CheckDevice(device);
        return ones(ToSizes(shape), ToOptionalDType(dtype).value_or(DataType::float64));
      },
      nb::arg("shape"), no_dtype, nb::kw_only(), a_device,
      "An array of ones, float64 unless dtype says otherwise.", Line());
  module.def("full", Full, nb::arg("shape"), nb::arg("fill_value"), no_dtype, nb::kw_only(),
             a_device, "An array of one value.", Line());
  module.def(
      "zeros_like",
      [](nb::handle x, nb::handle dtype, nb::handle device) {
        CheckDevice(device);
        return zeros_like(ToArray(x), ToOptionalDType(dtype));
      },
      nb::arg("x"), no_dtype, nb::kw_only(), a_device, "Zeros of the shape and dtype of x.",
      Line());
  module.def(
      "ones_like",
      [](nb::handle x, nb::handle dtype, nb::handle device) {
        CheckDevice(device);
        return ones_like(ToArray(x), ToOptionalDType(dtype));
      },
      nb::arg("x"), no_dtype, nb::kw_only(), a_device, "Ones of the shape and dtype of x.", Line());
  module.def("full_like", FullLike, nb::arg("x"), nb::arg("fill_value"), no_dtype, nb::kw_only(),
             a_device, "One value in the shape and dtype of x.", Line());
  module.def("arange", ARange, nb::arg("start").none() = nb::none(),
             nb::arg("stop").none() = nb::none(), nb::arg("step").none() = nb::none(), no_dtype,
             nb::kw_only(), a_device, "Evenly spaced values in [start, stop), as numpy.arange.",
             Line());
  module.def("eye", Eye, nb::arg("N"), nb::arg("M").none() = nb::none(), nb::arg("k") = 0, no_dtype,
             nb::kw_only(), a_device, "Ones on diagonal k, zeros elsewhere.", Line());
}

}  // namespace broadloom::python

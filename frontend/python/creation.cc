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

// What is no array yet, under our errstate.
Array TypedByNumPy(nb::handle object, DataType dtype) {
  struct Entered {
    explicit Entered(const nb::object& state) : state(state) { state.attr("__enter__")(); }
    ~Entered() { state.attr("__exit__")(nb::none(), nb::none(), nb::none()); }
    const nb::object state;
  };
  const Entered state(NumPysErrorState());
  return ToArray(nb::object(numpy().module.attr("array")(object, ToPythonDType(dtype))));
}

bool SharesWith(const Array& x, nb::handle object) {
  if (nb::isinstance<Array>(object)) return nb::cast<const Array&>(object).expr() == x.expr();
  return IsNDArray(object) && x.is_evaluated() && x.is_lent();
}

// ValueError where a copy is needed.
Array SharedArray(nb::handle object, nb::handle dtype) {
  const bool asks_numpy = !nb::isinstance<Array>(object) && numpy_if_there() != nullptr;
  const nb::object shared =
      asks_numpy ? nb::object(numpy().module.attr("asarray")(object, nb::arg("copy") = false))
                 : nb::borrow(object);
  Array x = Converted(ToArray(shared), dtype);
  if (!SharesWith(x, shared))
    Raise(PyExc_ValueError, std::string("asarray: unable to avoid a copy of dtype ") +
                                to_string(x.dtype()) + " as copy=False asks for");
  return x;
}

Array NewArray(nb::handle object, nb::handle dtype, nb::handle copy) {
  const std::optional<bool> copies = ToCopy(copy);
  if (copies == false) return SharedArray(object, dtype);
  if (TakesDType(object, dtype)) {
    const DataType type = ToDType(dtype);
    return numpy_if_there() == nullptr ? Typed(object, type) : TypedByNumPy(object, type);
  }
  return Converted(copies.has_value() ? CopyToArray(object) : ToArray(object), dtype);
}

// An array of ours comes back as the same object where nothing changes.
nb::object AsArray(nb::handle object, nb::handle dtype, nb::handle device, nb::handle copy) {
  CheckDevice(device);
  Array x = NewArray(object, dtype, copy);
  const bool same = nb::isinstance<Array>(object) && SharesWith(x, object);
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

auto NoDType() { return nb::arg("dtype").none() = nb::none(); }
auto NoDevice() { return nb::arg("device").none() = nb::none(); }

using Constant = Array (*)(const Sizes&, DataType, Context*);

void DefConstant(nb::module_& module, const char* name, Constant make, const char* doc) {
  module.def(
      name,
      [make](nb::handle shape, nb::handle dtype, nb::handle device) {
        CheckDevice(device);
        return make(ToSizes(shape), ToOptionalDType(dtype).value_or(DataType::float64), nullptr);
      },
      nb::arg("shape"), NoDType(), nb::kw_only(), NoDevice(), doc, Line());
}

using Like = Array (*)(const Array&, std::optional<DataType>);

void DefLike(nb::module_& module, const char* name, Like make, const char* x, const char* doc) {
  module.def(
      name,
      [make](nb::handle object, nb::handle dtype, nb::handle device) {
        CheckDevice(device);
        return make(ToArray(object), ToOptionalDType(dtype));
      },
      nb::arg(x), NoDType(), nb::kw_only(), NoDevice(), doc, Line());
}

void BindConstants(nb::module_& module) {
  DefConstant(module, "zeros", zeros, "An array of zeros, float64 unless dtype says otherwise.");
  DefConstant(module, "ones", ones, "An array of ones, float64 unless dtype says otherwise.");
  DefConstant(module, "empty", zeros, "An array of that shape whose values do not matter (zeros).");
  DefLike(module, "zeros_like", zeros_like, "x", "Zeros of the shape and dtype of x.");
  DefLike(module, "ones_like", ones_like, "x", "Ones of the shape and dtype of x.");
  DefLike(module, "empty_like", zeros_like, "prototype",
          "An array of that shape and dtype whose values do not matter (zeros).");
  module.def("full", Full, nb::arg("shape"), nb::arg("fill_value"), NoDType(), nb::kw_only(),
             NoDevice(), "An array of one value.", Line());
  module.def("full_like", FullLike, nb::arg("x"), nb::arg("fill_value"), NoDType(), nb::kw_only(),
             NoDevice(), "One value in the shape and dtype of x.", Line());
}

void BindRanges(nb::module_& module) {
  module.def("arange", ARange, nb::arg("start").none() = nb::none(),
             nb::arg("stop").none() = nb::none(), nb::arg("step").none() = nb::none(), NoDType(),
             nb::kw_only(), NoDevice(), "Evenly spaced values in [start, stop), as numpy.arange.",
             Line());
  module.def("eye", Eye, nb::arg("N"), nb::arg("M").none() = nb::none(), nb::arg("k") = 0,
             NoDType(), nb::kw_only(), NoDevice(), "Ones on diagonal k, zeros elsewhere.", Line());
}

}  // namespace

void BindCreation(nb::module_& module) {
  module.def("array", NewArray, nb::arg("object").none(), NoDType(), nb::kw_only(),
             nb::arg("copy").none() = true,
             "An array of its own from anything that numpy.array takes.", Line());
  module.def(
      "asarray", AsArray, nb::arg("object").none(), NoDType(), nb::kw_only(), NoDevice(),
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
      nb::arg("buffer"), NoDType(), nb::arg("count") = -1, nb::arg("offset") = 0,
      "A one-dimensional array that shares the memory of a bytes-like object.", Line());
  BindConstants(module);
  BindRanges(module);
}

}  // namespace broadloom::python

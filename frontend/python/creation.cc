// New arrays: from objects, constants and ranges.
#include "frontend/python/keywords.h"
#include "frontend/python/objects.h"
#include "frontend/python/writing.h"
#include "frontend/write.h"

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

// Integers take what Python's int() makes of a number, and floats no complex ones.
Array TypedNumber(nb::handle number, DataType dtype) {
  if (dtype == DataType::bool_) return scalar(PyObject_IsTrue(number.ptr()) == 1, dtype);
  if (PyFloat_Check(number.ptr()) && IsInteger(dtype))
    return scalar(ToNumber(nb::object(nb::int_(nb::borrow(number)))), dtype);
  if (PyComplex_Check(number.ptr()) && (IsInteger(dtype) || IsFloating(dtype)))
    Raise(PyExc_TypeError, std::string("a complex number cannot be ") + to_string(dtype));
  return scalar(ToNumber(number), dtype);
}

// Each number must fit.
Array Typed(nb::handle object, DataType dtype) {
  if (IsWeakNumber(object)) return TypedNumber(object, dtype);
  if (!nb::isinstance<nb::list>(object) && !nb::isinstance<nb::tuple>(object))
    return astype(ToArray(object), dtype);
  for (nb::handle item : object) Typed(item, dtype);
  return astype(ToArray(object), dtype);
}

// What is no array yet, under our errstate.
Array TypedByNumPy(nb::handle object, DataType dtype) {
  const nb::object convert = nb::module_::import_("broadloom._errstate").attr("_numpys_array");
  return AdoptNumPy(nb::object(convert(object, ToPythonDType(dtype))));
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

// ValueError where that needs a copy and none may be made.
Array Arranged(const Array& x, nb::handle order, nb::handle copy) {
  if (ToOrder(order) == 'A' && ToCopy(copy) != true) return x;  // any will do
  const Array result = InOrder(x, order);
  if (ToCopy(copy) == false && result.expr() != x.expr())
    Raise(PyExc_ValueError, "unable to avoid a copy for that order, as copy=False asks for");
  return result;
}

// Axes of extent 1 in front.
Array WithRank(const Array& x, nb::handle rank) {
  constexpr int64_t kMost = 64;  // NumPy's
  const int64_t wanted = ToInt(rank), own = x.ndim();
  if (wanted > kMost) Raise(PyExc_ValueError, "array: ndmin must be at most 64");
  if (wanted <= own) return x;
  Sizes shape(static_cast<size_t>(wanted - own), 1);
  const Sizes of_x = x.shape();
  shape.insert(shape.end(), of_x.begin(), of_x.end());
  return reshape(x, shape);
}

Array CallArray(nb::handle object, nb::handle dtype, nb::handle copy, nb::handle order, Truthy,
                nb::handle ndmin) {
  ToOrder(order);
  return WithRank(Arranged(NewArray(object, dtype, copy), order, copy), ndmin);
}

// An array of ours comes back as the same object where nothing changes.
nb::object AsArray(nb::handle object, nb::handle dtype, nb::handle order, nb::handle device,
                   nb::handle copy) {
  CheckDevice(device);
  Array x = Arranged(NewArray(object, dtype, copy), order, copy);
  const bool same = nb::isinstance<Array>(object) && SharesWith(x, object);
  return same ? nb::borrow(object) : nb::cast(std::move(x));
}

}  // namespace

// A complex number is true as a bool where it is not zero, not where its real part is not.
Number ToFill(nb::handle value, DataType dtype) {
  if (dtype == DataType::bool_ && PyComplex_Check(value.ptr()))
    return Number(PyObject_IsTrue(value.ptr()) == 1);
  const Number number = ToNumberBeside(value, dtype >= DataType::float16);
  if (dtype == DataType::bool_ && number.kind() == Number::Kind::natural)
    Raise(PyExc_OverflowError,
          "Python integer too large for int64, by way of which bools are made");
  return number;
}

namespace {

Array Filled(const Sizes& shape, nb::handle value, std::optional<DataType> dtype) {
  if (!IsWeakNumber(value)) {
    const Array fill = WithoutLeadingOnes(ToArray(value), static_cast<int>(shape.size()));
    return copy(broadcast_to(astype(fill, dtype.value_or(fill.dtype())), shape));
  }
  return full(shape, dtype.has_value() ? ToFill(value, *dtype) : ToNumber(value), dtype);
}

// In the order of `like`, which says something of a shape with as many axes.
Array FilledLike(const Array& like, const Sizes& shape, const Number& value, DataType dtype) {
  if (static_cast<int>(shape.size()) != like.ndim())
    return full(shape, value, dtype, &like.context());
  return full_like(like, value, dtype, shape);
}

Array Full(nb::handle shape, nb::handle value, nb::handle dtype, nb::handle order,
           nb::handle device) {
  CheckDevice(device);
  return InOrder(Filled(ToShape(shape), value, ToOptionalDType(dtype)), order, "CF");
}

Array FullLike(nb::handle object, nb::handle value, nb::handle dtype, nb::handle given_order,
               Truthy, nb::handle shape, nb::handle device) {
  CheckDevice(device);
  const Array x = ToArray(object);
  const DataType type = ToOptionalDType(dtype).value_or(x.dtype());
  const nb::object order = OrderBeside(x, given_order);
  if (shape.is_none() && IsWeakNumber(value))
    return InOrder(full_like(x, ToFill(value, type), type), order);
  if (IsWeakNumber(value))
    return InOrder(FilledLike(x, ToShape(shape), ToFill(value, type), type), order);
  const Array result =
      InOrder(FilledLike(x, shape.is_none() ? x.shape() : ToShape(shape), 0, type), order);
  assign(result, ToArray(value));
  return result;
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

// A diagonal beyond all numbers is beyond the matrix.
Array Eye(nb::handle rows, nb::handle columns, nb::handle diagonal, nb::handle dtype,
          nb::handle order, nb::handle device) {
  CheckDevice(device);
  const int64_t height = ToCount(rows), width = columns.is_none() ? height : ToCount(columns);
  const DataType type = ToOptionalDType(dtype).value_or(DataType::float64);
  return InOrder(eye(height, width, ToInt(diagonal, nullptr), type), order, "CF");
}

auto NoDType() { return nb::arg("dtype").none() = nb::none(); }
auto NoDevice() { return nb::arg("device").none() = nb::none(); }
auto COrder() { return nb::arg("order").none() = "C"; }
auto OwnOrder() { return nb::arg("order").none() = "K"; }

using Constant = Array (*)(const Sizes&, DataType, Context*);

void DefConstant(nb::module_& module, const char* name, Constant make, const char* doc) {
  module.def(
      name,
      [make](nb::handle shape, nb::handle dtype, nb::handle order, nb::handle device) {
        CheckDevice(device);
        const DataType type = ToOptionalDType(dtype).value_or(DataType::float64);
        return InOrder(make(ToShape(shape), type, nullptr), order, "CF");
      },
      nb::arg("shape"), NoDType(), COrder(), nb::kw_only(), NoDevice(), doc, Line());
}

using Like = Array (*)(const Array&, std::optional<DataType>);

#define BL_LIKE_ARGS                                                                    \
  NoDType(), OwnOrder(), nb::arg("subok") = true, nb::arg("shape").none() = nb::none(), \
                         nb::kw_only(), NoDevice()

void DefLike(nb::module_& module, const char* name, Like like, int value, const char* x,
             const char* doc) {
  module.def(
      name,
      [=](nb::handle object, nb::handle dtype, nb::handle given_order, Truthy, nb::handle shape,
          nb::handle device) {
        CheckDevice(device);
        const Array prototype = ToArray(object);
        const nb::object order = OrderBeside(prototype, given_order);
        const std::optional<DataType> type = ToOptionalDType(dtype);
        if (shape.is_none()) return InOrder(like(prototype, type), order);
        const DataType own = type.value_or(prototype.dtype());
        return InOrder(FilledLike(prototype, ToShape(shape), value, own), order);
      },
      nb::arg(x), BL_LIKE_ARGS, doc, Line());
}

void BindConstants(nb::module_& module) {
  DefConstant(module, "zeros", zeros, "An array of zeros, float64 unless dtype says otherwise.");
  DefConstant(module, "ones", ones, "An array of ones, float64 unless dtype says otherwise.");
  DefConstant(module, "empty", zeros, "An array of that shape whose values do not matter (zeros).");
  DefLike(module, "zeros_like", zeros_like, 0, "a", "Zeros of the shape and dtype of a.");
  DefLike(module, "ones_like", ones_like, 1, "a", "Ones of the shape and dtype of a.");
  DefLike(module, "empty_like", zeros_like, 0, "prototype",
          "An array of that shape and dtype whose values do not matter (zeros).");
  module.def("full", Full, nb::arg("shape"), nb::arg("fill_value"), NoDType(), COrder(),
             nb::kw_only(), NoDevice(), "An array of one value.", Line());
  module.def("full_like", FullLike, nb::arg("a"), nb::arg("fill_value"), BL_LIKE_ARGS,
             "One value in the shape and dtype of a.", Line());
}

void BindRanges(nb::module_& module) {
  module.def("arange", ARange, nb::arg("start").none() = nb::none(),
             nb::arg("stop").none() = nb::none(), nb::arg("step").none() = nb::none(), NoDType(),
             nb::kw_only(), NoDevice(), "Evenly spaced values in [start, stop), as numpy.arange.",
             Line());
  module.def("eye", Eye, nb::arg("N"), nb::arg("M").none() = nb::none(), nb::arg("k") = 0,
             NoDType(), COrder(), nb::kw_only(), NoDevice(), "Ones on diagonal k, zeros elsewhere.",
             Line());
}

}  // namespace

Array ToTypedArray(nb::handle object, DataType dtype) {
  return NewArray(object, ToPythonDType(dtype), nb::none());
}

void BindCreation(nb::module_& module) {
  module.def("array", CallArray, nb::arg("object").none(), NoDType(), nb::kw_only(),
             nb::arg("copy").none() = true, OwnOrder(), nb::arg("subok") = false,
             nb::arg("ndmin") = 0, "An array of its own from anything that numpy.array takes.",
             Line());
  module.def(
      "asarray", AsArray, nb::arg("a").none(), NoDType(), OwnOrder(), nb::kw_only(), NoDevice(),
      nb::arg("copy").none() = nb::none(),
      "Shares the memory of a NumPy array where dtype, alignment and byte order allow it.\n\n"
      "The values are read when they are needed: if you change the NumPy array before that, what "
      "is computed may\n"
      "see old or new values. array() copies and is immune.",
      Line());
  module.def(
      "frombuffer",
      [](nb::handle buffer, nb::handle dtype, nb::handle count, nb::handle offset) {
        const DataType type = ToOptionalDType(dtype).value_or(DataType::float64);
        return FromBuffer(buffer, type, ToInt(count), ToInt(offset));
      },
      nb::arg("buffer"), NoDType(), nb::arg("count") = -1, nb::arg("offset") = 0,
      "A one-dimensional array that shares the memory of a bytes-like object.", Line());
  BindConstants(module);
  BindRanges(module);
}

}  // namespace broadloom::python

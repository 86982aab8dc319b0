// Whole numbers, extents and axes.
#include "frontend/python/binding.h"

namespace broadloom::python {
namespace {

// Arrays have __index__ whatever their shape.
bool IsNumber(nb::handle object) {
  if (nb::isinstance<Array>(object)) return nb::cast<const Array&>(object).ndim() == 0;
  if (IsNDArray(object)) return nb::cast<int>(object.attr("ndim")) == 0;
  return PyIndex_Check(object.ptr());
}

}  // namespace

int64_t ToInt(nb::handle object, PyObject* beyond) {
  const Py_ssize_t value = PyNumber_AsSsize_t(object.ptr(), beyond);
  if (value == -1 && PyErr_Occurred()) throw nb::python_error();
  return value;
}

std::vector<int64_t> ToInts(nb::handle object, PyObject* beyond) {
  std::vector<int64_t> values;
  for (nb::handle item : object) values.push_back(ToInt(item, beyond));
  return values;
}

int64_t ToCount(nb::handle object, PyObject* beyond) {
  if (PyBool_Check(object.ptr())) Raise(PyExc_TypeError, "an integer is required, not a bool");
  return ToInt(object, beyond);
}

Sizes ToSizes(nb::handle object, PyObject* beyond) {
  if (IsNumber(object)) return {ToInt(object, beyond)};
  return ToInts(object, beyond);
}

Sizes ToShape(nb::handle object) {
  if (IsNumber(object)) return {ToCount(object)};
  if (!nb::isinstance<Array>(object) && !PySequence_Check(object.ptr()))
    Raise(PyExc_TypeError, std::string("a shape is an integer or a sequence of integers, not ") +
                               Py_TYPE(object.ptr())->tp_name);
  Sizes shape;
  for (nb::handle item : object) shape.push_back(ToCount(item));
  return shape;
}

int ToCInt(nb::handle object) {
  const int64_t value = ToInt(object);
  if (value != static_cast<int>(value))
    Raise(PyExc_OverflowError, "Python int too large to convert to C int");
  return static_cast<int>(value);
}

std::vector<int64_t> ToAxisNumbers(nb::handle object) {
  if (IsNumber(object)) return {ToCInt(object)};
  std::vector<int64_t> axes;
  for (nb::handle axis : object) axes.push_back(ToCInt(axis));
  return axes;
}

AxisList ToAxes(nb::handle object) {
  return object.is_none() ? AxisList() : AxisList(ToAxisNumbers(object));
}

int ToAxis(nb::handle object) {
  if (PyBool_Check(object.ptr()))
    Raise(PyExc_TypeError, "an integer is required for the axis, not a bool");
  const int64_t axis = ToInt(object);
  if (axis != static_cast<int>(axis)) Raise(PyExc_ValueError, "no array has so many axes");
  return static_cast<int>(axis);
}

std::optional<int> ToOptionalAxis(nb::handle object) {
  if (object.is_none()) return std::nullopt;
  return ToAxis(object);
}

AxisList ToReducedAxes(nb::handle object) {
  if (object.is_none()) return AxisList();
  std::vector<int64_t> axes;
  if (nb::isinstance<nb::tuple>(object)) {
    for (nb::handle axis : object) axes.push_back(ToAxis(axis));
  } else {
    axes.push_back(ToAxis(object));
  }
  return AxisList(axes);
}

}  // namespace broadloom::python

// x[...]: integers, slices, None and Ellipsis give views. Index arrays come later.
#include "frontend/python/writing.h"

namespace broadloom::python {
namespace {

std::optional<int64_t> Bound(PyObject* bound) {
  if (bound == Py_None) return std::nullopt;
  // As in Python's own sequences, what does not fit is the nearest that does.
  const Py_ssize_t value = PyNumber_AsSsize_t(bound, nullptr);
  if (value == -1 && PyErr_Occurred()) throw nb::python_error();
  return value;
}

Slice ToSlice(nb::handle object) {
  auto* const slice = reinterpret_cast<PySliceObject*>(object.ptr());
  const Slice result{Bound(slice->start), Bound(slice->stop), Bound(slice->step)};
  if (result.step == 0) Raise(PyExc_ValueError, "slice step cannot be zero");
  return result;
}

bool IsZeroDimensional(nb::handle object) {
  return nb::isinstance<Array>(object) ? nb::cast<const Array&>(object).ndim() == 0
                                       : nb::cast<int>(object.attr("ndim")) == 0;
}

Index ToIndex(nb::handle object) {
  PyObject* const p = object.ptr();
  if (PySlice_Check(p)) return ToSlice(object);
  if (p == Py_None) return NewAxis{};
  if (p == Py_Ellipsis) return Ellipsis{};
  const bool is_array = nb::isinstance<Array>(object) || IsNDArray(object) || IsNumPyScalar(object);
  const bool is_bool =
      PyBool_Check(p) || (is_array && ToPythonDType(DataType::bool_).is(object.attr("dtype")));
  const bool is_sequence = nb::isinstance<nb::list>(object) || nb::isinstance<nb::tuple>(object);
  if (is_bool || is_sequence || (is_array && !IsZeroDimensional(object))) {
    Raise(PyExc_NotImplementedError,
          "integer and boolean array indices are not supported yet; use slices, or where()");
  }
  if (PyIndex_Check(p)) {
    const Py_ssize_t value = PyNumber_AsSsize_t(p, PyExc_IndexError);
    if (value != -1 || !PyErr_Occurred()) return static_cast<int64_t>(value);
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) throw nb::python_error();
    PyErr_Clear();  // a float array
  }
  Raise(PyExc_IndexError,
        "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or "
        "boolean "
        "arrays are valid indices");
}

Array GetItem(const Array& x, nb::handle key) { return index(x, ToIndexItems(key)); }

nb::object Iterate(const Array& x) {
  if (x.ndim() == 0) Raise(PyExc_TypeError, "iteration over a 0-d array");
  Evaluate({x});  // once, not for each row
  nb::list rows;
  for (int64_t i = 0; i < x.shape()[0]; ++i) rows.append(index(x, {Index(i)}));
  return nb::iter(rows);
}

}  // namespace

std::vector<Index> ToIndexItems(nb::handle key) {
  std::vector<Index> items;
  if (nb::isinstance<nb::tuple>(key)) {
    for (nb::handle item : key) items.push_back(ToIndex(item));
  } else {
    items.push_back(ToIndex(key));
  }
  return items;
}

void BindIndexing(nb::class_<Array>& array) {
  using Line = nb::call_guard<UserLine>;
  array.def("__getitem__", GetItem, nb::arg("key").none(), Line())
      .def("__iter__", Iterate, Line())
      .def(
          "__contains__",
          [](const Array& x, nb::handle value) {
            const std::vector<Operand> operands = ToOperands({nb::cast(x), value});
            return nb::cast<bool>(ToPythonScalar(any(equal(operands[0], operands[1]))));
          },
          Line());
}

}  // namespace broadloom::python

// What stands between [ and ] in Python, for reading and for writing.
#include "frontend/index_arrays.h"

#include "frontend/python/binding.h"

namespace broadloom::python {
namespace {

[[noreturn]] void RaiseNoIndex() {
  Raise(PyExc_IndexError,
        "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or "
        "boolean arrays are valid indices");
}

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

bool IsArray(nb::handle object) { return nb::isinstance<Array>(object) || IsNDArray(object); }

bool IsBool(nb::handle object) {
  if (PyBool_Check(object.ptr())) return true;
  if (!IsArray(object) && !IsNumPyScalar(object)) return false;
  return ToPythonDType(DataType::bool_).is(object.attr("dtype"));
}

// Of integer or boolean dtype. Of sequences NumPy takes what has no elements for integers.
Array ToIndexArray(nb::handle object) {
  if (IsNDArray(object)) {
    const std::string kind = nb::str(nb::handle(object.attr("dtype").attr("kind"))).c_str();
    if (std::string_view("biu").find(kind) == std::string_view::npos)
      Raise(PyExc_IndexError, "arrays used as indices must be of integer (or boolean) type");
  }
  Array array;
  try {
    array = ToArray(object);
  } catch (nb::python_error& error) {
    if (!error.matches(PyExc_TypeError)) throw;
    RaiseNoIndex();
  }
  if (IsArray(object) || array.dtype() == DataType::bool_ || IsInteger(array.dtype())) return array;
  if (array.size() > 0) RaiseNoIndex();
  return astype(array, DataType::int64);
}

std::optional<int64_t> ToInteger(nb::handle object) {
  if (!PyIndex_Check(object.ptr()) || IsBool(object)) return std::nullopt;
  if (IsArray(object) && nb::cast<int>(object.attr("ndim")) > 0) return std::nullopt;
  const Py_ssize_t value = PyNumber_AsSsize_t(object.ptr(), PyExc_IndexError);
  if (value != -1 || !PyErr_Occurred()) return value;
  if (!PyErr_ExceptionMatches(PyExc_TypeError)) throw nb::python_error();
  PyErr_Clear();  // a float array
  return std::nullopt;
}

Index ToIndex(nb::handle object) {
  if (PySlice_Check(object.ptr())) return ToSlice(object);
  if (object.is_none()) return NewAxis{};
  if (object.ptr() == Py_Ellipsis) return Ellipsis{};
  if (const std::optional<int64_t> integer = ToInteger(object)) return *integer;
  return ToIndexArray(object);
}

}  // namespace

Key ToKey(nb::handle object) {
  Key key;
  const auto add = [&](nb::handle item) {
    key.items.push_back(ToIndex(item));
    key.copies = key.copies || (IsArray(item) && std::holds_alternative<int64_t>(key.items.back()));
  };
  if (!nb::isinstance<nb::tuple>(object)) {
    add(object);
  } else {
    for (nb::handle item : object) add(item);
  }
  return key;
}

Array GetByKey(const Array& x, nb::handle object) {
  const Key key = ToKey(object);
  if (HasPickers(key.items)) return Unlocked([&] { return index(x, key.items); });
  const Array view = index(x, key.items);
  return key.copies && view.ndim() > 0 ? copy(view) : view;
}

}  // namespace broadloom::python

// x[key] = value and what else writes to arrays.
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "frontend/index_arrays.h"
#include "frontend/python/keywords.h"
#include "frontend/python/objects.h"
#include "frontend/python/writing.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

// Of numbers of NumPy's only those for signed integers are converted as Python's are.
bool IsConvertedAsPythons(nb::handle object, DataType dtype) {
  return IsNumPyScalar(object) && dtype >= DataType::int8 && dtype <= DataType::int64;
}

Number Truth(nb::handle object) {
  const int truth = PyObject_IsTrue(object.ptr());
  if (truth < 0) throw nb::python_error();
  return Number(truth == 1);
}

// What is no array takes the dtype on the way in: 300 does not become int8.
Operand ToValue(nb::handle object, DataType dtype) {
  if (PyComplex_CheckExact(object.ptr()) && !IsComplex(dtype) && dtype != DataType::bool_)
    Raise(PyExc_TypeError, std::string(IsInteger(dtype) ? "int" : "float") +
                               "() argument must be a real number, not 'complex'");
  if (IsWeakNumber(object)) return dtype == DataType::bool_ ? Truth(object) : ToFill(object, dtype);
  if (nb::isinstance<Array>(object) || IsNDArray(object) || IsNumPyScalar(object))
    return ToArray(object);
  return ToTypedArray(object, dtype);
}

// What a key without index arrays and masks is assigned.
Operand ToItem(nb::handle object, DataType dtype) {
  if (!IsConvertedAsPythons(object, dtype)) return ToValue(object, dtype);
  const nb::object number = nb::steal(PyNumber_Long(object.ptr()));
  if (!number.is_valid()) throw nb::python_error();
  return ToFill(number, dtype);
}

// Axes of what a key selects, which is one element where it consists of integers; none where it has
// index arrays or masks, or more items than there are axes.
struct Selection {
  std::optional<int64_t> axes;
  bool is_element = false;
};

Selection SelectionOf(const Array& x, const std::vector<Index>& items) {
  if (HasPickers(items)) return {};
  const auto count = [&](auto is_one) { return std::count_if(items.begin(), items.end(), is_one); };
  const auto slices = count([](const Index& item) { return std::holds_alternative<Slice>(item); });
  const auto added = count([](const Index& item) { return std::holds_alternative<NewAxis>(item); });
  const auto ellipses =
      count([](const Index& item) { return std::holds_alternative<Ellipsis>(item); });
  const auto integers = static_cast<int64_t>(items.size()) - slices - added - ellipses;
  if (integers + slices > x.ndim()) return {};
  return {x.ndim() - integers + added,
          integers == static_cast<int64_t>(items.size()) && integers == x.ndim()};
}

// Whether nested sequences have more axes than that, by their first items.
bool HasMoreAxes(nb::handle given, int64_t axes) {
  nb::object object = nb::borrow(given);
  for (; IsSequence(object); --axes) {
    if (axes == 0) return true;
    if (nb::len(object) == 0) return false;
    object = nb::object(object[0]);
  }
  if (nb::isinstance<Array>(object)) return nb::cast<const Array&>(object).ndim() > axes;
  return IsNDArray(object) && nb::cast<int64_t>(object.attr("ndim")) > axes;
}

// Neither a number nor an array of one, nor text: Python's own conversions know whether it is one.
bool IsOther(nb::handle value) {
  return !IsPythonNumber(value) && !IsNumPyScalar(value) && !nb::isinstance<Array>(value) &&
         !IsNDArray(value) && !value.is_none() && !PyUnicode_Check(value.ptr()) &&
         !PyBytes_Check(value.ptr());
}

Number FromOther(nb::handle value, DataType dtype) {
  if (dtype == DataType::bool_) return Truth(value);
  if (IsComplex(dtype)) {
    const Py_complex number = PyComplex_AsCComplex(value.ptr());
    if (number.real == -1 && PyErr_Occurred()) throw nb::python_error();
    return std::complex<double>(number.real, number.imag);
  }
  const nb::object number =
      nb::steal(IsInteger(dtype) ? PyNumber_Long(value.ptr()) : PyNumber_Float(value.ptr()));
  if (!number.is_valid()) throw nb::python_error();
  return ToFill(number, dtype);
}

[[noreturn]] void RaiseSequence(PyObject* error) {
  Raise(error, "setting an array element with a sequence.");
}

// What has axes is no element, even if it holds one number.
Operand ToElement(nb::handle value, DataType dtype) {
  const bool is_sequence = IsSequence(value);
  if (dtype == DataType::bool_ && is_sequence) return Truth(value);
  if (is_sequence)
    RaiseSequence(IsInteger(dtype) || IsComplex(dtype) ? PyExc_TypeError : PyExc_ValueError);
  if (IsOther(value)) return FromOther(value, dtype);
  const Operand element = ToItem(value, dtype);
  if (dtype != DataType::bool_ && element.array() != nullptr && element.array()->ndim() > 0)
    RaiseSequence(IsComplex(dtype) ? PyExc_TypeError : PyExc_ValueError);
  return element;
}

void SetElement(const Array& x, const std::vector<Index>& items, nb::handle value) {
  try {
    assign(x, items, ToElement(value, x.dtype()));
  } catch (const nb::python_error&) {
    index(x, items);  // an index out of range comes first
    throw;
  }
}

void SetItem(const Array& x, nb::handle key, nb::handle value) {
  const std::vector<Index> items = ToKey(key).items;
  const Selection selection = SelectionOf(x, items);
  if (!selection.axes.has_value()) return assign(x, items, ToValue(value, x.dtype()));
  if (selection.is_element) return SetElement(x, items, value);
  if (IsSequence(value) && HasMoreAxes(value, *selection.axes)) RaiseSequence(PyExc_ValueError);
  assign(x, items, ToItem(value, x.dtype()));
}

void Fill(const Array& x, nb::handle value) {
  const Operand number = ToElement(value, x.dtype());
  if (number.array() != nullptr && number.array()->size() != 1) RaiseSequence(PyExc_ValueError);
  assign(x, number);
}

void CopyTo(nb::handle dst, nb::handle src, nb::handle casting, nb::handle where) {
  if (!nb::isinstance<Array>(dst) && !IsNDArray(dst))
    Raise(PyExc_TypeError,
          std::string("copyto() argument 1 must be an array, not ") + Py_TYPE(dst.ptr())->tp_name);
  const Array to = ToArray(dst);
  const Operand from = IsWeakNumber(src) ? Operand(ToFill(src, to.dtype())) : ToArray(src);
  const bool loses = PyComplex_CheckExact(src.ptr()) && !IsComplex(to.dtype());
  const DataType dtype = from.array() != nullptr ? from.array()->dtype()
                         : loses                 ? DataType::complex128
                                                 : weak_dtype(to.dtype(), from.number());
  if (!can_cast(dtype, to.dtype(), ToCasting(casting)))
    Raise(PyExc_TypeError, std::string("Cannot cast array data from ") + to_string(dtype) + " to " +
                               to_string(to.dtype()) + " according to the rule '" +
                               nb::str(casting).c_str() + "'");
  where.is(Py_True) ? assign(to, from) : assign_where(to, ToMask(where), from);
}

}  // namespace

// Of a complex number the real part, with a warning.
void StoreIn(const Array& x, nb::handle value) {
  assign(x,
         PyComplex_CheckExact(value.ptr()) ? Operand(ToArray(value)) : ToValue(value, x.dtype()));
}

void BindWriting(nb::module_& module, nb::class_<Array>& array) {
  array.def("__setitem__", SetItem, nb::arg("key").none(), nb::arg("value").none(), Line())
      .def("fill", Fill, nb::arg("value").none(), "Sets all elements to one number.", Line())
      .def(
          "put",
          [](nb::handle a, nb::handle indices, nb::handle values, nb::handle mode) {
            nb::module_::import_("broadloom").attr("put")(a, indices, values, mode);
          },
          nb::arg("indices"), nb::arg("values").none(), nb::arg("mode") = "raise",
          "As the function.", Line());
  module.def("copyto", CopyTo, nb::arg("dst"), nb::arg("src").none(),
             nb::arg("casting") = "same_kind", nb::arg("where") = true,
             "Copies values into an array, where a mask holds.", Line());
}

}  // namespace broadloom::python

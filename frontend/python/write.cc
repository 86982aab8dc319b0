// x[key] = value and what else writes to arrays.
#include <nanobind/stl/vector.h>

#include "frontend/python/keywords.h"
#include "frontend/python/writing.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

// What is no array takes the dtype on the way in: 300 does not become int8.
Operand ToValue(nb::handle object, DataType dtype) {
  if (PyComplex_CheckExact(object.ptr()) && !IsComplex(dtype) && dtype != DataType::bool_)
    Raise(PyExc_TypeError, std::string(IsInteger(dtype) ? "int" : "float") +
                               "() argument must be a real number, not 'complex'");
  if (IsWeakNumber(object)) return ToFill(object, dtype);
  if (nb::isinstance<Array>(object) || IsNDArray(object) || IsNumPyScalar(object))
    return ToArray(object);
  return ToTypedArray(object, dtype);
}

void SetItem(const Array& x, nb::handle key, nb::handle value) {
  const Operand operand = ToValue(value, x.dtype());
  assign(x, ToKey(key).items, operand);
}

void Fill(const Array& x, nb::handle value) {
  if (nb::isinstance<nb::list>(value) || nb::isinstance<nb::tuple>(value))
    Raise(IsInteger(x.dtype()) ? PyExc_TypeError : PyExc_ValueError,
          "setting an array element with a sequence.");
  const Operand number = ToValue(value, x.dtype());
  if (number.array() != nullptr && number.array()->ndim() > 0)
    Raise(PyExc_ValueError, "setting an array element with a sequence.");
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

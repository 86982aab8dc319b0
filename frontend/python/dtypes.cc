// Functions of dtypes.
#include <string_view>

#include "frontend/python/keywords.h"

namespace broadloom::python {
namespace {

// Of an array, or what stands for a dtype.
DataType DTypeOf(nb::handle object) {
  if (nb::isinstance<Array>(object)) return nb::cast<const Array&>(object).dtype();
  if (IsNDArray(object) || IsNumPyScalar(object)) return ToDType(object.attr("dtype"));
  return ToDType(object);
}

// Only the kind of a number counts: integers may be beyond 64 bits.
Operand KindOf(nb::handle number) {
  const bool integer = PyLong_Check(number.ptr()) && !PyBool_Check(number.ptr());
  return integer ? Operand(0) : Operand(ToNumber(number));
}

nb::object ResultType(const nb::args& args) {
  std::vector<DataType> dtypes;
  std::vector<Operand> numbers;
  for (nb::handle object : args) {
    if (IsWeakNumber(object))
      numbers.push_back(KindOf(object));
    else
      dtypes.push_back(DTypeOf(object));
  }
  if (dtypes.empty() && numbers.empty())
    Raise(PyExc_ValueError, "at least one array or dtype is required");
  if (dtypes.empty()) {
    for (nb::handle object : args) dtypes.push_back(ToArray(object).dtype());
    return ToPythonDType(result_type(dtypes));
  }
  const DataType together = result_type(dtypes);
  DataType result = together;
  for (const Operand& number : numbers)
    result = result_type(result, weak_dtype(together, number.number()));
  return ToPythonDType(result);
}

bool CanCastObject(nb::handle from, nb::handle to, nb::handle casting) {
  if (IsWeakNumber(from))
    Raise(PyExc_TypeError, "can_cast: the result for a Python number depends on its value");
  return can_cast(DTypeOf(from), ToDType(to), ToCasting(casting));
}

bool IsKind(DataType dtype, std::string_view kind) {
  const bool is_bool = dtype == DataType::bool_,
             is_unsigned = IsInteger(dtype) && dtype >= DataType::uint8;
  if (kind == "bool") return is_bool;
  if (kind == "signed integer") return IsInteger(dtype) && !is_unsigned;
  if (kind == "unsigned integer") return is_unsigned;
  if (kind == "integral") return IsInteger(dtype);
  if (kind == "real floating") return IsFloating(dtype);
  if (kind == "complex floating") return IsComplex(dtype);
  if (kind == "numeric") return !is_bool;
  Raise(PyExc_ValueError, "isdtype: there is no kind '" + std::string(kind) + "'");
}

bool IsPythonType(nb::handle object) {
  for (PyTypeObject* type : {&PyBool_Type, &PyLong_Type, &PyFloat_Type, &PyComplex_Type}) {
    if (object.ptr() == reinterpret_cast<PyObject*>(type)) return true;
  }
  return false;
}

bool IsDType(nb::handle dtype, nb::handle kind) {
  if (PyUnicode_Check(dtype.ptr()) || PyLong_Check(dtype.ptr()) || IsPythonType(dtype))
    Raise(PyExc_TypeError, "isdtype: the first argument must be a dtype");
  if (nb::isinstance<nb::tuple>(kind)) {
    bool found = false;
    for (nb::handle one : kind) found |= IsDType(dtype, one);
    return found;
  }
  const DataType given = DTypeOf(dtype);
  if (PyUnicode_Check(kind.ptr())) return IsKind(given, PyUnicode_AsUTF8(kind.ptr()));
  if (IsPythonType(kind))
    Raise(PyExc_TypeError, "isdtype: a kind is a dtype, a string or a tuple of these");
  return ToDType(kind) == given;
}

}  // namespace

void BindDTypes(nb::module_& module) {
  module.def("result_type", ResultType, nb::arg("arrays_and_dtypes"),
             "The dtype in which NumPy computes with arrays, dtypes and Python numbers (NEP 50).");
  module.def(
      "promote_types",
      [](nb::handle a, nb::handle b) { return ToPythonDType(result_type(ToDType(a), ToDType(b))); },
      nb::arg("type1"), nb::arg("type2"), "The smallest dtype to which both can be cast.");
  module.def("can_cast", CanCastObject, nb::arg("from_"), nb::arg("to"),
             nb::arg("casting") = "safe",
             "Whether a cast obeys a rule: 'no', 'equiv', 'safe', 'same_kind' or 'unsafe'.");
  module.def(
      "isdtype", IsDType, nb::arg("dtype"), nb::arg("kind"),
      "Whether a dtype is of a kind: 'bool', 'signed integer', 'unsigned integer', 'integral', "
      "'real floating', 'complex floating', 'numeric', another dtype, or one of a tuple.");
  module.def("_dtype_of", [](nb::handle object) { return ToPythonDType(DTypeOf(object)); });
}

}  // namespace broadloom::python

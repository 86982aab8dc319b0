// Functions of dtypes.
#include "frontend/python/dtypes.h"

#include <string_view>

#include "frontend/python/keywords.h"
#include "frontend/python/objects.h"

namespace broadloom::python {

bool IsDTypeObject(nb::handle object) {
  if (numpy_if_there() == nullptr) return object.type().is(OwnDType(DataType::int8).type());
  if (nb::isinstance(object, numpy().dtype)) return true;
  return PyType_Check(object.ptr()) &&
         PyObject_IsSubclass(object.ptr(), numpy().generic.ptr()) == 1;
}

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

nb::object ElementType(nb::handle dtype) {
  return nb::isinstance(dtype, numpy().dtype) ? nb::object(dtype.attr("type")) : nb::borrow(dtype);
}

// numpy.dtype() would take some of the abstract types for others.
std::optional<DataType> KnownDType(nb::handle object) {
  if (numpy_if_there() == nullptr) return FindOwnDType(object);
  const nb::object type = ElementType(object);
  for (int i = 0; i <= static_cast<int>(DataType::complex128); ++i) {
    const nb::object& known = numpy().dtypes[i];
    if (known.is_valid() && type.is(known.attr("type"))) return static_cast<DataType>(i);
  }
  const bool is_bfloat16 = type.attr("__name__").equal(nb::str("bfloat16"));
  return is_bfloat16 ? std::optional(DataType::bfloat16) : std::nullopt;
}

bool IsOfKind(nb::handle dtype, nb::handle kind) {
  const std::optional<DataType> given = KnownDType(dtype);
  if (PyUnicode_Check(kind.ptr()))
    return IsKind(given.value_or(DataType::bool_), ToText(kind)) && given.has_value();
  if (!IsDTypeObject(kind))
    Raise(PyExc_TypeError,
          std::string("isdtype: a kind is a dtype, a string or a tuple of these, not ") +
              Py_TYPE(kind.ptr())->tp_name);
  if (given.has_value()) return given == KnownDType(kind);
  return ElementType(dtype).is(ElementType(kind));
}

bool IsDType(nb::handle dtype, nb::handle kind) {
  if (!IsDTypeObject(dtype))
    Raise(PyExc_TypeError, std::string("isdtype: the first argument must be a dtype, not ") +
                               Py_TYPE(dtype.ptr())->tp_name);
  if (!nb::isinstance<nb::tuple>(kind)) return IsOfKind(dtype, kind);
  bool found = false;
  for (nb::handle one : kind) found |= IsOfKind(dtype, one);
  return found;
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

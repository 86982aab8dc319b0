// class Array: what an array is, and operators. Operators take whatever may stand beside a NumPy
// array.
#include <nanobind/stl/vector.h>

#include <limits>

#include "frontend/python/binding.h"

namespace broadloom::python {
namespace {

using BinaryFn = Array (*)(const Operand&, const Operand&);

nb::object NotImplemented() { return nb::borrow(Py_NotImplemented); }

bool IsComparison(BinaryFn function) {
  for (BinaryFn each : {equal, not_equal, less, less_equal, greater, greater_equal}) {
    if (function == each) return true;
  }
  return false;
}

bool FitsIn64Bits(nb::handle integer) {
  int overflow = 0;
  PyLong_AsLongLongAndOverflow(integer.ptr(), &overflow);
  if (overflow <= 0) return overflow == 0;
  PyLong_AsUnsignedLongLong(integer.ptr());
  const bool fits = PyErr_Occurred() == nullptr;
  PyErr_Clear();
  return fits;
}

// An integer beyond 64 bits compares with integers as infinity does.
nb::object Comparable(nb::handle object) {
  if (!PyLong_CheckExact(object.ptr()) || FitsIn64Bits(object)) return nb::borrow(object);
  const bool is_positive = nb::int_(0) < nb::borrow(object);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return nb::float_(is_positive ? kInfinity : -kInfinity);
}

nb::object Operate(BinaryFn function, nb::handle x, nb::handle y) {
  const std::vector<Operand> operands = ToOperands({x, y});
  return nb::cast(function(operands[0], operands[1]));
}

// Before anything else is looked at. A number is replaced by another one.
void CheckInPlace(nb::handle self) {
  const Array& x = nb::cast<const Array&>(self);
  if (x.is_read_only() && !x.is_scalar()) Raise(PyExc_ValueError, "output array is read-only");
}

// `x op= y`: the object keeps its dtype and shape and has new values, as all its views have. A
// number is another number.
nb::object AssignInPlace(const char* symbol, nb::handle self, const nb::object& result) {
  const Array& x = nb::cast<const Array&>(self);
  const Array& value = nb::cast<const Array&>(result);
  if (x.is_scalar()) return result;
  if (!can_cast(value.dtype(), x.dtype(), Casting::same_kind)) {
    Raise(PyExc_TypeError, std::string(symbol) + "=: cannot cast the result from " +
                               to_string(value.dtype()) + " to " + to_string(x.dtype()) +
                               " with casting rule 'same_kind'");
  }
  if (value.shape() != x.shape()) {
    Raise(PyExc_ValueError,
          std::string(symbol) + "=: the result's shape differs from that of the array it replaces");
  }
  assign(x, value);
  return nb::borrow(self);
}

// Whether an object is equal to no number: one of Python's own, or one that equals only itself.
bool IsNoNumber(nb::handle object) {
  PyObject* const p = object.ptr();
  return object.is_none() || PyUnicode_Check(p) || PyBytes_Check(p) || PyDict_Check(p) ||
         PyAnySet_Check(p) || PySlice_Check(p) || PyType_Check(p) || PyCFunction_Check(p) ||
         Py_TYPE(p)->tp_richcompare == PyBaseObject_Type.tp_richcompare;
}

// NumPy compares with what is no number element by element, and nothing is equal.
nb::object CompareWithOther(BinaryFn function, nb::handle self, nb::handle other) {
  const bool is_equal = function == equal, is_other = function == not_equal;
  if (!IsNoNumber(other) || !(is_equal || is_other)) return NotImplemented();
  return nb::cast(full(nb::cast<const Array&>(self).shape(), is_other));
}

// A list or array of text or objects is compared by NumPy, when it is written.
bool HoldsNoNumbers(nb::handle ndarray) {
  const std::string kind = nb::str(nb::handle(ndarray.attr("dtype").attr("kind"))).c_str();
  return kind == "O" || kind == "S" || kind == "U";
}

nb::object Compare(BinaryFn function, nb::handle self, nb::handle other) {
  const bool whole = IsInteger(nb::cast<const Array&>(self).dtype());
  const bool is_list = nb::isinstance<nb::list>(other) || nb::isinstance<nb::tuple>(other);
  const bool is_text = PyUnicode_Check(other.ptr()) || PyBytes_Check(other.ptr());  // of NumPy's
  if (numpy_if_there() == nullptr || !(is_list || is_text || IsNDArray(other)))
    return Operate(function, self, whole ? Comparable(other) : nb::borrow(other));
  const nb::object ndarray = numpy().module.attr("asarray")(other);
  const bool tells_equality = function == equal || function == not_equal;
  if (!tells_equality || !HoldsNoNumbers(ndarray)) return Operate(function, self, ndarray);
  const nb::object ours = ToNumPy(nb::cast<const Array&>(self));
  return nb::cast(ToArray(nb::object(ours.attr(function == equal ? "__eq__" : "__ne__")(ndarray))));
}

struct Operator {
  const char *name, *reflected, *in_place, *symbol;
  BinaryFn function;
};
constexpr Operator kOperators[] = {
    {"__add__", "__radd__", "__iadd__", "+", add},
    {"__sub__", "__rsub__", "__isub__", "-", subtract},
    {"__mul__", "__rmul__", "__imul__", "*", multiply},
    {"__truediv__", "__rtruediv__", "__itruediv__", "/", divide},
    {"__floordiv__", "__rfloordiv__", "__ifloordiv__", "//", floor_divide},
    {"__mod__", "__rmod__", "__imod__", "%", remainder},
    {nullptr, "__rpow__", "__ipow__", "**", pow},  // Power
    {"__and__", "__rand__", "__iand__", "&", bitwise_and},
    {"__or__", "__ror__", "__ior__", "|", bitwise_or},
    {"__xor__", "__rxor__", "__ixor__", "^", bitwise_xor},
    {"__lshift__", "__rlshift__", "__ilshift__", "<<", bitwise_left_shift},
    {"__rshift__", "__rrshift__", "__irshift__", ">>", bitwise_right_shift},
    {"__eq__", nullptr, nullptr, "==", equal},
    {"__ne__", nullptr, nullptr, "!=", not_equal},
    {"__lt__", nullptr, nullptr, "<", less},
    {"__le__", nullptr, nullptr, "<=", less_equal},
    {"__gt__", nullptr, nullptr, ">", greater},
    {"__ge__", nullptr, nullptr, ">=", greater_equal},
};

void BindOperator(nb::class_<Array>& array, const Operator& op) {
  using Line = nb::call_guard<UserLine>;
  if (op.name != nullptr) {
    array.def(
        op.name,
        [f = op.function](nb::handle self, nb::handle other) {
          if (!IsArrayLike(other)) return CompareWithOther(f, self, other);
          return IsComparison(f) ? Compare(f, self, other) : Operate(f, self, other);
        },
        nb::arg("other").none(), Line());
  }
  if (op.reflected == nullptr) return;
  array.def(
      op.reflected,
      [f = op.function](nb::handle self, nb::handle other) {
        return IsArrayLike(other) ? Operate(f, other, self) : NotImplemented();
      },
      nb::arg("other").none(), Line());
  array.def(
      op.in_place,
      [f = op.function, symbol = op.symbol](nb::handle self, nb::handle other) {
        CheckInPlace(self);
        if (!IsArrayLike(other)) return NotImplemented();
        return AssignInPlace(symbol, self, Operate(f, self, other));
      },
      nb::arg("other").none(), Line());
}

// NumPy's operator, unlike its function, has bools squared as int8.
nb::object Power(nb::handle x, nb::handle y) {
  const bool is_bool = nb::cast<const Array&>(x).dtype() == DataType::bool_;
  if (is_bool && PyLong_CheckExact(y.ptr())) {
    const Array small = astype(nb::cast<const Array&>(x), DataType::int8);
    if (ToNumber(y).integer() == 2) return nb::cast(square(small));
  }
  return Operate(pow, x, y);
}

nb::object MatMul(nb::handle x, nb::handle y) { return nb::cast(matmul(ToArray(x), ToArray(y))); }

nb::object DivMod(nb::handle x, nb::handle y) {
  return nb::make_tuple(Operate(floor_divide, x, y), Operate(remainder, x, y));
}

// Of numbers only, as Python's of the same value; a NaN equals none, not even one that is stored.
Py_hash_t Hash(nb::handle self) {
  const Array& x = nb::cast<const Array&>(self);
  if (!x.is_scalar()) Raise(PyExc_TypeError, "unhashable type: 'broadloom.Array'");
  const nb::object value = ToPythonScalar(x);
  const bool is_nan = !value.equal(value);
  const Py_hash_t hash =
      is_nan ? PyBaseObject_Type.tp_hash(self.ptr()) : PyObject_Hash(value.ptr());
  if (hash == -1) throw nb::python_error();
  return hash;
}

void BindFacts(nb::class_<Array>& array) {
  array
      .def_prop_ro(
          "shape", [](const Array& x) { return nb::tuple(nb::cast(x.shape())); },
          "Extent of each axis.")
      .def_prop_ro(
          "strides", [](const Array& x) { return nb::tuple(nb::cast(x.strides())); },
          "Bytes between elements.")
      .def_prop_ro(
          "dtype", [](const Array& x) { return ToPythonDType(x.dtype()); }, "A numpy.dtype.")
      .def_prop_ro("ndim", &Array::ndim)
      .def_prop_ro("size", &Array::size)
      .def_prop_ro("nbytes", &Array::nbytes)
      .def_prop_ro("itemsize", [](const Array& x) { return itemsize(x.dtype()); })
      .def_prop_ro("T", &Array::transpose, "All axes reversed.")
      .def("__len__", [](const Array& x) {
        if (x.ndim() == 0) Raise(PyExc_TypeError, "len() of unsized object");
        return static_cast<size_t>(x.shape()[0]);
      });
}

}  // namespace

nb::class_<Array> BindArray(nb::module_& module) {
  nb::class_<Array> array(
      module, "Array", nb::is_weak_referenceable(),
      "A lazy array: shape and dtype are known, values are computed when they are asked for.");
  array.attr("__module__") = "broadloom";
  array.attr("__array_priority__") = 1000.0;
  array.attr("__array_ufunc__") = nb::none();  // numpy_array + array calls our __radd__
  BindFacts(array);
  for (const Operator& op : kOperators) BindOperator(array, op);
  using Line = nb::call_guard<UserLine>;
  array.def("__hash__", Hash, nb::call_guard<FloatEnvironment>())
      .def(
          "__neg__", [](const Array& x) { return negative(x); }, Line())
      .def(
          "__pos__", [](const Array& x) { return positive(x); }, Line())
      .def(
          "__invert__", [](const Array& x) { return invert(x); }, Line())
      .def(
          "__pow__",
          [](nb::handle x, nb::handle y) {
            return IsArrayLike(y) ? Power(x, y) : NotImplemented();
          },
          nb::arg("other").none(), Line())
      .def(
          "__abs__", [](const Array& x) { return abs(x); }, Line())
      .def(
          "__matmul__",
          [](nb::handle x, nb::handle y) {
            return IsArrayLike(y) ? MatMul(x, y) : NotImplemented();
          },
          Line())
      .def(
          "__imatmul__",
          [](nb::handle x, nb::handle y) {
            CheckInPlace(x);
            if (!IsArrayLike(y)) return NotImplemented();
            return AssignInPlace("@", x, MatMul(x, y));
          },
          Line())
      .def(
          "__rmatmul__",
          [](nb::handle x, nb::handle y) {
            return IsArrayLike(y) ? MatMul(y, x) : NotImplemented();
          },
          Line())
      .def(
          "__divmod__",
          [](nb::handle x, nb::handle y) {
            return IsArrayLike(y) ? DivMod(x, y) : NotImplemented();
          },
          Line())
      .def(
          "__rdivmod__",
          [](nb::handle x, nb::handle y) {
            return IsArrayLike(y) ? DivMod(y, x) : NotImplemented();
          },
          Line());
  return array;
}

}  // namespace broadloom::python

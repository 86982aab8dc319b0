// Python's arguments of random distributions, checked as NumPy checks them.
#include <algorithm>
#include <string>
#include <string_view>

#include "frontend/python/random.h"

namespace broadloom::python {
namespace {

// One of b i u f c O ..., as NumPy's dtypes say.
char KindOf(nb::handle dtype) { return nb::str(nb::object(dtype.attr("kind"))).c_str()[0]; }

bool IsPlainArray(nb::handle object) {
  if (nb::isinstance<Array>(object)) return true;
  if (!IsNDArray(object)) return false;
  return std::string_view("biuf").find(KindOf(object.attr("dtype"))) != std::string_view::npos;
}

[[noreturn]] void RaiseCast(nb::handle from, const char* to) {
  Raise(PyExc_TypeError, "Cannot cast array data from " + std::string(nb::repr(from).c_str()) +
                             " to dtype('" + to + "') according to the rule 'safe'");
}

Array RealArray(const Array& x) {
  if (IsComplex(x.dtype())) RaiseCast(ToPythonDType(x.dtype()), "float64");
  return x.dtype() == DataType::float64 ? x : astype(x, DataType::float64);
}

// A list, or what else NumPy makes an array of; in this dtype.
nb::object MadeArray(nb::handle object, const char* dtype) {
  return numpy().module.attr("asarray")(object, nb::arg("dtype") = dtype);
}

Array MadeReal(nb::handle object) {
  if (numpy_if_there() == nullptr) return RealArray(ToArray(object));
  nb::object array = numpy().module.attr("asarray")(object);
  if (KindOf(array.attr("dtype")) == 'c') {
    Raise(PyExc_TypeError, "float() argument must be a string or a real number, not 'complex'");
  }
  return ToArray(MadeArray(array, "float64"));
}

Operand NumberOf(double value) {
  if (value == -1 && PyErr_Occurred()) throw nb::python_error();
  return Number(value);
}

bool IsScalar(nb::handle object) {
  return PyFloat_Check(object.ptr()) || PyLong_Check(object.ptr()) ||
         PyComplex_Check(object.ptr()) || IsNumPyScalar(object);
}

nb::object FoundDType(nb::handle dtype) {
  if (dtype.is_none()) return ToPythonDType(DataType::float64);
  return numpy_if_there() == nullptr ? ToPythonDType(ToDType(dtype))
                                     : nb::object(numpy().dtype(dtype));
}

[[noreturn]] void RaiseDType(nb::handle dtype, const char* function) {
  Raise(PyExc_TypeError,
        "Unsupported dtype " + std::string(nb::repr(dtype).c_str()) + " for " + function);
}

nb::object ToPythonInt(nb::handle object) {
  PyObject* const number = PyNumber_Long(object.ptr());
  if (number == nullptr) throw nb::python_error();
  return nb::steal(number);
}

// Any int of 64 bits, signed or not.
Operand WideNumber(nb::handle object, const char* name) {
  const nb::object number = ToPythonInt(object);
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(number.ptr(), &overflow);
  if (overflow == 0) return Number(static_cast<int64_t>(value));
  if (overflow > 0) {
    const unsigned long long natural = PyLong_AsUnsignedLongLong(number.ptr());
    if (!PyErr_Occurred()) return Number(static_cast<uint64_t>(natural));
    PyErr_Clear();
  }
  Raise(PyExc_ValueError, std::string("integers: ") + name + " is out of bounds");
}

// Big ints make NumPy's arrays ones of objects or of floats: they are read as ints again.
nb::object IntegerArray(nb::handle object) {
  nb::object array =
      IsNDArray(object) ? nb::borrow(object) : nb::object(numpy().module.attr("asarray")(object));
  const char kind = KindOf(array.attr("dtype"));
  if (kind == 'i' || kind == 'u') return array;
  if (kind == 'f' && !IsNDArray(object)) array = MadeArray(object, "object");
  if (kind != 'O' && kind != 'f') return array.attr("astype")("int64");
  const nb::object is_natural = array.attr("__ge__")(nb::object(nb::int_(uint64_t{1} << 63)));
  return array.attr("astype")(IsTrue(is_natural.attr("any")()) ? "uint64" : "int64");
}

Array WideArray(nb::handle object, const char* name) {
  try {
    if (numpy_if_there() != nullptr) return ToArray(IntegerArray(object));
    const Array x = ToArray(object);
    return IsInteger(x.dtype()) ? x : astype(x, DataType::int64);
  } catch (nb::python_error& error) {
    if (!error.matches(PyExc_OverflowError)) throw;
  }
  Raise(PyExc_ValueError, std::string("integers: ") + name + " is out of bounds");
}

void AddWords(nb::handle number, std::vector<uint32_t>& words) {
  nb::object rest = nb::steal(PyNumber_Index(number.ptr()));
  if (!rest.is_valid()) throw nb::python_error();
  if (nb::cast<bool>(rest.attr("__lt__")(0)))
    Raise(PyExc_ValueError, "expected non-negative integer");
  const auto bits = nb::cast<size_t>(rest.attr("bit_length")());
  const size_t count = std::max<size_t>(1, (bits + 31) / 32);
  const nb::bytes bytes = nb::cast<nb::bytes>(rest.attr("to_bytes")(4 * count, "little"));
  const auto* from = reinterpret_cast<const unsigned char*>(bytes.c_str());
  for (size_t i = 0; i < count; ++i, from += 4)
    words.push_back(from[0] | from[1] << 8 | from[2] << 16 | static_cast<uint32_t>(from[3]) << 24);
}

bool IsOneNumber(nb::handle object) {
  return nb::isinstance<Array>(object) && nb::cast<const Array&>(object).ndim() == 0;
}

void AddAllWords(nb::handle sequence, std::vector<uint32_t>& words) {
  for (nb::handle item : sequence) {
    if (IsInt(item) || IsOneNumber(item)) {
      AddWords(item, words);
    } else if (PySequence_Check(item.ptr()) && !PyUnicode_Check(item.ptr())) {
      AddAllWords(item, words);
    } else {
      Raise(PyExc_TypeError, "seed must be integer");
    }
  }
}

}  // namespace

Operand ToReal(nb::handle object) {
  if (IsScalar(object)) return NumberOf(PyFloat_AsDouble(object.ptr()));
  if (IsPlainArray(object)) return RealArray(ToArray(object));
  if (IsNDArray(object)) RaiseCast(object.attr("dtype"), "float64");
  if (object.is_none()) Raise(PyExc_TypeError, "must be real number, not NoneType");
  if (PyUnicode_Check(object.ptr())) {
    const nb::object parsed = nb::steal(PyFloat_FromString(object.ptr()));
    if (!parsed.is_valid()) throw nb::python_error();
    Raise(PyExc_TypeError, "must be real number, not str");
  }
  return MadeReal(object);
}

Operand ToWhole(nb::handle object) {
  if (object.is_none() || PyUnicode_Check(object.ptr()))
    Raise(PyExc_TypeError, "an integer is required");
  if (IsScalar(object)) {
    const nb::object number = ToPythonInt(object);
    const long long value = PyLong_AsLongLong(number.ptr());
    if (value == -1 && PyErr_Occurred()) throw nb::python_error();
    return Number(static_cast<int64_t>(value));
  }
  const Array x = ToArray(object);
  if (x.dtype() == DataType::uint64 || IsComplex(x.dtype()))
    RaiseCast(ToPythonDType(x.dtype()), "int64");
  return x.dtype() == DataType::int64 ? x : astype(x, DataType::int64);
}

Operand ToBound(nb::handle object, const char* name) {
  if (nb::isinstance<Array>(object)) {
    const Array x = ToArray(object);
    return IsInteger(x.dtype()) ? x : astype(x, DataType::int64);
  }
  if (IsScalar(object) || PyUnicode_Check(object.ptr()) || object.is_none())
    return WideNumber(object, name);
  return WideArray(object, name);
}

Size ToSize(nb::handle object) {
  if (object.is_none()) return std::nullopt;
  const bool is_row = IsNDArray(object) && nb::cast<int>(object.attr("ndim")) == 1;
  return is_row ? ToInts(object, PyExc_ValueError)
                : ToSizes(object,
                          PyExc_ValueError);  // an array has __index__, in case it is one number
}

DataType ToFloat(nb::handle dtype, const char* function) {
  const nb::object found = FoundDType(dtype);
  for (DataType type : {DataType::float64, DataType::float32}) {
    if (found.equal(ToPythonDType(type))) return type;
  }
  RaiseDType(found, function);
}

DataType ToInteger(nb::handle dtype) {
  const nb::object found = FoundDType(dtype);
  const char kind = KindOf(found);
  if (kind != 'b' && kind != 'i' && kind != 'u') RaiseDType(found, "integers");
  if (numpy_if_there() != nullptr && !nb::cast<bool>(found.attr("isnative")))
    Raise(PyExc_ValueError, "Providing a dtype with a non-native byteorder is not supported.");
  return ToDType(found);
}

Size SizeBeside(nb::handle out, nb::handle size, DataType dtype, const char* function) {
  Size given = ToSize(size);
  if (out.is_none()) return given;
  const std::string name = function;
  if (!IsArrayOut(out)) Raise(PyExc_ValueError, name + ": `out` must be an array");
  if (DTypeOfOut(out) != dtype)
    Raise(PyExc_TypeError, name + ": `out` has the wrong type, expected " + to_string(dtype) +
                               ", got " + to_string(DTypeOfOut(out)));
  Sizes shape = ToSizes(out.attr("shape"));
  if (given.has_value() && *given != shape)
    Raise(PyExc_ValueError, name + ": size must match out.shape when used together");
  return shape;
}

bool IsTrue(nb::handle object) {
  const int truth = PyObject_IsTrue(object.ptr());
  if (truth < 0) throw nb::python_error();
  return truth == 1;
}

bool IsInt(nb::handle object) {
  return PyLong_Check(object.ptr()) || (IsNumPyScalar(object) && PyIndex_Check(object.ptr()));
}

// NumPy's words: those of an int from the lowest on, of a sequence one after another.
std::vector<uint32_t> ToWords(nb::handle seed) {
  std::vector<uint32_t> words;
  if (IsInt(seed) || IsOneNumber(seed)) {
    AddWords(seed, words);
  } else if (nb::isinstance<nb::list>(seed) || nb::isinstance<nb::tuple>(seed) || IsNDArray(seed) ||
             nb::isinstance<Array>(seed) || PyRange_Check(seed.ptr())) {
    AddAllWords(seed, words);
  } else if (nb::hasattr(seed, "generate_state")) {  // a SeedSequence
    AddAllWords(seed.attr("generate_state")(8), words);
  } else {
    Raise(PyExc_TypeError, "default_rng expects int or sequence of ints for seed, not " +
                               std::string(nb::repr(seed).c_str()));
  }
  return words;
}

}  // namespace broadloom::python

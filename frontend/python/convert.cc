// Python and NumPy objects become numbers, dtypes, sizes and arrays.
#include "frontend/convert.h"

#include <Python.h>

#include <string_view>

#include "frontend/python/binding.h"
#include "frontend/python/objects.h"
#include "frontend/python/releaser.h"
#include "frontend/storage.h"

namespace broadloom::python {
namespace {

constexpr int kNumDTypes = static_cast<int>(DataType::complex128) + 1;

[[noreturn]] void RaiseUnsupportedDType(nb::handle dtype) {
  Raise(PyExc_NotImplementedError,
        "dtype " + std::string(nb::str(dtype).c_str()) + " is not supported yet");
}

// Text, objects and records are no numbers here, nor in most of NumPy's functions.
[[noreturn]] void RaiseUnsupportedArray(nb::handle dtype) {
  const std::string kind = nb::str(nb::handle(dtype.attr("kind"))).c_str();
  if (std::string_view("OSUV").find(kind) != std::string_view::npos)
    Raise(PyExc_TypeError,
          "an array of numbers is needed, not of dtype " + std::string(nb::str(dtype).c_str()));
  RaiseUnsupportedDType(dtype);
}

std::optional<DataType> FindDType(nb::handle dtype) {
  for (int i = 0; i < kNumDTypes; ++i) {
    if (numpy().dtypes[i].is(dtype)) return static_cast<DataType>(i);
  }
  if (!nb::cast<bool>(dtype.attr("isnative"))) return std::nullopt;
  return parse_dtype(
      nb::str(nb::handle(dtype.attr("name"))).c_str());  // "int64" is also C's long long
}

bool IsAligned(const Py_buffer& view, DataType dtype) {
  const int64_t itemsize = broadloom::itemsize(dtype);
  const int64_t alignment = IsComplex(dtype) ? itemsize / 2 : itemsize;
  bool aligned = reinterpret_cast<uintptr_t>(view.buf) % alignment == 0;
  for (int axis = 0; axis < view.ndim; ++axis) aligned &= view.strides[axis] % itemsize == 0;
  return aligned;
}

// The array whose memory it is that this one is a view of.
nb::object RootOf(nb::handle ndarray) {
  nb::object root = nb::borrow(ndarray);
  for (nb::object base = root.attr("base"); nb::isinstance(base, numpy().ndarray);
       base = root.attr("base"))
    root = base;
  return root;
}

// All arrays in the memory of one of NumPy's share a storage.
Lender LenderOf(nb::handle ndarray, Py_buffer* owned) {
  const auto release = [owned] { ReleaseView(owned); };
  nb::object root = RootOf(ndarray);
  const PyObject* const face = root.ptr();  // kept by the array whose buffer it is
  Py_buffer whole;
  const bool is_view = !root.is(ndarray);
  if (is_view && PyObject_GetBuffer(root.ptr(), &whole, PyBUF_STRIDES) != 0) {
    PyErr_Clear();  // of a dtype that no buffer has
    root = root.attr("view")("uint8");
    if (PyObject_GetBuffer(root.ptr(), &whole, PyBUF_STRIDES) != 0) throw nb::python_error();
  }
  const Py_buffer& bounds = is_view ? whole : *owned;
  char *begin = static_cast<char*>(bounds.buf), *end = begin + (bounds.len > 0) * bounds.itemsize;
  for (int axis = 0; axis < bounds.ndim && bounds.len > 0; ++axis) {
    const int64_t reach = bounds.strides[axis] * (bounds.shape[axis] - 1);
    (reach < 0 ? begin : end) += reach;
  }
  if (is_view) PyBuffer_Release(&whole);  // the view keeps its base
  return {begin, end - begin, release, face};
}

// `is_ours`: nobody else has the array.
Array LendNumPy(nb::handle ndarray, bool is_ours = false) {
  nb::object dtype = ndarray.attr("dtype");
  const std::optional<DataType> type = FindDType(dtype);
  if (!type.has_value()) {
    if (nb::cast<bool>(dtype.attr("isnative"))) RaiseUnsupportedArray(dtype);
    nb::object native = ndarray.attr("astype")(dtype.attr("newbyteorder")("="));
    return LendNumPy(native, true);
  }
  nb::object memory = nb::borrow(ndarray);
  if (*type == DataType::bfloat16) memory = ndarray.attr("view")("uint16");  // no buffer has it
  auto view = std::make_unique<Py_buffer>();
  if (PyObject_GetBuffer(memory.ptr(), view.get(), PyBUF_STRIDES) != 0) throw nb::python_error();
  if (!IsAligned(*view, *type)) {
    PyBuffer_Release(view.get());
    return LendNumPy(nb::object(ndarray.attr("copy")()), true);
  }
  Sizes shape(view->shape, view->shape + view->ndim);
  Sizes strides(view->strides, view->strides + view->ndim);
  Py_buffer* const owned = view.release();
  if (is_ours) return adopt(owned->buf, *type, shape, strides, [owned] { ReleaseView(owned); });
  return LendArray(default_context(), LenderOf(memory, owned), static_cast<char*>(owned->buf),
                   static_cast<DType::Kind>(*type), broadloom::ToShape(shape),
                   Dims(strides.begin(), strides.end()), owned->readonly != 0);
}

Number NaturalNumber(nb::handle object) {
  const unsigned long long value = PyLong_AsUnsignedLongLong(object.ptr());
  if (PyErr_Occurred()) throw nb::python_error();  // OverflowError
  return Number(static_cast<uint64_t>(value));
}

}  // namespace

Number ToNumberBeside(nb::handle object, bool floats) {
  if (floats && PyLong_Check(object.ptr()) && !PyBool_Check(object.ptr())) {
    int overflow = 0;
    PyLong_AsLongLongAndOverflow(object.ptr(), &overflow);
    if (overflow != 0) {
      const double value = PyLong_AsDouble(object.ptr());
      if (PyErr_Occurred()) throw nb::python_error();
      return Number(value);
    }
  }
  return ToNumber(object);
}

const NumPy* numpy_if_there() {
  static const NumPy* const found = [] {
    NumPy* numpy = nullptr;  // never freed: the interpreter may be gone before
    try {
      nb::module_ module = nb::module_::import_("numpy");
      numpy = new NumPy{
          module, module.attr("ndarray"), module.attr("generic"), module.attr("dtype"), {}};
    } catch (nb::python_error& error) {
      if (!error.matches(PyExc_ImportError)) throw;
      return numpy;
    }
    for (int i = 0; i < kNumDTypes; ++i) {
      const auto type = static_cast<DataType>(i);
      if (type != DataType::bfloat16) numpy->dtypes[i] = numpy->dtype(to_string(type));
    }
    return numpy;
  }();
  return found;
}

const NumPy& numpy() {
  if (numpy_if_there() == nullptr)
    Raise(PyExc_ImportError, "this needs NumPy, which is not installed");
  return *numpy_if_there();
}

bool IsInteger(DataType dtype) { return dtype > DataType::bool_ && dtype < DataType::float16; }
bool IsFloating(DataType dtype) { return dtype >= DataType::float16 && dtype <= DataType::float64; }
bool IsComplex(DataType dtype) { return dtype >= DataType::complex64; }

nb::object ToPythonDType(DataType dtype) {
  if (numpy_if_there() == nullptr) return OwnDType(dtype);
  if (dtype == DataType::bfloat16)
    return numpy().dtype(nb::module_::import_("ml_dtypes").attr("bfloat16"));
  return numpy().dtypes[static_cast<int>(dtype)];
}

DataType ToDType(nb::handle object) {
  if (IsText(object, "bfloat16")) return DataType::bfloat16;
  if (numpy_if_there() == nullptr) {
    const std::optional<DataType> own = FindOwnDType(object);
    if (!own.has_value())
      Raise(PyExc_TypeError,
            std::string(nb::repr(object).c_str()) + " is not understood as a dtype");
    return *own;
  }
  if (nb::isinstance<Array>(object)) Raise(PyExc_TypeError, "an array is no dtype");
  nb::object dtype = numpy().dtype(object);
  const std::optional<DataType> type = FindDType(dtype);
  if (!type.has_value()) RaiseUnsupportedDType(dtype);
  return *type;
}

std::optional<DataType> ToOptionalDType(nb::handle object) {
  if (object.is_none()) return std::nullopt;
  return ToDType(object);
}

bool IsWeakNumber(nb::handle object) {
  PyObject* const p = object.ptr();
  return PyFloat_CheckExact(p) || PyLong_CheckExact(p) || PyComplex_CheckExact(p) ||
         PyBool_Check(p);
}

bool IsPythonNumber(nb::handle object) {
  PyObject* const p = object.ptr();
  const bool is_number = PyFloat_Check(p) || PyLong_Check(p) || PyComplex_Check(p);
  return IsWeakNumber(object) || (is_number && !IsNumPyScalar(object));  // numpy.float64 is a float
}

bool IsText(nb::handle object, const char* text) {
  return PyUnicode_Check(object.ptr()) && PyUnicode_CompareWithASCIIString(object.ptr(), text) == 0;
}

std::string_view ToText(nb::handle object) {
  Py_ssize_t size = 0;
  const char* const text = PyUnicode_AsUTF8AndSize(object.ptr(), &size);
  if (text == nullptr) throw nb::python_error();
  return {text, static_cast<size_t>(size)};
}

Number ToNumber(nb::handle object) {
  PyObject* const p = object.ptr();
  if (PyBool_Check(p)) return Number(p == Py_True);
  if (PyFloat_Check(p)) return Number(PyFloat_AsDouble(p));
  if (PyComplex_Check(p))
    return Number(std::complex<double>(PyComplex_RealAsDouble(p), PyComplex_ImagAsDouble(p)));
  if (PyLong_Check(p)) {
    int overflow = 0;
    const int64_t value = PyLong_AsLongLongAndOverflow(p, &overflow);
    if (overflow > 0) return NaturalNumber(object);
    if (overflow < 0) Raise(PyExc_OverflowError, "Python integer below the range of int64");
    return Number(value);
  }
  if (nb::hasattr(object, "item")) {
    nb::object item = object.attr("item")();
    if (IsPythonNumber(item)) return ToNumber(item);
    object = item;
  }
  Raise(PyExc_TypeError, "a number is needed, not " + std::string(Py_TYPE(p)->tp_name));
}

bool IsNDArray(nb::handle object) {
  return numpy_if_there() != nullptr && nb::isinstance(object, numpy().ndarray);
}

bool IsNumPyScalar(nb::handle object) {
  return numpy_if_there() != nullptr && nb::isinstance(object, numpy().generic);
}

bool IsArrayLike(nb::handle object) {
  return nb::isinstance<Array>(object) || IsPythonNumber(object) || IsNDArray(object) ||
         IsNumPyScalar(object) || nb::isinstance<nb::list>(object) ||
         nb::isinstance<nb::tuple>(object) || PyRange_Check(object.ptr());
}

Array ToArray(nb::handle object) {
  if (nb::isinstance<Array>(object)) return nb::cast<Array>(object);
  if (IsNumPyScalar(object)) {  // a new value compiles nothing new
    nb::object dtype = object.attr("dtype");
    const std::optional<DataType> type = FindDType(dtype);
    if (!type.has_value()) RaiseUnsupportedArray(dtype);
    Array number = scalar(ToNumber(object), *type);
    number.set_scalar(true);
    return number;
  }
  if (IsPythonNumber(object)) {
    const Number number = ToNumber(object);
    constexpr DataType kDefaults[] = {DataType::bool_, DataType::int64, DataType::uint64,
                                      DataType::float64, DataType::complex128};
    return scalar(number, kDefaults[static_cast<int>(number.kind())]);
  }
  ReleaseWaiting();
  if (IsNDArray(object)) return LendNumPy(object);
  if (numpy_if_there() == nullptr) return FromSequence(object);
  nb::object ndarray = numpy().module.attr("asarray")(object);
  return LendNumPy(ndarray, true);
}

Array AdoptNumPy(nb::handle ndarray) {
  ReleaseWaiting();
  return LendNumPy(ndarray, /*is_ours=*/true);
}

Array CopyToArray(nb::handle object) {
  if (nb::isinstance<Array>(object)) return copy(nb::cast<Array>(object));
  if (!IsNDArray(object))
    return numpy_if_there() == nullptr
               ? copy(ToArray(object))
               : LendNumPy(nb::object(numpy().module.attr("array")(object)), true);
  Array lent = ToArray(object);
  return array(lent.data(), lent.dtype(), lent.shape(), lent.memory_strides());
}

std::optional<bool> ToCopy(nb::handle object) {
  if (object.is_none()) return std::nullopt;
  if (PyUnicode_Check(object.ptr()))
    Raise(PyExc_ValueError, "strings are not allowed for 'copy' keyword. Use True/False/None.");
  const int truth = PyObject_IsTrue(object.ptr());
  if (truth < 0) throw nb::python_error();
  return truth == 1;
}

void CheckDevice(nb::handle device) {
  if (device.is_none()) return;
  if (!IsText(device, "cpu"))
    Raise(PyExc_ValueError,
          "the only device is 'cpu', not " + std::string(nb::repr(device).c_str()));
}

std::vector<Operand> ToOperands(std::initializer_list<nb::handle> objects) {
  std::vector<Operand> operands;
  bool has_array = false, has_floats = false;
  for (nb::handle object : objects) {
    const bool weak = IsWeakNumber(object);
    operands.push_back(weak ? Operand(0) : Operand(ToArray(object)));
    has_array |= !weak;
    has_floats |= !weak && operands.back().array()->dtype() >= DataType::float16;
  }
  size_t i = 0;
  for (nb::handle object : objects) {
    if (operands[i].array() == nullptr) {
      operands[i] =
          has_array ? Operand(ToNumberBeside(object, has_floats)) : Operand(ToArray(object));
      has_array = true;
    }
    ++i;
  }
  return operands;
}

}  // namespace broadloom::python

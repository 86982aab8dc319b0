// What the files of the Python module share. Everything here is called with the GIL held.
#ifndef BROADLOOM_FRONTEND_PYTHON_BINDING_H_
#define BROADLOOM_FRONTEND_PYTHON_BINDING_H_

#include <nanobind/nanobind.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/array.h"
#include "frontend/snapshot.h"
#include "runtime/float_environment.h"

namespace broadloom::python {

namespace nb = nanobind;

// --- errors.cc: the one table ErrorCode -> exception, and warnings
// -------------------------------------------------
void BindRearranging(nb::module_& module, nb::class_<Array>& array);
void BindErrors(nb::module_& module);
void BindErrorState(nb::module_& module);
void TakeErrorState();                  // errstate.cc: of the running context, for this thread
PyObject* ExceptionOf(ErrorCode code);  // borrowed
[[noreturn]] void Raise(PyObject* exception, const std::string& message);

// --- source.cc: which line of the user's program is running
// ----------------------------------------------------------
void SetPackageFolder(const std::string& folder);
// A call guard of every function that makes operations: sets the user's line, and
// takes over the errstate of the running context; keeps off the host's floating-point mode.
struct UserLine {
  UserLine();
  FloatEnvironment environment;
};

// --- convert.cc, sizes.cc: Python and NumPy objects in
// ----------------------------------------------------------------------------
struct NumPy {
  nb::object module, ndarray, generic, dtype;
  nb::object dtypes[static_cast<int>(DataType::complex128) + 1];  // by DataType, without bfloat16
};
const NumPy* numpy_if_there();  // null where it cannot be imported
const NumPy& numpy();           // ImportError there

bool IsInteger(DataType dtype);  // not bool
bool IsFloating(DataType dtype);
bool IsComplex(DataType dtype);

// NumPy's dtype, that of ml_dtypes for bfloat16; without NumPy one of our own.
nb::object ToPythonDType(DataType dtype);
DataType ToDType(nb::handle object);                         // whatever numpy.dtype() takes
std::optional<DataType> ToOptionalDType(nb::handle object);  // None: none

// A bool, int, float or complex, or of a class derived of one, but of NumPy's.
bool IsPythonNumber(nb::handle object);
bool IsWeakNumber(nb::handle object);  // which NEP 50 lets follow the arrays: of no derived class
Number ToNumber(nb::handle object);    // of a Python or NumPy scalar
// Of a str, in UTF-8. UnicodeEncodeError where it has none.
std::string_view ToText(nb::handle object);
bool IsText(nb::handle object, const char* text);  // whether it is this str, in ASCII
// An integer beyond 64 bits beside floats is a float; elsewhere it fits no dtype.
Number ToNumberBeside(nb::handle object, bool floats);
// TypeError unless it has __index__. Beyond 64 bits `beyond`, or with none the nearest number.
int64_t ToInt(nb::handle object, PyObject* beyond = PyExc_OverflowError);
int ToCInt(nb::handle object);  // OverflowError beyond 32 bits
// None, or whether to copy. ValueError for strings.
std::optional<bool> ToCopy(nb::handle object);
int64_t ToCount(nb::handle object, PyObject* beyond = PyExc_ValueError);  // no bool either
// An int or a sequence of ints.
Sizes ToSizes(nb::handle object, PyObject* beyond = PyExc_OverflowError);
Sizes ToShape(nb::handle object);  // of what ToCount takes
std::vector<int64_t> ToInts(nb::handle object, PyObject* beyond = PyExc_OverflowError);

void CheckDevice(nb::handle device);  // ValueError unless it is None or "cpu"
// As NumPy spells them: None, an int or a sequence. OverflowError beyond 32 bits.
AxisList ToAxes(nb::handle object);
std::vector<int64_t> ToAxisNumbers(nb::handle object);  // not None
// As its ufuncs do: no lists, no bools.
AxisList ToReducedAxes(nb::handle object);
int ToAxis(nb::handle object);
std::optional<int> ToOptionalAxis(nb::handle object);  // None: none

// The array that numpy.asarray would see: shares NumPy's memory where dtype, alignment and byte
// order allow it.
Array ToArray(nb::handle object);
Array CopyToArray(nb::handle object);  // never shares
Array AdoptNumPy(nb::handle ndarray);  // which nobody else has
// creation.cc: what is no array yet takes the dtype on the way in, each number of it must fit;
// arrays are cast.
Array ToTypedArray(nb::handle object, DataType dtype);
bool IsNDArray(nb::handle object);  // of NumPy
bool IsNumPyScalar(nb::handle object);
bool IsArrayLike(nb::handle object);  // may stand beside an Array in an operator

// Operands of one operation: Python scalars stay numbers if there is an array beside them, else the
// first becomes one.
std::vector<Operand> ToOperands(std::initializer_list<nb::handle> objects);

// --- export.cc: values out
// -------------------------------------------------------------------------------------------------
void Evaluate(const std::vector<Array>& arrays);  // without the GIL
nb::object ToNumPy(const Array& x);  // evaluates; read-only, shares memory and keeps it alive
nb::object ToSharedNumPy(
    const Array& x);  // the same to be written to: each sees the other's writes
nb::object ToPythonScalar(const Array& x);  // bool, int or float of an array of one element
void BindExport(nb::class_<Array>& array);
void BindFormat(nb::module_& module, nb::class_<Array>& array);  // format.cc: text

// --- the module's content
// -----------------------------------------------------------------------------------------------------
nb::class_<Array> BindArray(nb::module_& module);                     // array_class.cc
void BindIndexing(nb::class_<Array>& array);                          // indexing.cc
void BindWriting(nb::module_& module, nb::class_<Array>& array);      // write.cc
void BindMemoryFacts(nb::module_& module, nb::class_<Array>& array);  // memory_facts.cc
struct Key {                                                          // index_arrays.cc
  std::vector<Index> items;
  bool copies = false;  // a number that is an array is none: NumPy then copies
};
Key ToKey(nb::handle object);
Array GetByKey(const Array& x, nb::handle object);
void BindTable(nb::module_& module,
               nb::class_<Array>& array);  // table.cc: the public rows of ir/ops.def
void BindUfuncs(nb::module_& module);      // ufuncs.cc; last: of what is bound
void BindClip(nb::module_& module, nb::class_<Array>& array);       // clip.cc
void BindViews(nb::module_& module, nb::class_<Array>& array);      // views.cc
void BindFunctions(nb::module_& module, nb::class_<Array>& array);  // functions.cc
void BindJoins(nb::module_& module);                                // joins.cc
void BindInsertion(nb::module_& module);                            // insertion.cc
void BindPadding(nb::module_& module);                              // padding.cc
void BindIndices(nb::module_& module, nb::class_<Array>& array);    // indices.cc
void BindCreation(nb::module_& module);                             // creation.cc
void BindLines(nb::module_& module);                                // lines.cc
void BindDTypes(nb::module_& module);                               // dtypes.cc
void BindFft(nb::module_& module);                                  // fft.cc
void BindRandom(nb::module_& module);                               // random.cc
void BindLinalg(nb::module_& module, nb::class_<Array>& array);     // linalg.cc, linalg_products.cc
void BindEinsum(nb::module_& module);                               // einsum.cc
void BindStatistics(nb::module_& module);  // statistics.cc, statistics_calls.cc
void BindSorting(nb::module_& module, nb::class_<Array>& array);    // sorting.cc
void BindSelection(nb::module_& module, nb::class_<Array>& array);  // selection.cc
void BindSets(nb::module_& module);                                 // sets.cc
nb::tuple CallNonzero(nb::handle a);                                // there
Array ToIndices(nb::handle object);  // there: numbers are truncated, arrays stay as they are
void BindFiles(nb::module_& module, nb::class_<Array>& array);  // files.cc
void BindJit(nb::module_& module);                              // jit.cc
void BindEvaluate(nb::module_& module);                         // evaluate.cc
void BindProcess(nb::module_& module);  // process.cc: eval, explain, memory, cache, threads
void BindFiles(nb::module_& module, nb::class_<Array>& array);  // files.cc

// f() while other Python threads run: only C++ in it.
template <class Function>
auto Unlocked(Function f) {
  const nb::gil_scoped_release release;
  const Snapshot snapshot;  // others may write meanwhile
  return f();
}

// An argument that counts as true or false, of any type.
struct Truthy {
  bool value = false;
  operator bool() const { return value; }  // NOLINT: it is one
};

// memory_facts.cc: the first object that is all of a storage is what its views have as `base`.
void RememberOwner(nb::handle array);

}  // namespace broadloom::python

template <>
struct nanobind::detail::type_caster<broadloom::Array> : type_caster_base<broadloom::Array> {
  template <typename T>
  static handle from_cpp(T&& value, rv_policy policy, cleanup_list* cleanup) noexcept {
    const handle object =
        type_caster_base<broadloom::Array>::from_cpp(std::forward<T>(value), policy, cleanup);
    if (object.is_valid() && !object.is_none()) broadloom::python::RememberOwner(object);
    return object;
  }
};

template <>
struct nanobind::detail::type_caster<broadloom::python::Truthy> {
  NB_TYPE_CASTER(broadloom::python::Truthy, const_name("bool"))

  bool from_python(handle object, uint8_t, cleanup_list*) noexcept {
    const int truth = PyObject_IsTrue(object.ptr());
    if (truth < 0) PyErr_Clear();
    value.value = truth > 0;
    return truth >= 0;
  }
};

#endif  // BROADLOOM_FRONTEND_PYTHON_BINDING_H_

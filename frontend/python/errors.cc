// Errors and warnings of broadloom as Python's.
#include <nanobind/stl/string.h>

#include "frontend/error.h"
#include "frontend/files.h"
#include "frontend/python/binding.h"

namespace broadloom::python {
namespace {

PyObject* memory_budget_error = nullptr;
PyObject* broadcast_warning = nullptr;
PyObject* precision_warning = nullptr;

struct Mapping {
  ErrorCode code;
  PyObject** exception;
};
const Mapping kExceptions[] = {
    {ErrorCode::invalid_argument, &PyExc_ValueError},
    {ErrorCode::type_error, &PyExc_TypeError},
    {ErrorCode::out_of_range, &PyExc_IndexError},
    {ErrorCode::overflow, &PyExc_OverflowError},
    {ErrorCode::floating_point, &PyExc_FloatingPointError},
    {ErrorCode::unimplemented, &PyExc_NotImplementedError},
    {ErrorCode::memory_budget, &memory_budget_error},
    {ErrorCode::broadcast, &broadcast_warning},
    {ErrorCode::file, &PyExc_OSError},
    {ErrorCode::cancelled, &PyExc_KeyboardInterrupt},
    {ErrorCode::internal, &PyExc_RuntimeError},
};

// Looked up when it is needed.
PyObject* NumPysOrOwn(const char* module, const char* name, const nb::object& bases) {
  if (numpy_if_there() != nullptr) return nb::module_::import_(module).attr(name).ptr();
  static PyObject* const own = PyDict_New();
  nb::dict known = nb::borrow<nb::dict>(own);
  if (!known.contains(name)) {
    const std::string path = std::string("broadloom.") + name;
    known[name] = nb::steal(PyErr_NewException(path.c_str(), bases.ptr(), nullptr));
  }
  return nb::object(known[name]).ptr();
}

void Translate(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const FileError& error) {
    const nb::object name = nb::steal(PyUnicode_DecodeFSDefaultAndSize(
        error.path().data(), static_cast<Py_ssize_t>(error.path().size())));
    errno = error.number();
    PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, name.ptr());
  } catch (const Error& error) {
    PyErr_SetString(ExceptionOf(error.code()), error.what());
  }
}

PyObject* NewException(nb::module_& module, const char* name, PyObject* base, const char* doc) {
  const std::string path = std::string("broadloom.") + name;
  PyObject* exception = PyErr_NewExceptionWithDoc(path.c_str(), doc, base, nullptr);
  if (exception == nullptr) throw nb::python_error();
  module.attr(name) = nb::borrow(exception);
  return exception;  // lives as long as the process
}

PyObject* CategoryOf(WarningKind kind) {
  switch (kind) {
    case WarningKind::broadcast: return broadcast_warning;
    case WarningKind::runtime: return PyExc_RuntimeWarning;
    case WarningKind::precision: return precision_warning;
    case WarningKind::complex:
      return NumPysOrOwn("numpy.exceptions", "ComplexWarning", nb::borrow(PyExc_RuntimeWarning));
  }
  return PyExc_UserWarning;
}

// `source` is "file:line". Remembers per file what was shown, as the module's own registry would.
void Warn(WarningKind kind, const std::string& message, const std::string& source) {
  nb::gil_scoped_acquire acquire;
  static PyObject* const registries = PyDict_New();
  const size_t colon = source.rfind(':');
  const std::string file = source.empty() ? "<unknown>" : source.substr(0, colon);
  const int line = colon == std::string::npos ? 1 : std::atoi(source.c_str() + colon + 1);
  nb::dict all = nb::borrow<nb::dict>(registries);
  if (!all.contains(file.c_str())) all[file.c_str()] = nb::dict();
  nb::object registry = all[file.c_str()];
  const int failed = PyErr_WarnExplicit(CategoryOf(kind), message.c_str(), file.c_str(), line,
                                        nullptr, registry.ptr());
  if (failed != 0)
    throw nb::python_error();  // a filter makes it an exception: the evaluation stops
}

}  // namespace

PyObject* ExceptionOf(ErrorCode code) {
  if (code == ErrorCode::axis)
    return NumPysOrOwn("numpy.exceptions", "AxisError",
                       nb::make_tuple(nb::borrow(PyExc_ValueError), nb::borrow(PyExc_IndexError)));
  if (code == ErrorCode::linalg)
    return NumPysOrOwn("numpy.linalg", "LinAlgError", nb::borrow(PyExc_ValueError));
  for (const Mapping& mapping : kExceptions) {
    if (mapping.code == code) return *mapping.exception;
  }
  return PyExc_RuntimeError;
}

void Raise(PyObject* exception, const std::string& message) {
  PyErr_SetString(exception, message.c_str());
  throw nb::python_error();
}

void BindErrors(nb::module_& module) {
  memory_budget_error = NewException(module, "MemoryBudgetError", PyExc_MemoryError,
                                     "An evaluation would need more memory than there is. Nothing "
                                     "was allocated, nothing is lost.");
  broadcast_warning =
      NewException(module, "BroadcastWarning", PyExc_UserWarning,
                   "A stored result is much larger than the operands that were broadcast into it.");
  precision_warning = NewException(module, "PrecisionWarning", PyExc_UserWarning,
                                   "A conversion that may lose digits. Off by default.");
  nb::register_exception_translator(Translate);
  set_warning_handler(Warn);
}

}  // namespace broadloom::python

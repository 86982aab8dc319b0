// The floor of broadloom/_errstate.py: a context variable, whose value a thread takes over where a
// function is called.
#include "frontend/errstate.h"

#include <nanobind/stl/string.h>

#include "frontend/python/binding.h"

namespace broadloom::python {
namespace {

// (divide, over, under, invalid, call), modes as numbers. Lives as long as the process.
PyObject* variable = nullptr;

ErrorMode ModeAt(PyObject* state, Py_ssize_t place) {
  return static_cast<ErrorMode>(PyLong_AsLong(PyTuple_GET_ITEM(state, place)));
}

// Lives as long as the process, which may compute when the interpreter is gone.
void SetHandler(const nb::object& function) {
  PyObject* const handler = nb::object(function).release().ptr();
  set_float_error_handler([handler](ErrorMode mode, FloatError error, unsigned flags,
                                    const std::string& operation) {
    nb::gil_scoped_acquire acquire;
    nb::borrow<nb::callable>(handler)(static_cast<int>(mode), to_string(error), flags, operation);
  });
}

}  // namespace

void TakeErrorState() {
  PyObject* state = nullptr;
  if (PyContextVar_Get(variable, nullptr, &state) != 0) throw nb::python_error();
  set_error_state({ModeAt(state, 0), ModeAt(state, 1), ModeAt(state, 2), ModeAt(state, 3)});
  Py_DECREF(state);
}

void BindErrorState(nb::module_& module) {
  const nb::object by_default = nb::make_tuple(1, 1, 0, 1, nb::none());
  variable = PyContextVar_New("broadloom.errstate", by_default.ptr());
  if (variable == nullptr) throw nb::python_error();
  module.attr("error_state") = nb::borrow(variable);
  module.def("set_float_error_handler", SetHandler);
}

}  // namespace broadloom::python

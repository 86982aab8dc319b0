// The floor of broadloom/_errstate.py: modes as numbers.
#include "frontend/errstate.h"

#include <nanobind/stl/string.h>

#include "frontend/python/binding.h"

namespace broadloom::python {
namespace {

ErrorState StateOf(int divide, int over, int under, int invalid) {
  for (int mode : {divide, over, under, invalid}) {
    if (mode < 0 || mode > static_cast<int>(ErrorMode::log))
      Raise(PyExc_ValueError, "there is no such error mode");
  }
  return {static_cast<ErrorMode>(divide), static_cast<ErrorMode>(over),
          static_cast<ErrorMode>(under), static_cast<ErrorMode>(invalid)};
}

// Lives as long as the process, which may compute when the interpreter is gone.
void SetHandler(const nb::object& function) {
  PyObject* const handler = nb::object(function).release().ptr();
  set_float_error_handler(
      [handler](ErrorMode mode, FloatError error, const std::string& operation) {
        nb::gil_scoped_acquire acquire;
        nb::borrow<nb::callable>(handler)(static_cast<int>(mode), to_string(error), operation);
      });
}

}  // namespace

void BindErrorState(nb::module_& module) {
  module.def("get_error_state", [] {
    const ErrorState state = error_state();
    return nb::make_tuple(static_cast<int>(state.divide), static_cast<int>(state.over),
                          static_cast<int>(state.under), static_cast<int>(state.invalid));
  });
  module.def("set_error_state", [](int divide, int over, int under, int invalid) {
    set_error_state(StateOf(divide, over, under, invalid));
  });
  module.def("set_default_error_state", [](int divide, int over, int under, int invalid) {
    set_default_error_state(StateOf(divide, over, under, invalid));
  });
  module.def("set_float_error_handler", SetHandler);
}

}  // namespace broadloom::python

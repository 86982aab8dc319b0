#include "tests/bench/numpy_peer.h"

#include <Python.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace broadloom {
namespace {

[[noreturn]] void Fail(const char* what) {
  if (PyErr_Occurred()) PyErr_Print();
  std::fprintf(stderr, "bench: %s\n", what);
  std::exit(1);
}

}  // namespace

NumpyPeer& NumpyPeer::Get() {
  static NumpyPeer peer;
  return peer;
}

NumpyPeer::NumpyPeer() {
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.parse_argv = 0;
  // The environment is found from the program's path, as when its `python` runs.
  if (PyStatus_Exception(
          PyConfig_SetBytesString(&config, &config.program_name, BROADLOOM_BENCH_PYTHON)) ||
      PyStatus_Exception(Py_InitializeFromConfig(&config)))
    Fail("Python does not start");
  PyConfig_Clear(&config);
  Run("import numpy as np, ctypes, sys; sys.path.insert(0, '" BROADLOOM_BENCH_DIR "')");
}

void NumpyPeer::Run(const std::string& statements) {
  PyObject* names = PyModule_GetDict(PyImport_AddModule("__main__"));
  PyObject* result = PyRun_String(statements.c_str(), Py_file_input, names, names);
  if (result == nullptr) Fail(statements.c_str());
  Py_DECREF(result);
}

std::string NumpyPeer::Text(const std::string& expression) {
  Run(absl::StrCat("text = ", expression));
  const char* text = PyUnicode_AsUTF8(
      PyDict_GetItemString(PyModule_GetDict(PyImport_AddModule("__main__")), "text"));
  if (text == nullptr) Fail(expression.c_str());
  return text;
}

}  // namespace broadloom

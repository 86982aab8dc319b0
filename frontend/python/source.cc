// The line of the user's program that makes an operation: the nearest frame outside this package. A
// loop that makes the same operation again finds the answer of the last call.
#include <string>
#include <utility>

#include "frontend/python/binding.h"

namespace broadloom::python {
namespace {

std::string& PackageFolder() {
  static auto& folder = *new std::string;
  return folder;
}

bool IsOurs(PyCodeObject* code) {
  const std::string& folder = PackageFolder();
  const char* file = PyUnicode_AsUTF8(code->co_filename);
  return file != nullptr && !folder.empty() &&
         folder.compare(0, folder.size(), file, 0, folder.size()) == 0;
}

// The last answer of this thread. The reference keeps another code object from taking the same
// address; one is kept for each thread that ends.
struct Last {
  PyCodeObject* code = nullptr;
  int instruction = -1;
};

}  // namespace

void SetPackageFolder(const std::string& folder) { PackageFolder() = folder; }

UserLine::UserLine() {
  TakeErrorState();
  thread_local Last last;
  nb::object frame = nb::borrow(reinterpret_cast<PyObject*>(PyEval_GetFrame()));
  bool innermost = true;
  while (frame.is_valid()) {
    auto* const python_frame = reinterpret_cast<PyFrameObject*>(frame.ptr());
    nb::object code = nb::steal(reinterpret_cast<PyObject*>(PyFrame_GetCode(python_frame)));
    auto* const python_code = reinterpret_cast<PyCodeObject*>(code.ptr());
    const int instruction = PyFrame_GetLasti(python_frame);
    if (innermost && python_code == last.code && instruction == last.instruction) return;
    if (!IsOurs(python_code)) {
      const char* const file = PyUnicode_AsUTF8(python_code->co_filename);
      set_source(std::string(file == nullptr ? "?" : file) + ":" +
                 std::to_string(PyFrame_GetLineNumber(python_frame)));
      const Last found =
          innermost ? Last{reinterpret_cast<PyCodeObject*>(code.release().ptr()), instruction}
                    : Last{};
      Py_XDECREF(std::exchange(last, found).code);
      return;
    }
    frame = nb::steal(reinterpret_cast<PyObject*>(PyFrame_GetBack(python_frame)));
    innermost = false;
  }
  PyErr_Clear();
}

}  // namespace broadloom::python

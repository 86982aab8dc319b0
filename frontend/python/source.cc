// The line of the user's program that makes an operation: the nearest frame outside this package.
#include "frontend/source.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "frontend/python/binding.h"

namespace broadloom::python {
namespace {

std::string& PackageFolder() {
  static auto& folder = *new std::string;
  return folder;
}

// nullptr where it cannot be written in UTF-8.
const char* FileOf(PyCodeObject* code) {
  const char* const file = PyUnicode_AsUTF8(code->co_filename);
  if (file == nullptr) PyErr_Clear();
  return file;
}

bool IsOurs(PyCodeObject* code) {
  const std::string& folder = PackageFolder();
  const char* const file = FileOf(code);
  return file != nullptr && !folder.empty() &&
         folder.compare(0, folder.size(), file, 0, folder.size()) == 0;
}

// Answers by the instruction that asked: functions have many, loops the same again. Guarded by the
// GIL. The reference keeps another code object from taking the same address.
struct Answer {
  PyCodeObject* code = nullptr;
  int instruction = -1;
  SourceLine line;
};

Answer& AnswerFor(const PyCodeObject* code, int instruction) {
  constexpr size_t kKept = 256;
  static auto& kept = *new std::array<Answer, kKept>;
  const auto address = reinterpret_cast<uintptr_t>(code) / alignof(std::max_align_t);
  return kept[(address * 31 + static_cast<uintptr_t>(instruction) / 2) % kKept];
}

SourceLine LineOf(PyFrameObject* frame, PyCodeObject* code) {
  const char* const file = FileOf(code);
  return std::make_shared<const std::string>(std::string(file == nullptr ? "?" : file) + ":" +
                                             std::to_string(PyFrame_GetLineNumber(frame)));
}

}  // namespace

void SetPackageFolder(const std::string& folder) { PackageFolder() = folder; }

UserLine::UserLine() {
  TakeErrorState();
  nb::object frame = nb::borrow(reinterpret_cast<PyObject*>(PyEval_GetFrame()));
  bool innermost = true;
  while (frame.is_valid()) {
    auto* const python_frame = reinterpret_cast<PyFrameObject*>(frame.ptr());
    nb::object code = nb::steal(reinterpret_cast<PyObject*>(PyFrame_GetCode(python_frame)));
    auto* const python_code = reinterpret_cast<PyCodeObject*>(code.ptr());
    const int instruction = PyFrame_GetLasti(python_frame);
    Answer& answer = AnswerFor(python_code, instruction);
    const bool is_known =
        innermost && python_code == answer.code && instruction == answer.instruction;
    if (is_known) {
      SetCurrentLine(answer.line);
      return;
    }
    if (!IsOurs(python_code)) {
      SourceLine line = LineOf(python_frame, python_code);
      if (innermost) {  // what dies here may run code of the user's
        code.release();
        Py_XDECREF(std::exchange(answer, {python_code, instruction, line}).code);
      }
      SetCurrentLine(std::move(line));
      return;
    }
    frame = nb::steal(reinterpret_cast<PyObject*>(PyFrame_GetBack(python_frame)));
    innermost = false;
  }
  PyErr_Clear();
}

}  // namespace broadloom::python

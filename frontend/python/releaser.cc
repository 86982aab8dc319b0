#include "frontend/python/releaser.h"

#include <mutex>
#include <utility>
#include <vector>

namespace broadloom::python {
namespace {

using Give = std::function<void()>;

void Run(const Give& give) {
  PyObject *type, *value, *traceback;  // a release may come while an exception is on its way
  PyErr_Fetch(&type, &value, &traceback);
  give();
  PyErr_Restore(type, value, traceback);
}

std::mutex& Mutex() {
  static auto& mutex = *new std::mutex;
  return mutex;
}

std::vector<Give>& Waiting() {
  static auto& waiting = *new std::vector<Give>;
  return waiting;
}

}  // namespace

void ReleaseWithGil(Give give) {
  if (!Py_IsInitialized()) return;  // the process ends
  if (PyGILState_Check()) return Run(give);
  const std::lock_guard lock(Mutex());
  Waiting().push_back(std::move(give));
  Py_AddPendingCall([](void*) { return ReleaseWaiting(), 0; }, nullptr);
}

void ReleaseView(Py_buffer* view) {
  ReleaseWithGil([view] {
    PyBuffer_Release(view);
    delete view;
  });
}

void ReleaseWaiting() {
  std::vector<Give> waiting;
  {
    const std::lock_guard lock(Mutex());
    waiting.swap(Waiting());
  }
  for (const Give& give : waiting) Run(give);
}

}  // namespace broadloom::python

#include "frontend/python/releaser.h"

#include <mutex>
#include <vector>

namespace broadloom::python {
namespace {

void Give(Py_buffer* view) {
  PyObject *type, *value, *traceback;  // a release may come while an exception is on its way
  PyErr_Fetch(&type, &value, &traceback);
  PyBuffer_Release(view);
  PyErr_Restore(type, value, traceback);
  delete view;
}

std::mutex& Mutex() {
  static auto& mutex = *new std::mutex;
  return mutex;
}

std::vector<Py_buffer*>& Waiting() {
  static auto& views = *new std::vector<Py_buffer*>;
  return views;
}

}  // namespace

void ReleaseView(Py_buffer* view) {
  if (!Py_IsInitialized()) return;  // the process ends
  if (PyGILState_Check()) return Give(view);
  const std::lock_guard lock(Mutex());
  Waiting().push_back(view);
  Py_AddPendingCall([](void*) { return ReleaseWaitingViews(), 0; }, nullptr);
}

void ReleaseWaitingViews() {
  std::vector<Py_buffer*> views;
  {
    const std::lock_guard lock(Mutex());
    views.swap(Waiting());
  }
  for (Py_buffer* view : views) Give(view);
}

}  // namespace broadloom::python

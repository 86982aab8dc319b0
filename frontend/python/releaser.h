// Memory of Python's that must be given back with the GIL held.
#ifndef BROADLOOM_FRONTEND_PYTHON_RELEASER_H_
#define BROADLOOM_FRONTEND_PYTHON_RELEASER_H_

#include <Python.h>

#include <functional>

namespace broadloom::python {

// From any thread, perhaps one that holds a lock for which a thread with the GIL waits: nothing
// here waits, what cannot be given back now is left for later. `give` must not throw; where the
// process ends it never runs.
void ReleaseWithGil(std::function<void()> give);
void ReleaseView(Py_buffer* view);
void ReleaseWaiting();  // with the GIL

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_RELEASER_H_

// Views of Python memory that must be given back with the GIL held.
#ifndef BROADLOOM_FRONTEND_PYTHON_RELEASER_H_
#define BROADLOOM_FRONTEND_PYTHON_RELEASER_H_

#include <Python.h>

namespace broadloom::python {

// From any thread, perhaps one that holds a lock for which a thread with the GIL waits: nothing
// here waits, what cannot be given back now is left for later.
void ReleaseView(Py_buffer* view);
void ReleaseWaitingViews();  // with the GIL

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_RELEASER_H_

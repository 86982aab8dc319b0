// What stands for a dtype in Python.
#ifndef BROADLOOM_FRONTEND_PYTHON_DTYPES_H_
#define BROADLOOM_FRONTEND_PYTHON_DTYPES_H_

#include "frontend/python/binding.h"

namespace broadloom::python {

bool IsDTypeObject(nb::handle object);  // a dtype, or one of NumPy's types of elements

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_DTYPES_H_

// What writes to arrays: values as Python has them.
#ifndef BROADLOOM_FRONTEND_PYTHON_WRITING_H_
#define BROADLOOM_FRONTEND_PYTHON_WRITING_H_

#include "frontend/python/binding.h"

namespace broadloom::python {

// creation.cc: numbers on their way into an array of this dtype. OverflowError where one is an int
// that does not fit.
Number ToFill(nb::handle value, DataType dtype);
void StoreIn(const Array& x, nb::handle value);  // write.cc: a part of a complex array = value

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_WRITING_H_

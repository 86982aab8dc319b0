// Arrays of Python's own objects and back, without NumPy.
#ifndef BROADLOOM_FRONTEND_PYTHON_OBJECTS_H_
#define BROADLOOM_FRONTEND_PYTHON_OBJECTS_H_

#include "frontend/python/binding.h"

namespace broadloom::python {

// broadloom._dtypes.dtype, one object a type.
nb::object OwnDType(DataType dtype);
// What may stand for a dtype where there is no NumPy: such an object, a name, a Python type.
std::optional<DataType> FindOwnDType(nb::handle object);

bool IsSequence(nb::handle object);  // a list, a tuple or a range
// Nested sequences of numbers, of one shape. ValueError where they are ragged, TypeError for what
// is no number.
Array FromSequence(nb::handle object);
// Memory with the buffer protocol, one-dimensional bytes: `count` elements (-1: all) from `offset`.
Array FromBuffer(nb::handle object, DataType dtype, int64_t count, int64_t offset);

nb::object ToNestedList(const Array& x);  // of a 0-d array the number
nb::bytes ToBytes(const Array& x);        // in C order

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_OBJECTS_H_

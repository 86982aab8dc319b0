// DLPack: arrays of other libraries in and ours out, without a copy.
#ifndef BROADLOOM_FRONTEND_PYTHON_DLPACK_H_
#define BROADLOOM_FRONTEND_PYTHON_DLPACK_H_

#include <nanobind/ndarray.h>

#include "frontend/python/binding.h"

namespace broadloom::python {

nb::dlpack::dtype ToDLPack(DataType dtype);
void BindDLPack(nb::module_& module, nb::class_<Array>& array);

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_DLPACK_H_

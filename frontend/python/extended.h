// dtype=numpy.longdouble of reductions.
#ifndef BROADLOOM_FRONTEND_PYTHON_EXTENDED_H_
#define BROADLOOM_FRONTEND_PYTHON_EXTENDED_H_

#include "frontend/python/binding.h"

namespace broadloom::python {

bool IsLongDouble(nb::handle dtype);

// A NumPy scalar or array: arrays of ours have no such dtype. TypeError for reductions that do not
// accumulate.
nb::object ReduceExtended(const char* name, const Array& x, const AxisList& axes, bool keepdims,
                          const ReduceOptions& options, nb::handle out);

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_EXTENDED_H_

// NumPy's names of what is done with an index out of range.
#ifndef BROADLOOM_FRONTEND_PYTHON_MODES_H_
#define BROADLOOM_FRONTEND_PYTHON_MODES_H_

#include "frontend/python/binding.h"
#include "frontend/sorting.h"

namespace broadloom::python {

// 'raise', 'wrap', 'clip', the numbers of NumPy's enum, or None for the first.
IndexMode ToIndexMode(nb::handle mode);

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_MODES_H_

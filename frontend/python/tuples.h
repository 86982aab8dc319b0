// Results of several arrays.
#ifndef BROADLOOM_FRONTEND_PYTHON_TUPLES_H_
#define BROADLOOM_FRONTEND_PYTHON_TUPLES_H_

#include <vector>

#include "frontend/python/binding.h"

namespace broadloom::python {

inline nb::tuple ToTuple(const std::vector<Array>& arrays) {
  nb::list list;
  for (const Array& array : arrays) list.append(array);
  return nb::tuple(list);
}

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_TUPLES_H_

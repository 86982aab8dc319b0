// What the files of the statistics binding share.
#ifndef BROADLOOM_FRONTEND_PYTHON_STATISTICS_H_
#define BROADLOOM_FRONTEND_PYTHON_STATISTICS_H_

#include "frontend/python/binding.h"
#include "frontend/statistics.h"

namespace broadloom::python {

void BindStatisticsCalls(nb::module_& sub);
void BindNanFunctions(nb::module_& sub);
// A method of arrays too.
Array CallSearchsorted(nb::handle a, nb::handle v, const std::string& side, nb::handle sorter);

template <typename F>
auto CatchZeroWeights(F&& f) {
  try {
    return Unlocked(f);
  } catch (const ZeroWeights& error) {
    Raise(PyExc_ZeroDivisionError, error.what());
  }
}

inline std::optional<Array> ToOptionalArray(nb::handle object) {
  return object.is_none() ? std::nullopt : std::optional(ToArray(object));
}

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_STATISTICS_H_

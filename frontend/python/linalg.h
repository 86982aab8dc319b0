// What the files of linear algebra share.
#ifndef BROADLOOM_FRONTEND_PYTHON_LINALG_H_
#define BROADLOOM_FRONTEND_PYTHON_LINALG_H_

#include "frontend/python/binding.h"

namespace broadloom::python {

using Line = nb::call_guard<UserLine>;

void BindProducts(nb::module_& module,
                  nb::class_<Array>& array);   // linalg_products.cc: those of the main module
void BindStrictProducts(nb::module_& module);  // the same file: those of linalg

// linalg_products.cc: `result` into an array of its own dtype, as NumPy's products of matrices.
nb::object DotInto(const char* name, const Array& result, nb::handle out);

// The other parts of linalg, each in the file of its name: linalg_equations.cc, ...
void BindEquations(nb::module_& m);
void BindDecompositions(nb::module_& m);
void BindNorms(nb::module_& m);

// A named tuple's type, as those of numpy.linalg.
nb::object ResultType(const char* name, const char* fields);

// A function of one or of two arrays.
inline void Def1(nb::module_& module, const char* name, Array (*f)(const Array&), const char* x,
                 const char* doc) {
  module.def(
      name,
      [f](nb::handle object) {
        const Array array = ToArray(object);
        return Unlocked([&] { return f(array); });
      },
      nb::arg(x), doc, Line());
}
inline void Def2(nb::module_& module, const char* name, Array (*f)(const Array&, const Array&),
                 const char* x, const char* y, const char* doc) {
  module.def(
      name,
      [f](nb::handle first, nb::handle second) {
        const Array left = ToArray(first), right = ToArray(second);
        return Unlocked([&] { return f(left, right); });
      },
      nb::arg(x), nb::arg(y), doc, Line());
}

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_LINALG_H_

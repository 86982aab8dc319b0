// NumPy's keyword arguments of elementwise functions and reductions.
#ifndef BROADLOOM_FRONTEND_PYTHON_KEYWORDS_H_
#define BROADLOOM_FRONTEND_PYTHON_KEYWORDS_H_

#include <functional>
#include <vector>

#include "frontend/python/binding.h"

namespace broadloom::python {

// The arguments that NumPy's elementwise functions have behind the operands.
#define BL_KEYWORD_ARGS                                                                           \
  nb::arg("out").none() = nb::none(), nb::kw_only(), nb::arg("where") = true,                     \
  nb::arg("casting") = "same_kind", nb::arg("order") = "K", nb::arg("dtype").none() = nb::none(), \
  nb::arg("subok") = true

Casting ToCasting(nb::handle name);  // "no", "equiv", "safe", "same_kind", "unsafe"

// `where`: what is no array yet is converted; an array must be one of bools, as is checked later.
Array ToMask(nb::handle where);

struct Keywords {
  nb::handle out, where, casting, order, dtype;

  bool given() const;  // any of them

 private:
  static bool is_default(nb::handle object, const char* text);
};

// `out` is None, an Array, a NumPy array or a tuple of one; it is what is returned if it is there.
nb::object WithOut(nb::handle out, const std::function<Array(Array* out)>& compute);

// An elementwise function of the table.
nb::object CallWithKeywords(const char* name, const std::vector<Operand>& operands,
                            const Keywords& keywords);

// One of composed.h. A function of two results takes and returns pairs.
nb::object CallComposed(const char* name, const std::vector<Operand>& operands,
                        const Keywords& keywords);

// A reduction's result, which must have the shape of `out`.
nb::object ReduceInto(nb::handle out, const char* name, const std::function<Array()>& compute);

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_KEYWORDS_H_

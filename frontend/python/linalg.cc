// broadloom.linalg, with the signatures of numpy.linalg. What it consists of is in linalg_*.cc;
// here are powers of matrices.
#include "frontend/linalg.h"

#include "frontend/python/linalg.h"

namespace broadloom::python {
namespace {

// As in NumPy the matrices are looked at first.
int64_t ToExponent(const Array& x, nb::handle n) {
  if (!PyIndex_Check(n.ptr())) linalg::matrix_power(x, 0);
  if (!PyIndex_Check(n.ptr())) Raise(PyExc_TypeError, "matrix_power: exponent must be an integer");
  return ToInt(n);
}

void BindPowers(nb::module_& m) {
  m.def(
      "matrix_power",
      [](nb::handle a, nb::handle n) {
        const Array x = ToArray(a);
        const int64_t exponent = ToExponent(x, n);
        return Unlocked([&] { return linalg::matrix_power(x, exponent); });
      },
      nb::arg("a"), nb::arg("n"), "Each matrix to a power; of its inverse if n is negative.",
      Line());
  m.def(
      "multi_dot",
      [](nb::handle arrays, nb::handle out) {
        std::vector<Array> operands;
        for (nb::handle array : arrays) operands.push_back(ToArray(array));
        return DotInto("multi_dot", linalg::multi_dot(operands), out);
      },
      nb::arg("arrays"), nb::kw_only(), nb::arg("out").none() = nb::none(),
      "The product of several matrices, in the cheapest order.", Line());
  Def1(m, "expm", linalg::expm, "a", "e to the power of each matrix, as scipy.linalg.expm.");
}

}  // namespace

nb::object ResultType(const char* name, const char* fields) {
  nb::object make = nb::module_::import_("collections").attr("namedtuple");
  return make(name, fields, nb::arg("module") = "broadloom.linalg");
}

void BindLinalg(nb::module_& module, nb::class_<Array>& array) {
  BindProducts(module, array);
  nb::module_ sub = module.def_submodule("linalg", "Linear algebra, as numpy.linalg.");
  BindEquations(sub);
  BindDecompositions(sub);
  BindNorms(sub);
  BindPowers(sub);
  BindStrictProducts(sub);
  sub.attr("LinAlgError") = nb::borrow(ExceptionOf(ErrorCode::linalg));
}

}  // namespace broadloom::python

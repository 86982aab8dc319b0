// Norms with the signatures of numpy.linalg.
#include <nanobind/stl/string.h>

#include "frontend/linalg.h"
#include "frontend/python/linalg.h"

namespace broadloom::python {
namespace {

using linalg::NormOrder;

NormOrder ToOrder(nb::handle object) {
  if (object.is_none()) return {};
  if (PyUnicode_Check(object.ptr())) return nb::cast<std::string>(object);
  return ToNumber(object).floating();
}

// NumPy's `norm` takes whatever int() does, and of sequences only tuples.
AxisList ToNormAxes(nb::handle axis) {
  if (axis.is_none() || nb::isinstance<nb::tuple>(axis)) return ToAxes(axis);
  PyObject* const number = PyNumber_Check(axis.ptr()) ? PyNumber_Long(axis.ptr()) : nullptr;
  if (number == nullptr)
    Raise(PyExc_TypeError, "'axis' must be None, an integer or a tuple of integers");
  return AxisList(std::vector<int64_t>{ToInt(nb::object(nb::steal(number)))});
}

}  // namespace

void BindNorms(nb::module_& m) {
  m.def(
      "norm",
      [](nb::handle x, nb::handle ord, nb::handle axis, bool keepdims) {
        const Array a = ToArray(x);
        const NormOrder order = ToOrder(ord);
        const AxisList axes = ToNormAxes(axis);
        return Unlocked([&] { return linalg::norm(a, order, axes, keepdims); });
      },
      nb::arg("x"), nb::arg("ord").none() = nb::none(), nb::arg("axis").none() = nb::none(),
      nb::arg("keepdims") = false, "Norms of vectors (one axis) or of matrices (two).", Line());
  m.def(
      "vector_norm",
      [](nb::handle x, nb::handle axis, bool keepdims, nb::handle ord) {
        return linalg::vector_norm(ToArray(x), ToNormAxes(axis), keepdims, ToOrder(ord));
      },
      nb::arg("x"), nb::kw_only(), nb::arg("axis").none() = nb::none(), nb::arg("keepdims") = false,
      nb::arg("ord").none() = 2, "Norms of the elements along some axes together.", Line());
  m.def(
      "matrix_norm",
      [](nb::handle x, bool keepdims, nb::handle ord) {
        const Array a = ToArray(x);
        const NormOrder order = ToOrder(ord);
        return Unlocked([&] { return linalg::matrix_norm(a, keepdims, order); });
      },
      nb::arg("x"), nb::kw_only(), nb::arg("keepdims") = false, nb::arg("ord").none() = "fro",
      "Norms of the matrices in the last two axes.", Line());
  m.def(
      "cond",
      [](nb::handle x, nb::handle p) {
        const Array a = ToArray(x);
        const NormOrder order = ToOrder(p);
        return Unlocked([&] { return linalg::cond(a, order); });
      },
      nb::arg("x"), nb::arg("p").none() = nb::none(),
      "norm(x, p) * norm(inv(x), p); with 2 the ratio of singular values.", Line());
}

}  // namespace broadloom::python

// Equations with the signatures of numpy.linalg, triangular ones and LU with those of scipy.linalg.
#include <nanobind/stl/string.h>

#include "frontend/linalg.h"
#include "frontend/python/linalg.h"

namespace broadloom::python {
namespace {

const nb::object& SlogdetResult() {
  static const nb::object& cached = *new nb::object(ResultType("SlogdetResult", "sign logabsdet"));
  return cached;
}

// 0 or "N", 1 or "T", 2 or "C".
linalg::Transposed ToTransposed(nb::handle trans) {
  if (PyUnicode_Check(trans.ptr())) {
    const auto letter = nb::cast<std::string>(trans);
    const size_t found = std::string("NTC").find(letter);
    if (letter.size() == 1 && found != std::string::npos)
      return static_cast<linalg::Transposed>(found);
  } else if (const int64_t number = ToInt(trans); number >= 0 && number <= 2) {
    return static_cast<linalg::Transposed>(number);
  }
  Raise(PyExc_ValueError, "solve_triangular: trans is 0, 1, 2, 'N', 'T' or 'C'");
}

nb::object SolveTriangular(nb::handle a, nb::handle b, nb::handle trans, bool lower,
                           bool unit_diagonal) {
  const linalg::Transposed transposed = ToTransposed(trans);
  const Array x = ToArray(a), y = ToArray(b);
  return nb::cast(
      Unlocked([&] { return linalg::solve_triangular(x, y, lower, transposed, unit_diagonal); }));
}

nb::object LU(nb::handle a, bool permute_l) {
  const Array x = ToArray(a);
  linalg::LUResult found = Unlocked([&] { return linalg::lu(x, permute_l); });
  return permute_l ? nb::make_tuple(found.L, found.U) : nb::make_tuple(found.P, found.L, found.U);
}

nb::object LeastSquares(nb::handle a, nb::handle b, nb::handle rcond) {
  const Array x = ToArray(a), y = ToArray(b);
  const std::optional<double> limit =
      rcond.is_none() ? std::nullopt : std::optional<double>(ToNumber(rcond).floating());
  linalg::LstsqResult found = Unlocked([&] { return linalg::lstsq(x, y, limit); });
  return nb::make_tuple(found.solution, found.residuals, scalar(found.rank, DataType::int32),
                        found.singular_values);
}

}  // namespace

void BindEquations(nb::module_& m) {
  Def1(m, "inv", linalg::inv, "a", "The inverse of each matrix. LinAlgError where there is none.");
  Def1(m, "det", linalg::det, "a", "The determinant of each matrix.");
  Def2(m, "solve", linalg::solve, "a", "b",
       "x with a @ x = b; b is a vector, or matrices that broadcast beside a's.");
  m.def(
      "slogdet",
      [](nb::handle a) {
        const Array x = ToArray(a);
        linalg::SlogdetResult found = Unlocked([&] { return linalg::slogdet(x); });
        return SlogdetResult()(found.sign, found.logabsdet);
      },
      nb::arg("a"), "Sign and logarithm of the absolute value of the determinant.", Line());
  m.def(
      "cholesky",
      [](nb::handle a, bool upper) {
        const Array x = ToArray(a);
        return Unlocked([&] { return linalg::cholesky(x, upper); });
      },
      nb::arg("a"), nb::kw_only(), nb::arg("upper") = false,
      "The lower (or upper) triangle L with a = L @ L^H. LinAlgError unless a is positive "
      "definite.",
      Line());
  m.def("lstsq", LeastSquares, nb::arg("a"), nb::arg("b"), nb::arg("rcond").none() = nb::none(),
        "(x, residuals, rank, singular values): x makes the norm of b - a @ x smallest.", Line());
  m.def("solve_triangular", SolveTriangular, nb::arg("a"), nb::arg("b"), nb::arg("trans") = 0,
        nb::arg("lower") = false, nb::arg("unit_diagonal") = false,
        "x with a @ x = b, reading one triangle of a, as scipy.linalg.", Line());
  m.def("lu", LU, nb::arg("a"), nb::arg("permute_l") = false,
        "(P, L, U) with a = P @ L @ U, or (P @ L, U), as scipy.linalg.", Line());
  m.def(
      "tensorsolve",
      [](nb::handle a, nb::handle b, nb::handle axes) {
        const Array x = ToArray(a), y = ToArray(b);
        const Sizes moved = axes.is_none() ? Sizes() : ToInts(axes);
        return Unlocked([&] { return linalg::tensorsolve(x, y, moved); });
      },
      nb::arg("a"), nb::arg("b"), nb::arg("axes").none() = nb::none(),
      "x with tensordot(a, x, x.ndim) == b.", Line());
  m.def(
      "tensorinv",
      [](nb::handle a, int64_t ind) {
        const Array x = ToArray(a);
        return Unlocked([&] { return linalg::tensorinv(x, ind); });
      },
      nb::arg("a"), nb::arg("ind") = 2, "The inverse of a for tensordot over `ind` axes.", Line());
  m.attr("SlogdetResult") = SlogdetResult();
}

}  // namespace broadloom::python

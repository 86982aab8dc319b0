// broadloom.linalg, with the signatures of numpy.linalg, and the products and diagonals of the main
// module.
#include "frontend/linalg.h"

#include <nanobind/stl/string.h>

#include <cfloat>

#include "frontend/python/linalg.h"

namespace broadloom::python {
namespace {

using linalg::NormOrder;

// Named tuples of numpy.linalg. Alive as long as the process.
struct Results {
  nb::object slogdet, eig, eigh, qr, svd;
};

const Results& results() {
  static const Results& cached = *[] {
    nb::object make = nb::module_::import_("collections").attr("namedtuple");
    const auto result = [&](const char* name, const char* fields) {
      return nb::object(make(name, fields, nb::arg("module") = "broadloom.linalg"));
    };
    return new Results{result("SlogdetResult", "sign logabsdet"),
                       result("EigResult", "eigenvalues eigenvectors"),
                       result("EighResult", "eigenvalues eigenvectors"), result("QRResult", "Q R"),
                       result("SVDResult", "U S Vh")};
  }();
  return cached;
}

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
  return ToAxes(nb::object(nb::steal(number)));
}

std::optional<Array> ToOptionalArray(nb::handle object) {
  if (object.is_none()) return std::nullopt;
  return ToArray(object);
}

char ToTriangle(const std::string& uplo) { return uplo.size() == 1 ? uplo[0] : '?'; }

linalg::QRMode ToMode(const std::string& mode) {
  if (mode == "reduced") return linalg::QRMode::reduced;
  if (mode == "complete") return linalg::QRMode::complete;
  if (mode == "r") return linalg::QRMode::r;
  if (mode == "raw") return linalg::QRMode::raw;
  Raise(PyExc_ValueError, "qr: Unrecognized mode '" + mode + "'");
}

// Names of old, or their first letters.
bool IsDeprecated(const std::string& mode, const char* name) {
  if (mode != name && mode != std::string(1, name[0])) return false;
  const std::string message = "qr: The '" + std::string(name) + "' option is deprecated.";
  if (PyErr_WarnEx(PyExc_DeprecationWarning, message.c_str(), 1) < 0) throw nb::python_error();
  return true;
}

nb::object QR(nb::handle a, const std::string& name) {
  if (IsDeprecated(name, "full")) return QR(a, "reduced");
  if (IsDeprecated(name, "economic"))
    return nb::cast(matrix_transpose(nb::cast<Array>(QR(a, "raw")[0])));
  const linalg::QRMode mode = ToMode(name);
  const Array x = ToArray(a);
  linalg::QRResult found = Unlocked([&] { return linalg::qr(x, mode); });
  if (mode == linalg::QRMode::r) return nb::cast(found.R);
  if (mode == linalg::QRMode::raw) return nb::make_tuple(found.Q, found.R);
  return results().qr(found.Q, found.R);
}

nb::object SVD(nb::handle a, bool full_matrices, bool compute_uv, bool hermitian) {
  const Array x = ToArray(a);
  if (!compute_uv) return nb::cast(Unlocked([&] { return linalg::svdvals(x, hermitian); }));
  linalg::SVDResult found = Unlocked([&] { return linalg::svd(x, full_matrices, hermitian); });
  return results().svd(found.U, found.S, found.Vh);
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

// NumPy's rules for the two names of one limit.
std::optional<Array> PinvLimit(const Array& a, nb::handle rcond, nb::handle rtol) {
  const bool has_rtol = !rtol.is(NoValue());
  if (!rcond.is_none()) {
    if (has_rtol) Raise(PyExc_ValueError, "pinv: `rtol` and `rcond` can't be both set.");
    return ToArray(rcond);
  }
  if (!has_rtol) return std::nullopt;
  if (!rtol.is_none()) return ToArray(rtol);
  int64_t extent = 0;
  const Sizes shape = a.shape();
  for (size_t i = shape.size() - std::min<size_t>(shape.size(), 2); i < shape.size(); ++i)
    extent = std::max(extent, shape[i]);
  const bool single = a.dtype() == DataType::float32 || a.dtype() == DataType::complex64;
  const double epsilon = single ? FLT_EPSILON : DBL_EPSILON;
  return scalar(static_cast<double>(extent) * epsilon,
                single ? DataType::float32 : DataType::float64);
}

nb::object PseudoInverse(nb::handle a, nb::handle rcond, bool hermitian, nb::handle rtol) {
  const Array x = ToArray(a);
  const std::optional<Array> limit = PinvLimit(x, rcond, rtol);
  return nb::cast(Unlocked([&] { return linalg::pinv(x, limit, hermitian); }));
}

// As in NumPy the matrices are looked at first.
int64_t ToExponent(const Array& x, nb::handle n) {
  if (!PyIndex_Check(n.ptr())) linalg::matrix_power(x, 0);
  if (!PyIndex_Check(n.ptr())) Raise(PyExc_TypeError, "matrix_power: exponent must be an integer");
  return ToInt(n);
}

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
        return results().slogdet(found.sign, found.logabsdet);
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
}

void BindDecompositions(nb::module_& m) {
  m.def(
      "eig",
      [](nb::handle a) {
        const Array x = ToArray(a);
        linalg::EigResult found = Unlocked([&] { return linalg::eig(x); });
        return results().eig(found.eigenvalues, found.eigenvectors);
      },
      nb::arg("a"), "Eigenvalues, and eigenvectors in columns. Real if all values are.", Line());
  Def1(m, "eigvals", linalg::eigvals, "a", "Eigenvalues. Real if all of them are.");
  m.def(
      "eigh",
      [](nb::handle a, const std::string& uplo) {
        const Array x = ToArray(a);
        linalg::EighResult found = Unlocked([&] { return linalg::eigh(x, ToTriangle(uplo)); });
        return results().eigh(found.eigenvalues, found.eigenvectors);
      },
      nb::arg("a"), nb::arg("UPLO") = "L",
      "Ascending eigenvalues, and eigenvectors in columns, of Hermitian matrices.", Line());
  m.def(
      "eigvalsh",
      [](nb::handle a, const std::string& uplo) {
        const Array x = ToArray(a);
        return Unlocked([&] { return linalg::eigvalsh(x, ToTriangle(uplo)); });
      },
      nb::arg("a"), nb::arg("UPLO") = "L", "Ascending eigenvalues of Hermitian matrices.", Line());
  m.def("svd", SVD, nb::arg("a"), nb::arg("full_matrices") = true, nb::arg("compute_uv") = true,
        nb::arg("hermitian") = false, "U, S, Vh with a = U @ diag(S) @ Vh; or S alone.", Line());
  m.def(
      "svdvals",
      [](nb::handle x) {
        const Array a = ToArray(x);
        return Unlocked([&] { return linalg::svdvals(a); });
      },
      nb::arg("x"), "Descending singular values.", Line());
  m.def("qr", QR, nb::arg("a"), nb::arg("mode") = "reduced",
        "Q and R with a = Q @ R; modes 'reduced', 'complete', 'r' and 'raw'.", Line());
  m.def("pinv", PseudoInverse, nb::arg("a"), nb::arg("rcond").none() = nb::none(),
        nb::arg("hermitian") = false, nb::kw_only(), nb::arg("rtol").none() = NoValue(),
        "The pseudo-inverse; singular values up to rcond times the largest count as 0.", Line());
  m.def(
      "matrix_rank",
      [](nb::handle a, nb::handle tol, bool hermitian, nb::handle rtol) {
        const Array x = ToArray(a);
        const std::optional<Array> limit = ToOptionalArray(tol), relative = ToOptionalArray(rtol);
        return Unlocked([&] { return linalg::matrix_rank(x, limit, hermitian, relative); });
      },
      nb::arg("A"), nb::arg("tol").none() = nb::none(), nb::arg("hermitian") = false, nb::kw_only(),
      nb::arg("rtol").none() = nb::none(),
      "How many singular values are above tol, or above rtol times the largest.", Line());
}

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

// Stands where an argument may be None and was not given.
nb::object NoValue() { return nb::borrow(Py_Ellipsis); }

void BindLinalg(nb::module_& module, nb::class_<Array>& array) {
  BindProducts(module, array);
  nb::module_ sub = module.def_submodule("linalg", "Linear algebra, as numpy.linalg.");
  BindEquations(sub);
  BindDecompositions(sub);
  BindNorms(sub);
  BindPowers(sub);
  BindStrictProducts(sub);
  sub.attr("LinAlgError") = nb::borrow(ExceptionOf(ErrorCode::linalg));
  sub.attr("SlogdetResult") = results().slogdet;
  sub.attr("EigResult") = results().eig;
  sub.attr("EighResult") = results().eigh;
  sub.attr("QRResult") = results().qr;
  sub.attr("SVDResult") = results().svd;
}

}  // namespace broadloom::python

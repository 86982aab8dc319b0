// Decompositions with the signatures of numpy.linalg: eigenvalues, singular values, QR, and what
// follows from them.
#include <nanobind/stl/string.h>

#include <cfloat>

#include "frontend/linalg.h"
#include "frontend/python/keywords.h"
#include "frontend/python/linalg.h"

namespace broadloom::python {
namespace {

// Alive as long as the process.
struct Results {
  nb::object eig = ResultType("EigResult", "eigenvalues eigenvectors"),
             eigh = ResultType("EighResult", "eigenvalues eigenvectors"),
             qr = ResultType("QRResult", "Q R"), svd = ResultType("SVDResult", "U S Vh");
};

const Results& results() {
  static const Results& cached = *new Results;
  return cached;
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

// NumPy's rules for the two names of one limit.
std::optional<Array> PinvLimit(const Array& a, nb::handle rcond, nb::handle rtol) {
  const bool has_rtol = !rtol.is(NotGiven());
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

}  // namespace

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
        nb::arg("hermitian") = false, nb::kw_only(), nb::arg("rtol").none() = NotGiven(),
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
  m.attr("EigResult") = results().eig;
  m.attr("EighResult") = results().eigh;
  m.attr("QRResult") = results().qr;
  m.attr("SVDResult") = results().svd;
}

}  // namespace broadloom::python

// Functions of broadloom::linalg.
#include "frontend/linalg.h"

#include "absl/strings/str_cat.h"
#include "frontend/calls/arguments.h"
#include "frontend/calls/tables.h"
#include "frontend/error.h"

namespace broadloom::calls {

template <>
struct From<linalg::NormOrder> {
  static linalg::NormOrder Of(const Value& value, const Slot& slot) {
    if (value.is_none()) return {};
    if (const std::string* text = value.As<std::string>()) return *text;
    return From<double>::Of(value, slot);
  }
};

namespace {

Value CallSlogdet(const Arguments& arguments) {
  const auto [sign, logabsdet] = linalg::slogdet(arguments.As<Array>(0));
  return TupleOf(sign, logabsdet);
}

Value CallLu(const Arguments& arguments) {
  const auto [p, l, u] = linalg::lu(arguments.As<Array>(0));
  return TupleOf(p, l, u);
}

Value CallLstsq(const Arguments& arguments) {
  const linalg::LstsqResult result = linalg::lstsq(arguments.As<Array>(0), arguments.As<Array>(1),
                                                   arguments.As<std::optional<double>>("rcond"));
  return TupleOf(result.solution, result.residuals, Number(result.rank), result.singular_values);
}

Value CallEig(const Arguments& arguments) {
  const auto [values, vectors] = linalg::eig(arguments.As<Array>(0));
  return TupleOf(values, vectors);
}

char UploOf(const Arguments& arguments) {
  static constexpr std::pair<const char*, char> kNames[] = {{"L", 'L'}, {"U", 'U'}};
  return OneOf(kNames, arguments[1], arguments.slot(1));
}

Value CallEigh(const Arguments& arguments) {
  const auto [values, vectors] = linalg::eigh(arguments.As<Array>(0), UploOf(arguments));
  return TupleOf(values, vectors);
}
Value CallEigvalsh(const Arguments& arguments) {
  return linalg::eigvalsh(arguments.As<Array>(0), UploOf(arguments));
}

Value CallSvd(const Arguments& arguments) {
  const Array a = arguments.As<Array>(0);
  const bool hermitian = arguments.As<bool>("hermitian");
  if (!arguments.As<bool>("compute_uv")) return linalg::svdvals(a, hermitian);
  const auto [u, s, vh] = linalg::svd(a, arguments.As<bool>("full_matrices"), hermitian);
  return TupleOf(u, s, vh);
}

Value CallQr(const Arguments& arguments) {
  using linalg::QRMode;
  static constexpr std::pair<const char*, QRMode> kModes[] = {{"reduced", QRMode::reduced},
                                                              {"complete", QRMode::complete},
                                                              {"r", QRMode::r},
                                                              {"raw", QRMode::raw}};
  const QRMode mode = OneOf(kModes, arguments[1], arguments.slot(1));
  const auto [q, r] = linalg::qr(arguments.As<Array>(0), mode);
  return mode == QRMode::r ? Value(r) : TupleOf(q, r);
}

Value CallSolveTriangular(const Arguments& arguments) {
  using linalg::Transposed;
  static constexpr std::pair<const char*, Transposed> kNames[] = {
      {"N", Transposed::no}, {"T", Transposed::transpose}, {"C", Transposed::adjoint}};
  const size_t trans = arguments.IndexOf("trans");
  return linalg::solve_triangular(
      arguments.As<Array>(0), arguments.As<Array>(1), arguments.As<bool>("lower"),
      OneOf(kNames, arguments[trans], arguments.slot(trans)), arguments.As<bool>("unit_diagonal"));
}

Array Norm(const Array& x, const linalg::NormOrder& ord, const AxisList& axis, bool keepdims) {
  return linalg::norm(x, ord, axis, keepdims);
}

Array VectorNorm(const Array& x, const AxisList& axis, bool keepdims,
                 const linalg::NormOrder& ord) {
  return linalg::vector_norm(x, axis, keepdims, ord);
}

Array TensorSolve(const Array& a, const Array& b, const std::optional<std::vector<int64_t>>& axes) {
  return linalg::tensorsolve(a, b, axes.value_or(std::vector<int64_t>()));
}

Array MatrixDiagonal(const Array& x, int64_t offset) { return diagonal(x, offset, -2, -1); }
Array MatrixTrace(const Array& x, int64_t offset, const std::optional<DataType>& dtype) {
  return trace(x, offset, -2, -1, dtype);
}
Array Cross(const Array& x1, const Array& x2, int64_t axis) {
  return cross(x1, x2, axis, axis, axis);
}
Array OuterOfVectors(const Array& x1, const Array& x2) {
  if (x1.ndim() != 1 || x2.ndim() != 1)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("linalg.outer: two vectors are needed, not arrays of ", x1.ndim(),
                             " and ", x2.ndim(), " dimensions"));
  return outer(x1, x2);
}

constexpr char kGroup[] = "linear algebra";
constexpr Function kTable[] = {
    {"linalg.solve(a, b)", "x with a x = b", Bound<linalg::solve>, kGroup},
    {"linalg.inv(a)", "inverse matrix", Bound<linalg::inv>, kGroup},
    {"linalg.det(a)", "determinant", Bound<linalg::det>, kGroup},
    {"linalg.slogdet(a)", "sign and logarithm of the magnitude of the determinant", CallSlogdet,
     kGroup},
    {"linalg.cholesky(a, /, *, upper=False)", "a = L L^H", Bound<linalg::cholesky>, kGroup},
    {"linalg.lu(a)", "(P, L, U): a = P L U", CallLu, kGroup},
    {"linalg.solve_triangular(a, b, *, trans='N', lower=False, unit_diagonal=False)",
     "solve, reading one triangle of a", CallSolveTriangular, kGroup},
    {"linalg.lstsq(a, b, rcond=None)", "least squares: (x, residuals, rank, singular values)",
     CallLstsq, kGroup},
    {"linalg.tensorsolve(a, b, axes=None)", "solve over trailing axes", Bound<TensorSolve>, kGroup},
    {"linalg.tensorinv(a, ind=2)", "inverse over leading and trailing axes",
     Bound<linalg::tensorinv>, kGroup},
    {"linalg.eig(a)", "(eigenvalues, eigenvectors)", CallEig, kGroup},
    {"linalg.eigvals(a)", "eigenvalues", Bound<linalg::eigvals>, kGroup},
    {"linalg.eigh(a, UPLO='L')", "(eigenvalues, eigenvectors) of Hermitian matrices", CallEigh,
     kGroup},
    {"linalg.eigvalsh(a, UPLO='L')", "eigenvalues of Hermitian matrices", CallEigvalsh, kGroup},
    {"linalg.svd(a, full_matrices=True, compute_uv=True, hermitian=False)",
     "(U, S, Vh): a = U diag(S) Vh", CallSvd, kGroup},
    {"linalg.svdvals(x, /, *, hermitian=False)", "singular values", Bound<linalg::svdvals>, kGroup},
    {"linalg.qr(a, mode='reduced')", "(Q, R): a = Q R", CallQr, kGroup},
    {"linalg.pinv(a, rcond=None, hermitian=False)", "pseudo-inverse", Bound<linalg::pinv>, kGroup},
    {"linalg.matrix_rank(A, tol=None, hermitian=False, *, rtol=None)", "number of independent rows",
     Bound<linalg::matrix_rank>, kGroup},
    {"linalg.norm(x, ord=None, axis=None, keepdims=False)", "norm of vectors or matrices",
     Bound<Norm>, kGroup},
    {"linalg.vector_norm(x, /, *, axis=None, keepdims=False, ord=2)", "norm of vectors",
     Bound<VectorNorm>, kGroup},
    {"linalg.matrix_norm(x, /, *, keepdims=False, ord='fro')", "norm of matrices",
     Bound<linalg::matrix_norm>, kGroup},
    {"linalg.cond(x, p=None)", "condition number", Bound<linalg::cond>, kGroup},
    {"linalg.matrix_power(a, n)", "the matrix times itself", Bound<linalg::matrix_power>, kGroup},
    {"linalg.multi_dot(arrays)", "product of matrices in the cheapest order",
     Bound<linalg::multi_dot>, kGroup},
    {"linalg.expm(A)", "e to the matrix", Bound<linalg::expm>, kGroup},
    {"linalg.diagonal(x, /, *, offset=0)", "diagonals over the last two axes",
     Bound<MatrixDiagonal>, kGroup},
    {"linalg.trace(x, /, *, offset=0, dtype=None)", "sums of diagonals over the last two axes",
     Bound<MatrixTrace>, kGroup},
    {"linalg.cross(x1, x2, /, *, axis=-1)", "cross product of vectors", Bound<Cross>, kGroup},
    {"linalg.outer(x1, x2, /)", "products of all pairs of elements of two vectors",
     Bound<OuterOfVectors>, kGroup},
    {"linalg.matmul(x1, x2, /)", "matrix product over the last two axes",
     Bound<static_cast<Array (*)(const Array&, const Array&)>(matmul)>, kGroup},
    {"linalg.vecdot(x1, x2, /, *, axis=-1)", "sums of products along an axis", Bound<vecdot>,
     kGroup},
};

}  // namespace

Table LinalgTable() { return kTable; }

}  // namespace broadloom::calls

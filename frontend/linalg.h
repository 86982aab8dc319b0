// Linear algebra, with the names, dtypes and errors of numpy and numpy.linalg.
//
// In shapes "..." are leading axes of a stack: everything is done for each matrix of it. Functions
// of broadloom::linalg that factor matrices run when they are called, many matrices in parallel,
// and return ready arrays; the others (products, norms but those of singular values, diagonals)
// are lazy and fuse. Factorisations take integers as float64 and, as NumPy does, compute in float64
// or complex128 whatever they were given: a result of float32 is rounded at the end.
//
// Errors: `linalg` (LinAlgError) where a matrix is no matrix, not square, singular, or where an
// iteration does not converge; `type_error` for float16 and bfloat16; `invalid_argument` where
// shapes do not fit together; `axis` for an axis that is not there; `unimplemented` for an extent
// beyond 2^31 - 1.
#ifndef BROADLOOM_LINALG_H_
#define BROADLOOM_LINALG_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api.h"
#include "array.h"

namespace BROADLOOM_API broadloom {

// --- Products. Numbers of the result have the dtype of x * y, also for small integers. -----------
Array outer(const Array& x, const Array& y);  // of all elements: (size of x, size of y)
Array inner(const Array& x, const Array& y);  // sums over both last axes, which are equally long
Array dot(const Array& x, const Array& y);    // over the last axis of x, the last but one of y
Array vdot(const Array& x, const Array& y);   // a number: all elements, those of x conjugated
// Sums conj(x) * y along an axis that both have; the other axes broadcast.
Array vecdot(const Array& x, const Array& y, int64_t axis = -1);
Array matvec(const Array& x, const Array& y);  // (..., m, n) and (..., n) -> (..., m)
Array vecmat(const Array& x, const Array& y);  // (..., m) conjugated and (..., m, n) -> (..., n)
// Sums over pairs of axes: x's x_axes[i] and y's y_axes[i]. What is left of x's shape stands before
// what is left of y's. With a number: over the last `count` axes of x and the first of y.
Array tensordot(const Array& x, const Array& y, const std::vector<int64_t>& x_axes,
                const std::vector<int64_t>& y_axes);
Array tensordot(const Array& x, const Array& y, int64_t count = 2);
Array kron(const Array& x, const Array& y);  // the shorter shape gets leading ones
// Vectors of 3 or 2 elements lie along these axes of x, of y and of the result; a third one that
// is missing is 0. Two vectors of 2 elements have a number for a product.
Array cross(const Array& x, const Array& y, int64_t x_axis = -1, int64_t y_axis = -1,
            int64_t axis = -1);

// --- Diagonals -----------------------------------------------------------------------------------
// (..., m, n) -> (..., length): elements (i, i + offset) of the two axes, along a new last axis.
Array diagonal(const Array& x, int64_t offset = 0, int64_t axis1 = 0, int64_t axis2 = 1);
Array trace(const Array& x, int64_t offset = 0, int64_t axis1 = 0, int64_t axis2 = 1,
            std::optional<DataType> dtype = {});  // sum of the diagonal, in the dtype of `sum`
// Of a vector: the matrix with it on diagonal `offset`. Of a matrix: that diagonal.
Array diag(const Array& x, int64_t offset = 0);
// The matrix with all elements of x, in C order, on diagonal `offset`.
Array diagflat(const Array& x, int64_t offset = 0);
Array matrix_transpose(const Array& x);  // (..., m, n) -> (..., n, m)

namespace linalg {

struct SlogdetResult {
  Array sign, logabsdet;
};
struct EigResult {
  Array eigenvalues, eigenvectors;
};
struct EighResult {
  Array eigenvalues, eigenvectors;
};
struct QRResult {
  Array Q, R;
};
struct SVDResult {
  Array U, S, Vh;
};
struct LUResult {
  Array P, L, U;
};
struct LstsqResult {
  Array solution, residuals;
  int64_t rank = 0;
  Array singular_values;
};

// --- Equations -----------------------------------------------------------------------------------
// (..., n, n) and (n) or (..., n, k): x with a x = b, of b's shape. Stacks broadcast.
Array solve(const Array& a, const Array& b);
Array inv(const Array& a);
Array det(const Array& a);  // (..., n, n) -> (...)
// Sign (or complex phase) and logarithm of the absolute value of the determinant; 0 and -inf of a
// singular matrix.
SlogdetResult slogdet(const Array& a);
// a = L L^H, or U^H U with `upper`; reads one triangle of a.
Array cholesky(const Array& a, bool upper = false);
// a = P L U for (..., m, n): P (..., m, m), L (..., m, k), U (..., k, n), k = min(m, n); with
// `permute_l` P L in the place of L, and P is null. As scipy.linalg.lu.
LUResult lu(const Array& a, bool permute_l = false);
// As `solve`, reading one triangle of a; `transpose` solves with a^T, `adjoint` with a^H. As
// scipy.linalg.solve_triangular, whose stacks broadcast as those of `solve`.
enum class Transposed { no, transpose, adjoint };
Array solve_triangular(const Array& a, const Array& b, bool lower = false,
                       Transposed transposed = Transposed::no, bool unit_diagonal = false);
// Least squares for one matrix a (m, n) and b (m) or (m, k). Singular values below rcond times the
// largest are 0; by default rcond is float64's precision times max(m, n). Sums of squared residuals
// are given where a has rank n < m, else none.
LstsqResult lstsq(const Array& a, const Array& b, std::optional<double> rcond = {});
// Solves over the trailing axes of a, of which there are as many elements as b has; `axes` of a go
// to its end first.
Array tensorsolve(const Array& a, const Array& b, const std::vector<int64_t>& axes = {});
Array tensorinv(const Array& a, int64_t count = 2);  // its inverse; `count` leading axes go right

// --- Eigenvalues and singular values -------------------------------------------------------------
// Of any square matrices. Real ones have real results if all eigenvalues of the stack are real,
// else complex ones. `linalg` where a has an inf or a NaN.
EigResult eig(const Array& a);
Array eigvals(const Array& a);
// Of Hermitian matrices, of which the triangle `uplo`, 'L' or 'U', is read. Ascending.
EighResult eigh(const Array& a, char uplo = 'L');
Array eigvalsh(const Array& a, char uplo = 'L');
// a = U diag(S) Vh, S descending. (..., m, n) gives U (..., m, m) and Vh (..., n, n), or without
// `full_matrices` U (..., m, k) and Vh (..., k, n), k = min(m, n). `hermitian`: by `eigh`.
SVDResult svd(const Array& a, bool full_matrices = true, bool hermitian = false);
Array svdvals(const Array& a, bool hermitian = false);
// `raw`: LAPACK's own, reflectors transposed in Q and their factors in R. `r`: Q is null.
enum class QRMode { reduced, complete, r, raw };
QRResult qr(const Array& a, QRMode mode = QRMode::reduced);

// The pseudo-inverse, (..., m, n) -> (..., n, m). Singular values not above rtol times the largest
// count as 0; rtol has the stack's shape or broadcasts to it, and is 1e-15 where none is given.
Array pinv(const Array& a, const std::optional<Array>& rtol = {}, bool hermitian = false);
// The number of singular values above `tol`, or above `rtol` times the largest; by default rtol is
// the dtype's precision times max(m, n). int64. Of a vector: whether it has anything but zeros.
Array matrix_rank(const Array& a, const std::optional<Array>& tol = {}, bool hermitian = false,
                  const std::optional<Array>& rtol = {});

// --- Norms ---------------------------------------------------------------------------------------
// None, a number (infinite ones too), or "fro" ("f") and "nuc" of matrices.
using NormOrder = std::variant<std::monostate, double, std::string>;
// Of the elements along these axes together: 2 or none sqrt(sum |x|^2), inf the largest |x|, -inf
// the smallest, 0 how many are not 0, p else sum(|x|^p)^(1/p).
Array vector_norm(const Array& x, const AxisList& axes = {}, bool keepdims = false,
                  const NormOrder& order = 2.0);
// Of the matrices in the last two axes: "fro" or none sqrt(sum |x|^2), 1 and -1 the largest and
// smallest sum of a column's |x|, inf and -inf of a row's, 2 and -2 the largest and smallest
// singular value, "nuc" their sum.
Array matrix_norm(const Array& x, bool keepdims = false, const NormOrder& order = "fro");
// One axis: of vectors. Two: of matrices (rows, columns). None: of all elements of x, as one vector
// where no order is given.
Array norm(const Array& x, const NormOrder& order = {}, const AxisList& axes = {},
           bool keepdims = false);
// norm(a) * norm(inv(a)); with none, 2 or -2 the ratio of singular values. inf of a singular
// matrix.
Array cond(const Array& a, const NormOrder& order = {});

// --- Powers and chains ---------------------------------------------------------------------------
Array matrix_power(const Array& a, int64_t exponent);  // of the inverse where negative
// The product of two or more matrices in the cheapest order. The first and the last may be vectors.
Array multi_dot(const std::vector<Array>& arrays);
Array expm(const Array& a);  // e to the matrix

// --- As above, over the last two axes, or with numpy.linalg's stricter operands ------------------
Array outer(const Array& x, const Array& y);  // of vectors
Array cross(const Array& x, const Array& y, int64_t axis = -1);
Array diagonal(const Array& x, int64_t offset = 0);
Array trace(const Array& x, int64_t offset = 0, std::optional<DataType> dtype = {});
using broadloom::matmul;
using broadloom::matrix_transpose;
using broadloom::tensordot;
using broadloom::vecdot;

}  // namespace linalg
}  // namespace broadloom

#endif  // BROADLOOM_LINALG_H_

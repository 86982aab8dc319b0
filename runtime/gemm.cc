// Matrix products by OpenBLAS, one call per tile of c. The serial build is required: the threaded
// one would oversubscribe the executor's threads and let their number decide the bits. k is never
// cut by us, for the same reason. That build hands out its scratch memory without a lock (OpenBLAS
// issue 2126), so the lock is put around it here, by the linker's --wrap.
//
// Refuses layouts that BLAS has no name for; copying is the caller's, who has an allocator and a
// budget.
#include "runtime/gemm.h"

#include <cblas.h>

#include <algorithm>
#include <complex>
#include <limits>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names
extern "C" {
void* __real_blas_memory_alloc(int procpos);
void __real_blas_memory_free(void* buffer);
void* __wrap_blas_memory_alloc(int procpos);
void __wrap_blas_memory_free(void* buffer);
}

namespace {
std::mutex scratch_mutex;
}

void* __wrap_blas_memory_alloc(int procpos) {
  const std::lock_guard<std::mutex> lock(scratch_mutex);
  return __real_blas_memory_alloc(procpos);
}

void __wrap_blas_memory_free(void* buffer) {
  const std::lock_guard<std::mutex> lock(scratch_mutex);
  __real_blas_memory_free(buffer);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace broadloom {
namespace {

constexpr int64_t kMaxInt = std::numeric_limits<blasint>::max();

// Elements between the `outer` vectors of `inner` contiguous elements each; 0 where they do not lie
// so.
template <class T>
int64_t LeadingDimension(int64_t outer, int64_t outer_stride, int64_t inner, int64_t inner_stride) {
  constexpr int64_t size = sizeof(T);
  if (inner > 1 && inner_stride != size) return 0;
  if (outer <= 1) return inner;
  if (outer_stride % size != 0 || outer_stride / size < inner) return 0;
  return outer_stride / size;
}

// How BLAS sees a matrix; leading = 0 where it does not.
template <class T>
MatrixLayout AsItLies(int64_t rows, int64_t columns, const Matrix<T>& matrix) {
  if (reinterpret_cast<uintptr_t>(matrix.data) % alignof(T) != 0) return {};
  const int64_t leading =
      LeadingDimension<T>(rows, matrix.row_stride, columns, matrix.column_stride);
  if (leading != 0) return {false, leading};
  return {true, LeadingDimension<T>(columns, matrix.column_stride, rows, matrix.row_stride)};
}

template <class T>
absl::StatusOr<MatrixLayout> Described(const char* name, int64_t rows, int64_t columns,
                                       const Matrix<T>& matrix) {
  const MatrixLayout layout = AsItLies(rows, columns, matrix);
  if (layout.leading == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("operand ", name, " of a matrix product, strides ", matrix.row_stride, " and ",
                     matrix.column_stride, " bytes, needs a copy"));
  }
  if (layout.leading > kMaxInt)
    return absl::UnimplementedError(absl::StrCat("rows of operand ", name, " beyond 2^31"));
  return layout;
}

// The calls by element type. Complex numbers 1 and 0 are handed over by address.
template <class T>
struct Blas;
#define BL_BLAS(T, prefix, number)                                                                 \
  template <>                                                                                      \
  struct Blas<T> {                                                                                 \
    static void gemm(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int64_t m, int64_t n, int64_t k,      \
                     const T* a, int64_t lda, const T* b, int64_t ldb, T* c, int64_t ldc) {        \
      const T one(1), zero(0);                                                                     \
      cblas_##prefix##gemm(CblasRowMajor, ta, tb, m, n, k, number(one), a, lda, b, ldb,            \
                           number(zero), c, ldc);                                                  \
    }                                                                                              \
    static void syrk(CBLAS_TRANSPOSE ta, int64_t n, int64_t k, const T* a, int64_t lda, T* c,      \
                     int64_t ldc) {                                                                \
      const T one(1), zero(0);                                                                     \
      cblas_##prefix##syrk(CblasRowMajor, CblasUpper, ta, n, k, number(one), a, lda, number(zero), \
                           c, ldc);                                                                \
    }                                                                                              \
    static void gemv(CBLAS_TRANSPOSE ta, int64_t m, int64_t n, const T* a, int64_t lda,            \
                     const T* x, int64_t x_step, T* y, int64_t y_step) {                           \
      const T one(1), zero(0);                                                                     \
      cblas_##prefix##gemv(CblasRowMajor, ta, m, n, number(one), a, lda, x, x_step, number(zero),  \
                           y, y_step);                                                             \
    }                                                                                              \
  };
#define BL_VALUE(x) x
#define BL_ADDRESS(x) &(x)
BL_BLAS(float, s, BL_VALUE)
BL_BLAS(double, d, BL_VALUE)
BL_BLAS(std::complex<float>, c, BL_ADDRESS)
BL_BLAS(std::complex<double>, z, BL_ADDRESS)
#undef BL_BLAS
#undef BL_VALUE
#undef BL_ADDRESS

CBLAS_TRANSPOSE Transposed(bool is_transposed) { return is_transposed ? CblasTrans : CblasNoTrans; }

// y = matrix x, of a matrix by whose rows, or by whose columns, `outputs` numbers are computed.
template <class T>
void Vector(bool by_rows, int64_t outputs, int64_t k, const T* matrix, int64_t leading, const T* x,
            int64_t x_step, T* y, int64_t y_step) {
  if (by_rows)
    Blas<T>::gemv(CblasNoTrans, outputs, k, matrix, leading, x, x_step, y, y_step);
  else
    Blas<T>::gemv(CblasTrans, k, outputs, matrix, leading, x, x_step, y, y_step);
}

// Below the diagonal what is above it; the transpose of a tile, to where that belongs.
template <class T>
void Mirror(const Tile& tile, T* c, int64_t ldc) {
  constexpr int64_t kSide = 32;
  const int64_t row_end = tile.row + tile.rows, column_end = tile.column + tile.columns;
  for (int64_t j0 = tile.column; j0 < column_end; j0 += kSide) {
    for (int64_t i0 = tile.row; i0 < row_end; i0 += kSide) {
      for (int64_t j = j0; j < std::min(column_end, j0 + kSide); ++j) {
        for (int64_t i = i0; i < std::min({row_end, i0 + kSide, j}); ++i)
          c[j * ldc + i] = c[i * ldc + j];
      }
    }
  }
}

constexpr int64_t kEdge = 512;         // packing both operands anew costs little beside it
constexpr int64_t kVectorEdge = 1024;  // long strips of a vector's matrix
constexpr int64_t kLeastEdge = 64;
constexpr int64_t kLeastWork = 1 << 17;  // multiplications worth a part: some microseconds
constexpr int64_t kManyParts = 8;        // enough for the threads
constexpr int64_t kThin = 32;            // rows or columns of a thin product, cut along the others
// Of a thin product's part: some 100 us of work, and operands and result that a cache has room for.
constexpr int64_t kThinWork = 1 << 20, kThinElements = 1 << 16;

int64_t CeilDiv(int64_t a, int64_t b) { return (a - 1) / b + 1; }
// As many parts, of about the same size.
int64_t Even(int64_t extent, int64_t edge) {
  return std::min(extent, (CeilDiv(extent, CeilDiv(extent, edge)) + 15) / 16 * 16);
}

struct Edges {
  int64_t rows, columns;
};

Edges EdgesFor(int64_t m, int64_t n, int64_t k) {
  if (m == 1 || n == 1) return {std::min(m, kVectorEdge), std::min(n, kVectorEdge)};
  if (std::min(m, n) <= kThin && std::max(m, n) > kEdge) {
    const int64_t thin = std::min(m, n), each = thin * k, all = std::max(m, n);
    const int64_t most = std::min({kThinWork / each, kThinElements / (thin + k), all / kManyParts});
    const int64_t edge = Even(all, std::max({most, kLeastWork / each, kLeastEdge}));
    return {n <= m ? std::min(m, edge) : m, n <= m ? n : std::min(n, edge)};
  }
  Edges edges{std::min(m, kEdge), std::min(n, kEdge)};
  while (CeilDiv(m, edges.rows) * CeilDiv(n, edges.columns) < kManyParts &&
         edges.rows * edges.columns * k >= 2 * kLeastWork) {
    int64_t& larger = edges.rows >= edges.columns ? edges.rows : edges.columns;
    if (larger < 2 * kLeastEdge) break;
    larger = (larger + 1) / 2;
  }
  return {Even(m, edges.rows), Even(n, edges.columns)};
}

// Of a square's rows, of which half is computed.
int64_t SymmetricEdge(int64_t n, int64_t k) {
  if (n * n * k < 8 * kLeastWork) return n;
  return Even(n, std::clamp(n / 3, int64_t{kLeastEdge}, n < 2048 ? kEdge / 2 : kEdge));
}

// The n-th of the tiles above and on the diagonal of so many rows of tiles; those on it, which are
// less work, come last.
std::pair<int64_t, int64_t> PlaceInTriangle(int64_t n, int64_t edges) {
  int64_t row = 0;
  for (; row < edges && n >= edges - 1 - row; ++row) n -= edges - 1 - row;
  return row < edges ? std::pair(row, row + 1 + n) : std::pair(n, n);
}

}  // namespace

int64_t ElementsOfPart(int64_t m, int64_t n, int64_t k) {
  const Edges edges = EdgesFor(m, n, std::max<int64_t>(k, 1));
  return edges.rows * edges.columns;
}

template <class T>
absl::StatusOr<MatrixProduct<T>> MatrixProduct<T>::Make(int64_t m, int64_t n, int64_t k,
                                                        const Matrix<T>& a, const Matrix<T>& b,
                                                        int64_t c_row_stride, bool is_symmetric) {
  MatrixProduct product;
  product.m_ = m;
  product.n_ = n;
  product.k_ = k;
  product.ldc_ = m > 1 ? c_row_stride / static_cast<int64_t>(sizeof(T)) : n;
  if (m <= 0 || n <= 0) return product;
  if (product.ldc_ < n || (m > 1 && c_row_stride % sizeof(T) != 0))
    return absl::InvalidArgumentError("rows of a product overlap");
  const Edges edges = EdgesFor(m, n, std::max<int64_t>(k, 1));
  product.is_symmetric_ = is_symmetric && m > 1 && k > 0;
  product.rows_ = edges.rows;
  product.columns_ = edges.columns;
  if (product.is_symmetric_) product.rows_ = product.columns_ = SymmetricEdge(m, k);
  if (k <= 0) return product;
  if (k > kMaxInt || product.ldc_ > kMaxInt)
    return absl::UnimplementedError("a matrix product beyond 2^31");
  const auto left = Described("a", m, k, a), right = Described("b", k, n, b);
  if (!left.ok()) return left.status();
  if (!right.ok()) return right.status();
  product.a_ = *left;
  product.b_ = *right;
  return product;
}

template <class T>
int64_t MatrixProduct<T>::parts() const {
  if (m_ <= 0 || n_ <= 0) return 0;
  const int64_t down = CeilDiv(m_, rows_);
  return is_symmetric_ ? down * (down + 1) / 2 : down * CeilDiv(n_, columns_);
}

template <class T>
absl::InlinedVector<Tile, 2> MatrixProduct<T>::Compute(int64_t part, const T* a, const T* b,
                                                       T* c) const {
  const int64_t across = CeilDiv(n_, columns_);
  const auto [row, column] =
      is_symmetric_ ? PlaceInTriangle(part, across) : std::pair(part / across, part % across);
  const Tile tile{row * rows_, column * columns_, std::min(rows_, m_ - row * rows_),
                  std::min(columns_, n_ - column * columns_)};
  if (is_symmetric_ && row == column)
    Square(tile, a, c);
  else
    Multiply(tile, a, b, c);
  if (!is_symmetric_) return {tile};
  Mirror(tile, c, ldc_);
  if (row == column) return {tile};
  return {tile, Tile{tile.column, tile.row, tile.columns, tile.rows}};
}

// Products with a single row or column read their matrix once, for which BLAS has the better call.
template <class T>
void MatrixProduct<T>::Multiply(const Tile& tile, const T* a, const T* b, T* c) const {
  c += tile.row * ldc_ + tile.column;
  if (k_ <= 0) {
    for (int64_t row = 0; row < tile.rows; ++row) std::fill_n(c + row * ldc_, tile.columns, T());
    return;
  }
  const T* const left = a_.At(a, tile.row, 0);
  const T* const right = b_.At(b, 0, tile.column);
  if (n_ == 1) {
    const int64_t step = b_.is_transposed ? 1 : b_.leading;
    Vector(!a_.is_transposed, tile.rows, k_, left, a_.leading, right, step, c, ldc_);
  } else if (m_ == 1) {
    const int64_t step = a_.is_transposed ? a_.leading : 1;
    Vector(b_.is_transposed, tile.columns, k_, right, b_.leading, left, step, c, 1);
  } else {
    Blas<T>::gemm(Transposed(a_.is_transposed), Transposed(b_.is_transposed), tile.rows,
                  tile.columns, k_, left, a_.leading, right, b_.leading, c, ldc_);
  }
}

// A tile on the diagonal of a matrix times its transpose: what is above it.
template <class T>
void MatrixProduct<T>::Square(const Tile& tile, const T* a, T* c) const {
  Blas<T>::syrk(Transposed(a_.is_transposed), tile.rows, k_, a_.At(a, tile.row, 0), a_.leading,
                c + tile.row * ldc_ + tile.column, ldc_);
}

template <class T>
bool BlasTakes(int64_t rows, int64_t columns, const Matrix<T>& matrix) {
  return AsItLies(rows, columns, matrix).leading != 0;
}

#define BL_INSTANTIATE(T)                                                          \
  template bool BlasTakes(int64_t rows, int64_t columns, const Matrix<T>& matrix); \
  template class MatrixProduct<T>;
BL_INSTANTIATE(float)
BL_INSTANTIATE(double)
BL_INSTANTIATE(std::complex<float>)
BL_INSTANTIATE(std::complex<double>)
#undef BL_INSTANTIATE

}  // namespace broadloom

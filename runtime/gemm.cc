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

#include "absl/status/statusor.h"
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

// An operand as BLAS sees it: contiguous rows `leading` elements apart, or the transpose of such a
// matrix.
template <class T>
struct Operand {
  const T* data;
  CBLAS_TRANSPOSE transpose;
  int64_t leading;

  const T* At(int64_t row, int64_t column) const {
    return transpose == CblasNoTrans ? data + row * leading + column
                                     : data + column * leading + row;
  }
};

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

// As BLAS sees it; leading = 0 where it does not.
template <class T>
Operand<T> OperandOf(int64_t rows, int64_t columns, const Matrix<T>& matrix) {
  Operand<T> operand{matrix.data, CblasNoTrans, 0};
  if (reinterpret_cast<uintptr_t>(matrix.data) % alignof(T) != 0) return operand;
  operand.leading = LeadingDimension<T>(rows, matrix.row_stride, columns, matrix.column_stride);
  if (operand.leading == 0) {
    operand.transpose = CblasTrans;
    operand.leading = LeadingDimension<T>(columns, matrix.column_stride, rows, matrix.row_stride);
  }
  return operand;
}

template <class T>
absl::StatusOr<Operand<T>> Describe(const char* name, int64_t rows, int64_t columns,
                                    const Matrix<T>& matrix) {
  const Operand<T> operand = OperandOf(rows, columns, matrix);
  if (operand.leading == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("operand ", name, " of a matrix product, strides ", matrix.row_stride, " and ",
                     matrix.column_stride, " bytes, needs a copy"));
  }
  if (operand.leading > kMaxInt)
    return absl::UnimplementedError(absl::StrCat("rows of operand ", name, " beyond 2^31"));
  return operand;
}

// The calls by element type. Complex numbers 1 and 0 are handed over by address.
template <class T>
struct Blas;
#define BL_BLAS(T, prefix, number)                                                                \
  template <>                                                                                     \
  struct Blas<T> {                                                                                \
    static void gemm(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int64_t m, int64_t n, int64_t k,     \
                     const T* a, int64_t lda, const T* b, int64_t ldb, T* c, int64_t ldc) {       \
      const T one(1), zero(0);                                                                    \
      cblas_##prefix##gemm(CblasRowMajor, ta, tb, m, n, k, number(one), a, lda, b, ldb,           \
                           number(zero), c, ldc);                                                 \
    }                                                                                             \
    static void gemv(CBLAS_TRANSPOSE ta, int64_t m, int64_t n, const T* a, int64_t lda,           \
                     const T* x, int64_t x_step, T* y, int64_t y_step) {                          \
      const T one(1), zero(0);                                                                    \
      cblas_##prefix##gemv(CblasRowMajor, ta, m, n, number(one), a, lda, x, x_step, number(zero), \
                           y, y_step);                                                            \
    }                                                                                             \
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

// One tile of c. Products with a single row or column read their matrix once, for which BLAS has
// the better call.
template <class T>
struct Product {
  int64_t m, n, k;
  Operand<T> a, b;
  T* c;
  int64_t ldc;

  void Tile(int64_t row, int64_t column, int64_t rows, int64_t columns) const {
    T* out = c + row * ldc + column;
    if (n == 1) {
      const int64_t step = b.transpose == CblasNoTrans ? b.leading : 1;
      Vector(a.transpose == CblasNoTrans, rows, a.At(row, 0), a.leading, b.data, step, out, ldc);
    } else if (m == 1) {
      const int64_t step = a.transpose == CblasNoTrans ? 1 : a.leading;
      Vector(b.transpose == CblasTrans, columns, b.At(0, column), b.leading, a.data, step, out, 1);
    } else {
      Blas<T>::gemm(a.transpose, b.transpose, rows, columns, k, a.At(row, 0), a.leading,
                    b.At(0, column), b.leading, out, ldc);
    }
  }

  void Vector(bool by_rows, int64_t outputs, const T* matrix, int64_t leading, const T* x,
              int64_t x_step, T* y, int64_t y_step) const {
    if (by_rows) {
      Blas<T>::gemv(CblasNoTrans, outputs, k, matrix, leading, x, x_step, y, y_step);
    } else {
      Blas<T>::gemv(CblasTrans, k, outputs, matrix, leading, x, x_step, y, y_step);
    }
  }
};

// Large enough that packing the operands anew for each tile costs little, and that a vector's
// matrix is read in long strips; small enough to occupy the threads.
int64_t TileEdge(int64_t m, int64_t n) {
  if (m == 1 || n == 1) return 1024;
  return m * n <= (int64_t{1} << 20) ? 256 : 512;
}

}  // namespace

template <class T>
absl::Status Gemm(int64_t m, int64_t n, int64_t k, const Matrix<T>& a, const Matrix<T>& b, T* c,
                  int64_t c_row_stride, Executor& executor, FloatFlags* raised) {
  if (m <= 0 || n <= 0) return absl::OkStatus();
  const int64_t ldc = m > 1 ? c_row_stride / static_cast<int64_t>(sizeof(T)) : n;
  if (ldc < n || (m > 1 && c_row_stride % sizeof(T) != 0))
    return absl::InvalidArgumentError("rows of a product overlap");
  if (k <= 0) {
    for (int64_t row = 0; row < m; ++row) std::fill_n(c + row * ldc, n, T());
    return absl::OkStatus();
  }
  if (k > kMaxInt || ldc > kMaxInt) return absl::UnimplementedError("a matrix product beyond 2^31");
  const auto left = Describe("a", m, k, a), right = Describe("b", k, n, b);
  if (!left.ok()) return left.status();
  if (!right.ok()) return right.status();

  const Product<T> product{m, n, k, *left, *right, c, ldc};
  const int64_t edge = TileEdge(m, n), tiles_across = (n - 1) / edge + 1,
                tiles_down = (m - 1) / edge + 1;
  executor.ParallelFor(tiles_across * tiles_down, 1, [&](int64_t begin, int64_t end, int) {
    const FloatEnvironment environment(raised);
    for (int64_t tile = begin; tile < end; ++tile) {
      const int64_t row = tile / tiles_across * edge, column = tile % tiles_across * edge;
      product.Tile(row, column, std::min(edge, m - row), std::min(edge, n - column));
    }
  });
  return absl::OkStatus();
}

template <class T>
bool BlasTakes(int64_t rows, int64_t columns, const Matrix<T>& matrix) {
  return OperandOf(rows, columns, matrix).leading != 0;
}

#define BL_INSTANTIATE(T)                                                                        \
  template bool BlasTakes(int64_t rows, int64_t columns, const Matrix<T>& matrix);               \
  template absl::Status Gemm(int64_t m, int64_t n, int64_t k, const Matrix<T>& a,                \
                             const Matrix<T>& b, T* c, int64_t c_row_stride, Executor& executor, \
                             FloatFlags* raised);
BL_INSTANTIATE(float)
BL_INSTANTIATE(double)
BL_INSTANTIATE(std::complex<float>)
BL_INSTANTIATE(std::complex<double>)
#undef BL_INSTANTIATE

}  // namespace broadloom

// Matrix products.
#ifndef BROADLOOM_RUNTIME_GEMM_H_
#define BROADLOOM_RUNTIME_GEMM_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace broadloom {

// Of float, double, std::complex<float> or std::complex<double>. Strides in bytes.
template <class T>
struct Matrix {
  const T* data;
  int64_t row_stride;
  int64_t column_stride;
};

// Whether BLAS takes a matrix as it lies: one axis contiguous, the vectors of the other one apart
// from each other and in order.
template <class T>
bool BlasTakes(int64_t rows, int64_t columns, const Matrix<T>& matrix);

// A matrix as BLAS sees it: contiguous rows `leading` elements apart, or the transpose of one that
// has such.
struct MatrixLayout {
  bool is_transposed = false;
  int64_t leading = 0;

  template <class T>
  const T* At(const T* data, int64_t row, int64_t column) const {
    return is_transposed ? data + column * leading + row : data + row * leading + column;
  }
};

// Rows and columns of a product.
struct Tile {
  int64_t row, column, rows, columns;
};

// Elements of c that a part of a product has, but for the last ones: of (m, k) times (k, n), not
// symmetric; what a symmetric one's have is of that size.
int64_t ElementsOfPart(int64_t m, int64_t n, int64_t k);

// c = a b: (m, k) times (k, n), cut into parts by shape alone, so that the bits do not depend on
// who computes them. Its matrices may be others that lie alike. k = 0 gives zeros.
template <class T>
class MatrixProduct {
 public:
  // Contiguous rows of c are `c_row_stride` bytes apart. With `is_symmetric` b is always the
  // transpose of a, in the same memory: then half of c is computed, and copied.
  //
  // InvalidArgument where BLAS does not take an operand as it lies: copy it first. Unimplemented
  // where a stride or k exceeds BLAS's 32 bits.
  static absl::StatusOr<MatrixProduct> Make(int64_t m, int64_t n, int64_t k, const Matrix<T>& a,
                                            const Matrix<T>& b, int64_t c_row_stride,
                                            bool is_symmetric = false);

  int64_t parts() const;
  // Returns what of c the part fills. c is apart from a and b.
  absl::InlinedVector<Tile, 2> Compute(int64_t part, const T* a, const T* b, T* c) const;

 private:
  void Multiply(const Tile& tile, const T* a, const T* b, T* c) const;
  void Square(const Tile& tile, const T* a, T* c) const;

  int64_t m_ = 0, n_ = 0, k_ = 0, ldc_ = 0;
  MatrixLayout a_, b_;
  int64_t rows_ = 0, columns_ = 0;  // of a part
  bool is_symmetric_ = false;
};

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_GEMM_H_

// Matrix products.
#ifndef BROADLOOM_RUNTIME_GEMM_H_
#define BROADLOOM_RUNTIME_GEMM_H_

#include <cstdint>

#include "absl/status/status.h"
#include "runtime/float_environment.h"
#include "runtime/thread_pool.h"

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

// c = a b: (m, k) times (k, n), with contiguous rows of c `c_row_stride` bytes apart and c apart
// from a and b. The work is cut by shape alone, so the bits do not depend on the number of threads.
// k = 0 gives zeros. Floating-point flags are added to `raised`.
//
// InvalidArgument where BLAS does not take an operand as it lies: copy it first. Unimplemented
// where a stride or k exceeds BLAS's 32 bits.
template <class T>
absl::Status Gemm(int64_t m, int64_t n, int64_t k, const Matrix<T>& a, const Matrix<T>& b, T* c,
                  int64_t c_row_stride, Executor& executor, FloatFlags* raised = nullptr);

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_GEMM_H_

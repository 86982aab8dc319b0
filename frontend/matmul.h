// NumPy's matmul by library calls.
#ifndef BROADLOOM_FRONTEND_MATMUL_H_
#define BROADLOOM_FRONTEND_MATMUL_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "frontend/context.h"
#include "frontend/expr.h"
#include "runtime/float_environment.h"

namespace broadloom {

// result = a b, of float32, float64, complex64 or complex128. `result` is fresh and in C order.
// Floating-point flags are added to `flags`.
struct Product {
  DType dtype;
  Shape a_shape, b_shape, shape;
  const StridedArray *a, *b, *result;
};
// Hears, on any thread, of each block of the result that is there.
using BlockDone = absl::FunctionRef<absl::Status(absl::Span<const int64_t> begin,
                                                 absl::Span<const int64_t> extents)>;
absl::Status Multiply(Context& context, const Product& product, FloatFlags& flags, BlockDone done);

// Bytes of the copy that `Multiply` makes of an operand, one matrix at a time: 0 where BLAS takes
// it as it lies. The array may lack its memory: it counts as aligned then.
int64_t BytesOfCopy(DType dtype, const Shape& shape, const StridedArray& array, bool is_left);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_MATMUL_H_

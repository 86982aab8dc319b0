// NumPy's matmul by library calls.
#ifndef BROADLOOM_FRONTEND_MATMUL_H_
#define BROADLOOM_FRONTEND_MATMUL_H_

#include "absl/status/status.h"
#include "frontend/block_done.h"
#include "frontend/context.h"
#include "frontend/expr.h"
#include "runtime/float_environment.h"

namespace broadloom {

// result = a b, of float32, float64, complex64 or complex128. `result` is fresh and in C order.
// Floating-point flags are added to `flags`; `done`, if it is given, hears of the result's blocks.
struct Product {
  DType dtype;
  Shape a_shape, b_shape, shape;
  const StridedArray *a, *b, *result;
};
absl::Status Multiply(Context& context, const Product& product, FloatFlags& flags,
                      const BlockDone* done);

// Elements of a block, but for the last ones. Of a product that is not empty; its arrays may lack
// their memory.
int64_t ElementsOfProductBlock(const Product& product);

// Bytes of the copy that `Multiply` makes of an operand, one matrix at a time: 0 where BLAS takes
// it as it lies. The array may lack its memory: it counts as aligned then.
int64_t BytesOfCopy(DType dtype, const Shape& shape, const StridedArray& array, bool is_left);

// Bytes of the sums of pieces, where `Multiply` cuts one product's sums into some.
int64_t BytesOfPieces(DType dtype, const Shape& a_shape, const Shape& b_shape);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_MATMUL_H_

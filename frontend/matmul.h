// NumPy's matmul by library calls.
#ifndef BROADLOOM_FRONTEND_MATMUL_H_
#define BROADLOOM_FRONTEND_MATMUL_H_

#include "absl/status/status.h"
#include "frontend/context.h"
#include "frontend/expr.h"

namespace broadloom {

// result = a b, of float32 or float64. `result` is fresh and in C order.
struct Product {
  DType dtype;
  Shape a_shape, b_shape, shape;
  const StridedArray *a, *b, *result;
};
absl::Status Multiply(Context& context, const Product& product);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_MATMUL_H_

// Cumulative sums, products, extrema and sums of exponentials.
#ifndef BROADLOOM_FRONTEND_SCAN_H_
#define BROADLOOM_FRONTEND_SCAN_H_

#include "absl/status/status.h"
#include "frontend/block_done.h"
#include "frontend/context.h"
#include "frontend/expr.h"
#include "runtime/float_environment.h"

namespace broadloom {

// result[..., i, ...] = result[..., i - 1, ...] op operand[..., i, ...] along `axis`, both of
// `dtype` and `shape`. `result` is fresh and in C order. Floating-point flags are added to `flags`.
// `done`, if it is given, hears of the result's blocks, which it must have.
absl::Status Scan(Context& context, Op op, DType dtype, const Shape& shape, int axis,
                  const StridedArray& operand, const StridedArray& result, FloatFlags& flags,
                  const BlockDone* done);

// Elements of a block, but for the last ones. 0: lines lie side by side, and nothing is done by
// blocks.
int64_t ElementsOfScanBlock(const Shape& shape, int axis);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SCAN_H_

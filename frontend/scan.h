// Cumulative sums, products, extrema and sums of exponentials.
#ifndef BROADLOOM_FRONTEND_SCAN_H_
#define BROADLOOM_FRONTEND_SCAN_H_

#include "absl/status/status.h"
#include "frontend/block_done.h"
#include "frontend/context.h"
#include "frontend/expr.h"
#include "runtime/float_environment.h"

namespace broadloom {

// Hears, on any thread, of a block: of the operand, that it is wanted at an address, or of the
// result, that it is there. The last axes' elements lie one behind the other, as `strides` (bytes)
// tell.
using ScanBlock = absl::FunctionRef<absl::Status(absl::Span<const int64_t> begin,
                                                 absl::Span<const int64_t> extents, char* block,
                                                 absl::Span<const int64_t> strides)>;

// Who hears of all blocks, if anybody does; after an error, of no more. Where blocks are wanted the
// operand is not read. Results that somebody hears of may be nowhere else.
struct ScanBlocks {
  const ScanBlock *wanted = nullptr, *done = nullptr;
};

// result[..., i, ...] = result[..., i - 1, ...] op operand[..., i, ...] along `axis`, both of
// `dtype` and `shape`. `result` is in C order, and fresh or the operand. Floating-point flags are
// added to `flags`. What `blocks` names must have blocks.
absl::Status Scan(Context& context, Op op, DType dtype, const Shape& shape, int axis,
                  const StridedArray& operand, const StridedArray& result, FloatFlags& flags,
                  const ScanBlocks& blocks);

// Bytes of the blocks where results are that somebody hears of; 0: they are in the result.
int64_t BytesOfScanBlocks(const Shape& shape, int axis, int64_t itemsize, const Executor& pool);

// Elements of a block, but for the last ones. 0: lines lie side by side, and nothing is done by
// blocks.
int64_t ElementsOfScanBlock(const Shape& shape, int axis);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SCAN_H_

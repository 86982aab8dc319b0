// The variance of many numbers, which are read from memory once. That of each of several rows takes
// turns over a row at a time, which caches mostly hold, and shares the row's mean with others.
#ifndef BROADLOOM_FRONTEND_VARIANCE_IN_BLOCKS_H_
#define BROADLOOM_FRONTEND_VARIANCE_IN_BLOCKS_H_

#include <optional>

#include "absl/status/statusor.h"
#include "frontend/expr.h"
#include "ir/graph.h"

namespace broadloom {

// `count` blocks of `size` elements each, then `rest` elements.
struct RowBlocks {
  int64_t count, size, rest;
};

// How the numbers of a var or std over the last axis are cut, by how many there are alone; nullopt
// where that does not pay, or the operation is another one.
std::optional<RowBlocks> BlocksOf(const Expr& expr);

// The same as extents of a graph.
struct BlockExtents {
  Extent count, size, rest,
      blocked;  // blocked: count * size; rest: a literal 0 where there is none
};

// Each block's mean and squares about it are
// joined as by Chan, Golub & LeVeque, "Updating formulae and a pairwise algorithm for computing
// sample variances" (1979):
//
//     sum (x - m)^2 = sum over blocks of [ sum (x - m_b)^2 + size (m_b - m)^2 ]
absl::StatusOr<NodeId> AddVarianceInBlocks(Graph& graph, NodeId operand, const Expr& expr,
                                           const BlockExtents& blocks);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_VARIANCE_IN_BLOCKS_H_

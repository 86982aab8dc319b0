// The variance of many numbers, which are read from memory once. That of each of several rows takes
// turns over a row at a time, which caches mostly hold, and shares the row's mean with others.
#ifndef BROADLOOM_FRONTEND_VARIANCE_IN_BLOCKS_H_
#define BROADLOOM_FRONTEND_VARIANCE_IN_BLOCKS_H_

#include <optional>

#include "absl/status/statusor.h"
#include "frontend/expr.h"
#include "ir/graph.h"

namespace broadloom {

// How numbers are cut: `count` blocks of `size`, which are `blocked` together, then `rest` numbers,
// a literal 0 where there are none. Numbers of an expression, extents of a graph.
struct RowBlocks {
  Extent count, size, blocked, rest;
};

// How the numbers of a var or std over the last axis of `from` are cut, by how many there are
// alone; nullopt where that does not pay, or the operation is another one.
std::optional<RowBlocks> BlocksOf(const Expr& reduction, const Expr& from);

// The var or std `reduction` of an operand. Each block's sums about its own mean m_b are joined
// about the mean m of all, as by Chan, Golub & LeVeque, "Updating formulae and a pairwise algorithm
// for computing sample variances" (1979), but that m_b is rounded:
//
//     sum (x - m)^2 = sum over blocks of [ sum (x - m_b)^2 + 2 (m_b - m) sum (x - m_b)
//                                          + size (m_b - m)^2 ]
absl::StatusOr<NodeId> AddVarianceInBlocks(Graph& graph, NodeId operand, const Expr& reduction,
                                           const RowBlocks& blocks);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_VARIANCE_IN_BLOCKS_H_

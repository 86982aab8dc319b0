// Short rows, several as one: a launch over [n, 3] becomes one over [n / 704, 2112], so that
// vectors are full. What all rows share is repeated as often, in memory of the launch.
//
//     rows          a b c | d e f | g h i | ...         a b c d e f g h i ...
//     shared        x y z   x y z   x y z               x y z x y z x y z
#ifndef BROADLOOM_FRONTEND_JOIN_ROWS_H_
#define BROADLOOM_FRONTEND_JOIN_ROWS_H_

#include <optional>
#include <vector>

#include "frontend/launch_args.h"
#include "ir/graph.h"

namespace broadloom {

// What one pointwise launch is done by instead.
struct JoinedRows {
  LaunchArgs whole, rest;                   // rest: what does not fill a joined row; maybe nothing
  std::vector<std::vector<char>> repeated;  // what they point to
};

// Whether launches of a kernel may be: pointwise maps whose vectors run along their last axis.
bool MayJoinRows(const Graph& body);

// None where rows are few, do not lie one after another in all operands that vary along them, or
// where an operand has a number for each row, or a row that only some of them share. Long rows are
// one where nothing is shared and there are enough elements for all threads.
std::optional<JoinedRows> JoinRows(const LaunchArgs& args, const Graph& body);

// The extents of its domain by which a launch will be done, but for what is left, by the layouts of
// its operands: before there is memory.
absl::InlinedVector<int64_t, 6> JoinedExtents(const Graph& body, absl::Span<const int64_t> extents);

// Whether rows of results are so short that many lines are written by two of them, in halves:
// nothing for non-temporal stores, unless they are joined.
bool HasRaggedRows(const Graph& body, absl::Span<const int64_t> extents);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_JOIN_ROWS_H_

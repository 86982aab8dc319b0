// On a miss: the pending region as a graph whose extents are symbols.
#ifndef BROADLOOM_FRONTEND_BUILD_GRAPH_H_
#define BROADLOOM_FRONTEND_BUILD_GRAPH_H_

#include <vector>

#include "absl/status/statusor.h"
#include "frontend/plan_key.h"
#include "ir/graph.h"

namespace broadloom {

struct BuiltGraph {
  Graph graph;
  std::vector<int> bindings;  // of symbol i: its number is Trace::numbers[bindings[i]]
};

// Params are the trace's leaves, scalars its scalars. Outputs are the roots, their axes permuted
// into memory order. Depends on the trace's key only.
absl::StatusOr<BuiltGraph> BuildGraph(const Trace& trace);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_BUILD_GRAPH_H_

// Which arithmetic goes into which kernel.
#ifndef BROADLOOM_PASSES_FUSION_GROUPS_H_
#define BROADLOOM_PASSES_FUSION_GROUPS_H_

#include <vector>

#include "absl/container/flat_hash_set.h"
#include "ir/graph.h"
#include "passes/pass.h"

namespace broadloom {

// One kernel in the making.
struct FusionGroup {
  std::vector<NodeId> outputs;  // descending while it grows
  absl::flat_hash_set<NodeId> nodes;
  Shape domain;            // all axes that anything inside walks
  Shape outer;             // of a kernel with lanes stages: the domain, 1 on the reduced axes
  Axes inner;              // the reduced axes of lanes stages, in nesting order
  Shape space;             // what these stages walk: the shape of their operands
  int lanes = 0;           // of its sums of floats, whose order of additions has groups of as many
  int work = 0;            // of its nodes, counted as by WorkOf
  bool has_loops = false;  // reductions in rows order inside
};

// 1, or more for nodes of many instructions: the time that the compiler takes grows with the square
// of a body's instructions.
int WorkOf(const Node& node);

struct FusionGroups {
  std::vector<FusionGroup> groups;
  std::vector<int> owner;  // by node: the group that computes it, where it is stored; else -1
};
FusionGroups FormFusionGroups(const Graph& graph, const PassOptions& options);

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_FUSION_GROUPS_H_

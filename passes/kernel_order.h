// Which kernel must run before which, while they are being formed.
#ifndef BROADLOOM_PASSES_KERNEL_ORDER_H_
#define BROADLOOM_PASSES_KERNEL_ORDER_H_

#include <limits>
#include <vector>

#include "absl/types/span.h"
#include "ir/graph.h"

namespace broadloom {

class KernelOrder {
 public:
  explicit KernelOrder(const Graph& graph) : graph_(graph), kernel_of_(graph.size(), -1) {}

  // One more kernel: the nodes that it stores, and those that it reads from outside.
  void Add(absl::Span<const NodeId> outputs, std::vector<NodeId> reads);

  // The number of the kernel that stores a node; -1: none yet.
  int KernelOf(NodeId id) const { return kernel_of_[id]; }
  // Whether `target` must be computed before `id`: one output of a kernel needs what all its
  // outputs need.
  bool DependsOn(NodeId id, NodeId target) const;

 private:
  const Graph& graph_;
  std::vector<int> kernel_of_;
  std::vector<std::vector<NodeId>> reads_;  // by kernel
  // Inputs come before their users, except that a kernel may read what comes after its first
  // output: the first such output of all.
  NodeId first_jump_ = std::numeric_limits<NodeId>::max();
};

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_KERNEL_ORDER_H_

#include "passes/kernel_order.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"

namespace broadloom {

void KernelOrder::Add(absl::Span<const NodeId> outputs, std::vector<NodeId> reads) {
  for (NodeId output : outputs) kernel_of_[output] = static_cast<int>(reads_.size());
  const NodeId first = *std::min_element(outputs.begin(), outputs.end());
  const bool jumps =
      std::any_of(reads.begin(), reads.end(), [&](NodeId read) { return read > first; });
  if (jumps) first_jump_ = std::min(first_jump_, first);
  reads_.push_back(std::move(reads));
}

bool KernelOrder::DependsOn(NodeId id, NodeId target) const {
  absl::flat_hash_set<NodeId> seen;
  std::vector<NodeId> stack = {id};
  while (!stack.empty()) {
    const NodeId node = stack.back();
    stack.pop_back();
    if (node == target) return true;
    const bool is_before = node < target && node < first_jump_;
    if (is_before || !seen.insert(node).second) continue;
    const Inputs& inputs = graph_.node(node).inputs;
    stack.insert(stack.end(), inputs.begin(), inputs.end());
    if (kernel_of_[node] < 0) continue;
    const std::vector<NodeId>& reads = reads_[kernel_of_[node]];
    stack.insert(stack.end(), reads.begin(), reads.end());
  }
  return false;
}

}  // namespace broadloom

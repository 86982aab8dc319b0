// Which products and cumulative functions are read block by block, while they are made, and what
// stays alive for that (frontend/execute_blocks.cc).
#include <algorithm>

#include "frontend/buffer_walk.h"
#include "frontend/layout.h"
#include "frontend/matmul.h"
#include "frontend/scan.h"

namespace broadloom {

// The last one that does anything.
std::optional<NodeId> BufferWalk::StepBefore() const {
  for (size_t at = position_; at-- > 0;) {
    if (!NodeOf(plan_.order[at]).info().is_leaf()) return plan_.order[at];
  }
  return std::nullopt;
}

// Whether a kernel is the only one to read what the step makes, element by element.
bool BufferWalk::IsReadByBlocks(NodeId step, NodeId kernel) const {
  const Node &made = NodeOf(step), &reader = NodeOf(kernel);
  const bool has_blocks = made.op == Op::k_matmul || made.info().op_class == OpClass::kScan;
  if (!has_blocks || plan_.last_use[step] != kernel || !plan_.kernels.at(kernel)->is_pointwise)
    return false;
  const Graph& body = reader.attrs.Body();
  const auto params_end = reader.inputs.begin() + body.params().size();
  return std::find(reader.inputs.begin(), params_end, step) != params_end &&
         numbers_.Of(body.attrs().Dims(AttrName::k_shape)) == ShapeOf(step) &&
         IsInOrder(ShapeOf(step), arrays_[step].strides, made.dtype().size());
}

int64_t BufferWalk::ElementsOfBlock(NodeId step) const {
  const Node& node = NodeOf(step);
  if (node.op != Op::k_matmul)
    return ElementsOfScanBlock(ShapeOf(step), static_cast<int>(node.attrs.Int(AttrName::k_axis)));
  const NodeId a = node.inputs[0], b = node.inputs[1];
  return ElementsOfProductBlock(
      {node.dtype(), ShapeOf(a), ShapeOf(b), ShapeOf(step), &arrays_[a], &arrays_[b], nullptr});
}

// Bytes that nobody else reads any more.
int64_t BufferWalk::DyingOperands(NodeId step) const {
  int64_t bytes = 0;
  std::vector<int> seen;
  for (NodeId operand : NodeOf(step).inputs) {
    const int memory = memory_of_[operand];
    if (memory < 0 || std::find(seen.begin(), seen.end(), memory) != seen.end()) continue;
    seen.push_back(memory);
    if (!memories_[memory].is_input && memories_[memory].until == step)
      bytes = AddBytes(bytes, memories_[memory].bytes);
  }
  return bytes;
}

// Has a kernel follow the step before it, where that is worth it and takes no more memory than both
// do one after the other. One that overwrites inputs must know all floating-point flags before.
// Returns the bytes that the step needs meanwhile.
int64_t BufferWalk::Follow(NodeId kernel) {
  constexpr int64_t kMany = 1 << 12;  // elements, beside which a launch is little
  const std::optional<NodeId> step = StepBefore();
  if (!step.has_value() || !IsReadByBlocks(*step, kernel) || result_.overwrites_from == kernel ||
      result_.copied.contains(kernel))
    return 0;
  const int64_t elements = *NumElements(ShapeOf(*step));
  if (elements == 0 || ElementsOfBlock(*step) < std::min(elements, kMany)) return 0;
  int64_t held = DyingOperands(*step);
  if (NodeOf(*step).op == Op::k_matmul)
    held = AddBytes(held, AddBytes(CopyForBlas(*step, 0), CopyForBlas(*step, 1)));
  const bool is_over = std::all_of(kernels_[kernel].begin(), kernels_[kernel].end(),
                                   [&](int memory) { return memory == memory_of_[*step]; });
  if (held > 0 && !is_over) return 0;
  result_.followed[*step] = true;
  return held;
}

}  // namespace broadloom

// Which products and cumulative functions are read block by block, while they are made, which of
// the latter have what they read made for them, and what stays alive for that
// (frontend/execute_blocks.cc).
#include <algorithm>

#include "frontend/buffer_walk.h"
#include "frontend/layout.h"
#include "frontend/matmul.h"
#include "frontend/scan.h"

namespace broadloom {
namespace {

constexpr int64_t kMany = 1 << 12;  // elements, beside which a launch is little

}  // namespace

// The last step before a position that does anything, which becomes the position.
std::optional<NodeId> BufferWalk::StepBefore(size_t& position) const {
  while (position > 0) {
    const NodeId id = plan_.order[--position];
    if (!NodeOf(id).info().is_leaf()) return id;
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

// Has a kernel follow the step before it, where that is worth it and the operands of both take no
// more memory than one after the other. One that overwrites inputs must know all floating-point
// flags before. Returns the bytes that the step needs meanwhile.
int64_t BufferWalk::Follow(NodeId kernel) {
  size_t position = position_;
  const std::optional<NodeId> step = StepBefore(position);
  if (!step.has_value() || !IsReadByBlocks(*step, kernel) || result_.overwrites_from == kernel ||
      result_.copied.contains(kernel))
    return 0;
  const Node& made = NodeOf(*step);
  const int64_t elements = *NumElements(ShapeOf(*step));
  if (elements == 0 || ElementsOfBlock(*step) < std::min(elements, kMany)) return 0;
  const bool is_product = made.op == Op::k_matmul;
  int64_t held = DyingOperands(*step);
  if (is_product) held = AddBytes(held, BytesForBlas(*step));
  const bool is_over = std::all_of(kernels_[kernel].begin(), kernels_[kernel].end(),
                                   [&](int memory) { return memory == memory_of_[*step]; });
  if (held > 0 && !is_over) return 0;
  result_.followed[*step] = true;
  if (is_product) return held;
  const auto axis = static_cast<int>(made.attrs.Int(AttrName::k_axis));
  return AddBytes(held, BytesOfScanBlocks(ShapeOf(*step), axis, made.dtype().size(), pool_));
}

// The kernel that makes what a scan reads, and nothing else, right before it; `position` becomes
// the kernel's.
std::optional<NodeId> BufferWalk::KernelBefore(NodeId scan, size_t& position) const {
  const NodeId operand = NodeOf(scan).inputs[0];
  if (NodeOf(operand).op != Op::k_result || StepBefore(position) != operand) return std::nullopt;
  const NodeId kernel = NodeOf(operand).inputs[0];
  const auto planned = plan_.kernels.find(kernel);
  if (StepBefore(position) != kernel || planned == plan_.kernels.end() ||
      !planned->second->is_pointwise || plan_.windows.has_value())
    return std::nullopt;
  const Graph& body = NodeOf(kernel).attrs.Body();
  const bool fits = body.outputs().size() == 1 &&
                    numbers_.Of(body.attrs().Dims(AttrName::k_shape)) == ShapeOf(scan) &&
                    IsInOrder(ShapeOf(scan), arrays_[operand].strides, NodeOf(scan).dtype().size());
  return fits && GeometryOf(*planned->second, body).scratch_bytes == 0 ? std::optional(kernel)
                                                                       : std::nullopt;
}

// Has that kernel make it block by block, where nothing must be held for it. One that overwrites
// inputs, or what others read, is done before.
void BufferWalk::Lead(NodeId scan) {
  size_t position = position_;
  const std::optional<NodeId> kernel = KernelBefore(scan, position);
  if (!kernel.has_value() || ElementsOfBlock(scan) < kMany || result_.overwrites_from >= 0 ||
      result_.copied.contains(*kernel) || result_.into.contains(*kernel) ||
      result_.together_of.contains(*kernel) || result_.unseen[*kernel] ||
      DyingOperands(*kernel) > 0)
    return;
  const std::optional<NodeId> before = StepBefore(position);
  result_.leads[*kernel] = !before.has_value() || !result_.followed[*before];
}

}  // namespace broadloom

// Who may be written over: an operand that its step reads last, at the places where it writes.
#include <algorithm>

#include "frontend/buffer_walk.h"
#include "frontend/layout.h"

namespace broadloom {

// The operand in whose place a result of a kernel can be written; -1: none.
int BufferWalk::OverwrittenBy(NodeId id, const PlannedKernel& kernel, size_t output) {
  for (int operand : kernel.in_place[output]) {
    if (!Fits(id, operand, output)) continue;
    const std::optional<std::vector<int>> copied = CopiedFirst(id, operand, kernel, output);
    if (!copied.has_value()) continue;
    if (!copied->empty()) {
      std::vector<int>& all = result_.copied[id];
      all.insert(all.end(), copied->begin(), copied->end());
    }
    return operand;
  }
  return -1;
}

// Whether it lies as the result is to lie, in memory of its own that nobody reads later.
bool BufferWalk::Fits(NodeId id, int operand, size_t output) const {
  const NodeId input = NodeOf(id).inputs[operand];
  const Graph& body = NodeOf(id).attrs.Body();
  const Node& made = body.node(body.outputs()[output]);
  const Shape shape = numbers_.Of(made.shape());
  return IsFree(input, id, BytesOf(shape, made.dtype())) &&
         HaveSameSteps(shape, arrays_[input].strides,
                       StridesOfResult(body, output, shape, made.dtype().size()));
}

bool BufferWalk::IsFree(NodeId value, NodeId reader, int64_t bytes) const {
  if (memory_of_[value] < 0) return false;  // a number
  const Memory& memory = memories_[memory_of_[value]];
  return memory.may_be_overwritten && memory.until == reader && memory.bytes == bytes &&
         bytes > 0 && !(memory.is_input && reader < tells_from_);
}

// Whether another operand in the memory of the overwritten one is the same elements at the same
// places, or parts of them.
bool BufferWalk::IsReadInPlace(NodeId id, int operand, int other, const PlannedKernel& kernel,
                               size_t output) const {
  const NodeId own = NodeOf(id).inputs[operand], part = NodeOf(id).inputs[other];
  const StridedArray &a = arrays_[part], &b = arrays_[own];
  if (ShapeOf(part) != ShapeOf(own) || !HaveSameSteps(ShapeOf(own), a.strides, b.strides))
    return false;
  const std::vector<int>& in_place = kernel.in_place[output];
  if (std::find(in_place.begin(), in_place.end(), other) != in_place.end())
    return a.offset == b.offset;
  const int64_t size = NodeOf(own).dtype().size(), of_part = NodeOf(part).dtype().size();
  return kernel.is_pointwise && a.offset >= b.offset && a.offset + of_part <= b.offset + size;
}

// Whether it is little beside what is overwritten, and a copy can lie as the kernel expects it.
bool BufferWalk::MayBeCopied(NodeId id, int operand, int64_t overwritten) const {
  constexpr int64_t kLittle = 8;
  const NodeId input = NodeOf(id).inputs[operand];
  const Graph& body = NodeOf(id).attrs.Body();
  const std::string& letters = body.node(body.params()[operand]).attrs.Text(AttrName::k_layout);
  const Shape shape = ShapeOf(input);
  const int64_t size = NodeOf(input).dtype().size();
  const Dims dense = DenseStrides(shape, size);
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis].is(1) || letters[axis] == 's' || letters[axis] == 'j') continue;
    if (letters[axis] != 'u' || dense[axis] != size) return false;
  }
  return BytesOfNode(input) <= overwritten / kLittle;
}

// Operands that must be copied before the memory of this one is overwritten; none: it cannot be.
std::optional<std::vector<int>> BufferWalk::CopiedFirst(NodeId id, int operand,
                                                        const PlannedKernel& kernel,
                                                        size_t output) const {
  const Inputs& inputs = NodeOf(id).inputs;
  const NodeId own = inputs[operand];
  std::vector<int> copied;
  for (int i = 0; i < static_cast<int>(NodeOf(id).attrs.Body().params().size()); ++i) {
    if (inputs[i] == own || memory_of_[inputs[i]] != memory_of_[own] ||
        IsReadInPlace(id, operand, i, kernel, output))
      continue;
    if (!MayBeCopied(id, i, BytesOfNode(own))) return std::nullopt;
    copied.push_back(i);
  }
  return copied;
}

// Why a step cannot write to its first operand, which is read until `last`; null where it can.
const char* BufferWalk::WhyCopied(NodeId id, NodeId last) const {
  const NodeId base = NodeOf(id).inputs[0];
  if (memory_of_[base] < 0) return "it is one number";
  const Memory& memory = memories_[memory_of_[base]];
  if (memory.is_input && !memory.may_be_overwritten)
    return "its old value is still wanted by others, or it is not ours";
  if (!memory.may_be_overwritten || memory.bytes != BytesOfNode(id) ||
      !HaveSameSteps(ShapeOf(id), arrays_[base].strides,
                     DenseStrides(ShapeOf(id), NodeOf(id).dtype().size())))
    return "it is part of something else, or lies in another order";
  if (memory.until > last) return "its old value is read later";
  if (memory.is_input && id < tells_from_)
    return "its old value may be needed to tell a floating-point error";
  return nullptr;
}

}  // namespace broadloom

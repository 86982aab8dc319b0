// Who may be written over: an operand that its step reads last, at the places where it writes.
#include <algorithm>

#include "frontend/buffer_walk.h"
#include "frontend/layout.h"

namespace broadloom {

// The operand in whose place a result of a kernel can be written; -1: none.
int BufferWalk::OverwrittenBy(NodeId id, const PlannedKernel& kernel, size_t output) const {
  for (int operand : kernel.in_place[output]) {
    if (Fits(id, operand, output) && IsReadInPlace(id, operand, kernel.in_place[output]))
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

// Whether all operands in the memory of this one are the same elements at the same places.
bool BufferWalk::IsReadInPlace(NodeId id, int operand, const std::vector<int>& in_place) const {
  const Inputs& inputs = NodeOf(id).inputs;
  const NodeId own = inputs[operand];
  const Graph& body = NodeOf(id).attrs.Body();
  for (size_t i = 0; i < body.params().size(); ++i) {
    if (inputs[i] == own || memory_of_[inputs[i]] != memory_of_[own]) continue;
    const StridedArray &a = arrays_[inputs[i]], &b = arrays_[own];
    const bool is_pointwise =
        std::find(in_place.begin(), in_place.end(), static_cast<int>(i)) != in_place.end();
    if (!is_pointwise || ShapeOf(inputs[i]) != ShapeOf(own) || a.offset != b.offset ||
        !HaveSameSteps(ShapeOf(own), a.strides, b.strides))
      return false;
  }
  return true;
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

// Two inserts that move an array which nobody reads any more around one of its axes, as `roll`
// does.
//
//     %2 = insert %zeros, x[:-1] at 1:
//     %3 = insert %2, x[-1:] at :1           the last elements come first
#include "frontend/buffer_walk.h"
#include "frontend/layout.h"

namespace broadloom {

// Also of views that are not visited yet.
std::optional<StridedArray> BufferWalk::ArrayOf(NodeId id) const {
  const Node& node = NodeOf(id);
  if (memory_of_[id] >= 0) return arrays_[id];
  if (!node.info().is_view()) return std::nullopt;
  const NodeId input = node.inputs[0];
  const std::optional<StridedArray> from = ArrayOf(input);
  if (!from.has_value()) return std::nullopt;
  absl::StatusOr<StridedArray> view =
      ApplyView(node.op, numbers_.Of(node.attrs), node.dtype().size(), ShapeOf(input), *from);
  return view.ok() ? std::optional(*std::move(view)) : std::nullopt;
}

// Where what an insert stores lies in memory that is as the result is; none where that has gaps or
// runs backwards.
std::optional<BufferWalk::Box> BufferWalk::BoxIn(NodeId insert) const {
  const NodeId value = NodeOf(insert).inputs[1];
  const std::optional<StridedArray> array = ArrayOf(value);
  const Shape whole = ShapeOf(insert);
  const int64_t itemsize = NodeOf(insert).dtype().size();
  if (!array.has_value() || !BoxOf(insert).has_value() ||
      !HaveSameSteps(ShapeOf(value), array->strides, DenseStrides(whole, itemsize)))
    return std::nullopt;
  return BoxAround(whole, ShapeOf(value), *array, itemsize);
}

std::optional<BufferAssignment::Rotation> BufferWalk::RotationBy(NodeId insert) {
  const NodeId next = until_[insert];
  const Node& node = NodeOf(insert);
  if (next == forever_ || NodeOf(next).op != Op::k_insert || NodeOf(next).inputs[0] != insert ||
      !IsCovered(insert))
    return std::nullopt;
  const std::optional<Box> from = BoxIn(insert), other = BoxIn(next);
  if (!from.has_value() || !other.has_value()) return std::nullopt;
  const Box to = *BoxOf(insert), back = *BoxOf(next);
  const Shape whole = ShapeOf(insert);
  if (to.size() + back.size() != NumElements(whole) || from->Shared(*other) > 0)
    return std::nullopt;
  for (size_t axis = 0; axis < node.shape().size(); ++axis) {
    const int64_t shift = to.first[axis] - from->first[axis];
    const int64_t return_by = back.first[axis] - other->first[axis];
    if (shift == 0 && return_by == 0) continue;
    const int64_t extent = whole[axis].value();
    if (to.size() / (to.last[axis] - to.first[axis] + 1) != *NumElements(whole) / extent ||
        return_by != (shift > 0 ? shift - extent : shift + extent))
      return std::nullopt;
    return BufferAssignment::Rotation{next, static_cast<int64_t>(axis),
                                      shift > 0 ? shift : shift + extent};
  }
  return std::nullopt;
}

bool BufferWalk::Rotate(NodeId insert) {
  const NodeId value = NodeOf(insert).inputs[1];
  if (memory_of_[value] < 0 || until_[insert] == forever_) return false;
  const int memory = memory_of_[value];
  if (!IsFree(value, until_[insert], BytesOfNode(insert))) return false;
  const std::optional<BufferAssignment::Rotation> rotation = RotationBy(insert);
  if (!rotation.has_value()) return false;
  if (memories_[memory].is_input && insert < tells_from_) return false;
  result_.rotations[insert] = *rotation;
  memory_of_[insert] = made_for_[rotation->next] = memory;
  Take(memory, insert, until_[insert]);
  return true;
}

}  // namespace broadloom

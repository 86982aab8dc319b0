// Kernels that write to the place of the insert which would store their result.
#include <algorithm>

#include "frontend/buffer_walk.h"
#include "frontend/layout.h"
#include "frontend/overlap.h"

namespace broadloom {

// The insert that is all that reads a kernel's only result, and comes next.
std::optional<NodeId> BufferWalk::NextInsert(NodeId kernel) const {
  NodeId value = -1;
  for (size_t next = position_ + 1; next < plan_.order.size(); ++next) {
    const NodeId id = plan_.order[next];
    const Node& node = NodeOf(id);
    if (node.op == Op::k_result && node.inputs[0] == kernel) {
      value = id;
    } else if (node.op == Op::k_insert && value >= 0) {
      const bool reads = node.inputs[1] == value && node.inputs[0] < kernel && until_[value] == id;
      return reads ? std::optional(id) : std::nullopt;
    } else if (!node.info().is_leaf()) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

BufferWalk::Place BufferWalk::PlaceOf(NodeId id, const PlannedKernel* kernel, NodeId insert,
                                      bool is_copied) const {
  const Node& node = NodeOf(insert);
  const int64_t itemsize = node.dtype().size();
  const StridedArray target{nullptr, is_copied ? 0 : arrays_[node.inputs[0]].offset,
                            DenseStrides(ShapeOf(insert), itemsize)};
  absl::StatusOr<StridedArray> place =
      ApplyView(Op::k_slice, numbers_.Of(node.attrs), itemsize, ShapeOf(insert), target);
  return {id, kernel, *std::move(place), ShapeOf(node.inputs[1]), itemsize};
}

// Lets a kernel write to the place of an insert, if it can: returns the bytes that this takes.
std::optional<int64_t> BufferWalk::PlaceInto(NodeId id, const PlannedKernel& kernel,
                                             const Geometry& geometry) {
  if (NodeOf(id).attrs.Body().outputs().size() != 1 || geometry.writes_twice) return std::nullopt;
  const std::optional<NodeId> insert = NextInsert(id);
  if (!insert.has_value()) return std::nullopt;
  const bool is_copied = WhyCopied(*insert) != nullptr;
  const int memory = is_copied ? -1 : memory_of_[NodeOf(*insert).inputs[0]];
  if (!is_copied && memories_[memory].is_input && id < tells_from_) return std::nullopt;
  const Place at = PlaceOf(id, &kernel, *insert, is_copied);
  std::optional<std::vector<int64_t>> distances;
  distances = is_copied ? std::vector<int64_t>() : DistancesFor(at, memory);
  if (!distances.has_value()) return std::nullopt;
  const bool stays =
      std::all_of(distances->begin(), distances->end(), [](int64_t d) { return d == 0; });
  if (stays && HasUnitStep(at)) {
    WriteInto(id, *insert, is_copied);
    result_.into[id] = {*insert, /*staged=*/false, {}};
    return 0;
  }
  const std::optional<Stages> stages = is_copied ? std::nullopt : StagesFor(at, *distances);
  if (!stages.has_value()) return std::nullopt;
  WriteInto(id, *insert, is_copied);
  result_.into[id] = {*insert, /*staged=*/true, *stages};
  return stages->bytes;
}

// The kernel's result lies where the insert's does.
void BufferWalk::WriteInto(NodeId id, NodeId insert, bool is_copied) {
  const int memory = is_copied ? Make(BytesOfNode(insert), until_[insert], true)
                               : memory_of_[NodeOf(insert).inputs[0]];
  made_for_[insert] = memory;
  kernels_[id] = {memory};
  if (memories_[memory].is_input) NoteOverwritten(id);
}

bool BufferWalk::StoresInOrder(const Place& at) const {
  const Graph& body = NodeOf(at.id).attrs.Body();
  return IsInOrder(at.shape, StridesOfResult(body, 0, at.shape, at.itemsize), at.itemsize);
}

// Results are stored as vectors along the kernel's vector axis.
bool BufferWalk::HasUnitStep(const Place& at) const {
  const int64_t axis = NodeOf(at.id).attrs.Body().attrs().Int(AttrName::k_vector);
  return StoresInOrder(at) &&
         (at.shape[axis].value() <= 1 || at.array.strides[axis] == at.itemsize);
}

// In bytes, from the place to the operands that share elements with it. None where they have other
// steps, or the kernel needs them later.
std::optional<std::vector<int64_t>> BufferWalk::DistancesFor(const Place& at, int memory) const {
  const Inputs& inputs = NodeOf(at.id).inputs;
  const std::vector<int>& in_place = at.kernel->in_place[0];
  std::vector<int64_t> distances;
  for (size_t i = 0; i < NodeOf(at.id).attrs.Body().params().size(); ++i) {
    if (memory_of_[inputs[i]] != memory) continue;
    const StridedArray& operand = arrays_[inputs[i]];
    const bool steps_along =
        std::find(in_place.begin(), in_place.end(), static_cast<int>(i)) != in_place.end() &&
        HaveSameSteps(at.shape, operand.strides, at.array.strides);
    if (steps_along && operand.offset == at.array.offset) {
      distances.push_back(0);
      continue;
    }
    const Shape shape = ShapeOf(inputs[i]);
    if (!ShareBytes({shape, operand, NodeOf(inputs[i]).dtype().size()},
                    {at.shape, at.array, at.itemsize}))
      continue;
    if (!steps_along) return std::nullopt;
    distances.push_back(operand.offset - at.array.offset);
  }
  return distances;
}

std::optional<Stages> BufferWalk::StagesFor(const Place& at,
                                            const std::vector<int64_t>& distances) const {
  if (!at.kernel->is_pointwise || !StoresInOrder(at)) return std::nullopt;
  return PlanStages(at.shape, at.array.strides, at.itemsize, distances, threads_);
}

}  // namespace broadloom

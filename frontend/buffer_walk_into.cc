// Kernels that write to the place of the insert which would store their result.
#include <algorithm>

#include "frontend/buffer_walk.h"
#include "frontend/layout.h"
#include "frontend/overlap.h"

namespace broadloom {
namespace {

constexpr size_t kMostBoxes = 64;

}  // namespace

// The insert that is all that reads one of a kernel's results, and comes next.
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

// The insert that is all that reads a result, which nobody asked for besides.
std::optional<NodeId> BufferWalk::InsertOf(NodeId result) const {
  if (users_[result].size() != 1) return std::nullopt;
  const NodeId user = users_[result][0];
  if (until_[result] != user) return std::nullopt;
  const Node& node = NodeOf(user);
  const bool stores = node.op == Op::k_insert && node.inputs[1] == result;
  return stores && node.inputs[0] != result ? std::optional(user) : std::nullopt;
}

// By inserts, each of which is all that reads the one before, and none of which writes to a place
// of another.
bool BufferWalk::LeadsTo(NodeId from, NodeId to) const {
  std::vector<Box> boxes;
  for (NodeId id = from;; id = users_[id][0]) {
    const std::optional<Box> box = BoxOf(id);
    const auto meets = [&](const Box& other) { return box->Shared(other) > 0; };
    if (!box.has_value() || boxes.size() == kMostBoxes ||
        std::any_of(boxes.begin(), boxes.end(), meets))
      return false;
    if (id == to) return true;
    boxes.push_back(*box);
    if (users_[id].size() != 1 || until_[id] != users_[id][0]) return false;
    const Node& next = NodeOf(users_[id][0]);
    if (next.op != Op::k_insert || next.inputs[0] != id || next.inputs[1] == id) return false;
  }
}

// One for each result of a kernel, `first` among them.
std::optional<std::vector<NodeId>> BufferWalk::InsertsOf(NodeId kernel, NodeId first) const {
  std::vector<NodeId> inserts(NodeOf(kernel).attrs.Body().outputs().size(), -1);
  for (NodeId result : users_[kernel]) {
    const std::optional<NodeId> insert = InsertOf(result);
    if (!insert.has_value()) return std::nullopt;
    inserts[NodeOf(result).attrs.Int(AttrName::k_index)] = *insert;
  }
  const auto [least, most] = std::minmax_element(inserts.begin(), inserts.end());
  return *least == first && LeadsTo(first, *most) ? std::optional(inserts) : std::nullopt;
}

BufferWalk::Place BufferWalk::PlaceOf(NodeId id, size_t output, const PlannedKernel* kernel,
                                      NodeId insert, bool is_copied) const {
  const Node& node = NodeOf(insert);
  const int64_t itemsize = node.dtype().size();
  const StridedArray target{nullptr, is_copied ? 0 : arrays_[node.inputs[0]].offset,
                            DenseStrides(ShapeOf(insert), itemsize)};
  absl::StatusOr<StridedArray> place =
      ApplyView(Op::k_slice, numbers_.Of(node.attrs), itemsize, ShapeOf(insert), target);
  return {id, output, kernel, *std::move(place), ShapeOf(node.inputs[1]), itemsize};
}

// Lets a kernel write to the place of an insert, if it can: returns the bytes that this takes.
std::optional<int64_t> BufferWalk::PlaceInto(NodeId id, const PlannedKernel& kernel,
                                             const Geometry& geometry) {
  if (geometry.writes_twice) return std::nullopt;
  const std::optional<NodeId> insert = NextInsert(id);
  if (!insert.has_value()) return std::nullopt;
  if (NodeOf(id).attrs.Body().outputs().size() != 1) return PlaceApart(id, kernel, *insert);
  const bool is_copied = WhyCopied(*insert) != nullptr;
  const int memory = is_copied ? -1 : memory_of_[NodeOf(*insert).inputs[0]];
  if (!is_copied && memories_[memory].is_input && id < tells_from_) return std::nullopt;
  const Place at = PlaceOf(id, 0, &kernel, *insert, is_copied);
  std::optional<std::vector<int64_t>> distances;
  distances = is_copied ? std::vector<int64_t>() : DistancesFor(at, memory);
  if (!distances.has_value()) return std::nullopt;
  const bool stays =
      std::all_of(distances->begin(), distances->end(), [](int64_t d) { return d == 0; });
  if (stays && HasUnitStep(at)) {
    WriteInto(id, {{*insert}, *insert, false}, is_copied);
    return 0;
  }
  const std::optional<Stages> stages = StagesFor(at, *distances);
  if (!stages.has_value()) return std::nullopt;
  WriteInto(id, {{*insert}, *insert, false, /*staged=*/true, *stages}, is_copied);
  return stages->bytes;
}

// Several results at once, to memory that nobody else reads meanwhile.
std::optional<int64_t> BufferWalk::PlaceApart(NodeId id, const PlannedKernel& kernel,
                                              NodeId first) {
  FindUsers();
  const std::optional<std::vector<NodeId>> inserts = InsertsOf(id, first);
  if (!inserts.has_value() || WhyCopied(first) == nullptr) return std::nullopt;
  for (size_t i = 0; i < inserts->size(); ++i) {
    if (!HasUnitStep(PlaceOf(id, i, &kernel, (*inserts)[i], /*is_copied=*/true)))
      return std::nullopt;
  }
  WriteInto(id, {*inserts, first, false}, /*is_copied=*/true);
  return 0;
}

// The kernel's results lie where those of the inserts do.
void BufferWalk::WriteInto(NodeId id, BufferAssignment::Into into, bool is_copied) {
  const NodeId first = into.first;
  int memory = memory_of_[NodeOf(first).inputs[0]];
  if (is_copied) {
    memory = Make(BytesOfNode(first), until_[first], true);
    memories_[memory].is_fresh = result_.covered[first] = IsCovered(first);
  }
  for (NodeId insert : into.inserts) made_for_[insert] = memory;
  kernels_[id].assign(into.inserts.size(), memory);
  if (memories_[memory].is_input) NoteOverwritten(id);
  into.fresh = memories_[memory].is_fresh;
  result_.into[id] = std::move(into);
}

bool BufferWalk::StoresInOrder(const Place& at) const {
  const Graph& body = NodeOf(at.id).attrs.Body();
  return IsInOrder(at.shape, StridesOfResult(body, at.output, at.shape, at.itemsize), at.itemsize);
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
    const Shape shape = ShapeOf(inputs[i]);
    const bool has_steps =
        shape == at.shape && HaveSameSteps(at.shape, operand.strides, at.array.strides);
    const bool steps_along = has_steps && std::find(in_place.begin(), in_place.end(),
                                                    static_cast<int>(i)) != in_place.end();
    const int64_t into = operand.offset - at.array.offset;
    const bool is_part = has_steps && at.kernel->is_pointwise && into >= 0 &&
                         into + NodeOf(inputs[i]).dtype().size() <= at.itemsize;
    if ((steps_along && into == 0) || is_part) {
      distances.push_back(0);
      continue;
    }
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

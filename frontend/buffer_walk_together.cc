// Writes of which each may read what the others overwrite, as a swap does, and writes that read
// their own places turned round.
#include <algorithm>

#include "frontend/buffer_walk.h"
#include "frontend/layout.h"
#include "frontend/overlap.h"

namespace broadloom {
namespace {

constexpr size_t kMostWrites = 8;

}  // namespace

// A view that is visited later has its place already; false where it has to copy.
bool BufferWalk::LooksAhead(NodeId id) {
  const Node& node = NodeOf(id);
  const NodeId input = node.inputs[0];
  absl::StatusOr<StridedArray> view = ApplyView(
      node.op, numbers_.Of(node.attrs), node.dtype().size(), ShapeOf(input), arrays_[input]);
  if (memory_of_[input] < 0 || !view.ok()) return false;
  Suppose(id, *std::move(view), memory_of_[input]);
  return true;
}

// For as long as it is not known whether writes are done together.
void BufferWalk::Suppose(NodeId id, StridedArray array, int memory) {
  supposed_.push_back(
      {id, std::exchange(arrays_[id], std::move(array)), std::exchange(memory_of_[id], memory)});
}

void BufferWalk::TakeBack() {
  for (auto each = supposed_.rbegin(); each != supposed_.rend(); ++each) {
    arrays_[each->id] = std::move(each->array);
    memory_of_[each->id] = each->memory;
  }
  supposed_.clear();
}

// Whether an insert stores what comes before it, a kernel's result or an array, to what the
// others have written, which nothing else reads.
bool BufferWalk::Continues(const Writes& writes, NodeId kernel, NodeId value, NodeId insert) const {
  const Inputs& inputs = NodeOf(insert).inputs;
  if (!writes.empty() && (inputs[0] != writes.back().insert || until_[inputs[0]] != insert))
    return false;
  if (inputs[0] == inputs[1] || memory_of_[inputs[0]] < 0) return false;
  return kernel < 0 ? memory_of_[inputs[1]] >= 0 : inputs[1] == value && until_[value] == insert;
}

// From the step `first` on, as many as read what the first of them overwrites; none where others
// do, too.
BufferWalk::Writes BufferWalk::WritesFrom(NodeId first) {
  Writes writes;
  NodeId kernel = -1, value = -1;
  for (size_t next = position_; next < plan_.order.size() && writes.size() < kMostWrites; ++next) {
    const NodeId id = plan_.order[next];
    const Node& node = NodeOf(id);
    const auto reads_written = [&] {
      return !writes.empty() && std::find(node.inputs.begin(), node.inputs.end(),
                                          writes.back().insert) != node.inputs.end();
    };
    if (node.op == Op::k_insert) {
      if (made_for_.contains(id) || !Continues(writes, kernel, value, id)) return {};
      StridedArray place = arrays_[id];
      place.offset = arrays_[node.inputs[0]].offset;
      Suppose(id, std::move(place), memory_of_[node.inputs[0]]);
      writes.push_back({kernel, id});
      kernel = value = -1;
      if (memories_[memory_of_[id]].until <= id) return writes;
    } else if (reads_written()) {
      return {};
    } else if (node.op == Op::k_kernel && kernel < 0 && plan_.kernels.contains(id)) {
      kernel = id;
    } else if (node.op == Op::k_result && node.inputs[0] == kernel && value < 0) {
      value = id;
    } else if (node.info().is_view() && id != first) {
      if (node.inputs[0] == value || !LooksAhead(id)) return {};
    } else if (!node.info().is_leaf() || node.op == Op::k_iota) {
      return {};
    }
  }
  return {};
}

// From what a write reads in a memory to places there: false where some of it is neither apart
// from a place nor the place itself, turned.
bool BufferWalk::AddSymmetries(NodeId step, const std::vector<Place>& places, int memory,
                               std::vector<Symmetry>& symmetries) const {
  const Node& node = NodeOf(step);
  const bool is_kernel = node.op == Op::k_kernel;
  const size_t begin = is_kernel ? 0 : 1;  // of an insert, its value
  const size_t end = is_kernel ? node.attrs.Body().params().size() : 2;
  for (size_t i = begin; i < end; ++i) {
    const NodeId input = node.inputs[i];
    if (memory_of_[input] != memory) continue;
    const Shape shape = ShapeOf(input);
    const int64_t itemsize = NodeOf(input).dtype().size();
    for (const Place& at : places) {
      std::optional<Symmetry> symmetry;
      if (shape == at.shape && itemsize == at.itemsize)
        symmetry = FindSymmetry(shape, arrays_[input], at.array);
      if (symmetry.has_value())
        symmetries.push_back(*std::move(symmetry));
      else if (ShareBytes({shape, arrays_[input], itemsize}, {at.shape, at.array, at.itemsize}))
        return false;
    }
  }
  return true;
}

bool BufferWalk::ComputesBlocks(const Place& at) const {
  return at.kernel == nullptr ||
         (at.kernel->is_pointwise && NodeOf(at.id).attrs.Body().outputs().size() == 1 &&
          StoresInOrder(at));
}

std::optional<Orbits> BufferWalk::OrbitsOf(const Writes& writes, int memory) const {
  std::vector<Place> places;
  std::vector<Symmetry> symmetries;
  for (const auto& [kernel, insert] : writes) {
    const PlannedKernel* const planned = kernel < 0 ? nullptr : plan_.kernels.at(kernel).get();
    const Place at = PlaceOf(kernel, 0, planned, insert, /*is_copied=*/false);
    if (!ComputesBlocks(at)) return std::nullopt;
    for (const Place& other : places) {
      if (other.shape != at.shape ||
          ShareBytes({other.shape, other.array, other.itemsize}, {at.shape, at.array, at.itemsize}))
        return std::nullopt;
    }
    places.push_back(at);
  }
  for (const auto& [kernel, insert] : writes) {
    if (!AddSymmetries(kernel < 0 ? insert : kernel, places, memory, symmetries))
      return std::nullopt;
  }
  const Place& first = places.front();
  const bool stay = std::all_of(symmetries.begin(), symmetries.end(), [&](const Symmetry& each) {
    return each == Identity(first.shape.size());
  });
  if (stay && writes.size() == 1) return std::nullopt;
  return PlanOrbits(first.shape, first.itemsize, symmetries, static_cast<int64_t>(writes.size()),
                    threads_);
}

void BufferWalk::HoldUntil(int memory, NodeId until) {
  if (memory < 0 || memories_[memory].until >= until) return;
  Memory& held = memories_[memory];
  if (!held.is_input) {
    dying_[held.until] -= held.bytes;
    dying_[until] = AddBytes(dying_[until], held.bytes);
  }
  held.until = until;
}

// Whether a step is one of several writes that are done at the last one of them.
bool BufferWalk::IsTogether(NodeId id) {
  if (result_.together_of.contains(id)) return true;
  const Op op = NodeOf(id).op;
  if (op != Op::k_kernel && op != Op::k_insert) return false;
  const bool found = PutTogether(id, WritesFrom(id));
  if (!found) TakeBack();
  supposed_.clear();
  return found;
}

bool BufferWalk::PutTogether(NodeId id, const Writes& writes) {
  if (writes.empty()) return false;
  const NodeId last = writes.back().insert;
  const int memory = memory_of_[last];
  if (WhyCopied(writes.front().insert, last) != nullptr ||
      (memories_[memory].is_input && id < tells_from_))
    return false;
  std::optional<Orbits> orbits = OrbitsOf(writes, memory);
  if (!orbits.has_value()) return false;
  HoldUntil(memory, last);
  for (const auto& [kernel, insert] : writes) {
    const NodeId step = kernel < 0 ? insert : kernel;
    for (NodeId input : NodeOf(step).inputs) HoldUntil(memory_of_[input], last);
    if (kernel >= 0) kernels_[kernel] = {memory};
    result_.together_of[step] = result_.together_of[insert] = result_.together.size();
    result_.in_place[insert] = true;
  }
  result_.together.push_back({writes, *std::move(orbits)});
  return true;
}

int64_t BufferWalk::VisitTogether(NodeId id) {
  const BufferAssignment::Together& together = result_.together[result_.together_of.at(id)];
  if (NodeOf(id).op == Op::k_insert)
    arrays_[id].strides = DenseStrides(ShapeOf(id), NodeOf(id).dtype().size());
  if (id != together.writes.back().insert) return 0;
  Take(memory_of_[id], id, until_[id]);
  return together.orbits.bytes;
}

// The operand over which a kernel's only result can be written though it is read turned round; -1:
// none.
int BufferWalk::TurnedOver(NodeId id, const PlannedKernel& kernel) {
  const Node& node = NodeOf(id);
  const Graph& body = node.attrs.Body();
  const Node& made = body.node(body.outputs()[0]);
  Place at{id, 0, &kernel, {}, numbers_.Of(made.shape()), made.dtype().size()};
  at.array.strides = StridesOfResult(body, 0, at.shape, at.itemsize);
  if (!ComputesBlocks(at)) return -1;
  for (size_t i = 0; i < body.params().size(); ++i) {
    std::vector<Symmetry> symmetries;
    if (!IsFree(node.inputs[i], id, BytesOf(at.shape, made.dtype())) ||
        !AddSymmetries(id, {at}, memory_of_[node.inputs[i]], symmetries))
      continue;
    std::optional<Orbits> orbits =
        PlanOrbits(at.shape, at.itemsize, symmetries, /*writes=*/1, threads_);
    if (!orbits.has_value()) continue;
    result_.together_of[id] = result_.together.size();
    result_.together.push_back({{{id, -1}}, *std::move(orbits)});
    return static_cast<int>(i);
  }
  return -1;
}

}  // namespace broadloom

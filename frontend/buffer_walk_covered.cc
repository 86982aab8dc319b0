// Inserts that together write all of a result: nothing has to be there before them.
#include <algorithm>

#include "frontend/buffer_walk.h"
#include "frontend/layout.h"

namespace broadloom {
namespace {

constexpr size_t kMostBoxes = 300;  // each is compared with all others

}  // namespace

int64_t BufferWalk::Box::size() const {
  int64_t size = 1;
  for (size_t axis = 0; axis < first.size(); ++axis)
    size *= std::max<int64_t>(0, last[axis] - first[axis] + 1);
  return size;
}

int64_t BufferWalk::Box::Shared(const Box& other) const {
  Box both = *this;
  for (size_t axis = 0; axis < first.size(); ++axis) {
    both.first[axis] = std::max(first[axis], other.first[axis]);
    both.last[axis] = std::min(last[axis], other.last[axis]);
  }
  return both.size();
}

// The least box around what a view of a dense array of this shape sees; none where an axis of the
// view runs along several of the array's.
std::optional<BufferWalk::Box> BufferWalk::BoxAround(const Shape& whole, const Shape& shape,
                                                     const StridedArray& view, int64_t itemsize) {
  const Dims steps = DenseStrides(whole, itemsize);
  Dims reach(whole.size(), 0);
  int64_t low = view.offset;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    const int64_t stride = std::abs(view.strides[axis]), last = shape[axis].value() - 1;
    if (last == 0 || stride == 0) continue;
    if (view.strides[axis] < 0) low -= stride * last;
    size_t along = 0;
    while (along < whole.size() && (steps[along] > stride || whole[along].is(1))) ++along;
    if (along == whole.size() || stride % steps[along] != 0) return std::nullopt;
    reach[along] += stride / steps[along] * last;
  }
  Box box;
  for (size_t axis = 0; axis < whole.size(); ++axis) {
    box.first.push_back(low / steps[axis]);
    low %= steps[axis];
    box.last.push_back(box.first.back() + reach[axis]);
    if (box.last.back() >= whole[axis].value()) return std::nullopt;
  }
  return box;
}

// None where it leaves gaps.
std::optional<BufferWalk::Box> BufferWalk::BoxOf(NodeId insert) const {
  const Attrs& attrs = NodeOf(insert).attrs;
  const auto number = [&](AttrName name, size_t axis) {
    return numbers_.Of(attrs.Dims(name)[axis]);
  };
  Box box;
  for (size_t axis = 0; axis < NodeOf(insert).shape().size(); ++axis) {
    const int64_t size = number(AttrName::k_sizes, axis);
    if (size > 1 && number(AttrName::k_steps, axis) != 1) return std::nullopt;
    box.first.push_back(number(AttrName::k_starts, axis));
    box.last.push_back(box.first.back() + size - 1);
  }
  return box;
}

void BufferWalk::FindUsers() {
  if (!users_.empty()) return;
  users_.resize(plan_.graph.size());
  for (NodeId id : plan_.order) {
    for (NodeId input : NodeOf(id).inputs) users_[input].push_back(id);
  }
}

// Whether nothing but `next` sees elements outside of the boxes. Views are of `whole`, so far by
// `view`.
bool BufferWalk::SeesOnly(NodeId id, NodeId next, const Shape& whole, const StridedArray& view,
                          const std::vector<Box>& boxes) const {
  return std::all_of(users_[id].begin(), users_[id].end(), [&](NodeId user) {
    const Node& node = NodeOf(user);
    if (user == next && node.inputs[1] != id) return true;
    if (!node.info().is_view()) return false;
    const absl::StatusOr<StridedArray> seen =
        ApplyView(node.op, numbers_.Of(node.attrs), 1, ShapeOf(id), view);
    if (!seen.ok()) return false;
    if (NumElements(ShapeOf(user)) == 0) return true;
    const std::optional<Box> box = BoxAround(whole, ShapeOf(user), *seen, 1);
    int64_t shared = 0;
    for (const Box& each : boxes) shared += box.has_value() ? each.Shared(*box) : 0;
    return (box.has_value() && shared == box->size()) || SeesOnly(user, next, whole, *seen, boxes);
  });
}

// The inserts that write to what this one has written to, one after the other.
std::vector<NodeId> BufferWalk::ChainFrom(NodeId insert) const {
  std::vector<NodeId> chain = {insert};
  while (chain.size() < kMostBoxes) {
    const NodeId next = until_[chain.back()];
    if (next == forever_ || NodeOf(next).op != Op::k_insert ||
        NodeOf(next).inputs[0] != chain.back())
      break;
    chain.push_back(next);
  }
  return chain;
}

bool BufferWalk::IsCovered(NodeId insert) {
  const auto [found, added] = covered_.emplace(insert, false);
  if (added) found->second = WritesAll(ChainFrom(insert));
  return found->second;
}

bool BufferWalk::WritesAll(const std::vector<NodeId>& chain) {
  const Shape whole = ShapeOf(chain[0]);
  const int64_t size = NumElements(whole).value_or(0);
  int64_t most = 0, written = 0;
  for (NodeId id : chain) most += NumElements(ShapeOf(NodeOf(id).inputs[1])).value_or(0);
  if (most < size) return false;
  FindUsers();
  std::vector<Box> boxes;  // that do not meet
  for (size_t i = 0; i < chain.size(); ++i) {
    const std::optional<Box> box = BoxOf(chain[i]);
    const auto meets = [&](const Box& other) { return box->Shared(other) > 0; };
    if (box.has_value() && std::none_of(boxes.begin(), boxes.end(), meets)) {
      boxes.push_back(*box);
      written += box->size();
    }
    if (written == size) return true;
    if (i + 1 < chain.size() &&
        !SeesOnly(chain[i], chain[i + 1], whole, {nullptr, 0, DenseStrides(whole, 1)}, boxes))
      return false;
  }
  return false;
}

namespace {

bool IsFill(const Graph& body) {
  for (NodeId id = 0; id < body.size(); ++id) {
    const Op op = body.node(id).op;
    if (op != Op::k_scalar && op != Op::k_constant && op != Op::k_broadcast_to && op != Op::k_copy)
      return false;
  }
  return body.outputs().size() == 1;
}

}  // namespace

// Whether a kernel fills an array with a number, of which inserts leave nothing.
bool BufferWalk::IsUnseen(NodeId kernel) {
  if (!IsFill(NodeOf(kernel).attrs.Body())) return false;
  FindUsers();
  const auto is_replaced = [&](NodeId result) {
    return until_[result] != forever_ &&
           std::all_of(users_[result].begin(), users_[result].end(), [&](NodeId user) {
             const Node& node = NodeOf(user);
             return node.op == Op::k_insert && node.inputs[0] == result &&
                    node.inputs[1] != result && IsCovered(user);
           });
  };
  return std::all_of(users_[kernel].begin(), users_[kernel].end(), is_replaced);
}

// Whether the value of an insert, which lies in the memory that it writes to, lies elsewhere in it.
bool BufferWalk::IsApart(NodeId insert) const {
  const NodeId base = NodeOf(insert).inputs[0], value = NodeOf(insert).inputs[1];
  const std::optional<Box> to = BoxOf(insert);
  if (!to.has_value() || NumElements(ShapeOf(value)) == 0) return false;
  StridedArray view = arrays_[value];
  view.offset -= arrays_[base].offset;
  const std::optional<Box> from =
      BoxAround(ShapeOf(insert), ShapeOf(value), view, NodeOf(insert).dtype().size());
  return from.has_value() && from->Shared(*to) == 0;
}

}  // namespace broadloom

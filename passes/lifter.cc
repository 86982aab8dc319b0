// Operations over lifted values.
#include "passes/lifter.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

bool Contains(const Axes& axes, int64_t axis) {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

}  // namespace

// A reduction over axes of extent 1 only: the element itself, its index 0, or its sum with 0 (which
// makes 0 of -0).
absl::StatusOr<NodeId> Lifter::ReduceNothing(const Node& node, NodeId operand) {
  const bool index = node.op == Op::k_argmin || node.op == Op::k_argmax;
  if (!index && node.op != Op::k_sum) return out_.Add(Op::k_copy, {operand}, {});
  Attrs zero;
  zero.Set(AttrName::k_value, MakeIntScalar(index ? DType(DType::kInt64) : node.dtype(), 0));
  BL_ASSIGN_OR_RETURN(const NodeId constant, out_.Add(Op::k_constant, {}, std::move(zero)));
  if (!index) return out_.Add(Op::k_add, {operand, constant}, {});
  Attrs shape;
  shape.Set(AttrName::k_shape, out_.node(operand).shape());
  return out_.Add(Op::k_broadcast_to, {constant}, std::move(shape));
}

absl::StatusOr<Lifted> Lifter::Reduce(const Node& node, const Lifted& value) {
  const Axes kept = KeptAxes(value);
  Attrs attrs = node.attrs;
  Axes axes, walked, dropped = value.dropped;
  for (int64_t axis : node.attrs.Ints(AttrName::k_axes)) {
    axes.push_back(kept[axis]);
    if (!CoreShape(value)[kept[axis]].is(1)) walked.push_back(kept[axis]);
  }
  if (node.attrs.IntOr(AttrName::k_keepdims, 0) == 0) {
    dropped.insert(dropped.end(), axes.begin(), axes.end());
    std::sort(dropped.begin(), dropped.end());
  }
  if (walked.empty()) {
    BL_ASSIGN_OR_RETURN(const NodeId id, ReduceNothing(node, value.core));
    return Lifted{id, dropped};
  }
  // Chunks of one element are additions one by one.
  if (attrs.Has(AttrName::k_order) && walked.back() != axes.back())
    attrs.Set(AttrName::k_order, std::string("rows"));
  attrs.Set(AttrName::k_axes, walked).Set(AttrName::k_keepdims, int64_t{1});
  BL_ASSIGN_OR_RETURN(const NodeId id, out_.Add(node.op, {value.core}, std::move(attrs)));
  return Lifted{id, dropped};
}

// Operands that broadcast to the node's shape, in one frame.
absl::StatusOr<Lifter::Framed> Lifter::InOneFrame(const Node& node,
                                                  absl::Span<const NodeId> given) {
  std::vector<Lifted> operands;
  const Lifted* frame = nullptr;
  for (NodeId input : given) {
    Lifted value = lifted_[input];
    const bool is_array = !CoreShape(value).empty();
    if (is_array) {
      BL_ASSIGN_OR_RETURN(value,
                          WithLeadingAxes(value, node.shape().size() - KeptAxes(value).size()));
    }
    operands.push_back(value);
  }
  for (const Lifted& value : operands) {
    const bool better = frame == nullptr || (frame->dropped.empty() && !value.dropped.empty());
    if (!CoreShape(value).empty() && better) frame = &value;
  }
  Framed framed;
  if (frame != nullptr) framed.dropped = frame->dropped;
  for (const Lifted& value : operands) {
    NodeId input = value.core;
    if (frame != nullptr && !CoreShape(value).empty()) {
      BL_ASSIGN_OR_RETURN(input, InFrame(value, frame->dropped, CoreShape(*frame).size()));
    }
    framed.inputs.push_back(input);
  }
  return framed;
}

absl::StatusOr<Lifted> Lifter::Elementwise(const Node& node) {
  BL_ASSIGN_OR_RETURN(Framed framed, InOneFrame(node, node.inputs));
  BL_ASSIGN_OR_RETURN(const NodeId id, out_.Add(node.op, std::move(framed.inputs), node.attrs));
  return Lifted{id, std::move(framed.dropped)};
}

// What is picked from is stored: it comes as it was, with axes of extent 1 where the indices have
// some that were dropped.
absl::StatusOr<Lifted> Lifter::Gather(const Node& node) {
  const auto indices = absl::MakeConstSpan(node.inputs).subspan(1);
  BL_ASSIGN_OR_RETURN(Framed framed, InOneFrame(node, indices));
  BL_ASSIGN_OR_RETURN(NodeId source, Emit(node.inputs[0]));
  if (!framed.dropped.empty()) {
    Axes groups;
    Shape shape;
    for (Extent extent : out_.node(source).shape()) {
      for (; Contains(framed.dropped, shape.size()); shape.push_back(1))
        groups.insert(groups.end(), {0, 1});
      groups.insert(groups.end(), {1, 1});
      shape.push_back(extent);
    }
    const View view = MakeReshape(groups, shape);
    BL_ASSIGN_OR_RETURN(source, out_.Add(view.op, {source}, view.attrs));
    BL_ASSIGN_OR_RETURN(source, Merged(source));
  }
  framed.inputs.insert(framed.inputs.begin(), source);
  BL_ASSIGN_OR_RETURN(const NodeId id, out_.Add(node.op, std::move(framed.inputs), {}));
  return Lifted{id, std::move(framed.dropped)};
}

absl::StatusOr<Lifted> Lifter::LiftNode(NodeId id) {
  const Node& node = in_.node(id);
  if (node.info().is_elementwise()) return Elementwise(node);
  if (node.info().is_gather()) return Gather(node);
  if (node.info().is_reduce()) return Reduce(node, lifted_[node.inputs[0]]);
  switch (node.op) {
    case Op::k_reshape:
      return Reshape(lifted_[node.inputs[0]], node.attrs.Ints(AttrName::k_groups), node.shape(),
                     absl::c_linear_search(in_.outputs(), id));
    case Op::k_permute_dims:
      return Permute(lifted_[node.inputs[0]], node.attrs.Ints(AttrName::k_axes));
    case Op::k_diagonal:
      return Diagonal(lifted_[node.inputs[0]], node.attrs.Ints(AttrName::k_axes));
    case Op::k_slice: return Slice(lifted_[node.inputs[0]], node.attrs);
    case Op::k_broadcast_to: return BroadcastTo(lifted_[node.inputs[0]], node.shape());
    default: break;
  }
  Inputs inputs;
  for (NodeId input : node.inputs) {
    BL_ASSIGN_OR_RETURN(inputs.emplace_back(), Emit(input));
  }
  BL_ASSIGN_OR_RETURN(const NodeId copy, out_.Add(node.op, std::move(inputs), node.attrs));
  return Lifted{copy, {}};
}

absl::Status Lifter::Lift(NodeId id) {
  BL_ASSIGN_OR_RETURN(lifted_[id], LiftNode(id));
  return absl::OkStatus();
}

absl::StatusOr<NodeId> Lifter::Emit(NodeId id) {
  BL_ASSIGN_OR_RETURN(const NodeId plain, Drop(lifted_[id]));
  return Merged(plain);
}

}  // namespace broadloom

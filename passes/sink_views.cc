// Moves views down to the leaves and dropped axes up to the outputs, so that between them only
// arithmetic is left.
//
//     %1 = add %x, %y                          %1 = slice %x {...}
//     %2 = slice %1 {...}           ==>        %2 = slice %y {...}
//                                              %3 = add %1, %2
//
//     %1 = sum %x {axes=[1]}                   %1 = sum %x {axes=[1], keepdims=1}
//     %2 = sqrt %1                  ==>        %2 = sqrt %1
//                                              %3 = reshape %2 {groups=[1,1,1,0]}
//
// A view of a leaf costs nothing: it becomes strides when a kernel is launched. Afterwards every
// elementwise operation and its operands have one rank, and an axis either has the result's extent
// or the extent 1. A view stays above its operand, which is then stored, where it cannot pass: a
// reshape that merges an axis which an operand broadcasts, regroups extents, or merges what is not
// joint in memory; a view of an output, which is stored anyway.
#include <algorithm>
#include <numeric>
#include <vector>

#include "ir/status_macros.h"
#include "passes/pass.h"
#include "passes/sinker.h"

namespace broadloom {
namespace {

bool Contains(const Axes& axes, int64_t axis) {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

// A value of the old graph: a node of the new one, some axes of extent 1 of which the old value
// does not have.
struct Lifted {
  NodeId core;
  Axes dropped;  // sorted
};

class Lifter {
 public:
  Lifter(const Graph& in, Graph& out) : in_(in), out_(out), sinker_(out), lifted_(in.size()) {}

  absl::Status Lift(NodeId id);
  absl::StatusOr<NodeId> Emit(NodeId id);  // the old value itself
  void Pin(NodeId id) { sinker_.Pin(lifted_[id].core); }

 private:
  const Shape& CoreShape(const Lifted& value) const { return out_.node(value.core).shape(); }
  Axes KeptAxes(const Lifted& value) const {
    Axes kept;
    for (size_t axis = 0; axis < CoreShape(value).size(); ++axis) {
      if (!Contains(value.dropped, axis)) kept.push_back(axis);
    }
    return kept;
  }

  absl::StatusOr<Lifted> Reshape(const Lifted& value, const Axes& groups, const Shape& shape);
  absl::StatusOr<Lifted> Permute(const Lifted& value, const Axes& axes);
  absl::StatusOr<Lifted> Slice(const Lifted& value, const Attrs& attrs);
  absl::StatusOr<Lifted> BroadcastTo(const Lifted& value, const Shape& shape);
  absl::StatusOr<Lifted> Reduce(const Node& node, const Lifted& value);
  absl::StatusOr<NodeId> ReduceNothing(const Node& node, NodeId operand);
  absl::StatusOr<Lifted> Elementwise(const Node& node);
  absl::StatusOr<Lifted> LiftNode(NodeId id);
  absl::StatusOr<Lifted> WithLeadingAxes(const Lifted& value, size_t count);
  absl::StatusOr<NodeId> InFrame(const Lifted& value, const Axes& dropped, size_t core_rank);
  absl::StatusOr<NodeId> Drop(const Lifted& value);

  const Graph& in_;
  Graph& out_;
  Sinker sinker_;
  std::vector<Lifted> lifted_;
};

// Walks the groups along the core's axes. Axes dropped on the way stay; one that is inserted where
// an axis was dropped is that axis; one that vanishes is dropped instead.
absl::StatusOr<Lifted> Lifter::Reshape(const Lifted& value, const Axes& groups,
                                       const Shape& shape) {
  const Shape& core = CoreShape(value);
  Axes core_groups, dropped;
  Shape core_shape;
  size_t i = 0, j = 0;
  const auto at_dropped = [&] { return i < core.size() && Contains(value.dropped, i); };
  const auto same = [&](bool keep) {
    if (!keep) dropped.push_back(core_shape.size());
    core_groups.insert(core_groups.end(), {1, 1});
    core_shape.push_back(core[i++]);
  };
  for (size_t g = 0; g < groups.size(); g += 2) {
    int64_t from = groups[g], to = groups[g + 1];
    if (from == 0 && at_dropped()) {
      same(/*keep=*/true);
      ++j, --to;
      if (to == 0) continue;
    }
    while (from > 0 && at_dropped()) same(false);
    if (from == 1 && to == 0) {
      same(false);
      continue;
    }
    const size_t begin = i;
    for (int64_t k = 0; k < from; ++i) k += !Contains(value.dropped, i);
    core_groups.insert(core_groups.end(), {static_cast<int64_t>(i - begin), to});
    for (int64_t k = 0; k < to; ++k) core_shape.push_back(shape[j++]);
  }
  while (i < core.size()) same(false);
  BL_ASSIGN_OR_RETURN(const NodeId node,
                      sinker_.Apply(value.core, MakeReshape(core_groups, core_shape)));
  return Lifted{node, dropped};
}

absl::StatusOr<Lifted> Lifter::Permute(const Lifted& value, const Axes& axes) {
  const Axes kept = KeptAxes(value);
  Axes order(CoreShape(value).size());
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = 0; i < kept.size(); ++i) order[kept[i]] = kept[axes[i]];
  View view{Op::k_permute_dims, {}};
  view.attrs.Set(AttrName::k_axes, order);
  BL_ASSIGN_OR_RETURN(const NodeId node, sinker_.Apply(value.core, view));
  return Lifted{node, value.dropped};
}

absl::StatusOr<Lifted> Lifter::Slice(const Lifted& value, const Attrs& attrs) {
  const Axes kept = KeptAxes(value);
  Shape starts(CoreShape(value).size(), Extent(0)), steps(starts.size(), Extent(1)),
      sizes(starts.size(), Extent(1));
  for (size_t i = 0; i < kept.size(); ++i) {
    starts[kept[i]] = attrs.Dims(AttrName::k_starts)[i];
    steps[kept[i]] = attrs.Dims(AttrName::k_steps)[i];
    sizes[kept[i]] = attrs.Dims(AttrName::k_sizes)[i];
  }
  View view{Op::k_slice, {}};
  view.attrs.Set(AttrName::k_starts, starts)
      .Set(AttrName::k_steps, steps)
      .Set(AttrName::k_sizes, sizes);
  BL_ASSIGN_OR_RETURN(const NodeId node, sinker_.Apply(value.core, view));
  return Lifted{node, value.dropped};
}

absl::StatusOr<Lifted> Lifter::WithLeadingAxes(const Lifted& value, size_t count) {
  if (count == 0) return value;
  const Axes kept = KeptAxes(value);
  Axes groups;
  Shape shape;
  for (size_t i = 0; i < count; ++i) {
    groups.insert(groups.end(), {0, 1});
    shape.push_back(1);
  }
  for (int64_t axis : kept) {
    groups.insert(groups.end(), {1, 1});
    shape.push_back(CoreShape(value)[axis]);
  }
  return Reshape(value, groups, shape);
}

absl::StatusOr<Lifted> Lifter::BroadcastTo(const Lifted& value, const Shape& shape) {
  if (CoreShape(value).empty() &&
      !shape.empty()) {  // one number everywhere: it has no axes to view
    Attrs attrs;
    attrs.Set(AttrName::k_shape, shape);
    BL_ASSIGN_OR_RETURN(const NodeId id,
                        out_.Add(Op::k_broadcast_to, {value.core}, std::move(attrs)));
    return Lifted{id, {}};
  }
  BL_ASSIGN_OR_RETURN(Lifted result, WithLeadingAxes(value, shape.size() - KeptAxes(value).size()));
  const Axes kept = KeptAxes(result);
  Shape core_shape = CoreShape(result);
  for (size_t i = 0; i < kept.size(); ++i) core_shape[kept[i]] = shape[i];
  if (core_shape == CoreShape(result)) return result;
  Attrs attrs;
  attrs.Set(AttrName::k_shape, core_shape);
  BL_ASSIGN_OR_RETURN(result.core, out_.Add(Op::k_broadcast_to, {result.core}, std::move(attrs)));
  return result;
}

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

absl::StatusOr<NodeId> Lifter::Drop(const Lifted& value) {
  if (value.dropped.empty()) return value.core;
  Axes groups;
  Shape shape;
  for (size_t axis = 0; axis < CoreShape(value).size(); ++axis) {
    const bool dropped = Contains(value.dropped, axis);
    groups.insert(groups.end(), {1, dropped ? 0 : 1});
    if (!dropped) shape.push_back(CoreShape(value)[axis]);
  }
  const View view = MakeReshape(groups, shape);
  return out_.Add(view.op, {value.core}, view.attrs);
}

// The value as an operand among others that have `core_rank` axes of which `dropped` are no axes of
// the old values.
absl::StatusOr<NodeId> Lifter::InFrame(const Lifted& value, const Axes& dropped, size_t core_rank) {
  if (value.dropped == dropped && CoreShape(value).size() == core_rank) return value.core;
  BL_ASSIGN_OR_RETURN(const NodeId plain, Drop(value));
  const Shape& from = out_.node(plain).shape();
  Axes groups;
  Shape shape;
  size_t next = 0;
  for (size_t axis = 0; axis < core_rank; ++axis) {
    const bool inserted = Contains(dropped, axis);
    groups.insert(groups.end(), {inserted ? 0 : 1, 1});
    shape.push_back(inserted ? Extent(1) : from[next++]);
  }
  return sinker_.Apply(plain, MakeReshape(groups, shape));
}

absl::StatusOr<Lifted> Lifter::Elementwise(const Node& node) {
  std::vector<Lifted> operands;
  const Lifted* frame = nullptr;
  for (NodeId input : node.inputs) {
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
  Inputs inputs;
  for (const Lifted& value : operands) {
    NodeId input = value.core;
    if (frame != nullptr && !CoreShape(value).empty()) {
      BL_ASSIGN_OR_RETURN(input, InFrame(value, frame->dropped, CoreShape(*frame).size()));
    }
    inputs.push_back(input);
  }
  BL_ASSIGN_OR_RETURN(const NodeId id, out_.Add(node.op, std::move(inputs), node.attrs));
  return Lifted{id, frame == nullptr ? Axes() : frame->dropped};
}

absl::StatusOr<Lifted> Lifter::LiftNode(NodeId id) {
  const Node& node = in_.node(id);
  if (node.info().is_elementwise()) return Elementwise(node);
  if (node.info().is_reduce()) return Reduce(node, lifted_[node.inputs[0]]);
  switch (node.op) {
    case Op::k_reshape:
      return Reshape(lifted_[node.inputs[0]], node.attrs.Ints(AttrName::k_groups), node.shape());
    case Op::k_permute_dims:
      return Permute(lifted_[node.inputs[0]], node.attrs.Ints(AttrName::k_axes));
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

absl::StatusOr<NodeId> Lifter::Emit(NodeId id) { return Drop(lifted_[id]); }

}  // namespace

absl::StatusOr<Graph> SinkViews(const Graph& in, const PassOptions&) {
  Graph out(in.name());
  out.attrs() = in.attrs();
  Lifter lifter(in, out);
  const std::vector<bool> live = LiveNodes(in);
  std::vector<bool> is_output(in.size());
  for (NodeId output : in.outputs()) is_output[output] = true;
  for (NodeId id : in.params()) {
    BL_RETURN_IF_ERROR(
        out.AddParam(in.node(id).type, in.node(id).attrs.Text(AttrName::k_layout)).status());
  }
  for (NodeId id : in.scalars()) BL_RETURN_IF_ERROR(out.AddScalar(in.node(id).dtype()).status());
  for (NodeId id = 0; id < in.size(); ++id) {
    if (!live[id]) continue;
    BL_RETURN_IF_ERROR(lifter.Lift(id));
    if (is_output[id]) lifter.Pin(id);
  }
  std::vector<NodeId> outputs;
  for (NodeId output : in.outputs()) {
    BL_ASSIGN_OR_RETURN(const NodeId plain, lifter.Emit(output));
    outputs.push_back(plain);
  }
  out.set_outputs(std::move(outputs));
  return out;
}

}  // namespace broadloom

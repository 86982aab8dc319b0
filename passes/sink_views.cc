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
#include <map>
#include <numeric>
#include <vector>

#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/layout.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

constexpr int kMaxSunkNodes = 512;  // beyond this a view stays where it is

struct View {
  Op op;
  Attrs attrs;
  friend bool operator==(const View&, const View&) = default;
};

bool Contains(const Axes& axes, int64_t axis) {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

bool IsInner(const Node& node) {
  return node.info().is_elementwise() || node.info().is_reduce() || node.op == Op::k_broadcast_to;
}

View MakeReshape(Axes groups, Shape shape) {
  View view{Op::k_reshape, {}};
  view.attrs.Set(AttrName::k_groups, std::move(groups)).Set(AttrName::k_shape, std::move(shape));
  return view;
}

bool IsIdentity(const View& view, const Shape& from) {
  if (view.op == Op::k_slice) {
    const auto all = [&](AttrName name, int64_t value) {
      const Shape& dims = view.attrs.Dims(name);
      return std::all_of(dims.begin(), dims.end(), [&](Extent e) { return e.is(value); });
    };
    return all(AttrName::k_starts, 0) && all(AttrName::k_steps, 1) &&
           view.attrs.Dims(AttrName::k_sizes) == from;
  }
  if (view.op == Op::k_permute_dims) {
    const Axes& axes = view.attrs.Ints(AttrName::k_axes);
    return std::is_sorted(axes.begin(), axes.end());
  }
  const Axes& groups = view.attrs.Ints(AttrName::k_groups);
  return std::all_of(groups.begin(), groups.end(), [](int64_t count) { return count == 1; });
}

// The view that an operand of shape `operand` needs where the result, of shape `result`, has `view`
// applied.
std::optional<View> ForOperand(const View& view, const Shape& result, const Shape& operand) {
  View adapted = view;
  const auto repeated = [&](size_t axis) { return operand[axis].is(1) && !result[axis].is(1); };
  if (view.op == Op::k_slice) {
    Shape starts = view.attrs.Dims(AttrName::k_starts), steps = view.attrs.Dims(AttrName::k_steps);
    Shape sizes = view.attrs.Dims(AttrName::k_sizes);
    for (size_t axis = 0; axis < operand.size(); ++axis) {
      if (!repeated(axis)) continue;
      starts[axis] = 0;
      steps[axis] = 1;
      sizes[axis] = 1;
    }
    adapted.attrs.Set(AttrName::k_starts, starts)
        .Set(AttrName::k_steps, steps)
        .Set(AttrName::k_sizes, sizes);
  }
  if (view.op == Op::k_reshape) {
    const Axes& groups = view.attrs.Ints(AttrName::k_groups);
    Shape shape = view.attrs.Dims(AttrName::k_shape);
    size_t i = 0, j = 0;
    for (size_t g = 0; g < groups.size(); i += groups[g], j += groups[g + 1], g += 2) {
      size_t count = 0;
      bool any_real = false;
      for (size_t axis = i; axis < i + groups[g]; ++axis) {
        count += repeated(axis);
        any_real |= !operand[axis].is(1);
      }
      if (count == 0) continue;
      if (any_real) return std::nullopt;  // half of a merged axis is broadcast
      std::fill_n(shape.begin() + j, groups[g + 1], Extent(1));
    }
    adapted.attrs.Set(AttrName::k_shape, shape);
  }
  return adapted;
}

// The same for the operand of a reduction over `axes`, and where these axes are afterwards.
std::optional<View> ThroughReduce(const View& view, const Shape& operand, const Axes& axes,
                                  Axes& new_axes) {
  View adapted = view;
  new_axes.clear();
  if (view.op == Op::k_permute_dims) {
    const Axes& order = view.attrs.Ints(AttrName::k_axes);
    for (int64_t axis : axes)
      new_axes.push_back(std::find(order.begin(), order.end(), axis) - order.begin());
  } else if (view.op == Op::k_slice) {
    new_axes = axes;
    Shape sizes = view.attrs.Dims(AttrName::k_sizes), starts = view.attrs.Dims(AttrName::k_starts);
    Shape steps = view.attrs.Dims(AttrName::k_steps);
    for (int64_t axis : axes) {
      if (!sizes[axis].is(1)) return std::nullopt;
      sizes[axis] = operand[axis];
      starts[axis] = 0;
      steps[axis] = 1;
    }
    adapted.attrs.Set(AttrName::k_starts, starts)
        .Set(AttrName::k_steps, steps)
        .Set(AttrName::k_sizes, sizes);
  } else {
    const Axes& groups = view.attrs.Ints(AttrName::k_groups);
    Shape shape = view.attrs.Dims(AttrName::k_shape);
    std::map<int64_t, int64_t> moved;
    size_t i = 0, j = 0;
    for (size_t g = 0; g < groups.size(); i += groups[g], j += groups[g + 1], g += 2) {
      for (size_t axis = i; axis < i + groups[g]; ++axis) {
        if (!Contains(axes, axis)) continue;
        if (groups[g] != 1 || groups[g + 1] != 1) return std::nullopt;
        shape[j] = operand[axis];
        moved[axis] = j;
      }
    }
    for (int64_t axis : axes) new_axes.push_back(moved[axis]);
    adapted.attrs.Set(AttrName::k_shape, shape);
  }
  return adapted;
}

// Applies one view to a node of the new graph, pushing it down to the leaves.
class Sinker {
 public:
  explicit Sinker(Graph& out) : out_(out) {}

  // Marks a node as stored anyway: views of it stay above it.
  void Pin(NodeId id) { pinned_.push_back(id); }

  absl::StatusOr<NodeId> Apply(NodeId node, const View& view) {
    if (IsIdentity(view, out_.node(node).shape())) return node;
    done_.clear();
    BL_ASSIGN_OR_RETURN(const std::optional<NodeId> sunk, Sink(node, view));
    if (sunk.has_value()) return *sunk;
    return AddView(node, view);
  }

 private:
  struct Request {
    NodeId node;
    View view;
    std::vector<std::pair<NodeId, View>> operands;  // filled on the first visit
    Axes new_axes;                                  // of a reduction
  };

  const NodeId* Done(NodeId node, const View& view) const {
    for (const auto& [key, result] : done_) {
      if (key.first == node && key.second == view) return &result;
    }
    return nullptr;
  }

  // A view of something in memory. Where a reshape cannot be one, memory that allows it is made
  // first.
  absl::StatusOr<NodeId> AddView(NodeId node, const View& view) {
    if (view.op == Op::k_reshape && !out_.node(node).info().is_leaf()) {
      const std::optional<std::string> letters = LayoutOf(out_, node);
      if (!letters.has_value() || !Viewable(node, *letters, view)) {
        BL_ASSIGN_OR_RETURN(node, out_.Add(Op::k_copy, {node}, {}));
      }
    } else if (out_.node(node).op == Op::k_param && !Viewable(node, *LayoutOf(out_, node), view)) {
      BL_ASSIGN_OR_RETURN(node, out_.Add(Op::k_copy, {node}, {}));
    }
    return out_.Add(view.op, {node}, view.attrs);
  }

  bool Viewable(NodeId node, const std::string& letters, const View& view) const {
    if (view.op != Op::k_reshape) return true;
    return ReshapeLayout(letters, out_.node(node).shape(), view.attrs.Ints(AttrName::k_groups),
                         view.attrs.Dims(AttrName::k_shape))
        .has_value();
  }

  // Fills `request.operands`; false where the view cannot pass.
  bool Expand(Request& request) {
    const Node& node = out_.node(request.node);
    if (node.info().is_reduce()) {
      const Shape& operand = out_.node(node.inputs[0]).shape();
      auto view =
          ThroughReduce(request.view, operand, node.attrs.Ints(AttrName::k_axes), request.new_axes);
      if (!view.has_value()) return false;
      request.operands.emplace_back(node.inputs[0], *std::move(view));
      return true;
    }
    for (NodeId input : node.inputs) {
      if (out_.node(input).rank() == 0) continue;
      auto view = ForOperand(request.view, node.shape(), out_.node(input).shape());
      if (!view.has_value()) return false;
      request.operands.emplace_back(input, *std::move(view));
    }
    return true;
  }

  absl::StatusOr<NodeId> Rebuild(const Request& request) {
    const Node& node = out_.node(request.node);
    Inputs inputs;
    size_t next = 0;
    for (NodeId input : node.inputs) {
      if (out_.node(input).rank() == 0 && !node.info().is_reduce()) {
        inputs.push_back(input);
        continue;
      }
      const auto& [operand, view] = request.operands[next++];
      inputs.push_back(*Done(operand, view));
    }
    Attrs attrs = node.attrs;
    if (node.info().is_reduce()) attrs.Set(AttrName::k_axes, request.new_axes);
    if (node.op == Op::k_broadcast_to) {
      BL_ASSIGN_OR_RETURN(const ValueType type,
                          InferType(request.view.op, {node.type}, request.view.attrs));
      attrs.Set(AttrName::k_shape, type.shape);
    }
    return out_.Add(node.op, std::move(inputs), std::move(attrs));
  }

  absl::StatusOr<std::optional<NodeId>> SinkLeaf(const Request& request) {
    const Node& node = out_.node(request.node);
    if (IsIdentity(request.view, node.shape())) return request.node;
    if (node.op == Op::k_iota) return SinkIota(request);
    if (IsInner(node)) return std::optional<NodeId>();  // pinned
    BL_ASSIGN_OR_RETURN(const NodeId view, AddView(request.node, request.view));
    return view;
  }

  // An index along one axis, seen through a view, is again one: start + step * index. Splits and
  // merges stay away.
  absl::StatusOr<std::optional<NodeId>> SinkIota(const Request& request) {
    const Node& iota = out_.node(request.node);
    const int64_t axis = iota.attrs.Int(AttrName::k_axis);
    const View& view = request.view;
    int64_t new_axis = axis;
    if (view.op == Op::k_permute_dims) {
      const Axes& order = view.attrs.Ints(AttrName::k_axes);
      new_axis = std::find(order.begin(), order.end(), axis) - order.begin();
    } else if (view.op == Op::k_reshape) {
      Axes where;
      Shape one(iota.shape().size(), Extent(1));
      if (!ThroughReduce(view, one, {axis}, where).has_value()) return std::optional<NodeId>();
      new_axis = where[0];
    }
    BL_ASSIGN_OR_RETURN(const ValueType type, InferType(view.op, {iota.type}, view.attrs));
    Attrs attrs;
    attrs.Set(AttrName::k_axis, new_axis).Set(AttrName::k_shape, type.shape);
    BL_ASSIGN_OR_RETURN(NodeId index, out_.Add(Op::k_iota, {}, std::move(attrs)));
    if (view.op != Op::k_slice) return index;
    BL_ASSIGN_OR_RETURN(const NodeId step, Number(view.attrs.Dims(AttrName::k_steps)[axis]));
    BL_ASSIGN_OR_RETURN(const NodeId start, Number(view.attrs.Dims(AttrName::k_starts)[axis]));
    BL_ASSIGN_OR_RETURN(index, out_.Add(Op::k_multiply, {index, step}, {}));
    BL_ASSIGN_OR_RETURN(index, out_.Add(Op::k_add, {index, start}, {}));
    return index;
  }

  absl::StatusOr<NodeId> Number(Extent extent) {
    Attrs attrs;
    if (extent.is_symbol()) return out_.Add(Op::k_extent, {}, attrs.Set(AttrName::k_dim, extent));
    return out_.Add(Op::k_constant, {},
                    attrs.Set(AttrName::k_value, MakeIntScalar(DType::kInt64, extent.value())));
  }

  // Depth first with a stack of its own. nullopt where the view cannot pass somewhere below.
  absl::StatusOr<std::optional<NodeId>> Sink(NodeId node, const View& view) {
    std::vector<Request> stack;
    stack.push_back({node, view, {}, {}});
    while (!stack.empty()) {
      if (done_.size() > kMaxSunkNodes || stack.size() > kMaxSunkNodes)
        return std::optional<NodeId>();
      Request& top = stack.back();
      const Node& top_node = out_.node(top.node);
      const bool leaf = !IsInner(top_node) || top_node.rank() == 0 ||
                        std::find(pinned_.begin(), pinned_.end(), top.node) != pinned_.end();
      if (!leaf && top.operands.empty() && !Expand(top)) return std::optional<NodeId>();
      const auto missing =
          std::find_if(top.operands.begin(), top.operands.end(),
                       [&](const auto& operand) { return !Done(operand.first, operand.second); });
      if (!leaf && missing != top.operands.end()) {
        stack.push_back({missing->first, missing->second, {}, {}});
        continue;
      }
      std::optional<NodeId> result;
      if (leaf) {
        BL_ASSIGN_OR_RETURN(result, SinkLeaf(top));
      } else {
        BL_ASSIGN_OR_RETURN(result, Rebuild(top));
      }
      if (!result.has_value()) return result;
      done_.push_back({{top.node, top.view}, *result});
      stack.pop_back();
    }
    return done_.back().second;
  }

  Graph& out_;
  std::vector<NodeId> pinned_;
  std::vector<std::pair<std::pair<NodeId, View>, NodeId>> done_;
};

// A value of the old graph: a node of the new one, some axes of extent 1 of which the old value
// does not have.
struct Lifted {
  NodeId core;
  Axes dropped;  // sorted
};

class Lifter {
 public:
  Lifter(const Graph& in, Graph& out) : in_(in), out_(out), sinker_(out), lifted_(in.size()) {}

  absl::StatusOr<NodeId> Lift(NodeId id, const Mapping& mapping);
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
  absl::StatusOr<Lifted> LiftNode(NodeId id, const Mapping& mapping);
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

absl::StatusOr<Lifted> Lifter::LiftNode(NodeId id, const Mapping& mapping) {
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
  Mapping plain = mapping;
  for (NodeId input : node.inputs) {
    BL_ASSIGN_OR_RETURN(plain[input], Emit(input));
  }
  BL_ASSIGN_OR_RETURN(const NodeId copy, CopyNode(in_, id, plain, out_));
  return Lifted{copy, {}};
}

absl::StatusOr<NodeId> Lifter::Lift(NodeId id, const Mapping& mapping) {
  BL_ASSIGN_OR_RETURN(lifted_[id], LiftNode(id, mapping));
  return lifted_[id].core;
}

absl::StatusOr<NodeId> Lifter::Emit(NodeId id) { return Drop(lifted_[id]); }

}  // namespace

absl::StatusOr<Graph> SinkViews(const Graph& in, const PassOptions&) {
  Graph out(in.name());
  out.attrs() = in.attrs();
  Lifter lifter(in, out);
  Mapping mapping(in.size(), -1);
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
    BL_ASSIGN_OR_RETURN(mapping[id], lifter.Lift(id, mapping));
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

#include "passes/sinker.h"

#include <algorithm>

#include "ir/infer.h"
#include "ir/status_macros.h"
#include "passes/layout.h"

namespace broadloom {
namespace {

constexpr int kMaxSunkNodes = 512;  // beyond this a view stays where it is

// Where an axis is after a reshape that neither splits nor merges nor drops it.
std::optional<int64_t> AxisAfter(const View& reshape, int64_t axis) {
  const Axes& groups = reshape.attrs.Ints(AttrName::k_groups);
  int64_t from = 0, to = 0;
  for (size_t g = 0; g < groups.size(); from += groups[g], to += groups[g + 1], g += 2) {
    if (from == axis && groups[g] == 1 && groups[g + 1] == 1) return to;
  }
  return std::nullopt;
}

bool IsInner(const Node& node) {
  return node.info().is_elementwise() || node.info().is_gather() || node.info().is_reduce() ||
         node.op == Op::k_broadcast_to;
}

}  // namespace

absl::StatusOr<NodeId> Sinker::Apply(NodeId node, const View& view, bool is_free) {
  is_free_ = is_free;
  if (IsIdentity(view, out_.node(node).shape())) return node;
  done_.clear();
  BL_ASSIGN_OR_RETURN(const std::optional<NodeId> sunk, Sink(node, view));
  if (sunk.has_value()) return *sunk;
  return AddView(node, view);
}

const NodeId* Sinker::Done(NodeId node, const View& view) const {
  for (const auto& [key, result] : done_) {
    if (key.first == node && key.second == view) return &result;
  }
  return nullptr;
}

// A view of something in memory. Where a reshape cannot be one, memory that allows it is made
// first.
absl::StatusOr<NodeId> Sinker::AddView(NodeId node, const View& view) {
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

bool Sinker::Viewable(NodeId node, const std::string& letters, const View& view) const {
  if (view.op != Op::k_reshape) return true;
  return ReshapeLayout(letters, out_.node(node).shape(), view.attrs.Ints(AttrName::k_groups),
                       view.attrs.Dims(AttrName::k_shape))
      .has_value();
}

// Fills `request.operands`; false where the view cannot pass.
bool Sinker::Expand(Request& request) {
  const Node& node = out_.node(request.node);
  if (node.info().is_reduce()) {
    const Shape& operand = out_.node(node.inputs[0]).shape();
    auto view =
        ThroughReduce(request.view, operand, node.attrs.Ints(AttrName::k_axes), request.new_axes);
    if (!view.has_value()) return false;
    request.operands.emplace_back(node.inputs[0], *std::move(view));
    return true;
  }
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const Shape& shape = out_.node(node.inputs[i]).shape();
    if (shape.empty()) continue;
    const bool is_source = node.info().is_gather() && i == 0;
    auto view = is_source ? ForSource(request.view, node, shape)
                          : ForOperand(request.view, node.shape(), shape);
    if (!view.has_value()) return false;
    if (is_source)
      request.source = *std::move(view);
    else
      request.operands.emplace_back(node.inputs[i], *std::move(view));
  }
  return true;
}

absl::StatusOr<NodeId> Sinker::Rebuild(const Request& request) {
  const Node& node = out_.node(request.node);
  Inputs inputs;
  size_t next = 0;
  for (NodeId input : node.inputs) {
    if (request.source.has_value() && inputs.empty()) {
      BL_ASSIGN_OR_RETURN(inputs.emplace_back(), Viewed(input, *request.source));
      continue;
    }
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

absl::StatusOr<NodeId> Sinker::Viewed(NodeId node, const View& view) {
  if (IsIdentity(view, out_.node(node).shape())) return node;
  return AddView(node, view);
}

absl::StatusOr<std::optional<NodeId>> Sinker::SinkLeaf(const Request& request) {
  const Node& node = out_.node(request.node);
  if (IsIdentity(request.view, node.shape())) return request.node;
  if (node.op == Op::k_iota) return SinkIota(request);
  if (IsInner(node)) return std::optional<NodeId>();  // pinned or shared
  if (is_free_ && node.op == Op::k_param &&
      !Viewable(request.node, *LayoutOf(out_, request.node), request.view))
    return std::optional<NodeId>();
  BL_ASSIGN_OR_RETURN(const NodeId view, AddView(request.node, request.view));
  return view;
}

// An index along one axis, seen through a view, is again one: start + step * index. Splits and
// merges stay away.
absl::StatusOr<std::optional<NodeId>> Sinker::SinkIota(const Request& request) {
  const Node& iota = out_.node(request.node);
  const int64_t axis = iota.attrs.Int(AttrName::k_axis);
  const View& view = request.view;
  int64_t new_axis = axis;
  if (view.op == Op::k_diagonal) {
    const Axes& axes = view.attrs.Ints(AttrName::k_axes);
    if (axis == axes[1]) new_axis = axes[0];
  } else if (view.op == Op::k_permute_dims) {
    const Axes& order = view.attrs.Ints(AttrName::k_axes);
    new_axis = std::find(order.begin(), order.end(), axis) - order.begin();
  } else if (view.op == Op::k_reshape) {
    const std::optional<int64_t> kept = AxisAfter(view, axis);
    if (!kept.has_value()) return std::optional<NodeId>();
    new_axis = *kept;
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

absl::StatusOr<NodeId> Sinker::Number(Extent extent) {
  Attrs attrs;
  if (extent.is_symbol()) return out_.Add(Op::k_extent, {}, attrs.Set(AttrName::k_dim, extent));
  return out_.Add(Op::k_constant, {},
                  attrs.Set(AttrName::k_value, MakeIntScalar(DType::kInt64, extent.value())));
}

// Whether the view splits or merges axes of a shared reduction, and the value that it is of is no
// larger: that is stored, rather than reduced once more.
bool Sinker::StaysAbove(NodeId value, NodeId reduction, const View& view) const {
  if (view.op != Op::k_reshape ||
      std::find(shared_.begin(), shared_.end(), reduction) == shared_.end())
    return false;
  const Axes& groups = view.attrs.Ints(AttrName::k_groups);
  bool regroups = false;
  for (size_t g = 0; g < groups.size(); g += 2) regroups |= groups[g] * groups[g + 1] > 1;
  const Shape &shape = out_.node(value).shape(), &reduced = out_.node(reduction).shape();
  bool is_larger = shape.size() != reduced.size();
  for (size_t axis = 0; !is_larger && axis < shape.size(); ++axis)
    is_larger = reduced[axis].is(1) && !shape[axis].is(1);
  return regroups && !is_larger;
}

// Depth first with a stack of its own. nullopt where the view cannot pass somewhere below.
absl::StatusOr<std::optional<NodeId>> Sinker::Sink(NodeId node, const View& view) {
  std::vector<Request> stack;
  stack.push_back({node, view, {}, {}, {}});
  while (!stack.empty()) {
    if (done_.size() > kMaxSunkNodes || stack.size() > kMaxSunkNodes)
      return std::optional<NodeId>();
    Request& top = stack.back();
    const Node& top_node = out_.node(top.node);
    const bool leaf = !IsInner(top_node) || top_node.rank() == 0 ||
                      StaysAbove(node, top.node, top.view) ||
                      std::find(pinned_.begin(), pinned_.end(), top.node) != pinned_.end();
    if (!leaf && top.operands.empty() && !Expand(top)) return std::optional<NodeId>();
    const auto missing =
        std::find_if(top.operands.begin(), top.operands.end(),
                     [&](const auto& operand) { return !Done(operand.first, operand.second); });
    if (!leaf && missing != top.operands.end()) {
      stack.push_back({missing->first, missing->second, {}, {}, {}});
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

}  // namespace broadloom

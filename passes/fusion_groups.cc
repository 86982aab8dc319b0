// Grows groups from the outputs down (fuse.cc says what a group takes in).
#include "passes/fusion_groups.h"

#include <algorithm>
#include <optional>
#include <set>

#include "ir/evaluate.h"
#include "ir/rewrite.h"
#include "passes/kernel_order.h"

namespace broadloom {
namespace {

bool IsArithmetic(const Node& node) {
  return node.info().is_elementwise() || node.info().is_reduce() || node.op == Op::k_broadcast_to;
}

const Axes& AxesOf(const Node& reduce) { return reduce.attrs.Ints(AttrName::k_axes); }
bool IsReduced(const Node& reduce, int axis) {
  return std::find(AxesOf(reduce).begin(), AxesOf(reduce).end(), axis) != AxesOf(reduce).end();
}
bool IsLanes(const Graph& graph, const Node& reduce) {
  const AttrValue* order = reduce.attrs.Find(AttrName::k_order);
  if (order != nullptr) return std::get<std::string>(*order) == "lanes";
  const Shape& operand = graph.node(reduce.inputs[0]).shape();
  return SuitsLanes(NestReduced(AxesOf(reduce), operand), operand);
}
bool AllOnes(const Shape& shape) {
  return std::all_of(shape.begin(), shape.end(), [](Extent e) { return e.is(1); });
}

class GroupFormer {
 public:
  GroupFormer(const Graph& graph, const PassOptions& options)
      : graph_(graph),
        options_(options),
        live_(LiveNodes(graph)),
        stored_(graph.size()),
        users_(graph.size()),
        order_(graph) {
    for (NodeId id = 0; id < graph.size(); ++id) {
      if (!live_[id]) continue;
      for (NodeId input : graph.node(id).inputs) users_[input].push_back(id);
    }
  }

  FusionGroups Form();

 private:
  void MarkStored(NodeId id) {
    if (IsArithmetic(graph_.node(id))) stored_[id] = true;
  }
  void MarkRequired();
  FusionGroup StartAt(NodeId root);
  void Grow(NodeId root);
  void Take(FusionGroup& group, NodeId id, std::set<NodeId>& refused);
  std::optional<NodeId> AddSibling(FusionGroup& group);
  std::set<NodeId> TailsOf(const FusionGroup& group, const std::set<NodeId>& refused) const;
  void LeaveTails(FusionGroup& group, const std::set<NodeId>& refused);
  bool TakesIn(FusionGroup& group, NodeId id);
  bool FitsDomain(const FusionGroup& group, NodeId id) const;
  void Insert(FusionGroup& group, NodeId id);
  bool IsAllInside(const FusionGroup& group, NodeId id) const;
  bool TakesInReduce(FusionGroup& group, NodeId id);
  bool TakesInStored(const FusionGroup& group, NodeId id);
  bool AcceptsStage(FusionGroup& group, const Node& reduce) const;
  std::vector<Shape> LoopsAround(const FusionGroup& group, NodeId id) const;
  std::vector<NodeId> ReadsOf(const FusionGroup& group) const;
  bool GroupDependsOn(const FusionGroup& group, NodeId target) const;
  bool SharesOperand(const FusionGroup& group, NodeId id) const;
  bool WalksAfter(const FusionGroup& group, NodeId id) const;

  const Graph& graph_;
  const PassOptions& options_;
  std::vector<bool> live_, stored_;
  std::vector<std::vector<NodeId>> users_;
  std::vector<FusionGroup> groups_;
  KernelOrder order_;
};

// Results that something other than arithmetic asks for.
void GroupFormer::MarkRequired() {
  for (NodeId output : graph_.outputs()) MarkStored(output);
  for (NodeId id = 0; id < graph_.size(); ++id) {
    if (!live_[id] || IsArithmetic(graph_.node(id))) continue;
    for (NodeId input : graph_.node(id).inputs) MarkStored(input);
  }
}

// The shapes of the loops in which a node is needed inside the group: those of its consumers, and
// through them of theirs, up to the next reduction.
std::vector<Shape> GroupFormer::LoopsAround(const FusionGroup& group, NodeId id) const {
  std::vector<Shape> shapes;
  std::set<NodeId> reached = {id};
  while (!reached.empty()) {
    const NodeId node = *reached.begin();
    reached.erase(reached.begin());
    for (NodeId user : users_[node]) {
      if (!group.nodes.contains(user)) continue;
      const bool walks = graph_.node(user).info().is_reduce();
      shapes.push_back(graph_.node(walks ? node : user).shape());
      if (!walks) reached.insert(user);
    }
  }
  return shapes;
}

// Lanes: the group's outer axes are the reduction's other axes, and there are some; or all is one
// number. A result has all axes of the walk or none: it is stored along the walk or after it.
bool GroupFormer::AcceptsStage(FusionGroup& group, const Node& reduce) const {
  const Shape& space = graph_.node(reduce.inputs[0]).shape();
  const bool has_order = reduce.info().Is(kOrdered) && reduce.dtype().is_floating();
  const int lanes = has_order ? LanesOf(reduce.dtype()) : group.lanes;
  if (group.has_loops || (group.lanes != 0 && lanes != group.lanes)) return false;
  if (!group.inner.empty()) {
    const bool same =
        group.inner == AxesOf(reduce) && group.outer == reduce.shape() && group.space == space;
    if (same) group.lanes = lanes;
    return same;
  }
  for (NodeId output : group.outputs) {
    const Shape& shape = graph_.node(output).shape();
    bool walks_all = true, walks_none = true;
    for (int axis = 0; axis < reduce.rank(); ++axis) {
      if (!IsReduced(reduce, axis) && !(shape[axis] == reduce.shape()[axis])) return false;
      walks_all &= shape[axis] == space[axis];
      walks_none &= shape[axis] == reduce.shape()[axis];
    }
    if (!walks_all && !walks_none) return false;
  }
  group.inner = AxesOf(reduce);
  group.outer = reduce.shape();
  group.space = space;
  group.lanes = lanes;
  return true;
}

bool GroupFormer::IsAllInside(const FusionGroup& group, NodeId id) const {
  return std::all_of(users_[id].begin(), users_[id].end(),
                     [&](NodeId user) { return group.nodes.contains(user); });
}

bool GroupFormer::TakesInReduce(FusionGroup& group, NodeId id) {
  const Node& reduce = graph_.node(id);
  if (!IsAllInside(group, id) && !stored_[id]) return false;  // computed once, for all who need it
  const std::vector<Shape> loops = LoopsAround(group, id);
  const bool stage = IsLanes(graph_, reduce) && !AllOnes(reduce.shape());
  for (const Shape& shape : loops) {
    for (int axis = 0; axis < reduce.rank(); ++axis) {
      const bool same_walk = stage && IsReduced(reduce, axis) &&
                             shape[axis] == graph_.node(reduce.inputs[0]).shape()[axis];
      if (!(shape[axis] == reduce.shape()[axis]) && !same_walk) return false;
    }
  }
  if (IsLanes(graph_, reduce)) return AcceptsStage(group, reduce);
  if (!group.inner.empty()) return false;
  group.has_loops = true;
  return true;
}

// A result that is stored anyway becomes one more output where nothing that the group reads needs
// it first.
bool GroupFormer::TakesInStored(const FusionGroup& group, NodeId id) {
  if (order_.KernelOf(id) >= 0) return false;
  const Node& node = graph_.node(id);
  const bool is_stage = node.info().is_reduce() && IsLanes(graph_, node);
  const bool fits = is_stage || node.shape() == graph_.node(group.outputs[0]).shape();
  return fits && !GroupDependsOn(group, id);
}

// One axis has one extent in a kernel: sums over rows of different lengths are two kernels.
bool GroupFormer::FitsDomain(const FusionGroup& group, NodeId id) const {
  const auto fits = [&](const Shape& shape) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      const Extent known = axis < group.domain.size() ? group.domain[axis] : Extent(1);
      if (!known.is(1) && !shape[axis].is(1) && !(known == shape[axis])) return false;
    }
    return true;
  };
  const Node& node = graph_.node(id);
  return fits(node.shape()) &&
         (!node.info().is_reduce() || fits(graph_.node(node.inputs[0]).shape()));
}

void GroupFormer::Insert(FusionGroup& group, NodeId id) {
  group.nodes.insert(id);
  const auto widen = [&](const Shape& shape) {
    if (group.domain.size() < shape.size()) group.domain.resize(shape.size(), Extent(1));
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      if (!shape[axis].is(1)) group.domain[axis] = shape[axis];
    }
  };
  const Node& node = graph_.node(id);
  widen(node.shape());
  if (node.info().is_reduce()) widen(graph_.node(node.inputs[0]).shape());
}

bool GroupFormer::TakesIn(FusionGroup& group, NodeId id) {
  const Node& node = graph_.node(id);
  if (!IsArithmetic(node)) return false;
  if (static_cast<int>(group.nodes.size()) >= options_.max_body_nodes) return false;
  if (stored_[id] && !TakesInStored(group, id)) return false;
  if (!FitsDomain(group, id)) return false;
  return !node.info().is_reduce() || TakesInReduce(group, id);
}

std::vector<NodeId> GroupFormer::ReadsOf(const FusionGroup& group) const {
  std::vector<NodeId> reads;
  for (NodeId member : group.nodes) {
    for (NodeId input : graph_.node(member).inputs) {
      if (!group.nodes.contains(input)) reads.push_back(input);
    }
  }
  return reads;
}

// Whether something that the group reads from outside needs `target` computed before.
bool GroupFormer::GroupDependsOn(const FusionGroup& group, NodeId target) const {
  const std::vector<NodeId> reads = ReadsOf(group);
  return std::any_of(reads.begin(), reads.end(), [&](NodeId input) {
    return input != target && order_.DependsOn(input, target);
  });
}

// Whether the arithmetic behind a node reads an array that the group reads, too.
bool GroupFormer::SharesOperand(const FusionGroup& group, NodeId id) const {
  absl::flat_hash_set<NodeId> seen;
  std::vector<NodeId> stack = {id};
  while (!stack.empty() && static_cast<int>(seen.size()) < options_.max_body_nodes) {
    const NodeId node = stack.back();
    stack.pop_back();
    for (NodeId input : graph_.node(node).inputs) {
      if (graph_.node(input).rank() == 0 || !seen.insert(input).second) continue;
      for (NodeId user : users_[input]) {
        if (user != node && group.nodes.contains(user)) return true;
      }
      if (IsArithmetic(graph_.node(input)) && order_.KernelOf(input) < 0) stack.push_back(input);
    }
  }
  return false;
}

// Whether a reduction behind a node needs one of the group's full reductions first: the walk that
// makes a number cannot use it.
bool GroupFormer::WalksAfter(const FusionGroup& group, NodeId id) const {
  if (group.inner.empty() || !AllOnes(group.outer)) return false;
  absl::flat_hash_set<NodeId> seen = {id};
  std::vector<NodeId> stack = {id};
  const auto depends = [&](NodeId reduce) {
    return std::any_of(group.nodes.begin(), group.nodes.end(), [&](NodeId member) {
      return member != reduce && graph_.node(member).info().is_reduce() &&
             order_.DependsOn(reduce, member);
    });
  };
  while (!stack.empty()) {
    const NodeId node = stack.back();
    stack.pop_back();
    if (graph_.node(node).info().is_reduce() && depends(node)) return true;
    for (NodeId input : graph_.node(node).inputs) {
      if (IsArithmetic(graph_.node(input)) && seen.insert(input).second) stack.push_back(input);
    }
  }
  return false;
}

// Another stored result of the same shape that reads the same operands, where neither waits for the
// other. One at a time: what the group reads must be known before the next is judged.
std::optional<NodeId> GroupFormer::AddSibling(FusionGroup& group) {
  const NodeId root = group.outputs[0];
  for (NodeId id = root - 1; id >= 0 && root - id < options_.max_body_nodes; --id) {
    if (!live_[id] || !stored_[id] || order_.KernelOf(id) >= 0 || group.nodes.contains(id))
      continue;
    const Node& node = graph_.node(id);
    if (!(node.shape() == graph_.node(root).shape()) ||
        node.info().is_reduce() != graph_.node(root).info().is_reduce())
      continue;
    if (!SharesOperand(group, id) || GroupDependsOn(group, id)) continue;
    if (WalksAfter(group, id)) continue;
    const bool waits = std::any_of(group.outputs.begin(), group.outputs.end(),
                                   [&](NodeId output) { return order_.DependsOn(id, output); });
    if (waits) continue;
    if (!FitsDomain(group, id)) continue;
    if (node.info().is_reduce() && !TakesInReduce(group, id)) continue;
    Insert(group, id);
    group.outputs.push_back(id);
    return id;
  }
  return std::nullopt;
}

// Arithmetic on refused reductions that the group would repeat along the axes it broadcasts them
// over.
std::set<NodeId> GroupFormer::TailsOf(const FusionGroup& group,
                                      const std::set<NodeId>& refused) const {
  std::set<NodeId> tails, numbers;  // what is made of scalars alone may be computed twice
  for (NodeId id : std::set<NodeId>(group.nodes.begin(), group.nodes.end())) {
    const Node& node = graph_.node(id);
    if (id == group.outputs[0] || !node.info().is_elementwise()) continue;
    bool reads_refused = false, reads_member = false, reads_array = false;
    for (NodeId input : node.inputs) {
      const bool known = tails.contains(input) || refused.contains(input);
      reads_refused |= known && graph_.node(input).shape() == node.shape();
      reads_member |= !known && !numbers.contains(input) && group.nodes.contains(input);
      reads_array |= !numbers.contains(input) && graph_.node(input).rank() > 0;
    }
    const bool repeated = !(node.shape() == group.domain);
    if (reads_refused && !reads_member && repeated) tails.insert(id);
    if (!reads_array && !reads_member) numbers.insert(id);
  }
  return tails;
}

// Such a tail goes with the reductions, and is stored in their place, unless that is far more to
// store.
void GroupFormer::LeaveTails(FusionGroup& group, const std::set<NodeId>& refused) {
  const std::set<NodeId> tails = TailsOf(group, refused);
  const auto used_by_rest = [&](NodeId id) {
    return std::any_of(users_[id].begin(), users_[id].end(), [&](NodeId user) {
      return group.nodes.contains(user) && !tails.contains(user);
    });
  };
  std::vector<NodeId> ends, replaced;
  std::copy_if(tails.begin(), tails.end(), std::back_inserter(ends), used_by_rest);
  std::copy_if(refused.begin(), refused.end(), std::back_inserter(replaced),
               [&](NodeId id) { return !used_by_rest(id); });
  if (ends.empty() || ends.size() > 2 * replaced.size()) return;
  for (NodeId id : replaced) stored_[id] = false;
  for (NodeId id : ends) stored_[id] = true;
  for (NodeId id : tails) std::erase(group.outputs, id);
  const std::set<NodeId, std::greater<>> members(group.nodes.begin(), group.nodes.end());
  for (NodeId id : members) {
    const bool is_output =
        std::find(group.outputs.begin(), group.outputs.end(), id) != group.outputs.end();
    if (tails.contains(id) || (!is_output && !used_by_rest(id))) group.nodes.erase(id);
  }
}

FusionGroup GroupFormer::StartAt(NodeId root) {
  FusionGroup group;
  group.outputs.push_back(root);
  Insert(group, root);
  const Node& node = graph_.node(root);
  if (node.info().is_reduce() && IsLanes(graph_, node)) AcceptsStage(group, node);
  group.has_loops = node.info().is_reduce() && !IsLanes(graph_, node);
  return group;
}

// Inputs are judged in descending order, when all their consumers are known.
void GroupFormer::Grow(NodeId root) {
  FusionGroup group = StartAt(root);
  std::set<NodeId, std::greater<>> frontier;
  std::set<NodeId> refused;
  const auto expand = [&](NodeId id) {
    for (NodeId input : graph_.node(id).inputs) {
      if (!group.nodes.contains(input)) frontier.insert(input);
    }
  };
  for (std::optional<NodeId> start = root; start.has_value(); start = AddSibling(group)) {
    refused.erase(*start);
    expand(*start);
    while (!frontier.empty()) {
      const NodeId next = frontier.extract(frontier.begin()).value();
      if (TakesIn(group, next)) {
        Take(group, next, refused);
        expand(next);
      } else {
        if (graph_.node(next).info().is_reduce() && !stored_[next]) refused.insert(next);
        MarkStored(next);
      }
    }
  }
  LeaveTails(group, refused);
  order_.Add(group.outputs, ReadsOf(group));
  groups_.push_back(std::move(group));
}

// What was refused to some of its users is stored for them, unless all turn out to be inside.
void GroupFormer::Take(FusionGroup& group, NodeId id, std::set<NodeId>& refused) {
  Insert(group, id);
  const bool was_refused = refused.erase(id) > 0;
  if (was_refused && IsAllInside(group, id)) stored_[id] = false;
  if (stored_[id]) group.outputs.push_back(id);
}

FusionGroups GroupFormer::Form() {
  MarkRequired();
  for (NodeId id = graph_.size() - 1; id >= 0; --id) {
    if (live_[id] && stored_[id] && order_.KernelOf(id) < 0) Grow(id);
  }
  FusionGroups result;
  for (NodeId id = 0; id < graph_.size(); ++id) result.owner.push_back(order_.KernelOf(id));
  result.groups = std::move(groups_);
  return result;
}

}  // namespace

FusionGroups FormFusionGroups(const Graph& graph, const PassOptions& options) {
  return GroupFormer(graph, options).Form();
}

}  // namespace broadloom

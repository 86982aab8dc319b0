// Grows groups from the outputs down (fuse.cc says what a group takes in).
#include "passes/fusion_groups.h"

#include <algorithm>
#include <optional>
#include <set>

#include "ir/evaluate.h"
#include "passes/group_former.h"

namespace broadloom {

// Results that something other than arithmetic asks for, and what gathers pick from.
void GroupFormer::MarkRequired() {
  for (NodeId output : graph_.outputs()) MarkStored(output);
  for (NodeId id = 0; id < graph_.size(); ++id) {
    if (live_[id] && graph_.node(id).info().is_gather()) MarkStored(graph_.node(id).inputs[0]);
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

// Whether it has an element or a number for each row that the group walks, or may come to walk:
// behind the number stands a reduction of rows as long as the results.
bool GroupFormer::IsOfRows(const FusionGroup& group, NodeId id) const {
  const Shape& shape = graph_.node(id).shape();
  if (!graph_.node(id).info().is_elementwise() || AllOnes(shape)) return false;
  if (!group.inner.empty())
    return !AllOnes(group.outer) && (shape == group.outer || shape == group.space);
  const Shape& rows = graph_.node(group.outputs[0]).shape();
  absl::flat_hash_set<NodeId> seen = {id};
  std::vector<NodeId> stack = {id};
  while (!stack.empty() && static_cast<int>(seen.size()) < kReach) {
    const Node& node = graph_.node(stack.back());
    stack.pop_back();
    if (node.info().is_reduce() && IsLanes(graph_, node) &&
        graph_.node(node.inputs[0]).shape() == rows)
      return true;
    if (!node.info().is_elementwise()) continue;
    for (NodeId input : node.inputs) {
      if (graph_.node(input).shape() == shape && seen.insert(input).second) stack.push_back(input);
    }
  }
  return false;
}

// A result that is stored anyway becomes one more output where nothing that the group reads needs
// it first.
bool GroupFormer::TakesInStored(const FusionGroup& group, NodeId id) {
  if (order_.KernelOf(id) >= 0) return false;
  const Node& node = graph_.node(id);
  const bool is_stage = node.info().is_reduce() && IsLanes(graph_, node);
  const bool fits = is_stage || node.shape() == graph_.node(group.outputs[0]).shape() ||
                    (takes_rows_ && IsOfRows(group, id));
  return fits && !GroupDependsOn(group, id);
}

// Whether every result is as long as the first one or has its place before or after the stages.
bool GroupFormer::StoresAlongItsLoops(const FusionGroup& group) const {
  const Shape& shape = graph_.node(group.outputs[0]).shape();
  return std::all_of(group.outputs.begin(), group.outputs.end(), [&](NodeId output) {
    return graph_.node(output).shape() == shape ||
           (!group.inner.empty() && (graph_.node(output).shape() == group.outer ||
                                     graph_.node(output).shape() == group.space));
  });
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

int WorkOf(const Node& node) { return node.info().Is(kCostly) ? 6 : 1; }

void GroupFormer::Insert(FusionGroup& group, NodeId id) {
  group.nodes.insert(id);
  group.work += WorkOf(graph_.node(id));
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
  if (group.work + WorkOf(node) > options_.max_body_work) return false;
  if (stored_[id] && !TakesInStored(group, id)) return false;
  if (!FitsDomain(group, id)) return false;
  return !node.info().is_reduce() || TakesInReduce(group, id);
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

// One cheap step from operands: it is computed with what reads it, not stored where a body ends.
bool GroupFormer::IsFromOperands(NodeId id) const {
  const Node& node = graph_.node(id);
  return node.info().is_elementwise() && !node.info().Is(kCostly) &&
         std::none_of(node.inputs.begin(), node.inputs.end(),
                      [&](NodeId input) { return IsArithmetic(graph_.node(input)); });
}

// A number for each row is a result on the hope that the group becomes the rows' walk.
void GroupFormer::Grow(NodeId root) {
  const std::vector<bool> stored = stored_;
  takes_rows_ = true;
  FusionGroup group = GrownFrom(root);
  if (!StoresAlongItsLoops(group)) {
    stored_ = stored;
    takes_rows_ = false;
    group = GrownFrom(root);
  }
  order_.Add(group.outputs, ReadsOf(group));
  groups_.push_back(std::move(group));
}

// Inputs are judged in descending order, when all their consumers are known.
FusionGroup GroupFormer::GrownFrom(NodeId root) {
  FusionGroup group = StartAt(root);
  std::set<NodeId, std::greater<>> frontier;
  std::set<NodeId> refused;
  const auto expand = [&](NodeId id) {
    for (NodeId input : graph_.node(id).inputs) {
      if (group.nodes.contains(input)) continue;
      if (IsFromOperands(input) && TakesIn(group, input))
        Take(group, input, refused);
      else
        frontier.insert(input);
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
  return group;
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

FusionGroups FormFusionGroups(const Graph& graph, const PassOptions& options) {
  return GroupFormer(graph, options).Form();
}

}  // namespace broadloom

// Groups arithmetic into kernels: one loop nest each, with a body that is a graph of its own.
//
//     %1 = multiply %x, %x                      %1 = kernel %x {
//     %2 = sum %1 {axes=[1], keepdims=1}   ==>     %1 = multiply %0, %0
//     %3 = sqrt %2                                 %2 = sum %1 {axes=[1], ...}
//                                                  %3 = sqrt %2  ...
//
// Working from the outputs down, a kernel takes in all arithmetic that its results need, down to
// operands, to views (which are strides) and to results of other kernels. A reduction is taken in
//   - as a stage before loops over the same outer axes (lanes order: softmax, centring rows): kind
//   `rows`;
//   - as a loop of its own inside the body (rows order: distances, column sums), where nothing
//   around it loops over the
//     reduced axes: kind `map`; with few results, in two phases over slices of the reduced axes:
//     kind `partial`.
// Any other reduction is stored: its result is small. What a kernel computes anyway and others need
// is one more output of it. Not fused: library calls, views that could not sink, and bodies beyond
// PassOptions::max_body_nodes.
#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "ir/evaluate.h"
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/layout.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

bool IsArithmetic(const Node& node) {
  return node.info().is_elementwise() || node.info().is_reduce() || node.op == Op::k_broadcast_to;
}

const Axes& AxesOf(const Node& reduce) { return reduce.attrs.Ints(AttrName::k_axes); }
bool IsReduced(const Node& reduce, int axis) {
  return std::find(AxesOf(reduce).begin(), AxesOf(reduce).end(), axis) != AxesOf(reduce).end();
}
bool IsLanes(const Node& reduce) {
  const AttrValue* order = reduce.attrs.Find(AttrName::k_order);
  if (order != nullptr) return std::get<std::string>(*order) == "lanes";
  const Axes& axes = AxesOf(reduce);
  return !axes.empty() && axes.back() == reduce.rank() - 1;
}
bool AllOnes(const Shape& shape) {
  return std::all_of(shape.begin(), shape.end(), [](Extent e) { return e.is(1); });
}

// One kernel in the making.
struct Group {
  std::vector<NodeId> outputs;  // descending while it grows
  absl::flat_hash_set<NodeId> nodes;
  Shape domain;            // all axes that anything inside walks
  Shape outer;             // of a kernel with lanes stages: the domain, 1 on the reduced axes
  Axes inner;              // the reduced axes of lanes stages, in nesting order
  Shape space;             // what these stages walk: the shape of their operands
  int lanes = 0;           // of its sums of floats, whose order of additions has groups of as many
  bool has_loops = false;  // reductions in rows order inside
};

class Fuser {
 public:
  Fuser(const Graph& graph, const PassOptions& options)
      : graph_(graph),
        options_(options),
        live_(LiveNodes(graph)),
        stored_(graph.size()),
        owner_(graph.size(), -1),
        users_(graph.size()) {
    for (NodeId id = 0; id < graph.size(); ++id) {
      if (!live_[id]) continue;
      for (NodeId input : graph.node(id).inputs) users_[input].push_back(id);
    }
  }

  void FormGroups();
  absl::StatusOr<Graph> Build();

 private:
  void MarkStored(NodeId id) {
    if (IsArithmetic(graph_.node(id))) stored_[id] = true;
  }
  void MarkRequired();
  void Grow(NodeId root);
  void AddSiblings(Group& group);
  std::set<NodeId> TailsOf(const Group& group, const std::set<NodeId>& refused) const;
  void LeaveTails(Group& group, const std::set<NodeId>& refused);
  bool TakesIn(Group& group, NodeId id);
  bool FitsDomain(const Group& group, NodeId id) const;
  void Insert(Group& group, NodeId id);
  bool TakesInReduce(Group& group, NodeId id);
  bool TakesInStored(const Group& group, NodeId id);
  bool AcceptsStage(Group& group, const Node& reduce) const;
  std::vector<Shape> LoopsAround(const Group& group, NodeId id) const;
  bool DependsOn(NodeId id, const absl::flat_hash_set<NodeId>& group, NodeId target) const;
  bool GroupDependsOn(const Group& group, NodeId target) const;
  bool SharesOperand(const Group& group, NodeId id) const;

  absl::StatusOr<NodeId> Emit(NodeId id);
  absl::StatusOr<NodeId> EmitPlain(NodeId id);
  absl::Status EmitGroup(const Group& group);
  absl::StatusOr<std::vector<NodeId>> EmitOperands(const Group& group,
                                                   absl::flat_hash_map<NodeId, NodeId>& in_body,
                                                   Graph& body);
  absl::StatusOr<NodeId> WithRank(NodeId emitted, int rank);

  const Graph& graph_;
  const PassOptions& options_;
  std::vector<bool> live_, stored_;
  std::vector<int> owner_;  // the group that computes a stored node
  std::vector<std::vector<NodeId>> users_;
  std::vector<Group> groups_;

  Graph out_{"main"};
  Mapping mapping_;
};

// Results that something other than arithmetic asks for.
void Fuser::MarkRequired() {
  for (NodeId output : graph_.outputs()) MarkStored(output);
  for (NodeId id = 0; id < graph_.size(); ++id) {
    if (!live_[id] || IsArithmetic(graph_.node(id))) continue;
    for (NodeId input : graph_.node(id).inputs) MarkStored(input);
  }
}

// The shapes of the loops in which a node is needed inside the group: those of its consumers, and
// through them of theirs, up to the next reduction.
std::vector<Shape> Fuser::LoopsAround(const Group& group, NodeId id) const {
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
// number.
bool Fuser::AcceptsStage(Group& group, const Node& reduce) const {
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
    for (int axis = 0; axis < reduce.rank(); ++axis) {
      if (!IsReduced(reduce, axis) && !(graph_.node(output).shape()[axis] == reduce.shape()[axis]))
        return false;
    }
  }
  group.inner = AxesOf(reduce);
  group.outer = reduce.shape();
  group.space = space;
  group.lanes = lanes;
  return true;
}

bool Fuser::TakesInReduce(Group& group, NodeId id) {
  const Node& reduce = graph_.node(id);
  const bool all_inside = std::all_of(users_[id].begin(), users_[id].end(),
                                      [&](NodeId user) { return group.nodes.contains(user); });
  if (!all_inside && !stored_[id]) return false;  // computed once, for all who need it
  const std::vector<Shape> loops = LoopsAround(group, id);
  const bool stage = IsLanes(reduce) && !AllOnes(reduce.shape());
  for (const Shape& shape : loops) {
    for (int axis = 0; axis < reduce.rank(); ++axis) {
      const bool same_walk = stage && IsReduced(reduce, axis) &&
                             shape[axis] == graph_.node(reduce.inputs[0]).shape()[axis];
      if (!(shape[axis] == reduce.shape()[axis]) && !same_walk) return false;
    }
  }
  if (IsLanes(reduce)) return AcceptsStage(group, reduce);
  if (!group.inner.empty()) return false;
  group.has_loops = true;
  return true;
}

// A result that is stored anyway becomes one more output where nothing that the group reads needs
// it first.
bool Fuser::TakesInStored(const Group& group, NodeId id) {
  if (owner_[id] >= 0) return false;
  const Node& node = graph_.node(id);
  const bool fits =
      node.info().is_reduce() || node.shape() == graph_.node(group.outputs[0]).shape();
  return fits && !GroupDependsOn(group, id);
}

// One axis has one extent in a kernel: sums over rows of different lengths are two kernels.
bool Fuser::FitsDomain(const Group& group, NodeId id) const {
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

void Fuser::Insert(Group& group, NodeId id) {
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

bool Fuser::TakesIn(Group& group, NodeId id) {
  const Node& node = graph_.node(id);
  if (!IsArithmetic(node)) return false;
  if (static_cast<int>(group.nodes.size()) >= options_.max_body_nodes) return false;
  if (stored_[id] && !TakesInStored(group, id)) return false;
  if (!FitsDomain(group, id)) return false;
  return !node.info().is_reduce() || TakesInReduce(group, id);
}

bool Fuser::DependsOn(NodeId id, const absl::flat_hash_set<NodeId>& group, NodeId target) const {
  absl::flat_hash_set<NodeId> seen;
  std::vector<NodeId> stack = {id};
  while (!stack.empty()) {
    const NodeId node = stack.back();
    stack.pop_back();
    if (node == target) return true;
    if (node < target || group.contains(node) || !seen.insert(node).second) continue;
    stack.insert(stack.end(), graph_.node(node).inputs.begin(), graph_.node(node).inputs.end());
  }
  return false;
}

// Whether something that the group reads from outside needs `target` computed before.
bool Fuser::GroupDependsOn(const Group& group, NodeId target) const {
  for (NodeId member : group.nodes) {
    for (NodeId input : graph_.node(member).inputs) {
      if (group.nodes.contains(input) || input == target ||
          !(stored_[input] || !IsArithmetic(graph_.node(input))))
        continue;
      if (DependsOn(input, group.nodes, target)) return true;
    }
  }
  return false;
}

// Whether the arithmetic behind a node reads an array that the group reads, too.
bool Fuser::SharesOperand(const Group& group, NodeId id) const {
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
      if (IsArithmetic(graph_.node(input)) && owner_[input] < 0) stack.push_back(input);
    }
  }
  return false;
}

// Other stored results of the same shape that read the same operands and do not wait for one
// another.
void Fuser::AddSiblings(Group& group) {
  const NodeId root = group.outputs[0];
  for (NodeId id = root - 1; id >= 0 && root - id < options_.max_body_nodes; --id) {
    if (!live_[id] || !stored_[id] || owner_[id] >= 0 || group.nodes.contains(id)) continue;
    const Node& node = graph_.node(id);
    if (!(node.shape() == graph_.node(root).shape()) ||
        node.info().is_reduce() != graph_.node(root).info().is_reduce())
      continue;
    if (!SharesOperand(group, id) || GroupDependsOn(group, id)) continue;
    const bool waits = std::any_of(group.outputs.begin(), group.outputs.end(),
                                   [&](NodeId output) { return DependsOn(id, {}, output); });
    if (waits) continue;
    if (!FitsDomain(group, id)) continue;
    if (node.info().is_reduce() && !TakesInReduce(group, id)) continue;
    Insert(group, id);
    group.outputs.push_back(id);
  }
}

// Arithmetic on refused reductions that the group would repeat along the axes it broadcasts them
// over.
std::set<NodeId> Fuser::TailsOf(const Group& group, const std::set<NodeId>& refused) const {
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

// Such a tail goes with the reductions, and is stored in their place, unless that is far more to store.
void Fuser::LeaveTails(Group& group, const std::set<NodeId>& refused) {
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

void Fuser::Grow(NodeId root) {
  Group group;
  group.outputs.push_back(root);
  Insert(group, root);
  if (graph_.node(root).info().is_reduce()) {
    if (IsLanes(graph_.node(root)))
      AcceptsStage(group, graph_.node(root));
    else
      group.has_loops = true;
  }
  std::set<NodeId, std::greater<>> frontier = {root};
  std::set<NodeId> refused;
  bool siblings_added = false;
  while (!frontier.empty()) {
    const NodeId id = *frontier.begin();
    frontier.erase(frontier.begin());
    for (NodeId input : graph_.node(id).inputs) {
      if (!group.nodes.contains(input)) frontier.insert(input);
    }
    // Inputs join in descending order, so all of a node's consumers are known when it is judged.
    while (!frontier.empty() && !group.nodes.contains(*frontier.begin())) {
      const NodeId next = *frontier.begin();
      if (TakesIn(group, next)) {
        Insert(group, next);
        if (stored_[next]) group.outputs.push_back(next);
        break;
      }
      frontier.erase(frontier.begin());
      if (graph_.node(next).info().is_reduce() && !stored_[next]) refused.insert(next);
      MarkStored(next);
    }
    if (frontier.empty() && !siblings_added) {
      siblings_added = true;
      const size_t before = group.outputs.size();
      AddSiblings(group);
      frontier.insert(group.outputs.begin() + before, group.outputs.end());
    }
  }
  LeaveTails(group, refused);
  for (NodeId output : group.outputs) owner_[output] = static_cast<int>(groups_.size());
  groups_.push_back(std::move(group));
}

void Fuser::FormGroups() {
  MarkRequired();
  for (NodeId id = graph_.size() - 1; id >= 0; --id) {
    if (live_[id] && stored_[id] && owner_[id] < 0) Grow(id);
  }
}

// Rank-0 operands of a body whose domain has axes get axes of extent 1.
absl::StatusOr<NodeId> Fuser::WithRank(NodeId emitted, int rank) {
  if (out_.node(emitted).rank() == rank) return emitted;
  Axes groups;
  for (int i = 0; i < rank; ++i) groups.insert(groups.end(), {0, 1});
  Attrs attrs;
  attrs.Set(AttrName::k_groups, groups).Set(AttrName::k_shape, Shape(rank, Extent(1)));
  return out_.Add(Op::k_reshape, {emitted}, std::move(attrs));
}

// What the body reads: arrays first, then numbers.
absl::StatusOr<std::vector<NodeId>> Fuser::EmitOperands(
    const Group& group, absl::flat_hash_map<NodeId, NodeId>& in_body, Graph& body) {
  std::set<NodeId> operands;
  for (NodeId id : group.nodes) {
    for (NodeId input : graph_.node(id).inputs) {
      if (!group.nodes.contains(input)) operands.insert(input);
    }
  }
  const int rank = static_cast<int>(group.domain.size());
  std::vector<NodeId> arrays, numbers;
  for (NodeId id : operands) {
    const Node& node = graph_.node(id);
    if (node.op == Op::k_constant || node.op == Op::k_iota) {
      BL_ASSIGN_OR_RETURN(in_body[id], body.Add(node.op, {}, node.attrs));
    } else if (node.op == Op::k_scalar || node.op == Op::k_extent) {
      numbers.push_back(id);
    } else {
      BL_ASSIGN_OR_RETURN(const NodeId plain, Emit(id));
      BL_ASSIGN_OR_RETURN(const NodeId array, WithRank(plain, rank));
      arrays.push_back(array);
      std::string layout = LayoutOf(out_, array).value_or(std::string(rank, 's'));
      for (int axis = 0; axis < rank; ++axis) {
        if (out_.node(array).shape()[axis].is(1)) layout[axis] = '0';
      }
      BL_ASSIGN_OR_RETURN(in_body[id], body.AddParam(out_.node(array).type, layout));
    }
  }
  for (NodeId id : numbers) {
    BL_ASSIGN_OR_RETURN(const NodeId number, Emit(id));
    arrays.push_back(number);
    BL_ASSIGN_OR_RETURN(in_body[id], body.AddScalar(graph_.node(id).dtype()));
  }
  return arrays;
}

absl::Status Fuser::EmitGroup(const Group& group) {
  auto body = std::make_shared<Graph>("kernel");
  absl::flat_hash_map<NodeId, NodeId> in_body;
  BL_ASSIGN_OR_RETURN(const std::vector<NodeId> operands, EmitOperands(group, in_body, *body));
  std::vector<NodeId> members(group.nodes.begin(), group.nodes.end());
  std::sort(members.begin(), members.end());
  for (NodeId id : members) {
    Inputs inputs;
    for (NodeId input : graph_.node(id).inputs) inputs.push_back(in_body[input]);
    BL_ASSIGN_OR_RETURN(in_body[id],
                        body->Add(graph_.node(id).op, std::move(inputs), graph_.node(id).attrs));
  }
  std::vector<NodeId> outputs;
  for (NodeId output : group.outputs) outputs.push_back(in_body[output]);
  body->set_outputs(std::move(outputs));
  body->attrs().Set(AttrName::k_shape, group.domain);
  if (!group.inner.empty()) body->attrs().Set(AttrName::k_inner, group.inner);
  Attrs attrs;
  attrs.Set(AttrName::k_body, std::shared_ptr<const Graph>(std::move(body)));
  BL_ASSIGN_OR_RETURN(
      const NodeId kernel,
      out_.Add(Op::k_kernel, Inputs(operands.begin(), operands.end()), std::move(attrs)));
  for (size_t i = 0; i < group.outputs.size(); ++i) {
    Attrs index;
    index.Set(AttrName::k_index, static_cast<int64_t>(i));
    BL_ASSIGN_OR_RETURN(mapping_[group.outputs[i]],
                        out_.Add(Op::k_result, {kernel}, std::move(index)));
  }
  return absl::OkStatus();
}

absl::StatusOr<NodeId> Fuser::EmitPlain(NodeId id) { return CopyNode(graph_, id, mapping_, out_); }

// Emits a node of the outer graph and first, with a stack of its own, all that it needs.
absl::StatusOr<NodeId> Fuser::Emit(NodeId id) {
  std::vector<NodeId> stack = {id};
  while (!stack.empty()) {
    const NodeId top = stack.back();
    if (mapping_[top] >= 0) {
      stack.pop_back();
      continue;
    }
    std::vector<NodeId> missing;
    const auto need = [&](NodeId input) {
      if (mapping_[input] < 0) missing.push_back(input);
    };
    const Node& node = graph_.node(top);
    if (owner_[top] >= 0) {
      const Group& group = groups_[owner_[top]];
      for (NodeId member : group.nodes) {
        for (NodeId input : graph_.node(member).inputs) {
          const Op op = graph_.node(input).op;
          if (!group.nodes.contains(input) && op != Op::k_constant && op != Op::k_iota) need(input);
        }
      }
      std::sort(missing.begin(), missing.end(), std::greater<>());
      if (missing.empty()) BL_RETURN_IF_ERROR(EmitGroup(group));
    } else {
      for (NodeId input : node.inputs) need(input);
      if (missing.empty()) {
        BL_ASSIGN_OR_RETURN(mapping_[top], EmitPlain(top));
      }
    }
    stack.insert(stack.end(), missing.begin(), missing.end());
  }
  return mapping_[id];
}

absl::StatusOr<Graph> Fuser::Build() {
  out_ = Graph(graph_.name());
  out_.attrs() = graph_.attrs();
  mapping_.assign(graph_.size(), -1);
  for (NodeId id : graph_.params()) {
    const Node& node = graph_.node(id);
    BL_ASSIGN_OR_RETURN(mapping_[id],
                        out_.AddParam(node.type, node.attrs.Text(AttrName::k_layout)));
  }
  for (NodeId id : graph_.scalars()) {
    BL_ASSIGN_OR_RETURN(mapping_[id], out_.AddScalar(graph_.node(id).dtype()));
  }
  std::vector<NodeId> outputs;
  for (NodeId output : graph_.outputs()) {
    BL_ASSIGN_OR_RETURN(const NodeId emitted, Emit(output));
    outputs.push_back(emitted);
  }
  out_.set_outputs(std::move(outputs));
  return std::move(out_);
}

}  // namespace

absl::StatusOr<Graph> Fuse(const Graph& in, const PassOptions& options) {
  Fuser fuser(in, options);
  fuser.FormGroups();
  return fuser.Build();
}

}  // namespace broadloom

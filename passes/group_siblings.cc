// What else a fusion group's loops can compute on the way, and what they had better leave.
#include <functional>
#include <iterator>

#include "absl/container/flat_hash_set.h"
#include "passes/group_former.h"

namespace broadloom {

std::vector<NodeId> GroupFormer::ReadsOf(const FusionGroup& group) const {
  std::vector<NodeId> reads;
  for (NodeId member : group.nodes) {
    for (NodeId input : graph_.node(member).inputs) {
      if (!group.nodes.contains(input)) reads.push_back(input);
    }
  }
  return reads;
}

bool GroupFormer::PicksFrom(const FusionGroup& group, NodeId id) const {
  return std::any_of(users_[id].begin(), users_[id].end(), [&](NodeId user) {
    const Node& node = graph_.node(user);
    return node.info().is_gather() && node.inputs[0] == id && group.nodes.contains(user);
  });
}

// Whether something that the group reads from outside needs `target` computed before.
bool GroupFormer::GroupDependsOn(const FusionGroup& group, NodeId target) const {
  if (PicksFrom(group, target)) return true;
  const std::vector<NodeId> reads = ReadsOf(group);
  return std::any_of(reads.begin(), reads.end(), [&](NodeId input) {
    return input != target && order_.DependsOn(input, target);
  });
}

// Whether the arithmetic behind a node reads an array that the group reads, too.
bool GroupFormer::SharesOperand(const FusionGroup& group, NodeId id) const {
  absl::flat_hash_set<NodeId> seen;
  std::vector<NodeId> stack = {id};
  while (!stack.empty() && static_cast<int>(seen.size()) < kReach) {
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

// Whether an insert stores the node's elements, and nothing else of it, with gaps between them: a
// kernel does that only with one result.
bool GroupFormer::LeavesGaps(NodeId id) const {
  if (users_[id].size() != 1 || graph_.node(id).rank() == 0) return false;
  const Node& user = graph_.node(users_[id][0]);
  return user.op == Op::k_insert && user.inputs[1] == id && graph_.node(id).shape().back().is(1) &&
         !user.shape().back().is(1);
}

// Whether arithmetic of the group is needed by a node, too.
bool GroupFormer::SharesArithmetic(const FusionGroup& group, NodeId id) const {
  absl::flat_hash_set<NodeId> seen = {id};
  std::vector<NodeId> stack = {id};
  while (!stack.empty() && static_cast<int>(seen.size()) < kReach) {
    const NodeId node = stack.back();
    stack.pop_back();
    for (NodeId input : graph_.node(node).inputs) {
      if (!IsArithmetic(graph_.node(input)) || !seen.insert(input).second) continue;
      if (group.nodes.contains(input)) return true;
      stack.push_back(input);
    }
  }
  return false;
}

// Whether the group walks rows, and has all that is between the two: then one may wait for the
// other.
bool GroupFormer::IsStageBefore(const FusionGroup& group, NodeId output, NodeId id) const {
  if (group.inner.empty() || AllOnes(group.outer)) return false;
  const Inputs& inputs = graph_.node(id).inputs;
  return std::all_of(inputs.begin(), inputs.end(), [&](NodeId input) {
    return group.nodes.contains(input) || !order_.DependsOn(input, output);
  });
}

// Another stored result of the same shape that reads the same operands, or one of the same rows
// that shares arithmetic, where neither waits for the other but as a stage. One at a time: what the
// group reads must be known before the next is judged.
std::optional<NodeId> GroupFormer::AddSibling(FusionGroup& group) {
  const NodeId root = group.outputs[0];
  for (NodeId id = root - 1; id >= 0 && root - id < kReach; --id) {
    if (!live_[id] || !stored_[id] || order_.KernelOf(id) >= 0 || group.nodes.contains(id))
      continue;
    const Node& node = graph_.node(id);
    const bool alike = node.shape() == graph_.node(root).shape() &&
                       node.info().is_reduce() == graph_.node(root).info().is_reduce();
    const bool of_rows =
        takes_rows_ && !group.inner.empty() && IsOfRows(group, id) && SharesArithmetic(group, id);
    if (!alike && !of_rows) continue;
    if (!SharesOperand(group, id) || GroupDependsOn(group, id)) continue;
    if (WalksAfter(group, id)) continue;
    if ((LeavesGaps(id) || LeavesGaps(root)) && !SharesArithmetic(group, id)) continue;
    const bool waits = std::any_of(group.outputs.begin(), group.outputs.end(), [&](NodeId output) {
      return order_.DependsOn(id, output) && !IsStageBefore(group, output, id);
    });
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

}  // namespace broadloom

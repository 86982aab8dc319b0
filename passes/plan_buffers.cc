// Gives every result of a kernel or a library call a place: -1 where it leaves the graph, else a
// slot of scratch memory. Two results share a slot when the first has had its last reader before
// the second is written.
//
//     %1 = kernel %0 {...}                     %1 = kernel %0 {slots=[0]} {...}
//     %2 = result %1 {index=0}       ==>       ...
//     %3 = kernel %2 {...}                     %3 = kernel %2 {slots=[-1]} {...}
//
// The sum over slots, with numbers for the extents, bounds what a run holds between its steps;
// frontend/buffer_assignment.cc has the exact figure, which needs strides.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

bool IsStep(const Node& node) { return node.op == Op::k_kernel || node.info().is_call(); }

class Planner {
 public:
  explicit Planner(const Graph& graph)
      : graph_(graph),
        storage_(graph.size()),
        last_use_(graph.size(), -1),
        leaves_(graph.size()),
        dying_(graph.size()) {
    for (NodeId id = 0; id < graph.size(); ++id) storage_[id] = StorageOf(id);
    const std::vector<bool> live = LiveNodes(graph);
    for (NodeId id = 0; id < graph.size(); ++id) {
      if (!live[id]) continue;
      for (NodeId input : graph.node(id).inputs) last_use_[storage_[input]] = id;
    }
    for (NodeId output : graph.outputs()) leaves_[storage_[output]] = true;
    for (NodeId id = 0; id < graph.size(); ++id) FindResults(id);
  }

  // Results of the step in order; called for steps in topological order.
  Axes SlotsFor(NodeId step) {
    Release(step);
    Axes slots;
    for (NodeId result : results_[step]) {
      const bool is_output = result >= 0 && leaves_[result];
      slots.push_back(is_output ? -1 : Take(result < 0 ? step : result));
    }
    return slots;
  }

 private:
  // The node whose memory a value is part of.
  NodeId StorageOf(NodeId id) const {
    const Node& node = graph_.node(id);
    return node.info().is_view() ? storage_[node.inputs[0]] : id;
  }

  // A kernel's results are the nodes that pick them, -1 where nobody does.
  void FindResults(NodeId id) {
    const Node& node = graph_.node(id);
    if (node.op == Op::k_kernel)
      results_[id].resize(node.attrs.Body().outputs().size(), -1);
    else if (node.op == Op::k_result)
      results_[node.inputs[0]][node.attrs.Int(AttrName::k_index)] = id;
    else if (IsStep(node))
      results_[id] = {id};
  }

  // Slots whose last reader is behind.
  void Release(NodeId step) {
    for (; released_ < step; ++released_) {
      for (int64_t slot : dying_[released_]) free_[type_of_slot_[slot]].insert(slot);
    }
  }

  int64_t Take(NodeId result) {
    const ValueType& type = graph_.node(result).type;
    std::set<int64_t>& free = free_[ToString(type)];
    int64_t slot = static_cast<int64_t>(type_of_slot_.size());
    if (free.empty())
      type_of_slot_.push_back(ToString(type));
    else
      slot = free.extract(free.begin()).value();
    dying_[std::max(last_use_[result], result)].push_back(slot);
    return slot;
  }

  const Graph& graph_;
  std::vector<NodeId> storage_, last_use_;
  std::vector<bool> leaves_;
  absl::flat_hash_map<NodeId, Axes> results_;  // by step
  std::vector<std::string> type_of_slot_;      // as text, the key of free_
  absl::flat_hash_map<std::string, std::set<int64_t>> free_;
  std::vector<Axes> dying_;  // by node: slots that it reads last
  NodeId released_ = 0;
};

}  // namespace

absl::StatusOr<Graph> PlanBuffers(const Graph& in, const PassOptions&) {
  Planner planner(in);
  return Rewrite(
      in,
      [&](NodeId id, const Mapping& mapping, Graph& out) -> absl::StatusOr<std::optional<NodeId>> {
        const Node& node = in.node(id);
        if (!IsStep(node)) return std::optional<NodeId>();
        Inputs inputs;
        for (NodeId input : node.inputs) inputs.push_back(mapping[input]);
        Attrs attrs = node.attrs;
        attrs.Set(AttrName::k_slots, planner.SlotsFor(id));
        BL_ASSIGN_OR_RETURN(const NodeId step,
                            out.Add(node.op, std::move(inputs), std::move(attrs)));
        return std::optional<NodeId>(step);
      });
}

}  // namespace broadloom

// Forms the groups of passes/fusion_groups.h. Internal to it.
#ifndef BROADLOOM_PASSES_GROUP_FORMER_H_
#define BROADLOOM_PASSES_GROUP_FORMER_H_

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "passes/fusion_groups.h"
#include "passes/kernel_order.h"

namespace broadloom {

inline bool IsArithmetic(const Node& node) {
  return node.info().is_elementwise() || node.info().is_gather() || node.info().is_reduce() ||
         node.op == Op::k_broadcast_to;
}

inline const Axes& AxesOf(const Node& reduce) { return reduce.attrs.Ints(AttrName::k_axes); }
inline bool IsReduced(const Node& reduce, int axis) {
  return std::find(AxesOf(reduce).begin(), AxesOf(reduce).end(), axis) != AxesOf(reduce).end();
}
inline bool IsLanes(const Graph& graph, const Node& reduce) {
  const AttrValue* order = reduce.attrs.Find(AttrName::k_order);
  if (order != nullptr) return std::get<std::string>(*order) == "lanes";
  const Shape& operand = graph.node(reduce.inputs[0]).shape();
  return SuitsLanes(NestReduced(AxesOf(reduce), operand), operand);
}
inline bool AllOnes(const Shape& shape) {
  return std::all_of(shape.begin(), shape.end(), [](Extent e) { return e.is(1); });
}

// How many nodes are looked at for one that a group could take in, and how far back: many stay
// cheap to find.
inline constexpr int kReach = 192;

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
  bool IsFromOperands(NodeId id) const;
  void Grow(NodeId root);
  FusionGroup GrownFrom(NodeId root);
  void Take(FusionGroup& group, NodeId id, std::set<NodeId>& refused);
  bool IsStageBefore(const FusionGroup& group, NodeId output, NodeId id) const;
  std::optional<NodeId> AddSibling(FusionGroup& group);
  std::set<NodeId> TailsOf(const FusionGroup& group, const std::set<NodeId>& refused) const;
  void LeaveTails(FusionGroup& group, const std::set<NodeId>& refused);
  bool TakesIn(FusionGroup& group, NodeId id);
  bool FitsDomain(const FusionGroup& group, NodeId id) const;
  void Insert(FusionGroup& group, NodeId id);
  bool IsAllInside(const FusionGroup& group, NodeId id) const;
  bool TakesInReduce(FusionGroup& group, NodeId id);
  bool IsOfRows(const FusionGroup& group, NodeId id) const;
  bool StoresAlongItsLoops(const FusionGroup& group) const;
  bool TakesInStored(const FusionGroup& group, NodeId id);
  bool AcceptsStage(FusionGroup& group, const Node& reduce) const;
  std::vector<Shape> LoopsAround(const FusionGroup& group, NodeId id) const;
  std::vector<NodeId> ReadsOf(const FusionGroup& group) const;
  bool PicksFrom(const FusionGroup& group, NodeId id) const;
  bool GroupDependsOn(const FusionGroup& group, NodeId target) const;
  bool SharesOperand(const FusionGroup& group, NodeId id) const;
  bool LeavesGaps(NodeId id) const;
  bool SharesArithmetic(const FusionGroup& group, NodeId id) const;
  bool WalksAfter(const FusionGroup& group, NodeId id) const;

  const Graph& graph_;
  const PassOptions& options_;
  std::vector<bool> live_, stored_;
  bool takes_rows_ = true;  // numbers of rows beside results as long as these
  std::vector<std::vector<NodeId>> users_;
  std::vector<FusionGroup> groups_;
  KernelOrder order_;
};

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_GROUP_FORMER_H_

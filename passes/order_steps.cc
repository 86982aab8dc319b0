// Puts every step as late as its first reader allows, so that a kernel stands right before the
// insert that stores its result, and behind the one whose result that goes into. What only reads an
// array comes before what may be written over it, unless that is to be stored behind it.
//
//     %1 = kernel %a                        %1 = kernel %a
//     %2 = kernel %b                        %2 = insert %x, %1
//     %3 = insert %x, %1         ==>        %3 = kernel %b
//     %4 = insert %3, %2                    %4 = insert %2, %3
//     %5 = kernel %c  (c + 1)               %5 = kernel %c  (sum c)
//     %6 = kernel %c  (sum c)               %6 = kernel %c  (c + 1)
//
// The walk is depth-first from the outputs, operands in order, with a stack of its own.
#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_set.h"
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/in_place.h"
#include "passes/layout.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

// A node waits for its inputs, and for those that are to read what it may overwrite. Of operands in
// one memory the first stands for all, an array for what shows all of it.
class StepOrder {
 public:
  StepOrder(const Graph& graph, const std::vector<OperandMemory>& memories)
      : graph_(graph), first_(graph.size()), is_part_(graph.size()), users_(graph.size()) {
    std::iota(first_.begin(), first_.end(), 0);
    for (size_t i = 0; i < memories.size(); ++i) {
      first_[graph.params()[i]] = graph.params()[memories[i].number];
      is_part_[graph.params()[i]] = !memories[i].is_all;
    }
    for (NodeId id = 0; id < graph.size(); ++id) {
      waits_for_.push_back(graph.node(id).inputs);
      if (OnlyMoves(graph.node(id).op)) {
        first_[id] = first_[graph.node(id).inputs[0]];
        is_part_[id] = is_part_[graph.node(id).inputs[0]];
      }
      for (NodeId input : graph.node(id).inputs) users_[first_[input]].push_back(id);
    }
    for (NodeId id = 0; id < graph.size(); ++id) LetReadersGoFirst(id);
  }

  std::vector<NodeId> DepthFirst() const {
    std::vector<NodeId> order;
    std::vector<bool> done(graph_.size());
    struct Frame {
      NodeId id;
      size_t next;
    };
    for (NodeId output : graph_.outputs()) {
      std::vector<Frame> stack = {{output, 0}};
      while (!stack.empty()) {
        auto& [id, next] = stack.back();
        const Inputs& before = waits_for_[id];
        if (!done[id] && next < before.size()) {
          stack.push_back({before[next++], 0});
          continue;
        }
        if (!done[id]) order.push_back(id);
        done[id] = true;
        stack.pop_back();
      }
    }
    return order;
  }

 private:
  bool IsView(NodeId id) const {
    return graph_.node(id).info().is_view() || graph_.node(id).op == Op::k_result;
  }

  bool IsWrite(NodeId id) const {
    return graph_.node(id).op == Op::k_insert || graph_.node(id).op == Op::k_scatter;
  }

  // Whether what a step makes may lie where this array does.
  bool MayOverwrite(NodeId id, NodeId array) const {
    const Node& node = graph_.node(id);
    const auto is_it = [&](NodeId input) { return first_[input] == array && !is_part_[input]; };
    if (IsWrite(id) || node.info().op_class == OpClass::kScan) return is_it(node.inputs[0]);
    if (node.op != Op::k_kernel) return false;
    for (const std::vector<int>& operands : InPlaceOperands(node.attrs.Body())) {
      for (int i : operands) {
        if (is_it(node.inputs[i])) return true;
      }
    }
    return false;
  }

  // Of an array or of views of it, at the most kMany.
  std::vector<NodeId> ReadersOf(NodeId array) const {
    std::vector<NodeId> readers = users_[array];
    for (size_t i = 0; i < readers.size() && readers.size() < kMany; ++i) {
      if (!IsView(readers[i])) continue;
      const std::vector<NodeId>& more = users_[readers[i]];
      readers.insert(readers.end(), more.begin(), more.end());
    }
    return readers;
  }

  void LetReadersGoFirst(NodeId array) {
    if (users_[array].size() < 2) return;
    const std::vector<NodeId> readers = ReadersOf(array);
    for (NodeId writer : users_[array]) {
      if (!MayOverwrite(writer, array)) continue;
      for (NodeId reader : readers) {
        if (IsView(reader) || MayOverwrite(reader, array)) continue;
        const bool is_behind = IsWrite(writer) && IsStoredBehind(reader, writer);
        if (!is_behind && !WaitsFor(reader, writer)) waits_for_[writer].push_back(reader);
      }
    }
  }

  // Whether a write of what the reader makes waits for the writer.
  bool IsStoredBehind(NodeId reader, NodeId writer) const {
    const std::vector<NodeId> users = ReadersOf(reader);
    return std::any_of(users.begin(), users.end(),
                       [&](NodeId user) { return IsWrite(user) && WaitsFor(user, writer); });
  }

  // Also where it takes too long to find out.
  bool WaitsFor(NodeId later, NodeId earlier) const {
    std::vector<NodeId> before = {later};
    absl::flat_hash_set<NodeId> seen;
    for (size_t i = 0; i < before.size(); ++i) {
      if (before[i] == earlier || before.size() > kMany) return true;
      for (NodeId id : waits_for_[before[i]]) {
        if (seen.insert(id).second) before.push_back(id);
      }
    }
    return false;
  }

  static constexpr size_t kMany = 256;

  const Graph& graph_;
  std::vector<NodeId> first_;
  std::vector<bool> is_part_;
  std::vector<Inputs> waits_for_;
  std::vector<std::vector<NodeId>> users_;
};

}  // namespace

absl::StatusOr<Graph> OrderSteps(const Graph& in, const PassOptions& options) {
  return RewriteInOrder(in, StepOrder(in, options.memories).DepthFirst());
}

}  // namespace broadloom

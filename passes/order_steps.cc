// Puts every step as late as its first reader allows, so that a kernel stands right before the
// insert that stores its result, and behind the one whose result that goes into.
//
//     %1 = kernel %a                        %1 = kernel %a
//     %2 = kernel %b                        %2 = insert %x, %1
//     %3 = insert %x, %1         ==>        %3 = kernel %b
//     %4 = insert %3, %2                    %4 = insert %2, %3
//
// The walk is depth-first from the outputs, operands in order, with a stack of its own.
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

std::vector<NodeId> DepthFirst(const Graph& graph) {
  std::vector<NodeId> order;
  std::vector<bool> done(graph.size());
  struct Frame {
    NodeId id;
    size_t next;
  };
  for (NodeId output : graph.outputs()) {
    std::vector<Frame> stack = {{output, 0}};
    while (!stack.empty()) {
      auto& [id, next] = stack.back();
      const Inputs& inputs = graph.node(id).inputs;
      if (!done[id] && next < inputs.size()) {
        stack.push_back({inputs[next++], 0});
        continue;
      }
      if (!done[id]) order.push_back(id);
      done[id] = true;
      stack.pop_back();
    }
  }
  return order;
}

}  // namespace

absl::StatusOr<Graph> OrderSteps(const Graph& in, const PassOptions&) {
  return RewriteInOrder(in, DepthFirst(in));
}

}  // namespace broadloom

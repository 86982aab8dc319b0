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
// joint in memory; one that regroups the axes of a reduction with several readers; a view of an
// output or of what a gather picks from, which are stored anyway, or of what a step of a stencil
// hands on (passes/windows.h).
#include <vector>

#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/build.h"
#include "passes/lifter.h"
#include "passes/pass.h"
#include "passes/windows.h"

namespace broadloom {
namespace {

// What is stored anyway, in the order of its own axes: outputs, and what gathers pick from.
std::vector<bool> StoredNodes(const Graph& graph) {
  std::vector<bool> stored(graph.size());
  for (NodeId output : graph.outputs()) stored[output] = true;
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (graph.node(id).info().is_gather())
      stored[StorageOf(graph, graph.node(id).inputs[0])] = true;
  }
  return stored;
}

std::vector<int> UserCounts(const Graph& graph, const std::vector<bool>& live) {
  std::vector<int> users(graph.size());
  for (NodeId id = 0; id < graph.size(); ++id) {
    for (NodeId input : graph.node(id).inputs) users[input] += live[id];
  }
  return users;
}

}  // namespace

absl::StatusOr<Graph> SinkViews(const Graph& given, const PassOptions& options) {
  BL_ASSIGN_OR_RETURN(const WindowedGraph windowed, FindWindowedValues(given, options));
  const Graph& in = windowed.turned.has_value() ? *windowed.turned : given;
  Graph out(in.name());
  out.attrs() = in.attrs();
  Lifter lifter(in, out);
  const std::vector<bool> live = LiveNodes(in);
  const std::vector<bool> stored = StoredNodes(in);
  const std::vector<int> users = UserCounts(in, live);
  Mapping operands(in.size());
  BL_RETURN_IF_ERROR(CopyOperands(in, operands, out));
  for (NodeId id = 0; id < in.size(); ++id) {
    if (!live[id]) continue;
    BL_RETURN_IF_ERROR(lifter.Lift(id));
    if (stored[id] || windowed.values[id])
      lifter.Pin(id);
    else if (in.node(id).info().is_reduce() && users[id] > 1)
      lifter.Share(id);
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

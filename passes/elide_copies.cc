// Removes copies that nobody can observe.
//
//     %1 = copy %0                          %1 = exp %0
//     %2 = exp %1              ==>          return %1
//     %3 = copy %2
//     return %3
//
// An output stays a copy where it would otherwise be an operand's memory, or another output's.
// Conversions to the same dtype are copies too.
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/build.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

bool IsCopy(const Graph& graph, const Node& node) {
  if (node.op == Op::k_copy) return true;
  return node.op == Op::k_astype && graph.node(node.inputs[0]).dtype() == node.dtype();
}

}  // namespace

absl::StatusOr<Graph> ElideCopies(const Graph& in, const PassOptions&) {
  const auto elide = [&](NodeId id, const Mapping& mapping,
                         Graph&) -> absl::StatusOr<std::optional<NodeId>> {
    if (!IsCopy(in, in.node(id))) return std::optional<NodeId>();
    return std::optional<NodeId>(mapping[in.node(id).inputs[0]]);
  };
  BL_ASSIGN_OR_RETURN(Graph out, Rewrite(in, elide));
  BL_RETURN_IF_ERROR(KeepStoragesApart(in, out));
  return out;
}

}  // namespace broadloom

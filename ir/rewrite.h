// The one graph walker: builds a new graph from what the outputs of the old one need, so dead nodes
// vanish by themselves.
#ifndef BROADLOOM_IR_REWRITE_H_
#define BROADLOOM_IR_REWRITE_H_

#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "ir/graph.h"

namespace broadloom {

// Where each old node went; -1 for a node that is not there yet.
using Mapping = std::vector<NodeId>;

// Called for every live node that is no operand, in topological order; its inputs are mapped.
// Returns the node of `out` that takes its place, or nullopt to keep it as it is.
using RewriteFn = absl::FunctionRef<absl::StatusOr<std::optional<NodeId>>(
    NodeId id, const Mapping& mapping, Graph& out)>;

// Operands keep their number and order even where nothing reads them any more.
absl::StatusOr<Graph> Rewrite(const Graph& in, RewriteFn rewrite);

// The live nodes in this topological order, as they are.
absl::StatusOr<Graph> RewriteInOrder(const Graph& in, const std::vector<NodeId>& order);

// Copies params and scalars, in their order, to `out`, which is empty.
absl::Status CopyOperands(const Graph& in, Mapping& mapping, Graph& out);

// Copies one node to `out`, with mapped inputs.
absl::StatusOr<NodeId> CopyNode(const Graph& in, NodeId id, const Mapping& mapping, Graph& out);

}  // namespace broadloom

#endif  // BROADLOOM_IR_REWRITE_H_

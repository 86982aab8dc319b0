// The walk is one loop over ids, which are a topological order: no recursion, whatever the graph's
// depth.
#include "ir/rewrite.h"

#include "ir/status_macros.h"

namespace broadloom {
absl::Status CopyOperands(const Graph& in, Mapping& mapping, Graph& out) {
  for (NodeId id : in.params()) {
    const Node& node = in.node(id);
    BL_ASSIGN_OR_RETURN(
        mapping[id], out.AddParam(node.type, node.attrs.Text(AttrName::k_layout), IsFinite(node)));
  }
  for (NodeId id : in.scalars()) {
    BL_ASSIGN_OR_RETURN(mapping[id], out.AddScalar(in.node(id).dtype(), IsFinite(in.node(id))));
  }
  return absl::OkStatus();
}

absl::StatusOr<NodeId> CopyNode(const Graph& in, NodeId id, const Mapping& mapping, Graph& out) {
  Inputs inputs;
  for (NodeId input : in.node(id).inputs) inputs.push_back(mapping[input]);
  return out.Add(in.node(id).op, std::move(inputs), in.node(id).attrs);
}

absl::StatusOr<Graph> Rewrite(const Graph& in, RewriteFn rewrite) {
  Graph out(in.name());
  out.attrs() = in.attrs();
  Mapping mapping(in.size(), -1);
  BL_RETURN_IF_ERROR(CopyOperands(in, mapping, out));
  const std::vector<bool> live = LiveNodes(in);
  for (NodeId id = 0; id < in.size(); ++id) {
    if (!live[id] || mapping[id] >= 0) continue;
    BL_ASSIGN_OR_RETURN(std::optional<NodeId> replacement, rewrite(id, mapping, out));
    if (!replacement.has_value()) {
      BL_ASSIGN_OR_RETURN(replacement, CopyNode(in, id, mapping, out));
    }
    mapping[id] = *replacement;
  }
  std::vector<NodeId> outputs;
  for (NodeId output : in.outputs()) outputs.push_back(mapping[output]);
  out.set_outputs(std::move(outputs));
  return out;
}

absl::StatusOr<Graph> RewriteInOrder(const Graph& in, const std::vector<NodeId>& order) {
  Graph out(in.name());
  out.attrs() = in.attrs();
  Mapping mapping(in.size(), -1);
  BL_RETURN_IF_ERROR(CopyOperands(in, mapping, out));
  for (NodeId id : order) {
    if (mapping[id] >= 0) continue;
    BL_ASSIGN_OR_RETURN(mapping[id], CopyNode(in, id, mapping, out));
  }
  std::vector<NodeId> outputs;
  for (NodeId output : in.outputs()) outputs.push_back(mapping[output]);
  out.set_outputs(std::move(outputs));
  return out;
}

}  // namespace broadloom

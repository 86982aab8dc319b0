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
// Any other reduction is stored: its result is small. So is what a gather picks from, but for
// operands and views of them; its indices are arithmetic like any other. What a kernel computes
// anyway and others need is one more output of it: where it walks rows, a number for each row as
// well as an element of them (x / norm and the norm itself). Not fused: library calls, views that
// could not sink, and bodies beyond PassOptions::max_body_work.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/fusion_groups.h"
#include "passes/layout.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

// What nodes are in a body. A gather has a param of its own for what it picks from, by how many
// axes it picks.
struct InBody {
  absl::flat_hash_map<NodeId, NodeId> nodes;
  std::map<std::pair<NodeId, int>, NodeId> tables;
};

int PickedBy(const Node& node) {
  return node.info().is_gather() ? static_cast<int>(node.inputs.size()) - 1 : 0;
}

class KernelBuilder {
 public:
  KernelBuilder(const Graph& graph, const FusionGroups& fusion)
      : graph_(graph), groups_(fusion.groups), owner_(fusion.owner) {}

  absl::StatusOr<Graph> Build();

 private:
  absl::StatusOr<NodeId> Emit(NodeId id);
  absl::StatusOr<NodeId> EmitPlain(NodeId id);
  absl::Status EmitGroup(const FusionGroup& group);
  absl::StatusOr<std::vector<NodeId>> EmitOperands(const FusionGroup& group, InBody& in_body,
                                                   Graph& body);
  absl::StatusOr<NodeId> EmitArray(NodeId id, int rank, int picked, Graph& body,
                                   std::vector<NodeId>& arrays);
  absl::StatusOr<NodeId> WithRank(NodeId emitted, int rank, int picked = 0);
  std::vector<NodeId> NeededBy(const FusionGroup& group) const;

  const Graph& graph_;
  const std::vector<FusionGroup>& groups_;
  const std::vector<int>& owner_;

  Graph out_{"main"};
  Mapping mapping_;
};

// Rank-0 operands of a body whose domain has axes get axes of extent 1; so does what numbers pick
// from, before the axes that are picked.
absl::StatusOr<NodeId> KernelBuilder::WithRank(NodeId emitted, int rank, int picked) {
  const Shape& from = out_.node(emitted).shape();
  if (out_.node(emitted).rank() == rank + picked) return emitted;
  Axes groups;
  for (int i = 0; i < rank; ++i) groups.insert(groups.end(), {0, 1});
  groups.insert(groups.end(), 2 * from.size(), 1);
  Shape shape(rank, Extent(1));
  shape.insert(shape.end(), from.begin(), from.end());
  Attrs attrs;
  attrs.Set(AttrName::k_groups, groups).Set(AttrName::k_shape, shape);
  return out_.Add(Op::k_reshape, {emitted}, std::move(attrs));
}

absl::StatusOr<NodeId> KernelBuilder::EmitArray(NodeId id, int rank, int picked, Graph& body,
                                                std::vector<NodeId>& arrays) {
  BL_ASSIGN_OR_RETURN(const NodeId plain, Emit(id));
  BL_ASSIGN_OR_RETURN(const NodeId array, WithRank(plain, rank, picked));
  arrays.push_back(array);
  const Shape& shape = out_.node(array).shape();
  std::string layout = LayoutOf(out_, array).value_or(std::string(shape.size(), 's'));
  for (int axis = 0; axis < rank; ++axis) {
    if (shape[axis].is(1)) layout[axis] = '0';
  }
  NodeId base = array;
  while (out_.node(base).info().is_view()) base = out_.node(base).inputs[0];
  return body.AddParam(out_.node(array).type, layout, IsFinite(out_.node(base)));
}

// What the body reads: arrays first, then numbers.
absl::StatusOr<std::vector<NodeId>> KernelBuilder::EmitOperands(const FusionGroup& group,
                                                                InBody& in_body, Graph& body) {
  std::set<NodeId> operands;
  std::set<std::pair<NodeId, int>> tables;
  for (NodeId id : group.nodes) {
    const Node& node = graph_.node(id);
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (i == 0 && node.info().is_gather())
        tables.insert({node.inputs[i], PickedBy(node)});
      else if (!group.nodes.contains(node.inputs[i]))
        operands.insert(node.inputs[i]);
    }
  }
  const int rank = static_cast<int>(group.domain.size());
  std::vector<NodeId> arrays, numbers;
  for (NodeId id : operands) {
    const Node& node = graph_.node(id);
    if (node.op == Op::k_constant || node.op == Op::k_iota) {
      BL_ASSIGN_OR_RETURN(in_body.nodes[id], body.Add(node.op, {}, node.attrs));
    } else if (node.op == Op::k_scalar || node.op == Op::k_extent) {
      numbers.push_back(id);
    } else {
      BL_ASSIGN_OR_RETURN(in_body.nodes[id], EmitArray(id, rank, /*picked=*/0, body, arrays));
    }
  }
  for (const auto& [id, picked] : tables) {
    BL_ASSIGN_OR_RETURN((in_body.tables[{id, picked}]), EmitArray(id, rank, picked, body, arrays));
  }
  for (NodeId id : numbers) {
    BL_ASSIGN_OR_RETURN(const NodeId number, Emit(id));
    arrays.push_back(number);
    BL_ASSIGN_OR_RETURN(in_body.nodes[id],
                        body.AddScalar(graph_.node(id).dtype(), IsFinite(graph_.node(id))));
  }
  return arrays;
}

absl::Status KernelBuilder::EmitGroup(const FusionGroup& group) {
  auto body = std::make_shared<Graph>("kernel");
  InBody in_body;
  BL_ASSIGN_OR_RETURN(const std::vector<NodeId> operands, EmitOperands(group, in_body, *body));
  std::vector<NodeId> members(group.nodes.begin(), group.nodes.end());
  std::sort(members.begin(), members.end());
  for (NodeId id : members) {
    const Node& node = graph_.node(id);
    Inputs inputs;
    for (NodeId input : node.inputs) {
      const bool is_table = node.info().is_gather() && inputs.empty();
      inputs.push_back(is_table ? in_body.tables.at({input, PickedBy(node)})
                                : in_body.nodes[input]);
    }
    BL_ASSIGN_OR_RETURN(in_body.nodes[id], body->Add(node.op, std::move(inputs), node.attrs));
  }
  std::vector<NodeId> outputs;
  for (NodeId output : group.outputs) outputs.push_back(in_body.nodes[output]);
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

// What is computed before a group. Its body makes constants and indices itself.
std::vector<NodeId> KernelBuilder::NeededBy(const FusionGroup& group) const {
  std::vector<NodeId> needed;
  for (NodeId member : group.nodes) {
    const Node& node = graph_.node(member);
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const Op op = graph_.node(node.inputs[i]).op;
      const bool is_table = i == 0 && node.info().is_gather();
      const bool is_own =
          group.nodes.contains(node.inputs[i]) || op == Op::k_constant || op == Op::k_iota;
      if (is_table || !is_own) needed.push_back(node.inputs[i]);
    }
  }
  return needed;
}

absl::StatusOr<NodeId> KernelBuilder::EmitPlain(NodeId id) {
  return CopyNode(graph_, id, mapping_, out_);
}

// Emits a node of the outer graph and first, with a stack of its own, all that it needs.
absl::StatusOr<NodeId> KernelBuilder::Emit(NodeId id) {
  std::vector<NodeId> stack = {id};
  absl::flat_hash_set<NodeId> waiting;
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
      const FusionGroup& group = groups_[owner_[top]];
      for (NodeId input : NeededBy(group)) need(input);
      std::sort(missing.begin(), missing.end(), std::greater<>());
      if (missing.empty()) BL_RETURN_IF_ERROR(EmitGroup(group));
    } else {
      for (NodeId input : node.inputs) need(input);
      if (missing.empty()) {
        BL_ASSIGN_OR_RETURN(mapping_[top], EmitPlain(top));
      }
    }
    if (!missing.empty() && !waiting.insert(top).second)
      return absl::InternalError("fuse: kernels wait for one another");
    stack.insert(stack.end(), missing.begin(), missing.end());
  }
  return mapping_[id];
}

absl::StatusOr<Graph> KernelBuilder::Build() {
  out_ = Graph(graph_.name());
  out_.attrs() = graph_.attrs();
  mapping_.assign(graph_.size(), -1);
  BL_RETURN_IF_ERROR(CopyOperands(graph_, mapping_, out_));
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
  const FusionGroups fusion = FormFusionGroups(in, options);
  return KernelBuilder(in, fusion).Build();
}

}  // namespace broadloom

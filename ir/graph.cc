// Adding, typing and interning of nodes.
#include "ir/graph.h"

#include <algorithm>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "ir/status_macros.h"

namespace broadloom {

// Nodes by value. Looks at the graph's deque through a pointer that the move operations renew.
struct Graph::Interner {
  struct Key {
    Op op;
    const Inputs* inputs;
    const Attrs* attrs;
  };
  static size_t Hash(const Key& key) {
    return absl::HashOf(static_cast<int>(key.op), *key.inputs, HashOf(*key.attrs));
  }
  static bool Equal(const Key& key, const Node& node) {
    return key.op == node.op && *key.inputs == node.inputs && *key.attrs == node.attrs;
  }
  absl::flat_hash_map<size_t, absl::InlinedVector<NodeId, 1>> by_hash;
};

Graph::Graph(std::string name) : name_(std::move(name)), interner_(std::make_unique<Interner>()) {}
Graph::Graph(Graph&&) noexcept = default;
Graph& Graph::operator=(Graph&&) noexcept = default;
Graph::~Graph() = default;

absl::StatusOr<ValueType> Graph::TypeOf(Op op, const Inputs& inputs, const Attrs& attrs) const {
  if (op == Op::k_kernel) {
    const Graph& body = attrs.Body();
    if (body.outputs().empty()) return absl::InternalError("a kernel's body has no outputs");
    return body.node(body.outputs()[0]).type;
  }
  if (op == Op::k_result) {
    const Graph& body = nodes_[inputs[0]].attrs.Body();
    const int64_t index = attrs.Int(AttrName::k_index);
    if (index < 0 || index >= static_cast<int64_t>(body.outputs().size())) {
      return absl::InvalidArgumentError(
          absl::StrCat("result ", index, " of a kernel that has ", body.outputs().size()));
    }
    return body.node(body.outputs()[index]).type;
  }
  absl::InlinedVector<ValueType, 3> types;
  for (NodeId input : inputs) types.push_back(nodes_[input].type);
  return InferType(op, types, attrs);
}

absl::StatusOr<NodeId> Graph::Add(Op op, Inputs inputs, Attrs attrs) {
  const Interner::Key key{op, &inputs, &attrs};
  auto& candidates = interner_->by_hash[Interner::Hash(key)];
  for (NodeId id : candidates) {
    if (Interner::Equal(key, nodes_[id])) return id;
  }
  BL_ASSIGN_OR_RETURN(ValueType type, TypeOf(op, inputs, attrs));
  candidates.push_back(size());
  nodes_.push_back(Node{op, std::move(type), std::move(inputs), std::move(attrs)});
  return size() - 1;
}

absl::StatusOr<NodeId> Graph::AddParam(ValueType type, std::string layout, bool is_finite) {
  Attrs attrs;
  attrs.Set(AttrName::k_index, static_cast<int64_t>(params_.size()))
      .Set(AttrName::k_layout, std::move(layout));
  attrs.Set(AttrName::k_dtype, type.dtype).Set(AttrName::k_shape, std::move(type.shape));
  if (is_finite) attrs.Set(AttrName::k_finite, int64_t{1});
  BL_ASSIGN_OR_RETURN(const NodeId id, Add(Op::k_param, {}, std::move(attrs)));
  params_.push_back(id);
  return id;
}

absl::StatusOr<NodeId> Graph::AddScalar(DType dtype, bool is_finite) {
  Attrs attrs;
  attrs.Set(AttrName::k_index, static_cast<int64_t>(scalars_.size())).Set(AttrName::k_dtype, dtype);
  if (is_finite) attrs.Set(AttrName::k_finite, int64_t{1});
  BL_ASSIGN_OR_RETURN(const NodeId id, Add(Op::k_scalar, {}, std::move(attrs)));
  scalars_.push_back(id);
  return id;
}

bool IsFinite(const Node& operand) { return operand.attrs.IntOr(AttrName::k_finite, 0) != 0; }

std::vector<bool> LiveNodes(const Graph& graph) {
  std::vector<bool> live(graph.size());
  for (NodeId output : graph.outputs()) live[output] = true;
  for (NodeId id = graph.size() - 1; id >= 0; --id) {
    if (!live[id]) continue;
    for (NodeId input : graph.node(id).inputs) live[input] = true;
  }
  return live;
}

std::vector<int> PickedAxes(const Graph& body) {
  std::vector<int> picked;
  const auto rank = static_cast<int>(body.attrs().Dims(AttrName::k_shape).size());
  for (NodeId id : body.params()) picked.push_back(std::max(0, body.node(id).rank() - rank));
  return picked;
}

std::vector<int> CountUses(const Graph& graph) {
  const std::vector<bool> live = LiveNodes(graph);
  std::vector<int> uses(graph.size());
  for (NodeId output : graph.outputs()) ++uses[output];
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (!live[id]) continue;
    for (NodeId input : graph.node(id).inputs) ++uses[input];
  }
  return uses;
}

}  // namespace broadloom

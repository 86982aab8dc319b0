// The one graph: immutable, interned nodes in topological order. A fused kernel is a node that
// holds a body graph.
#ifndef BROADLOOM_IR_GRAPH_H_
#define BROADLOOM_IR_GRAPH_H_

#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ir/attrs.h"
#include "ir/infer.h"
#include "ir/op.h"

namespace broadloom {

using NodeId = int32_t;
using Inputs = absl::InlinedVector<NodeId, 3>;

struct Node {
  Op op;
  ValueType type;
  Inputs inputs;
  Attrs attrs;

  const OpInfo& info() const { return InfoOf(op); }
  const Shape& shape() const { return type.shape; }
  DType dtype() const { return type.dtype; }
  int rank() const { return static_cast<int>(type.shape.size()); }
};

class Graph {
 public:
  explicit Graph(std::string name = "main");
  Graph(const Graph&) =
      delete;  // nodes are looked up by address; use Clone-free rewriting (ir/rewrite.h)
  Graph& operator=(const Graph&) = delete;
  Graph(Graph&&) noexcept;
  Graph& operator=(Graph&&) noexcept;
  ~Graph();

  // The only door: types the node and returns it, or the equal node that is there already. A node's
  // inputs are older than the node, so ids are a topological order.
  absl::StatusOr<NodeId> Add(Op op, Inputs inputs, Attrs attrs);

  // Appends an operand. Never interned with another one.
  absl::StatusOr<NodeId> AddParam(ValueType type, std::string layout, bool is_finite = false);
  absl::StatusOr<NodeId> AddScalar(DType dtype, bool is_finite = false);

  const Node& node(NodeId id) const { return nodes_[id]; }
  int size() const { return static_cast<int>(nodes_.size()); }
  const std::string& name() const { return name_; }

  const std::vector<NodeId>& params() const { return params_; }    // in order of `index`
  const std::vector<NodeId>& scalars() const { return scalars_; }  // in order of `index`

  const std::vector<NodeId>& outputs() const { return outputs_; }
  void set_outputs(std::vector<NodeId> outputs) { outputs_ = std::move(outputs); }

  const Attrs& attrs() const { return attrs_; }  // of the graph itself: the schedule of a body
  Attrs& attrs() { return attrs_; }

 private:
  struct Interner;
  absl::StatusOr<ValueType> TypeOf(Op op, const Inputs& inputs, const Attrs& attrs) const;

  std::string name_;
  std::deque<Node> nodes_;
  std::vector<NodeId> params_, scalars_, outputs_;
  Attrs attrs_;
  std::unique_ptr<Interner> interner_;
};

// Which nodes an output needs, by id.
std::vector<bool> LiveNodes(const Graph& graph);
// Whether a parameter or a scalar says that all its numbers are finite.
bool IsFinite(const Node& operand);
// How often each node is used by live nodes and outputs.
std::vector<int> CountUses(const Graph& graph);

// Of a body with a domain, for each param: how many axes it has behind those of the domain. Gathers
// pick along these, and nothing else reads such a param.
std::vector<int> PickedAxes(const Graph& body);

}  // namespace broadloom

#endif  // BROADLOOM_IR_GRAPH_H_

// Rebuilds a graph operation by operation, with views below arithmetic (sink_views.cc).
#ifndef BROADLOOM_PASSES_LIFTER_H_
#define BROADLOOM_PASSES_LIFTER_H_

#include <algorithm>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ir/graph.h"
#include "passes/sinker.h"

namespace broadloom {

// A value of the old graph: a node of the new one, some axes of extent 1 of which the old value
// does not have.
struct Lifted {
  NodeId core;
  Axes dropped;  // sorted
};

class Lifter {
 public:
  Lifter(const Graph& in, Graph& out) : in_(in), out_(out), sinker_(out), lifted_(in.size()) {}

  absl::Status Lift(NodeId id);
  absl::StatusOr<NodeId> Emit(NodeId id);  // the old value itself
  void Pin(NodeId id) { sinker_.Pin(lifted_[id].core); }
  void Share(NodeId id) { sinker_.Share(lifted_[id].core); }

 private:
  static bool Drops(const Lifted& value, size_t axis) {
    const auto end = value.dropped.end();
    return std::find(value.dropped.begin(), end, static_cast<int64_t>(axis)) != end;
  }
  const Shape& CoreShape(const Lifted& value) const { return out_.node(value.core).shape(); }
  Axes KeptAxes(const Lifted& value) const {
    Axes kept;
    for (size_t axis = 0; axis < CoreShape(value).size(); ++axis) {
      if (!Drops(value, axis)) kept.push_back(axis);
    }
    return kept;
  }

  absl::StatusOr<Lifted> Reshape(const Lifted& value, const Axes& groups, const Shape& shape,
                                 bool is_output = false);
  absl::StatusOr<Lifted> Permute(const Lifted& value, const Axes& axes);
  absl::StatusOr<Lifted> Diagonal(const Lifted& value, const Axes& axes);
  absl::StatusOr<Lifted> Slice(const Lifted& value, const Attrs& attrs);
  absl::StatusOr<Lifted> BroadcastTo(const Lifted& value, const Shape& shape);
  absl::StatusOr<Lifted> Reduce(const Node& node, const Lifted& value);
  absl::StatusOr<NodeId> ReduceNothing(const Node& node, NodeId operand);
  struct Framed {
    Inputs inputs;
    Axes dropped;
  };
  absl::StatusOr<Framed> InOneFrame(const Node& node, absl::Span<const NodeId> given);
  absl::StatusOr<Lifted> Elementwise(const Node& node);
  absl::StatusOr<Lifted> Gather(const Node& node);
  absl::StatusOr<NodeId> Merged(NodeId id);
  absl::StatusOr<Lifted> LiftNode(NodeId id);
  absl::StatusOr<Lifted> WithLeadingAxes(const Lifted& value, size_t count);
  absl::StatusOr<NodeId> InFrame(const Lifted& value, const Axes& dropped, size_t core_rank);
  absl::StatusOr<NodeId> Drop(const Lifted& value);

  const Graph& in_;
  Graph& out_;
  Sinker sinker_;
  std::vector<Lifted> lifted_;
};

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_LIFTER_H_

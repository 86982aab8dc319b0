// Moves one view below arithmetic, to the leaves (sink_views.cc).
#ifndef BROADLOOM_PASSES_SINKER_H_
#define BROADLOOM_PASSES_SINKER_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ir/graph.h"
#include "passes/adapted_view.h"

namespace broadloom {

// Applies one view to a node of the new graph, pushing it down to the leaves.
class Sinker {
 public:
  explicit Sinker(Graph& out) : out_(out) {}

  // Marks a node as stored anyway: views of it stay above it.
  void Pin(NodeId id) { pinned_.push_back(id); }
  // Marks a reduction that others read, too: seen in other groups of axes it would be computed
  // twice.
  void Share(NodeId id) { shared_.push_back(id); }

  // `is_free`: a reshape that does not pass all leaves as it is stays above the node, which is to
  // be stored anyway.
  absl::StatusOr<NodeId> Apply(NodeId node, const View& view, bool is_free = false);

 private:
  struct Request {
    NodeId node;
    View view;
    std::vector<std::pair<NodeId, View>> operands;  // filled on the first visit
    Axes new_axes;                                  // of a reduction
    std::optional<View> source;                     // of what a gather picks from: stays above it
  };
  const NodeId* Done(NodeId node, const View& view) const;
  absl::StatusOr<NodeId> AddView(NodeId node, const View& view);
  bool Viewable(NodeId node, const std::string& letters, const View& view) const;
  bool StaysAbove(NodeId value, NodeId reduction, const View& view) const;
  bool Expand(Request& request);
  absl::StatusOr<NodeId> Viewed(NodeId node, const View& view);
  absl::StatusOr<NodeId> Rebuild(const Request& request);
  absl::StatusOr<std::optional<NodeId>> SinkLeaf(const Request& request);
  absl::StatusOr<std::optional<NodeId>> SinkIota(const Request& request);
  absl::StatusOr<NodeId> Number(Extent extent);
  absl::StatusOr<std::optional<NodeId>> Sink(NodeId node, const View& view);

  Graph& out_;
  std::vector<NodeId> pinned_, shared_;
  bool is_free_ = false;
  std::vector<std::pair<std::pair<NodeId, View>, NodeId>> done_;
};

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_SINKER_H_

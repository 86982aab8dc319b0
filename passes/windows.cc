#include "passes/windows.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/build.h"
#include "passes/in_place.h"

namespace broadloom {
namespace {

// Without gaps, and from where on is known.
bool IsKnownSlice(const Node& node) {
  if (node.op != Op::k_slice) return false;
  const Shape &starts = node.attrs.Dims(AttrName::k_starts),
              &steps = node.attrs.Dims(AttrName::k_steps);
  return std::none_of(starts.begin(), starts.end(), [](Extent e) { return e.is_symbol(); }) &&
         std::all_of(steps.begin(), steps.end(), [](Extent e) { return e.is(1); });
}

// An operand, perhaps with its axes permuted.
bool IsOperand(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  return node.op == Op::k_param ||
         (node.op == Op::k_permute_dims && graph.node(node.inputs[0]).op == Op::k_param);
}

// How elements of its last axis lie: u one after another, 0 all the same.
char LastLetter(const Graph& graph, NodeId operand) {
  const Node& node = graph.node(operand);
  if (node.rank() == 0) return '0';
  if (node.op == Op::k_param) return node.attrs.Text(AttrName::k_layout).back();
  const std::string& layout = graph.node(node.inputs[0]).attrs.Text(AttrName::k_layout);
  return layout[node.attrs.Ints(AttrName::k_axes).back()];
}

// What is computed, or cut from that, is as long as the output: nothing is repeated along an axis.
bool IsOfStencil(const Graph& graph, NodeId id, int rank) {
  const Node& node = graph.node(id);
  if (node.rank() != 0 && node.rank() != rank) return false;
  const bool is_thin = std::any_of(node.shape().begin(), node.shape().end(),
                                   [](Extent extent) { return extent.is(1); });
  const bool is_computed = node.info().is_elementwise() ||
                           (node.op == Op::k_slice && !IsOperand(graph, StorageOf(graph, id)));
  if (is_thin && is_computed) return false;
  return IsOperand(graph, id) || node.op == Op::k_scalar || node.op == Op::k_constant ||
         IsKnownSlice(node) || (node.info().is_elementwise() && node.rank() == rank);
}

class Finder {
 public:
  Finder(const Graph& graph, const PassOptions& options)
      : graph_(graph), options_(options), live_(LiveNodes(graph)), windowed_(graph.size()) {}

  std::vector<bool> Find() {
    if (!options_.windows || !IsStencil()) return windowed_;
    CountSlices();
    for (NodeId id = 0; id < graph_.size(); ++id) {
      constexpr int kMuch = 8;  // operations for each element that are saved
      if (slices_[id] < 2 || !only_slices_[id] || !graph_.node(id).info().is_elementwise())
        continue;
      const int work = WorkOfStep(id);
      windowed_[id] = work * (slices_[id] - 1) >= kMuch && work <= options_.max_body_work;
    }
    return windowed_;
  }

 private:
  bool IsStencil() const {
    if (graph_.outputs().size() != 1 || graph_.node(graph_.outputs()[0]).rank() == 0) return false;
    const int rank = graph_.node(graph_.outputs()[0]).rank();
    bool any_rows = false;
    for (NodeId id = 0; id < graph_.size(); ++id) {
      if (!live_[id]) continue;
      if (!IsOfStencil(graph_, id, rank)) return false;
      if (IsOperand(graph_, id)) continue;
      for (NodeId input : graph_.node(id).inputs) {
        if (!IsOperand(graph_, input)) continue;
        const char letter = LastLetter(graph_, input);
        if (letter != 'u' && letter != '0') return false;
        any_rows = any_rows || letter == 'u';
      }
    }
    return any_rows;
  }

  void CountSlices() {
    slices_.resize(graph_.size());
    only_slices_.assign(graph_.size(), true);
    only_slices_[graph_.outputs()[0]] = false;
    for (NodeId id = 0; id < graph_.size(); ++id) {
      if (!live_[id]) continue;
      for (NodeId input : graph_.node(id).inputs) {
        if (graph_.node(id).op == Op::k_slice)
          ++slices_[input];
        else
          only_slices_[input] = false;
      }
    }
  }

  // Operations of a step, down to what other steps hand on.
  int WorkOfStep(NodeId id) const {
    absl::flat_hash_set<NodeId> seen = {id};
    std::vector<NodeId> stack = {id};
    int work = 0;
    while (!stack.empty()) {
      const Node& node = graph_.node(stack.back());
      stack.pop_back();
      work += node.info().is_elementwise();
      for (NodeId input : node.inputs) {
        if (!windowed_[input] && seen.insert(input).second) stack.push_back(input);
      }
    }
    return work;
  }

  const Graph& graph_;
  const PassOptions& options_;
  const std::vector<bool> live_;
  std::vector<bool> windowed_, only_slices_;
  std::vector<int> slices_;  // that are read of each
};

template <typename List>
List Permuted(const List& list, const Axes& axes) {
  List permuted;
  for (int64_t axis : axes) permuted.push_back(list[axis]);
  return permuted;
}

// Permutes operands instead of the output.
class Turner {
 public:
  Turner(const Graph& in, NodeId output)
      : in_(in), output_(output), axes_(in.node(output).attrs.Ints(AttrName::k_axes)) {}

  absl::StatusOr<std::optional<NodeId>> Turn(NodeId id, const Mapping& mapping, Graph& out) {
    if (id == output_) return mapping[in_.node(id).inputs[0]];
    Inputs inputs;
    for (NodeId input : in_.node(id).inputs) {
      BL_ASSIGN_OR_RETURN(inputs.emplace_back(), Turned(mapping[input], out));
    }
    Attrs attrs = in_.node(id).attrs;
    for (AttrName name : {AttrName::k_starts, AttrName::k_steps, AttrName::k_sizes}) {
      if (attrs.Has(name)) attrs.Set(name, Shape(Permuted(attrs.Dims(name), axes_)));
    }
    return out.Add(in_.node(id).op, std::move(inputs), std::move(attrs));
  }

 private:
  absl::StatusOr<NodeId> Turned(NodeId operand, Graph& out) {
    if (out.node(operand).op != Op::k_param || out.node(operand).rank() == 0) return operand;
    const auto [found, added] = turned_.emplace(operand, operand);
    if (added) {
      BL_ASSIGN_OR_RETURN(found->second, out.Add(Op::k_permute_dims, {operand},
                                                 Attrs().Set(AttrName::k_axes, axes_)));
    }
    return found->second;
  }

  const Graph& in_;
  const NodeId output_;
  const Axes axes_;
  absl::flat_hash_map<NodeId, NodeId> turned_;
};

// Of a kernel's operand: which kernel's result it is a slice of.
struct Source {
  NodeId kernel = -1;
  int output = 0;
  std::vector<int64_t> starts;
};

Source SourceOf(const Graph& graph, NodeId operand) {
  const Node* node = &graph.node(operand);
  Source source;
  source.starts.assign(node->rank(), 0);
  for (; IsKnownSlice(*node); node = &graph.node(node->inputs[0])) {
    for (int axis = 0; axis < node->rank(); ++axis)
      source.starts[axis] += node->attrs.Dims(AttrName::k_starts)[axis].value();
  }
  if (node->op != Op::k_result) return source;
  source.kernel = node->inputs[0];
  source.output = static_cast<int>(node->attrs.Int(AttrName::k_index));
  return source;
}

// A map whose results lie in the order of its axes.
bool MayHandOn(const Graph& body) {
  if (!body.attrs().Has(AttrName::k_results) || body.attrs().Dims(AttrName::k_shape).empty())
    return false;
  const Axes& order = body.attrs().Ints(AttrName::k_results);
  return IsPointwiseMap(body) && std::is_sorted(order.begin(), order.end());
}

}  // namespace

namespace {

// A stencil's graph with its axes in the order in which its output is to lie: operands are
// permuted, not the output. nullopt: it is none, or lies so.
absl::StatusOr<std::optional<Graph>> InOrderOfOutput(const Graph& graph) {
  if (graph.outputs().size() != 1) return std::nullopt;
  const NodeId output = graph.outputs()[0];
  const Node& last = graph.node(output);
  if (last.op != Op::k_permute_dims || !graph.node(last.inputs[0]).info().is_elementwise())
    return std::nullopt;
  const std::vector<bool> live = LiveNodes(graph);
  for (NodeId id = 0; id < graph.size(); ++id) {
    const bool is_turned = graph.node(id).op == Op::k_permute_dims;
    if (id != output && live[id] && (is_turned || !IsOfStencil(graph, id, last.rank())))
      return std::nullopt;
  }
  Turner turner(graph, output);
  const auto turn = [&](NodeId id, const Mapping& mapping, Graph& out) {
    return turner.Turn(id, mapping, out);
  };
  return Rewrite(graph, turn);
}

bool HasAny(const std::vector<bool>& values) {
  return std::find(values.begin(), values.end(), true) != values.end();
}

}  // namespace

absl::StatusOr<WindowedGraph> FindWindowedValues(const Graph& graph, const PassOptions& options) {
  WindowedGraph found{std::nullopt, Finder(graph, options).Find()};
  if (HasAny(found.values)) return found;
  BL_ASSIGN_OR_RETURN(std::optional<Graph> turned, InOrderOfOutput(graph));
  if (!turned.has_value()) return found;
  std::vector<bool> values = Finder(*turned, options).Find();
  if (HasAny(values)) found = {std::move(turned), std::move(values)};
  return found;
}

std::optional<Windows> FindWindows(const Graph& graph) {
  Windows windows;
  absl::flat_hash_map<NodeId, int> number;
  const std::vector<bool> live = LiveNodes(graph);
  std::vector<bool> of_operand(graph.size());
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (!live[id]) continue;
    if (node.op != Op::k_kernel) {
      // All else is operands, views of them, results, and slices of these.
      of_operand[id] =
          node.info().is_leaf() || (node.info().is_view() && of_operand[node.inputs[0]]);
      if (of_operand[id] || node.op == Op::k_result || IsKnownSlice(node)) continue;
      return std::nullopt;
    }
    const Graph& body = node.attrs.Body();
    if (!MayHandOn(body)) return std::nullopt;
    Windows::Step step{id, {}};
    for (size_t i = 0; i < body.params().size(); ++i) {
      Source source = SourceOf(graph, node.inputs[i]);
      Windows::Operand& operand = step.operands.emplace_back();
      if (of_operand[node.inputs[i]]) continue;
      if (source.kernel < 0) return std::nullopt;
      if (body.node(body.params()[i]).shape() != body.attrs().Dims(AttrName::k_shape))
        return std::nullopt;
      operand = {number.at(source.kernel), source.output, std::move(source.starts)};
    }
    number[id] = static_cast<int>(windows.steps.size());
    windows.steps.push_back(std::move(step));
  }
  if (graph.outputs().size() != 1 || windows.steps.size() < 2) return std::nullopt;
  const Source stored = SourceOf(graph, graph.outputs()[0]);
  const bool is_last = stored.kernel == windows.steps.back().kernel &&
                       graph.node(graph.outputs()[0]).op == Op::k_result;
  return is_last ? std::optional(std::move(windows)) : std::nullopt;
}

}  // namespace broadloom

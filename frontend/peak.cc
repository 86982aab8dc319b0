// The most that a run of a plan holds at once, by walking it as execute.cc does, with strides but
// without memory: results live from the step that makes them to their last reader, and so do copies
// of reshapes that strides cannot express; copies of operands that BLAS does not take as they lie,
// partial results and the threads' scratch live for one step.
#include <algorithm>
#include <ranges>

#include "absl/container/flat_hash_map.h"
#include "frontend/bytes.h"
#include "frontend/layout.h"
#include "frontend/matmul.h"
#include "frontend/plan.h"

namespace broadloom {
namespace {

class PeakWalk {
 public:
  PeakWalk(Context& context, const Plan& plan, const Trace& trace, const Numbers& numbers)
      : plan_(plan),
        trace_(trace),
        numbers_(numbers),
        threads_(context.pool.threads()),
        forever_(static_cast<NodeId>(plan.graph.size())),
        arrays_(plan.graph.size()),
        until_(plan.last_use),
        dying_(plan.graph.size()) {}

  Peak Run() {
    FindLastReaders();
    for (NodeId id : plan_.order) {
      const int64_t passing = Visit(id);
      peak_.bytes = std::max(peak_.bytes, AddBytes(live_, passing));
      live_ -= dying_[id];
    }
    for (NodeId output : plan_.graph.outputs()) {  // numbers
      const Node& node = plan_.graph.node(output);
      if (node.info().is_leaf() && node.rank() == 0) Hold(node.dtype().size(), forever_);
    }
    peak_.bytes = std::max(peak_.bytes, live_);
    return peak_;
  }

 private:
  const Node& NodeOf(NodeId id) const { return plan_.graph.node(id); }
  Shape ShapeOf(NodeId id) const { return numbers_.Of(NodeOf(id).shape()); }

  // Views keep the memory that they show.
  void FindLastReaders() {
    for (NodeId id : std::views::reverse(plan_.order)) {
      const Node& node = NodeOf(id);
      if (node.op == Op::k_result) {
        NodeId& until = results_[{node.inputs[0], node.attrs.Int(AttrName::k_index)}];
        until = std::max(until, until_[id]);
      } else if (node.info().is_view() || plan_.in_place[id]) {
        until_[node.inputs[0]] = std::max(until_[node.inputs[0]], until_[id]);
      }
    }
  }

  void Hold(int64_t bytes, NodeId until) {
    live_ = AddBytes(live_, bytes);
    if (until == forever_)
      peak_.outputs = AddBytes(peak_.outputs, bytes);
    else
      dying_[until] = AddBytes(dying_[until], bytes);
  }

  // Returns the bytes of this step alone.
  int64_t Visit(NodeId id) {
    const Node& node = NodeOf(id);
    if (node.op == Op::k_param) {
      arrays_[id] = trace_.arrays[node.attrs.Int(AttrName::k_index)];
    } else if (node.op == Op::k_iota) {
      VisitIota(id);
    } else if (node.info().is_view()) {
      VisitView(id);
    } else {
      arrays_[id].strides = DenseStrides(ShapeOf(id), node.dtype().size());
      if (node.op == Op::k_kernel) return VisitKernel(id);
      if (node.op == Op::k_matmul) return VisitMatmul(id);
      if (node.info().is_call() && !plan_.in_place[id])
        Hold(BytesOf(ShapeOf(id), node.dtype()), until_[id]);
    }
    return 0;
  }

  // One line, whatever its shape.
  void VisitIota(NodeId id) {
    const int64_t axis = NodeOf(id).attrs.Int(AttrName::k_axis);
    arrays_[id].strides = Dims(NodeOf(id).rank(), 0);
    arrays_[id].strides[axis] = sizeof(int64_t);
    Hold(BytesOf({ShapeOf(id)[axis]}, DType::kInt64), until_[id]);
  }

  void VisitView(NodeId id) {
    const Node& node = NodeOf(id);
    const NodeId input = node.inputs[0];
    absl::StatusOr<StridedArray> view = ApplyView(
        node.op, numbers_.Of(node.attrs), node.dtype().size(), ShapeOf(input), arrays_[input]);
    if (view.ok()) {
      arrays_[id] = *std::move(view);
      return;
    }
    arrays_[id].strides = DenseStrides(ShapeOf(id), node.dtype().size());
    Hold(BytesOf(ShapeOf(id), node.dtype()), until_[id]);
  }

  int64_t VisitKernel(NodeId id) {
    const Graph& body = NodeOf(id).attrs.Body();
    for (size_t i = 0; i < body.outputs().size(); ++i) {
      const Node& output = body.node(body.outputs()[i]);
      const auto found = results_.find({id, i});
      const NodeId until = found == results_.end() ? 0 : found->second;
      Hold(BytesOf(numbers_.Of(output.shape()), output.dtype()), std::max({until, until_[id], id}));
    }
    const auto kernel = plan_.kernels.find(id);
    if (kernel == plan_.kernels.end()) return 0;
    std::vector<int64_t> extents;
    for (Extent extent : body.attrs().Dims(AttrName::k_shape))
      extents.push_back(numbers_.Of(extent));
    const Geometry geometry = kernel->second->facts.For(extents);
    return AddBytes(geometry.partial_bytes, MultiplyBytes(geometry.scratch_bytes, threads_));
  }

  int64_t VisitMatmul(NodeId id) {
    const Node& node = NodeOf(id);
    Hold(BytesOf(ShapeOf(id), node.dtype()), until_[id]);
    int64_t copies = 0;
    for (int i : {0, 1}) {
      const NodeId operand = node.inputs[i];
      copies += BytesOfCopy(node.dtype(), ShapeOf(operand), arrays_[operand], i == 0);
    }
    return copies;
  }

  const Plan& plan_;
  const Trace& trace_;
  const Numbers& numbers_;
  const int threads_;
  const NodeId forever_;  // the last reader of outputs, as in Plan
  std::vector<StridedArray> arrays_;
  std::vector<NodeId> until_;  // by node: the last reader of its memory
  absl::flat_hash_map<std::pair<NodeId, int64_t>, NodeId> results_;  // by kernel and result
  std::vector<int64_t> dying_;  // by node: bytes that it reads last
  int64_t live_ = 0;
  Peak peak_;
};

}  // namespace

Peak PeakOf(Context& context, const Plan& plan, const Trace& trace, const Numbers& numbers) {
  return PeakWalk(context, plan, trace, numbers).Run();
}

}  // namespace broadloom

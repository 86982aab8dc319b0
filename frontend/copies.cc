// Copies that a run of a plan cannot do without: of reshapes that strides cannot express, and of
// operands that BLAS does not take as they lie. Both follow from strides, so they are known before
// anything is allocated.
#include <algorithm>

#include "frontend/bytes.h"
#include "frontend/layout.h"
#include "frontend/matmul.h"
#include "frontend/plan.h"

namespace broadloom {
namespace {

// The arrays of a run without their memory: steps write theirs in C order.
class StrideWalk {
 public:
  StrideWalk(const Plan& plan, const Trace& trace, const Numbers& numbers)
      : plan_(plan), trace_(trace), numbers_(numbers), arrays_(plan.graph.size()) {}

  // Inputs must have been visited before.
  void Visit(NodeId id) {
    const Node& node = plan_.graph.node(id);
    if (node.op == Op::k_param) {
      arrays_[id] = trace_.arrays[node.attrs.Int(AttrName::k_index)];
      return;
    }
    if (node.info().is_view()) {
      absl::StatusOr<StridedArray> view =
          ApplyView(node.op, numbers_.Of(node.attrs), node.dtype().size(), ShapeOf(node.inputs[0]),
                    arrays_[node.inputs[0]]);
      if (absl::IsNotFound(view.status()))
        copies_.reshapes = AddBytes(copies_.reshapes, BytesOf(ShapeOf(id), node.dtype()));
      if (view.ok()) {
        arrays_[id] = *std::move(view);
        return;
      }
    }
    if (node.op == Op::k_matmul) CountOperands(node);
    arrays_[id].strides = DenseStrides(ShapeOf(id), node.dtype().size());
  }

  const Copies& copies() const { return copies_; }

 private:
  Shape ShapeOf(NodeId id) const { return numbers_.Of(plan_.graph.node(id).shape()); }

  void CountOperands(const Node& matmul) {
    int64_t bytes = 0;
    for (int i : {0, 1}) {
      const NodeId operand = matmul.inputs[i];
      bytes += BytesOfCopy(matmul.dtype(), ShapeOf(operand), arrays_[operand], i == 0);
    }
    copies_.operands = std::max(copies_.operands, bytes);
  }

  const Plan& plan_;
  const Trace& trace_;
  const Numbers& numbers_;
  std::vector<StridedArray> arrays_;
  Copies copies_;
};

bool MayCopy(const Node& node) { return node.op == Op::k_matmul || node.op == Op::k_reshape; }

}  // namespace

Copies CopiesOf(const Plan& plan, const Trace& trace, const Numbers& numbers) {
  const bool may_copy = std::any_of(plan.order.begin(), plan.order.end(),
                                    [&](NodeId id) { return MayCopy(plan.graph.node(id)); });
  if (!may_copy) return {};
  StrideWalk walk(plan, trace, numbers);
  for (NodeId id : plan.order) walk.Visit(id);
  return walk.copies();
}

}  // namespace broadloom

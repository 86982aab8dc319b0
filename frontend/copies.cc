// Copies that a run of a plan cannot do without: of reshapes that strides cannot express, and of
// operands that BLAS does not take as they lie. Both follow from strides, so they are known before
// anything is allocated.
#include <algorithm>

#include "frontend/bytes.h"
#include "frontend/layout.h"
#include "frontend/matmul.h"
#include "frontend/plan.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

// The arrays of a run without their memory.
class StrideWalk {
 public:
  StrideWalk(const Plan& plan, const Trace& trace, const Numbers& numbers)
      : plan_(plan), trace_(trace), numbers_(numbers) {}

  StridedArray Of(NodeId id) const {
    const Node& node = plan_.graph.node(id);
    if (node.op == Op::k_param) return trace_.arrays[node.attrs.Int(AttrName::k_index)];
    if (!node.info().is_view()) return Fresh(id);
    absl::StatusOr<StridedArray> view = View(id);
    return view.ok() ? *std::move(view) : Fresh(id);
  }

  // NotFound where it takes a copy.
  absl::StatusOr<StridedArray> View(NodeId id) const {
    const Node& node = plan_.graph.node(id);
    return ApplyView(node.op, numbers_.Of(node.attrs), node.dtype().size(), ShapeOf(node.inputs[0]),
                     Of(node.inputs[0]));
  }

  Shape ShapeOf(NodeId id) const { return numbers_.Of(plan_.graph.node(id).shape()); }

 private:
  // Steps write their results in C order.
  StridedArray Fresh(NodeId id) const {
    return {nullptr, 0, DenseStrides(ShapeOf(id), plan_.graph.node(id).dtype().size())};
  }

  const Plan& plan_;
  const Trace& trace_;
  const Numbers& numbers_;
};

}  // namespace

Copies CopiesOf(const Plan& plan, const Trace& trace, const Numbers& numbers) {
  const StrideWalk walk(plan, trace, numbers);
  Copies copies;
  for (NodeId id : plan.order) {
    const Node& node = plan.graph.node(id);
    if (node.op == Op::k_reshape && absl::IsNotFound(walk.View(id).status()))
      copies.reshapes = AddBytes(copies.reshapes, BytesOf(walk.ShapeOf(id), node.dtype()));
    if (node.op != Op::k_matmul) continue;
    int64_t bytes = 0;
    for (int i : {0, 1}) {
      const NodeId operand = node.inputs[i];
      bytes += BytesOfCopy(node.dtype(), walk.ShapeOf(operand), walk.Of(operand), i == 0);
    }
    copies.operands = std::max(copies.operands, bytes);
  }
  return copies;
}

}  // namespace broadloom

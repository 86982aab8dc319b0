// Matrix products, and the kernels that follow them block by block: `maximum(x @ w + bias, 0)`.
#include <algorithm>
#include <utility>

#include "frontend/layout.h"
#include "frontend/matmul.h"
#include "frontend/plan_runner.h"
#include "ir/status_macros.h"

namespace broadloom {

absl::StatusOr<StepResult> PlanRunner::Matmul(NodeId id) {
  const Node& node = graph().node(id);
  BL_ASSIGN_OR_RETURN(StridedArray result, Allocate(ShapeOf(id), node.dtype()));
  BL_ASSIGN_OR_RETURN(StridedArray a, ArrayOf(node.inputs[0]));
  BL_ASSIGN_OR_RETURN(StridedArray b, ArrayOf(node.inputs[1]));
  pending_product_ = PendingProduct{id, std::move(a), std::move(b), result};
  if (!IsBeforeItsReader(id)) BL_RETURN_IF_ERROR(Multiply());
  return StepResult{false, {}, {std::move(result)}};
}

// Whether the next step that does anything is a kernel, and the only one to read the product. One
// that overwrites inputs must know all floating-point flags before.
bool PlanRunner::IsBeforeItsReader(NodeId id) const {
  const auto at = std::find(plan_.order.begin(), plan_.order.end(), id);
  const auto next = std::find_if(at + 1, plan_.order.end(), [&](NodeId step) {
    const OpInfo& info = graph().node(step).info();
    return !info.is_leaf() || step == assignment_.overwrites_from;
  });
  return next != plan_.order.end() && graph().node(*next).op == Op::k_kernel &&
         *next != assignment_.overwrites_from && plan_.last_use[id] == *next;
}

absl::Status PlanRunner::Multiply() {
  return Multiply([](auto, auto) { return absl::OkStatus(); });
}

// What is pending, if anything is.
absl::Status PlanRunner::Multiply(BlockDone done) {
  if (!pending_product_.has_value()) return absl::OkStatus();
  const PendingProduct product = *std::exchange(pending_product_, std::nullopt);
  const Node& node = graph().node(product.id);
  return broadloom::Multiply(context_,
                             {node.dtype(), ShapeOf(node.inputs[0]), ShapeOf(node.inputs[1]),
                              ShapeOf(product.id), &product.a, &product.b, &product.result},
                             flags_, done);
}

// Each block of the product is the kernel's block of the domain: there it is read, and nothing
// that the product reads is overwritten.
bool PlanRunner::MayFollowBlocks(NodeId id, const LaunchArgs& args,
                                 const StepResult& result) const {
  if (!pending_product_.has_value() || !plan_.kernels.at(id)->is_pointwise) return false;
  const Inputs& inputs = graph().node(id).inputs;
  const Shape shape = ShapeOf(pending_product_->id);
  const auto operand = std::find(inputs.begin(), inputs.end(), pending_product_->id);
  if (operand == inputs.end() ||
      !std::equal(shape.begin(), shape.end(), args.extents.begin(), args.extents.end(),
                  [](Extent a, int64_t b) { return a.is(b); }))
    return false;
  const Dims dense = DenseStrides(shape, graph().node(pending_product_->id).dtype().size());
  const int64_t* const strides = args.strides.data() + (operand - inputs.begin()) * shape.size();
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (!shape[axis].is(1) && strides[axis] != dense[axis]) return false;
  }
  return std::none_of(result.arrays.begin(), result.arrays.end(), [&](const StridedArray& array) {
    return array.buffer == pending_product_->a.buffer || array.buffer == pending_product_->b.buffer;
  });
}

absl::Status PlanRunner::MultiplyAndLaunch(NodeId id, const LaunchArgs& args) {
  const PlannedKernel& kernel = *plan_.kernels.at(id);
  const Graph& body = graph().node(id).attrs.Body();
  BL_RETURN_IF_ERROR(kernel.Load(context_).status());
  return Multiply([&](absl::Span<const int64_t> begin, absl::Span<const int64_t> extents) {
    LaunchArgs block(args, begin, extents);
    return Launch(kernel, body, block);
  });
}

}  // namespace broadloom

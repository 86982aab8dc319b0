// Matrix products and cumulative functions, and the kernels that follow them block by block, as
// long as a block is in the cache: `maximum(x @ w + bias, 0)`, `cumulative_sum(x) * 0.5`.
#include <algorithm>
#include <utility>

#include "frontend/layout.h"
#include "frontend/matmul.h"
#include "frontend/plan_runner.h"
#include "frontend/scan.h"
#include "ir/status_macros.h"

namespace broadloom {

absl::StatusOr<StepResult> PlanRunner::Matmul(NodeId id) {
  const Node& node = graph().node(id);
  BL_ASSIGN_OR_RETURN(StridedArray result, Allocate(ShapeOf(id), node.dtype()));
  BL_ASSIGN_OR_RETURN(StridedArray a, ArrayOf(node.inputs[0]));
  BL_ASSIGN_OR_RETURN(StridedArray b, ArrayOf(node.inputs[1]));
  return PutOff({id, {std::move(a), std::move(b)}, std::move(result)});
}

absl::StatusOr<StepResult> PlanRunner::RunScan(NodeId id) {
  const Node& node = graph().node(id);
  const Shape shape = ShapeOf(id);
  BL_ASSIGN_OR_RETURN(StridedArray operand, ArrayOf(node.inputs[0]));
  StridedArray result = operand;
  result.strides = DenseStrides(shape, node.dtype().size());
  if (!assignment_.in_place[id]) {
    BL_ASSIGN_OR_RETURN(result, Allocate(shape, node.dtype()));
  }
  return PutOff({id, {std::move(operand)}, std::move(result)});
}

// Until the kernel that follows, if one does.
absl::StatusOr<StepResult> PlanRunner::PutOff(PendingStep step) {
  StepResult result{false, {}, {step.result}};
  const NodeId id = step.id;
  pending_ = std::move(step);
  if (!IsBeforeItsReader(id)) BL_RETURN_IF_ERROR(Finish());
  return result;
}

// Whether the next step that does anything is a kernel, and the only one to read the result. One
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

absl::Status PlanRunner::Finish() {
  return Finish([](auto, auto) { return absl::OkStatus(); });
}

// What is pending, if anything is.
absl::Status PlanRunner::Finish(BlockDone done) {
  if (!pending_.has_value()) return absl::OkStatus();
  const PendingStep step = *std::exchange(pending_, std::nullopt);
  const Node& node = graph().node(step.id);
  if (node.op != Op::k_matmul)
    return Scan(context_, node.op, node.dtype(), ShapeOf(step.id),
                static_cast<int>(node.attrs.Int(AttrName::k_axis)), step.operands[0], step.result,
                flags_, done);
  return Multiply(context_,
                  {node.dtype(), ShapeOf(node.inputs[0]), ShapeOf(node.inputs[1]), ShapeOf(step.id),
                   &step.operands[0], &step.operands[1], &step.result},
                  flags_, done);
}

// Whether nothing that what is pending reads later is written to by a block of `array`: it is other
// memory, or, of a scan, element by element the same.
bool PlanRunner::LeavesOperands(const StridedArray& array, const Shape& shape) const {
  return std::all_of(pending_->operands.begin(), pending_->operands.end(),
                     [&](const StridedArray& operand) {
                       const bool same = graph().node(pending_->id).op != Op::k_matmul &&
                                         array.offset == operand.offset &&
                                         HaveSameSteps(shape, array.strides, operand.strides);
                       return array.buffer != operand.buffer || same;
                     });
}

// Each block of what is pending is the kernel's block of the domain, and is read there.
bool PlanRunner::MayFollowBlocks(NodeId id, const LaunchArgs& args,
                                 const StepResult& result) const {
  if (!pending_.has_value() || !plan_.kernels.at(id)->is_pointwise) return false;
  const Inputs& inputs = graph().node(id).inputs;
  const Shape shape = ShapeOf(pending_->id);
  const auto operand = std::find(inputs.begin(), inputs.end(), pending_->id);
  if (operand == inputs.end() ||
      !std::equal(shape.begin(), shape.end(), args.extents.begin(), args.extents.end(),
                  [](Extent a, int64_t b) { return a.is(b); }))
    return false;
  const Dims dense = DenseStrides(shape, graph().node(pending_->id).dtype().size());
  const auto* const strides = args.strides.data() + (operand - inputs.begin()) * shape.size();
  return HaveSameSteps(shape, Dims(strides, strides + shape.size()), dense) &&
         std::all_of(result.arrays.begin(), result.arrays.end(),
                     [&](const StridedArray& array) { return LeavesOperands(array, shape); });
}

absl::Status PlanRunner::FinishAndLaunch(NodeId id, const LaunchArgs& args) {
  const PlannedKernel& kernel = *plan_.kernels.at(id);
  const Graph& body = graph().node(id).attrs.Body();
  BL_RETURN_IF_ERROR(kernel.Load(context_).status());
  return Finish([&](absl::Span<const int64_t> begin, absl::Span<const int64_t> extents) {
    LaunchArgs block(args, begin, extents);
    return Launch(kernel, body, block);
  });
}

}  // namespace broadloom

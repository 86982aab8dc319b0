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
  return BeginBlocks({id, {std::move(a), std::move(b)}, std::move(result)});
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
  return BeginBlocks({id, {std::move(operand)}, std::move(result)});
}

// Until the kernel that follows, if one does.
absl::StatusOr<StepResult> PlanRunner::BeginBlocks(PendingStep step) {
  StepResult result{false, {}, {step.result}};
  const NodeId id = step.id;
  pending_ = std::move(step);
  if (!assignment_.followed[id]) BL_RETURN_IF_ERROR(Finish());
  return result;
}

// What is pending, if anything is.
absl::Status PlanRunner::Finish(const BlockDone* done) {
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

// Whether each block of what is pending may be the kernel's block as soon as it is there: the plan
// says that it is, memory that nothing is written to too early.
bool PlanRunner::MayFollowBlocks(const StepResult& result) const {
  return pending_.has_value() &&
         std::all_of(result.arrays.begin(), result.arrays.end(), [&](const StridedArray& array) {
           return LeavesOperands(array, ShapeOf(pending_->id));
         });
}

absl::Status PlanRunner::FinishAndLaunch(NodeId id, const LaunchArgs& args) {
  const PlannedKernel& kernel = *plan_.kernels.at(id);
  const Graph& body = graph().node(id).attrs.Body();
  BL_RETURN_IF_ERROR(kernel.Load(context_).status());
  const auto launch = [&](absl::Span<const int64_t> begin, absl::Span<const int64_t> extents) {
    LaunchArgs block(args, begin, extents);
    return Launch(kernel, body, block);
  };
  const BlockDone done = launch;
  return Finish(&done);
}

}  // namespace broadloom

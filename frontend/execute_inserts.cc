// Inserts, and kernels that store to an insert's place by themselves.
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/plan_runner.h"
#include "ir/status_macros.h"

namespace broadloom {

// To the place of an insert, which finds everything done.
absl::StatusOr<StepResult> PlanRunner::KernelInto(NodeId id, const BufferAssignment::Into& into) {
  const Node &node = graph().node(id), &insert = graph().node(into.insert);
  const bool in_place = assignment_.in_place[into.insert];
  const Shape shape = numbers_.Of(insert.shape());
  BL_ASSIGN_OR_RETURN(StridedArray target, ArrayOf(insert.inputs[0]));
  if (!in_place) {
    BL_ASSIGN_OR_RETURN(target, DenseCopy(shape, insert.dtype(), target));
  }
  BL_ASSIGN_OR_RETURN(StridedArray place, ApplyView(Op::k_slice, numbers_.Of(insert.attrs),
                                                    insert.dtype().size(), shape, target));
  StepResult result{false, {}, {place}};
  const PlannedKernel& kernel = *plan_.kernels.at(id);
  if (into.staged) {
    BL_RETURN_IF_ERROR(StageInto(id, place, into.stages));
  } else if (NumElements(ShapeOf(insert.inputs[1])) != 0) {
    BL_RETURN_IF_ERROR(Launch(kernel, node.attrs.Body(), node.inputs, result, true));
  }
  placed_[into.insert] = std::move(target);
  return result;
}

absl::Status PlanRunner::StageInto(NodeId id, const StridedArray& place, const Stages& stages) {
  const Node& node = graph().node(id);
  const Graph& body = node.attrs.Body();
  const PlannedKernel& kernel = *plan_.kernels.at(id);
  const Node& output = body.node(body.outputs()[0]);
  const Shape shape = numbers_.Of(output.shape());
  LaunchArgs args;
  BL_RETURN_IF_ERROR(AddOperands(kernel, body, node.inputs, args));
  args.Add(place, output.shape(), shape, output.dtype().size());
  AddScalars(absl::MakeConstSpan(node.inputs).subspan(body.params().size()), args);
  BL_ASSIGN_OR_RETURN(const LoadedKernel* loaded, kernel.Load(context_));
  return LaunchStaged(
      context_, {*loaded, kernel.facts, args, place, shape, output.dtype().size(), stages}, flags_);
}

absl::StatusOr<StepResult> PlanRunner::Insert(NodeId id) {
  if (const auto placed = placed_.find(id); placed != placed_.end())
    return StepResult{false, {}, {std::move(placed->second)}};
  if (const auto* together = TogetherOf(id)) return InsertTogether(id, *together);
  const Node& node = graph().node(id);
  const Shape shape = numbers_.Of(node.shape()), region = ShapeOf(node.inputs[1]);
  const int64_t itemsize = node.dtype().size();
  BL_ASSIGN_OR_RETURN(StridedArray result, ArrayOf(node.inputs[0]));
  BL_ASSIGN_OR_RETURN(StridedArray value, ArrayOf(node.inputs[1]));
  if (!assignment_.in_place[id]) {
    BL_ASSIGN_OR_RETURN(result, DenseCopy(shape, node.dtype(), result));
  }
  BL_ASSIGN_OR_RETURN(const StridedArray place,
                      ApplyView(Op::k_slice, numbers_.Of(node.attrs), itemsize, shape, result));
  if (value.buffer == place.buffer && !HaveSameSteps(region, place.strides, value.strides)) {
    BL_ASSIGN_OR_RETURN(value, DenseCopy(region, node.dtype(), value));
  }
  const Strided to{AddressOf(place), place.strides}, from{AddressOf(value), value.strides};
  value.buffer == place.buffer ? MoveInParallel(context_, region, itemsize, to, from)
                               : CopyInParallel(context_, region, itemsize, to, from);
  return StepResult{false, {}, {std::move(result)}};
}

absl::StatusOr<StridedArray> PlanRunner::DenseCopy(const Shape& shape, DType dtype,
                                                   const StridedArray& from) {
  BL_ASSIGN_OR_RETURN(StridedArray to, Allocate(shape, dtype));
  CopyInParallel(context_, shape, dtype.size(), {AddressOf(to), to.strides},
                 {AddressOf(from), from.strides});
  return to;
}

}  // namespace broadloom

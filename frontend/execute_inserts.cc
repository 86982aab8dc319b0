// Inserts, and kernels that store to an insert's place by themselves.
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/plan_runner.h"
#include "ir/status_macros.h"

namespace broadloom {

// What an insert writes to that does not write to its operand.
absl::StatusOr<StridedArray> PlanRunner::TargetOf(NodeId insert, const StridedArray& from) {
  const DType dtype = graph().node(insert).dtype();
  return assignment_.covered[insert] ? Allocate(ShapeOf(insert), dtype)
                                     : DenseCopy(ShapeOf(insert), dtype, from);
}

// To the places of inserts, which find everything done.
absl::StatusOr<StepResult> PlanRunner::KernelInto(NodeId id, const BufferAssignment::Into& into) {
  BL_ASSIGN_OR_RETURN(StridedArray target, ArrayOf(graph().node(into.first).inputs[0]));
  if (!assignment_.in_place[into.first]) {
    BL_ASSIGN_OR_RETURN(target, TargetOf(into.first, target));
  }
  StepResult result;
  bool any = false;
  for (NodeId stores : into.inserts) {
    const Node& insert = graph().node(stores);
    BL_ASSIGN_OR_RETURN(StridedArray place,
                        ApplyView(Op::k_slice, numbers_.Of(insert.attrs), insert.dtype().size(),
                                  ShapeOf(stores), target));
    result.arrays.push_back(std::move(place));
    any = any || NumElements(ShapeOf(insert.inputs[1])) != 0;
    placed_[stores] = target;
  }
  if (into.staged) {
    BL_RETURN_IF_ERROR(StageInto(id, result.arrays[0], into.stages));
  } else if (any) {
    BL_RETURN_IF_ERROR(Launch(id, result, !into.fresh));
  }
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

// All of the memory in which the operand lies. The next insert finds everything done.
absl::StatusOr<StepResult> PlanRunner::Rotate(NodeId insert,
                                              const BufferAssignment::Rotation& rotation) {
  const Node& node = graph().node(insert);
  const Shape shape = numbers_.Of(node.shape());
  BL_ASSIGN_OR_RETURN(StridedArray array, ArrayOf(node.inputs[1]));
  array.offset = 0;
  array.strides = DenseStrides(shape, node.dtype().size());
  int64_t lines = 1;
  for (int64_t axis = 0; axis < rotation.axis; ++axis) lines *= shape[axis].value();
  const int64_t length = *NumElements(shape) / lines;
  const int64_t places = length / shape[rotation.axis].value();  // of the axes inside
  RotateInParallel(context_, node.dtype().size(), lines, length, rotation.shift * places,
                   AddressOf(array));
  placed_[rotation.next] = array;
  return StepResult{false, {}, {std::move(array)}};
}

absl::StatusOr<StepResult> PlanRunner::Insert(NodeId id) {
  if (const auto placed = placed_.find(id); placed != placed_.end())
    return StepResult{false, {}, {std::move(placed->second)}};
  if (const auto* together = TogetherOf(id)) return InsertTogether(id, *together);
  if (const auto rotation = assignment_.rotations.find(id); rotation != assignment_.rotations.end())
    return Rotate(id, rotation->second);
  const Node& node = graph().node(id);
  const Shape shape = numbers_.Of(node.shape()), region = ShapeOf(node.inputs[1]);
  const int64_t itemsize = node.dtype().size();
  BL_ASSIGN_OR_RETURN(StridedArray result, ArrayOf(node.inputs[0]));
  BL_ASSIGN_OR_RETURN(StridedArray value, ArrayOf(node.inputs[1]));
  if (!assignment_.in_place[id]) {
    BL_ASSIGN_OR_RETURN(result, TargetOf(id, result));
  }
  BL_ASSIGN_OR_RETURN(const StridedArray place,
                      ApplyView(Op::k_slice, numbers_.Of(node.attrs), itemsize, shape, result));
  const bool meet = value.buffer == place.buffer && !assignment_.apart[id];
  if (meet && !HaveSameSteps(region, place.strides, value.strides)) {
    BL_ASSIGN_OR_RETURN(value, DenseCopy(region, node.dtype(), value));
  }
  const bool moves = meet && value.buffer == place.buffer;
  const Strided to{AddressOf(place), place.strides}, from{AddressOf(value), value.strides};
  moves ? MoveInParallel(context_, region, itemsize, to, from)
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

// Matrix products and cumulative functions, and the kernels that make what these read, or follow
// them, block by block, as long as a block is in the cache: `maximum(x @ w + bias, 0)`,
// `cumulative_sum(x * y) * 0.5`.
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
absl::Status PlanRunner::Finish() {
  if (!pending_.has_value()) return absl::OkStatus();
  const PendingStep step = *std::exchange(pending_, std::nullopt);
  return IsScan(step.id) ? FinishScan(step, nullptr) : FinishProduct(step, nullptr);
}

absl::Status PlanRunner::FinishProduct(const PendingStep& step, const BlockDone* done) {
  const Node& node = graph().node(step.id);
  return Multiply(context_,
                  {node.dtype(), ShapeOf(node.inputs[0]), ShapeOf(node.inputs[1]), ShapeOf(step.id),
                   &step.operands[0], &step.operands[1], &step.result},
                  flags_, done);
}

// Launches a pointwise kernel for a block, of which some operands, or results, lie elsewhere.
absl::Status PlanRunner::LaunchBlock(NodeId id, const LaunchArgs& args, const Elsewhere& elsewhere,
                                     absl::Span<const int64_t> begin,
                                     absl::Span<const int64_t> extents) {
  const Graph& body = graph().node(id).attrs.Body();
  LaunchArgs block(args, begin, extents);
  const auto results = block.pointers.begin() + body.params().size();
  if (std::find(results, block.pointers.end(), elsewhere.block) != block.pointers.end())
    block.tuning[kTuneStream] = 0;  // where it is read
  for (const size_t pointer : elsewhere.pointers) {
    block.pointers[pointer] = elsewhere.block;
    std::copy(elsewhere.strides.begin(), elsewhere.strides.end(),
              block.strides.begin() + static_cast<int64_t>(pointer * extents.size()));
  }
  return Launch(*plan_.kernels.at(id), body, block);
}

absl::Status PlanRunner::FinishScan(const PendingStep& step, const ScanBlock* done) {
  const Node& node = graph().node(step.id);
  const auto run = [&](const ScanBlock* wanted) {
    return Scan(context_, node.op, node.dtype(), ShapeOf(step.id),
                static_cast<int>(node.attrs.Int(AttrName::k_axis)), step.operands[0], step.result,
                flags_, {wanted, done});
  };
  if (!leading_.has_value()) return run(nullptr);
  const Leading leading = *std::exchange(leading_, std::nullopt);
  BL_RETURN_IF_ERROR(plan_.kernels.at(leading.kernel)->Load(context_).status());
  const size_t result = leading.args.pointers.size() - 1;
  const auto launch = [&](absl::Span<const int64_t> begin, absl::Span<const int64_t> extents,
                          char* block, absl::Span<const int64_t> strides) {
    return LaunchBlock(leading.kernel, leading.args, {{result}, block, strides}, begin, extents);
  };
  const ScanBlock wanted = launch;
  return run(&wanted);
}

bool PlanRunner::IsScan(NodeId id) const {
  return graph().node(id).info().op_class == OpClass::kScan;
}

// Whether nothing that what is pending reads later is written to by a block of `array`: it is other
// memory, or, but of a product, element by element the same.
bool PlanRunner::LeavesOperands(const StridedArray& array, const Shape& shape) const {
  return std::all_of(pending_->operands.begin(), pending_->operands.end(),
                     [&](const StridedArray& operand) {
                       const bool same = IsScan(pending_->id) && array.offset == operand.offset &&
                                         HaveSameSteps(shape, array.strides, operand.strides);
                       return array.buffer != operand.buffer || same;
                     });
}

// The same of the kernel that leads it. How its launch walks its operands tells: what repeats along
// an axis is read again for other blocks.
bool PlanRunner::LeavesLeader(const StridedArray& array, const Shape& shape) const {
  if (!leading_.has_value()) return true;
  const LaunchArgs& args = leading_->args;
  for (size_t i = 0; i < args.held.size(); ++i) {
    const auto strides = absl::MakeConstSpan(args.strides).subspan(i * shape.size(), shape.size());
    const bool same = args.pointers[i] == AddressOf(array) &&
                      HaveSameSteps(shape, array.strides, {strides.begin(), strides.end()});
    if (array.buffer == args.held[i].buffer && !same) return false;
  }
  return true;
}

// Whether each block of what is pending may be the kernel's block as soon as it is there: the plan
// says that it is, memory that nothing is written to too early.
bool PlanRunner::MayFollowBlocks(const StepResult& result) const {
  return pending_.has_value() &&
         std::all_of(result.arrays.begin(), result.arrays.end(), [&](const StridedArray& array) {
           const Shape shape = ShapeOf(pending_->id);
           return LeavesOperands(array, shape) && LeavesLeader(array, shape);
         });
}

// What is pending and, block by block, the kernel that follows it.
absl::Status PlanRunner::FinishAndLaunch(NodeId id, const LaunchArgs& args) {
  const PendingStep step = *std::exchange(pending_, std::nullopt);
  const Graph& body = graph().node(id).attrs.Body();
  BL_RETURN_IF_ERROR(plan_.kernels.at(id)->Load(context_).status());
  if (!IsScan(step.id)) {
    const auto launch = [&](absl::Span<const int64_t> begin, absl::Span<const int64_t> extents) {
      return LaunchBlock(id, args, {}, begin, extents);
    };
    const BlockDone done = launch;
    return FinishProduct(step, &done);
  }
  absl::InlinedVector<size_t, 2> operands;
  for (size_t i = 0; i < body.params().size(); ++i) {
    if (graph().node(id).inputs[i] == step.id) operands.push_back(i);
  }
  const auto launch = [&](absl::Span<const int64_t> begin, absl::Span<const int64_t> extents,
                          char* block, absl::Span<const int64_t> strides) {
    return LaunchBlock(id, args, {operands, block, strides}, begin, extents);
  };
  const ScanBlock done = launch;
  return FinishScan(step, &done);
}

}  // namespace broadloom

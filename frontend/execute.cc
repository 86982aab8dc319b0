// Walks a planned graph once: views become strides, kernels and matrix products are launched,
// everything is dropped after its last reader.
#include <cstring>

#include "absl/strings/str_cat.h"
#include "frontend/float_errors.h"
#include "frontend/float_flags.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/plan_runner.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

// What evaluations look at that must not be cancelled.
constexpr int32_t kNever = 0;

}  // namespace

// Nothing can fail once inputs are overwritten: not even the compiler.
absl::Status PlanRunner::LoadAll() {
  for (const auto& [id, kernel] : plan_.kernels) {
    if (!assignment_.unseen[id]) BL_RETURN_IF_ERROR(kernel->Load(context_).status());
  }
  return absl::OkStatus();
}

// Unless something was raised already, for which the inputs must stay as they are.
absl::Status PlanRunner::BeginToOverwrite() {
  if (MaySpeak(trace_) && IsRaised(flags_.load()))
    return absl::FailedPreconditionError("a flag was raised before inputs are overwritten");
  overwrote_ = true;
  cancelled_ = &kNever;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StridedArray>> PlanRunner::Run() {
  if (assignment_.overwrites_from >= 0) BL_RETURN_IF_ERROR(LoadAll());
  for (NodeId id : plan_.order) {
    if (__atomic_load_n(cancelled_, __ATOMIC_RELAXED) != 0)
      return absl::CancelledError("the evaluation was cancelled");
    if (id == assignment_.overwrites_from) BL_RETURN_IF_ERROR(BeginToOverwrite());
    BL_RETURN_IF_ERROR(Step(id));
    DropInputs(id);
  }
  std::vector<StridedArray> outputs;
  outputs.reserve(graph().outputs().size());
  for (NodeId output : graph().outputs()) {
    BL_ASSIGN_OR_RETURN(StridedArray array, ArrayOf(output));
    outputs.push_back(std::move(array));
  }
  return outputs;
}

absl::Status PlanRunner::Step(NodeId id) {
  const Node& node = graph().node(id);
  const auto store = [&](absl::StatusOr<StepResult> value) -> absl::Status {
    BL_ASSIGN_OR_RETURN(values_[id], std::move(value));
    return absl::OkStatus();
  };
  if (plan_.IsWindow(id)) {
    values_[id].arrays = {StridedArray()};
    return absl::OkStatus();
  }
  if (node.op == Op::k_result) {
    values_[id].arrays = {values_[node.inputs[0]].arrays[node.attrs.Int(AttrName::k_index)]};
    return absl::OkStatus();
  }
  if (node.op == Op::k_iota) return store(Iota(node));
  if (node.info().is_leaf()) return store(Leaf(node));
  if (node.info().is_view()) return store(View(node));
  if (node.op == Op::k_kernel) return store(Kernel(id));
  if (node.op == Op::k_matmul) return store(Matmul(id));
  if (node.info().op_class == OpClass::kScan) return store(RunScan(id));
  if (node.op == Op::k_insert) return store(Insert(id));
  if (node.op == Op::k_scatter) return store(Scatter(id));
  return absl::InternalError(
      absl::StrCat("the plan left ", node.info().name, " outside of kernels"));
}

absl::StatusOr<StepResult> PlanRunner::Leaf(const Node& node) {
  StepResult value;
  value.is_number = node.op != Op::k_param;
  if (node.op == Op::k_param) value.arrays = {trace_.ParamArray(node.attrs.Int(AttrName::k_index))};
  if (node.op == Op::k_scalar)
    value.number = trace_.nodes[trace_.scalars[node.attrs.Int(AttrName::k_index)]].expr->scalar;
  if (node.op == Op::k_constant) value.number = node.attrs.Value(AttrName::k_value);
  if (node.op == Op::k_extent)
    value.number = MakeIntScalar(DType::kInt64, numbers_.Of(node.attrs.Dim(AttrName::k_dim)));
  return value;
}

absl::StatusOr<StepResult> PlanRunner::View(const Node& node) {
  BL_ASSIGN_OR_RETURN(StridedArray from, ArrayOf(node.inputs[0]));
  const Shape shape = ShapeOf(node.inputs[0]);
  const Attrs attrs = numbers_.Of(node.attrs);
  absl::StatusOr<StridedArray> view = ApplyView(node.op, attrs, node.dtype().size(), shape, from);
  if (absl::IsNotFound(view.status())) {
    BL_ASSIGN_OR_RETURN(from, DenseCopy(shape, node.dtype(), from));
    view = ApplyView(node.op, attrs, node.dtype().size(), shape, from);
  }
  BL_RETURN_IF_ERROR(view.status());
  return StepResult{false, {}, {*std::move(view)}};
}

absl::StatusOr<StepResult> PlanRunner::Iota(const Node& node) {
  const Shape shape = numbers_.Of(node.shape());
  const int64_t axis = node.attrs.Int(AttrName::k_axis), extent = shape[axis].value();
  BL_ASSIGN_OR_RETURN(StridedArray line, Allocate({extent}, DType::kInt64));
  auto* numbers = reinterpret_cast<int64_t*>(AddressOf(line));
  for (int64_t i = 0; i < extent; ++i) numbers[i] = i;
  Dims strides(shape.size(), 0);
  strides[axis] = sizeof(int64_t);
  line.strides = strides;
  return StepResult{false, {}, {std::move(line)}};
}

absl::StatusOr<StridedArray> PlanRunner::ArrayOf(NodeId id) {
  const StepResult& value = values_[id];
  if (!value.is_number) return value.arrays[0];
  BL_ASSIGN_OR_RETURN(StridedArray array, Allocate({}, value.number.dtype));
  std::memcpy(AddressOf(array), &value.number.bits, value.number.dtype.size());
  return array;
}

// In C order.
absl::StatusOr<StridedArray> PlanRunner::Allocate(const Shape& shape, DType dtype) {
  const int64_t bytes = NumElements(shape).value_or(INT64_MAX / 8) * dtype.size();
  BL_ASSIGN_OR_RETURN(std::shared_ptr<Buffer> buffer, context_.allocator.Allocate(bytes));
  return StridedArray{std::move(buffer), 0, DenseStrides(shape, dtype.size())};
}

void PlanRunner::DropInputs(NodeId id) {
  for (NodeId input : graph().node(id).inputs) {
    if (plan_.last_use[input] == id) values_[input] = StepResult();
  }
}

absl::StatusOr<std::vector<StridedArray>> Execute(Context& context, const Plan& plan,
                                                  const Trace& trace, const Numbers& numbers,
                                                  const BufferAssignment& assignment,
                                                  const int32_t* cancelled, FloatFlags& flags,
                                                  bool& overwrote) {
  return PlanRunner(context, plan, trace, numbers, assignment, cancelled, flags, overwrote).Run();
}

}  // namespace broadloom

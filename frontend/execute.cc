// Walks a planned graph once: views become strides, kernels and matrix products are launched,
// everything is dropped after its last reader.
#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "frontend/buffer_assignment.h"
#include "frontend/dump.h"
#include "frontend/float_errors.h"
#include "frontend/float_flags.h"
#include "frontend/launch_args.h"
#include "frontend/layout.h"
#include "frontend/matmul.h"
#include "frontend/memory.h"
#include "frontend/plan.h"
#include "frontend/scan.h"
#include "frontend/scatter_rows.h"
#include "ir/status_macros.h"
#include "runtime/launch.h"
#include "runtime/machine.h"

namespace broadloom {
namespace {

// What a node stands for at run time: a number, or the arrays that a step has computed (others: one
// array).
struct Value {
  bool is_number = false;
  Scalar number;
  absl::InlinedVector<StridedArray, 1> arrays;
};

// What evaluations look at that must not be cancelled.
constexpr int32_t kNever = 0;

class PlanRunner {
 public:
  PlanRunner(Context& context, const Plan& plan, const Trace& trace, const Numbers& numbers,
             const BufferAssignment& assignment, const int32_t* cancelled, FloatFlags& flags,
             bool& overwrote)
      : context_(context),
        plan_(plan),
        trace_(trace),
        numbers_(numbers),
        assignment_(assignment),
        overwrote_(overwrote),
        cancelled_(cancelled),
        flags_(flags),
        values_(plan.graph.size()) {}
  absl::StatusOr<std::vector<StridedArray>> Run();

 private:
  const Graph& graph() const { return plan_.graph; }
  Shape ShapeOf(NodeId id) const { return numbers_.Of(graph().node(id).shape()); }

  absl::Status LoadAll();
  absl::Status BeginToOverwrite();
  absl::Status Step(NodeId id);
  absl::StatusOr<Value> Leaf(const Node& node);
  absl::StatusOr<Value> View(const Node& node);
  absl::StatusOr<Value> Iota(const Node& node);
  absl::StatusOr<Value> Kernel(NodeId id);
  absl::StatusOr<Value> KernelInto(NodeId id, const BufferAssignment::Into& into);
  absl::Status StageInto(NodeId id, const StridedArray& place, const Stages& stages);
  absl::StatusOr<Value> Matmul(const Node& node);
  absl::StatusOr<Value> RunScan(NodeId id);
  absl::StatusOr<Value> Insert(NodeId id);
  absl::StatusOr<Value> Scatter(NodeId id);
  absl::Status Launch(const PlannedKernel& kernel, const Graph& body, const Inputs& inputs,
                      Value& result, bool over);
  absl::Status AddOperands(const PlannedKernel& kernel, const Graph& body, const Inputs& inputs,
                           LaunchArgs& args);
  void AddResults(const Graph& body, const Value& result, LaunchArgs& args);
  void AddScalars(absl::Span<const NodeId> inputs, LaunchArgs& args);
  absl::Status Run(const LoadedKernel& kernel, const Geometry& geometry, LaunchArgs& args);
  absl::StatusOr<StridedArray> ArrayOf(NodeId id);  // a number becomes an array of rank 0
  absl::StatusOr<StridedArray> Allocate(const Shape& shape, DType dtype);
  absl::StatusOr<StridedArray> DenseCopy(const Shape& shape, DType dtype, const StridedArray& from);
  void DropInputs(NodeId id);

  Context& context_;
  const Plan& plan_;
  const Trace& trace_;
  const Numbers& numbers_;
  const BufferAssignment& assignment_;
  bool& overwrote_;
  const int32_t* cancelled_;
  FloatFlags& flags_;
  std::vector<Value> values_;
  absl::flat_hash_map<NodeId, StridedArray> placed_;  // by insert: its result, done by a kernel
};

// Nothing can fail once inputs are overwritten: not even the compiler.
absl::Status PlanRunner::LoadAll() {
  for (const auto& [id, kernel] : plan_.kernels)
    BL_RETURN_IF_ERROR(kernel->Load(context_).status());
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
  for (NodeId output : graph().outputs()) {
    BL_ASSIGN_OR_RETURN(StridedArray array, ArrayOf(output));
    outputs.push_back(std::move(array));
  }
  return outputs;
}

absl::Status PlanRunner::Step(NodeId id) {
  const Node& node = graph().node(id);
  const auto store = [&](absl::StatusOr<Value> value) -> absl::Status {
    BL_ASSIGN_OR_RETURN(values_[id], std::move(value));
    return absl::OkStatus();
  };
  if (node.op == Op::k_result) {
    values_[id].arrays = {values_[node.inputs[0]].arrays[node.attrs.Int(AttrName::k_index)]};
    return absl::OkStatus();
  }
  if (node.op == Op::k_iota) return store(Iota(node));
  if (node.info().is_leaf()) return store(Leaf(node));
  if (node.info().is_view()) return store(View(node));
  if (node.op == Op::k_kernel) return store(Kernel(id));
  if (node.op == Op::k_matmul) return store(Matmul(node));
  if (node.info().op_class == OpClass::kScan) return store(RunScan(id));
  if (node.op == Op::k_insert) return store(Insert(id));
  if (node.op == Op::k_scatter) return store(Scatter(id));
  return absl::InternalError(
      absl::StrCat("the plan left ", node.info().name, " outside of kernels"));
}

absl::StatusOr<Value> PlanRunner::Leaf(const Node& node) {
  Value value;
  value.is_number = node.op != Op::k_param;
  if (node.op == Op::k_param) value.arrays = {trace_.arrays[node.attrs.Int(AttrName::k_index)]};
  if (node.op == Op::k_scalar)
    value.number = trace_.nodes[trace_.scalars[node.attrs.Int(AttrName::k_index)]].expr->scalar;
  if (node.op == Op::k_constant) value.number = node.attrs.Value(AttrName::k_value);
  if (node.op == Op::k_extent)
    value.number = MakeIntScalar(DType::kInt64, numbers_.Of(node.attrs.Dim(AttrName::k_dim)));
  return value;
}

absl::StatusOr<Value> PlanRunner::View(const Node& node) {
  BL_ASSIGN_OR_RETURN(StridedArray from, ArrayOf(node.inputs[0]));
  const Shape shape = ShapeOf(node.inputs[0]);
  const Attrs attrs = numbers_.Of(node.attrs);
  absl::StatusOr<StridedArray> view = ApplyView(node.op, attrs, node.dtype().size(), shape, from);
  if (absl::IsNotFound(view.status())) {
    BL_ASSIGN_OR_RETURN(from, DenseCopy(shape, node.dtype(), from));
    view = ApplyView(node.op, attrs, node.dtype().size(), shape, from);
  }
  BL_RETURN_IF_ERROR(view.status());
  return Value{false, {}, {*std::move(view)}};
}

absl::StatusOr<Value> PlanRunner::Iota(const Node& node) {
  const Shape shape = numbers_.Of(node.shape());
  const int64_t axis = node.attrs.Int(AttrName::k_axis), extent = shape[axis].value();
  BL_ASSIGN_OR_RETURN(StridedArray line, Allocate({extent}, DType::kInt64));
  auto* numbers = reinterpret_cast<int64_t*>(AddressOf(line));
  for (int64_t i = 0; i < extent; ++i) numbers[i] = i;
  Dims strides(shape.size(), 0);
  strides[axis] = sizeof(int64_t);
  line.strides = strides;
  return Value{false, {}, {std::move(line)}};
}

absl::StatusOr<StridedArray> PlanRunner::ArrayOf(NodeId id) {
  const Value& value = values_[id];
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

absl::StatusOr<StridedArray> PlanRunner::DenseCopy(const Shape& shape, DType dtype,
                                                   const StridedArray& from) {
  BL_ASSIGN_OR_RETURN(StridedArray to, Allocate(shape, dtype));
  CopyInParallel(context_, shape, dtype.size(), {AddressOf(to), to.strides},
                 {AddressOf(from), from.strides});
  return to;
}

absl::StatusOr<Value> PlanRunner::Kernel(NodeId id) {
  const Node& node = graph().node(id);
  const Graph& body = node.attrs.Body();
  const PlannedKernel& kernel = *plan_.kernels.at(id);
  if (const auto into = assignment_.into.find(id); into != assignment_.into.end()) {
    return KernelInto(id, into->second);
  }
  const auto over = assignment_.over.find(id);
  Value result;
  bool any = false;
  for (size_t i = 0; i < body.outputs().size(); ++i) {
    const Node& output = body.node(body.outputs()[i]);
    const Shape shape = numbers_.Of(output.shape());
    const Dims strides = StridesOfResult(body, i, shape, output.dtype().size());
    const int operand = over == assignment_.over.end() ? -1 : over->second[i];
    BL_ASSIGN_OR_RETURN(StridedArray array, operand < 0 ? Allocate(shape, output.dtype())
                                                        : ArrayOf(node.inputs[operand]));
    array.strides = strides;
    any = any || NumElements(shape) != 0;
    result.arrays.push_back(std::move(array));
  }
  if (any)
    BL_RETURN_IF_ERROR(Launch(kernel, body, node.inputs, result, over != assignment_.over.end()));
  return result;
}

// To the place of an insert, which finds everything done.
absl::StatusOr<Value> PlanRunner::KernelInto(NodeId id, const BufferAssignment::Into& into) {
  const Node &node = graph().node(id), &insert = graph().node(into.insert);
  const bool in_place = assignment_.in_place[into.insert];
  const Shape shape = numbers_.Of(insert.shape());
  BL_ASSIGN_OR_RETURN(StridedArray target, ArrayOf(insert.inputs[0]));
  if (!in_place) {
    BL_ASSIGN_OR_RETURN(target, DenseCopy(shape, insert.dtype(), target));
  }
  BL_ASSIGN_OR_RETURN(StridedArray place, ApplyView(Op::k_slice, numbers_.Of(insert.attrs),
                                                    insert.dtype().size(), shape, target));
  Value result{false, {}, {place}};
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

constexpr int64_t kLine = 64;

// Every row starts at a multiple of a cache line.
bool IsAligned(const StridedArray& array, int64_t itemsize) {
  return reinterpret_cast<uintptr_t>(AddressOf(array)) % kLine == 0 &&
         std::all_of(array.strides.begin(), array.strides.end(),
                     [&](int64_t stride) { return stride == itemsize || stride % kLine == 0; });
}

// Each row of one starts as far from a cache line as the other's.
bool Agree(const StridedArray& a, const StridedArray& b) {
  const auto offset = [](const StridedArray& x) {
    return reinterpret_cast<uintptr_t>(AddressOf(x)) % kLine;
  };
  return offset(a) == offset(b) && a.strides == b.strides;
}

absl::Status PlanRunner::AddOperands(const PlannedKernel& kernel, const Graph& body,
                                     const Inputs& inputs, LaunchArgs& args) {
  for (Extent extent : body.attrs().Dims(AttrName::k_shape))
    args.extents.push_back(numbers_.Of(extent));
  for (size_t i = 0; i < body.params().size(); ++i) {
    const Node& param = body.node(body.params()[i]);
    BL_ASSIGN_OR_RETURN(StridedArray array, ArrayOf(inputs[i]));
    args.Add(array, param.shape(), numbers_.Of(param.shape()), param.dtype().size(),
             kernel.picked[i]);
    args.held.push_back(std::move(array));
  }
  return absl::OkStatus();
}

void PlanRunner::AddResults(const Graph& body, const Value& result, LaunchArgs& args) {
  bool aligned = true, alike = true, large = true;
  for (size_t i = 0; i < result.arrays.size(); ++i) {
    const Node& output = body.node(body.outputs()[i]);
    const int64_t itemsize = output.dtype().size();
    const Shape shape = numbers_.Of(output.shape());
    args.Add(result.arrays[i], output.shape(), shape, itemsize);
    aligned = aligned && IsAligned(result.arrays[i], itemsize);
    alike = alike && Agree(result.arrays[i], result.arrays[0]);
    large = large && *NumElements(shape) * itemsize > ThisMachine().llc / 2;
  }
  args.tuning[kTuneStream] = large && (aligned || alike);
}

void PlanRunner::AddScalars(absl::Span<const NodeId> inputs, LaunchArgs& args) {
  for (NodeId input : inputs) {
    const Value& value = values_[input];
    uint64_t bits = value.number.bits;
    if (!value.is_number) {
      std::memcpy(&bits, AddressOf(value.arrays[0]), graph().node(input).dtype().size());
    }
    args.scalars.push_back(bits);
  }
}

absl::Status PlanRunner::Launch(const PlannedKernel& kernel, const Graph& body,
                                const Inputs& inputs, Value& result, bool over) {
  LaunchArgs args;
  BL_RETURN_IF_ERROR(AddOperands(kernel, body, inputs, args));
  AddResults(body, result, args);
  if (over) args.tuning[kTuneStream] = 0;  // the lines are in the cache
  AddScalars(absl::MakeConstSpan(inputs).subspan(body.params().size()), args);
  BL_ASSIGN_OR_RETURN(const LoadedKernel* loaded, kernel.Load(context_));
  return Run(*loaded, kernel.facts.For(args.extents), args);
}

absl::Status PlanRunner::Run(const LoadedKernel& kernel, const Geometry& geometry,
                             LaunchArgs& args) {
  const absl::Time start = absl::Now();
  args.tuning[kTuneBlock] = geometry.block;
  args.tuning[kTuneSuper] = geometry.super;
  args.tuning[kTuneKeep] = geometry.keep;
  if (geometry.writes_twice) args.tuning[kTuneStream] = 0;
  std::shared_ptr<Buffer> partials;
  if (geometry.partial_bytes > 0) {
    BL_ASSIGN_OR_RETURN(partials, context_.allocator.Allocate(geometry.partial_bytes));
  }
  const Args raw{
      args.pointers.data(), args.strides.data(), args.extents.data(),
      args.scalars.data(),  args.tuning,         partials == nullptr ? nullptr : partials->data(),
      cancelled_,           args.tables.data(),  &args.fault};
  const auto phases = static_cast<size_t>(geometry.phases);
  BL_RETURN_IF_ERROR(broadloom::Launch(kernel, absl::MakeConstSpan(geometry.items.data(), phases),
                                       absl::MakeConstSpan(geometry.grain.data(), phases), raw,
                                       geometry.scratch_bytes, context_.pool, &flags_));
  if (args.fault != 0) return absl::OutOfRangeError("an index is out of bounds");
  if (context_.options.debug >= 2) {
    const double milliseconds = absl::ToDoubleMilliseconds(absl::Now() - start);
    DebugLine(context_.options, 2, absl::StrFormat("kernel took %.3f ms", milliseconds));
  }
  return absl::OkStatus();
}

absl::StatusOr<Value> PlanRunner::Matmul(const Node& node) {
  const Shape shape = numbers_.Of(node.shape());
  BL_ASSIGN_OR_RETURN(StridedArray result, Allocate(shape, node.dtype()));
  BL_ASSIGN_OR_RETURN(const StridedArray a, ArrayOf(node.inputs[0]));
  BL_ASSIGN_OR_RETURN(const StridedArray b, ArrayOf(node.inputs[1]));
  const Product product{
      node.dtype(), ShapeOf(node.inputs[0]), ShapeOf(node.inputs[1]), shape, &a, &b, &result};
  BL_RETURN_IF_ERROR(Multiply(context_, product, flags_));
  return Value{false, {}, {std::move(result)}};
}

absl::StatusOr<Value> PlanRunner::RunScan(NodeId id) {
  const Node& node = graph().node(id);
  const Shape shape = numbers_.Of(node.shape());
  BL_ASSIGN_OR_RETURN(const StridedArray operand, ArrayOf(node.inputs[0]));
  StridedArray result = operand;
  result.strides = DenseStrides(shape, node.dtype().size());
  if (!assignment_.in_place[id]) {
    BL_ASSIGN_OR_RETURN(result, Allocate(shape, node.dtype()));
  }
  const int axis = static_cast<int>(node.attrs.Int(AttrName::k_axis));
  BL_RETURN_IF_ERROR(Scan(context_, node.op, node.dtype(), shape, axis, operand, result, flags_));
  return Value{false, {}, {std::move(result)}};
}

absl::StatusOr<Value> PlanRunner::Insert(NodeId id) {
  if (const auto placed = placed_.find(id); placed != placed_.end())
    return Value{false, {}, {std::move(placed->second)}};
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
  return Value{false, {}, {std::move(result)}};
}

absl::StatusOr<Value> PlanRunner::Scatter(NodeId id) {
  const Node& node = graph().node(id);
  const Shape shape = numbers_.Of(node.shape());
  BL_ASSIGN_OR_RETURN(StridedArray result, ArrayOf(node.inputs[0]));
  if (!assignment_.in_place[id]) {
    BL_ASSIGN_OR_RETURN(result, DenseCopy(shape, node.dtype(), result));
  }
  std::vector<StridedArray> read;  // rows, then indices
  for (size_t i = 1; i < node.inputs.size(); ++i) {
    const DType dtype = graph().node(node.inputs[i]).dtype();
    const Shape own = ShapeOf(node.inputs[i]);
    BL_ASSIGN_OR_RETURN(StridedArray array, ArrayOf(node.inputs[i]));
    const bool is_loose = i > 1 && dtype.is_bool() && !IsInOrder(own, array.strides, 1);
    if (is_loose || array.buffer == result.buffer) {
      BL_ASSIGN_OR_RETURN(array, DenseCopy(own, dtype, array));
    }
    read.push_back(std::move(array));
  }
  const RowScatter scatter{AddressOf(result),
                           shape,
                           result.strides,
                           node.attrs.Ints(AttrName::k_axes),
                           AddressOf(read[0]),
                           read[0].strides,
                           ShapeOf(node.inputs[1])[0].value(),
                           node.dtype().size()};
  std::vector<IndexVector> vectors;
  for (size_t i = 1; i < read.size(); ++i)
    vectors.push_back({AddressOf(read[i]), read[i].strides[0]});
  const bool is_masked = graph().node(node.inputs[2]).dtype().is_bool();
  const bool fits = is_masked ? ScatterRowsWhere(context_, scatter, read[1])
                              : ScatterRows(context_, scatter, vectors);
  if (!fits) return absl::OutOfRangeError("an index is out of bounds, or a mask is not like rows");
  return Value{false, {}, {std::move(result)}};
}

void PlanRunner::DropInputs(NodeId id) {
  for (NodeId input : graph().node(id).inputs) {
    if (plan_.last_use[input] == id) values_[input] = Value();
  }
}

}  // namespace

absl::StatusOr<std::vector<StridedArray>> Execute(Context& context, const Plan& plan,
                                                  const Trace& trace, const Numbers& numbers,
                                                  const BufferAssignment& assignment,
                                                  const int32_t* cancelled, FloatFlags& flags,
                                                  bool& overwrote) {
  return PlanRunner(context, plan, trace, numbers, assignment, cancelled, flags, overwrote).Run();
}

}  // namespace broadloom

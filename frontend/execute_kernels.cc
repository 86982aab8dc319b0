// Launches of a plan's kernels.
#include <algorithm>
#include <cstring>
#include <optional>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "frontend/dump.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/plan_runner.h"
#include "ir/status_macros.h"
#include "runtime/launch.h"

namespace broadloom {
namespace {

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

}  // namespace

absl::StatusOr<StepResult> PlanRunner::Kernel(NodeId id) {
  const Node& node = graph().node(id);
  const Graph& body = node.attrs.Body();
  if (assignment_.unseen[id]) return StepResult{false, {}, {StridedArray()}};
  if (const auto into = assignment_.into.find(id); into != assignment_.into.end())
    return KernelInto(id, into->second);
  const BufferAssignment::Together* const together = TogetherOf(id);
  if (together != nullptr && together->writes[0].insert >= 0) {
    BL_RETURN_IF_ERROR(PutOff(id));
    return StepResult{false, {}, {StridedArray()}};
  }
  BL_RETURN_IF_ERROR(CopyOperands(id));
  const auto over = assignment_.over.find(id);
  StepResult result;
  bool any = false;
  for (size_t i = 0; i < body.outputs().size(); ++i) {
    const Node& output = body.node(body.outputs()[i]);
    const Shape shape = numbers_.Of(output.shape());
    const Dims strides = StridesOfResult(body, i, shape, output.dtype().size());
    const int operand = over == assignment_.over.end() ? -1 : over->second[i];
    BL_ASSIGN_OR_RETURN(StridedArray array, operand < 0 ? Allocate(shape, output.dtype())
                                                        : ArrayOf(node.inputs[operand]));
    if (operand >= 0) array.offset = 0;  // it fills its memory
    array.strides = strides;
    any = any || NumElements(shape) != 0;
    result.arrays.push_back(std::move(array));
  }
  if (together != nullptr)
    BL_RETURN_IF_ERROR(TurnOver(id, result.arrays[0]));
  else if (any && plan_.windows.has_value())
    BL_RETURN_IF_ERROR(LaunchWindows(result));
  else if (any)
    BL_RETURN_IF_ERROR(Launch(id, result, over != assignment_.over.end()));
  return result;
}

// Nobody reads them from where they were any more.
absl::Status PlanRunner::CopyOperands(NodeId kernel) {
  const auto copied = assignment_.copied.find(kernel);
  if (copied == assignment_.copied.end()) return absl::OkStatus();
  for (int operand : copied->second) {
    const NodeId input = graph().node(kernel).inputs[operand];
    const DType dtype = graph().node(input).dtype();
    BL_ASSIGN_OR_RETURN(const StridedArray from, ArrayOf(input));
    BL_ASSIGN_OR_RETURN(values_[input].arrays[0], DenseCopy(ShapeOf(input), dtype, from));
  }
  return absl::OkStatus();
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

void PlanRunner::AddResults(const Graph& body, const StepResult& result, LaunchArgs& args) {
  bool aligned = true, alike = true, large = true;
  for (size_t i = 0; i < result.arrays.size(); ++i) {
    const Node& output = body.node(body.outputs()[i]);
    const int64_t itemsize = output.dtype().size();
    const Shape shape = numbers_.Of(output.shape());
    args.Add(result.arrays[i], output.shape(), shape, itemsize);
    aligned = aligned && IsAligned(result.arrays[i], itemsize);
    alike = alike && Agree(result.arrays[i], result.arrays[0]);
    large = large && IsBeyondCaches(*NumElements(shape) * itemsize);
  }
  args.tuning[kTuneStream] = large && (aligned || alike);
}

void PlanRunner::AddScalars(absl::Span<const NodeId> inputs, LaunchArgs& args) {
  for (NodeId input : inputs) {
    const StepResult& value = values_[input];
    uint64_t bits = value.number.bits;
    if (!value.is_number) {
      std::memcpy(&bits, AddressOf(value.arrays[0]), graph().node(input).dtype().size());
    }
    args.scalars.push_back(bits);
  }
}

absl::Status PlanRunner::Launch(NodeId id, StepResult& result, bool over) {
  const Inputs& inputs = graph().node(id).inputs;
  const Graph& body = graph().node(id).attrs.Body();
  const PlannedKernel& kernel = *plan_.kernels.at(id);
  LaunchArgs args;
  BL_RETURN_IF_ERROR(AddOperands(kernel, body, inputs, args));
  AddResults(body, result, args);
  const bool follows = MayFollowBlocks(result);
  const bool is_elsewhere = follows && IsScan(pending_->id);
  if (over && !is_elsewhere) args.tuning[kTuneStream] = 0;  // the lines are in the cache
  AddScalars(absl::MakeConstSpan(inputs).subspan(body.params().size()), args);
  if (assignment_.leads[id]) {
    args.tuning[kTuneStream] = 0;  // read at once
    leading_ = Leading{id, std::move(args)};
    return absl::OkStatus();
  }
  if (follows) return FinishAndLaunch(id, args);
  BL_RETURN_IF_ERROR(Finish());
  return Launch(kernel, body, args);
}

absl::Status PlanRunner::Launch(const PlannedKernel& kernel, const Graph& body, LaunchArgs& args) {
  BL_ASSIGN_OR_RETURN(const LoadedKernel* loaded, kernel.Load(context_));
  std::optional<JoinedRows> joined;
  if (kernel.may_join_rows) joined = JoinRows(args, body);
  if (!joined.has_value()) {
    if (HasRaggedRows(body, args.extents)) args.tuning[kTuneStream] = 0;
    return Run(*loaded, kernel.facts.For(args.extents), args);
  }
  for (LaunchArgs* part : {&joined->whole, &joined->rest})
    BL_RETURN_IF_ERROR(Run(*loaded, kernel.facts.For(part->extents), *part));
  return absl::OkStatus();
}

absl::Status PlanRunner::Run(const LoadedKernel& kernel, const Geometry& geometry,
                             LaunchArgs& args) {
  const bool is_timed = context_.options.debug >= 2;
  const absl::Time start = is_timed ? absl::Now() : absl::Time();
  args.tuning[kTuneBlock] = geometry.block;
  args.tuning[kTuneSuper] = geometry.super;
  args.tuning[kTuneKeep] = geometry.keep;
  args.tuning[kTuneRows] = geometry.rows;
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
  if (is_timed) {
    const double milliseconds = absl::ToDoubleMilliseconds(absl::Now() - start);
    DebugLine(context_.options, 2, absl::StrFormat("kernel took %.3f ms", milliseconds));
  }
  return absl::OkStatus();
}

}  // namespace broadloom

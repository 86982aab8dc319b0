// The steps of a stencil, block by block (passes/windows.h).
#include <algorithm>
#include <atomic>
#include <utility>

#include "frontend/block_done.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/plan_runner.h"
#include "ir/status_macros.h"

namespace broadloom {

// What lies in windows has no address yet.
absl::StatusOr<PlanRunner::WindowStep> PlanRunner::StepOfWindows(const WindowRows& rows,
                                                                 size_t number,
                                                                 const StepResult& result) {
  const Windows::Step& step = plan_.windows->steps[number];
  const Node& node = graph().node(step.kernel);
  const Graph& body = node.attrs.Body();
  LaunchArgs args;
  for (Extent extent : body.attrs().Dims(AttrName::k_shape))
    args.extents.push_back(numbers_.Of(extent));
  for (size_t i = 0; i < body.params().size(); ++i) {
    const Node& param = body.node(body.params()[i]);
    if (const auto& operand = step.operands[i]; operand.from >= 0) {
      args.AddWindow(rows.steps[operand.from].strides[operand.output]);
      continue;
    }
    BL_ASSIGN_OR_RETURN(StridedArray array, ArrayOf(node.inputs[i]));
    args.Add(array, param.shape(), numbers_.Of(param.shape()), param.dtype().size());
    args.held.push_back(std::move(array));
  }
  for (const Dims& strides : rows.steps[number].strides) args.AddWindow(strides);
  if (rows.steps[number].strides.empty()) AddResults(body, result, args);
  AddScalars(absl::MakeConstSpan(node.inputs).subspan(body.params().size()), args);
  const PlannedKernel& kernel = *plan_.kernels.at(step.kernel);
  BL_ASSIGN_OR_RETURN(const LoadedKernel* loaded, kernel.Load(context_));
  return WindowStep{&kernel, loaded, &body, std::move(args)};
}

// What is stored of [begin, end) along the axis.
absl::Status PlanRunner::Window(const WindowRows& rows, const std::vector<WindowStep>& steps,
                                int64_t begin, int64_t end, char* scratch,
                                std::vector<WindowGeometry>& last) {
  const Windows& windows = *plan_.windows;
  for (size_t i = 0; i < steps.size(); ++i) {
    const WindowRows::Step& here = rows.steps[i];
    const absl::Span<const int64_t> whole = steps[i].args.extents;
    const size_t rank = whole.size();
    Dims first(rank, 0), extents(whole.begin(), whole.end());
    first[rows.axis] = begin + here.before;
    extents[rows.axis] = end - begin + here.after - here.before;
    LaunchArgs args(steps[i].args, first, extents);
    for (size_t k = 0; k < windows.steps[i].operands.size(); ++k) {
      const Windows::Operand& operand = windows.steps[i].operands[k];
      if (operand.from < 0) continue;
      const WindowRows::Step& from = rows.steps[operand.from];
      const Dims& strides = from.strides[operand.output];
      char* place = scratch + from.offsets[operand.output];
      place += (here.before - from.before) * strides[rows.axis];
      for (size_t axis = 0; axis < rank; ++axis) place += operand.starts[axis] * strides[axis];
      args.pointers[k] = place;
    }
    for (size_t output = 0; output < here.offsets.size(); ++output)
      args.pointers[windows.steps[i].operands.size() + output] = scratch + here.offsets[output];
    if (steps[i].kernel->may_join_rows) {
      BL_RETURN_IF_ERROR(Launch(*steps[i].kernel, *steps[i].body, args));
      continue;
    }
    if (last[i].extents != extents) last[i] = {extents, steps[i].kernel->facts.For(args.extents)};
    BL_RETURN_IF_ERROR(Run(*steps[i].loaded, last[i].geometry, args));
  }
  return absl::OkStatus();
}

// Each lane takes the next block that nobody has.
absl::Status PlanRunner::LaunchWindows(const StepResult& result) {
  const WindowRows& rows = *assignment_.window_rows;
  std::vector<WindowStep> steps;
  for (size_t i = 0; i < plan_.windows->steps.size(); ++i) {
    BL_ASSIGN_OR_RETURN(WindowStep step, StepOfWindows(rows, i, result));
    steps.push_back(std::move(step));
  }
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<Buffer> scratch,
                      context_.allocator.Allocate(rows.scratch_bytes * rows.lanes));
  FirstError error;
  std::atomic<int64_t> next{0};
  context_.pool.ParallelFor(rows.lanes, 1, [&](int64_t lane, int64_t, int) {
    char* const own = scratch->data() + lane * rows.scratch_bytes;
    std::vector<WindowGeometry> last(steps.size());
    for (int64_t block; !error.failed() && (block = next.fetch_add(1)) < rows.blocks();) {
      const int64_t begin = block * rows.block;
      error.Update(
          Window(rows, steps, begin, std::min(begin + rows.block, rows.extent), own, last));
    }
  });
  return error.Get();
}

}  // namespace broadloom

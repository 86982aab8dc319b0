#include "frontend/evaluation_steps.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "ir/status_macros.h"

namespace broadloom {

int64_t HelpersFor(const Context& context, const Trace& trace) {
  constexpr int64_t kOfOne = 1 << 15;
  if (context.options.interpret) return 0;
  int64_t most = 0;
  for (const TraceNode& node : trace.nodes) {
    if (node.is_leaf() || InfoOf(node.expr->op).is_view()) continue;
    most = std::max(most, NumElements(node.expr->shape).value_or(0));
    if (!InfoOf(node.expr->op).is_reduce()) continue;
    const Expr& from = *trace.nodes[trace.InputsOf(node)[0]].expr;
    most = std::max(most, NumElements(from.shape).value_or(0));
  }
  return most / kOfOne - 1;
}

absl::Status Reserve(Context& context, const Plan& plan, const Trace& trace, const Numbers& numbers,
                     const BufferAssignment& assignment, Reservation& reservation) {
  reservation = Reservation();
  const Needs needs = NeedsOf(context, plan, assignment, numbers);
  BL_ASSIGN_OR_RETURN(reservation, ReserveFor(context, plan, trace, numbers, needs));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StridedArray>> Compute(Context& context, const Plan& plan,
                                                  const Trace& trace, const Numbers& numbers,
                                                  const BufferAssignment& assignment,
                                                  FloatFlags& flags, bool& overwrote) {
  const Context::Running running(context);
  return context.options.interpret ? Interpret(context, plan, trace, numbers, flags)
                                   : Execute(context, plan, trace, numbers, assignment,
                                             running.cancelled(), flags, overwrote);
}

void PassOn(const Trace& trace, Reservation& reservation, std::vector<StridedArray>& outputs) {
  reservation.Settle();
  if (outputs.size() == 1) {  // by far the most frequent case
    const std::shared_ptr<Buffer>& buffer = outputs[0].buffer;
    if (std::ranges::find(trace.arrays, buffer, &StridedArray::buffer) == trace.arrays.end())
      buffer->Attach(reservation.Split(buffer->size()));
    return;
  }
  absl::flat_hash_set<const Buffer*> settled;
  for (const StridedArray& array : trace.arrays) settled.insert(array.buffer.get());
  for (StridedArray& output : outputs) {
    if (settled.insert(output.buffer.get()).second)
      output.buffer->Attach(reservation.Split(output.buffer->size()));
  }
}

StridedArray InLogicalOrder(const Expr& root, StridedArray array) {
  Dims strides(array.strides.size());
  for (size_t k = 0; k < strides.size(); ++k) strides[root.layout.order[k]] = array.strides[k];
  array.strides = strides;
  return array;
}

}  // namespace broadloom

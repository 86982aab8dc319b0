#include "frontend/bound_evaluation.h"

#include <algorithm>
#include <utility>

#include "frontend/evaluation_steps.h"
#include "frontend/float_errors.h"
#include "frontend/index_faults.h"
#include "ir/status_macros.h"

namespace broadloom {

absl::StatusOr<std::unique_ptr<BoundEvaluation>> BoundEvaluation::Make(
    Context& context, absl::Span<const ExprPtr> roots, absl::Span<const Binding> bindings) {
  BL_ASSIGN_OR_RETURN(Trace trace, TraceRoots(context, roots, bindings));
  if (!WantedFirst(context, trace).empty()) return nullptr;
  BL_ASSIGN_OR_RETURN(std::shared_ptr<const Plan> plan, FindPlan(context, trace));
  auto made = std::unique_ptr<BoundEvaluation>(
      new BoundEvaluation(context, std::move(trace), std::move(plan)));
  made->FindSlots(bindings);
  made->may_serve_ = !made->trace_.depends_on_elements && made->LieApart(bindings);
  made->LetGo();
  return made;
}

BoundEvaluation::BoundEvaluation(Context& context, Trace trace, std::shared_ptr<const Plan> plan)
    : context_(context),
      trace_(std::move(trace)),
      plan_(std::move(plan)),
      numbers_(*plan_, trace_),
      helpers_(HelpersFor(context, trace_)) {}

void BoundEvaluation::FindSlots(absl::Span<const Binding> bindings) {
  for (const Binding& binding : bindings) sizes_.push_back(binding.array.buffer->size());
  wholes_.assign(trace_.wholes.size(), {kNone, 0});
  for (size_t i = 0; i < trace_.leaves.size(); ++i) {
    const Expr& leaf = *trace_.nodes[trace_.leaves[i]].expr;
    const auto found = std::ranges::find(bindings, leaf.storage.buffer.get(), &Binding::absent);
    if (found == bindings.end()) {
      leaves_.push_back({kNone, 0});
      continue;
    }
    const auto binding = static_cast<size_t>(found - bindings.begin());
    leaves_.push_back({binding, leaf.storage.offset});
    const int whole = trace_.shifted.empty() ? -1 : trace_.shifted[i].whole;
    if (whole >= 0)
      wholes_[whole] = {binding, trace_.wholes[whole].array.offset - found->array.offset};
  }
}

bool BoundEvaluation::LieApart(absl::Span<const Binding> bindings) const {
  for (size_t i = 0; i < bindings.size(); ++i) {
    const Buffer* const buffer = bindings[i].array.buffer.get();
    for (size_t k = 0; k < i; ++k) {
      if (bindings[k].array.buffer.get() == buffer) return false;
    }
    for (size_t leaf = 0; leaf < leaves_.size(); ++leaf) {
      if (leaves_[leaf].binding == kNone && trace_.arrays[leaf].buffer.get() == buffer)
        return false;
    }
  }
  return true;
}

bool BoundEvaluation::Serves(absl::Span<const Binding> bindings) const {
  return may_serve_ && LieApart(bindings) &&
         std::equal(bindings.begin(), bindings.end(), sizes_.begin(), sizes_.end(),
                    [](const Binding& binding, int64_t size) {
                      return binding.array.buffer->size() == size;
                    });
}

void BoundEvaluation::Bind(absl::Span<const Binding> bindings) {
  const auto bind = [&](const Slot& slot, StridedArray& array) {
    if (slot.binding == kNone) return;
    array.buffer = bindings[slot.binding].array.buffer;
    array.offset = bindings[slot.binding].array.offset + slot.offset;
  };
  for (size_t i = 0; i < leaves_.size(); ++i) bind(leaves_[i], trace_.arrays[i]);
  for (size_t i = 0; i < wholes_.size(); ++i) bind(wholes_[i], trace_.wholes[i].array);
}

void BoundEvaluation::LetGo() {
  for (size_t i = 0; i < leaves_.size(); ++i) {
    if (leaves_[i].binding != kNone) trace_.arrays[i].buffer.reset();
  }
  for (size_t i = 0; i < wholes_.size(); ++i) {
    if (wholes_[i].binding != kNone) trace_.wholes[i].array.buffer.reset();
  }
}

absl::StatusOr<std::optional<BoundEvaluation::Values>> BoundEvaluation::Run(
    absl::Span<const Binding> bindings) {
  if (helpers_ > 0) context_.pool.Prepare(helpers_);
  BL_RETURN_IF_ERROR(CheckBroadcasts(context_, trace_));
  Bind(bindings);
  const auto assignment = FindAssignment(context_, *plan_, trace_, numbers_);
  Reservation reservation;
  BL_RETURN_IF_ERROR(Reserve(context_, *plan_, trace_, numbers_, *assignment, reservation));
  FloatFlags flags = 0;
  bool overwrote = false;
  absl::StatusOr<std::vector<StridedArray>> computed =
      Compute(context_, *plan_, trace_, numbers_, *assignment, flags, overwrote);
  if (computed.ok()) PassOn(trace_, reservation, *computed);
  LetGo();
  if (absl::IsOutOfRange(computed.status())) return std::nullopt;
  BL_RETURN_IF_ERROR(computed.status());
  Values values;
  for (size_t i = 0; i < trace_.roots.size(); ++i) {
    const Expr& root = *trace_.nodes[trace_.roots[i]].expr;
    values.arrays.push_back(InLogicalOrder(root, std::move((*computed)[i])));
  }
  if (MayReport(trace_, flags.load())) values.flags = flags.load();
  return values;
}

}  // namespace broadloom

// The one file that drives it all: trace -> key -> plan (passes, on a miss) -> guard -> kernels ->
// indices out of bounds, floating-point errors -> memory -> publication.
//
// Everything that can fail comes before publication, so that a failed evaluation changes nothing.
// Any number of threads may evaluate at once, even the same nodes: then both compute and the first
// one publishes.
#include "frontend/evaluate.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <shared_mutex>

#include "absl/container/flat_hash_set.h"
#include "frontend/buffer_assignment.h"
#include "frontend/donation.h"
#include "frontend/evaluation_steps.h"
#include "frontend/float_errors.h"
#include "frontend/float_flags.h"
#include "frontend/holders.h"
#include "frontend/index_faults.h"
#include "frontend/judging.h"
#include "frontend/memory.h"
#include "frontend/plan.h"
#include "frontend/warn.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

absl::StatusOr<std::vector<ExprPtr>> PendingOf(const Context& context,
                                               absl::Span<const ExprPtr> roots) {
  std::vector<ExprPtr> pending;
  absl::flat_hash_set<const Expr*> seen;
  for (const ExprPtr& root : roots) {
    if (root->context != &context)
      return absl::FailedPreconditionError("arrays of two contexts cannot be evaluated together");
    if (seen.insert(root.get()).second && !root->ready.load(std::memory_order_acquire))
      pending.push_back(root);
  }
  return pending;
}

// By publication; dies after the lock is released.
struct Dropped {
  ExprList inputs;
  std::shared_ptr<const Function> function;
  std::shared_ptr<const Whole> whole;
};

// Under the lock.
void PublishAt(Expr& expr, StridedArray storage, Dropped& dropped) {
  expr.storage = std::move(storage);
  dropped.inputs.swap(expr.inputs);
  dropped.function.swap(expr.function);
  dropped.whole.swap(expr.whole);
  expr.ready.store(true, std::memory_order_release);
}

void Publish(Context& context, const Trace& trace, std::vector<StridedArray> outputs) {
  std::vector<Dropped> dropped(outputs.size());
  const std::unique_lock lock(context.publication);
  for (size_t i = 0; i < outputs.size(); ++i) {
    Expr& root = *trace.nodes[trace.roots[i]].expr;
    if (root.ready.load(std::memory_order_relaxed)) continue;
    PublishAt(root, InLogicalOrder(root, std::move(outputs[i])), dropped[i]);
  }
}

// `stage`: is to be computed first, and nothing is done yet.
absl::Status EvaluateTrace(Context& context, Trace& trace, ExprPtr& stage) {
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> plan, FindPlan(context, trace));
  if (const int64_t helpers = HelpersFor(context, trace); helpers > 0)
    context.pool.Prepare(helpers);
  BL_RETURN_IF_ERROR(CheckBroadcasts(context, trace));
  const Numbers numbers(*plan, trace);
  BL_RETURN_IF_ERROR(FindWhetherToJudge(context, *plan, trace, numbers).status());
  stage = StageOf(trace);
  if (stage != nullptr) return absl::OkStatus();
  BL_RETURN_IF_ERROR(JudgeBeforehand(context, trace));
  Donation donation(context, trace);
  std::shared_ptr<const BufferAssignment> assignment =
      FindAssignment(context, *plan, trace, numbers);
  if (assignment->overwrites_from < 0) donation.Release();
  Reservation reservation;
  BL_RETURN_IF_ERROR(Reserve(context, *plan, trace, numbers, *assignment, reservation));
  FloatFlags flags = 0;
  bool& overwrote = donation.has_overwritten();
  absl::StatusOr<std::vector<StridedArray>> computed =
      Compute(context, *plan, trace, numbers, *assignment, flags, overwrote);
  if (absl::IsFailedPrecondition(computed.status())) {  // its inputs are needed as they are
    donation.Withdraw();
    assignment = FindAssignment(context, *plan, trace, numbers);
    BL_RETURN_IF_ERROR(Reserve(context, *plan, trace, numbers, *assignment, reservation));
    computed = Compute(context, *plan, trace, numbers, *assignment, flags, overwrote);
  }
  BL_ASSIGN_OR_RETURN(std::vector<StridedArray> outputs, std::move(computed));
  if (!overwrote) {
    donation.Release();
    BL_RETURN_IF_ERROR(ReportFloatErrors(context, trace, flags.load()));
  }
  std::vector<FlagWarning> warnings;
  if (overwrote && MaySpeak(trace)) warnings = WarningsOf(trace, flags.load());
  PassOn(trace, reservation, outputs);
  Publish(context, trace, std::move(outputs));
  donation.Release();
  for (const FlagWarning& warning : warnings)
    Warn(WarningKind::runtime, warning.message, warning.source);
  return absl::OkStatus();
}

// Before parts of it are computed: whether all of it fits.
absl::Status CheckFits(Context& context, Trace& trace) {
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> plan, FindPlan(context, trace));
  const Numbers numbers(*plan, trace);
  BL_RETURN_IF_ERROR(FindWhetherToJudge(context, *plan, trace, numbers).status());
  {
    const std::shared_lock lock(context.publication);
    FindDonated(context, trace);
  }
  Reservation reservation;
  return Reserve(context, *plan, trace, numbers, AssignBuffers(context, *plan, trace, numbers),
                 reservation);
}

}  // namespace

namespace {

// Of roots that are pending.
absl::Status EvaluatePending(Context& context, const std::vector<ExprPtr>& pending) {
  while (true) {
    BL_ASSIGN_OR_RETURN(std::optional<Trace> trace, TraceAll(context, pending));
    if (WantedFirst(context, *trace).empty()) {
      ExprPtr stage;
      const absl::Status status = EvaluateTrace(context, *trace, stage);
      if (absl::IsResourceExhausted(status) && trace->roots.size() > pending.size()) {
        trace.reset();
        const AloneScope without_what_nobody_asked_for;
        return EvaluatePending(context, pending);
      }
      if (stage == nullptr)
        return absl::IsOutOfRange(status) ? NameIndexFault(context, *trace) : status;
      trace.reset();
      BL_RETURN_IF_ERROR(EvaluateRoots(context, {stage}));
      continue;
    }
    BL_RETURN_IF_ERROR(CheckFits(context, *trace));  // while nothing else holds what dies with it
    const std::vector<ExprPtr> first = WantedFirst(context, *trace);
    trace.reset();
    BL_RETURN_IF_ERROR(EvaluateRoots(context, first));
  }
}

}  // namespace

absl::Status EvaluateRoots(Context& context, absl::Span<const ExprPtr> roots) {
  BL_ASSIGN_OR_RETURN(const std::vector<ExprPtr> pending, PendingOf(context, roots));
  return pending.empty() ? absl::OkStatus() : EvaluatePending(context, pending);
}

void PublishView(Context& context, const ExprPtr& view) {
  Dropped dropped;
  const std::unique_lock lock(context.publication);
  std::vector<const Expr*> views;  // outermost first
  const Expr* from = view.get();
  while (!from->ready.load(std::memory_order_relaxed) && InfoOf(from->op).is_view()) {
    views.push_back(from);
    from = from->inputs[0].get();
  }
  if (views.empty() || !from->ready.load(std::memory_order_relaxed)) return;
  StridedArray array = from->storage;
  const Shape* shape = &from->shape;
  for (const Expr* each : std::views::reverse(views)) {
    absl::StatusOr<StridedArray> seen =
        ApplyView(each->op, each->attrs, each->dtype.size(), *shape, array);
    if (!seen.ok()) return;
    array = *std::move(seen);
    shape = &each->shape;
  }
  PublishAt(*view, std::move(array), dropped);
}

}  // namespace broadloom

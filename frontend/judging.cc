#include "frontend/judging.h"

#include <algorithm>
#include <shared_mutex>

#include "frontend/buffer_assignment.h"
#include "frontend/donation.h"
#include "frontend/float_errors.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

// Memory for which it is worth to compute something twice.
constexpr int64_t kWorthJudging = 1 << 20;

bool IsLarge(const StridedArray& array) { return array.buffer->size() >= kWorthJudging; }

int64_t PeakIf(bool judged, Context& context, const Plan& plan, Trace& trace,
               const Numbers& numbers) {
  trace.judged = judged;
  {
    const std::shared_lock lock(context.publication);
    FindDonated(context, trace);
  }
  if (LacksNumbers(context, trace)) trace.donated.clear();
  return AssignBuffers(context, plan, trace, numbers).peak_bytes;
}

}  // namespace

absl::StatusOr<int64_t> FindWhetherToJudge(Context& context, const Plan& plan, Trace& trace,
                                           const Numbers& numbers) {
  if (!MaySpeak(trace) || std::none_of(trace.arrays.begin(), trace.arrays.end(), IsLarge)) return 0;
  const int64_t least = PeakIf(true, context, plan, trace, numbers),
                saved = PeakIf(false, context, plan, trace, numbers) - least;
  if (saved < kWorthJudging) return 0;
  BL_ASSIGN_OR_RETURN(const int64_t needed, BytesToJudge(context, trace));
  trace.judged = needed <= saved;
  return trace.judged ? needed : 0;
}

absl::Status JudgeBeforehand(Context& context, const Plan& plan, Trace& trace,
                             const Numbers& numbers) {
  BL_RETURN_IF_ERROR(FindWhetherToJudge(context, plan, trace, numbers).status());
  if (!trace.judged) return absl::OkStatus();
  trace.judged = false;
  BL_ASSIGN_OR_RETURN(trace.judged, ReportBeforehand(context, trace));
  return absl::OkStatus();
}

}  // namespace broadloom

#include "frontend/judging.h"

#include <algorithm>
#include <shared_mutex>

#include "frontend/buffer_assignment.h"
#include "frontend/donation.h"
#include "frontend/float_errors.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

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
  const int64_t from = context.options.judge_from;
  const auto is_large = [&](const StridedArray& array) { return array.buffer->size() >= from; };
  if (!MaySpeak(trace) || std::none_of(trace.arrays.begin(), trace.arrays.end(), is_large))
    return 0;
  const int64_t least = PeakIf(true, context, plan, trace, numbers),
                saved = PeakIf(false, context, plan, trace, numbers) - least;
  if (saved < std::max<int64_t>(from, 1)) return 0;
  BL_ASSIGN_OR_RETURN(const int64_t needed, BytesToJudge(context, trace));
  trace.judged = needed <= saved || from == 0;
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

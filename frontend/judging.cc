#include "frontend/judging.h"

#include <algorithm>
#include <cstdlib>
#include <shared_mutex>
#include <vector>

#include "frontend/buffer_assignment.h"
#include "frontend/bytes.h"
#include "frontend/donation.h"
#include "frontend/float_errors.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

// Beyond, the code that looks for them takes long to compile.
constexpr int kMostSuspicions = 8;

int64_t LargestLeaf(const Trace& trace) {
  int64_t most = 0;
  for (int leaf : trace.leaves) {
    const Expr& expr = *trace.nodes[leaf].expr;
    most = std::max(most, BytesOf(expr.shape, expr.dtype));
  }
  return most;
}

// An operation between leaves and roots whose result has so many bytes.
bool IsStep(const Trace& trace, int node, int64_t bytes) {
  const Expr& expr = *trace.nodes[node].expr;
  return !trace.nodes[node].is_leaf() && !InfoOf(expr.op).is_view() && expr.op != Op::k_scalar &&
         std::find(trace.roots.begin(), trace.roots.end(), node) == trace.roots.end() &&
         BytesOf(expr.shape, expr.dtype) == bytes;
}

// By node: whether a later one also needs something from before it that is more than a little.
std::vector<bool> PassedBy(const Trace& trace, int64_t little) {
  const auto count = static_cast<int>(trace.nodes.size());
  std::vector<int> passing(count + 1);
  for (int user = 0; user < count; ++user) {
    for (int input : trace.InputsOf(trace.nodes[user])) {
      const Expr& expr = *trace.nodes[input].expr;
      if (BytesOf(expr.shape, expr.dtype) <= little) continue;
      ++passing[std::min(input + 1, user)];
      --passing[user];
    }
  }
  std::vector<bool> passed(count);
  for (int node = 0, now = 0; node < count; ++node) passed[node] = (now += passing[node]) > 0;
  return passed;
}

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
  if (std::none_of(trace.arrays.begin(), trace.arrays.end(), is_large) || !MaySpeak(trace))
    return 0;
  const int64_t least = PeakIf(true, context, plan, trace, numbers),
                saved = PeakIf(false, context, plan, trace, numbers) - least;
  if (saved < std::max<int64_t>(from, 1)) return 0;
  BL_ASSIGN_OR_RETURN(const CostOfJudging cost, CostToJudge(context, trace));
  trace.judged = cost.bytes <= saved || from == 0;
  trace.wants_stages = !trace.judged || cost.suspicions > kMostSuspicions;
  return trace.judged ? cost.bytes : 0;
}

ExprPtr StageOf(const Trace& trace) {
  if (!trace.wants_stages) return nullptr;
  const auto count = static_cast<int>(trace.nodes.size());
  const int64_t most = LargestLeaf(trace);
  const std::vector<bool> passed = PassedBy(trace, most / 8);
  int stage = -1;
  for (int i = 0; i < count; ++i) {
    if (!passed[i] && IsStep(trace, i, most) &&
        (stage < 0 || std::abs(2 * i - count) < std::abs(2 * stage - count)))
      stage = i;
  }
  return stage < 0 ? nullptr : trace.nodes[stage].expr;
}

absl::Status JudgeBeforehand(Context& context, Trace& trace) {
  if (!trace.judged) return absl::OkStatus();
  trace.judged = false;
  BL_ASSIGN_OR_RETURN(trace.judged, ReportBeforehand(context, trace));
  return absl::OkStatus();
}

}  // namespace broadloom

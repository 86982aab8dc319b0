// Evaluations that overwrite what only they could be judged by: floating-point errors of theirs are
// found out beforehand.
//
// `sin(x, out=x)` raises flags on the way to ordinary results, and once x is overwritten nobody can
// tell whether an operand was infinite. To ask first takes a pass that stores nothing.
#ifndef BROADLOOM_FRONTEND_JUDGING_H_
#define BROADLOOM_FRONTEND_JUDGING_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "frontend/plan.h"

namespace broadloom {

// Sets Trace::judged where the plan takes less memory if its errors are known: less by what
// Options::judge_from says, and by more than it takes to find them; Trace::wants_stages where that
// is too much. Returns the bytes that this takes, at the peak.
absl::StatusOr<int64_t> FindWhetherToJudge(Context& context, const Plan& plan, Trace& trace,
                                           const Numbers& numbers);

// Where that is too much at once: a node about the middle of a trace, as large as what is to be
// overwritten, to be computed by itself first. Null elsewhere, and where there is none.
ExprPtr StageOf(const Trace& trace);

// Where Trace::judged: reports the errors, DataLoss under ErrorMode::raise; or takes it back.
absl::Status JudgeBeforehand(Context& context, Trace& trace);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_JUDGING_H_

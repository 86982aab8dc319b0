// What all evaluations do between a plan and their results' publication.
#ifndef BROADLOOM_FRONTEND_EVALUATION_STEPS_H_
#define BROADLOOM_FRONTEND_EVALUATION_STEPS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "frontend/buffer_assignment.h"
#include "frontend/plan.h"

namespace broadloom {

// Threads beside this one that there is work for: by the elements that the largest step goes
// through. May be negative.
int64_t HelpersFor(const Context& context, const Trace& trace);

// Takes what the plan needs from the budget, after what `reservation` held is given back.
absl::Status Reserve(Context& context, const Plan& plan, const Trace& trace, const Numbers& numbers,
                     const BufferAssignment& assignment, Reservation& reservation);

// As Execute or Interpret (frontend/plan.h) do, until it is cancelled.
absl::StatusOr<std::vector<StridedArray>> Compute(Context& context, const Plan& plan,
                                                  const Trace& trace, const Numbers& numbers,
                                                  const BufferAssignment& assignment,
                                                  FloatFlags& flags, bool& overwrote);

// A result that lies in memory made for it keeps its part of the promise.
void PassOn(const Trace& trace, Reservation& reservation, std::vector<StridedArray>& outputs);

// Outputs come with their axes in memory order; the root's own order is the inverse.
StridedArray InLogicalOrder(const Expr& root, StridedArray array);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_EVALUATION_STEPS_H_

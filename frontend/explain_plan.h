// What is pending, planned for people to look at. Nothing is computed or allocated.
#ifndef BROADLOOM_FRONTEND_EXPLAIN_PLAN_H_
#define BROADLOOM_FRONTEND_EXPLAIN_PLAN_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "frontend/buffer_assignment.h"
#include "frontend/plan.h"

namespace broadloom {

// Those of the roots that are not computed yet. FailedPrecondition where one is of another context.
absl::StatusOr<std::vector<ExprPtr>> PendingToExplain(const Context& context,
                                                      absl::Span<const ExprPtr> roots);

struct PlanToExplain {
  Trace trace;
  std::shared_ptr<const Plan> plan;
  Numbers numbers;
  BufferAssignment assignment;
};
// Looks for NaN where that decides.
absl::StatusOr<PlanToExplain> PlanOf(Context& context, const std::vector<ExprPtr>& pending);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_EXPLAIN_PLAN_H_

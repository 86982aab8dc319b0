// What is computed along with the roots of an evaluation, as it is small and would keep memory from
// being overwritten:
//
//     mu = x.mean()        mu has a name and stays pending, and with it the old x
//     x -= mu
#ifndef BROADLOOM_FRONTEND_HOLDERS_H_
#define BROADLOOM_FRONTEND_HOLDERS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "frontend/plan_key.h"

namespace broadloom {

// Notes a reduction that has been written.
void NoteReduction(Context& context, const ExprPtr& reduction);

// What evaluates the roots, which are pending, and what is worth it: nodes between them and the
// leaves that others hold, too, and pending reductions of the leaves. They take half of the memory
// that they set free at the most.
absl::StatusOr<Trace> TraceAll(Context& context, std::vector<ExprPtr> roots);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_HOLDERS_H_

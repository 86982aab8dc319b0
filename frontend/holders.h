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
// leaves that others hold, too, and pending reductions of the leaves, of element-wise operations no
// larger than these. They take half of the memory that they set free at the most.
absl::StatusOr<Trace> TraceAll(Context& context, const std::vector<ExprPtr>& roots);

// Evaluations on this thread compute nothing along until the end of the block: they serve another
// one, which may have claimed what they would find.
class AloneScope {
 public:
  AloneScope();
  ~AloneScope();
  AloneScope(const AloneScope&) = delete;
  AloneScope& operator=(const AloneScope&) = delete;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_HOLDERS_H_

// From pending nodes to memory.
#ifndef BROADLOOM_FRONTEND_EVALUATE_H_
#define BROADLOOM_FRONTEND_EVALUATE_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "frontend/context.h"
#include "frontend/expr.h"

namespace broadloom {

// Computes all roots together and publishes them. Nothing is changed where it fails.
absl::Status EvaluateRoots(Context& context, absl::Span<const ExprPtr> roots);

// Publishes a pending view, of a view, of what is there, unless it takes a copy.
void PublishView(Context& context, const ExprPtr& view);

// Roots that writes have put in the place of others.
using WrittenRoots = absl::flat_hash_set<const Expr*>;
// What EvaluateRoots would do, in one stage. Allocates no array; looks for NaN where that decides.
absl::StatusOr<std::string> Explain(Context& context, absl::Span<const ExprPtr> roots,
                                    const WrittenRoots& written);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_EVALUATE_H_

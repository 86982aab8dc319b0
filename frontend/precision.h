// Conversions that can lose digits without a word.
#ifndef BROADLOOM_FRONTEND_PRECISION_H_
#define BROADLOOM_FRONTEND_PRECISION_H_

#include <optional>
#include <string>

#include "absl/types/span.h"
#include "frontend/array.h"
#include "frontend/expr.h"
#include "frontend/written.h"

namespace broadloom {

// What an operation's conversion of an array can lose: integers beyond 2^53 as float64, or what a
// narrower dtype does not hold. nullopt where every number stays what it is, and for
// casts that a function makes on its way.
std::optional<std::string> PrecisionLoss(Op op, const Attrs& attrs,
                                         absl::Span<const ExprPtr> inputs, const Function* within);

// The same of functions that run when they are called: a warning, where these are on.
void WarnOfPrecisionLoss(const char* function, const Array& x, DataType computed_in);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_PRECISION_H_

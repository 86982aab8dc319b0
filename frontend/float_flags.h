// What the CPU's flags alone say of floating-point errors: for evaluations that overwrite operands
// and cannot look at them again.
#ifndef BROADLOOM_FRONTEND_FLOAT_FLAGS_H_
#define BROADLOOM_FRONTEND_FLOAT_FLAGS_H_

#include <string>
#include <vector>

#include "frontend/plan_key.h"

namespace broadloom {

// Whether an operation raises a flag just where NumPy warns. Comparisons count, which warn of
// nothing and raise one for NaN.
bool FlagsTell(Op op, DType from, DType to);

// Whether all that an evaluation does about errors is to warn of operations, each on its own.
bool OnlyWarns(const Trace& trace);

// Whether a flag may have been raised by one operation or by another.
bool IsAmbiguous(const Trace& trace);

struct FlagWarning {
  std::string message, source;
};
// Before the results of an evaluation are published, which drops what they were computed from.
// Where several operations can have raised a flag all are named; of invalid ones nothing is said
// where a comparison can have met NaN.
std::vector<FlagWarning> WarningsOf(const Trace& trace, unsigned flags);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FLOAT_FLAGS_H_

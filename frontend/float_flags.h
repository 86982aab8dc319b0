// What the CPU's flags alone say of floating-point errors: for evaluations that overwrite operands
// and cannot look at them again.
#ifndef BROADLOOM_FRONTEND_FLOAT_FLAGS_H_
#define BROADLOOM_FRONTEND_FLOAT_FLAGS_H_

#include <string>
#include <vector>

#include "frontend/errstate.h"
#include "frontend/plan_key.h"

namespace broadloom {

// Whether a step of a plan raises a flag just where NumPy warns, in each of its operations.
// Comparisons count, which warn of nothing and raise one for NaN.
bool FlagsTell(const Graph& plan, NodeId step);

// Whether all that an evaluation does about errors is to warn of operations, each on its own.
bool OnlyWarns(const Trace& trace);

// What a raised flag says of who raised it.
struct Blame {
  bool is_shared = false;      // several operations can have raised it, all of which would warn
  bool is_unclear = false;     // so can some that would not
  bool needs_numbers = false;  // comparisons can, too, if an operand has NaN
};
Blame BlameOf(const Trace& trace);

// Whether there is one that warnings may follow.
bool IsRaised(unsigned flags);
bool IsRaised(unsigned flags, FloatError error);

struct FlagWarning {
  std::string message, source;
};
// Before the results of an evaluation are published, which drops what they were computed from.
// Where several operations can have raised a flag all are named. None is asked again.
std::vector<FlagWarning> WarningsOf(const Trace& trace, unsigned flags);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FLOAT_FLAGS_H_

// Divisions by zero, overflows and invalid operations: who made them, and what happens then.
//
// The CPU's flags are only the trigger. They say that some lane of some kernel divided by zero,
// which may have been a lane that nobody asked for, or one step of an elementary function. What
// happened is told by the values (float_law.cc): the results are computed once more, and with them
// whether any of an operation's elements is, say, infinite though its operands are finite.
#ifndef BROADLOOM_FRONTEND_FLOAT_ERRORS_H_
#define BROADLOOM_FRONTEND_FLOAT_ERRORS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "frontend/array.h"
#include "frontend/errstate.h"
#include "frontend/plan_key.h"
#include "runtime/float_environment.h"

namespace broadloom {

// After an evaluation of `trace` that raised these flags, before its results are published.
// DataLoss where an operation was written under ErrorMode::raise. Each operation is reported once.
absl::Status ReportFloatErrors(Context& context, const Trace& trace, unsigned flags);

// The same before an evaluation, of whatever it may raise. False where memory is too small to tell;
// then nothing was reported.
absl::StatusOr<bool> ReportBeforehand(Context& context, const Trace& trace);
// What that takes: bytes at the peak, and how much there is to be found out.
struct CostOfJudging {
  int64_t bytes = 0;
  int suspicions = 0;
};
absl::StatusOr<CostOfJudging> CostToJudge(Context& context, const Trace& trace);

// Whether an operation of an evaluation that raised these flags may have to speak of them.
bool MayReport(const Trace& trace, unsigned flags);

// Whether an evaluation may still speak of floating-point errors at all.
bool MaySpeak(const Trace& trace);

// In the flags of an operation.
inline unsigned BitOf(FloatError error) { return 1U << static_cast<unsigned>(error); }

// "overflow encountered in cast" and its like, in the way that `mode` asks for. DataLoss under
// ErrorMode::raise. `flags`: all errors of the operation.
absl::Status SpeakOf(ErrorMode mode, FloatError error, const std::string& operation,
                     const std::string& source, unsigned flags);

// The same of what is computed where it is written, under the state of now. Throws.
void SpeakNow(FloatError error, const std::string& operation, unsigned flags);

// One way in which an operation can have gone wrong; `where` holds for the elements that have.
struct Violation {
  FloatError error;
  Array where;
  const char* name = nullptr;  // of the operation, where it is another than NumPysName
};

// An operation, its operands and what it computed.
struct Computed {
  Op op;
  std::vector<Array> operands;
  Array result;
  const Attrs* attrs;
};

// What floats must lie in, the end excluded, to become integers without a word.
std::pair<double, double> LimitsOfCast(DType to);

// NumPy's law of when an operation warns, as pending arrays; for the errors that `state` does not
// ignore.
std::vector<Violation> ViolationsOf(const Computed& computed, const ErrorState& state);
bool MayViolate(const Expr& expr);
bool CannotViolate(Op op);
bool DividesIntegers(Op op);
std::string NumPysName(const Expr& expr);  // "divide", "power", "reduce", ...

// Whether anybody ever asked for `under`, which has no flag to trigger on: elementary functions
// underflow on the way to ordinary results.
bool WatchesUnderflow();
void HandleFloatError(ErrorMode mode, FloatError error, unsigned flags,
                      const std::string& operation);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FLOAT_ERRORS_H_

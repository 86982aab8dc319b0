// What a function of arrays does, traced once and computed again and again.
//
// The function is called with arrays that stand for its arguments: they have a dtype, a shape and
// strides, and no elements. What it returns stays pending, and is computed with the arguments of
// each call in their place, by the same plans and kernels as if it had been written again.
#ifndef BROADLOOM_FRONTEND_JIT_H_
#define BROADLOOM_FRONTEND_JIT_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "frontend/array.h"
#include "frontend/bound_evaluation.h"
#include "frontend/errstate.h"
#include "frontend/tracing.h"

namespace broadloom {

// Whether operations can be written now that are computed later: errstate asks for no exceptions.
bool MayTrace();

// An array like x, which is evaluated, without elements. Read-only.
Array StandIn(const Array& x);

// Thread-safe.
class Recording {
 public:
  // What a function returned that was called with such arrays.
  Recording(std::vector<Array> stand_ins, std::vector<Array> results);

  // Whether it would have done the same with these arguments, which are evaluated, and now.
  bool Fits(absl::Span<const Array> arguments) const;

  // What each result is: computed, one of the arguments, or an array that does not depend on them.
  enum class Kind : uint8_t { kComputed, kArgument, kKept };
  struct Result {
    Kind kind;
    size_t index;  // in Outcome::computed, of the argument, or of the result
  };
  const std::vector<Result>& results() const { return kinds_; }

  struct Outcome {
    std::vector<Array> computed;
    std::optional<unsigned> flags;  // to be reported
  };
  // Computes with arguments that fit. None where only the function itself can tell: of an index out
  // of bounds which operation it was; and what takes several evaluations, or shows the elements of
  // an argument.
  std::optional<Outcome> Run(absl::Span<const ExprPtr> arguments) const;

  std::vector<Array> ResultsOf(const Outcome& outcome, const std::vector<Array>& arguments) const;

  // After a run with such flags: what the function itself returned for the same arguments, pending,
  // tells which of its operations divided by zero and the like, and warns.
  static void Report(absl::Span<const Array> results, unsigned flags);

 private:
  const std::vector<Array> stand_ins_, results_;
  const ErrorState errors_;
  std::vector<Result> kinds_;    // by result
  std::vector<Array> computed_;  // results, each once
  std::unique_ptr<BoundEvaluation> TakeEvaluation(absl::Span<const Binding> bindings) const;

  std::vector<ExprPtr> roots_;  // behind them
  bool shows_arguments_ = false;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<BoundEvaluation> last_;  // null: never done, or on the way
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_JIT_H_

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

// So many kinds of arguments are remembered for a function; the oldest go first.
constexpr size_t kMostTraced = 64;

// Whether operations can be written now that are computed later: errstate asks for no exceptions.
bool MayTrace();

// What an argument is at the moment of a call.
struct Argument {
  ExprPtr expr;
  bool is_scalar = false;  // as Array::is_scalar
};
std::vector<Argument> ArgumentsIn(absl::Span<const Array> arrays);
bool AreReady(absl::Span<const Argument> arguments);
// Makes them ready, whatever other threads have written to the arrays meanwhile.
void Compute(absl::Span<const Argument> arguments);

// An array like the argument, without elements. Read-only.
Array StandIn(const Argument& argument);

// Thread-safe.
class Recording {
 public:
  // What a function returned that was called with such arrays, under the TracingScope of now.
  // Throws type_error where the results are of two contexts.
  Recording(std::vector<Array> stand_ins, std::vector<Array> results);

  // Whether it would have done the same with these arguments, and now.
  bool Fits(absl::Span<const Argument> arguments) const;

  // How a result is had: computed, as one of the arguments, or as the array that it is each time,
  // from elsewhere.
  enum class From : uint8_t { kComputed, kArgument, kElsewhere };
  struct Result {
    From from;
    size_t index;  // in Outcome::computed, of the argument, or of the result
  };
  const std::vector<Result>& results() const { return results_; }

  struct Outcome {
    std::vector<Array> computed;
    std::optional<unsigned> flags;  // to be reported
  };
  // Computes with arguments that fit. None where only the function itself can tell: of an index out
  // of bounds which operation it was; and what takes several evaluations, or shows the elements of
  // an argument.
  std::optional<Outcome> Run(absl::Span<const Argument> arguments) const;

  // After a run with such flags: what the function itself returned for the same arguments, pending,
  // tells which of its operations divided by zero and the like, and warns.
  static void Report(absl::Span<const Array> results, unsigned flags);

 private:
  void AddComputed(const Array& result, ExprPtr root);
  std::unique_ptr<BoundEvaluation> TakeEvaluation(absl::Span<const Binding> bindings) const;

  const std::vector<Array> stand_ins_;
  const ErrorState errors_;
  std::vector<Result> results_;
  std::vector<Array> computed_;  // as the function returned them, each once
  std::vector<ExprPtr> roots_;   // what is computed for them
  bool shows_arguments_ = false;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<BoundEvaluation> last_;  // null: never done, or on the way
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_JIT_H_

// An evaluation that is done again and again with other arrays, of the same shapes and layouts.
#ifndef BROADLOOM_FRONTEND_BOUND_EVALUATION_H_
#define BROADLOOM_FRONTEND_BOUND_EVALUATION_H_

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "frontend/buffer_assignment.h"
#include "frontend/plan.h"

namespace broadloom {

// What pending roots are computed by, with arrays bound where memory is absent. For one thread at a
// time.
class BoundEvaluation {
 public:
  // None where it takes several evaluations.
  static absl::StatusOr<std::unique_ptr<BoundEvaluation>> Make(Context& context,
                                                               absl::Span<const ExprPtr> roots,
                                                               absl::Span<const Binding> bindings);

  // Whether a new one would do the same for these arrays. Not where elements decide, nor, now or
  // when it was made, where arrays lie in one memory beyond those that are slices of the same one.
  bool Serves(absl::Span<const Binding> bindings) const;

  struct Values {
    std::vector<StridedArray> arrays;  // by root
    std::optional<unsigned> flags;     // of the CPU, where an operation may have to speak of them
  };
  // Publishes nothing, and keeps none of the arrays. None where an index was out of bounds.
  absl::StatusOr<std::optional<Values>> Run(absl::Span<const Binding> bindings);

 private:
  BoundEvaluation(Context& context, Trace trace, std::shared_ptr<const Plan> plan);
  void FindSlots(absl::Span<const Binding> bindings);
  bool LieApart(absl::Span<const Binding> bindings) const;
  void Bind(absl::Span<const Binding> bindings);
  void LetGo();

  // An array of the trace, or what some are slices of, in the memory of a binding.
  struct Slot {
    size_t binding;
    int64_t offset;  // bytes beyond the binding's
  };
  static constexpr size_t kNone = ~size_t{0};

  Context& context_;
  Trace trace_;
  const std::shared_ptr<const Plan> plan_;
  const Numbers numbers_;
  std::vector<Slot> leaves_, wholes_;  // kNone: memory of its own
  std::vector<int64_t> sizes_;         // of the bindings' memory, bytes
  const int64_t helpers_;
  bool may_serve_ = false;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_BOUND_EVALUATION_H_

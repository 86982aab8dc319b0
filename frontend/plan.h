// A planned expression: what is made once per key and run with many numbers.
#ifndef BROADLOOM_FRONTEND_PLAN_H_
#define BROADLOOM_FRONTEND_PLAN_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "frontend/build_graph.h"
#include "frontend/context.h"
#include "frontend/join_rows.h"
#include "frontend/plan_key.h"
#include "passes/geometry.h"
#include "passes/in_place.h"
#include "passes/windows.h"
#include "runtime/float_environment.h"

namespace broadloom {

// One kernel of a plan. Compiled by the first evaluation that gets there; others wait.
class PlannedKernel {
 public:
  PlannedKernel(const Graph& body, std::string text)
      : facts(body),
        picked(PickedAxes(body)),
        in_place(InPlaceOperands(body)),
        is_pointwise(IsPointwiseMap(body)),
        may_join_rows(MayJoinRows(body)),
        text_(std::move(text)) {}

  absl::StatusOr<const LoadedKernel*> Load(Context& context) const;
  bool is_loaded() const { return fast_.load(std::memory_order_acquire) != nullptr; }
  const std::string& text() const { return text_; }

  const GeometryFacts facts;
  const std::vector<int> picked;                 // of the body's params
  const std::vector<std::vector<int>> in_place;  // as InPlaceOperands
  const bool is_pointwise;                       // as IsPointwiseMap
  const bool may_join_rows;                      // as MayJoinRows

 private:
  const std::string text_;
  mutable std::atomic<const LoadedKernel*> fast_{nullptr};
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const LoadedKernel> loaded_;  // guarded by mutex_
};

struct BufferAssignment;  // frontend/buffer_assignment.h

// What was decided last, and for what.
struct LastAssignment {
  std::mutex mutex;
  std::vector<int64_t> key;
  std::shared_ptr<const BufferAssignment> assignment;
};

// Immutable but for the kernels' code, and what it was run with last.
struct Plan {
  Graph graph;
  std::vector<int> bindings;     // as in BuiltGraph
  std::vector<NodeId> order;     // what the outputs need, inputs first
  std::vector<NodeId> last_use;  // of each node
  absl::flat_hash_map<NodeId, std::unique_ptr<PlannedKernel>> kernels;
  // Of a plan all of whose kernels are computed together, block by block, at the last one's step.
  std::optional<Windows> windows;
  std::vector<bool> in_windows;
  bool writes = false;  // to what is there: an insert or a scatter
  mutable LastAssignment last_assignment;

  // Whether it is no array, but handed on in windows: a kernel, its results, and slices of them.
  bool IsWindow(NodeId id) const { return !in_windows.empty() && in_windows[id]; }
};

// Made anew. The observer sees the graph as it was traced ("trace"), then after each pass; where
// windows did not help, once more from the first pass on.
using PassObserver = std::function<void(absl::string_view pass, const Graph& graph)>;
absl::StatusOr<std::shared_ptr<const Plan>> MakePlan(Context& context, const Trace& trace,
                                                     const PassObserver& observer = {});
// From the context's cache, or made.
absl::StatusOr<std::shared_ptr<const Plan>> FindPlan(Context& context, const Trace& trace);

// The numbers behind a plan's symbols.
class Numbers {
 public:
  Numbers(const Plan& plan, const Trace& trace);
  int64_t Of(Extent extent) const {
    return extent.is_symbol() ? symbols_[extent.symbol()] : extent.value();
  }
  Shape Of(const Shape& shape) const;
  Attrs Of(const Attrs& attrs) const;  // bodies stay as they are
  const std::vector<int64_t>& symbols() const { return symbols_; }

 private:
  std::vector<int64_t> symbols_;
};

// What a plan takes beyond its inputs, known before anything is allocated.
struct Needs {
  int64_t output_bytes = 0;
  int64_t peak_bytes = 0;  // of outputs, results between steps, copies, partial results, scratch
};
Needs NeedsOf(Context& context, const Plan& plan, const BufferAssignment& assignment,
              const Numbers& numbers);

// A result that one step hands to another.
struct Stored {
  Shape shape;
  DType dtype;
  int64_t bytes;
};
std::vector<Stored> StoredBetweenSteps(const Plan& plan, const Numbers& numbers);

// Takes the plan's peak from the budget. ResourceExhausted names the result that is too large and
// what to do about it.
absl::StatusOr<Reservation> ReserveFor(Context& context, const Plan& plan, const Trace& trace,
                                       const Numbers& numbers, const Needs& needs);
// Warns of results much larger than what they were broadcast from. Aborted where the settings say
// so.
absl::Status CheckBroadcasts(Context& context, const Trace& trace);

// Computes the outputs: one for each root of the trace. Adds the CPU's floating-point flags to
// `flags`. OutOfRange where an index is out of bounds, without saying which
// (frontend/index_faults.h); FailedPrecondition where a flag was raised before inputs are to be
// overwritten. Sets `overwrote` where it has overwritten inputs: from then on it
// cannot be cancelled, and fails only for want of memory.
absl::StatusOr<std::vector<StridedArray>> Execute(Context& context, const Plan& plan,
                                                  const Trace& trace, const Numbers& numbers,
                                                  const BufferAssignment& assignment,
                                                  const int32_t* cancelled, FloatFlags& flags,
                                                  bool& overwrote);
// The same by the reference evaluator, which raises all flags: it is not compiled for them.
absl::StatusOr<std::vector<StridedArray>> Interpret(Context& context, const Plan& plan,
                                                    const Trace& trace, const Numbers& numbers,
                                                    FloatFlags& flags);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_PLAN_H_

// A pass reads a graph and returns another one; it keeps nothing between calls.
#ifndef BROADLOOM_PASSES_PASS_H_
#define BROADLOOM_PASSES_PASS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "ir/graph.h"

namespace broadloom {

// All that passes may know of the machine. Decisions made from it change bytes and kernels, never
// bits of a result.
struct MachineModel {
  int vector_bytes = 32;
  bool permutes_bytes = false;  // of two registers: AVX-512 VBMI
};

// Where an operand of the graph lies: operands of one number share their memory, which this is all
// of or a part.
struct OperandMemory {
  int number;
  bool is_all;
};

struct PassOptions {
  MachineModel machine;
  int max_body_work = 640;              // a kernel's body is cut beyond this, counted as by WorkOf
  bool fast = false;                    // a product and a sum may be one instruction, rounded once
  bool windows = true;                  // steps of a stencil may be handed on (passes/windows.h)
  std::vector<OperandMemory> memories;  // by operand; empty: each has its own
  std::string stop_after;               // name of the last pass to run; empty: all
  // Called after each pass with its name and result; for dumps and timings.
  std::function<void(absl::string_view pass, const Graph& graph, double seconds)> observer;
};

using PassFn = absl::StatusOr<Graph> (*)(const Graph& in, const PassOptions& options);

struct Pass {
  absl::string_view name;
  PassFn run;
  absl::string_view why_here;
};

// The pipeline, in order (pipeline.cc).
absl::Span<const Pass> Pipeline();

// Runs `passes` over the graph; verifies after each where BROADLOOM_VERIFY is defined.
absl::StatusOr<Graph> RunPasses(const Graph& in, absl::Span<const Pass> passes,
                                const PassOptions& options);

// One line each: what the pass does. Every file opens with a picture.
absl::StatusOr<Graph> Decompose(
    const Graph& in, const PassOptions& options);  // mean, var, std, clip, integer matmul
absl::StatusOr<Graph> MakeExplicit(const Graph& in,
                                   const PassOptions& options);  // casts and ranks of operands
absl::StatusOr<Graph> ElideCopies(const Graph& in,
                                  const PassOptions& options);  // copies nobody can observe
absl::StatusOr<Graph> Canonicalize(const Graph& in, const PassOptions& options);  // the rule table
absl::StatusOr<Graph> FoldConstants(const Graph& in,
                                    const PassOptions& options);  // by the reference evaluator
absl::StatusOr<Graph> SinkViews(const Graph& in,
                                const PassOptions& options);              // views go to the leaves
absl::StatusOr<Graph> Fuse(const Graph& in, const PassOptions& options);  // kernels
absl::StatusOr<Graph> Schedule(const Graph& in,
                               const PassOptions& options);  // how each kernel loops
absl::StatusOr<Graph> OrderSteps(const Graph& in, const PassOptions& options);
absl::StatusOr<Graph> PlanBuffers(const Graph& in,
                                  const PassOptions& options);  // which results share memory

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_PASS_H_

// Runs the kernels of a planned graph natively and by the reference evaluator, with every operand
// between guard pages.
#ifndef BROADLOOM_TESTS_CODEGEN_KERNEL_HARNESS_H_
#define BROADLOOM_TESTS_CODEGEN_KERNEL_HARNESS_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "codegen/compile.h"
#include "ir/evaluate.h"
#include "ir/graph.h"
#include "passes/geometry.h"
#include "runtime/thread_pool.h"

namespace broadloom {

// How operands lie in memory where their layout letter leaves it open.
enum class StrideKind { kDense, kPadded, kReversed, kZero };

struct HarnessOptions {
  std::vector<int64_t> symbols;  // numbers of the body's symbols, as printed canonically
  StrideKind strides = StrideKind::kDense;
  bool at_end = true;            // operands end at a guard page; else they begin at one
  bool stream = false;           // outputs by non-temporal stores, where their rows are alike
  bool keep_in_outputs = false;  // kept rows go to the outputs' rows though scratch would do
  ItemSizes sizes = {};          // of the launch
  int64_t grain = 0;             // fewest items of a chunk; 0: as suits the machine
  bool ordinary = false;         // operands without special elements
  uint64_t seed = 1;
};

// One body, compiled once, run any number of times. Any access outside an operand is a crash.
class KernelHarness {
 public:
  static absl::StatusOr<KernelHarness> Make(const Graph& body, const Target& target);

  // OK where every bit of every output is the evaluator's (any NaN for a NaN; either zero from min
  // and max).
  absl::Status RunAndCompare(const HarnessOptions& options, Executor& executor) const;

 private:
  std::shared_ptr<const Graph> body_;
  std::shared_ptr<const class LoadedKernel> kernel_;
};

// Runs every kernel of a planned graph over many shapes, strides, both guard pages, and sizes of
// items and chunks.
void CheckKernels(const Graph& planned, const Target& target,
                  const std::vector<std::vector<int64_t>>& shapes);

// All kernels of a graph that `Schedule` has seen.
std::vector<const Graph*> KernelBodies(const Graph& graph);

}  // namespace broadloom

#endif  // BROADLOOM_TESTS_CODEGEN_KERNEL_HARNESS_H_

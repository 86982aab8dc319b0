// What a body computes: how much, and how long a machine is busy with that at least.
#ifndef BROADLOOM_PASSES_WORK_H_
#define BROADLOOM_PASSES_WORK_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "ir/graph.h"

namespace broadloom {

// Every node counts once, however often a schedule computes it.
struct Work {
  double operations = 0;  // one for each element of a result, for each that a reduction goes over
  // Bytes of elements, of a comparison those of its operands. Each elementary function counts as
  // kAddsOfFunction additions.
  double add_bytes = 0;
  double divide_f32_bytes = 0, divide_f64_bytes = 0;  // quotients and square roots of floats
};

// Additions that take as long as exp, the quickest of the elementary functions
// (docs/benchmarks.md).
constexpr int kAddsOfFunction = 8;

// `elements` counts those of a shape.
Work WorkOfBody(const Graph& body, absl::FunctionRef<int64_t(const Shape&)> elements);

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_WORK_H_

// Numbers to try a graph on: for tests, and for broadloom-opt --evaluate.
#ifndef BROADLOOM_PASSES_SAMPLE_INPUTS_H_
#define BROADLOOM_PASSES_SAMPLE_INPUTS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "ir/evaluate.h"

namespace broadloom {

// The same numbers for the same graph and seed. `symbols` are the extents of the first symbols;
// others are small and distinct. ResourceExhausted beyond a million elements.
absl::StatusOr<Bindings> SampleInputs(const Graph& graph, uint64_t seed,
                                      absl::Span<const int64_t> symbols);

// ResourceExhausted where a node has more elements than that, or more symbols than are given.
absl::Status CheckSizes(const Graph& graph, absl::Span<const int64_t> symbols,
                        int64_t most_elements);

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_SAMPLE_INPUTS_H_

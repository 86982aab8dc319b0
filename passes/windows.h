// Several steps of a stencil, one computed from slices of the other. Fused, each value of an early
// step would be computed for every slice again. Stored, it would be an array. So a step is a kernel
// of its own, and all of them run over the same block of rows, one after the other, while what they
// hand to one another is in the cache.
#ifndef BROADLOOM_PASSES_WINDOWS_H_
#define BROADLOOM_PASSES_WINDOWS_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "ir/graph.h"
#include "passes/pass.h"

namespace broadloom {

// Values that are to be handed on so, of a graph before its views are sunk: those of which several
// slices are read, where computing them anew for each costs more. None but in graphs of elementwise
// operations on slices with starts that are numbers, with one output, of arrays whose last axis is
// contiguous; or was, before the output was permuted: then they are values of another graph, which
// has operands permuted instead.
struct WindowedGraph {
  std::optional<Graph> turned;
  std::vector<bool> values;
};
absl::StatusOr<WindowedGraph> FindWindowedValues(const Graph& graph, const PassOptions& options);

// The kernels that hand on windows, of a graph after fusion, in order; the last one stores. nullopt
// where there is one kernel only, or some do not fit together so.
struct Windows {
  struct Operand {
    int from = -1;  // of the steps; -1: an array
    int output = 0;
    std::vector<int64_t> starts;  // of the slice that is read
  };
  struct Step {
    NodeId kernel;
    std::vector<Operand> operands;  // by the body's params
  };
  std::vector<Step> steps;
};
std::optional<Windows> FindWindows(const Graph& graph);

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_WINDOWS_H_

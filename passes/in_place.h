// Which operands of a kernel its results may be written over.
#ifndef BROADLOOM_PASSES_IN_PLACE_H_
#define BROADLOOM_PASSES_IN_PLACE_H_

#include <vector>

#include "ir/graph.h"

namespace broadloom {

// For each output of a scheduled body its operands of the same shape and item size of which every
// element is read for the last time before the output's element at that place is written. A launch
// that keeps rows in its output (Geometry::writes_twice) has none.
std::vector<std::vector<int>> InPlaceOperands(const Graph& body);

// Whether every element of the domain is computed from operands at its own place alone, whichever
// row that is, and into results of its shape.
bool IsPointwiseMap(const Graph& body);

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_IN_PLACE_H_

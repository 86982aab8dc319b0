// Operands that lie otherwise than vectors need them, and are copied to where they can be loaded.
#ifndef BROADLOOM_PASSES_COPIED_OPERANDS_H_
#define BROADLOOM_PASSES_COPIED_OPERANDS_H_

#include <string>
#include <vector>

#include "ir/graph.h"

namespace broadloom {

// Params that belong to an inner loop and have no unit stride along the vector axis: worth a copy
// that many items share. Items are vectors of results.
Axes Packed(const Graph& body, const std::vector<NodeId>& reductions, int vector);

// Params to turn, tile by tile, for vectors along an axis.
struct Turning {
  int across = -1;  // the axis along which they have unit stride
  Axes params;      // none: nothing to turn
};
Turning TurningOf(const Graph& body, const std::string& kind, int vector);

// The axis along which results lie, if operands that do not can be turned to it, and no more of
// them lie along another one; else `otherwise`.
int AxisOfStores(const Graph& body, int otherwise);

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_COPIED_OPERANDS_H_

// Which units a body's additions take.
#ifndef BROADLOOM_CODEGEN_PIPES_H_
#define BROADLOOM_CODEGEN_PIPES_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "ir/graph.h"

namespace broadloom {

// By node: of every two registers of a sum or a difference, how many are better computed by a
// multiplier, as x * 1 + y, which is the same number (of two NaNs perhaps the other one): where the
// processor has other units for products than for sums (AMD's, family 17h and later: Software
// Optimization Guide, "Floating-Point Unit"), and a map, or a loop inside one, has more sums,
// extrema and conversions than products.
std::vector<int> OnMultipliers(const Graph& body, absl::string_view cpu);

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_PIPES_H_

// In which order the operands of a body's operations are computed, so that few values wait in
// registers.
#ifndef BROADLOOM_IR_EMISSION_ORDER_H_
#define BROADLOOM_IR_EMISSION_ORDER_H_

#include <vector>

#include "ir/graph.h"

namespace broadloom {

// By node: vector registers that computing it takes, if operands are computed in EmissionOrder and
// nothing is used twice. Sethi & Ullman, "The generation of optimal code for arithmetic
// expressions", Journal of the ACM 17 (1970). Numbers are operands in memory and take none.
std::vector<int> RegistersFor(const Graph& body);

// `masks_apart`: bools are in registers of their own. Vector registers that are taken at most while
// the outputs are computed in EmissionOrder, each node once.
int MostRegisters(const Graph& body, bool masks_apart);

// A node's different inputs, the one that takes the most registers first.
Inputs EmissionOrder(const Node& node, const std::vector<int>& registers);

}  // namespace broadloom

#endif  // BROADLOOM_IR_EMISSION_ORDER_H_

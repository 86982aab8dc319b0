// How a kernel's vectors run: along which axis, how many elements at a time, how many rows
// together.
#ifndef BROADLOOM_PASSES_VECTORS_H_
#define BROADLOOM_PASSES_VECTORS_H_

#include <vector>

#include "ir/graph.h"
#include "passes/pass.h"

namespace broadloom {

// Whether all results have elements along the axis.
bool AreVectors(const Graph& body, int axis);
// One number, added up in rows order: nothing to lay vectors along.
bool IsSerial(const Graph& body);

// Whether a body has nothing but operands, numbers, elementwise operations and reductions, none of
// them complex: what several rows can be computed together of.
bool IsPlain(const Graph& body);
// Bytes of the widest element that vectors hold.
int WidestElement(const Graph& body);

// How much a param counts where axes are chosen by what has unit stride along them.
int WeightOf(const Graph& body, NodeId param);
// The axis with the most unit strides among the allowed ones; ties go to the last axis.
int VectorAxis(const Graph& body, const std::vector<bool>& allowed);
int VectorAxis(const Graph& body);

// Rows of a register tile: as many as have their running values in registers, if there is an
// operand that they share. Two vectors a row.
int TileRows(const Graph& body, const std::vector<NodeId>& reductions, int vector,
             const MachineModel& machine);

// Elements of a vector. A reduction whose order has lanes needs exactly its group; others take what
// keeps four registers busy, or two where these are many.
int VectorWidth(const Graph& body, const std::vector<NodeId>& reductions,
                const MachineModel& machine);

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_VECTORS_H_

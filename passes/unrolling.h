// Reductions over few elements: no loop goes over them, all are computed together.
//
//     centre rows of three          domain [s0,3], vectors along axis 0, axis 1 unrolled
//
//     memory     a0 a1 a2 b0 b1 b2 c0 c1 c2 ...
//     registers  a0 b0 c0 ...   a1 b1 c1 ...   a2 b2 c2 ...
#ifndef BROADLOOM_PASSES_UNROLLING_H_
#define BROADLOOM_PASSES_UNROLLING_H_

#include "ir/graph.h"
#include "passes/pass.h"

namespace broadloom {

// Longer axes are walked in loops; extents up to this one are numbers, known when a plan is made,
// where so many elements are reduced along them that a plan of their own pays.
constexpr int64_t kMostUnrolled = 8;
constexpr int64_t kLeastUnrolled = 4096;

// The last axis of a body, of 2 to kMostUnrolled positions, where it is what rows walk, and vectors
// can run along the axis before it instead; -1: none.
int UnrolledAxis(const Graph& body);

// Elements of a vector, as many as leave registers for all positions at once.
int UnrolledWidth(const Graph& body, int axis, const MachineModel& machine);

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_UNROLLING_H_

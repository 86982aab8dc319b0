// Several steps of a stencil: operands that show one memory at most 8 elements of each axis apart,
// `u[2:]`, `u[1:-1]`, and slices of what is computed from them. A plan that knows how far apart
// they are computes a value that several of them share once.
#ifndef BROADLOOM_FRONTEND_SHIFTED_LEAVES_H_
#define BROADLOOM_FRONTEND_SHIFTED_LEAVES_H_

#include <vector>

#include "frontend/expr.h"

namespace broadloom {

struct Trace;

// What several leaves of a trace are slices of. It may reach beyond its buffer, where none of them
// does: nothing is read there.
struct WholeLeaf {
  StridedArray array;
  Shape shape;
  DType dtype;
  int first_number = 0;  // of its extents in Trace::numbers
};

// A leaf as a slice of one, in steps of 1.
struct ShiftedLeaf {
  int whole = -1;  // in Trace::wholes; -1: it is none
  Dims starts;
};

// Starts of slices that are numbers in a plan with steps, part of its key; others are symbols.
constexpr int64_t kMostKnownStart = 16;
static_assert(kMostKnownStart <= 127, "a byte of the key");

// Sets Trace::has_steps, and fills Trace::wholes and Trace::shifted where it is so.
void FindShiftedLeaves(Trace& trace);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SHIFTED_LEAVES_H_

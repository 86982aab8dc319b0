// Elements of arrays, from inputs and to outputs.
#ifndef BROADLOOM_FRONTEND_FILES_ELEMENTS_H_
#define BROADLOOM_FRONTEND_FILES_ELEMENTS_H_

#include "frontend/array.h"
#include "frontend/files/input.h"
#include "frontend/files/npy_header.h"
#include "frontend/files/output.h"

namespace broadloom {

// Throws `invalid_argument` where fewer bytes are left than the elements have. Before memory is
// taken.
void CheckRemaining(const Input& input, const FileElements& elements);

// An array of its own.
Array ReadElements(Input& input, const FileElements& elements, Context& context);

// How x would be written: Fortran's order where that alone is the order of its memory.
FileElements ElementsOf(const Array& x);
// Whether all of it fits into the budget: it is computed then, if it was pending.
bool FitsWhenComputed(const Array& x);
// By pieces, in C order or Fortran's. What is pending is computed: all of it where that fits into
// the budget, else by pieces that are not kept.
void WriteElements(Output& output, const Array& x, bool fortran_order);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_ELEMENTS_H_

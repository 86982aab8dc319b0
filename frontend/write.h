// What writes to arrays share.
#ifndef BROADLOOM_FRONTEND_WRITE_H_
#define BROADLOOM_FRONTEND_WRITE_H_

#include <vector>

#include "frontend/array.h"
#include "frontend/expr.h"

namespace broadloom {

void CheckWriteable(const Array& target);  // throws

// Whether a view may show an element of its memory several times, so that the order of stores
// matters: they are made at once.
bool MayRepeat(const Array& view);

// Without as many leading axes of extent 1 as x has axes beyond `rank`: a write does not see them.
Array WithoutLeadingOnes(const Array& x, int rank);

// A value as it is stored in elements of this dtype and shape: converted and broadcast. Leading
// axes of extent 1 do not count.
ExprPtr ValueFor(Context& context, DType dtype, const Shape& shape, const Operand& value);

// x[items] of integers, slices and their like, as an array that can be written to even where it is
// one element.
Array ViewAt(const Array& x, const std::vector<Index>& items);

// x[items] = value, where the key holds index arrays or masks: in C order of what it picks, so that
// of two values for one element the last one stays.
void AssignPicked(const Array& x, const std::vector<Index>& items, const Operand& value);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_WRITE_H_

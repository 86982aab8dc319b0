// What is written through index arrays: where the elements lie, and what goes there.
#ifndef BROADLOOM_FRONTEND_SCATTER_H_
#define BROADLOOM_FRONTEND_SCATTER_H_

#include <vector>

#include "frontend/expr.h"
#include "frontend/index_arrays.h"

namespace broadloom {

// Where elements go: bytes from the first one of the view to each picked place, in C order. Throws
// out_of_range.
std::vector<int64_t> OffsetsOf(const Array& view, const Places& places, const Dims& strides);

// What is read while x is written to must not lie in its memory: then a copy.
Array ApartFrom(const Array& x, const Array& dense);

// What is picked: the axes of places at `at` of the view's others.
Sizes PickedShape(const Array& view, const Places& places, int64_t at);
// In the order in which elements are picked: those axes first.
Array PickedFirst(const Array& value, const Sizes& places, int64_t at);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SCATTER_H_

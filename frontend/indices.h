// Places of elements as numbers and as coordinates, and elements chosen by numbers and conditions.
// What has to look at its operands runs when it is written, the others are lazy; results are fresh.
// Errors: invalid_argument for shapes and for numbers out of range, type_error for dtypes.
#ifndef BROADLOOM_INDICES_H_
#define BROADLOOM_INDICES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "api.h"
#include "array.h"
#include "sorting.h"

namespace BROADLOOM_API broadloom {

// --- indices/choose.cc ---------------------------------------------------------------------------
// result[i] = choices[which[i]][i], all broadcast together. `which` may be cast safely to int64.
Array choose(const Array& which, const std::vector<Array>& choices,
             IndexMode mode = IndexMode::raise);
// Of the first choice whose condition is true, else `otherwise`. Conditions are bools. Lazy.
Array select(const std::vector<Array>& conditions, const std::vector<Array>& choices,
             const Array& otherwise);
// The elements where the condition, which may be of another shape, is not zero, both in C order.
Array extract(const Array& condition, const Array& x);

// --- indices/places.cc ---------------------------------------------------------------------------
// Coordinates of places in a flattened array of that shape, one array for each axis, and back.
// `fortran`: flattened in Fortran's order.
std::vector<Array> unravel_index(const Array& places, const Sizes& shape, bool fortran = false);
// One mode for each axis, or for all; none: raise.
Array ravel_multi_index(const std::vector<Array>& coordinates, const Sizes& shape,
                        const std::vector<IndexMode>& modes = {}, bool fortran = false);
// Coordinates of the elements of a matrix on and below (above) its k-th diagonal, in C order.
std::vector<Array> tril_indices(int64_t rows, int64_t k = 0, std::optional<int64_t> columns = {},
                                Context* context = nullptr);
std::vector<Array> triu_indices(int64_t rows, int64_t k = 0, std::optional<int64_t> columns = {},
                                Context* context = nullptr);
// Vectors of indices, each along an axis of its own; those of bools stand for where they are true.
std::vector<Array> ix_(const std::vector<Array>& vectors);

}  // namespace broadloom

#endif  // BROADLOOM_INDICES_H_

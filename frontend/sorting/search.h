// Where values belong in a sorted vector.
#ifndef BROADLOOM_FRONTEND_SORTING_SEARCH_H_
#define BROADLOOM_FRONTEND_SORTING_SEARCH_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "frontend/array.h"
#include "frontend/statistics.h"

namespace broadloom {

// Calls body(first key, number of keys, their places) for runs of keys, on the context's threads.
// `sorted` and `keys` are dense, of one dtype that is no half.
using PlacesFunction = absl::FunctionRef<void(int64_t first, int64_t count, const int64_t* places)>;
void FindPlaces(const Array& sorted, const Array& keys, Side side, PlacesFunction body);

// Among bins of which some are NaN, as `digitize` and `histogramdd` take them: the places are those
// of NumPy's steps, one key after another.
bool HasNaNs(const double* bins, int64_t count);
void FindPlacesInTurn(const double* bins, int64_t count, const double* keys, int64_t size,
                      Side side, int64_t* places);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SORTING_SEARCH_H_

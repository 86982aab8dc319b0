// Elements picked from an array by their indices or by a mask.
#ifndef BROADLOOM_FRONTEND_GATHER_H_
#define BROADLOOM_FRONTEND_GATHER_H_

#include <cstdint>
#include <vector>

#include "frontend/array.h"
#include "frontend/index_arrays.h"

namespace broadloom {

// x with the axes of `places` gone and those of its shape at `at` of the others. Lazy. Throws
// out_of_range for indices that are few and known; others are checked by the kernel that picks
// (frontend/index_faults.h).
Array Gather(const Array& x, const Places& places, int64_t at);

// Picks along the last axes of `source` by integers that broadcast with its others. Errors call the
// picked axes `axes`. Checks no index.
Array MakeGather(const Array& source, const std::vector<Array>& indices,
                 const std::vector<int64_t>& axes);

// Where a mask of x's first axes holds, in C order and along one axis in their place. Ready.
Array Select(const Array& x, const Array& mask);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_GATHER_H_

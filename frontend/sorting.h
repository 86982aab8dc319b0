// Sorting, gathering and sets with NumPy's results. Library calls: they run when they are written,
// and their results are fresh; but `take` and `take_along_axis` are lazy, and so is `repeat`.
//
// The order of elements is NumPy's: NaNs are larger than everything, -0.0 and 0.0 equal, complex
// numbers compare by their real parts, then by the imaginary ones. No axis: the elements in C
// order. Errors: `axis` for an axis that is not there, out_of_range for an index, invalid_argument
// for shapes, type_error for dtypes.
#ifndef BROADLOOM_SORTING_H_
#define BROADLOOM_SORTING_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "api.h"
#include "array.h"

namespace BROADLOOM_API broadloom {

// --- sorting/sort.cc -----------------------------------------------------------------------------
// Lines along the axis, equal elements in the order they had; descending ones begin with the NaNs.
Array sort(const Array& x, std::optional<int64_t> axis = -1, bool descending = false);
// What may take long is given to it to run: a host language lets go of its lock meanwhile, under
// which x may be looked at and changed.
using Aside = std::function<void(const std::function<void()>&)>;
inline const Aside kAtOnce = [](const std::function<void()>& run) { run(); };
// The same as sort, where x lies. Throws as assign does.
void sort_in_place(const Array& x, int64_t axis = -1, bool descending = false,
                   const Aside& aside = kAtOnce);
// The places (int64) of the elements of `sort`'s result. A number counts as a vector.
Array argsort(const Array& x, std::optional<int64_t> axis = -1, bool descending = false);
// Lines with the elements that sorting would bring to the places `kth`, of which negative ones
// count from the end, at these places; smaller or equal ones before them, the others behind.
Array partition(const Array& x, const std::vector<int64_t>& kth, std::optional<int64_t> axis = -1);
void partition_in_place(const Array& x, const std::vector<int64_t>& kth, int64_t axis = -1,
                        const Aside& aside = kAtOnce);
Array argpartition(const Array& x, const std::vector<int64_t>& kth,
                   std::optional<int64_t> axis = -1);
// The k largest elements of each line beginning with the largest, or the k smallest beginning with
// the smallest, and their places. Of equal ones those that come first.
struct TopK {
  Array values, indices;
};
TopK topk(const Array& x, int64_t k, std::optional<int64_t> axis = -1, bool largest = true);
// Places in the order of the last key, where that has equal elements of the one before it, and so
// on. All of one shape.
Array lexsort(const std::vector<Array>& keys, int64_t axis = -1);
// complex64 of integers of at most 16 bits, else complex128, unless x is complex.
Array sort_complex(const Array& x);

// --- sorting/gather.cc ---------------------------------------------------------------------------
// What is done with an index out of range: an error; modulo the extent; the nearest in range, where
// negative ones do not count from the end.
enum class IndexMode : uint8_t { raise, wrap, clip };
// x's shape with that of the indices (which may be cast to int64) in place of the axis. An index
// out of range that is not known yet, or one of many, is an error of the evaluation.
Array take(const Array& x, const Array& indices, std::optional<int64_t> axis = {},
           IndexMode mode = IndexMode::raise);
// result[i, j, k] = x[i, indices[i, j, k], k], with x and the indices broadcast along other axes.
Array take_along_axis(const Array& x, const Array& indices, std::optional<int64_t> axis = -1);
// Each element of the axis as often as `counts` (which may be cast to int64) says; one count is for
// all.
Array repeat(const Array& x, const Array& counts, std::optional<int64_t> axis = {});
// The elements of the axis for which the vector `condition`, which may be shorter, is true.
Array compress(const Array& condition, const Array& x, std::optional<int64_t> axis = {});

// Where elements are not zero, as int64 and in C order: a vector of coordinates for each axis, a
// row for each element, places in the flattened array. `nonzero` does not take a number.
std::vector<Array> nonzero(const Array& x);
Array argwhere(const Array& x);
Array flatnonzero(const Array& x);

// --- sorting/unique.cc ---------------------------------------------------------------------------
// Sorted. NaNs are different elements, or one with `equal_nan`. Along an axis: the different
// subarrays, in the order of their first elements, then of the second ones, and so on; NaNs are
// different elements there.
Array unique_values(const Array& x, bool equal_nan = false, std::optional<int64_t> axis = {});
struct Unique {
  Array values;
  Array indices;          // where each is first, in C order or along the axis
  Array inverse_indices;  // which value each element is, of x's shape; which, each subarray
  Array counts;
};
Unique unique_all(const Array& x, bool equal_nan = false, std::optional<int64_t> axis = {});

// --- sorting/isin.cc -----------------------------------------------------------------------------
// Whether each element of x is among the tests (or is not); a NaN never is. Of x's shape.
Array isin(const Array& x, const Array& tests, bool invert = false);

// --- sorting/sets.cc: arrays as sets of their elements -------------------------------------------
// Results are sorted vectors.
// NaNs are one element within an operand, and different in two. `assume_unique`: the operands have
// no element twice.
Array union1d(const Array& x, const Array& y);
Array intersect1d(const Array& x, const Array& y, bool assume_unique = false);
struct Intersection {
  Array values, first, second;  // and where they are in x and in y
};
Intersection intersect1d_indices(const Array& x, const Array& y, bool assume_unique = false);
// With `assume_unique` in x's own order.
Array setdiff1d(const Array& x, const Array& y, bool assume_unique = false);
Array setxor1d(const Array& x, const Array& y, bool assume_unique = false);

}  // namespace broadloom

#endif  // BROADLOOM_SORTING_H_

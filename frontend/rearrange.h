// Functions that put elements elsewhere, or repeat them. Those of the first part are views of their
// operand; the results of the others are fresh.
// Errors: `axis` for an axis that is not there, invalid_argument for shapes that do not fit.
#ifndef BROADLOOM_REARRANGE_H_
#define BROADLOOM_REARRANGE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "api.h"
#include "array.h"

namespace BROADLOOM_API broadloom {

Array moveaxis(const Array& x, const std::vector<int64_t>& source,
               const std::vector<int64_t>& destination);
Array swapaxes(const Array& x, int64_t first, int64_t second);
Array rollaxis(const Array& x, int64_t axis, int64_t start = 0);  // to before another one
Array fliplr(const Array& x);                                     // along axis 1
Array flipud(const Array& x);                                     // along axis 0
// By a quarter turn, so many times, in the plane of two axes: from the first to the second.
Array rot90(const Array& x, int64_t times = 1, int64_t first = 0, int64_t second = 1);
// With axes of extent 1 where it has fewer.
Array atleast_1d(const Array& x);
Array atleast_2d(const Array& x);
Array atleast_3d(const Array& x);
// The windows of this shape at each place, as a read-only view: of (n, m) and windows (p, q) along
// its axes (n - p + 1, m - q + 1, p, q). Without axes along all of them; one axis may have several
// windows. Throws invalid_argument where a window does not fit.
Array sliding_window_view(const Array& x, const Sizes& window_shape, const AxisList& axes = {});
// The axes from the outermost to the innermost in memory, where elements that repeat do not count.
std::vector<int64_t> memory_order(const Array& x);
// The subarrays along an axis.
std::vector<Array> unstack(const Array& x, int64_t axis = 0);
std::vector<Array> broadcast_arrays(const std::vector<Array>& arrays);

// Coordinates of a grid from vectors; `xy` indexing has the first two axes swapped. Sparse ones
// have extent 1 along the others' axes. Without copies they are views of the vectors.
std::vector<Array> meshgrid(const std::vector<Array>& vectors, bool xy = true, bool sparse = false,
                            bool copies = true);
// (n, *shape): element (k, ...) is the index along axis k. The sparse ones are n arrays with extent
// 1 along the others' axes.
Array indices(const Sizes& shape, DataType dtype = DataType::int64, Context* context = nullptr);
std::vector<Array> sparse_indices(const Sizes& shape, DataType dtype = DataType::int64,
                                  Context* context = nullptr);
// (n) -> (n, columns): powers of each element, the highest first unless `increasing`; without a
// number of columns as many as rows.
Array vander(const Array& x, std::optional<int64_t> columns = {}, bool increasing = false);

// Elements of the last two axes on and below (above) the k-th diagonal; others are 0.
Array tril(const Array& x, int64_t k = 0);
Array triu(const Array& x, int64_t k = 0);
Array tri(int64_t rows, int64_t columns, int64_t k = 0, DataType dtype = DataType::float64,
          Context* context = nullptr);

// --- joining/repeat.cc ---------------------------------------------------------------------------
// Each element moves `shift` places along its axis, the last ones to the front; without axes over
// the elements in C order. One shift for all axes, or one for each.
Array roll(const Array& x, const std::vector<int64_t>& shifts, const AxisList& axes = {});
// Each element so many times, along an axis or in C order.
Array repeat(const Array& x, int64_t times, std::optional<int64_t> axis = {});
// The array so many times along each axis; missing axes are put in front of either.
Array tile(const Array& x, const std::vector<int64_t>& times);
// The elements in C order, from the start again after the last one, in that shape; no elements: 0.
Array resize(const Array& x, const Sizes& shape);

}  // namespace broadloom

#endif  // BROADLOOM_REARRANGE_H_

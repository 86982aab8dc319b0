// Lines of arrays, handed one by one to what sorts them.
#ifndef BROADLOOM_FRONTEND_SORTING_ALONG_H_
#define BROADLOOM_FRONTEND_SORTING_ALONG_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "frontend/array.h"
#include "frontend/dense.h"
#include "runtime/sort.h"

namespace broadloom {

sorting::Element ElementOf(DataType dtype);

// Memory in C order around one axis: line (o, i) has element k at (o * extent + k) * inner + i.
struct Along {
  int64_t outer = 1, extent = 1, inner = 1;

  Along(const Sizes& shape, int64_t axis);
  int64_t lines() const { return outer * inner; }
  int64_t size() const { return outer * extent * inner; }
};

// Calls body(first, count) for lines of the same extent: many of them on one thread, without an
// executor, few long ones one by one on all threads.
void ForEachLine(Context& context, sorting::Lines lines,
                 absl::FunctionRef<void(int64_t first, int64_t count, Executor* executor)> body);

// Makes as many lines at `to` of contiguous ones at `from`.
using LineFunction =
    absl::FunctionRef<void(const char* from, char* to, int64_t count, Executor* executor)>;

// `to` has lines like those of `from`. Elements have so many bytes. Throws memory_budget where
// lines are not contiguous, which takes copies of some.
struct Elements {
  int64_t from, to;
};
void ForLines(Context& context, const Along& along, const char* from, char* to, Elements sizes,
              LineFunction function);

// to[o, k, i] = x[o, places[o, k, i], i]: elements of x's lines, and int64 of places in them.
void PickAlong(const Array& x, const Along& along, const int64_t* places, char* to);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SORTING_ALONG_H_

// Lines of numbers put in order.
//
// The order is NumPy's: NaNs behind everything, -0.0 and 0.0 equal, complex numbers by their real
// parts, then by the imaginary ones. Equal elements keep the order they had, so a result is one and
// the same whatever the number of threads and the instruction set are.
#ifndef BROADLOOM_RUNTIME_SORT_H_
#define BROADLOOM_RUNTIME_SORT_H_

#include <cstdint>

#include "absl/types/span.h"
#include "runtime/thread_pool.h"

namespace broadloom::sorting {

enum class Element : uint8_t {
  uint8,
  uint16,
  uint32,
  uint64,
  int8,
  int16,
  int32,
  int64,
  float16,
  bfloat16,
  float32,
  float64,
  complex64,
  complex128,
};

// Lines from this length on are worth several threads each.
inline constexpr int64_t kLongLine = int64_t{1} << 17;

// Lines one behind the other.
struct Lines {
  int64_t count, extent;
};

// Places [begin, end) of a sorted line.
struct Places {
  int64_t begin, end;
};

// Puts lines of numbers, which are not complex, from `from` into `to`, which lies elsewhere. Only
// what comes to the `wanted` places of each is sure to be where a full sort puts it; the rest is on
// the right side of it. No executor: on this thread alone, as short lines always are.
void SortLines(Element element, const void* from, void* to, Lines lines, bool descending,
               absl::Span<const Places> wanted, Executor* executor);

// The same where they lie. Those of elements that are equal and have other bits, such as
// zeros of both signs, are copied first; so are bytes.
void SortLinesInPlace(Element element, void* data, Lines lines, bool descending,
                      absl::Span<const Places> wanted, Executor* executor);

// Numbers `stride` bytes apart by which places are sorted.
struct Column {
  Element element;
  const void* data;
  int64_t stride;
  bool descending = false;
};

// The places [0, extent) of each line in the order of the first column, those that are equal there
// in the order of the second one, and so on; what is equal in all keeps its order. `wanted` and
// `executor` as above.
void SortPlaces(absl::Span<const Column> columns, int64_t* places, Lines lines,
                absl::Span<const Places> wanted, Executor* executor);

}  // namespace broadloom::sorting

#endif  // BROADLOOM_RUNTIME_SORT_H_

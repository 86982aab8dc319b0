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

// Places [begin, end) of a result.
struct Places {
  int64_t begin, end;
};

// Puts `count` numbers, which are not complex, from `from` into `to`, which lies elsewhere. Only
// what comes to the `wanted` places is sure to be where a full sort puts it; the rest is on the
// right side of it. No executor: on this thread alone.
void SortLine(Element element, const void* from, void* to, int64_t count, bool descending,
              absl::Span<const Places> wanted, Executor* executor);

// Numbers `stride` bytes apart by which places are sorted.
struct Column {
  Element element;
  const void* data;
  int64_t stride;
  bool descending = false;
};

// The places [0, count) in the order of the first column, those that are equal there in the order
// of the second one, and so on; what is equal in all keeps its order. `wanted` as above.
void SortPlaces(absl::Span<const Column> columns, int64_t* places, int64_t count,
                absl::Span<const Places> wanted, Executor* executor);

}  // namespace broadloom::sorting

#endif  // BROADLOOM_RUNTIME_SORT_H_

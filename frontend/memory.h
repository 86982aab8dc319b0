// Array data: taken from the budget, copied between strides.
#ifndef BROADLOOM_FRONTEND_MEMORY_H_
#define BROADLOOM_FRONTEND_MEMORY_H_

#include <memory>

#include "absl/status/statusor.h"
#include "frontend/context.h"
#include "frontend/expr.h"

namespace broadloom {

// Whether a result of so many bytes had better be stored past the caches.
bool IsBeyondCaches(int64_t bytes);

// Memory that counts against the context's budget for as long as it lives.
absl::StatusOr<std::shared_ptr<Buffer>> AllocateCounted(Context& context, int64_t bytes);

struct Strided {
  char* data;
  absl::Span<const int64_t> strides;
};
void CopyStrided(const Shape& shape, int64_t itemsize, Strided to, Strided from);
// On all threads, where it is worth it. The two do not overlap.
void CopyInParallel(Context& context, const Shape& shape, int64_t itemsize, Strided to,
                    Strided from);
// The same within one memory, where both have equal strides: what is read was not written before.
void MoveInParallel(Context& context, const Shape& shape, int64_t itemsize, Strided to,
                    Strided from);

// Each line's elements move `shift` places to its end, the last ones to the front. Lines lie one
// behind the other.
void RotateInParallel(Context& context, int64_t itemsize, int64_t lines, int64_t length,
                      int64_t shift, char* data);

// Why there is none: the arguments of a function that `jit` traces (frontend/jit.h) have no
// elements.
extern const char* const kNoElements;
[[noreturn]] void ThrowNoElements();

inline char* AddressOf(const StridedArray& array) {
  if (array.buffer->is_absent()) [[unlikely]]
    ThrowNoElements();
  return array.buffer->data() + array.offset;
}

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_MEMORY_H_

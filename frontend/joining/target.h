// What `insert` and `delete_` change.
#ifndef BROADLOOM_FRONTEND_JOINING_TARGET_H_
#define BROADLOOM_FRONTEND_JOINING_TARGET_H_

#include <optional>

#include "frontend/joining/parts.h"

namespace broadloom::joining {

// x, or its elements in C order, and the axis that is meant.
struct Target {
  Array x;
  int64_t axis, extent;
  Order order;  // of the result
};

Target TargetOf(const Array& x, std::optional<int64_t> axis, const char* name);
Fresh ResultOf(const Target& target, int64_t extent);  // with that extent along the axis

[[noreturn]] void ThrowBeyond(int64_t at, const Target& target);

// A vector of integers or a mask as int64 in memory. Throws out_of_range for other dtypes.
Array IndicesOf(const Array& places);
// Those that a slice stands for.
Array IndicesOf(const Target& target, const Slice& slice);

}  // namespace broadloom::joining

#endif  // BROADLOOM_FRONTEND_JOINING_TARGET_H_

// Everything a launch points to.
#ifndef BROADLOOM_FRONTEND_LAUNCH_ARGS_H_
#define BROADLOOM_FRONTEND_LAUNCH_ARGS_H_

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "frontend/expr.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "runtime/kernel.h"

namespace broadloom {

// One per launch, on the stack.
struct LaunchArgs {
  LaunchArgs() = default;
  // A block of a pointwise kernel's domain. Such a kernel picks from no tables. Holds nothing.
  LaunchArgs(const LaunchArgs& all, absl::Span<const int64_t> begin,
             absl::Span<const int64_t> block)
      : pointers(all.pointers),
        strides(all.strides),
        extents(block.begin(), block.end()),
        scalars(all.scalars) {
    std::copy(std::begin(all.tuning), std::end(all.tuning), tuning);
    const size_t rank = extents.size();
    for (size_t i = 0; i < strides.size(); ++i) {
      char*& pointer = pointers[i / rank];  // null: of a window
      if (pointer != nullptr) pointer += begin[i % rank] * strides[i];
    }
  }

  absl::InlinedVector<char*, 8> pointers;
  absl::InlinedVector<int64_t, 32> strides;
  absl::InlinedVector<int64_t, 4> extents;
  absl::InlinedVector<uint64_t, 4> scalars;
  absl::InlinedVector<int64_t, 4> tables;
  int64_t tuning[kTuneCount] = {};
  int32_t fault = 0;
  std::vector<StridedArray> held;  // operands, for as long as the launch takes

  // What is as long as the domain, and will lie somewhere else for each block.
  void AddWindow(const Dims& dense) {
    pointers.push_back(nullptr);
    strides.insert(strides.end(), dense.begin(), dense.end());
  }

  // Operands are aligned to the domain at the right; an axis of extent 1 for ever does not move.
  // The last `picked` axes are none of the domain's.
  void Add(const StridedArray& array, const Shape& symbols, const Shape& shape, int64_t itemsize,
           int picked = 0) {
    pointers.push_back(AddressOf(array));
    const Dims normalized = NormalizedStrides(shape, array.strides, itemsize);
    const size_t rank = shape.size() - picked;
    for (size_t axis = rank; axis < extents.size(); ++axis) strides.push_back(0);
    for (size_t axis = 0; axis < rank; ++axis)
      strides.push_back(symbols[axis].is(1) ? 0 : normalized[axis]);
    for (size_t axis = rank; axis < shape.size(); ++axis) {
      tables.push_back(normalized[axis]);
      tables.push_back(shape[axis].value());
    }
  }
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_LAUNCH_ARGS_H_

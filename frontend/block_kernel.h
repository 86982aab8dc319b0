// Kernels that compute a block of their domain at a time, each into memory of its own.
#ifndef BROADLOOM_FRONTEND_BLOCK_KERNEL_H_
#define BROADLOOM_FRONTEND_BLOCK_KERNEL_H_

#include <vector>

#include "frontend/launch_args.h"
#include "passes/geometry.h"
#include "runtime/image_loader.h"

namespace broadloom {

// A launch of a pointwise kernel with one result, whose pointer is the last. Held by one thread.
class BlockKernel {
 public:
  BlockKernel(const LoadedKernel& kernel, const GeometryFacts& facts, const LaunchArgs& args,
              int64_t itemsize)
      : kernel_(kernel),
        facts_(facts),
        args_(args),
        itemsize_(itemsize),
        pointers_(args.pointers),
        strides_(args.strides) {}

  // Elements from `begin` on, in C order.
  void Compute(absl::Span<const int64_t> begin, absl::Span<const int64_t> extents, char* to);

 private:
  void Resize(absl::Span<const int64_t> extents);

  const LoadedKernel& kernel_;
  const GeometryFacts& facts_;
  const LaunchArgs& args_;
  const int64_t itemsize_;
  absl::InlinedVector<char*, 8> pointers_;
  absl::InlinedVector<int64_t, 32> strides_;
  absl::InlinedVector<int64_t, 4> extents_;
  Geometry geometry_;
  std::vector<char> scratch_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_BLOCK_KERNEL_H_

// Results that are made block by block, and who waits for the blocks.
#ifndef BROADLOOM_FRONTEND_BLOCK_DONE_H_
#define BROADLOOM_FRONTEND_BLOCK_DONE_H_

#include <cstdint>
#include <mutex>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"

namespace broadloom {

// Hears, on any thread, of each block of a result that is there: all blocks fill it once.
using BlockDone = absl::FunctionRef<absl::Status(absl::Span<const int64_t> begin,
                                                 absl::Span<const int64_t> extents)>;

// The first error of several threads.
class FirstError {
 public:
  void Update(absl::Status status) {
    const std::lock_guard<std::mutex> lock(mutex_);
    status_.Update(std::move(status));
  }
  absl::Status Get() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return status_;
  }

 private:
  mutable std::mutex mutex_;
  absl::Status status_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_BLOCK_DONE_H_

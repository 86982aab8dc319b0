// Results that are made block by block, and who waits for the blocks.
#ifndef BROADLOOM_FRONTEND_BLOCK_DONE_H_
#define BROADLOOM_FRONTEND_BLOCK_DONE_H_

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"

namespace broadloom {

// Hears, on any thread, of each block of a result that is there: all blocks fill it once. After an
// error it hears of no more, and the result is left as it is.
using BlockDone = absl::FunctionRef<absl::Status(absl::Span<const int64_t> begin,
                                                 absl::Span<const int64_t> extents)>;

// The first error that several threads hear of.
class FirstError {
 public:
  void Update(absl::Status status) {
    if (status.ok()) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    status_.Update(std::move(status));
    failed_.store(true, std::memory_order_relaxed);
  }
  bool failed() const { return failed_.load(std::memory_order_relaxed); }
  absl::Status Get() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return status_;
  }

 private:
  mutable std::mutex mutex_;
  std::atomic<bool> failed_{false};
  absl::Status status_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_BLOCK_DONE_H_

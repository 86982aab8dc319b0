// A loop in chunks, which whoever works at it claims one by one.
#ifndef BROADLOOM_RUNTIME_PARALLEL_LOOP_H_
#define BROADLOOM_RUNTIME_PARALLEL_LOOP_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "runtime/thread_pool.h"

namespace broadloom {

// Each worker has a share of chunks that lie side by side, and helps with the others' when it is
// done with its own. Loops over as many items then find in a processor's caches what the loop
// before had there: it is the same part of each array.
class ParallelLoop {
 public:
  // items > 0.
  ParallelLoop(int64_t items, int64_t grain, int threads, Executor::Body body)
      : body_(body),
        items_(items),
        grain_(std::max<int64_t>(grain, 1)),
        chunks_((items - 1) / grain_ + 1),
        count_(std::clamp<int64_t>(std::min<int64_t>(chunks_, threads), 1, kMostShares)) {
    for (int64_t i = 0; i < count_; ++i) {
      shares_[i].next.store(BeginOf(i), std::memory_order_relaxed);
      shares_[i].end = BeginOf(i + 1);
    }
  }

  int64_t chunks() const { return chunks_; }

  // Returns when no chunk is left to be claimed. Worker 0 takes them in order.
  void Work(int worker) {
    for (int64_t i = 0; i < count_; ++i) WorkAt(shares_[(worker + i) % count_], worker);
  }

 private:
  static constexpr int64_t kMostShares = 32;
  struct alignas(64) Share {
    std::atomic<int64_t> next;
    int64_t end;
  };

  int64_t BeginOf(int64_t share) const {
    const int64_t each = chunks_ / count_, rest = chunks_ % count_;
    return share * each + std::min(share, rest);
  }

  void WorkAt(Share& share, int worker) {
    while (share.next.load(std::memory_order_relaxed) < share.end) {
      const int64_t chunk = share.next.fetch_add(1, std::memory_order_relaxed);
      if (chunk >= share.end) return;
      const int64_t begin = chunk * grain_;
      body_(begin, begin + std::min(grain_, items_ - begin), worker);
    }
  }

  const Executor::Body body_;
  const int64_t items_, grain_, chunks_, count_;
  std::array<Share, kMostShares> shares_;
};

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_PARALLEL_LOOP_H_

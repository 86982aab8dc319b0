// A loop in chunks, which whoever works at it claims one by one.
#ifndef BROADLOOM_RUNTIME_PARALLEL_LOOP_H_
#define BROADLOOM_RUNTIME_PARALLEL_LOOP_H_

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "runtime/thread_pool.h"

namespace broadloom {

struct ParallelLoop {
  // items > 0.
  ParallelLoop(int64_t items, int64_t grain, Executor::Body body)
      : body(body),
        items(items),
        grain(std::max<int64_t>(grain, 1)),
        chunks((items - 1) / this->grain + 1) {}

  // Returns when no chunk is left to be claimed.
  void Work(int worker) {
    for (int64_t chunk; (chunk = next.fetch_add(1, std::memory_order_relaxed)) < chunks;) {
      const int64_t begin = chunk * grain;
      body(begin, begin + std::min(grain, items - begin), worker);
    }
  }

  const Executor::Body body;
  const int64_t items, grain, chunks;
  alignas(64) std::atomic<int64_t> next{0};
};

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_PARALLEL_LOOP_H_

// Parallel loops on the threads of the host.
#ifndef BROADLOOM_FRONTEND_HOST_POOL_H_
#define BROADLOOM_FRONTEND_HOST_POOL_H_

#include <atomic>

#include "frontend/host.h"
#include "runtime/thread_pool.h"

namespace broadloom {

// A loop is handed over as parts that claim its chunks, so that it does not matter how many threads
// the host has for them, nor in which order they run. A loop inside of a part runs on its thread
// alone: the host need not nest. Thread-safe.
class HostPool final : public Executor {
 public:
  explicit HostPool(const PoolHooks& hooks) : hooks_(hooks), threads_(hooks.threads) {}

  void ParallelFor(int64_t items, int64_t grain, Body body) override;
  int threads() const override { return threads_.load(std::memory_order_relaxed); }
  void set_threads(int threads) override;
  bool runs_together() const override { return false; }

 private:
  const PoolHooks hooks_;
  std::atomic<int> threads_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_HOST_POOL_H_

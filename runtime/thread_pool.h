// Who runs the chunks of a parallel loop.
#ifndef BROADLOOM_RUNTIME_THREAD_POOL_H_
#define BROADLOOM_RUNTIME_THREAD_POOL_H_

#include <atomic>
#include <cstdint>

#include "absl/functional/function_ref.h"

namespace broadloom {

// The threads of an OpenMP library: GOMP_parallel(run, data, threads, flags) calls run(data) on
// each of a team, in which the caller is omp_get_thread_num() = 0.
struct OpenMp {
  void (*parallel)(void (*run)(void* data), void* data, unsigned threads, unsigned flags);
  int (*thread_num)();
};

// Our own threads, or the host's (frontend/host_pool.h).
class Executor {
 public:
  using Body = absl::FunctionRef<void(int64_t begin, int64_t end, int worker)>;

  virtual ~Executor() = default;

  // Calls `body` on disjoint chunks that cover [0, items), each of `grain` items but the last, and
  // returns when all have ended. `worker` is unique among the threads of one call and the caller is
  // 0, so it may index per-thread scratch.
  virtual void ParallelFor(int64_t items, int64_t grain, Body body) = 0;

  // A call with work for so many helpers will follow within microseconds: time to wake up.
  virtual void Prepare([[maybe_unused]] int64_t helpers) {}

  // The workers of a call are below this number.
  virtual int threads() const = 0;
  // Waits for a running loop to end. Not from inside a loop.
  virtual void set_threads(int threads) = 0;

  // Loops run on those threads from now on, in this process but not in its forks: threads that spin
  // for milliseconds behind another library's loops would keep ours from running. False: refused.
  virtual bool Join([[maybe_unused]] const OpenMp& threads) { return false; }

  // Whether a chunk may wait for one that was begun before it: else the thread that waits might be
  // the one that is waited for.
  virtual bool runs_together() const = 0;
};

// The caller works too and claims chunks like the rest, so a call never waits for a thread to wake
// up. While the pool is busy (with another caller, or with the call that this one is nested in) a
// caller runs all its chunks itself. Threads start with the first parallel loop; a forked child
// starts its own. Up to 16 workers run wherever the caller may, but not on the processor that it is
// on, if that leaves one for each; else wherever the main thread may. Thread-safe.
class ThreadPool final : public Executor {
 public:
  explicit ThreadPool(int threads);
  ~ThreadPool() override;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void ParallelFor(int64_t items, int64_t grain, Body body) override;
  void Prepare(int64_t helpers) override;
  int threads() const override { return threads_.load(std::memory_order_relaxed); }

  void set_threads(int threads) override;
  bool Join(const OpenMp& threads) override;
  bool runs_together() const override { return true; }

 private:
  class Crew;
  struct Team {
    OpenMp threads;
    uint32_t fork_generation;
  };
  Crew& crew();
  const Team* team() const;

  std::atomic<int> threads_;
  std::atomic<const Team*> team_{nullptr};
  std::atomic<Crew*> crew_{nullptr};
};

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_THREAD_POOL_H_

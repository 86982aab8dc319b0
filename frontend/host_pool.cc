// Parts, and the floating-point mode of the threads that run them.
#include "frontend/host_pool.h"

#include <algorithm>
#include <utility>

#include "runtime/float_environment.h"
#include "runtime/parallel_loop.h"

namespace broadloom {
namespace {

thread_local bool is_in_part = false;

void Work(ParallelLoop& loop, int worker) {
  const FloatEnvironment environment;
  const bool was_in_part = std::exchange(is_in_part, true);
  loop.Work(worker);
  is_in_part = was_in_part;
}

void RunPart(void* work, int64_t part) {
  Work(*static_cast<ParallelLoop*>(work), static_cast<int>(part));
}

}  // namespace

void HostPool::ParallelFor(int64_t items, int64_t grain, Body body) {
  if (items <= 0) return;
  ParallelLoop loop(items, grain, threads(), body);
  const int64_t parts = std::min<int64_t>(threads(), loop.chunks());
  if (parts > 1 && !is_in_part) hooks_.parallel_for(hooks_.user, parts, &RunPart, &loop);
  Work(loop, 0);  // all of it, or nothing any more
}

void HostPool::set_threads(int threads) {
  threads_.store(std::clamp(threads, 1, hooks_.threads), std::memory_order_relaxed);
}

}  // namespace broadloom

// A host's own memory and threads, through the C interface.
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <thread>

#include "tests/frontend/c/testing.h"

namespace broadloom::testing {
namespace {

struct Host {
  std::atomic<int64_t> live = 0, allocations = 0, tasks = 0;
  std::atomic<bool> is_empty = false;

  static void* Allocate(void* user, size_t bytes, size_t alignment) {
    Host& host = *static_cast<Host*>(user);
    if (host.is_empty) return nullptr;
    host.live += static_cast<int64_t>(bytes);
    ++host.allocations;
    return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  }
  static void Release(void* user, void* memory, size_t bytes, size_t) {
    static_cast<Host*>(user)->live -= static_cast<int64_t>(bytes);
    std::free(memory);
  }
  static void Run(void* user, int64_t count, void (*task)(void*, int64_t), void* data) {
    static_cast<Host*>(user)->tasks += count;
    std::vector<std::thread> threads;
    for (int64_t i = 1; i < count; ++i) threads.emplace_back(task, data, i);
    task(data, 0);
    for (std::thread& thread : threads) thread.join();
  }
};

ContextPtr ContextOn(Host& host) {
  bl_allocator allocator = {};
  allocator.struct_size = sizeof allocator;
  allocator.user_data = &host;
  allocator.allocate = Host::Allocate;
  allocator.release = Host::Release;
  bl_thread_pool pool = {};
  pool.struct_size = sizeof pool;
  pool.threads = 2;
  pool.user_data = &host;
  pool.run = Host::Run;
  bl_options options = {};
  options.struct_size = sizeof options;
  options.allocator = &allocator;
  options.thread_pool = &pool;
  return NewContext(&options);
}

TEST(CHostTest, MemoryAndThreadsAreTheHosts) {
  Host host;
  {
    const ContextPtr context = ContextOn(host);
    const ArrayPtr x = Doubles(context, std::vector<double>(1 << 20, 1.0));
    const ArrayPtr y = Called(context, "exp", {Of(x)});
    EXPECT_EQ(Elements(y)[(1 << 20) - 1], std::exp(1.0));
    EXPECT_GE(host.live, 16 << 20);
  }
  EXPECT_GT(host.allocations, 1);
  EXPECT_GT(host.tasks, 1);
  EXPECT_EQ(host.live, 0);
}

TEST(CHostTest, AHostWithoutMemoryGetsAnError) {
  Host host;
  const ContextPtr context = ContextOn(host);
  const ArrayPtr x = Doubles(context, {1, 2});
  const ArrayPtr y = Called(context, "exp", {Of(x)});
  host.is_empty = true;
  bl_array* const raw = y.get();
  EXPECT_THAT(Outcome(bl_eval(&raw, 1)), Fails(BL_MEMORY_BUDGET));
  EXPECT_FALSE(InfoOf(y).is_evaluated);
  host.is_empty = false;
  EXPECT_EQ(Elements(y)[0], std::exp(1.0));
}

TEST(CHostTest, HooksMustBeWhole) {
  ContextPtr context;
  bl_allocator allocator = {};
  allocator.struct_size = sizeof allocator;
  allocator.allocate = Host::Allocate;
  bl_thread_pool pool = {};
  pool.struct_size = sizeof pool;
  pool.threads = 2;
  bl_options options = {};
  options.struct_size = sizeof options;
  options.allocator = &allocator;
  EXPECT_THAT(Outcome(bl_context_new(&options, Into(context))),
              Fails(BL_INVALID_ARGUMENT, "allocator.release is NULL"));
  options.allocator = nullptr;
  options.thread_pool = &pool;
  EXPECT_THAT(Outcome(bl_context_new(&options, Into(context))),
              Fails(BL_INVALID_ARGUMENT, "thread_pool.run is NULL"));
  pool.run = Host::Run;
  pool.threads = 0;
  EXPECT_THAT(Outcome(bl_context_new(&options, Into(context))), Fails(BL_INVALID_ARGUMENT));
}

}  // namespace
}  // namespace broadloom::testing

// What a host program may bring along for a context: memory and threads of its own.
#ifndef BROADLOOM_HOST_H_
#define BROADLOOM_HOST_H_

#include <cstddef>
#include <cstdint>

namespace broadloom {

// Where elements of arrays, and what evaluations store in between, lie. Both functions are called
// from any thread, several at once, and must not throw. The host's memory counts against the budget
// as ours does; nothing of it is kept for re-use: what an array had goes back when the array dies.
//
// `allocate` returns `bytes` bytes at a multiple of `alignment`, or null where there are none: the
// evaluation then fails with ErrorCode::memory_budget, and all arrays are as they were. `release`
// gets what `allocate` returned, with the same numbers. `user` must outlive the arrays.
struct AllocatorHooks {
  void* (*allocate)(void* user, size_t bytes, size_t alignment) = nullptr;  // null: our own memory
  void (*release)(void* user, void* memory, size_t bytes, size_t alignment) = nullptr;
  void* user = nullptr;
};

// Who runs parallel loops; broadloom then starts no threads. `parallel_for` calls run(work, part)
// once for each part from 0 to parts - 1 and returns when all calls have returned: in any order,
// one after the other or at once, on any threads. At most `threads` parts are asked for, never from
// inside of a part, but from several threads at once where the host evaluates on several. It must
// not throw, nor start something else that uses arrays on a thread that waits for the parts.
//
// Results are the same bits as with threads of our own. Threads have the floating-point mode that
// they had before.
struct PoolHooks {
  void (*parallel_for)(void* user, int64_t parts, void (*run)(void* work, int64_t part),
                       void* work) = nullptr;  // null: our own threads
  int threads = 0;                             // 1 to 4096
  void* user = nullptr;
};

}  // namespace broadloom

#endif  // BROADLOOM_HOST_H_

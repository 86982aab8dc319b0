#include "runtime/thread_pool.h"

#include <immintrin.h>
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <limits>
#include <mutex>
#include <numeric>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace broadloom {
namespace {

// How often each item is visited.
std::vector<int> Visits(Executor& executor, int64_t items, int64_t grain) {
  std::vector<int> visits(items);
  executor.ParallelFor(items, grain, [&](int64_t begin, int64_t end, int) {
    EXPECT_LT(begin, end);
    EXPECT_LE(end - begin, std::max<int64_t>(grain, 1));
    for (int64_t i = begin; i < end; ++i) ++visits[i];
  });
  return visits;
}

// As an OpenMP library: the caller is thread 0 of a team. The others flush small numbers to zero.
std::atomic<int> team_loops{0};
thread_local int team_thread = 0;

int TeamThread() { return team_thread; }
void TeamParallel(void (*run)(void*), void* data, unsigned threads, unsigned) {
  ++team_loops;
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) {
    others.emplace_back([=] {
      team_thread = static_cast<int>(i);
      _mm_setcsr(_mm_getcsr() | _MM_FLUSH_ZERO_ON);
      run(data);
      EXPECT_NE(_mm_getcsr() & _MM_FLUSH_ZERO_ON, 0u);
    });
  }
  run(data);
  for (std::thread& other : others) other.join();
}

TEST(ThreadPool, RunsLoopsOnTheThreadsOfATeam) {
  ThreadPool pool(4);
  EXPECT_TRUE(pool.Join({TeamParallel, TeamThread}));
  const int before = team_loops;
  EXPECT_EQ(Visits(pool, 1000, 7), std::vector<int>(1000, 1));
  EXPECT_EQ(team_loops, before + 1);
  pool.ParallelFor(2, 1, [&](int64_t begin, int64_t, int worker) {  // as many as there are chunks
    EXPECT_LT(worker, 2);
    EXPECT_EQ(worker, team_thread);
    EXPECT_EQ(_mm_getcsr() & _MM_FLUSH_ZERO_ON, 0u) << begin;
    pool.ParallelFor(2, 1, [](int64_t, int64_t, int) {});  // nested
  });
  pool.set_threads(1);
  EXPECT_EQ(Visits(pool, 10, 1), std::vector<int>(10, 1));
}

TEST(ThreadPool, CoversEveryItemOnce) {
  for (int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    for (int64_t items : {0, 1, 2, 7, 1000}) {
      for (int64_t grain : {-1, 1, 3, 1000, 5000}) {
        EXPECT_EQ(Visits(pool, items, grain), std::vector<int>(items, 1))
            << threads << ' ' << items << ' ' << grain;
      }
    }
  }
}

TEST(ThreadPool, NegativeItemsAreNone) {
  ThreadPool pool(2);
  pool.ParallelFor(-1, 1, [](int64_t, int64_t, int) { FAIL(); });
}

TEST(ThreadPool, HugeRangesDoNotOverflow) {
  ThreadPool pool(3);
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  std::atomic<int64_t> sum{0};
  pool.ParallelFor(kMost, kMost / 4, [&](int64_t begin, int64_t end, int) { sum += end - begin; });
  EXPECT_EQ(sum, kMost);
}

// Every chunk waits until all threads are inside, so all must take part, under different numbers.
TEST(ThreadPool, WorkersAreDistinctAndBelowThreads) {
  ThreadPool pool(4);
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> inside{0};
    std::mutex mutex;
    std::set<int> workers;
    pool.ParallelFor(4, 1, [&](int64_t, int64_t, int worker) {
      ++inside;
      while (inside < 4) std::this_thread::yield();
      const std::lock_guard lock(mutex);
      workers.insert(worker);
    });
    EXPECT_EQ(workers, (std::set<int>{0, 1, 2, 3}));
  }
}

TEST(ThreadPool, CallerIsWorkerZero) {
  ThreadPool pool(3);
  const auto caller = std::this_thread::get_id();
  pool.ParallelFor(1000, 1, [&](int64_t, int64_t, int worker) {
    EXPECT_EQ(worker == 0, std::this_thread::get_id() == caller);
  });
}

TEST(ThreadPool, ResultsOfWorkersAreVisibleToTheCaller) {
  ThreadPool pool(4);
  for (int round = 0; round < 2000; ++round) {
    int64_t parts[8];
    pool.ParallelFor(8, 1, [&](int64_t begin, int64_t, int) { parts[begin] = begin + round; });
    ASSERT_EQ(std::accumulate(parts, parts + 8, int64_t{0}), 28 + 8 * round);
  }
}

TEST(ThreadPool, WakesAfterSleeping) {
  ThreadPool pool(3);
  for (int round = 0; round < 20; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // beyond the spinning
    EXPECT_EQ(Visits(pool, 10, 1), std::vector<int>(10, 1));
  }
}

TEST(ThreadPool, NestedLoopsRunInline) {
  ThreadPool pool(3);
  std::atomic<int> count{0};
  pool.ParallelFor(8, 1, [&](int64_t, int64_t, int) {
    const auto outer = std::this_thread::get_id();
    pool.ParallelFor(8, 1, [&](int64_t, int64_t, int worker) {
      EXPECT_EQ(worker, 0);
      EXPECT_EQ(std::this_thread::get_id(), outer);
      ++count;
    });
  });
  EXPECT_EQ(count, 64);
}

TEST(ThreadPool, ManyCallersAtOnceAndResizing) {
  ThreadPool pool(3);
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      for (int i = 0; i < 300; ++i) ASSERT_EQ(Visits(pool, 20, 2), std::vector<int>(20, 1));
    });
  }
  for (int threads : {1, 4, 2}) pool.set_threads(threads);
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(pool.threads(), 2);
}

TEST(ThreadPool, SetThreadsTakesEffect) {
  ThreadPool pool(0);
  EXPECT_EQ(pool.threads(), 1);
  pool.set_threads(2);
  std::atomic<int> inside{0};
  pool.ParallelFor(2, 1, [&](int64_t, int64_t, int) {
    ++inside;
    while (inside < 2) std::this_thread::yield();
  });
  pool.set_threads(1);
  pool.ParallelFor(100, 1, [](int64_t, int64_t, int worker) { EXPECT_EQ(worker, 0); });
}

#ifndef __SANITIZE_THREAD__  // which does not allow threads after a fork
// Where each thread of a loop, all of which take part, may run.
std::vector<std::set<int>> ProcessorsOf(ThreadPool& pool, int threads) {
  std::vector<std::set<int>> processors(threads);
  std::atomic<int> inside{0};
  pool.ParallelFor(threads, 1, [&](int64_t, int64_t, int worker) {
    ++inside;
    while (inside < threads) sched_yield();
    cpu_set_t allowed;
    ASSERT_EQ(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
    for (int i = 0; i < CPU_SETSIZE; ++i) {
      if (CPU_ISSET(i, &allowed)) processors[worker].insert(i);
    }
  });
  return processors;
}

TEST(ThreadPool, AWorkerKeepsOffTheCallersProcessor) {
  if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "there is one processor";
  ThreadPool pool(2);
  const std::vector<std::set<int>> processors = ProcessorsOf(pool, 2);
  if (processors[0].size() < 2) GTEST_SKIP() << "this thread may run on one processor";
  EXPECT_EQ(processors[1].size(), processors[0].size() - 1);
}

TEST(ThreadPool, WorkersOfACallerWithOneProcessorHaveAll) {
  ThreadPool unbound(2);
  const std::set<int> all = ProcessorsOf(unbound, 2)[0];
  std::thread([&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(*all.begin(), &one);
    ASSERT_EQ(pthread_setaffinity_np(pthread_self(), sizeof(one), &one), 0);
    ThreadPool pool(2);
    EXPECT_EQ(ProcessorsOf(pool, 2), (std::vector<std::set<int>>{{*all.begin()}, all}));
  }).join();
}

TEST(ThreadPool, ManyWorkersRunWhereTheyLike) {
  ThreadPool pool(2);
  const std::set<int> all = ProcessorsOf(pool, 2)[0];
  pool.set_threads(40);
  for (const std::set<int>& processors : ProcessorsOf(pool, 40)) EXPECT_EQ(processors, all);
}

TEST(ThreadPool, ForkedChildOfATeamStartsItsOwnThreads) {
  ThreadPool pool(3);
  pool.Join({TeamParallel, TeamThread});
  EXPECT_EQ(Visits(pool, 100, 1), std::vector<int>(100, 1));
  const int before = team_loops;
  const pid_t child = fork();
  if (child == 0)
    _exit(Visits(pool, 100, 1) == std::vector<int>(100, 1) && team_loops == before ? 0 : 1);
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(ThreadPool, ForkedChildStartsItsOwnThreads) {
  ThreadPool pool(3);
  const auto meet = [&] {  // each of the three takes one item and waits for the others
    std::atomic<int> inside{0};
    pool.ParallelFor(3, 1, [&](int64_t, int64_t, int) {
      ++inside;
      while (inside < 3) std::this_thread::yield();
    });
  };
  meet();  // no thread is still starting: it may hold a lock of ASan's, which a fork would keep
  const auto fork_and_run = [&] {
    const pid_t child = fork();
    if (child == 0) {
      meet();
      pool.set_threads(2);
      _exit(Visits(pool, 100, 1) == std::vector<int>(100, 1) ? 0 : 1);
    }
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  };
  fork_and_run();
  pool.ParallelFor(2, 1, [&](int64_t begin, int64_t, int) {
    if (begin == 0)
      fork_and_run();  // in the middle of a loop: the crew is claimed, its threads are elsewhere
  });
  EXPECT_EQ(Visits(pool, 100, 1), std::vector<int>(100, 1));
}
#endif

}  // namespace
}  // namespace broadloom

// Contexts on memory and threads of the host: the same bits, nothing lost, nothing started.
#include "frontend/host.h"

#include <immintrin.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>
#include <string>
#include <thread>

#include "array_testing.h"
#include "frontend/errstate.h"
#include "frontend/fft.h"
#include "frontend/linalg.h"
#include "frontend/random.h"
#include "frontend/sorting.h"

namespace broadloom {
namespace {

using RunPart = void (*)(void* work, int64_t part);

// How hosts may run parts.
void Forwards(void*, int64_t parts, RunPart run, void* work) {
  for (int64_t i = 0; i < parts; ++i) run(work, i);
}
void Backwards(void*, int64_t parts, RunPart run, void* work) {
  for (int64_t i = parts; i-- > 0;) run(work, i);
}
void OnForeignThreads(void*, int64_t parts, RunPart run, void* work) {
  std::vector<std::jthread> threads;
  for (int64_t i = 0; i < parts; ++i) threads.emplace_back(run, work, i);
}
void OnTwoThreads(void*, int64_t parts, RunPart run, void* work) {
  const std::jthread other([&] {
    for (int64_t i = 1; i < parts; i += 2) run(work, i);
  });
  for (int64_t i = 0; i < parts; i += 2) run(work, i);
}

std::shared_ptr<Context> WithPool(decltype(PoolHooks::parallel_for) run, int threads = 4,
                                  void* user = nullptr) {
  return make_context({.pool = {run, threads, user}});
}

using Bits = std::vector<char>;
Bits BitsOf(const Array& x) {
  Bits bits(x.nbytes());
  x.copy_to(bits.data());
  return bits;
}

// What uses the pool in ways of its own: kernels, partial results, scans with threads that take
// turns, products, sorting, matrices with scratch memory, writes over what is read.
std::vector<Bits> ResultsIn(Context& context) {
  const random::Generator generator(7, &context);
  const Array x = generator.random(Sizes{600, 700}).eval();
  const Array line = (reshape(x, {420000}) - 0.5).eval();
  std::vector<Array> results = {
      sum(exp(x) * 2),
      sum(x, 0),
      mean(sqrt(x), 1),
      cumulative_sum(line * 3) + 1,
      exp(cumulative_sum(line) * 1e-3) - cumulative_max(line),
      cumulative_sum(x, 0),
      cumulative_prod(x + 0.5, 1) * 2,
      matmul(x, x.transpose()),
      sort(line),
      argsort(x, 1),
      linalg::inv(reshape(line[{Slice{0, 418500}}], {465, 30, 30})),
      fft::fft(x),
      generator.gamma(2.0, 1.0, Sizes{100000}),
  };
  Array turned = copy(x[{Slice{}, Slice{0, 600}}]);
  turned += turned.transpose();
  Array stencil = copy(x);
  assign(stencil, {Slice{1}}, stencil[{Slice{1}}] - stencil[{Slice{0, -1}}]);
  results.push_back(turned);
  results.push_back(stencil);
  std::vector<Bits> bits;
  for (const Array& result : results) bits.push_back(BitsOf(result));
  return bits;
}

TEST(HostPool, ResultsAreTheSameBits) {
  const std::vector<Bits> expected = ResultsIn(*make_context({.threads = 4}));
  for (auto* run : {&Forwards, &Backwards, &OnForeignThreads, &OnTwoThreads}) {
    const std::vector<Bits> found = ResultsIn(*WithPool(run));
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], expected[i]) << "result " << i;
  }
}

std::set<std::string> Threads() {
  std::set<std::string> threads;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task"))
    threads.insert(task.path().filename());
  return threads;
}

TEST(HostPool, NoThreadIsStarted) {
  const auto context = WithPool(&Forwards);
  const std::set<std::string> before = Threads();
  ResultsIn(*context);
  EXPECT_EQ(Threads(), before);
}

// Counts calls, parts, and parts that run at once on one thread.
struct Watch {
  static void ParallelFor(void* user, int64_t parts, RunPart run, void* work) {
    static thread_local int depth = 0;
    auto& watch = *static_cast<Watch*>(user);
    ++watch.calls;
    watch.most_parts = std::max(watch.most_parts.load(), parts);
    if (depth > 0) ++watch.nested;
    ++depth;
    for (int64_t i = 0; i < parts; ++i) run(work, i);
    --depth;
  }
  std::atomic<int64_t> calls{0}, most_parts{0}, nested{0};
};

TEST(HostPool, IsAskedForNoMorePartsThanItHasThreadsAndNeverFromInside) {
  Watch watch;
  const auto context = WithPool(&Watch::ParallelFor, 3, &watch);
  ResultsIn(*context);
  EXPECT_GT(watch.calls, 10);
  EXPECT_EQ(watch.most_parts, 3);
  EXPECT_EQ(watch.nested, 0);
}

TEST(HostPool, FewerThreadsCanBeAskedForButNotMore) {
  Watch watch;
  const PoolHooks pool{&Watch::ParallelFor, 3, &watch};
  EXPECT_EQ(num_threads(make_context({.pool = pool}).get()), 3);
  EXPECT_EQ(num_threads(make_context({.threads = 2, .pool = pool}).get()), 2);
  const auto context = make_context({.threads = 8, .pool = pool});
  EXPECT_EQ(num_threads(context.get()), 3);
  set_num_threads(1, context.get());
  ResultsIn(*context);
  EXPECT_EQ(watch.calls, 0);
  set_num_threads(0, context.get());
  EXPECT_EQ(num_threads(context.get()), 3);
}

TEST(HostPool, SeveralThreadsOfTheHostEvaluate) {
  const auto context = WithPool(&OnForeignThreads);
  std::vector<double> sums(4);
  const auto evaluate = [&](int64_t i) {
    sums[i] = sum(arange(0, 1'000'000, 1, DataType::float64, context.get()) + i).item<double>();
  };
  {
    std::vector<std::jthread> threads;
    for (int64_t i = 0; i < 4; ++i) threads.emplace_back(evaluate, i);
  }
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(sums[i], 499999500000.0 + 1e6 * static_cast<double>(i));
}

// A host that flushes denormals to zero; its flags are its own, too.
constexpr unsigned kHostMode = 0x9FC0;

TEST(HostPool, ThreadsKeepTheirFloatingPointMode) {
  struct Modes {
    static void ParallelFor(void* user, int64_t parts, RunPart run, void* work) {
      for (int64_t i = 0; i < parts; ++i) {
        std::jthread([&] {
          _mm_setcsr(kHostMode);
          run(work, i);
          if (_mm_getcsr() != kHostMode) ++*static_cast<int*>(user);
        });
      }
    }
  };
  int changed = 0;
  const auto context = WithPool(&Modes::ParallelFor, 4, &changed);
  const std::vector<Bits> expected = ResultsIn(*make_context({.threads = 1}));
  EXPECT_EQ(ResultsIn(*context), expected);
  const Array small = full({1 << 20}, 5e-324, {}, context.get()).eval();
  EXPECT_EQ(sum(small).item<double>(), 5e-324 * (1 << 20));
  EXPECT_EQ(changed, 0);
}

// Memory of the host with a limit, and a count of what is out.
struct Memory {
  static void* Allocate(void* user, size_t bytes, size_t alignment) {
    auto& memory = *static_cast<Memory*>(user);
    if (memory.live + static_cast<int64_t>(bytes) > memory.limit) return nullptr;
    memory.live += static_cast<int64_t>(bytes);
    ++memory.calls;
    return static_cast<char*>(std::aligned_alloc(alignment, bytes + alignment)) + memory.shift;
  }
  static void Release(void* user, void* data, size_t bytes, size_t) {
    auto& memory = *static_cast<Memory*>(user);
    memory.live -= static_cast<int64_t>(bytes);
    std::free(static_cast<char*>(data) - memory.shift);
  }
  AllocatorHooks hooks() { return {&Allocate, &Release, this}; }

  std::atomic<int64_t> live{0}, calls{0}, limit{INT64_MAX};
  int shift = 0;
};

TEST(HostMemory, HoldsAllElementsAndGoesBackWithTheArrays) {
  Memory memory;
  const auto context = make_context({.threads = 2, .allocator = memory.hooks()});
  EXPECT_EQ(ResultsIn(*context), ResultsIn(*make_context({.threads = 2})));
  EXPECT_GT(memory.calls, 20);
  EXPECT_EQ(memory.live, 0);
  Array x = ones({1000, 1000}, DataType::float64, context.get()).eval();
  EXPECT_EQ(memory.live, memory_info(context.get()).live);
  EXPECT_GE(memory.live, 8'000'000);
  EXPECT_EQ(memory_info(context.get()).cached, 0);
  x = Array();
  EXPECT_EQ(memory.live, 0);
}

TEST(HostMemory, CountsAgainstTheBudget) {
  Memory memory;
  const auto context = make_context({.memory_budget = 1 << 20, .allocator = memory.hooks()});
  const Array x = ones({1 << 18}, DataType::float64, context.get());
  ExpectError(ErrorCode::memory_budget, "budget", [&] { x.eval(); });
  EXPECT_EQ(memory.calls, 0);
}

TEST(HostMemory, WhereThereIsNoneArraysAreAsTheyWere) {
  Memory memory;
  const auto context = make_context({.threads = 2, .allocator = memory.hooks()});
  Array x = arange(0, 1 << 18, 1, DataType::float64, context.get()).eval();
  const Array y = cumulative_sum(sqrt(x)) * 2, sorted = -x;
  Array written = copy(x).eval();
  written[{Slice{0, 10}}] += x[{Slice{10, 20}}];
  memory.limit = memory.live.load();
  ExpectError(ErrorCode::memory_budget, "the host's allocator has no", [&] { y.eval(); });
  ExpectError(ErrorCode::memory_budget, "the host's allocator has no", [&] { sort(sorted); });
  EXPECT_FALSE(y.is_evaluated());
  memory.limit = INT64_MAX;
  EXPECT_EQ(x[{5}].item<double>(), 5);
  EXPECT_EQ(y[{1}].item<double>(), 2);
  EXPECT_EQ(sort(sorted)[{0}].item<double>(), 1 - (1 << 18));
  EXPECT_EQ(written[{3}].item<double>(), 16);
}

TEST(HostMemory, ThatIsNotAlignedIsRefused) {
  Memory memory;
  memory.shift = 8;
  const auto context = make_context({.allocator = memory.hooks()});
  ExpectError(ErrorCode::invalid_argument, "not aligned to 64 bytes",
              [&] { ones({100}, DataType::float64, context.get()).eval(); });
  EXPECT_EQ(memory.live, 0);
}

TEST(Host, HooksThatMakeNoSenseAreRefused) {
  Memory memory;
  const AllocatorHooks no_release{&Memory::Allocate, nullptr, &memory};
  ExpectError(ErrorCode::invalid_argument, "allocator needs both functions",
              [&] { make_context({.allocator = no_release}); });
  ExpectError(ErrorCode::invalid_argument, "pool has threads, but no parallel_for",
              [] { make_context({.pool = {nullptr, 2}}); });
  for (int threads : {-1, 0, 4097})
    ExpectError(ErrorCode::invalid_argument, "not from 1 to 4096",
                [&] { make_context({.pool = {&Forwards, threads}}); });
}

}  // namespace
}  // namespace broadloom

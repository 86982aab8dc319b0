// Measures by loops of its own, in arrays that it gives back.
#include "runtime/rates.h"

#include <immintrin.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "runtime/available_memory.h"
#include "runtime/float_environment.h"
#include "runtime/machine.h"

namespace broadloom {
namespace {

constexpr int kRounds = 5;

// Who measures: this thread, or all of an executor.
class Crew {
 public:
  Crew(Executor& executor, int threads) : executor_(executor), threads_(threads) {}

  int threads() const { return threads_; }
  // Whether others have worked beside this thread, if they should.
  bool was_complete() const {
    return threads_ == 1 || (others_.load() && executor_.runs_together());
  }
  void Run(int64_t items, absl::FunctionRef<void(int64_t begin, int64_t end)> loop) {
    if (threads_ == 1) return loop(0, items);
    executor_.ParallelFor(items, 1, [&](int64_t begin, int64_t end, int worker) {
      if (worker > 0) others_.store(true, std::memory_order_relaxed);
      loop(begin, end);
    });
  }

 private:
  Executor& executor_;
  const int threads_;
  std::atomic<bool> others_{false};
};

// Seconds of one turn over `items` items; the best of the rounds, in which neighbours were quiet.
double BestSeconds(Crew& crew, int64_t items,
                   absl::FunctionRef<void(int64_t begin, int64_t end)> loop) {
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    crew.Run(items, loop);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::min(best, std::max(seconds.count(), 1e-9));
  }
  return best;
}

// ---- memory

// Pages of its own; null where there are none.
class Pages {
 public:
  explicit Pages(int64_t bytes) : bytes_(bytes) {
    void* const data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                            /*fd=*/-1, /*offset=*/0);
    if (data == MAP_FAILED) return;
    data_ = static_cast<char*>(data);
    std::memset(data_, 1, bytes_);
  }
  ~Pages() {
    if (data_ != nullptr) munmap(data_, bytes_);
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  char* data() const { return data_; }

 private:
  const int64_t bytes_;
  char* data_ = nullptr;
};

constexpr int64_t kPart = 1 << 15;  // bytes: of an item of memory

__attribute__((target("avx2"))) void Read(const char* from, int64_t bytes) {
  __m256i parts[4] = {};
  for (int64_t i = 0; i < bytes; i += 4 * 32) {
    for (int k = 0; k < 4; ++k)
      parts[k] = _mm256_xor_si256(
          parts[k], _mm256_load_si256(reinterpret_cast<const __m256i*>(from + i + 32 * k)));
  }
  for (const __m256i& part : parts) asm volatile("" ::"x"(part));  // it is wanted
}

__attribute__((target("avx2"))) void Copy(const char* from, char* to, int64_t bytes, bool stream) {
  for (int64_t i = 0; i < bytes; i += 32) {
    const __m256i value = _mm256_load_si256(reinterpret_cast<const __m256i*>(from + i));
    if (stream)
      _mm256_stream_si256(reinterpret_cast<__m256i*>(to + i), value);
    else
      _mm256_store_si256(reinterpret_cast<__m256i*>(to + i), value);
  }
  if (stream) _mm_sfence();
}

// Where arrays lie: in a cache of each thread, in the shared one, or in memory.
enum class Level { kOwn, kShared, kMemory };

Level LevelOf(int64_t footprint, int threads) {
  if (footprint <= threads * ThisMachine().l2 / 2) return Level::kOwn;
  return footprint <= ThisMachine().llc / 2 ? Level::kShared : Level::kMemory;
}

int64_t BytesAt(Level level, int threads) {
  constexpr int64_t kMostOfMemory = 128 << 20;
  const Machine& machine = ThisMachine();
  const int64_t bytes = level == Level::kOwn      ? threads * machine.l2 / 4
                        : level == Level::kShared ? machine.llc / 4
                                                  : std::min(2 * machine.llc, kMostOfMemory);
  return std::max(bytes, 8 * threads * kPart) / (2 * kPart) * (2 * kPart);
}

Bandwidth MeasureBandwidth(Level level, Crew& crew, int64_t memory) {
  const int64_t bytes = BytesAt(level, crew.threads()), half = bytes / 2;
  if (std::min(memory, AvailableMemory() / 4) < bytes) return {};
  const Pages pages(bytes);
  char* const data = pages.data();
  if (data == nullptr) return {};
  // Of memory, items are small; of a cache, each thread has one that it goes over again.
  const int turns = level == Level::kMemory ? 1 : 8;
  const int64_t items = level == Level::kMemory ? bytes / 2 / kPart : crew.threads();
  const auto parts = [&](int64_t all, int64_t begin, int64_t end, auto body) {
    const int64_t part = all / items / kPart * kPart;
    for (int turn = 0; turn < turns; ++turn) body(begin * part, (end - begin) * part);
  };
  const double read = BestSeconds(crew, items, [&](int64_t begin, int64_t end) {
    parts(bytes, begin, end, [&](int64_t at, int64_t size) { Read(data + at, size); });
  });
  const double copy = BestSeconds(crew, items, [&](int64_t begin, int64_t end) {
    parts(half, begin, end, [&](int64_t at, int64_t size) {
      Copy(data + at, data + half + at, size, level == Level::kMemory);
    });
  });
  const auto moved = static_cast<double>(bytes) * turns;
  // Writing is what a copy takes beyond its reading.
  return {moved / read, moved / 2 / std::max(copy - read / 2, read / 8)};
}

// ---- operations

constexpr int kChains = 12;          // hide the latency of each
constexpr int64_t kSteps = 1 << 15;  // some 100 us

// Independent chains of vectors of `bytes` bytes, of sums or of quotients.
template <typename T, int bytes, bool divides>
[[gnu::always_inline]] inline void Chains() {
  typedef T Vector __attribute__((vector_size(bytes)));
  Vector chains[kChains], one = {};
  one += T{1};
#pragma GCC unroll 12
  for (int k = 0; k < kChains; ++k) chains[k] = one + one + one;
  for (int64_t i = 0; i < kSteps; ++i) {
#pragma GCC unroll 12
    for (int k = 0; k < kChains; ++k) {
      if (divides)
        chains[k] = one / chains[k];
      else
        chains[k] += one;
      asm volatile("" : "+x"(chains[k]));  // one after the other
    }
  }
}

enum class Kind { kAdd, kDivide32, kDivide64 };

template <int bytes>
[[gnu::always_inline]] inline void ChainsOf(Kind kind) {
  switch (kind) {
    case Kind::kAdd: return Chains<float, bytes, false>();
    case Kind::kDivide32: return Chains<float, bytes, true>();
    case Kind::kDivide64: return Chains<double, bytes, true>();
  }
}
__attribute__((target("avx2"))) void Avx2Chains(Kind kind) { ChainsOf<32>(kind); }
__attribute__((target("avx512f"))) void Avx512Chains(Kind kind) { ChainsOf<64>(kind); }

double MeasureThroughput(Kind kind, Crew& crew) {
  const bool wide = __builtin_cpu_supports("avx512f");
  const int threads = crew.threads();
  const double seconds = BestSeconds(crew, threads, [&](int64_t begin, int64_t end) {
    const FloatEnvironment environment;
    for (int64_t i = begin; i < end; ++i) wide ? Avx512Chains(kind) : Avx2Chains(kind);
  });
  return static_cast<double>(threads) * kChains * kSteps * (wide ? 64 : 32) / seconds;
}

// ---- once each

bool CanMeasure() { return __builtin_cpu_supports("avx2"); }

template <typename Key, typename Value>
class Known {
 public:
  std::optional<Value> Find(Key key) {
    const std::lock_guard lock(mutex_);
    const auto found = values_.find(key);
    return found == values_.end() ? std::nullopt : std::optional<Value>(found->second);
  }
  void Keep(Key key, Value value) {
    const std::lock_guard lock(mutex_);
    values_.emplace(key, value);
  }

 private:
  std::mutex mutex_;
  std::map<Key, Value> values_;
};

}  // namespace

Bandwidth BandwidthOf(int64_t footprint, Executor& executor, int threads, int64_t memory) {
  static auto* const known = new Known<std::pair<Level, int>, Bandwidth>();
  if (!CanMeasure()) return {};
  const Level level = LevelOf(footprint, threads);
  if (const std::optional<Bandwidth> found = known->Find({level, threads})) return *found;
  Crew crew(executor, threads);
  const Bandwidth bandwidth = MeasureBandwidth(level, crew, memory);
  if (bandwidth.read > 0 && crew.was_complete()) known->Keep({level, threads}, bandwidth);
  return bandwidth;
}

Throughput ThroughputOf(Executor& executor, int threads) {
  static auto* const known = new Known<int, Throughput>();
  if (!CanMeasure()) return {};
  if (const std::optional<Throughput> found = known->Find(threads)) return *found;
  Crew crew(executor, threads);
  const Throughput throughput{MeasureThroughput(Kind::kAdd, crew),
                              MeasureThroughput(Kind::kDivide32, crew),
                              MeasureThroughput(Kind::kDivide64, crew)};
  if (crew.was_complete()) known->Keep(threads, throughput);
  return throughput;
}

}  // namespace broadloom

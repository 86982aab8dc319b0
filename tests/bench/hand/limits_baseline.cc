// Measures what limits.h tells: operations when they are first asked for, bandwidth each time, as
// neighbours of a virtual machine change it from minute to minute.
#include <bit>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <stdexcept>

#include "tests/bench/hand/functions.h"
#include "tests/bench/hand/hand.h"
#include "tests/bench/hand/limits.h"

namespace broadloom::hand {
namespace {

double Seconds(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}
// The median of rounds of at least half a millisecond: loops are judged by theirs.
double Median(const std::function<void()>& run) {
  constexpr int kRounds = 15;
  int64_t times = 1;
  const auto round = [&] {
    for (int64_t k = 0; k < times; ++k) run();
  };
  while (Seconds(round) < 5e-4) times *= 2;
  double seconds[kRounds];
  for (double& each : seconds) each = Seconds(round);
  std::nth_element(seconds, seconds + kRounds / 2, seconds + kRounds);
  return seconds[kRounds / 2] / static_cast<double>(times);
}

// ---- memory

// In whole huge pages.
using Memory = std::unique_ptr<float[], decltype(&std::free)>;
Memory Allocate(int64_t floats) {
  const size_t bytes = (static_cast<size_t>(floats) * sizeof(float) + (1 << 21) - 1) >> 21 << 21;
  Memory memory(static_cast<float*>(std::aligned_alloc(1 << 21, bytes)), &std::free);
  std::fill_n(memory.get(), bytes / sizeof(float), 1.0F);
  return memory;
}

// body(begin, end) once on each thread, on the same elements each time, as caches like it.
template <typename Body>
void OnEachThread(int64_t n, Body body) {
#pragma omp parallel firstprivate(body)
  {
    const int64_t threads = omp_get_num_threads(), thread = omp_get_thread_num();
    const int64_t part = n / threads / 64 * 64;
    body(thread * part, thread + 1 == threads ? n : (thread + 1) * part);
  }
}

volatile float sink;

double SecondsToRead(int64_t floats) {
  const Memory memory = Allocate(floats);
  const float* from = memory.get();
  return Median([=] {
    OnEachThread(floats, [=](int64_t begin, int64_t end) {
      Vec<float> part[8] = {};
      for (int64_t i = begin; i + 8 * kLanes<float> <= end; i += 8 * kLanes<float>)
        for (int k = 0; k < 8; ++k) part[k] += Load(from + i + k * kLanes<float>);
      for (int k = 1; k < 8; ++k) part[0] += part[k];
      sink = SumOf<float>(part[0]);
    });
  });
}

// to[i] = value(i), past the caches where it does not fit in them.
template <typename F>
double SecondsToWrite(int64_t floats, float* to, F value) {
  const bool stream = IsBeyondCaches(floats * int64_t{sizeof(float)});
  return Median([=] {
    OnEachThread(floats, [=](int64_t begin, int64_t end) {
      for (int64_t i = begin; i + kLanes<float> <= end; i += kLanes<float>) {
        if (stream)
          Stream(to + i, value(i));
        else
          Store(to + i, value(i));
      }
      if (stream) _mm_sfence();
    });
  });
}

double SecondsToCopy(int64_t floats) {
  const Memory source = Allocate(floats), target = Allocate(floats);
  return SecondsToWrite(floats, target.get(),
                        [from = source.get()](int64_t i) { return Load(from + i); });
}

double SecondsToFill(int64_t floats) {
  const Memory target = Allocate(floats);
  return SecondsToWrite(floats, target.get(), [](int64_t) { return Splat(1.0F); });
}

struct BytesPerSecond {
  double read, filled;
  double written;  // beside reading
};
// Writing is what a copy takes beyond its reading, at least a quarter of that.
BytesPerSecond Bandwidth(int64_t footprint) {
  const auto bytes = static_cast<double>(footprint);
  const double read = SecondsToRead(footprint / 4), copy = SecondsToCopy(footprint / 8);
  return {bytes / read, bytes / SecondsToFill(footprint / 4),
          bytes / 2 / std::max(copy - read / 2, read / 8)};
}

// ---- operations

constexpr int kChains = 12;  // hide the latency of each
constexpr int64_t kSteps = 4096;
template <typename T>
constexpr double kOperations = static_cast<double>(kChains) * kSteps * kLanes<T>;

// Independent chains of `step`, on each thread; `per_step` operations each.
template <typename T, typename Step>
double OfChains(int per_step, Step step) {
  const double seconds = Median([=] {
#pragma omp parallel
    {
      Vec<T> value[kChains];
      for (int k = 0; k < kChains; ++k) value[k] = Splat(T(1) + T(k) / 16);
      for (int64_t i = 0; i < kSteps; ++i) {
#pragma GCC unroll 16
        for (int k = 0; k < kChains; ++k) value[k] = step(value[k]);
      }
      for (int k = 1; k < kChains; ++k) value[0] += value[k];
      sink = static_cast<float>(SumOf<T>(value[0]));
    }
  });
  return seconds / (kOperations<T> * per_step * omp_get_max_threads());
}

// A function of what lies in the first-level cache.
template <typename T, typename F>
double OfFunction(F f, T low, T high) {
  constexpr int64_t kCount = 2048;
  const double seconds = Median([=] {
#pragma omp parallel
    {
      alignas(64) T x[kCount], y[kCount];
      for (int64_t i = 0; i < kCount; ++i)
        x[i] = low + (high - low) * T(i * 37 % kCount) / T(kCount);
      for (int round = 0; round < 16; ++round) {
        for (int64_t i = 0; i < kCount; i += kLanes<T>) Store(y + i, f(Load(x + i)));
        asm volatile("" ::: "memory");
      }
      sink = static_cast<float>(y[0]);
    }
  });
  return seconds / (16.0 * kCount * omp_get_max_threads());
}

// Indices below 2^bits.
std::vector<int64_t> RandomPicks(int64_t count, int bits) {
  std::vector<int64_t> picks(count);
  uint64_t state = 1;
  for (int64_t& pick : picks) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    pick = static_cast<int64_t>(state >> (64 - bits));
  }
  return picks;
}

// Seconds for a number from anywhere in a table of 2^bits, eight of them underway.
template <typename T>
double OfPicks(int64_t count, int bits) {
  const std::vector<T> table(int64_t{1} << bits, T{1});
  const std::vector<int64_t> picks = RandomPicks(count, bits);
  const double seconds = Median([=, from = table.data(), at = picks.data()] {
    OnEachThread(count, [=](int64_t begin, int64_t end) {
      T sum[8] = {};
      for (int64_t i = begin; i + 8 <= end; i += 8)
        for (int k = 0; k < 8; ++k) sum[k] += from[at[i + k]];
      sink = static_cast<float>(std::accumulate(sum, sum + 8, T{}));
    });
  });
  return seconds / static_cast<double>(count);
}

// Seconds for each line of rows of four lines, from anywhere in 16 MiB.
double OfPickedRows() {
  constexpr int kBits = 16, kRow = 64;
  constexpr int64_t kPicks = 1 << 18;
  const Memory table = Allocate(int64_t{kRow} << kBits);
  const std::vector<int64_t> picks = RandomPicks(kPicks, kBits);
  const double seconds = Median([from = table.get(), at = picks.data()] {
    OnEachThread(kPicks, [=](int64_t begin, int64_t end) {
      Vec<float> sum[kRow / kLanes<float>] = {};
      for (int64_t i = begin; i < end; ++i) {
        const float* ahead = from + at[std::min(i + 24, kPicks - 1)] * kRow;
        for (int k = 0; k < kRow; k += 16) _mm_prefetch(ahead + k, _MM_HINT_T0);
        for (int k = 0; k < kRow; k += kLanes<float>)
          sum[k / kLanes<float>] += Load(from + at[i] * kRow + k);
      }
      for (const Vec<float>& part : sum) sink = SumOf<float>(part);
    });
  });
  return seconds / (4.0 * kPicks);
}

template <typename T>
double Measure(const std::string& kind) {
  const Vec<T> half = Splat(T(0.5)), one = Splat(T(1));
  if (kind == "add") return OfChains<T>(2, [=](Vec<T> v) { return v * half + one; });
  if (kind == "madd") return OfChains<T>(1, [=](Vec<T> v) { return MultiplyAdd(v, half, one); });
  if (kind == "divide") return OfChains<T>(1, [=](Vec<T> v) { return one / v; });
  if (kind == "sqrt") return OfChains<T>(1, [=](Vec<T> v) { return Sqrt(v); });
  if (kind == "exp") return OfFunction<T>([](Vec<T> v) { return Exp(v); }, -4, 4);
  if (kind == "log") return OfFunction<T>([](Vec<T> v) { return Log(v); }, T(0.1), 4);
  if (kind == "sin") return OfFunction<T>([](Vec<T> v) { return Sin(v); }, -4, 4);
  if (kind == "cos") return OfFunction<T>([](Vec<T> v) { return Cos(v); }, -4, 4);
  if (kind == "tanh") return OfFunction<T>([](Vec<T> v) { return Tanh(v); }, -4, 4);
  if (kind == "asin") return OfFunction<T>([](Vec<T> v) { return Asin(v); }, -1, 1);
  throw std::out_of_range("no such operation: " + kind);
}

}  // namespace

double SecondsToStart() {
  static const double seconds = Median([] {
#pragma omp parallel
    sink = 0;
  });
  return seconds;
}

void SetThreads(int threads) { omp_set_num_threads(threads); }

// Of the cores that share it: sysconf tells what the whole machine has.
bool IsBeyondCaches(int64_t bytes) {
  static const int64_t last_level = [] {
    int64_t kibibytes = 0;
    std::ifstream("/sys/devices/system/cpu/cpu0/cache/index3/size") >> kibibytes;
    return std::max<int64_t>(kibibytes << 10, 8 << 20);
  }();
  return bytes > last_level / 2;
}

double SecondsToMove(double bytes_read, double bytes_written, double footprint) {
  const auto rounded = static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(footprint * 1.4)));
  const BytesPerSecond bandwidth =
      Bandwidth(std::clamp<int64_t>(rounded, int64_t{1} << 14, int64_t{1} << 28));
  return std::max(bytes_read / bandwidth.read + bytes_written / bandwidth.written,
                  bytes_written / bandwidth.filled);
}

double SecondsPer(const std::string& operation) {
  static std::map<std::string, double> known;
  const auto [entry, is_new] = known.try_emplace(operation);
  if (is_new) {
    const std::string kind = operation.substr(0, operation.find(' '));
    if (operation == "random line")
      entry->second = OfPicks<double>(1 << 20, 23);
    else if (operation == "near pick")
      entry->second = OfPicks<float>(1 << 17, 17);
    else if (operation == "line of a row")
      entry->second = OfPickedRows();
    else
      entry->second = operation.ends_with("f32") ? Measure<float>(kind) : Measure<double>(kind);
  }
  return entry->second;
}

bool IsOfDivider(const std::string& operation) {
  return operation.starts_with("divide") || operation.starts_with("sqrt");
}

}  // namespace broadloom::hand

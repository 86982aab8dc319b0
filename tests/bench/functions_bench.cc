// Elementary functions on one thread, operands in the second-level cache: broadloom's kernels
// beside loops over libmvec and beside NumPy, in one run. Ends with a table of ratios, each of the
// best of many short rounds; fails where the three disagree.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/bench/functions_baseline.h"
#include "tests/bench/interleaved.h"
#include "tests/bench/numpy_peer.h"
#include "tests/codegen/op_kernel.h"

namespace broadloom {
namespace {

struct Function {
  const char* name;
  double low, high;         // operands
  double limit32, limit64;  // of broadloom's time to the loop's, as promised
};

constexpr Function kFunctions[] = {
    {"exp", -10, 10, 1.3, 1.3},   {"exp2", -10, 10, 1.3, 1.3}, {"expm1", -5, 5, 1.3, 2},
    {"log", 0.01, 100, 1.3, 1.3}, {"log2", 0.01, 100, 1.3, 2}, {"log10", 0.01, 100, 1.3, 2},
    {"log1p", -0.9, 20, 1.3, 2},  {"sin", -10, 10, 1.3, 2},    {"cos", -10, 10, 1.3, 2},
    {"tan", -10, 10, 1.3, 2},     {"tanh", -5, 5, 1.3, 2},     {"erf", -3, 3, 1.3, 2},
    {"erfc", -3, 5, 1.3, 2},      {"pow", 0.1, 10, 1.3, 2}};

constexpr int64_t kBytes = 96 << 10;  // of each operand and result

template <typename T>
hand::FunctionLoop<T> HandLoop(const std::string& name) {
  if constexpr (sizeof(T) == 4)
    return hand::FloatLoop(name);
  else
    return hand::DoubleLoop(name);
}

// Whole cache lines, so that no loop pays for vectors that straddle them.
template <typename T>
class Buffer {
 public:
  static constexpr int64_t kCount = kBytes / sizeof(T);
  T* begin() const { return values_.get(); }
  T* end() const { return begin() + kCount; }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::unique_ptr<T[], Free> values_{static_cast<T*>(std::aligned_alloc(64, kBytes))};
};

// Deterministic numbers, without a pattern that a branch predictor learns.
template <typename T>
Buffer<T> Numbers(double low, double high) {
  Buffer<T> values;
  uint64_t state = 0x9E3779B97F4A7C15;
  for (T& value : values) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    value = static_cast<T>(low + (high - low) * static_cast<double>(state >> 40) / (1 << 24));
  }
  return values;
}

template <typename T>
class Work {
 public:
  explicit Work(const Function& f)
      : name_(absl::StrCat(f.name, sizeof(T) == 4 ? " f32" : " f64")),
        limit_(sizeof(T) == 4 ? f.limit32 : f.limit64),
        has_two_(std::string(f.name) == "pow"),
        kernel_(f.name, has_two_ ? 2 : 1, sizeof(T) == 4 ? "f32" : "f64", ""),
        loop_(HandLoop<T>(f.name)),
        x_(Numbers<T>(f.low, f.high)),
        y_(Numbers<T>(-3, 3)) {
    const std::string function = f.name;
    if (function.substr(0, 3) != "erf")  // NumPy has none
      numpy_ = absl::StrCat("np.", function, has_two_ ? "(x, y, out=out)" : "(x, out=out)");
  }

  const std::string& name() const { return name_; }
  double limit() const { return limit_; }
  double count() const { return static_cast<double>(kCount); }
  bool has_numpy() const { return !numpy_.empty(); }

  void Ours() { kernel_.Run(x_.begin(), y_.begin(), out_.begin(), kCount); }
  void Hand() { loop_(x_.begin(), y_.begin(), out_.begin(), kCount); }
  void Bind() const {
    Bind("x", x_);
    Bind("y", y_);
    Bind("out", out_);
  }
  void Numpy() const { NumpyPeer::Get().Run(numpy_); }

  bool Agree() {
    Ours();
    const std::vector<T> ours(out_.begin(), out_.end());
    Hand();
    const double tolerance = sizeof(T) == 4 ? 1e-6 : 1e-14;
    for (size_t i = 0; i < ours.size(); ++i) {
      const T hand = out_.begin()[i];
      if (std::abs(ours[i] - hand) <= tolerance * (std::abs(hand) + tolerance)) continue;
      std::fprintf(stderr, "%s of %g: %g, by libmvec %g\n", name_.c_str(), double{x_.begin()[i]},
                   double{ours[i]}, double{hand});
      return false;
    }
    return true;
  }

 private:
  static constexpr int64_t kCount = Buffer<T>::kCount;

  static void Bind(const std::string& name, const Buffer<T>& values) {
    const auto address = reinterpret_cast<uintptr_t>(values.begin());
    NumpyPeer::Get().Run(absl::StrCat(name, " = np.frombuffer((ctypes.c_char * ", kBytes,
                                      ").from_address(", address, "), np.float", 8 * sizeof(T),
                                      ")"));
  }

  std::string name_, numpy_;
  double limit_;
  bool has_two_;
  OpKernel kernel_;
  hand::FunctionLoop<T> loop_;
  Buffer<T> x_, y_, out_;
};

// Keeps the best of each benchmark's repetitions; prints the console's lines too.
class Best : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;
      double& best = best_.try_emplace(run.run_name.function_name, INFINITY).first->second;
      best = std::min(best, run.GetAdjustedRealTime());
    }
    ConsoleReporter::ReportRuns(runs);
  }

  // Nanoseconds per element, 0 where it did not run.
  double Of(const std::string& name, double count) const {
    const auto found = best_.find(name);
    return found == best_.end() ? 0 : found->second / count;
  }

 private:
  std::map<std::string, double> best_;
};

std::string Column(double value, const char* unit) {
  if (value == 0) return "";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f%s", value, unit);
  return text;
}

template <typename T>
void PrintRow(const Work<T>& work, const Best& best) {
  const double hand = best.Of(work.name() + "/libmvec", work.count());
  const double ours = best.Of(work.name() + "/broadloom", work.count());
  const double numpy = best.Of(work.name() + "/NumPy", work.count());
  if (hand == 0 || ours == 0) return;
  std::printf("| %s | %.2f ns | %.2f ns | %.2f | %.1f | %s | %s |\n", work.name().c_str(), hand,
              ours, ours / hand, work.limit(), Column(numpy, " ns").c_str(),
              Column(numpy / ours, "").c_str());
}

template <typename Prepare, typename F>
void Register(const std::string& name, Prepare prepare, F run) {
  const auto timed = [prepare, run](benchmark::State& state) {
    prepare();
    for (auto unused : state) run();
  };
  benchmark::RegisterBenchmark(name.c_str(), timed)->UseRealTime();
}

template <typename T>
void RegisterAll(const std::shared_ptr<Work<T>>& work) {
  Register(work->name() + "/libmvec", [] {}, [work] { work->Hand(); });
  Register(work->name() + "/broadloom", [] {}, [work] { work->Ours(); });
  if (work->has_numpy())
    Register(work->name() + "/NumPy", [work] { work->Bind(); }, [work] { work->Numpy(); });
}

template <typename T>
std::vector<std::shared_ptr<Work<T>>> AllWork() {
  std::vector<std::shared_ptr<Work<T>>> all;
  for (const Function& f : kFunctions) all.push_back(std::make_shared<Work<T>>(f));
  return all;
}

int Main(int argc, char** argv) {
  char rounds[] = "--benchmark_repetitions=80", least[] = "--benchmark_min_time=0.001";
  std::vector<char*> rest = InitializeInterleaved(argc, argv, rounds, least);
  if (benchmark::ReportUnrecognizedArguments(static_cast<int>(rest.size()), rest.data())) return 1;
  const auto narrow = AllWork<float>();
  const auto wide = AllWork<double>();
  for (const auto& work : narrow) {
    if (!work->Agree()) return 1;
    RegisterAll(work);
  }
  for (const auto& work : wide) {
    if (!work->Agree()) return 1;
    RegisterAll(work);
  }
  Best best;
  benchmark::RunSpecifiedBenchmarks(&best);
  std::printf(
      "\n| function | libmvec | broadloom | ratio | at most | NumPy | ratio |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n");
  for (const auto& work : narrow) PrintRow(*work, best);
  for (const auto& work : wide) PrintRow(*work, best);
  return 0;
}

}  // namespace
}  // namespace broadloom

int main(int argc, char** argv) { return broadloom::Main(argc, argv); }

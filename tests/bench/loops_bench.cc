// Fused loops: broadloom beside hand-written ones and beside NumPy, in one run, on arrays beyond
// the last-level cache. Ends with a table of ratios; fails where the three disagree.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "frontend/array.h"
#include "tests/bench/loops_baseline.h"
#include "tests/bench/numpy_peer.h"

namespace broadloom {
namespace {

struct Workload {
  std::string name;
  std::vector<Array> inputs;  // x, y of the NumPy expression
  Array out;                  // of the hand-written loop, used again and again
  std::function<Array()> ours;
  std::function<void()> hand;
  std::string numpy;
  double limit;  // of ours / hand, as promised
};

// Deterministic numbers in [0, 1), without a pattern that a branch predictor learns.
template <typename T>
Array Numbers(const Sizes& shape) {
  int64_t count = 1;
  for (int64_t extent : shape) count *= extent;
  std::vector<T> values(static_cast<size_t>(count));
  uint64_t state = 0x9E3779B97F4A7C15;
  for (T& value : values) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    value = static_cast<T>(static_cast<double>(state >> 40) / (1 << 24));
  }
  return array(values.data(), dtype_of<T>(), shape);
}

template <typename T>
const T* In(const Array& x) {
  return static_cast<const T*>(x.data());
}
template <typename T>
T* Out(const Array& x) {
  return static_cast<T*>(const_cast<void*>(x.data()));
}

std::vector<Workload> Streams() {
  const Sizes n = {int64_t{1} << 24}, m = {int64_t{1} << 25};
  const Array a = Numbers<double>(n), b = Numbers<double>(n), out = Numbers<double>(n);
  const Array x = Numbers<float>(m), y = Numbers<float>(m);
  return {
      {"2*a+3*b f64",
       {a, b},
       out,
       [=] { return 2 * a + 3 * b; },
       [=] { hand::ScaledSum(In<double>(a), In<double>(b), Out<double>(out), n[0]); },
       "2*x + 3*y",
       1.3},
      {"cubic f32",
       {x},
       y,
       [=] { return ((x + 0.5) * x - 0.25) * x + 2; },
       [=] { hand::Cubic(In<float>(x), Out<float>(y), m[0]); },
       "((x + 0.5)*x - 0.25)*x + 2",
       1.3},
  };
}

Array Softmax(const Array& x) {
  const Array e = exp(x - max(x, 1, true));
  return e / sum(e, 1, true);
}
constexpr const char* kSoftmax =
    "result = np.exp(x - x.max(1, keepdims=True)); result = result / result.sum(1, keepdims=True)";

template <typename T>
Workload SoftmaxOf(int64_t rows, int64_t columns) {
  const Array x = Numbers<T>({rows, columns}), out = Numbers<T>({rows, columns});
  return {absl::StrCat("softmax ", rows, " x ", columns, sizeof(T) == 4 ? " f32" : " f64"),
          {x},
          out,
          [=] { return Softmax(x); },
          [=] { hand::SoftmaxRows(In<T>(x), Out<T>(out), rows, columns); },
          kSoftmax,
          1.6};
}

Workload Center(int64_t rows, int64_t columns) {
  const Array x = Numbers<float>({rows, columns}), out = Numbers<float>({rows, columns});
  return {absl::StrCat("centre rows ", rows, " x ", columns, " f32"),
          {x},
          out,
          [=] { return x - mean(x, 1, true); },
          [=] { hand::CenterRows(In<float>(x), Out<float>(out), rows, columns); },
          "x - x.mean(1, keepdims=True)",
          1.6};
}

Workload Standardize(int64_t rows, int64_t columns) {
  const Array x = Numbers<double>({rows, columns}), out = Numbers<double>({rows, columns});
  return {absl::StrCat("standardise columns ", rows, " x ", columns, " f64"),
          {x},
          out,
          [=] { return (x - mean(x, 0)) / broadloom::std(x, 0); },
          [=] { hand::StandardizeColumns(In<double>(x), Out<double>(out), rows, columns); },
          "(x - x.mean(0)) / x.std(0)",
          1.6};
}

Workload MaxPlus(int64_t rows, int64_t columns) {
  const Array a = Numbers<double>({rows}), b = Numbers<double>({columns});
  const Array out = Numbers<double>({rows});
  return {absl::StrCat("(a[:,None]+b[None,:]).max(1) ", rows, " x ", columns, " f64"),
          {a, b},
          out,
          [=] { return max(expand_dims(a, 1) + expand_dims(b, 0), 1); },
          [=] { hand::MaxPlus(In<double>(a), In<double>(b), Out<double>(out), rows, columns); },
          "(x[:, None] + y[None, :]).max(1)",
          1.6};
}

std::vector<Workload> AllWorkloads() {
  std::vector<Workload> all = Streams();
  all.push_back(Center(1 << 20, 64));
  all.push_back(Center(20'000, 3'000));
  all.push_back(Standardize(1 << 20, 30));
  all.push_back(Standardize(40'000, 700));
  all.push_back(SoftmaxOf<float>(1 << 20, 64));
  all.push_back(SoftmaxOf<float>(20'000, 3'000));
  all.push_back(SoftmaxOf<double>(10'000, 1'000));
  all.push_back(MaxPlus(20'000, 5'000));
  return all;
}

// ---- running

std::string NumpyStatements(const Workload& work) {
  return absl::StrContains(work.numpy, "result") ? work.numpy
                                                 : absl::StrCat("result = ", work.numpy);
}

void BindInputs(const Workload& work) {
  NumpyPeer& peer = NumpyPeer::Get();
  const char* names[] = {"x", "y"};
  for (size_t i = 0; i < work.inputs.size(); ++i) peer.Bind(names[i], work.inputs[i]);
}

bool Agree(const Workload& work) {
  NumpyPeer& peer = NumpyPeer::Get();
  const Array result = work.ours();
  result.eval();
  work.hand();
  BindInputs(work);
  peer.Run(NumpyStatements(work));
  peer.Bind("ours", result);
  peer.Bind("hand", work.out);
  const double tolerance = work.out.dtype() == DataType::float32 ? 1e-5 : 1e-12;
  const double ours = peer.Difference("ours", "result"), hand = peer.Difference("hand", "result");
  peer.Run("del ours, hand, result");
  if (ours <= tolerance && hand <= tolerance) return true;
  std::fprintf(stderr, "%s: ours differs by %g from NumPy, the hand-written loop by %g\n",
               work.name.c_str(), ours, hand);
  return false;
}

void Register(const Workload& work) {
  const auto add = [&](const char* who, std::function<void()> run) {
    benchmark::RegisterBenchmark(absl::StrCat(work.name, "/", who).c_str(),
                                 [run](benchmark::State& state) {
                                   for (auto unused : state) run();
                                 })
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  };
  add("hand", work.hand);
  add("broadloom", [ours = work.ours] { ours().eval(); });
  add("NumPy", [work] {
    BindInputs(work);
    NumpyPeer::Get().Run(NumpyStatements(work));
  });
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

// Collects each repetition's time; the console's own lines stay.
class Times : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Iteration)
        times_[run.run_name.function_name].push_back(run.GetAdjustedRealTime());
    }
    ConsoleReporter::ReportRuns(runs);
  }

  // A markdown table for docs/benchmarks.md.
  void PrintRatios(const std::vector<Workload>& all) {
    std::printf(
        "\n| workload | hand-written | broadloom | ratio | at most | NumPy | ratio |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n");
    for (const Workload& work : all) {
      const double hand = Median(times_[work.name + "/hand"]);
      const double ours = Median(times_[work.name + "/broadloom"]);
      const double numpy = Median(times_[work.name + "/NumPy"]);
      if (hand == 0 || ours == 0) continue;
      std::printf("| %s | %.2f ms | %.2f ms | %.2f | %.1f | %.1f ms | %.1f |\n", work.name.c_str(),
                  hand, ours, ours / hand, work.limit, numpy, numpy / ours);
    }
  }

 private:
  std::map<std::string, std::vector<double>> times_;
};

int Main(int argc, char** argv) {
  const int threads = num_threads();
  hand::SetThreads(threads);
  std::vector<char*> arguments(argv, argv + argc);
  // Rounds are interleaved so that all three meet the same noise. Later arguments win.
  char interleave[] = "--benchmark_enable_random_interleaving=true";
  char rounds[] = "--benchmark_repetitions=7", least[] = "--benchmark_min_time=0.05";
  arguments.insert(arguments.begin() + 1, {interleave, rounds, least});
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  const std::vector<Workload> all = AllWorkloads();
  for (const Workload& work : all) {
    if (!Agree(work)) return 1;
    Register(work);
  }
  Times times;
  benchmark::RunSpecifiedBenchmarks(&times);
  times.PrintRatios(all);
  return 0;
}

}  // namespace
}  // namespace broadloom

int main(int argc, char** argv) { return broadloom::Main(argc, argv); }

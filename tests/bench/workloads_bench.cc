// Times the workloads of tests/bench/workloads in broadloom's C++ API ("ours": workloads_*.cc),
// traced once by `jit` as the loops are compiled once, beside hand-written fused loops ("hand":
// hand/*_baseline.cc) in one run, on all threads and on one; and written "anew" each time.
//
//     workloads [--benchmark_...] [beginnings of workloads' names ...]
//
// Python is embedded: it makes each workload's inputs, NumPy's results to judge both by, and the
// memory of their results. Prints a line for each workload; writes all to the file named by
// BENCH_RESULTS as JSON, for report.py. Fails where one of them disagrees with NumPy or is missing.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "frontend/array.h"
#include "tests/bench/hand/limits.h"
#include "tests/bench/hand/loops.h"
#include "tests/bench/interleaved.h"
#include "tests/bench/numpy_peer.h"
#include "tests/bench/workloads.h"

namespace broadloom {
namespace {

using Formula = Arrays (*)(const Arrays& in);

// The arrays' memory is Python's, until the next workload is made.
struct Workload {
  std::string name, formula, group, dtype;  // of the first input
  Arrays inputs;
  hand::Tensors in, out;
  double move_seconds = 0, compute_seconds = 0;  // at the machine's limit
};

hand::Loop HandLoopOf(const Workload& workload) {
  for (const auto& group :
       {hand::ElementwiseLoops(), hand::ChainLoops(), hand::FunctionLoops(), hand::ImageLoops(),
        hand::BroadcastLoops(), hand::RowLoops(), hand::SoftmaxLoops(), hand::ColumnLoops(),
        hand::ReductionLoops(), hand::AxisLoops(), hand::InteractionLoops(), hand::DistanceLoops(),
        hand::StencilLoops(), hand::TransposeLoops(), hand::GatherLoops(), hand::CumulativeLoops(),
        hand::ProductLoops(), hand::SmallProductLoops()}) {
    for (const hand::NamedLoop& named : group)
      if (named.formula == workload.formula && named.dtype == workload.dtype) return named.loop;
  }
  return nullptr;
}

Formula FormulaOf(const Workload& workload) {
  for (const auto& group :
       {StreamFormulas(), RowFormulas(), PairFormulas(), ShapeFormulas(), ProductFormulas()}) {
    for (const NamedFormula& named : group)
      if (named.formula == workload.formula) return named.compute;
  }
  return nullptr;
}

// ---- what Python says

std::string Text(const std::string& expression) { return NumpyPeer::Get().Text(expression); }
double Number(const std::string& expression) {
  return std::strtod(Text(absl::StrCat("repr(float(", expression, "))")).c_str(), nullptr);
}
// The texts of an iterable.
std::vector<std::string> Texts(const std::string& iterable) {
  return absl::StrSplit(Text(absl::StrCat("'\\n'.join(", iterable, ")")), '\n', absl::SkipEmpty());
}

hand::Tensors TensorsOf(const std::string& tuple) {
  hand::Tensors tensors;
  for (const std::string& line :
       Texts(absl::StrCat("' '.join(map(str, (x.ctypes.data, *x.shape))) for x in ", tuple))) {
    std::vector<int64_t> numbers;
    for (const absl::string_view word : absl::StrSplit(line, ' '))
      if (!absl::SimpleAtoi(word, &numbers.emplace_back())) std::abort();
    tensors.push_back({reinterpret_cast<void*>(numbers[0]), {numbers.begin() + 1, numbers.end()}});
  }
  return tensors;
}

DataType DTypeOf(const std::string& name) {
  for (DataType dtype : {DataType::float32, DataType::float64, DataType::uint8, DataType::int16,
                         DataType::int64, DataType::bool_})
    if (to_string(dtype) == name) return dtype;
  std::fprintf(stderr, "bench: inputs of dtype %s are not expected\n", name.c_str());
  std::exit(1);
}

Array Adopted(const hand::Tensor& tensor, DataType dtype) {
  Sizes strides(tensor.shape.size());
  int64_t bytes = itemsize(dtype);
  for (size_t axis = strides.size(); axis-- > 0; bytes *= tensor.shape[axis]) strides[axis] = bytes;
  return adopt(tensor.data, dtype, tensor.shape, strides, [] {});
}

// ---- the machine's limit

double MoveSeconds() {
  return hand::SecondsToMove(
      Number("sum(x.nbytes for x in inputs) + sum(inputs[k].nbytes for k in w.passes)"),
      Number("sum(x.nbytes for x in out)"), Number("sum(x.nbytes for x in inputs + out)"));
}

double ComputeSeconds() {
  double divider = 0, others = 0;  // work beside each other
  for (const std::string& line : Texts("f'{k}={v}' for k, v in w.operations.items()")) {
    const std::vector<std::string> parts = absl::StrSplit(line, '=');
    const double seconds = hand::SecondsPer(parts[0]) * std::strtod(parts[1].c_str(), nullptr);
    (hand::IsOfDivider(parts[0]) ? divider : others) += seconds;
  }
  return std::max(divider, others);
}

// ---- one workload

Workload Make(const std::string& name) {
  // The last workload's arrays are freed before there are others.
  NumpyPeer::Get().Run(absl::StrCat("w = expected = out = inputs = None\nw = WORKLOADS['", name,
                                    "']\ninputs = w.inputs()\n"
                                    "expected = tuple(map(np.asarray, w.results(np, inputs)))\n"
                                    "out = tuple(map(aligned_like, expected))"));
  const std::vector<std::string> dtypes = Texts("str(x.dtype) for x in inputs");
  Workload work{.name = name,
                .formula = Text("w.formula"),
                .group = Text("w.group"),
                .dtype = dtypes[0],
                .inputs = {},
                .in = TensorsOf("inputs"),
                .out = TensorsOf("out")};
  for (size_t i = 0; i < work.in.size(); ++i)
    work.inputs.push_back(Adopted(work.in[i], DTypeOf(dtypes[i])));
  return work;
}

bool Agrees(const std::string& who, const std::string& name) {
  const std::string fault = Text("disagreement(out, expected)");
  if (fault.empty()) return true;
  std::fprintf(stderr, "%s: %s: %s\n", name.c_str(), who.c_str(), fault.c_str());
  return false;
}

bool ResultsAgree(const std::string& who, const Workload& work, const Arrays& results) {
  if (results.size() != work.out.size()) {
    std::fprintf(stderr, "%s: %s: %zu results instead of %zu\n", work.name.c_str(), who.c_str(),
                 results.size(), work.out.size());
    return false;
  }
  for (size_t i = 0; i < results.size(); ++i) results[i].copy_to(work.out[i].data);
  return Agrees(who, work.name);
}

bool AllAgree(const Workload& work, hand::Loop loop, Formula formula) {
  loop(work.in, work.out);
  const bool hand = Agrees("the hand-written loop", work.name);
  const bool ours = ResultsAgree("broadloom", work, jit(formula)(work.inputs));
  return ResultsAgree("broadloom, anew", work, formula(work.inputs)) && ours && hand;
}

// Collects each repetition's time instead of printing it.
class Times : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs)
      if (run.run_type == Run::RT_Iteration)
        times_[run.run_name.function_name].push_back(run.real_accumulated_time /
                                                     static_cast<double>(run.iterations));
  }
  double Median(const std::string& who) {
    std::vector<double>& values = times_[who];
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    return values[values.size() / 2];
  }

 private:
  std::map<std::string, std::vector<double>> times_;
};

// `before` is not timed.
void Register(const std::string& who, const std::function<void()>& before,
              const std::function<void()>& run) {
  benchmark::RegisterBenchmark(who.c_str(), [=](benchmark::State& state) {
    before();
    for (auto unused : state) run();
  })->UseRealTime();
}

struct Result {
  Workload work;
  double hand, ours, anew, hand_alone, ours_alone;  // seconds, the last two on one thread

  std::string Json() const {
    return absl::StrCat("{\"name\": \"", work.name, "\", \"group\": \"", work.group,
                        "\", \"hand\": ", hand, ", \"ours\": ", ours, ", \"anew\": ", anew,
                        ", \"hand_alone\": ", hand_alone, ", \"ours_alone\": ", ours_alone,
                        ", \"move\": ", work.move_seconds, ", \"compute\": ", work.compute_seconds,
                        "}");
  }
};

void UseThreads(int threads) {
  hand::SetThreads(threads);
  set_num_threads(threads);
}

Result Measure(Workload work, hand::Loop loop, Formula formula) {
  const auto together = [threads = num_threads()] { UseThreads(threads); };
  const auto alone = [] { UseThreads(1); };
  const auto hand = [&] { loop(work.in, work.out); };
  const auto ours = [&, traced = jit(formula)] { traced(work.inputs); };
  const auto anew = [&] { eval(formula(work.inputs)); };
  Register("hand", together, hand);
  Register("ours", together, ours);
  Register("anew", together, anew);
  Register("hand alone", alone, hand);
  Register("ours alone", alone, ours);
  Times times;
  benchmark::RunSpecifiedBenchmarks(&times);
  benchmark::ClearRegisteredBenchmarks();
  together();
  work.move_seconds = hand::SecondsToStart() + MoveSeconds();
  work.compute_seconds = hand::SecondsToStart() + ComputeSeconds();
  return {work,
          times.Median("hand"),
          times.Median("ours"),
          times.Median("anew"),
          times.Median("hand alone"),
          times.Median("ours alone")};
}

// Milliseconds of both and their ratio, and that of what is written anew; the limit, of memory or
// of computation, and what both have of it; how much faster two threads are than one.
void Print(const Result& result) {
  const Workload& work = result.work;
  const double limit = std::max(work.move_seconds, work.compute_seconds);
  std::printf("%-48s %9.3f %9.3f ms  %5.2f (%.2f)", work.name.c_str(), 1e3 * result.hand,
              1e3 * result.ours, result.ours / result.hand, result.anew / result.hand);
  std::printf("   limit %8.3f %s hand %3.0f %% ours %3.0f %%", 1e3 * limit,
              work.move_seconds > work.compute_seconds ? "M" : "C", 100 * limit / result.hand,
              100 * limit / result.ours);
  std::printf("  threads %.2f %.2f\n", result.hand_alone / result.hand,
              result.ours_alone / result.ours);
  std::fflush(stdout);
}

bool IsWanted(const std::string& name, const std::vector<std::string>& wanted) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& part) {
           return name.starts_with(part);
         });
}

// Nothing where the loop or broadloom is wrong or missing.
std::optional<Result> RunOne(const std::string& name) {
  const Workload work = Make(name);
  const hand::Loop loop = HandLoopOf(work);
  const Formula formula = FormulaOf(work);
  if (loop == nullptr || formula == nullptr) {
    std::fprintf(stderr, "%s: there is no %s of it\n", name.c_str(),
                 loop == nullptr ? "hand-written loop" : "C++ formula");
    return std::nullopt;
  }
  if (!AllAgree(work, loop, formula)) return std::nullopt;
  return Measure(work, loop, formula);
}

int RunAll(const std::vector<std::string>& wanted) {
  std::vector<std::string> json;
  double logarithms = 0, logarithms_anew = 0;
  bool agree = true;
  for (const std::string& name : Texts("WORKLOADS")) {
    if (!IsWanted(name, wanted)) continue;
    const std::optional<Result> result = RunOne(name);
    agree &= result.has_value();
    if (!result) continue;
    Print(*result);
    json.push_back(result->Json());
    logarithms += std::log(result->ours / result->hand);
    logarithms_anew += std::log(result->anew / result->hand);
  }
  const auto count = static_cast<double>(json.size());
  std::printf("%zu workloads, geometric mean %.3f of the hand-written loops, written anew %.3f\n",
              json.size(), std::exp(logarithms / count), std::exp(logarithms_anew / count));
  if (const char* file = std::getenv("BENCH_RESULTS"); file != nullptr)
    std::ofstream(file) << "[" << absl::StrJoin(json, ",\n ") << "]\n";
  return agree ? 0 : 1;
}

int Main(int argc, char** argv) {
  char rounds[] = "--benchmark_repetitions=7", least[] = "--benchmark_min_time=0.03";
  const std::vector<char*> rest = InitializeInterleaved(argc, argv, rounds, least);
  const std::vector<std::string> wanted(rest.begin() + 1, rest.end());
  NumpyPeer::Get().Run(
      "from workloads import WORKLOADS\nfrom workloads.judge import aligned_like, disagreement");
  UseThreads(num_threads());
  set_broadcast_warnings({BroadcastWarnings::Action::ignore});
  return RunAll(wanted);
}

}  // namespace
}  // namespace broadloom

int main(int argc, char** argv) { return broadloom::Main(argc, argv); }

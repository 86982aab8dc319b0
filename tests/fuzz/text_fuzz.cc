// Broken texts must end in an error, never in a crash; texts that are graphs must print and parse
// to themselves, and what the passes make of them must compute the same bits. Mutates the golden
// files' graphs, and makes graphs of its own, for BROADLOOM_FUZZ_SECONDS (2) each from
// BROADLOOM_FUZZ_SEED (1).
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "ir/evaluate.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "passes/pass.h"
#include "passes/sample_inputs.h"
#include "tests/golden_cases.h"
#include "tests/random_graph.h"

namespace broadloom {
namespace {

constexpr int64_t kMostElements = 20'000;  // of any node: the evaluator is slow

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoll(value, nullptr, 10);
}

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {
    for (const std::string& file : GoldenFiles())
      for (const GoldenCase& c : ReadGoldenFile(file))
        for (const std::string& text : {c.input, c.expected})
          if (!text.empty()) texts_.push_back(text);
  }

  std::string Next() {
    std::string text = Pick(texts_);
    for (int64_t edits = 1 + Below(3); edits > 0; --edits) Edit(text);
    return text;
  }
  // A graph that was understood is a start for further ones.
  void Keep(const std::string& text) {
    if (texts_.size() < 4000) texts_.push_back(text);
  }

 private:
  size_t Below(size_t n) { return n == 0 ? 0 : random_() % n; }
  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }

  // The characters of a word, a number or a sign, beginning at a random place.
  std::pair<size_t, size_t> Token(const std::string& text) {
    size_t begin = Below(text.size()), end = begin;
    const auto is_word = [&](size_t i) {
      return i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) != 0 ||
                                 text[i] == '_' || text[i] == '%');
    };
    while (begin > 0 && is_word(begin) && is_word(begin - 1)) --begin;
    while (is_word(end)) ++end;
    return {begin, std::max<size_t>(1, end - begin)};
  }

  void Edit(std::string& text) {
    static const std::vector<std::string> kWords = {"0",
                                                    "1",
                                                    "-1",
                                                    "2",
                                                    "9223372036854775807",
                                                    "-9223372036854775808",
                                                    "s0",
                                                    "s1",
                                                    "f64",
                                                    "f32",
                                                    "i8",
                                                    "u64",
                                                    "b1",
                                                    "%0",
                                                    "%1",
                                                    "%2",
                                                    "%3",
                                                    "%9",
                                                    "[]",
                                                    "{",
                                                    "}",
                                                    "(",
                                                    ",",
                                                    "\"",
                                                    "sum",
                                                    "add",
                                                    "where",
                                                    "reshape",
                                                    "gather",
                                                    "scatter",
                                                    "slice",
                                                    "keepdims=1",
                                                    "axes=[0]",
                                                    "exp",
                                                    "equal",
                                                    "argmin",
                                                    "permute_dims",
                                                    "divide",
                                                    "max",
                                                    "mean",
                                                    "copy",
                                                    "multiply",
                                                    "nan",
                                                    "1e999"};
    if (text.empty()) return;
    const auto [begin, size] = Token(text);
    switch (Below(5)) {
      case 0: text.replace(begin, size, Pick(kWords)); break;
      case 1: text.erase(begin, size); break;
      case 2: text.insert(begin, Pick(kWords)); break;
      case 3: {
        const auto [from, length] = Token(text);
        text.replace(begin, size, text.substr(from, length));
        break;
      }
      default: text[Below(text.size())] = static_cast<char>(random_());
    }
  }

  std::mt19937_64 random_;
  std::vector<std::string> texts_;
};

bool SameBits(const Tensor& a, const Tensor& b) {
  if (a.dtype != b.dtype || a.shape != b.shape) return false;
  for (int64_t i = 0; i < a.size(); ++i) {
    const Scalar x = ElementOf(a, i), y = ElementOf(b, i);
    const bool nan = x.dtype.is_floating() && std::isnan(AsDouble(x)) && std::isnan(AsDouble(y));
    if (!nan && !(x == y)) return false;
  }
  return true;
}

// Whether the text is a graph that the passes take.
bool Check(const std::string& text) {
  const absl::StatusOr<Graph> graph = Parse(text);
  if (!graph.ok()) return false;
  const std::string printed = Print(*graph);
  const absl::StatusOr<Graph> again = Parse(printed);
  EXPECT_TRUE(again.ok()) << again.status() << "\n" << printed;
  if (again.ok()) {
    EXPECT_EQ(Print(*again), printed);
  }
  if (!Verify(*graph).ok()) return false;
  const absl::StatusOr<Graph> planned = RunPasses(*graph, Pipeline(), PassOptions());
  if (!planned.ok()) return false;
  EXPECT_TRUE(Verify(*planned).ok()) << Verify(*planned) << "\n" << text;
  const std::vector<int64_t> symbols = {3, 4, 2, 5, 3, 2};
  for (const Graph* one : {&*graph, &*planned})
    if (!CheckSizes(*one, symbols, kMostElements).ok()) return true;
  const absl::StatusOr<Bindings> inputs = SampleInputs(*graph, 1, symbols);
  if (!inputs.ok()) return true;
  const absl::StatusOr<std::vector<Tensor>> want = Evaluate(*graph, *inputs);
  const absl::StatusOr<std::vector<Tensor>> got = Evaluate(*planned, *inputs);
  if (!want.ok()) return true;  // extents that contradict each other
  EXPECT_TRUE(got.ok()) << got.status() << "\n" << text;
  if (!got.ok()) return true;
  for (size_t i = 0; i < want->size(); ++i)
    EXPECT_TRUE(SameBits((*want)[i], (*got)[i])) << "output " << i << "\n"
                                                 << text << Print(*planned);
  return true;
}

TEST(Fuzz, TextsEndInAnErrorOrInTheSameBits) {
  Mutator mutator(FromEnvironment("BROADLOOM_FUZZ_SEED", 1));
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::seconds(FromEnvironment("BROADLOOM_FUZZ_SECONDS", 2));
  const char* trace = std::getenv("BROADLOOM_FUZZ_TRACE");  // a crash leaves its text in this file
  int texts = 0, graphs = 0;
  while (std::chrono::steady_clock::now() < end && !testing::Test::HasFailure()) {
    const std::string text = mutator.Next();
    if (trace != nullptr) std::ofstream(trace) << text;
    ++texts;
    if (Check(text)) {
      ++graphs;
      mutator.Keep(text);
    }
  }
  std::printf("%d texts, %d of them graphs\n", texts, graphs);
  EXPECT_GT(graphs, 10);
}

TEST(Fuzz, RandomGraphsKeepTheirBits) {
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::seconds(FromEnvironment("BROADLOOM_FUZZ_SECONDS", 2));
  uint64_t seed = static_cast<uint64_t>(FromEnvironment("BROADLOOM_FUZZ_SEED", 1)) << 32;
  const char* trace = std::getenv("BROADLOOM_FUZZ_TRACE");
  int graphs = 0;
  for (; std::chrono::steady_clock::now() < end && !testing::Test::HasFailure(); ++graphs) {
    const std::string text = RandomGraph(seed++);
    if (trace != nullptr) std::ofstream(trace) << text;
    EXPECT_TRUE(Check(text)) << text;
  }
  std::printf("%d graphs\n", graphs);
  EXPECT_GT(graphs, 10);
}

}  // namespace
}  // namespace broadloom

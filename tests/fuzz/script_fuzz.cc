// Whatever text is run as a script ends in values or in an error that lies in the text: within a
// second, and a gigabyte. Texts are made of the grammar's words, at random and by changing scripts
// that make sense. BROADLOOM_FUZZ_EXECUTIONS (60,000) of them from BROADLOOM_FUZZ_SEED (1).
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "frontend/calls/function.h"
#include "frontend/errstate.h"
#include "frontend/script/expression.h"
#include "frontend/script/session.h"

namespace broadloom::script {
namespace {

constexpr int64_t kMostBytes = int64_t{64} << 20;     // of arrays
constexpr int64_t kMostElements = 1000;               // of what is computed
constexpr int64_t kMostKilobytes = int64_t{1} << 20;  // that the process grows
constexpr auto kLongest = std::chrono::seconds(1);

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoll(value, nullptr, 10);
}

const char* const kScripts[] = {
    "x + y * 2 - z[0]",
    "where(x > 0.5, sqrt(x), -x ** 2)",
    "m = (y - y.mean(1, keepdims=True)) / y.std(axis=1, ddof=1)[:, None]",
    "a, b = divmod(z, 3)\na[1:-1:2] += b[::2]",
    "f(u, v=2) = u @ u.T + v  # product\nf(y, v=x[:2, None])",
    "sum(exp(x)[None, ...] * y[:, :3].T, axis=(0, 1))",
    "concat([z, arange(3, dtype=int8)], axis=0).astype('float32')",
    "w = x; w *= 1.5; w[w > 1] = nan; nanmax(w), isnan(w).any()",
    "linalg.solve(y[:2, :2], array([1j, 2.5e-3]))",
    "quantile(x, [0.25, 0.5], method='linear')",
    "p = q = zeros((2, 3), uint8); p |= 0x1f; del q",
    "einsum('ij,kj->ik', y, y).reshape(-1)[[0, -1]]",
    "x[True, ..., None]; y[1:, ::-1].shape; z.T.nbytes",
};
const char* const kWords[] = {
    "x",
    "y",
    "z",
    "w",
    "f",
    "1",
    "0",
    "-1",
    "2.5",
    "1e308",
    "3j",
    "9223372036854775807",
    "0x10",
    "'abc'",
    "\"i,i->\"",
    "None",
    "True",
    "...",
    "pi",
    "nan",
    "float32",
    "int8",
    "np.",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    "::",
    "=",
    "==",
    "+=",
    "**",
    "*",
    "//",
    "/",
    "%",
    "@",
    "<<",
    ">>",
    "&",
    "|",
    "^",
    "~",
    "-",
    "+",
    "<",
    ">=",
    ".",
    ".T",
    ".sum(",
    ".shape",
    ".reshape(",
    "axis=",
    "keepdims=",
    "dtype=",
    "out=x",
    "where=",
    "\n",
    ";",
    "#",
    "\\\n",
    " ",
    "del ",
    "lambda",
    "and",
    "f(u) = ",
    "10**9",
    "1<<60",
    "zeros((100, 1))",
    "arange(10**12)",
};

class Maker {
 public:
  explicit Maker(uint64_t seed)
      : random_(seed), scripts_(std::begin(kScripts), std::end(kScripts)) {
    for (const calls::Function* function : calls::Functions())
      functions_.push_back(std::string(function->name()) + "(");
  }

  std::string Next() {
    if (Below(4) == 0) return Soup();
    std::string text = Below(3) == 0 ? kScripts[Below(std::size(kScripts))] : Pick(scripts_);
    for (size_t edits = 1 + Below(4); edits > 0; --edits) Edit(text);
    return text;
  }
  // A text that made sense is a start for further ones.
  void Keep(const std::string& text) {
    const bool says_little = text.find('#') != std::string::npos;  // most of it is a comment soon
    if (text.size() > 400 || says_little) return;
    if (scripts_.size() < 2000)
      scripts_.push_back(text);
    else
      scripts_[Below(scripts_.size())] = text;
  }

 private:
  size_t Below(size_t n) { return n == 0 ? 0 : random_() % n; }
  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }
  std::string Word() {
    if (Below(5) == 0) return Pick(functions_);
    return kWords[Below(std::size(kWords))];
  }
  std::string Soup() {
    std::string text;
    for (size_t words = Below(16); words > 0; --words) text += Word();
    return text;
  }
  // From where a word may begin.
  void Edit(std::string& text) {
    const size_t at = Below(text.size() + 1), length = Below(6);
    switch (Below(6)) {
      case 0: text.insert(at, Word()); break;
      case 1: text.erase(at, length); break;
      case 2: text.replace(at, length, Word()); break;
      case 3: text.insert(at, text.substr(Below(text.size() + 1), Below(24))); break;
      case 4: {
        const std::string& other = Pick(scripts_);
        text.insert(at, other.substr(Below(other.size() + 1), Below(40)));
        break;
      }
      default:
        if (!text.empty()) text[Below(text.size())] = static_cast<char>(random_());
    }
  }

  std::mt19937_64 random_;
  std::vector<std::string> scripts_, functions_;
};

int64_t Kilobytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// Of all threads: other processes do not count.
std::chrono::microseconds ComputingTime() {
  return std::chrono::microseconds(static_cast<int64_t>(std::clock()) * 1'000'000 / CLOCKS_PER_SEC);
}

// Stops what computes for half a second, as a host would.
class Watchdog {
 public:
  explicit Watchdog(Context& context) : context_(context), thread_([this] { Watch(); }) {}
  ~Watchdog() {
    ends_ = true;
    thread_.join();
  }
  void Begin() { begin_ = std::chrono::steady_clock::now(); }

 private:
  void Watch() {
    for (; !ends_; std::this_thread::sleep_for(std::chrono::milliseconds(20)))
      if (std::chrono::steady_clock::now() - begin_.load() > kLongest / 2)
        cancel_evaluations(&context_);
  }

  Context& context_;
  std::atomic<std::chrono::steady_clock::time_point> begin_{std::chrono::steady_clock::now()};
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

// Of small values the elements are computed too, now and then: that may take a compilation.
void Look(const calls::Value& value, bool computes) {
  const Array* array = value.As<Array>();
  if (array != nullptr && computes && array->size() <= kMostElements) array->eval();
}

// Whether it ran to its end.
bool Check(Session& session, const std::string& text, bool computes) {
  session.Clear();
  session.Set("x", calls::Value(linspace(0, 1, 3)));
  session.Set("y", calls::Value(reshape(arange(12), {3, 4}).astype(DataType::float64)));
  session.Set("z", calls::Value(arange(5)));
  try {
    session.Run(text, [&](const calls::Value& value) { Look(value, computes); });
    return true;
  } catch (const ScriptError& error) {
    EXPECT_LE(error.place().begin, error.place().end) << text;
    EXPECT_LE(error.place().end, text.size()) << text;
    EXPECT_NE(error.code(), ErrorCode::internal) << error.what() << "\n" << text;
    EXPECT_FALSE(Explained(error, text).empty());
    return false;
  }
}

TEST(Fuzz, ScriptsEndInValuesOrInAnError) {
  const ErrorStateScope silent({});
  const std::shared_ptr<Context> context = make_context({.memory_budget = kMostBytes});
  Session session(*context, {.length = 1 << 16, .depth = 50, .nodes = 10'000});
  Watchdog watchdog(*context);
  Maker maker(static_cast<uint64_t>(FromEnvironment("BROADLOOM_FUZZ_SEED", 1)));
  const int64_t executions = FromEnvironment("BROADLOOM_FUZZ_EXECUTIONS", 60'000);
  const char* trace = std::getenv("BROADLOOM_FUZZ_TRACE");  // a crash leaves its text in this file
  const int64_t before = Kilobytes();                       // a sanitizer has some of its own
  int64_t done = 0, sensible = 0;
  std::chrono::microseconds longest(0);
  for (; done < executions && !testing::Test::HasFailure(); ++done) {
    const std::string text = maker.Next();
    if (trace != nullptr) std::ofstream(trace) << text;
    const auto begin = ComputingTime();
    watchdog.Begin();
    if (Check(session, text, done % 1024 == 0)) {
      ++sensible;
      maker.Keep(text);
    }
    const auto took = ComputingTime() - begin;
    EXPECT_LT(took, kLongest) << text;
    longest = std::max(longest, took);
    if (done % 1024 == 0) {
      EXPECT_LT(Kilobytes() - before, kMostKilobytes) << text;
    }
  }
  std::printf("%ld texts, %ld ran to their end; the longest took %ld us; %ld MiB\n",
              static_cast<long>(done), static_cast<long>(sensible),
              static_cast<long>(longest.count()), static_cast<long>(Kilobytes() >> 10));
  EXPECT_GT(sensible, done / 100);
}

}  // namespace
}  // namespace broadloom::script

// :time. Each run evaluates the text anew, so that it takes what the same line takes in a program.
#include <algorithm>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "frontend/inspect.h"
#include "frontend/repl/commands.h"
#include "frontend/repl/display.h"

namespace broadloom::repl {
namespace {

constexpr double kEnoughSeconds = 0.5;
constexpr int kMostRuns = 10000;

// Evaluates the arrays of a value, as deep as they lie.
void EvaluateAll(const calls::Value& value) {
  if (const Array* array = value.As<Array>()) array->eval();
  if (const auto* sequence = value.As<calls::Sequence>())
    for (const calls::Value& item : sequence->items) EvaluateAll(item);
}

double SecondsOf(Shell& shell, absl::string_view expression) {
  const auto begin = std::chrono::steady_clock::now();
  EvaluateAll(shell.session.Evaluate(expression));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void CollectPending(const calls::Value& value, std::vector<Array>& pending) {
  if (const Array* array = value.As<Array>(); array != nullptr && !array->is_evaluated())
    pending.push_back(*array);
  if (const auto* sequence = value.As<calls::Sequence>())
    for (const calls::Value& item : sequence->items) CollectPending(item, pending);
}

// What there is to compute when the expression is evaluated now.
std::vector<Array> PendingOf(Shell& shell, absl::string_view expression) {
  std::vector<Array> pending;
  CollectPending(shell.session.Evaluate(expression), pending);
  return pending;
}

struct Runs {
  double best = 0;
  int count = 0;
};
Runs Repeat(Shell& shell, absl::string_view expression) {
  Runs runs;
  for (double all = 0; all < kEnoughSeconds && runs.count < kMostRuns; ++runs.count) {
    shell.CheckInterrupt();
    const double seconds = SecondsOf(shell, expression);
    runs.best = runs.count == 0 ? seconds : std::min(runs.best, seconds);
    all += seconds;
  }
  return runs;
}

}  // namespace

void Time(Shell& shell, absl::string_view expression) {
  if (expression.empty()) Fail("give an expression");
  double least = LeastSeconds(PendingOf(shell, expression));
  const int64_t compiled = cache_info(&shell.context()).compiles;
  const double first = SecondsOf(shell, expression);
  const int64_t kernels = cache_info(&shell.context()).compiles - compiled;
  shell.Print(absl::StrCat("first  ", SecondsText(first), ", ", kernels,
                           kernels == 1 ? " kernel" : " kernels", " compiled\n"));
  double best = first;
  if (shell.session.Find(expression) == nullptr) {  // a variable has its value now
    least = LeastSeconds(PendingOf(shell, expression));
    const Runs runs = Repeat(shell, expression);
    best = runs.best;
    shell.Print(absl::StrCat("best   ", SecondsText(best), " of ", runs.count, " runs\n"));
  }
  if (least > 0) {
    shell.Print(absl::StrFormat("limit  %s for bytes and operations: this is %.2g times as long\n",
                                SecondsText(least), best / least));
  }
}

}  // namespace broadloom::repl

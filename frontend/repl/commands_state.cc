// Commands that tell of the session and its context, and set what can be set.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "frontend/bytes.h"
#include "frontend/options.h"
#include "frontend/repl/commands.h"
#include "frontend/repl/display.h"
#include "frontend/unwrap.h"

namespace broadloom::repl {
namespace {

constexpr int kHistoryShown = 20;

std::string BudgetText(Context& context) {
  const int64_t bytes = memory_budget(&context);
  return bytes < 0 ? "none: what the machine has" : HumanBytes(bytes);
}

int CountOf(absl::string_view text, absl::string_view what) {
  int count = 0;
  if (!absl::SimpleAtoi(text, &count) || count < 0)
    Fail(absl::StrCat(what, " is a number, not '", text, "'"));
  return count;
}

std::string LineOf(const calls::Value& value) {
  const Array* array = value.As<Array>();
  return array != nullptr ? FactsOf(*array) : calls::Describe(value);
}

}  // namespace

void PrintVariables(Shell& shell, absl::string_view arguments) {
  CheckNothing(arguments, "vars");
  size_t longest = 0;
  const std::vector<std::string> names = shell.session.names();
  for (const std::string& name : names) longest = std::max(longest, name.size());
  for (const std::string& name : names) {
    if (const auto definition = shell.session.DefinitionOf(name); definition.has_value()) {
      shell.Print(*definition + "\n");
      continue;
    }
    const calls::Value* value = shell.session.Find(name);
    if (value == nullptr) continue;
    shell.Print(
        absl::StrCat(name, std::string(longest - name.size() + 2, ' '), LineOf(*value), "\n"));
  }
}

void PrintMemory(Shell& shell, absl::string_view arguments) {
  CheckNothing(arguments, "memory");
  const MemoryUse use = memory_info(&shell.context());
  const CacheInfo cache = cache_info(&shell.context());
  shell.Print(absl::StrCat("arrays   ", HumanBytes(use.live), ", ", HumanBytes(use.peak),
                           " at the peak, ", HumanBytes(use.cached), " kept for others\nbudget   ",
                           BudgetText(shell.context()), "\nkernels  ", cache.kernels, ", ",
                           HumanBytes(cache.bytes), "\n"));
}

void SetBudget(Shell& shell, absl::string_view bytes) {
  if (bytes == "none") {
    set_memory_budget(-1, &shell.context());
  } else if (!bytes.empty()) {
    const absl::StatusOr<int64_t> limit = BytesFromText(bytes);
    if (!limit.ok()) Fail(absl::StrCat("'", bytes, "' ", limit.status().message()));
    set_memory_budget(*limit, &shell.context());
  }
  shell.Print(absl::StrCat("budget   ", BudgetText(shell.context()), "\n"));
}

void SetThreads(Shell& shell, absl::string_view count) {
  if (!count.empty()) set_num_threads(CountOf(count, "a count of threads"), &shell.context());
  const int threads = num_threads(&shell.context());
  shell.Print(absl::StrCat("threads  ", threads, "\n"));
}

void PrintHistory(Shell& shell, absl::string_view count) {
  if (shell.history == nullptr) Fail("there is a history only where lines are typed");
  const std::vector<std::string>& entries = shell.history->entries();
  const size_t most = count.empty() ? kHistoryShown : CountOf(count, "a count of lines");
  for (size_t i = entries.size() - std::min(most, entries.size()); i < entries.size(); ++i)
    shell.Print(absl::StrCat(i + 1, "  ", entries[i], "\n"));
}

}  // namespace broadloom::repl

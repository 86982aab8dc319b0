// The commands of the prompt, ":help sum": a table of them, and what they do.
#ifndef BROADLOOM_FRONTEND_REPL_COMMANDS_H_
#define BROADLOOM_FRONTEND_REPL_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "frontend/repl/shell.h"

namespace broadloom::repl {

struct Command {
  const char* name;
  const char* arguments;  // "[NAME] FILE"
  const char* doc;        // one line
  const char* details;    // further lines for :help; may be empty
  void (*run)(Shell& shell, absl::string_view arguments);
  bool first_is_file = false, last_is_file = false;  // for completion
};

absl::Span<const Command> AllCommands();
const Command* FindCommand(absl::string_view name);  // null: there is none

// A line that begins with ":", or a name with "?" before or after it. Throws Error.
void RunCommand(Shell& shell, absl::string_view line);

// --- What they do, by file -----------------------------------------------------------------------
// commands_plan.cc
void Show(Shell& shell, absl::string_view expression);
void Explain(Shell& shell, absl::string_view expression);
void DrawPlan(Shell& shell, absl::string_view arguments);
void PrintPasses(Shell& shell, absl::string_view arguments);
void PrintLlvm(Shell& shell, absl::string_view expression);
void PrintAssembly(Shell& shell, absl::string_view expression);
// time.cc
void Time(Shell& shell, absl::string_view expression);
// commands_state.cc
void PrintVariables(Shell& shell, absl::string_view arguments);
void PrintMemory(Shell& shell, absl::string_view arguments);
void SetBudget(Shell& shell, absl::string_view bytes);
void SetThreads(Shell& shell, absl::string_view count);
void PrintHistory(Shell& shell, absl::string_view count);
// commands_files.cc
void Load(Shell& shell, absl::string_view arguments);
void Save(Shell& shell, absl::string_view arguments);
void RunFile(Shell& shell, absl::string_view file);
// help.cc
void Help(Shell& shell, absl::string_view topic);

// --- What several of them need -------------------------------------------------------------------
struct Word {
  size_t begin;  // in the arguments
  std::string text;
};
// Words between spaces; quotes hold a word together. Throws where one is not closed.
std::vector<Word> WordsOf(absl::string_view arguments);
[[noreturn]] void Fail(const std::string& message);  // invalid_argument
// The arrays of an expression's value: one, or those of a tuple or a list. Evaluates none.
std::vector<Array> ArraysOf(Shell& shell, absl::string_view expression);
void CheckNothing(absl::string_view arguments, absl::string_view command);

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_COMMANDS_H_

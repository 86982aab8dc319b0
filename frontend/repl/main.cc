// broadloom: statements on arrays from the command line, from scripts and from a prompt.
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string>

#include "absl/strings/str_cat.h"
#include "frontend/options.h"
#include "frontend/repl/command_line.h"
#include "frontend/repl/prompt.h"
#include "frontend/repl/read_text.h"
#include "frontend/repl/shell.h"

namespace broadloom::repl {
namespace {

enum ExitCode { kDone = 0, kFailed = 1, kWrongUsage = 2 };

void PrintError(absl::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

// Whether all of it could be done.
bool RunAndReport(Shell& shell, const std::string& text, const std::string& name) {
  try {
    RunText(shell, text);
    return true;
  } catch (const script::ScriptError& error) {
    std::fflush(stdout);
    PrintError(ErrorText(error, text, name, shell.errors));
    return false;
  }
}

// What messages call the text that is run.
std::string NameOf(const CommandLine& line) {
  if (line.file.empty()) return "<input>";
  return line.file == "-" ? "<stdin>" : line.file;
}

bool RunAll(Shell& shell, const CommandLine& line) {
  for (const std::string& text : line.texts) {
    if (!RunAndReport(shell, text, "-e")) return false;
    if (shell.done) return true;
  }
  if (line.file.empty()) return true;
  return RunAndReport(shell, ReadText(line.file), NameOf(line));
}

// `signals`: null where Ctrl-C ends the program.
bool RunInterruptibly(Shell& shell, const CommandLine& line, Signals* signals) {
  if (signals == nullptr) return RunAll(shell, line);
  const Signals::Running running(*signals);
  return RunAll(shell, line);
}

// A result that could not be written is none.
int Flushed(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  std::perror("broadloom: standard output");
  return kFailed;
}

int Run(CommandLine line) {
  const bool asks = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
  if (line.stays && !asks) {
    PrintError("broadloom: -i needs a terminal\n");
    return kWrongUsage;
  }
  const bool has_work = !line.texts.empty() || !line.file.empty();
  const bool prompts = asks && (line.stays || !has_work);
  if (!has_work && !prompts) line.file = "-";
  const UserEnvironment user = UserEnvironmentOfProcess();
  Context& context = default_context();
  Signals* const signals = prompts ? new Signals(context) : nullptr;  // before any other thread
  const bool has_unicode = UseUtf8();
  Shell shell(context, NameOf(line));
  shell.signals = signals;
  shell.terminal = TerminalOf(STDOUT_FILENO, user);
  shell.errors = TerminalOf(STDERR_FILENO, user);
  shell.terminal.has_unicode = shell.terminal.has_escapes && has_unicode;
  const bool done = RunInterruptibly(shell, line, signals);
  if (prompts && !shell.done) return Prompt(shell, *signals, user.state_dir);
  return done ? kDone : kFailed;
}

int Main(int count, const char* const* arguments) {
  const CommandLine line = ParseCommandLine(count, arguments);
  if (!line.wrong.empty()) {
    PrintError(absl::StrCat("broadloom: ", line.wrong, "\n", kUsage));
    return kWrongUsage;
  }
  if (line.help || line.version) {
    std::fputs(line.help ? kUsage : "broadloom " BROADLOOM_VERSION "\n", stdout);
    return kDone;
  }
  try {
    return Run(line);
  } catch (const std::exception& error) {
    PrintError(absl::StrCat("broadloom: ", error.what(), "\n"));
    return kFailed;
  }
}

}  // namespace
}  // namespace broadloom::repl

int main(int count, char** arguments) {
  using namespace broadloom::repl;  // NOLINT: of this file alone
  return Flushed(Main(count, arguments));
}

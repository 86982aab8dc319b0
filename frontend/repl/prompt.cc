#include "frontend/repl/prompt.h"

#include <cstdio>

#include "absl/cleanup/cleanup.h"
#include "frontend/files.h"
#include "frontend/repl/completion.h"
#include "frontend/repl/editor.h"

namespace broadloom::repl {
namespace {

constexpr char kGreeting[] =
    "broadloom " BROADLOOM_VERSION ": :help tells what there is, Ctrl-D leaves\n";

void RunTyped(Shell& shell, Signals& signals, const std::string& text) {
  try {
    const Signals::Running running(signals);
    RunText(shell, text);
  } catch (const script::ScriptError& error) {
    shell.Print(ErrorText(error, text, "", shell.terminal));
  }
}

}  // namespace

int Prompt(Shell& shell, Signals& signals, const std::string& state_dir) {
  History history(state_dir);
  Editor editor(shell.terminal, signals, history,
                {[&](absl::string_view text) { return Complete(text, shell.session); },
                 [](absl::string_view text) { return WantsMore(text); }});
  shell.history = &history;
  set_interrupt_handler([&shell] { shell.CheckInterrupt(); });
  const absl::Cleanup forget = [&] {
    set_interrupt_handler(nullptr);
    shell.history = nullptr;
  };
  shell.Print(kGreeting);
  std::string text;
  while (!shell.done) {
    const Editor::Outcome outcome = editor.Read(text);
    if (outcome == Editor::Outcome::end) break;
    if (outcome == Editor::Outcome::text) RunTyped(shell, signals, text);
    if (signals.is_interrupted()) editor.DropTypedAhead();
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace broadloom::repl

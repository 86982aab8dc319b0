// What statements and commands work on, and how they are run.
#ifndef BROADLOOM_FRONTEND_REPL_SHELL_H_
#define BROADLOOM_FRONTEND_REPL_SHELL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "frontend/repl/history.h"
#include "frontend/repl/signals.h"
#include "frontend/repl/terminal.h"
#include "frontend/script/session.h"

namespace broadloom::repl {

struct Shell {
  // `source`: what messages call the text.
  Shell(Context& context, const std::string& source) : session(context, {}, source) {}

  script::Session session;
  Terminal terminal, errors;         // of stdout and stderr
  const Signals* signals = nullptr;  // null where Ctrl-C ends the program
  const History* history = nullptr;  // null where nobody types
  bool done = false;                 // nothing more is to be run
  int depth = 0;                     // of files that run files
  static constexpr int kMostNested = 20;

  Context& context() const { return session.context(); }
  void Print(absl::string_view text) const;
  // Throws `cancelled` where Ctrl-C was pressed. For loops between evaluations.
  void CheckInterrupt() const;
};

// Runs statements, and the lines among them that are commands: ":help sum", "x?". Values of
// expressions are printed, the last one is called _. Throws script::ScriptError, with a place in
// the text; what stands before it is done.
void RunText(Shell& shell, absl::string_view text);
// Whether Enter adds a line to the text instead of running it.
bool WantsMore(absl::string_view text);

// For people: the place where the text has a name, the line with carets, and the message.
std::string ErrorText(const script::ScriptError& error, absl::string_view text,
                      absl::string_view name, const Terminal& terminal);

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_SHELL_H_

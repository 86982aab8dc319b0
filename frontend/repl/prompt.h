// The prompt: reads, runs, prints, until it is left.
#ifndef BROADLOOM_FRONTEND_REPL_PROMPT_H_
#define BROADLOOM_FRONTEND_REPL_PROMPT_H_

#include <string>

#include "frontend/repl/shell.h"
#include "frontend/repl/signals.h"

namespace broadloom::repl {

// Returns the program's exit code. `state_dir`: as History.
int Prompt(Shell& shell, Signals& signals, const std::string& state_dir);

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_PROMPT_H_

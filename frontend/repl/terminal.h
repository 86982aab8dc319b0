// What the terminal can do, and text in colour where it can.
#ifndef BROADLOOM_FRONTEND_REPL_TERMINAL_H_
#define BROADLOOM_FRONTEND_REPL_TERMINAL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "frontend/options.h"

namespace broadloom::repl {

// Of a stream.
struct Terminal {
  bool is_terminal = false;  // else a file, a pipe or nothing
  bool has_escapes = false;  // not where TERM is dumb, or not set
  bool has_colour = false;   // not where NO_COLOR is set
  bool has_true_colour = false;
  bool has_unicode = false;  // the locale's characters are UTF-8
  int columns = 0;           // COLUMNS: where the terminal does not tell its width; 0: not set

  int Width() const;  // at present, in columns; without a terminal 75, as in NumPy
};
Terminal TerminalOf(int fd, const UserEnvironment& user);

// Characters are UTF-8 from now on, whatever the locale is. Returns whether it says so itself.
bool UseUtf8();

enum class Style { prompt, error, heading, faint };
// The text, coloured where the terminal can.
std::string Painted(const Terminal& terminal, Style style, absl::string_view text);

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_TERMINAL_H_

#include "frontend/repl/terminal.h"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>

#include "absl/strings/str_cat.h"

namespace broadloom::repl {
namespace {

constexpr int kWidthElsewhere = 75, kNarrowest = 20;

bool IsUtf8() { return absl::string_view(nl_langinfo(CODESET)) == "UTF-8"; }

}  // namespace

bool UseUtf8() {
  std::setlocale(LC_CTYPE, "");
  const bool is_utf8 = IsUtf8();
  if (!is_utf8) std::setlocale(LC_CTYPE, "C.UTF-8");
  return is_utf8;
}

Terminal TerminalOf(int fd, const UserEnvironment& user) {
  Terminal terminal;
  terminal.is_terminal = isatty(fd) != 0;
  const bool is_dumb = user.terminal.empty() || user.terminal == "dumb";
  terminal.has_escapes = terminal.is_terminal && !is_dumb;
  terminal.has_colour = terminal.has_escapes && !user.no_color;
  terminal.has_true_colour = terminal.has_colour && user.true_color;
  terminal.columns = user.columns;
  return terminal;
}

int Terminal::Width() const {
  if (!is_terminal) return kWidthElsewhere;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return std::max<int>(size.ws_col, kNarrowest);
  return columns > 0 ? std::max(columns, kNarrowest) : kWidthElsewhere;
}

std::string Painted(const Terminal& terminal, Style style, absl::string_view text) {
  if (!terminal.has_colour) return std::string(text);
  constexpr const char* kCodes[] = {"\x1b[1;36m", "\x1b[31m", "\x1b[1m", "\x1b[2m"};
  return absl::StrCat(kCodes[static_cast<int>(style)], text, "\x1b[0m");
}

}  // namespace broadloom::repl

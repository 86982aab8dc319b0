#include "frontend/repl/command_line.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace broadloom::repl {

const char kUsage[] = R"(broadloom [-i] [-e TEXT]... [FILE]
Runs statements on arrays, in NumPy's spelling. Without TEXT and FILE: from the prompt, or from the
standard input where that is no terminal.

  FILE              a script; - is the standard input
  -e, --eval=TEXT   run TEXT; several are run one after another, before FILE
  -i, --interactive afterwards the prompt
  -h, --help        this text; the language is in docs/repl.md, ':help' at the prompt tells more
  -V, --version     the version

Exit codes: 0, 1 where a statement fails, 2 for a wrong command line, 130 after Ctrl-C.
The environment: BROADLOOM_THREADS, BROADLOOM_MEMORY_BUDGET, NO_COLOR.
)";

CommandLine ParseCommandLine(int count, const char* const* arguments) {
  CommandLine line;
  bool options_end = false;
  for (int i = 1; i < count && line.wrong.empty(); ++i) {
    absl::string_view word = arguments[i];
    const bool is_option = !options_end && word.size() > 1 && word[0] == '-';
    if (!is_option && line.file.empty())
      line.file = std::string(word);
    else if (!is_option)
      line.wrong = absl::StrCat("one file only: '", word, "' is too much");
    else if (word == "--")
      options_end = true;
    else if (word == "-h" || word == "--help")
      line.help = true;
    else if (word == "-V" || word == "--version")
      line.version = true;
    else if (word == "-i" || word == "--interactive")
      line.stays = true;
    else if ((word == "-e" || word == "--eval") && i + 1 < count)
      line.texts.emplace_back(arguments[++i]);
    else if (word == "-e" || word == "--eval")
      line.wrong = absl::StrCat(word, " needs a text");
    else if (absl::ConsumePrefix(&word, "--eval="))
      line.texts.emplace_back(word);
    else
      line.wrong = absl::StrCat("there is no option '", word, "'");
  }
  return line;
}

}  // namespace broadloom::repl

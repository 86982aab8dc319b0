// The table; docs/repl.md shows it.
#include "frontend/repl/commands.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "frontend/calls/function.h"
#include "frontend/calls/near_names.h"

namespace broadloom::repl {
namespace {

void Quit(Shell& shell, absl::string_view arguments) {
  CheckNothing(arguments, "quit");
  shell.done = true;
}

constexpr Command kCommands[] = {
    {"help", "[NAME]", "What a function, a group of functions or a command does; NAME? is the same",
     "Without a name: the commands and the groups of functions.", Help},
    {"show", "EXPR", "Shape, dtype, bytes and plan, before anything is computed; x? is the same",
     "", Show},
    {"explain", "EXPR", "The plan: kernels, bytes, copies, what NumPy would have allocated", "",
     Explain},
    {"plan", "EXPR FILE", "The plan as a picture: .svg, or .dot for Graphviz",
     "Boxes are inputs, steps and results; arrows are arrays, dashed where they are handed on "
     "block by block.",
     DrawPlan, false, true},
    {"ir", "EXPR [PASS]", "The graph as it was written and after each pass, or after one", "",
     PrintPasses},
    {"llvm", "EXPR", "LLVM IR of the kernels", "", PrintLlvm},
    {"asm", "EXPR", "Assembly of the kernels", "", PrintAssembly},
    {"time", "EXPR", "How long it takes, with the least that this machine could take beside it",
     "The first run compiles; others are repeated for half a second.", Time},
    {"vars", "", "Variables and functions of the session", "", PrintVariables},
    {"memory", "", "Bytes of arrays and kernels", "", PrintMemory},
    {"budget", "[BYTES]", "The most that arrays may take: 2G, 500M, or none for no limit", "",
     SetBudget},
    {"threads", "[COUNT]", "How many threads compute; 0: one for each CPU", "", SetThreads},
    {"load", "[NAME] FILE [OPTION=VALUE ...]",
     "Reads .npy, .npz, .csv, .txt, or plain bytes as they lie in memory",
     "Without a name: named after the file, or the members of an .npz by their own names.\n"
     "Options: map=r maps an .npy file instead of reading it (c: writes stay in memory), dtype= "
     "and shape=3,4\nfor plain bytes, which are mapped, dtype=, delimiter= and skip= (lines) for "
     "text.",
     Load, true, true},
    {"save", "NAME ... FILE", "Writes .npy, .npz (of several), .csv, .txt, or plain bytes", "",
     Save, false, true},
    {"run", "FILE", "Runs the statements of a file here", "", RunFile, true, true},
    {"history", "[COUNT]", "What was typed last", "", PrintHistory},
    {"quit", "", "Leaves; so does Ctrl-D", "", Quit},
};

// "x?": what x is, of a variable; of another name, what it does.
void Answer(Shell& shell, absl::string_view name) {
  const bool is_variable =
      shell.session.Find(name) != nullptr && !shell.session.DefinitionOf(name).has_value();
  return is_variable ? Show(shell, name) : Help(shell, name);
}

}  // namespace

absl::Span<const Command> AllCommands() { return kCommands; }

const Command* FindCommand(absl::string_view name) {
  for (const Command& command : kCommands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

void RunCommand(Shell& shell, absl::string_view line) {
  if (!absl::ConsumePrefix(&line, ":")) {
    if (!absl::ConsumeSuffix(&line, "?")) absl::ConsumePrefix(&line, "?");
    return Answer(shell, line);
  }
  const size_t end = std::min(line.find_first_of(" \t"), line.size());
  const absl::string_view name = line.substr(0, end);
  if (const Command* command = FindCommand(name))
    return command->run(shell, absl::StripAsciiWhitespace(line.substr(end)));
  std::vector<std::string> all, near;
  for (const Command& command : kCommands) all.emplace_back(command.name);
  for (const std::string& like : calls::NearNames(name, all)) near.push_back(":" + like);
  Fail(absl::StrCat("there is no command :", name,
                    near.empty()
                        ? "; :help lists them"
                        : absl::StrCat("; did you mean ", absl::StrJoin(near, " or "), "?")));
}

void Fail(const std::string& message) { throw Error(ErrorCode::invalid_argument, message); }

std::vector<Word> WordsOf(absl::string_view arguments) {
  std::vector<Word> words;
  bool in_word = false;
  for (size_t at = 0; at < arguments.size(); ++at) {
    const char byte = arguments[at];
    if (absl::ascii_isspace(static_cast<unsigned char>(byte))) {
      in_word = false;
      continue;
    }
    if (!in_word) words.push_back({at, ""});
    in_word = true;
    if (byte != '"' && byte != '\'') {
      words.back().text += byte;
      continue;
    }
    const size_t end = arguments.find(byte, at + 1);
    if (end == absl::string_view::npos) Fail("a quote is not closed");
    absl::StrAppend(&words.back().text, arguments.substr(at + 1, end - at - 1));
    at = end;
  }
  return words;
}

std::vector<Array> ArraysOf(Shell& shell, absl::string_view expression) {
  if (expression.empty()) Fail("give an expression");
  const calls::Value value = shell.session.Evaluate(expression);
  std::vector<Array> arrays;
  const auto add = [&](const calls::Value& item) {
    const Array* array = item.As<Array>();
    if (array == nullptr) Fail(calls::Describe(item) + " is no array");
    arrays.push_back(*array);
  };
  if (const auto* sequence = value.As<calls::Sequence>())
    for (const calls::Value& item : sequence->items) add(item);
  else
    add(value);
  return arrays;
}

void CheckNothing(absl::string_view arguments, absl::string_view command) {
  if (!arguments.empty()) Fail(absl::StrCat(":", command, " takes nothing behind it"));
}

}  // namespace broadloom::repl

// Commands that look at what is behind an array before it is computed.
#include <fstream>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/inspect.h"
#include "frontend/plan_picture.h"
#include "frontend/repl/commands.h"
#include "frontend/repl/display.h"
#include "passes/pass.h"

namespace broadloom::repl {
namespace {

constexpr char kNothingLeft[] =
    "computed already, and nothing is left of its plan; give what it was computed from";

// Throws where there is no plan to look at.
std::vector<Array> PendingOf(Shell& shell, absl::string_view expression) {
  std::vector<Array> arrays = ArraysOf(shell, expression);
  for (const Array& array : arrays) {
    if (!array.is_evaluated()) return arrays;
  }
  Fail(absl::StrCat(expression, ": ", kNothingLeft));
}

// "x + y plan.svg": what is before the last word, and that. One word: it, and nothing.
std::pair<absl::string_view, std::string> SplitLastWord(absl::string_view arguments) {
  const std::vector<Word> words = WordsOf(arguments);
  if (words.size() < 2) return {arguments, ""};
  const Word& last = words.back();
  return {absl::StripAsciiWhitespace(arguments.substr(0, last.begin)), last.text};
}

bool IsPass(absl::string_view name) {
  return name == "trace" ||
         absl::c_any_of(Pipeline(), [&](const Pass& pass) { return pass.name == name; });
}

std::string NameOfMemory(const script::Session& session, const void* memory) {
  for (const std::string& name : session.names()) {
    const calls::Value* value = session.Find(name);
    const Array* array = value == nullptr ? nullptr : value->As<Array>();
    if (array != nullptr && array->is_evaluated() && MemoryOf(*array) == memory && name != "_")
      return name;
  }
  return "";
}

void PrintCode(Shell& shell, absl::string_view expression, CodeForm form) {
  const std::vector<NamedText> kernels = CodeOfKernels(PendingOf(shell, expression), form);
  if (kernels.empty()) Fail(absl::StrCat(expression, ": no kernel computes it"));
  const char* comment = form == CodeForm::llvm ? "; " : "# ";
  for (const NamedText& kernel : kernels) {
    shell.Print(Painted(shell.terminal, Style::heading, absl::StrCat(comment, kernel.name)) + "\n");
    shell.Print(absl::StrCat(absl::StripTrailingAsciiWhitespace(kernel.text), "\n"));
  }
}

}  // namespace

void Show(Shell& shell, absl::string_view expression) {
  const std::vector<Array> arrays = ArraysOf(shell, expression);
  for (const Array& array : arrays) shell.Print(FactsOf(array) + "\n");
  for (const Array& array : arrays) {
    if (!array.is_evaluated()) return shell.Print(explain(arrays));
  }
}

void Explain(Shell& shell, absl::string_view expression) {
  shell.Print(explain(PendingOf(shell, expression)));
}

void DrawPlan(Shell& shell, absl::string_view arguments) {
  const auto [expression, file] = SplitLastWord(arguments);
  const bool is_svg = absl::EndsWith(file, ".svg");
  if (!is_svg && !absl::EndsWith(file, ".dot"))
    Fail("the picture goes to a file that ends in .svg or .dot: ':plan y plan.svg'");
  const PlanPicture picture =
      PictureOf(StepsOf(PendingOf(shell, expression)),
                [&](const void* memory) { return NameOfMemory(shell.session, memory); });
  std::ofstream stream(file);
  stream << (is_svg ? ToSvg(picture) : ToDot(picture));
  if (!stream.flush()) Fail(absl::StrCat("cannot write ", file));
}

void PrintPasses(Shell& shell, absl::string_view arguments) {
  const auto [before, word] = SplitLastWord(arguments);
  const bool names_pass = IsPass(word);
  const std::vector<NamedText> texts =
      IrAfterPasses(PendingOf(shell, names_pass ? before : arguments));
  std::string previous;
  for (const NamedText& text : texts) {
    if (!names_pass) shell.Print(Painted(shell.terminal, Style::heading, "# " + text.name) + "\n");
    if (!names_pass || text.name == word)
      shell.Print(text.text == previous ? "# the same\n" : text.text);
    previous = text.text;
  }
}

void PrintLlvm(Shell& shell, absl::string_view expression) {
  PrintCode(shell, expression, CodeForm::llvm);
}

void PrintAssembly(Shell& shell, absl::string_view expression) {
  PrintCode(shell, expression, CodeForm::assembly);
}

}  // namespace broadloom::repl

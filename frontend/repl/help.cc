// :help. Functions come from the table of frontend/calls, commands from ours.
#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "frontend/calls/function.h"
#include "frontend/calls/near_names.h"
#include "frontend/repl/commands.h"
#include "frontend/script/attributes.h"

namespace broadloom::repl {
namespace {

// Words one after another, in lines that fit.
std::string Filled(const std::vector<std::string>& words, size_t width) {
  std::string text, line = " ";
  for (const std::string& word : words) {
    if (line.size() + 1 + word.size() > width && line.size() > 1) {
      absl::StrAppend(&text, line, "\n");
      line = " ";
    }
    absl::StrAppend(&line, " ", word);
  }
  return absl::StrCat(text, line, "\n");
}

std::map<std::string, std::vector<std::string>> Groups() {
  std::map<std::string, std::vector<std::string>> groups;
  for (const calls::Function* function : calls::Functions())
    groups[function->group].emplace_back(function->name());
  return groups;
}

std::string UsageOf(const Command& command) {
  return absl::StrCat(":", command.name, *command.arguments == '\0' ? "" : " ", command.arguments);
}

void Overview(Shell& shell) {
  std::string text = Painted(shell.terminal, Style::heading, "Commands") + "\n";
  size_t longest = 0;
  for (const Command& command : AllCommands()) longest = std::max(longest, UsageOf(command).size());
  constexpr size_t kMostIndent = 18;
  longest = std::min(longest, kMostIndent);
  for (const Command& command : AllCommands()) {
    const std::string usage = UsageOf(command);
    const bool fits = usage.size() <= longest;
    absl::StrAppend(
        &text, "  ", usage,
        fits ? std::string(longest - usage.size(), ' ') : "\n" + std::string(longest + 2, ' '),
        "  ", command.doc, "\n");
  }
  absl::StrAppend(&text, Painted(shell.terminal, Style::heading, "Functions"),
                  ": ':help GROUP' lists those of a group\n");
  std::vector<std::string> groups;
  for (const auto& [group, functions] : Groups())
    groups.push_back(absl::StrCat(group, " (", functions.size(), ")"));
  shell.Print(absl::StrCat(text, "  ", absl::StrJoin(groups, ", "), "\n"));
}

std::string TextOf(const Terminal& terminal, const calls::Function& function) {
  return absl::StrCat(Painted(terminal, Style::heading, function.signature), "\n  ", function.doc,
                      "\n  ", function.group, "\n");
}

std::string TextOf(const Terminal& terminal, DataType dtype) {
  const std::string name = to_string(dtype);
  return absl::StrCat(Painted(terminal, Style::heading, absl::StrCat(name, "(x)")),
                      "\n  an array of that dtype, of ", itemsize(dtype),
                      " bytes an element; also dtype=", name, "\n");
}

std::string TextOf(const Terminal& terminal, const Command& command) {
  std::string text =
      absl::StrCat(Painted(terminal, Style::heading, UsageOf(command)), "\n  ", command.doc, "\n");
  if (*command.details != '\0') absl::StrAppend(&text, command.details, "\n");
  return text;
}

}  // namespace

void Help(Shell& shell, absl::string_view topic) {
  if (topic.empty()) return Overview(shell);
  const bool wants_command = absl::ConsumePrefix(&topic, ":");
  std::string text;
  const auto definition = shell.session.DefinitionOf(topic);
  const calls::Function* function = calls::FindFunction(topic);
  if (!wants_command && definition.has_value())
    absl::StrAppend(&text, *definition, "\n");
  else if (!wants_command && function != nullptr)
    text += TextOf(shell.terminal, *function);
  else if (const auto dtype = script::DtypeNamed(topic); dtype && !wants_command)
    text += TextOf(shell.terminal, *dtype);
  if (const Command* command = FindCommand(topic)) text += TextOf(shell.terminal, *command);
  const auto groups = Groups();
  if (const auto group = groups.find(std::string(topic)); group != groups.end()) {
    absl::StrAppend(&text, Painted(shell.terminal, Style::heading, group->first), "\n",
                    Filled(group->second, shell.terminal.Width()));
  }
  if (!text.empty()) return shell.Print(text);
  Fail(absl::StrCat("there is no function '", topic, "'",
                    calls::DidYouMean(calls::NamesLike(topic))));
}

}  // namespace broadloom::repl

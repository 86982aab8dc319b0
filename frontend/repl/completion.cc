#include "frontend/repl/completion.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/calls/function.h"
#include "frontend/repl/commands.h"
#include "frontend/script/attributes.h"

namespace broadloom::repl {
namespace {

constexpr size_t kMostFiles = 1000;

bool IsOfName(char byte) {
  return absl::ascii_isalnum(static_cast<unsigned char>(byte)) || byte == '_' ||
         static_cast<unsigned char>(byte) >= 0x80;
}

size_t BeginOfName(absl::string_view text) {
  size_t begin = text.size();
  while (begin > 0 && IsOfName(text[begin - 1])) --begin;
  return begin;
}

// Where a string that is open at the end of the text begins; npos: none is.
size_t OpenString(absl::string_view text) {
  size_t open = absl::string_view::npos;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_open = open != absl::string_view::npos;
    if (is_open && text[i] == '\\')
      ++i;
    else if (is_open && text[i] == text[open])
      open = absl::string_view::npos;
    else if (!is_open && (text[i] == '\'' || text[i] == '"'))
      open = i;
  }
  return open;
}

class Collector {
 public:
  Collector(absl::string_view text, size_t begin) : word_(text.substr(begin)) {
    completions_.begin = begin;
  }

  void Offer(const std::string& word) {
    if (absl::StartsWith(word, word_)) completions_.words.push_back(word);
  }

  Completions Sorted() && {
    std::vector<std::string>& words = completions_.words;
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return std::move(completions_);
  }

 private:
  const absl::string_view word_;
  Completions completions_;
};

Completions Files(absl::string_view text, size_t begin) {
  Collector files(text, begin);
  const std::string word(text.substr(begin));
  const size_t slash = word.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : word.substr(0, slash + 1);
  std::error_code error;
  size_t count = 0;
  for (std::filesystem::directory_iterator entry(folder.empty() ? "." : folder, error), end;
       !error && entry != end && count < kMostFiles; entry.increment(error), ++count) {
    std::error_code unknown;
    const bool is_folder = entry->is_directory(unknown);
    files.Offer(absl::StrCat(folder, entry->path().filename().string(), is_folder ? "/" : ""));
  }
  return std::move(files).Sorted();
}

void OfferFunctions(Collector& names) {
  for (const calls::Function* function : calls::Functions())
    names.Offer(std::string(function->name()));
}

// "x.re", "f(x).re": attributes. "linalg.no": a function of a module.
Completions Attributes(absl::string_view text, size_t begin) {
  const size_t module = BeginOfName(text.substr(0, begin - 1));
  Collector functions(text, module);
  OfferFunctions(functions);
  Completions of_module = std::move(functions).Sorted();
  if (module < begin - 1 && !of_module.words.empty()) return of_module;
  Collector attributes(text, begin);
  for (const std::string& name : script::AttributesOfArrays()) attributes.Offer(name);
  return std::move(attributes).Sorted();
}

Completions Names(absl::string_view text, size_t begin, const script::Session& session) {
  Collector names(text, begin);
  for (const std::string& name : session.names()) names.Offer(name);
  for (const std::string& name : script::Constants()) names.Offer(name);
  OfferFunctions(names);
  return std::move(names).Sorted();
}

Completions Commands(absl::string_view text, size_t begin) {
  Collector names(text, begin);
  for (const Command& command : AllCommands()) names.Offer(command.name);
  return std::move(names).Sorted();
}

Completions OfCommand(absl::string_view text, const script::Session& session) {
  const size_t space = text.find(' ');
  if (space == absl::string_view::npos) return Commands(text, 1);
  const Command* command = FindCommand(text.substr(1, space - 1));
  const size_t word = text.rfind(' ') + 1;
  const bool is_first = text.find_first_not_of(' ', space) >= word;
  if (command != nullptr && command->last_is_file && (!is_first || command->first_is_file))
    return Files(text, word);
  const size_t begin = BeginOfName(text);
  if (begin > word && text[begin - 1] == '.') return Attributes(text, begin);
  return Names(text, begin, session);
}

}  // namespace

std::string Completions::CommonBeginning() const {
  if (words.empty()) return "";
  const std::string &first = words.front(), &last = words.back();  // sorted
  const size_t most = std::min(first.size(), last.size());
  size_t length =
      std::mismatch(first.begin(), first.begin() + most, last.begin()).first - first.begin();
  while (length > 0 && length < first.size() && (first[length] & 0xC0) == 0x80) --length;
  return first.substr(0, length);  // of whole characters
}

Completions Complete(absl::string_view text, const script::Session& session) {
  if (absl::StartsWith(text, ":")) return OfCommand(text, session);
  if (const size_t quote = OpenString(text); quote != absl::string_view::npos)
    return Files(text, quote + 1);
  const size_t begin = BeginOfName(text);
  if (begin > 0 && text[begin - 1] == '.') return Attributes(text, begin);
  return Names(text, begin, session);
}

}  // namespace broadloom::repl

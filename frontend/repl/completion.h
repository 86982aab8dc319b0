// What a word may become: names, functions, attributes, commands and files.
#ifndef BROADLOOM_FRONTEND_REPL_COMPLETION_H_
#define BROADLOOM_FRONTEND_REPL_COMPLETION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "frontend/script/session.h"

namespace broadloom::repl {

struct Completions {
  size_t begin = 0;                // of the word in the text
  std::vector<std::string> words;  // sorted, each once; all begin as the word does

  std::string CommonBeginning() const;
};

// Of the word that the text ends with.
Completions Complete(absl::string_view text, const script::Session& session);

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_COMPLETION_H_

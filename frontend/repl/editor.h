// Lines from a terminal, edited by libedit: keys as in Emacs, history, completion with Tab, several
// lines while the input is not complete, pasted text as one piece.
#ifndef BROADLOOM_FRONTEND_REPL_EDITOR_H_
#define BROADLOOM_FRONTEND_REPL_EDITOR_H_

#include <histedit.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "frontend/repl/completion.h"
#include "frontend/repl/history.h"
#include "frontend/repl/signals.h"
#include "frontend/repl/terminal.h"
#include "frontend/repl/terminal_input.h"

namespace broadloom::repl {

class Editor {
 public:
  struct Hooks {
    std::function<Completions(absl::string_view before_cursor)> complete;
    std::function<bool(absl::string_view text)> is_incomplete;
  };
  Editor(const Terminal& terminal, Signals& signals, History& history, Hooks hooks);
  ~Editor();
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;

  enum class Outcome { text, interrupted, end };
  // One input without its last newline; it is in the history then.
  Outcome Read(std::string& text);
  void DropTypedAhead();

 private:
  static Editor& Of(EditLine* line);
  static char* Prompt(EditLine* line);
  static int NextKey(EditLine* line, wchar_t* key);
  static unsigned char InsertText(EditLine* line, int key);
  static unsigned char CompleteWord(EditLine* line, int key);

  void BindKeys();
  int NextKey(wchar_t* key);
  wchar_t KeyToInsert(std::string text);
  bool HandleSignals();  // whether the line goes on
  int RowsAboveCursor() const;
  void Erase() const;
  void Show();
  unsigned char Complete();
  void List(const Completions& completions) const;
  std::string Text() const;

  const Terminal terminal_;
  Signals& signals_;
  History& history_;
  const Hooks hooks_;
  TerminalInput input_;
  const std::string prompt_;
  EditLine* const line_;
  ::History* const past_;
  std::string to_insert_;
  bool interrupted_ = false;
};

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_EDITOR_H_

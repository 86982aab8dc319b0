// libedit asks for keys one by one; what it is to insert as one piece, and what Enter does while
// the input is not complete, goes by a key of our own that nobody types.
#include "frontend/repl/editor.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "frontend/repl/utf8.h"

namespace broadloom::repl {
namespace {

constexpr wchar_t kInsertKey = 0x1F;
constexpr char kPromptText[] = "bl> ", kUnderPrompt[] = "\n    ";
constexpr char kPasteOn[] = "\x1b[?2004h", kPasteOff[] = "\x1b[?2004l";
constexpr char kEscape = '\1';  // around what takes no columns
constexpr size_t kMostListed = 120;

// \1 around the colours.
std::string PromptFor(const Terminal& terminal) {
  if (!terminal.has_colour) return kPromptText;
  const std::string painted = Painted(terminal, Style::prompt, kPromptText);
  const size_t at = painted.find(kPromptText), end = at + sizeof kPromptText - 1;
  const std::string mark(1, kEscape);
  return absl::StrCat(mark, painted.substr(0, at), mark, kPromptText, mark, painted.substr(end),
                      mark);
}

void Write(absl::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

Editor::Editor(const Terminal& terminal, Signals& signals, History& history, Hooks hooks)
    : terminal_(terminal),
      signals_(signals),
      history_(history),
      hooks_(std::move(hooks)),
      input_(STDIN_FILENO, signals.wake_fd()),
      prompt_(PromptFor(terminal)),
      line_(el_init("broadloom", stdin, stdout, stderr)),
      past_(history_init()) {
  el_set(line_, EL_CLIENTDATA, this);
  el_set(line_, EL_PROMPT_ESC, &Editor::Prompt, kEscape);
  el_set(line_, EL_GETCFN, static_cast<int (*)(EditLine*, wchar_t*)>(&Editor::NextKey));
  // Ctrl-C is to leave to us what is typed and drawn: the read after a poll would wait for what was
  // flushed, and the cursor would be where we do not know.
  el_set(line_, EL_SETTY, "-d", "+noflsh", nullptr);
  BindKeys();
  HistEvent event;
  ::history(past_, &event, H_SETSIZE, static_cast<int>(History::kMostEntries));
  for (const std::string& entry : history_.entries())
    ::history(past_, &event, H_ENTER, entry.c_str());
  el_set(line_, EL_HIST, ::history, past_);
  el_source(line_, nullptr);  // the user's ~/.editrc
}

Editor::~Editor() {
  history_end(past_);
  el_end(line_);
}

void Editor::BindKeys() {
  el_set(line_, EL_EDITOR, "emacs");
  el_set(line_, EL_ADDFN, "broadloom-insert", "Insert what came as one piece", &Editor::InsertText);
  el_set(line_, EL_ADDFN, "broadloom-complete", "Complete a word", &Editor::CompleteWord);
  constexpr const char* kBindings[][2] = {
      {"^_", "broadloom-insert"},        {"^I", "broadloom-complete"},
      {"^R", "em-inc-search-prev"},      {"^L", "ed-clear-screen"},
      {"\\e[3~", "ed-delete-next-char"}, {"\\e[H", "ed-move-to-beg"},
      {"\\e[F", "ed-move-to-end"},       {"\\e[1~", "ed-move-to-beg"},
      {"\\e[4~", "ed-move-to-end"},      {"\\e[1;5C", "em-next-word"},
      {"\\e[1;5D", "ed-prev-word"},      {"^W", "ed-delete-prev-word"},
  };
  for (const auto& [key, function] : kBindings) el_set(line_, EL_BIND, key, function, nullptr);
}

Editor& Editor::Of(EditLine* line) {
  void* self = nullptr;
  el_get(line, EL_CLIENTDATA, &self);
  return *static_cast<Editor*>(self);
}

char* Editor::Prompt(EditLine* line) { return const_cast<char*>(Of(line).prompt_.c_str()); }

int Editor::NextKey(EditLine* line, wchar_t* key) { return Of(line).NextKey(key); }

std::string Editor::Text() const {
  const LineInfoW* info = el_wline(line_);
  return Utf8({info->buffer, static_cast<size_t>(info->lastchar - info->buffer)});
}

// Rows of the terminal between the prompt's beginning and the cursor.
int Editor::RowsAboveCursor() const {
  const LineInfoW* info = el_wline(line_);
  const std::string before = Utf8({info->buffer, static_cast<size_t>(info->cursor - info->buffer)});
  const int width = std::max(terminal_.Width(), 1);
  int rows = 0, columns = Columns(kPromptText);
  for (absl::string_view line : absl::StrSplit(before, '\n')) {
    rows += (columns + Columns(line)) / width + 1;
    columns = 0;
  }
  return rows - 1;
}

// libedit draws anew from where the cursor is: what was drawn before goes first.
void Editor::Erase() const {
  if (!terminal_.has_escapes) return Write("\n");
  const int rows = RowsAboveCursor();
  if (rows > 0) Write(absl::StrCat("\033[", rows, "A"));
  Write("\r\033[J");
}

void Editor::DropTypedAhead() {
  input_.Drop();
  tcflush(STDIN_FILENO, TCIFLUSH);
}

void Editor::Show() {
  el_set(line_, EL_REFRESH);
  std::fflush(stdout);
}

bool Editor::HandleSignals() {
  const Signals::Happened happened = signals_.Take();
  if (happened.resume) el_set(line_, EL_PREP_TERM, 1);  // whoever was in front has set its own
  if (happened.resize) el_resize(line_);
  const bool is_drawn = !happened.resume;  // else others have written since
  if (is_drawn && (happened.resize || happened.interrupt)) Erase();
  if (!happened.interrupt) {
    if (happened.resize || happened.resume) Show();
    return true;
  }
  DropTypedAhead();
  el_cursor(line_, static_cast<int>(Text().size()));
  Show();
  interrupted_ = true;
  return false;
}

wchar_t Editor::KeyToInsert(std::string text) {
  to_insert_ = std::move(text);
  return kInsertKey;
}

// 1: a key; 0: the end; -1: no line.
int Editor::NextKey(wchar_t* key) {
  using Kind = TerminalInput::Event::Kind;
  TerminalInput::Event event = input_.Next();
  while (event.kind == Kind::woken) {
    if (!HandleSignals()) return -1;
    event = input_.Next();
  }
  if (event.kind == Kind::end) return 0;
  const bool is_enter = event.kind == Kind::key && (event.key == L'\r' || event.key == L'\n');
  if (event.kind == Kind::text)
    *key = KeyToInsert(std::string(absl::StripSuffix(event.text, "\n")));
  else if (is_enter && hooks_.is_incomplete(Text()))
    *key = KeyToInsert(kUnderPrompt);
  else
    *key = event.key;
  return 1;
}

unsigned char Editor::InsertText(EditLine* line, int) {
  std::string& text = Of(line).to_insert_;
  el_insertstr(line, text.c_str());
  text.clear();
  return CC_REFRESH;
}

unsigned char Editor::CompleteWord(EditLine* line, int) { return Of(line).Complete(); }

unsigned char Editor::Complete() {
  const LineInfoW* info = el_wline(line_);
  const std::string before = Utf8({info->buffer, static_cast<size_t>(info->cursor - info->buffer)});
  const Completions completions = hooks_.complete(before);
  if (completions.words.empty()) return CC_REFRESH_BEEP;
  const std::string common = completions.CommonBeginning();
  const size_t known = before.size() - completions.begin;
  if (common.size() > known) {
    el_insertstr(line_, common.c_str() + known);
    return CC_REFRESH;
  }
  if (completions.words.size() == 1) return CC_NORM;
  List(completions);
  return CC_REDISPLAY;
}

void Editor::List(const Completions& completions) const {
  if (completions.words.size() > kMostListed) {
    Write(absl::StrCat("\n", completions.words.size(), " possibilities: type more of it\n"));
    return;
  }
  size_t longest = 0;
  for (const std::string& word : completions.words) longest = std::max(longest, word.size());
  const size_t width = longest + 2, across = std::max<size_t>(terminal_.Width() / width, 1);
  const size_t down = (completions.words.size() + across - 1) / across;
  std::string text = "\n";
  for (size_t row = 0; row < down; ++row) {
    for (size_t i = row; i < completions.words.size(); i += down) {
      const bool is_last = i + down >= completions.words.size();
      absl::StrAppend(&text, completions.words[i],
                      std::string(is_last ? 0 : width - completions.words[i].size(), ' '));
    }
    text += '\n';
  }
  Write(text);
}

Editor::Outcome Editor::Read(std::string& text) {
  signals_.Take();  // what came before belongs to what ran before
  el_resize(line_);
  interrupted_ = false;
  el_set(line_, EL_PREP_TERM, 1);  // before the prompt says that keys are welcome
  if (terminal_.has_escapes) Write(kPasteOn);
  int count = 0;
  const char* typed = el_gets(line_, &count);
  if (terminal_.has_escapes) Write(kPasteOff);
  if (typed == nullptr || count <= 0) {
    Write(interrupted_ ? "^C\n" : "\n");
    return interrupted_ ? Outcome::interrupted : Outcome::end;
  }
  text.assign(typed, static_cast<size_t>(count));
  if (absl::EndsWith(text, "\n")) text.pop_back();
  HistEvent event;
  if (history_.Add(text)) ::history(past_, &event, H_ENTER, text.c_str());
  return Outcome::text;
}

}  // namespace broadloom::repl

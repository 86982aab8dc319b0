#include "frontend/repl/shell.h"

#include <algorithm>
#include <cstdio>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "frontend/repl/commands.h"
#include "frontend/repl/display.h"
#include "frontend/repl/utf8.h"

namespace broadloom::repl {
namespace {

using script::Place;
using script::ScriptError;

// "sum?", "?linalg.norm"
bool IsQuestion(absl::string_view line) {
  if (!absl::ConsumeSuffix(&line, "?") && !absl::ConsumePrefix(&line, "?")) return false;
  const auto is_of_name = [](char byte) {
    return absl::ascii_isalnum(static_cast<unsigned char>(byte)) || byte == '_' || byte == '.' ||
           static_cast<unsigned char>(byte) >= 0x80;
  };
  return !line.empty() && std::all_of(line.begin(), line.end(), is_of_name);
}

bool IsCommand(absl::string_view line) {
  line = absl::StripAsciiWhitespace(line);
  return absl::StartsWith(line, ":") || IsQuestion(line);
}

struct Piece {
  Place place;
  bool is_command;
  size_t lines_before;
};

// Commands are lines of their own, where the statements before them are complete.
std::vector<Piece> PiecesOf(absl::string_view text) {
  std::vector<Piece> pieces;
  size_t begin = 0, lines = 0, lines_before = 0;  // of statements
  const auto end_statements = [&](size_t end) {
    if (end > begin) pieces.push_back({{begin, end}, false, lines_before});
  };
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (IsCommand(text.substr(at, end - at)) &&
        !script::IsIncomplete(text.substr(begin, at - begin))) {
      end_statements(at);
      pieces.push_back({{at, end}, true, lines});
      begin = std::min(end + 1, text.size());
      lines_before = lines + 1;
    }
    at = end + 1;
    ++lines;
  }
  end_statements(text.size());
  return pieces;
}

void CheckText(absl::string_view text) {
  const std::optional<size_t> bad = FirstBadByte(text);
  if (!bad.has_value()) return;
  const auto byte = static_cast<unsigned char>(text[*bad]);
  throw ScriptError(
      ErrorCode::invalid_argument,
      byte == 0 ? "a NUL byte is no text" : absl::StrFormat("the byte 0x%02X is not UTF-8", byte),
      {*bad, *bad + 1}, true);
}

void RunPiece(Shell& shell, absl::string_view text, const Piece& piece) {
  const auto [begin, end] = piece.place;
  const absl::string_view part = text.substr(begin, end - begin);
  const size_t above = piece.lines_before;  // so that messages name the right line
  try {
    if (piece.is_command) return RunCommand(shell, absl::StripAsciiWhitespace(part));
    shell.session.Run(absl::StrCat(std::string(above, '\n'), part), [&](const calls::Value& value) {
      shell.Print(Shown(value, shell.terminal) + "\n");
      shell.session.Set("_", value);
    });
  } catch (const ScriptError& error) {
    if (piece.is_command) throw ScriptError(error.code(), error.what(), piece.place);
    const Place& place = error.place();
    const size_t shift = begin - above;
    throw ScriptError(error.code(), error.what(), {shift + place.begin, shift + place.end},
                      error.is_syntax());
  } catch (const Error& error) {
    throw ScriptError(error.code(), error.what(), piece.place);
  } catch (const std::bad_alloc&) {
    throw ScriptError(ErrorCode::memory_budget, "out of memory", piece.place);
  }
}

// What cannot be shown becomes '?': places stay where they are.
std::string Showable(absl::string_view text) {
  std::string showable(text);
  absl::string_view rest = text;
  while (const std::optional<size_t> bad = FirstBadByte(rest)) {
    showable[text.size() - rest.size() + *bad] = '?';
    rest.remove_prefix(*bad + 1);
  }
  return showable;
}

// Messages may quote what was given, whatever its length.
std::string Shortened(absl::string_view message) {
  constexpr size_t kLongest = 1000, kShown = 400;  // bytes
  if (message.size() <= kLongest) return std::string(message);
  size_t begin = kShown, end = message.size() - kShown;
  while ((message[begin] & 0xC0) == 0x80) --begin;  // whole characters
  while ((message[end] & 0xC0) == 0x80) ++end;
  return absl::StrCat(message.substr(0, begin), " ... ", message.substr(end));
}

}  // namespace

void Shell::Print(absl::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void Shell::CheckInterrupt() const {
  if (signals != nullptr && signals->is_interrupted())
    throw Error(ErrorCode::cancelled, "interrupted");
}

void RunText(Shell& shell, absl::string_view text) {
  CheckText(text);
  for (const Piece& piece : PiecesOf(text)) {
    RunPiece(shell, text, piece);
    if (shell.done) return;
  }
}

bool WantsMore(absl::string_view text) { return !IsCommand(text) && script::IsIncomplete(text); }

std::string ErrorText(const ScriptError& error, absl::string_view text, absl::string_view name,
                      const Terminal& terminal) {
  if (error.code() == ErrorCode::cancelled)
    return Painted(terminal, Style::error, "interrupted") + "\n";
  const std::string showable = Showable(text);
  std::string message;
  if (!name.empty()) {
    const auto [line, column] = script::LineAndColumnOf(showable, error.place().begin);
    message = absl::StrCat(name, ":", line, ":", column, ":\n");
  }
  const ScriptError shown(error.code(), Shortened(error.what()), error.place());
  absl::StrAppend(&message, absl::StripSuffix(script::Explained(shown, showable), "\n"));
  return Painted(terminal, Style::error, message) + "\n";
}

}  // namespace broadloom::repl

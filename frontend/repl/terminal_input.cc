#include "frontend/repl/terminal_input.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/repl/utf8.h"

namespace broadloom::repl {
namespace {

constexpr std::string_view kPasteBegins = "\x1b[200~", kPasteEnds = "\x1b[201~";
constexpr size_t kRun = 64;            // letters that nobody types at once
constexpr int kMoments = 20;           // milliseconds
constexpr char kUnknown[] = "\uFFFD";  // in the place of bytes that are no character
constexpr wchar_t kUnknownKey = 0xFFFD;

bool IsPlain(char byte) { return static_cast<unsigned char>(byte) >= ' ' && byte != '\x7f'; }

// Lines end with \n, and what is no character is replaced.
std::string Cleaned(absl::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t length = text[at] == '\0' ? 0 : CharacterLength(text.substr(at));
    if (length == 0)
      clean += kUnknown;
    else if (text[at] != '\r')
      absl::StrAppend(&clean, text.substr(at, length));
    else if (!absl::StartsWith(text.substr(at + 1), "\n"))
      clean += '\n';
    at += length == 0 ? 1 : length;
  }
  return clean;
}

}  // namespace

TerminalInput::Wait TerminalInput::More(int milliseconds) {
  pollfd files[] = {{fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}};
  const bool may_be_woken = milliseconds < 0;
  const int ready = poll(files, may_be_woken ? 2 : 1, milliseconds);
  if (ready == 0) return Wait::nothing;
  if (ready < 0) return errno == EINTR ? Wait::nothing : Wait::end;
  if (may_be_woken && files[1].revents != 0) return Wait::woken;
  buffer_.erase(0, at_);
  at_ = 0;
  char chunk[1 << 16];
  const ssize_t count = read(fd_, chunk, sizeof chunk);
  if (count <= 0)
    return count < 0 && (errno == EINTR || errno == EAGAIN) ? Wait::nothing : Wait::end;
  buffer_.append(chunk, static_cast<size_t>(count));
  return Wait::input;
}

bool TerminalInput::HasSoon(size_t bytes) {
  while (left() < bytes) {
    if (More(kMoments) != Wait::input) return false;
  }
  return true;
}

bool TerminalInput::Consume(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (!HasSoon(i + 1) || buffer_[at_ + i] != bytes[i]) return false;
  }
  at_ += bytes.size();
  return true;
}

size_t TerminalInput::PlainLength() const {
  size_t end = at_;
  while (end < buffer_.size() && IsPlain(buffer_[end])) ++end;
  return end - at_;
}

TerminalInput::Event TerminalInput::Pasted() {
  std::string text;
  while (true) {
    const size_t from = text.size() < kPasteEnds.size() ? 0 : text.size() - kPasteEnds.size();
    text.append(buffer_, at_);
    at_ = buffer_.size();
    if (const size_t end = text.find(kPasteEnds, from); end != std::string::npos) {
      buffer_ = text.substr(end + kPasteEnds.size());
      at_ = 0;
      text.resize(end);
      break;
    }
    if (HasSoon(1)) continue;
    if (More(-1) != Wait::input) break;  // the end never comes: what is there
  }
  return {Event::Kind::text, 0, Cleaned(text)};
}

// So many letters are there; others follow closely.
TerminalInput::Event TerminalInput::Run(size_t length) {
  std::string text;
  do {
    text.append(buffer_, at_, length);
    at_ += length;
    if (left() > 0 || !HasSoon(1)) break;
    length = PlainLength();
  } while (length > 0);
  return {Event::Kind::text, 0, Cleaned(text)};
}

wchar_t TerminalInput::Key() {
  const size_t wanted = LengthFromFirstByte(static_cast<unsigned char>(buffer_[at_]));
  const size_t length = wanted > 1 && HasSoon(wanted)
                            ? CharacterLength(absl::string_view(buffer_).substr(at_))
                            : wanted == 1;
  const absl::string_view character = absl::string_view(buffer_).substr(at_, length);
  at_ += std::max<size_t>(length, 1);
  return length == 0 ? kUnknownKey : static_cast<wchar_t>(CodeOf(character));
}

TerminalInput::Event TerminalInput::Next() {
  while (left() == 0) {
    const Wait wait = More(-1);
    if (wait == Wait::woken) return {Event::Kind::woken};
    if (wait == Wait::end) return {Event::Kind::end};
  }
  if (buffer_[at_] == '\x1b' && Consume(kPasteBegins)) return Pasted();
  if (const size_t length = PlainLength(); length >= kRun) return Run(length);
  return {Event::Kind::key, Key()};
}

}  // namespace broadloom::repl

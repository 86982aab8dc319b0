// Newlines inside an entry are written as \n, backslashes as \\. Each entry is appended at once, so
// that several programs share the file and a crash loses nothing.
#include "frontend/repl/history.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace broadloom::repl {
namespace {

std::string Escaped(absl::string_view entry) {
  return absl::StrReplaceAll(entry, {{"\\", "\\\\"}, {"\n", "\\n"}});
}
std::string Unescaped(absl::string_view line) {
  return absl::StrReplaceAll(line, {{"\\\\", "\\"}, {"\\n", "\n"}});
}

// Only for the user's eyes. -1 where it cannot be opened.
int OpenForWriting(const std::string& path, int flags) {
  return open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, S_IRUSR | S_IWUSR);
}

bool WriteAll(int file, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(file, text.data(), text.size());
    if (count <= 0) return false;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

}  // namespace

History::History(const std::string& state_dir) {
  if (state_dir.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(state_dir, ignored);
  path_ = state_dir + "/history";
  Load();
}

void History::Load() {
  std::ifstream file(path_);
  size_t lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    if (line.size() <= 2 * kLongestEntry) entries_.push_back(Unescaped(line));
  }
  file.close();
  if (entries_.size() <= kMostEntries) return;
  entries_.erase(entries_.begin(), entries_.end() - kMostEntries);
  if (lines > 2 * kMostEntries) Rewrite();
}

bool History::Add(const std::string& entry) {
  const bool is_blank = entry.find_first_not_of(" \t\n") == std::string::npos;
  if (is_blank || entry.size() > kLongestEntry) return false;
  if (!entries_.empty() && entries_.back() == entry) return false;
  entries_.push_back(entry);
  Append(entry);
  return true;
}

void History::Append(absl::string_view entry) {
  if (path_.empty()) return;
  const int file = OpenForWriting(path_, O_APPEND);
  if (file < 0) return;
  WriteAll(file, absl::StrCat(Escaped(entry), "\n"));
  close(file);
}

void History::Rewrite() {
  const std::string fresh = absl::StrCat(path_, ".", getpid());
  const int file = OpenForWriting(fresh, O_TRUNC);
  if (file < 0) return;
  std::string text;
  for (const std::string& entry : entries_) absl::StrAppend(&text, Escaped(entry), "\n");
  const bool written = WriteAll(file, text);
  close(file);
  if (!written || std::rename(fresh.c_str(), path_.c_str()) != 0) unlink(fresh.c_str());
}

}  // namespace broadloom::repl

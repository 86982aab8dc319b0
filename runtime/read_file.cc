// Reads the small text files in which Linux describes itself. Refuses nothing: what is missing or
// malformed is "nothing", because each caller has a fall-back.
#include "runtime/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace broadloom {
namespace {

int64_t UnitOf(absl::string_view suffix) {
  switch (suffix.empty() ? '\0' : absl::ascii_toupper(suffix.front())) {
    case 'K': return int64_t{1} << 10;
    case 'M': return int64_t{1} << 20;
    case 'G': return int64_t{1} << 30;
    default: return 1;
  }
}

}  // namespace

std::optional<std::string> ReadFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::string text;
  char part[4096];
  ssize_t count;
  while ((count = read(file, part, sizeof(part))) > 0) text.append(part, count);
  close(file);
  if (count < 0) return std::nullopt;
  return text;
}

std::optional<int64_t> ParseBytes(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  size_t digits = 0;
  while (digits < text.size() && absl::ascii_isdigit(text[digits])) ++digits;
  int64_t number, bytes;
  if (!absl::SimpleAtoi(text.substr(0, digits), &number)) return std::nullopt;
  const int64_t unit = UnitOf(absl::StripLeadingAsciiWhitespace(text.substr(digits)));
  if (__builtin_mul_overflow(number, unit, &bytes)) return std::nullopt;
  return bytes;
}

std::optional<int64_t> FindBytes(absl::string_view text, absl::string_view name) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::ConsumePrefix(&line, name)) return ParseBytes(line);
  }
  return std::nullopt;
}

}  // namespace broadloom

// Errors shown in the text that they are about.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/script/session.h"

namespace broadloom::script {
namespace {

constexpr size_t kMostShown = 100;  // bytes of a line on either side of the fault

bool ContinuesCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

int CountCharacters(absl::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !ContinuesCharacter(byte); }));
}

// The part of the line around the fault, from whole characters.
struct Shown {
  size_t begin, end;
};
Shown Around(absl::string_view text, const Place& place) {
  const size_t at = std::min(place.begin, text.size());
  const size_t newline = at == 0 ? absl::string_view::npos : text.rfind('\n', at - 1);
  size_t begin = newline == absl::string_view::npos ? 0 : newline + 1;
  size_t end = std::min(text.find('\n', at), text.size());
  begin = std::max(begin, at - std::min(at, kMostShown));
  end = std::min(end, at + kMostShown);
  while (begin < at && ContinuesCharacter(text[begin])) ++begin;
  while (end < text.size() && end > at && ContinuesCharacter(text[end])) --end;
  return {begin, end};
}

// What a terminal may not obey.
std::string Printable(absl::string_view text) {
  std::string printable(text);
  for (char& c : printable)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return printable;
}

}  // namespace

LineAndColumn LineAndColumnOf(absl::string_view text, size_t byte) {
  const absl::string_view before = text.substr(0, byte);
  const size_t newline = before.rfind('\n');
  const absl::string_view line =
      newline == absl::string_view::npos ? before : before.substr(newline + 1);
  return {1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
          1 + CountCharacters(line)};
}

std::string Explained(const ScriptError& error, absl::string_view text) {
  const Place& place = error.place();
  const Shown shown = Around(text, place);
  const size_t begin = std::min(std::max(place.begin, shown.begin), shown.end);
  const size_t end = std::max(begin, std::min(place.end, shown.end));
  const int indent = CountCharacters(text.substr(shown.begin, begin - shown.begin));
  const int width = std::max(1, CountCharacters(text.substr(begin, end - begin)));
  return absl::StrCat(Printable(text.substr(shown.begin, shown.end - shown.begin)), "\n",
                      std::string(static_cast<size_t>(indent), ' '),
                      std::string(static_cast<size_t>(width), '^'), "\n", error.what());
}

}  // namespace broadloom::script

#include "frontend/repl/utf8.h"

#include <algorithm>
#include <cwchar>

namespace broadloom::repl {

size_t LengthFromFirstByte(unsigned char byte) {
  if (byte < 0x80) return 1;
  if (byte < 0xC2) return 0;  // a byte in the middle, or one that is too much for its character
  if (byte < 0xE0) return 2;
  if (byte < 0xF0) return 3;
  return byte < 0xF5 ? 4 : 0;
}

uint32_t CodeOf(absl::string_view character) {
  const size_t length = character.size();
  if (length == 1) return static_cast<unsigned char>(character[0]);
  uint32_t code = static_cast<unsigned char>(character[0]) & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i)
    code = code << 6 | (static_cast<unsigned char>(character[i]) & 0x3Fu);
  return code;
}

size_t CharacterLength(absl::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const size_t length = LengthFromFirstByte(byte(0));
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const uint32_t code = CodeOf(text.substr(0, length));
  const bool is_too_long = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool is_surrogate = code >= 0xD800 && code < 0xE000;
  return is_too_long || is_surrogate || code > 0x10FFFF ? 0 : length;
}

std::string Utf8(std::wstring_view text) {
  std::string utf8;
  utf8.reserve(text.size());
  for (const wchar_t character : text) {
    const auto code = static_cast<uint32_t>(character);
    const int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    constexpr uint32_t kFirst[] = {0, 0xC0, 0xE0, 0xF0};
    utf8 += static_cast<char>(kFirst[more] | code >> (6 * more));
    for (int i = more - 1; i >= 0; --i) utf8 += static_cast<char>(0x80 | (code >> (6 * i) & 0x3F));
  }
  return utf8;
}

int Columns(absl::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const size_t length = std::max<size_t>(CharacterLength(text), 1);
    columns += std::max(wcwidth(static_cast<wchar_t>(CodeOf(text.substr(0, length)))), 0);
    text.remove_prefix(length);
  }
  return columns;
}

std::optional<size_t> FirstBadByte(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = text[at] == '\0' ? 0 : CharacterLength(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

}  // namespace broadloom::repl

// Characters of a text that may be anything.
#ifndef BROADLOOM_FRONTEND_REPL_UTF8_H_
#define BROADLOOM_FRONTEND_REPL_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace broadloom::repl {

// Bytes of the first character: 1 to 4; 0 where it is none of UTF-8, or the text is empty.
size_t CharacterLength(absl::string_view text);
uint32_t CodeOf(absl::string_view character);  // of one
// How many bytes a character has that begins so; 0: none does.
size_t LengthFromFirstByte(unsigned char byte);

std::string Utf8(std::wstring_view text);
int Columns(absl::string_view text);  // that it takes in a terminal

// The first byte that belongs to no character, or is NUL.
std::optional<size_t> FirstBadByte(absl::string_view text);

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_UTF8_H_

// Texts as tokens.
#ifndef BROADLOOM_FRONTEND_SCRIPT_TOKEN_H_
#define BROADLOOM_FRONTEND_SCRIPT_TOKEN_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "frontend/script/session.h"

namespace broadloom::script {

enum class TokenKind : uint8_t { kName, kNumber, kText, kSymbol, kNewline, kEnd };

struct Token {
  TokenKind kind;
  absl::string_view text;  // of the source
  Place place;

  bool Is(absl::string_view symbol) const { return kind == TokenKind::kSymbol && text == symbol; }
};

// Ends with kEnd. Newlines within brackets, and behind a backslash, are none; a semicolon is one.
// Throws ScriptError for what is no token, and for a text that is longer than allowed.
std::vector<Token> Tokenize(absl::string_view text, const Limits& limits);

// As above, of a text that may be cut off: how many brackets are open at its end, or whether a
// backslash asks for another line.
bool EndsWithin(absl::string_view text);

}  // namespace broadloom::script

#endif  // BROADLOOM_FRONTEND_SCRIPT_TOKEN_H_

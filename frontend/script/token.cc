// The lexer: Python's tokens, without indentation.
#include "frontend/script/token.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace broadloom::script {
namespace {

// Longer ones first.
constexpr absl::string_view kSymbols[] = {
    "**=", "//=", "<<=", ">>=", "...", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "+=", "-=",
    "*=",  "/=",  "%=",  "&=",  "|=",  "^=", "@=", "->", ":=", "(",  ")",  "[",  "]",  "+",  "-",
    "*",   "/",   "%",   "@",   "&",   "|",  "^",  "~",  "<",  ">",  "=",  ",",  ":",  ".",
};

bool IsNameStart(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c); }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; }

class Lexer {
 public:
  explicit Lexer(absl::string_view text) : text_(text) {}

  std::vector<Token> Run() {
    while (Skip()) Next();
    Add(TokenKind::kNewline, 0);
    Add(TokenKind::kEnd, 0);
    return std::move(tokens_);
  }
  bool is_within() const { return depth_ > 0 || ends_with_backslash_; }

 private:
  char At(size_t offset = 0) const {
    return at_ + offset < text_.size() ? text_[at_ + offset] : '\0';
  }
  void Add(TokenKind kind, size_t length) {
    tokens_.push_back({kind, text_.substr(at_, length), {at_, at_ + length}});
    at_ += length;
  }
  [[noreturn]] void Fail(const std::string& message, size_t length) const {
    const size_t end = std::min(at_ + length, text_.size());
    throw ScriptError(ErrorCode::invalid_argument, message, {at_, end}, true);
  }

  // Over what is no token; false at the end.
  bool Skip() {
    while (at_ < text_.size()) {
      if (IsSpace(At()) || (At() == '\n' && depth_ > 0)) {
        ++at_;
      } else if (At() == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (At() == '\\' &&
                 (At(1) == '\n' || (At(1) == '\r' && At(2) == '\n') || at_ + 1 == text_.size())) {
        ends_with_backslash_ = at_ + 2 >= text_.size();
        at_ = std::min(text_.size(), at_ + (At(1) == '\r' ? 3 : 2));
      } else {
        return true;
      }
    }
    return false;
  }

  void Next() {
    const char c = At();
    if (c == '\n' || c == ';') return Add(TokenKind::kNewline, 1);
    if (IsNameStart(c)) return Name();
    if (IsDigit(c) || (c == '.' && IsDigit(At(1)))) return Number();
    if (c == '\'' || c == '"') return Text(c);
    for (absl::string_view symbol : kSymbols)
      if (text_.substr(at_, symbol.size()) == symbol) return Symbol(symbol);
    FailAtCharacter();
  }

  void Name() {
    size_t length = 1;
    while (IsNamePart(At(length))) ++length;
    Add(TokenKind::kName, length);
  }

  // What may be a number, up to where it cannot go on; the parser reads it.
  void Number() {
    size_t length = 1;
    while (IsNamePart(At(length)) || At(length) == '.' || IsSignOfExponent(length)) ++length;
    Add(TokenKind::kNumber, length);
  }
  bool IsSignOfExponent(size_t offset) const {
    const bool is_sign = At(offset) == '+' || At(offset) == '-';
    const bool is_hex =
        At(0) == '0' && absl::ascii_tolower(static_cast<unsigned char>(At(1))) == 'x';
    return is_sign && !is_hex &&
           absl::ascii_tolower(static_cast<unsigned char>(At(offset - 1))) == 'e';
  }

  void Text(char quote) {
    size_t length = 1;
    while (At(length) != quote) {
      if (at_ + length >= text_.size() || At(length) == '\n') Fail("this text has no end", length);
      length += At(length) == '\\' ? 2 : 1;
    }
    Add(TokenKind::kText, length + 1);
  }

  void Symbol(absl::string_view symbol) {
    if (symbol == "(" || symbol == "[") ++depth_;
    if (symbol == ")" || symbol == "]") depth_ = std::max(0, depth_ - 1);
    Add(TokenKind::kSymbol, symbol.size());
  }

  [[noreturn]] void FailAtCharacter() const {
    const auto byte = static_cast<unsigned char>(At());
    if (byte >= 0x80) {
      size_t length = 1;
      while ((static_cast<unsigned char>(At(length)) & 0xC0) == 0x80) ++length;
      Fail("names are of ASCII letters, digits and _", length);
    }
    if (absl::ascii_isprint(byte))
      Fail(absl::StrCat("'", std::string(1, At()), "' means nothing here"), 1);
    Fail(absl::StrFormat("the byte 0x%02x is no text", byte), 1);
  }

  const absl::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;  // open brackets
  bool ends_with_backslash_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> Tokenize(absl::string_view text, const Limits& limits) {
  if (text.size() > limits.length)
    throw ScriptError(ErrorCode::invalid_argument,
                      absl::StrCat("a text of ", text.size(), " bytes; at most ", limits.length),
                      {0, 0}, true);
  return Lexer(text).Run();
}

bool EndsWithin(absl::string_view text) {
  Lexer lexer(text);
  try {
    lexer.Run();
  } catch (const ScriptError&) {
    return false;  // more text makes it no better
  }
  return lexer.is_within();
}

}  // namespace broadloom::script

#include "frontend/files/number_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

constexpr int kMostDigits = 1000;
constexpr absl::string_view kLetters = "doxXeEfFgG";

bool SetFlag(char c, Conversion& conversion) {
  switch (c) {
    case '-': return conversion.minus = true;
    case '+': return conversion.plus = true;
    case ' ': return conversion.space = true;
    case '#': return conversion.alternate = true;
    case '0': return conversion.zero = true;
    default: return false;
  }
}

// Digits from `at` on, none of which are 0; nothing where there are too many.
std::optional<int> TakeNumber(absl::string_view format, size_t& at) {
  int number = 0;
  for (; at < format.size() && absl::ascii_isdigit(format[at]); ++at) {
    number = 10 * number + (format[at] - '0');
    if (number > kMostDigits) return std::nullopt;
  }
  return number;
}

absl::Status Refused(absl::string_view format, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("fmt '", absl::CHexEscape(format.substr(0, 80)), "': ", why));
}

// Behind the %.
absl::StatusOr<Conversion> TakeConversion(absl::string_view format, size_t& at) {
  Conversion conversion;
  while (at < format.size() && SetFlag(format[at], conversion)) ++at;
  const std::optional<int> width = TakeNumber(format, at);
  std::optional<int> precision = -1;
  if (at < format.size() && format[at] == '.') precision = TakeNumber(format, ++at);
  if (!width.has_value() || !precision.has_value())
    return Refused(format, absl::StrCat("width and precision are at most ", kMostDigits));
  conversion.width = *width;
  conversion.precision = *precision;
  if (at < format.size() && absl::StrContains("hlL", format[at]))
    ++at;  // as Python, which skips it
  const char letter = at < format.size() ? format[at++] : '\0';
  conversion.letter = letter == 'i' || letter == 'u' ? 'd' : letter;
  if (letter == '\0' || !absl::StrContains(kLetters, conversion.letter))
    return Refused(format, "only conversions of numbers: d i u o x X e E f F g G");
  return conversion;
}

// `prefix`: the sign and what tells the base. Zeros come behind it.
void AppendPadded(const Conversion& conversion, absl::string_view prefix, absl::string_view digits,
                  std::string& to) {
  const auto size = static_cast<int>(prefix.size() + digits.size());
  const int pad = std::max(0, conversion.width - size);
  const bool zeros = conversion.zero && !conversion.minus;
  if (!zeros && !conversion.minus) to.append(pad, ' ');
  absl::StrAppend(&to, prefix);
  if (zeros) to.append(pad, '0');
  absl::StrAppend(&to, digits);
  if (conversion.minus) to.append(pad, ' ');
}

absl::string_view SignOf(const Conversion& conversion, bool is_negative) {
  return is_negative ? "-" : conversion.plus ? "+" : conversion.space ? " " : "";
}

absl::string_view BaseOf(const Conversion& conversion) {
  if (!conversion.alternate) return "";
  switch (conversion.letter) {
    case 'o': return "0o";
    case 'x': return "0x";
    case 'X': return "0X";
    default: return "";
  }
}

// Of a whole number beyond 64 bits, in decimal.
void AppendLarge(const Conversion& conversion, double magnitude, bool is_negative,
                 std::string& to) {
  char digits[400];
  const int count = std::snprintf(digits, sizeof(digits), "%.0f", magnitude);
  std::string all(digits, count);
  all.insert(0, std::max(0, conversion.precision - count), '0');
  AppendPadded(conversion, SignOf(conversion, is_negative), all, to);
}

absl::Status AppendFloatAsInteger(const Conversion& conversion, double value, std::string& to) {
  if (conversion.letter != 'd')
    return absl::InvalidArgumentError(
        absl::StrCat("%", std::string(1, conversion.letter), " takes integers, not floats"));
  if (!std::isfinite(value)) return absl::InvalidArgumentError(absl::StrCat("%d takes no ", value));
  const double whole = std::trunc(std::fabs(value));
  const bool is_negative = value < 0 && whole > 0;
  if (whole >= 0x1p64)
    AppendLarge(conversion, whole, is_negative, to);
  else
    AppendNumber(conversion, is_negative, static_cast<uint64_t>(whole), to);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NumberFormat> ParseNumberFormat(absl::string_view format) {
  NumberFormat result;
  std::string text;
  for (size_t at = 0; at < format.size();) {
    const char c = format[at++];
    if (c != '%') {
      text.push_back(c);
    } else if (at < format.size() && format[at] == '%') {
      text.push_back(format[at++]);
    } else {
      BL_ASSIGN_OR_RETURN(const Conversion conversion, TakeConversion(format, at));
      result.before.push_back(std::move(text));
      result.conversions.push_back(conversion);
      text.clear();
    }
  }
  result.rest = std::move(text);
  return result;
}

absl::Status AppendNumber(const Conversion& conversion, double value, std::string& to) {
  if (conversion.is_integer()) return AppendFloatAsInteger(conversion, value, to);
  const char format[] = {'%', conversion.alternate ? '#' : '-', '.', '*', conversion.letter, '\0'};
  char digits[1400];  // of the longest float, and as many behind the point as there may be
  const double magnitude = std::isnan(value) ? value : std::fabs(value);
  const int precision = conversion.precision < 0 ? 6 : conversion.precision;
  int count = std::snprintf(digits, sizeof(digits), format, precision, magnitude);
  const bool is_negative = std::signbit(value) && !std::isnan(value);
  absl::string_view text(digits, count);
  if (std::isnan(value)) text = absl::ascii_isupper(conversion.letter) ? "NAN" : "nan";
  AppendPadded(conversion, SignOf(conversion, is_negative), text, to);
  return absl::OkStatus();
}

void AppendNumber(const Conversion& conversion, bool is_negative, uint64_t magnitude,
                  std::string& to) {
  if (!conversion.is_integer())
    return AppendNumber(
               conversion,
               is_negative ? -static_cast<double>(magnitude) : static_cast<double>(magnitude),
               to)
        .IgnoreError();  // floats are always taken
  const int base = conversion.letter == 'd' ? 10 : conversion.letter == 'o' ? 8 : 16;
  char buffer[32];
  const std::to_chars_result result =
      std::to_chars(buffer, buffer + sizeof(buffer), magnitude, base);
  std::string digits(buffer, result.ptr);
  if (conversion.letter == 'X') absl::AsciiStrToUpper(&digits);
  const int missing = conversion.precision - static_cast<int>(digits.size());
  digits.insert(0, std::max(0, missing), '0');
  AppendPadded(conversion, absl::StrCat(SignOf(conversion, is_negative), BaseOf(conversion)),
               digits, to);
}

}  // namespace broadloom

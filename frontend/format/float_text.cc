// std::to_chars makes the digits: the fewest that tell a float or a double from all others, or so
// many of the exact value. Both are rounded to nearest, halves to even. What is more to it:
//
//   float16  the fewest digits are searched for
//   `least`  a number told apart by fewer digits goes on with those of its exact value, as 0.1 of
//            float32 does with 0.100000001
//
// Below a power of two there is half as much space as above it: the decimal nearest to one may be
// another number's, when the next decimal above is its own.
#include "frontend/format/float_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "ir/half.h"

namespace broadloom::format {
namespace {

// digits[0].digits[1]... times 10 to the exponent.
struct Decimal {
  std::string digits;
  int exponent;

  int last_place() const { return exponent - static_cast<int>(digits.size()) + 1; }
};

template <typename... Arguments>
std::string ToChars(size_t room, Arguments... arguments) {
  std::string text(room, '\0');
  const auto end = std::to_chars(text.data(), text.data() + text.size(), arguments...).ptr;
  text.resize(end - text.data());
  return text;
}

// Of "d.ddde+dd".
Decimal ToDecimal(std::string_view text) {
  const size_t e = text.find('e');
  std::string digits(text.substr(0, e));
  std::erase(digits, '.');
  return {digits, std::atoi(std::string(text.substr(e + 1)).c_str())};
}

Decimal Exact(double value, int fraction_digits) {
  return ToDecimal(
      ToChars(fraction_digits + 16, value, std::chars_format::scientific, fraction_digits));
}

double ToDouble(const Decimal& decimal, int added) {
  const std::string text =
      absl::StrCat(std::atoll(decimal.digits.c_str()) + added, "e", decimal.last_place());
  return std::strtod(text.c_str(), nullptr);
}

// The decimal of fewest digits that is read as this float16 again.
double ShortestOfHalf(double value) {
  for (int fraction_digits = 0; fraction_digits < 5; ++fraction_digits) {
    const Decimal nearest = Exact(value, fraction_digits);
    for (const int added : {0, 1}) {
      const double read = ToDouble(nearest, added);
      if (RoundTo(DataType::float16, read) == value) return read;
    }
  }
  return value;
}

Decimal Shortest(double value, DataType dtype) {
  const auto form = std::chars_format::scientific;
  if (dtype == DataType::float32) return ToDecimal(ToChars(32, static_cast<float>(value), form));
  if (dtype == DataType::float16) value = ShortestOfHalf(value);
  return ToDecimal(ToChars(32, value, form));
}

FloatText Scientific(const Decimal& decimal, int exponent_digits) {
  std::string exponent = absl::StrCat(std::abs(decimal.exponent));
  const int zeros = exponent_digits - static_cast<int>(exponent.size());
  exponent.insert(0, std::max(zeros, 0), '0');
  return {decimal.digits.substr(0, 1), decimal.digits.substr(1),
          (decimal.exponent < 0 ? "-" : "+") + exponent};
}

FloatText Positional(Decimal decimal) {
  if (decimal.exponent < 0) {
    decimal.digits.insert(0, -decimal.exponent, '0');
    decimal.exponent = 0;
  }
  const size_t whole = decimal.exponent + 1;
  if (decimal.digits.size() < whole) decimal.digits.resize(whole, '0');
  return {decimal.digits.substr(0, whole), decimal.digits.substr(whole), ""};
}

FloatText ExactPositional(double value, int fraction_digits) {
  constexpr int kMostWholeDigits = 309;
  const std::string text = ToChars(kMostWholeDigits + 2 + fraction_digits, value,
                                   std::chars_format::fixed, fraction_digits);
  const size_t point = text.find('.');
  return {text.substr(0, point), point == text.npos ? "" : text.substr(point + 1), ""};
}

FloatText Exactly(double value, int fraction_digits, const Notation& notation) {
  if (!notation.scientific) return ExactPositional(value, fraction_digits);
  return Scientific(Exact(value, fraction_digits), notation.exponent_digits);
}

FloatText Plainly(const Decimal& decimal, const Notation& notation) {
  return notation.scientific ? Scientific(decimal, notation.exponent_digits) : Positional(decimal);
}

bool IsReadAs(const FloatText& text, double value, DataType dtype) {
  const std::string number = absl::StrCat(text.whole, ".", text.fraction, "e",
                                          text.exponent.empty() ? "0" : text.exponent);
  const char* const end = number.data() + number.size();
  if (dtype == DataType::float32) {
    float read = 0;
    std::from_chars(number.data(), end, read);
    return read == static_cast<float>(value);
  }
  double read = 0;
  std::from_chars(number.data(), end, read);
  return RoundTo(dtype, read) == value;
}

FloatText UniqueText(double value, DataType dtype, const Notation& notation) {
  const Decimal shortest = Shortest(value, dtype);
  const int place = shortest.last_place() - (notation.scientific ? shortest.exponent : 0);
  if (notation.most && place < -*notation.most) return Exactly(value, *notation.most, notation);
  const FloatText text = Plainly(shortest, notation);
  if (!notation.least || place <= -*notation.least) return text;
  const FloatText longer = Exactly(value, *notation.least, notation);
  if (IsReadAs(longer, value, dtype)) return longer;
  return {text.whole, text.fraction + std::string(*notation.least - text.fraction.size(), '0'),
          text.exponent};
}

}  // namespace

double RoundTo(DataType dtype, double value) {
  if (dtype == DataType::float64) return value;
  if (dtype == DataType::float32) return static_cast<float>(value);
  return FromHalfBits(DType::kFloat16, ToHalfBits(DType::kFloat16, value));
}

FloatText ToText(double value, DataType dtype, const Notation& notation) {
  FloatText text = notation.unique ? UniqueText(std::abs(value), dtype, notation)
                                   : Exactly(std::abs(value), *notation.most, notation);
  if (notation.trim) text.fraction.resize(text.fraction.find_last_not_of('0') + 1);
  if (std::signbit(value)) text.whole.insert(0, 1, '-');
  if (!std::signbit(value) && notation.plus) text.whole.insert(0, 1, '+');
  return text;
}

std::string FloatText::Padded(size_t left, size_t right) const {
  std::string text = whole.size() < left ? std::string(left - whole.size(), ' ') : "";
  absl::StrAppend(&text, whole, ".", fraction);
  if (!exponent.empty()) return absl::StrCat(text, "e", exponent);
  if (fraction.size() < right) text.append(right - fraction.size(), ' ');
  return text;
}

}  // namespace broadloom::format

// Python's arithmetic of bool, int (of 64 bits), float and complex.
#include "frontend/script/number.h"

#include <cmath>
#include <complex>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "frontend/error.h"

namespace broadloom::script {
namespace {

using absl::int128;
using Complex = std::complex<double>;

constexpr int128 kLeast = std::numeric_limits<int64_t>::min();
constexpr int128 kMost = std::numeric_limits<uint64_t>::max();

Number OfInteger(int128 value) {
  if (value < kLeast || value > kMost)
    throw Error(ErrorCode::overflow, "an integer beyond 64 bits; write it as a float");
  if (value > std::numeric_limits<int64_t>::max()) return static_cast<uint64_t>(value);
  return static_cast<int64_t>(value);
}

int128 IntegerOf(const Number& x) {
  if (x.kind() == Number::Kind::natural) return static_cast<uint64_t>(x.integer());
  return x.integer();
}

bool IsInteger(const Number& x) { return x.kind() <= Number::Kind::natural; }
Complex ComplexOf(const Number& x) { return {x.floating(), x.imaginary()}; }

[[noreturn]] void ByZero() { throw Error(ErrorCode::invalid_argument, "division by zero"); }
[[noreturn]] void NotFor(absl::string_view symbol, const char* what) {
  throw Error(ErrorCode::type_error, absl::StrCat("`", symbol, "` is not defined for ", what));
}

// Factors are of 65 bits at most, a product that fits of 64.
Number Multiplied(int128 x, int128 y) {
  const auto magnitude = [](int128 value) { return value < 0 ? -value : value; };
  if (y != 0 && magnitude(x) > kMost / magnitude(y)) return OfInteger(kMost + 1);  // too large
  return OfInteger(x * y);
}

int128 FloorDivided(int128 x, int128 y) {
  const int128 quotient = x / y;
  return quotient * y != x && (x < 0) != (y < 0) ? quotient - 1 : quotient;
}

// By squaring; stops as soon as it is too large.
Number Power(int128 base, int128 exponent) {
  int128 result = 1;
  while (exponent > 0) {
    if (exponent % 2 != 0) result = IntegerOf(Multiplied(result, base));
    exponent /= 2;
    if (exponent > 0) base = IntegerOf(Multiplied(base, base));
  }
  return OfInteger(result);
}

Number Shifted(absl::string_view symbol, int128 x, int128 by) {
  if (by < 0) throw Error(ErrorCode::invalid_argument, "negative shift count");
  if (symbol == ">>")
    return OfInteger(by > 126 ? int128(x < 0 ? -1 : 0) : x >> static_cast<int>(by));
  if (x == 0) return 0;
  if (by > 64) return OfInteger(kMost + 1);  // too large
  return OfInteger(x * (int128(1) << static_cast<int>(by)));
}

std::optional<Number> Compared(absl::string_view symbol, const auto& x, const auto& y) {
  if (symbol == "==") return x == y;
  if (symbol == "!=") return x != y;
  if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(x)>, Complex>) {
    if (symbol == "<") return x < y;
    if (symbol == "<=") return x <= y;
    if (symbol == ">") return x > y;
    if (symbol == ">=") return x >= y;
  }
  return std::nullopt;
}

// Exact: the float's whole part is compared, then the rest of it.
std::optional<Number> ComparedToFloat(absl::string_view symbol, int128 x, double y) {
  if (!(std::abs(y) < 0x1p65)) return Compared(symbol, static_cast<double>(x), y);
  const double floor = std::floor(y);
  const auto whole = static_cast<int128>(floor);
  if (x == whole) return Compared(symbol, 0.0, y - floor);
  return Compared(symbol, x < whole ? -1 : 1, 0);
}

// The comparison with the operands exchanged.
absl::string_view Mirrored(absl::string_view symbol) {
  constexpr std::pair<absl::string_view, absl::string_view> kTable[] = {
      {"<", ">"}, {"<=", ">="}, {">", "<"}, {">=", "<="}};
  for (const auto& [one, other] : kTable)
    if (one == symbol) return other;
  return symbol;
}

[[noreturn]] void PowerBeyond() { throw Error(ErrorCode::overflow, "a power beyond float64"); }

double FloatPower(double x, double y) {
  const double power = std::pow(x, y);
  if (std::isinf(power) && std::isfinite(x) && std::isfinite(y)) PowerBeyond();
  return power;
}

Number CombinedBools(absl::string_view symbol, bool x, bool y) {
  if (symbol == "&") return x && y;
  if (symbol == "|") return x || y;
  return x != y;
}

Number CombinedIntegers(absl::string_view symbol, int128 x, int128 y) {
  if (symbol == "+") return OfInteger(x + y);
  if (symbol == "-") return OfInteger(x - y);
  if (symbol == "*") return Multiplied(x, y);
  if (symbol == "&") return OfInteger(x & y);
  if (symbol == "|") return OfInteger(x | y);
  if (symbol == "^") return OfInteger(x ^ y);
  if (symbol == "<<" || symbol == ">>") return Shifted(symbol, x, y);
  if (symbol == "**" && y >= 0) return Power(x, y);
  if (symbol == "**" && x == 0) ByZero();
  if (symbol == "**") return FloatPower(static_cast<double>(x), static_cast<double>(y));
  if (y == 0 && (symbol == "/" || symbol == "//" || symbol == "%")) ByZero();
  if (symbol == "/") return static_cast<double>(x) / static_cast<double>(y);
  if (symbol == "//") return OfInteger(FloorDivided(x, y));
  if (symbol == "%") return OfInteger(x - FloorDivided(x, y) * y);
  NotFor(symbol, "integers");
}

// With the sign of y, as Python's float modulo.
double FloatRemainder(double x, double y) {
  const double remainder = std::fmod(x, y);
  if (remainder != 0) return (remainder < 0) != (y < 0) ? remainder + y : remainder;
  return std::copysign(0.0, y);
}

double FloatQuotient(double x, double y) {
  const double remainder = std::fmod(x, y);
  const bool is_one_less = remainder != 0 && (remainder < 0) != (y < 0);
  const double quotient = (x - remainder) / y - is_one_less;  // a whole number but for rounding
  return quotient == 0 ? std::copysign(0.0, x / y) : std::floor(quotient + 0.5);
}

Complex PowerBySquaring(Complex base, int exponent) {
  Complex power = 1;
  for (; exponent > 0; exponent /= 2, base *= base)
    if (exponent % 2 != 0) power *= base;
  return power;
}

Complex PowerByPolar(Complex x, Complex y) {
  const double magnitude = std::abs(x), angle = std::arg(x);
  double length = std::pow(magnitude, y.real()), turn = angle * y.real();
  if (y.imag() != 0) {
    length *= std::exp(-angle * y.imag());
    turn += y.imag() * std::log(magnitude);
  }
  return {length * std::cos(turn), length * std::sin(turn)};
}

// Small whole powers are exact where their products are.
Complex ComplexPower(Complex x, Complex y) {
  if (y == Complex(0)) return 1;
  if (x == Complex(0) && (y.imag() != 0 || y.real() < 0)) ByZero();
  if (x == Complex(0)) return 0;
  const bool is_small =
      y.imag() == 0 && y.real() == std::floor(y.real()) && std::abs(y.real()) <= 100;
  const auto exponent = static_cast<int>(is_small ? y.real() : 0);
  const Complex power = !is_small      ? PowerByPolar(x, y)
                        : exponent > 0 ? PowerBySquaring(x, exponent)
                                       : 1.0 / PowerBySquaring(x, -exponent);
  const auto is_finite = [](Complex z) {
    return std::isfinite(z.real()) && std::isfinite(z.imag());
  };
  const bool is_beyond = std::isinf(power.real()) || std::isinf(power.imag());
  if (is_beyond && is_finite(x) && is_finite(y)) PowerBeyond();
  return power;
}

Number CombinedFloats(absl::string_view symbol, double x, double y) {
  if (symbol == "+") return x + y;
  if (symbol == "-") return x - y;
  if (symbol == "*") return x * y;
  if (y == 0 && (symbol == "/" || symbol == "//" || symbol == "%")) ByZero();
  if (symbol == "/") return x / y;
  if (symbol == "//") return FloatQuotient(x, y);
  if (symbol == "%") return FloatRemainder(x, y);
  if (symbol == "**") {
    if (x == 0 && y < 0) ByZero();
    if (x < 0 && std::isfinite(x) && !std::isnan(y) && y != std::floor(y))
      return PowerByPolar(x, y);
    return FloatPower(x, y);
  }
  NotFor(symbol, "floats");
}

Number CombinedComplex(absl::string_view symbol, Complex x, Complex y) {
  if (symbol == "+") return x + y;
  if (symbol == "-") return x - y;
  if (symbol == "*") return x * y;
  if (symbol == "/" && y == Complex(0)) ByZero();
  if (symbol == "/") return x / y;
  if (symbol == "**") return ComplexPower(x, y);
  NotFor(symbol, "complex numbers");
}

std::optional<int128> ParseDigits(absl::string_view digits, int base) {
  if (digits.empty()) return std::nullopt;
  int128 value = 0;
  for (const char c : digits) {
    const int digit = absl::ascii_isdigit(static_cast<unsigned char>(c)) ? c - '0' : c - 'a' + 10;
    if (digit < 0 || digit >= base) return std::nullopt;
    value = IntegerOf(OfInteger(value * base + digit));
  }
  return value;
}

// Single underscores between digits.
bool HasGoodUnderscores(absl::string_view text) {
  return !absl::StrContains(text, "__") && text.back() != '_' && !absl::StrContains(text, "_.") &&
         !absl::StrContains(text, "._") && !absl::StrContains(text, "_e") &&
         !absl::StrContains(text, "e_");
}

}  // namespace

std::optional<Number> ParseNumber(absl::string_view text) {
  if (text.empty() || !HasGoodUnderscores(text)) return std::nullopt;
  const std::string lower = absl::AsciiStrToLower(absl::StrReplaceAll(text, {{"_", ""}}));
  constexpr std::pair<absl::string_view, int> kBases[] = {{"0x", 16}, {"0b", 2}, {"0o", 8}};
  const auto integer = [](std::optional<int128> value) -> std::optional<Number> {
    if (!value) return std::nullopt;
    return OfInteger(*value);
  };
  for (const auto& [prefix, base] : kBases)
    if (absl::StartsWith(lower, prefix))
      return integer(ParseDigits(absl::string_view(lower).substr(2), base));
  const bool is_complex = lower.back() == 'j';
  const absl::string_view digits = absl::string_view(lower).substr(0, lower.size() - is_complex);
  if (digits.find_first_not_of("0123456789") == absl::string_view::npos && !is_complex) {
    const bool is_octal_of_old =
        digits[0] == '0' && digits.find_first_not_of('0') != absl::string_view::npos;
    return is_octal_of_old ? std::nullopt : integer(ParseDigits(digits, 10));
  }
  double value;
  if (digits.find_first_not_of("0123456789.e+-") != absl::string_view::npos ||
      !absl::SimpleAtod(digits, &value))
    return std::nullopt;
  return is_complex ? Number(Complex(0, value)) : Number(value);
}

Number Negated(const Number& x) {
  if (IsInteger(x)) return OfInteger(-IntegerOf(x));
  if (x.kind() == Number::Kind::complex) return -ComplexOf(x);
  return -x.floating();
}

Number Plus(const Number& x) { return IsInteger(x) ? OfInteger(IntegerOf(x)) : x; }

Number Inverted(const Number& x) {
  if (!IsInteger(x)) NotFor("~", "this number");
  return OfInteger(-IntegerOf(x) - 1);
}

Number Combined(absl::string_view symbol, const Number& x, const Number& y) {
  if (symbol == "@") NotFor(symbol, "numbers");
  const bool both_bools = x.kind() == Number::Kind::boolean && y.kind() == Number::Kind::boolean;
  if (both_bools && (symbol == "&" || symbol == "|" || symbol == "^"))
    return CombinedBools(symbol, x.integer() != 0, y.integer() != 0);
  const auto combined = [&](const auto& a, const auto& b, auto function) {
    const std::optional<Number> truth = Compared(symbol, a, b);
    return truth ? *truth : function(symbol, a, b);
  };
  if (IsInteger(x) && IsInteger(y)) return combined(IntegerOf(x), IntegerOf(y), CombinedIntegers);
  if (x.kind() == Number::Kind::complex || y.kind() == Number::Kind::complex)
    return combined(ComplexOf(x), ComplexOf(y), CombinedComplex);
  if (IsInteger(x) || IsInteger(y)) {
    const std::optional<Number> truth =
        IsInteger(x) ? ComparedToFloat(symbol, IntegerOf(x), y.floating())
                     : ComparedToFloat(Mirrored(symbol), IntegerOf(y), x.floating());
    if (truth) return *truth;
  }
  return combined(x.floating(), y.floating(), CombinedFloats);
}

}  // namespace broadloom::script

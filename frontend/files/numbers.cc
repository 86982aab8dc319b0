#include "frontend/files/numbers.h"

#include <charconv>
#include <cmath>
#include <complex>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/charconv.h"
#include "ir/half.h"

namespace broadloom {
namespace {

// from_chars takes no plus sign, which must stand before a number.
bool DropPlus(absl::string_view& text) {
  if (text.empty() || text[0] != '+') return true;
  text.remove_prefix(1);
  return !text.empty() && text[0] != '-';
}

// What is left of the text behind a float at its beginning; none there: nullptr.
const char* ParseDouble(absl::string_view text, double& value) {
  if (!DropPlus(text)) return nullptr;
  const char *const begin = text.data(), *const end = begin + text.size();
  const std::from_chars_result result = std::from_chars(begin, end, value);
  if (result.ec == std::errc::invalid_argument) return nullptr;
  if (result.ec == std::errc::result_out_of_range) {
    absl::from_chars(begin, end, value);  // which tells the largest number or zero
    if (std::fabs(value) > 1) value = std::copysign(HUGE_VAL, value);
  }
  return result.ptr[-1] == ')' ? nullptr : result.ptr;  // C's nan(...)
}

bool ParseAllOf(absl::string_view text, double& value) {
  return ParseDouble(text, value) == text.data() + text.size();
}

template <typename T>
bool ParseFloat(absl::string_view text, char* to) {
  double value = 0;
  if (!ParseAllOf(absl::StripAsciiWhitespace(text), value)) return false;
  const T element = static_cast<T>(value);
  std::memcpy(to, &element, sizeof(T));
  return true;
}

template <DType::Kind kHalf>
bool ParseHalf(absl::string_view text, char* to) {
  double value = 0;
  if (!ParseFloat<double>(text, reinterpret_cast<char*>(&value))) return false;
  const uint16_t bits = ToHalfBits(kHalf, value);
  std::memcpy(to, &bits, sizeof(bits));
  return true;
}

template <typename T>
bool ParseInteger(absl::string_view text, char* to) {
  text = absl::StripAsciiWhitespace(text);
  if (!DropPlus(text)) return false;
  T value = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return false;
  std::memcpy(to, &value, sizeof(T));
  return true;
}

bool ParseBool(absl::string_view text, char* to) {
  int64_t value = 0;
  if (!ParseInteger<int64_t>(text, reinterpret_cast<char*>(&value))) return false;
  *to = value != 0 ? 1 : 0;
  return true;
}

bool IsSign(char c) { return c == '+' || c == '-'; }

bool ParseParts(absl::string_view text, double& real, double& imaginary) {
  const char* const end = text.data() + text.size();
  const char* const middle = ParseDouble(text, real);
  if (middle == nullptr || middle == end) return middle == end;
  if (*middle == 'j') {
    imaginary = std::exchange(real, 0);
    return middle + 1 == end;
  }
  const absl::string_view rest(middle, end - middle);
  return IsSign(rest[0]) && rest.back() == 'j' &&
         ParseAllOf(rest.substr(0, rest.size() - 1), imaginary);
}

template <typename T>
bool ParseComplex(absl::string_view text, char* to) {
  text = absl::StripAsciiWhitespace(text);
  if (text.size() > 1 && text.front() == '(' && text.back() == ')')
    text = text.substr(1, text.size() - 2);
  double real = 0, imaginary = 0;
  if (!ParseParts(text, real, imaginary)) return false;
  const std::complex<T> value(static_cast<T>(real), static_cast<T>(imaginary));
  std::memcpy(to, &value, sizeof(value));
  return true;
}

}  // namespace

NumberParser ParserOf(DType dtype) {
  switch (dtype.kind()) {
    case DType::kBool: return ParseBool;
    case DType::kInt8: return ParseInteger<int8_t>;
    case DType::kInt16: return ParseInteger<int16_t>;
    case DType::kInt32: return ParseInteger<int32_t>;
    case DType::kInt64: return ParseInteger<int64_t>;
    case DType::kUInt8: return ParseInteger<uint8_t>;
    case DType::kUInt16: return ParseInteger<uint16_t>;
    case DType::kUInt32: return ParseInteger<uint32_t>;
    case DType::kUInt64: return ParseInteger<uint64_t>;
    case DType::kFloat16: return ParseHalf<DType::kFloat16>;
    case DType::kBFloat16: return ParseHalf<DType::kBFloat16>;
    case DType::kFloat32: return ParseFloat<float>;
    case DType::kFloat64: return ParseFloat<double>;
    case DType::kComplex64: return ParseComplex<float>;
    case DType::kComplex128: return ParseComplex<double>;
  }
  return nullptr;
}

}  // namespace broadloom

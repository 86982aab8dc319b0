// Numbers that stand alone. They are written in as many digits as they need, whatever the options.
#include <cmath>

#include "absl/strings/str_cat.h"
#include "frontend/format.h"
#include "frontend/format/elements.h"
#include "frontend/format/float_text.h"

namespace broadloom {
namespace {

using format::Shown;

// From where on numbers have exponents.
double LargestPlain(DataType dtype) {
  if (dtype == DataType::float16) return 1e3;
  return dtype == DataType::float32 ? 1e6 : 1e16;
}

// `whole_end` ends a whole number: ".0", or nothing.
std::string NumberText(double value, DataType dtype, const char* whole_end, bool plus) {
  if (std::isnan(value)) return plus ? "+nan" : "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : plus ? "+inf" : "inf";
  const double magnitude = std::abs(value);
  const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < LargestPlain(dtype));
  const format::FloatText text = format::ToText(value, dtype, {.scientific = !plain, .plus = plus});
  const std::string fraction = text.fraction.empty() ? "" : "." + text.fraction;
  if (!plain) return absl::StrCat(text.whole, fraction, "e", text.exponent);
  return text.whole + (fraction.empty() ? whole_end : fraction);
}

std::string ComplexText(double real, double imaginary, DataType part) {
  if (real == 0 && !std::signbit(real)) return NumberText(imaginary, part, "", false) + "j";
  return absl::StrCat("(", NumberText(real, part, "", false), NumberText(imaginary, part, "", true),
                      "j)");
}

std::string WithoutParentheses(const std::string& text) {
  return text.front() == '(' ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

std::string scalar_str(const Array& x) {
  if (x.size() != 1)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("scalar_str: an array of 1 element, not of ", x.size()));
  Shown shown = format::ShowAll(x);
  shown.shape = {};
  switch (x.dtype()) {
    case DataType::float16:
    case DataType::float32:
    case DataType::float64: return NumberText(shown.Floats()[0], x.dtype(), ".0", false);
    case DataType::complex64:
      return ComplexText(shown.Floats()[0], shown.Floats(true)[0], DataType::float32);
    case DataType::complex128:
      return ComplexText(shown.Floats()[0], shown.Floats(true)[0], DataType::float64);
    default: return format::TextsOf(shown, {})[0];
  }
}

std::string scalar_repr(const Array& x) {
  const std::string text = scalar_str(x);
  if (x.dtype() == DataType::bool_) return "np." + text + "_";
  if (x.dtype() == DataType::bfloat16) return text;
  return absl::StrCat("np.", to_string(x.dtype()), "(", WithoutParentheses(text), ")");
}

}  // namespace broadloom

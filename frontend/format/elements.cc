#include "frontend/format/elements.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "frontend/format/float_column.h"

namespace broadloom::format {
namespace {

using Texts = std::vector<std::string>;

Texts BoolTexts(const Shown& shown) {
  const char* const yes = shown.shape.empty() ? "True" : " True";
  Texts texts;
  for (const uint8_t value : ElementsOf<uint8_t>(shown)) texts.push_back(value ? yes : "False");
  return texts;
}

// To the right, as wide as the widest; a positive number has room for its sign, a '+' or a space.
template <typename T>
Texts IntegerTexts(const Shown& shown, char sign) {
  const std::vector<T> values = ElementsOf<T>(shown);
  const auto [least, most] = std::ranges::minmax(values);
  if (sign == ' ' && least < 0) sign = '-';
  const std::string mark = sign == '-' ? "" : std::string(1, sign);
  Texts texts;
  size_t width = 0;
  for (const T value : values) {
    texts.push_back(absl::StrCat(value < 0 ? "" : mark, +value));
    width = std::max(width, texts.back().size());
  }
  for (std::string& text : texts) text.insert(0, width - text.size(), ' ');
  return texts;
}

Texts FloatTexts(const Shown& shown, const PrintOptions& options) {
  const std::vector<double> values = shown.Floats();
  const FloatColumn column(values, shown.dtype, options);
  Texts texts;
  for (const double value : values) texts.push_back(column.Text(value));
  return texts;
}

Texts BFloat16Texts(const Shown& shown) {
  Texts texts;
  for (const double value : shown.Floats()) texts.push_back(BFloat16Text(value));
  return texts;
}

// The real and the imaginary parts are columns of their own. The 'j' follows the last digit.
Texts ComplexTexts(const Shown& shown, const PrintOptions& options) {
  const DataType part = shown.dtype == DataType::complex64 ? DataType::float32 : DataType::float64;
  PrintOptions with_sign = options;
  with_sign.sign = '+';
  const std::vector<double> real = shown.Floats(), imaginary = shown.Floats(true);
  const FloatColumn reals(real, part, options), imaginaries(imaginary, part, with_sign);
  Texts texts;
  for (size_t i = 0; i < real.size(); ++i) {
    std::string text = imaginaries.Text(imaginary[i]);
    text.insert(text.find_last_not_of(' ') + 1, 1, 'j');
    texts.push_back(reals.Text(real[i]) + text);
  }
  return texts;
}

}  // namespace

std::string BFloat16Text(double value) {
  return std::isnan(value) ? "nan" : absl::StrFormat("%g", value);
}

std::vector<std::string> TextsOf(const Shown& shown, const PrintOptions& options) {
  switch (shown.dtype) {
    case DataType::bool_: return BoolTexts(shown);
    case DataType::int8: return IntegerTexts<int8_t>(shown, options.sign);
    case DataType::int16: return IntegerTexts<int16_t>(shown, options.sign);
    case DataType::int32: return IntegerTexts<int32_t>(shown, options.sign);
    case DataType::int64: return IntegerTexts<int64_t>(shown, options.sign);
    case DataType::uint8: return IntegerTexts<uint8_t>(shown, options.sign);
    case DataType::uint16: return IntegerTexts<uint16_t>(shown, options.sign);
    case DataType::uint32: return IntegerTexts<uint32_t>(shown, options.sign);
    case DataType::uint64: return IntegerTexts<uint64_t>(shown, options.sign);
    case DataType::bfloat16: return BFloat16Texts(shown);
    case DataType::complex64:
    case DataType::complex128: return ComplexTexts(shown, options);
    case DataType::float16:
    case DataType::float32:
    case DataType::float64: return FloatTexts(shown, options);
  }
  return {};
}

}  // namespace broadloom::format

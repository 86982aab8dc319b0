// All elements are written once to see how long they are, then as long as the longest.
#include "frontend/format/float_column.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace broadloom::format {
namespace {

std::vector<double> FiniteOf(const std::vector<double>& values) {
  std::vector<double> finite;
  std::ranges::copy_if(values, std::back_inserter(finite),
                       [](double value) { return std::isfinite(value); });
  return finite;
}

// The dtype's last power of ten of which all integers below have few digits: from there on numbers
// have exponents.
double LargestPlain(DataType dtype) {
  if (dtype == DataType::float16) return 1e3;
  return dtype == DataType::float32 ? 1e6 : 1e8;
}

// Compares and divides in the dtype, as NumPy does.
bool NeedsExponents(const std::vector<double>& finite, DataType dtype, bool suppress) {
  double least = INFINITY, most = 0;
  for (const double value : finite) {
    if (value == 0) continue;
    least = std::min(least, std::abs(value));
    most = std::max(most, std::abs(value));
  }
  if (most == 0) return false;
  if (most >= LargestPlain(dtype)) return true;
  return !suppress && (least < RoundTo(dtype, 1e-4) || RoundTo(dtype, most / least) > 1000);
}

bool AnyNegative(const std::vector<double>& values) {
  return std::ranges::any_of(values, [](double value) { return std::signbit(value); });
}

void Raise(size_t& most, size_t size) { most = std::max(most, size); }

}  // namespace

size_t WidthOf(const std::string& text) {
  return std::ranges::count_if(text, [](char byte) { return (byte & 0xc0) != 0x80; });
}

FloatColumn::FloatColumn(const std::vector<double>& values, DataType dtype,
                         const PrintOptions& options)
    : dtype_(dtype), options_(options) {
  if (options.precision < 0 && options.floatmode != FloatMode::unique)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("precision must be >= 0, not ", options.precision));
  const std::vector<double> finite = FiniteOf(values);
  notation_.plus = options.sign == '+';
  notation_.scientific = NeedsExponents(finite, dtype, options.suppress);
  notation_.unique = notation_.trim = options.floatmode != FloatMode::fixed;
  if (options.floatmode != FloatMode::unique) notation_.most = options.precision;
  if (!finite.empty()) TakeWidths(finite);
  if (options.sign == ' ' && !AnyNegative(finite)) ++left_;
  if (finite.size() < values.size()) MakeRoomForOthers(values);
}

void FloatColumn::TakeWidths(const std::vector<double>& finite) {
  size_t exponent = 0;
  for (const double value : finite) {
    const FloatText text = ToText(value, dtype_, notation_);
    Raise(left_, text.whole.size());
    Raise(right_, text.fraction.size());
    Raise(exponent, text.exponent.size());
  }
  notation_.least = 0;
  const bool equal = options_.floatmode == FloatMode::maxprec_equal;
  if (notation_.scientific || equal || options_.floatmode == FloatMode::fixed) {
    notation_.most = notation_.least = static_cast<int>(right_);
    notation_.trim = false;
  }
  if (!notation_.scientific) return;
  notation_.exponent_digits = static_cast<int>(exponent) - 1;
  right_ += exponent + 1;
}

// NaN and infinities, which take the whole width.
void FloatColumn::MakeRoomForOthers(const std::vector<double>& values) {
  const bool has_sign = options_.sign != '-' || std::ranges::any_of(values, [](double value) {
                          return std::isinf(value) && value < 0;
                        });
  const size_t longest = std::max(WidthOf(options_.nanstr), WidthOf(options_.infstr) + has_sign);
  if (longest > right_ + 1) Raise(left_, longest - right_ - 1);
}

std::string FloatColumn::TextOfOther(double value) const {
  const bool nan = std::isnan(value);
  std::string text = notation_.plus ? "+" : "";
  if (!nan && value < 0) text = "-";
  text += nan ? options_.nanstr : options_.infstr;
  const size_t width = left_ + right_ + 1, own = WidthOf(text);
  return own < width ? std::string(width - own, ' ') + text : text;
}

std::string FloatColumn::Text(double value) const {
  if (!std::isfinite(value)) return TextOfOther(value);
  return ToText(value, dtype_, notation_).Padded(left_, right_);
}

}  // namespace broadloom::format

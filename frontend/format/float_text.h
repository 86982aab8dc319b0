// One finite float as decimal digits.
#ifndef BROADLOOM_FRONTEND_FORMAT_FLOAT_TEXT_H_
#define BROADLOOM_FRONTEND_FORMAT_FLOAT_TEXT_H_

#include <optional>
#include <string>

#include "frontend/array.h"

namespace broadloom::format {

struct Notation {
  bool scientific = false;
  // Whether digits end where they tell the number from all others of its dtype; else there are
  // `most` of them.
  bool unique = true;
  std::optional<int> most = {};   // fractional digits
  std::optional<int> least = {};  // of unique ones: then the digits of the exact value go on
  bool trim = true;               // zeros at the end
  bool plus = false;              // in front of numbers that are not negative
  int exponent_digits = 2;        // or more
};

struct FloatText {
  std::string whole;     // with the sign
  std::string fraction;  // digits behind the point
  std::string exponent;  // with its sign; empty: none

  // With spaces on both sides, so that the point stands behind so many characters.
  std::string Padded(size_t left, size_t right) const;
};

// `value` is one of `dtype`: float16, float32 or float64. Rounds halves to even.
FloatText ToText(double value, DataType dtype, const Notation& notation);

double RoundTo(DataType dtype, double value);  // the nearest one of a float dtype

}  // namespace broadloom::format

#endif  // BROADLOOM_FRONTEND_FORMAT_FLOAT_TEXT_H_

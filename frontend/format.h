// Arrays as text, letter for letter as NumPy 2.4 writes them.
//
//   array_str(x)    "[1.  2.5]"
//   array_repr(x)   "array([1. , 2.5], dtype=float32)"
//   std::cout << x  as array_str
//
// An array of at most `threshold` elements is evaluated and keeps its values. Of a longer one that
// is pending nothing but the shown elements is computed, with what they depend on, and it stays
// pending. (Only `edgeitems` 0 has all of them computed: as in NumPy they decide on the digits.)
// bfloat16 is written as ml_dtypes does: six digits at most, and no common columns.
#ifndef BROADLOOM_FORMAT_H_
#define BROADLOOM_FORMAT_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "array.h"

namespace broadloom {

// What `precision` means.
enum class FloatMode : uint8_t {
  fixed,          // as many fractional digits
  unique,         // nothing: as many as tell a number from all others of the dtype
  maxprec,        // as many at most, where fewer tell it from others
  maxprec_equal,  // the same number for all elements
};

// Names, meaning and defaults of numpy.set_printoptions.
struct PrintOptions {
  int precision = 8;         // fractional digits
  int64_t threshold = 1000;  // more elements than this are summarised
  int64_t edgeitems = 3;     // of a summary, at each end of each axis
  int64_t linewidth = 75;    // characters
  bool suppress = false;     // no exponents for small numbers
  std::string nanstr = "nan", infstr = "inf";
  char sign = '-';  // '+': in front of all numbers; ' ': a space in front of the others
  FloatMode floatmode = FloatMode::maxprec;
};

// All throw invalid_argument for an unknown sign, negative edgeitems, and floats in a negative
// precision.
std::string array_str(const Array& x, const PrintOptions& options = {});
// `name` stands in front of the parenthesis.
std::string array_repr(const Array& x, const PrintOptions& options = {},
                       const std::string& name = "array");

// What is written around the elements.
struct Surroundings {
  std::string separator = " ";
  std::string prefix = "", suffix = "";  // not written, but the lines leave space for them
};
std::string array2string(const Array& x, const PrintOptions& options = {},
                         const Surroundings& surroundings = {});

// The only element of x as NumPy's numbers are written: "1.5" and "np.float32(1.5)". Throw
// invalid_argument where there is not exactly one.
std::string scalar_str(const Array& x);
std::string scalar_repr(const Array& x);

std::ostream& operator<<(std::ostream& stream, const Array& x);

}  // namespace broadloom

#endif  // BROADLOOM_FORMAT_H_

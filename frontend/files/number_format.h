// Python's numeric printf conversions, checked before anything is formatted with them.
#ifndef BROADLOOM_FRONTEND_FILES_NUMBER_FORMAT_H_
#define BROADLOOM_FRONTEND_FILES_NUMBER_FORMAT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace broadloom {

// "%-8.3f": flags, width, precision, conversion.
struct Conversion {
  bool minus = false, plus = false, space = false, alternate = false, zero = false;
  int width = 0, precision = -1;  // -1: none is given
  char letter = 'f';              // one of d o x X e E f F g G

  bool is_integer() const {
    return letter == 'd' || letter == 'o' || letter == 'x' || letter == 'X';
  }
};

// Text with conversions in it: before[0] conversions[0] before[1] ... rest.
struct NumberFormat {
  std::vector<std::string> before;
  std::vector<Conversion> conversions;
  std::string rest;
};
// InvalidArgument for anything that does not format a number: text, '*', names, widths and
// precisions of more than 1000.
absl::StatusOr<NumberFormat> ParseNumberFormat(absl::string_view format);

// As Python formats them. A float under %d loses its fraction; InvalidArgument where it is not
// finite, and under %o and %x, which take no floats.
absl::Status AppendNumber(const Conversion& conversion, double value, std::string& to);
void AppendNumber(const Conversion& conversion, bool is_negative, uint64_t magnitude,
                  std::string& to);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_NUMBER_FORMAT_H_

// Numbers in text, as NumPy's loadtxt reads them.
#ifndef BROADLOOM_FRONTEND_FILES_NUMBERS_H_
#define BROADLOOM_FRONTEND_FILES_NUMBERS_H_

#include "absl/strings/string_view.h"
#include "ir/dtype.h"

namespace broadloom {

// Stores all of `text`, white space around it aside, as one element; false where it is none.
//   floats    decimal, "nan", "inf", "infinity" in any case. Correctly rounded to float64, and from
//             there to the dtype; too large ones are infinite
//   integers  decimal, in the range of the dtype; as bool what is not 0 is true
//   complex   "1", "2j", "1+2j", "(1+2j)"
using NumberParser = bool (*)(absl::string_view text, char* to);
NumberParser ParserOf(DType dtype);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_NUMBERS_H_

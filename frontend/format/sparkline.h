// An array as one line of a terminal: a picture of its numbers.
//
//   Sparkline   ▁▂▃▄▅▆▇█      a vector, one column a bin
//   HeatStrip   ░▒▓█ or colours  a matrix, one cell a bin of columns
//
// The array is cut into at most `width` bins of nearly equal length, each of which is drawn as the
// mean of its elements: two reductions, which store nothing else of what is pending. The least and
// the largest finite mean have the lowest and the highest mark; bools are drawn between 0 and 1,
// and where all means are equal there is a mark of the middle. Infinities have the marks at the
// ends. A bin with a NaN is a dot, or in ASCII a space.
//
// Throw type_error for complex numbers, and invalid_argument for another number of axes or a width
// below 1.
#ifndef BROADLOOM_FRONTEND_FORMAT_SPARKLINE_H_
#define BROADLOOM_FRONTEND_FORMAT_SPARKLINE_H_

#include <string>

#include "frontend/array.h"

namespace broadloom {

std::string Sparkline(const Array& x, int width, bool unicode = true);

// `color`: cells of 24-bit background colours, dark for small numbers and bright for large ones.
std::string HeatStrip(const Array& x, int width, bool color, bool unicode = true);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FORMAT_SPARKLINE_H_

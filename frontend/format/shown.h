// The elements of an array that are printed: all of them, or those at the edges.
#ifndef BROADLOOM_FRONTEND_FORMAT_SHOWN_H_
#define BROADLOOM_FRONTEND_FORMAT_SHOWN_H_

#include <cstddef>
#include <vector>

#include "frontend/array.h"

namespace broadloom::format {

struct Shown {
  DataType dtype;
  Sizes shape;                   // of the edges
  std::vector<std::byte> bytes;  // in C order

  // Any dtype but uint64 and int64 is exact. Of a complex dtype the real or the imaginary parts.
  std::vector<double> Floats(bool imaginary = false) const;
};

// Evaluates x, or no more than its edges: so many elements at both ends of each axis that is longer
// than both. `edgeitems` 0: all.
Shown ShowAll(const Array& x);
Shown ShowEdges(const Array& x, int64_t edgeitems);

// The elements as those of T, which is the dtype's own type.
template <typename T>
std::vector<T> ElementsOf(const Shown& shown) {
  const T* const elements = reinterpret_cast<const T*>(shown.bytes.data());
  return std::vector<T>(elements, elements + shown.bytes.size() / sizeof(T));
}

}  // namespace broadloom::format

#endif  // BROADLOOM_FRONTEND_FORMAT_SHOWN_H_

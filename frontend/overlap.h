// Whether elements lie in the same bytes.
#ifndef BROADLOOM_FRONTEND_OVERLAP_H_
#define BROADLOOM_FRONTEND_OVERLAP_H_

#include <cstdint>

#include "frontend/expr.h"

namespace broadloom {

struct Region {
  const Shape& shape;
  const StridedArray& array;
  int64_t itemsize;
};
// Of one memory. Exact.
bool ShareBytes(const Region& a, const Region& b);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_OVERLAP_H_

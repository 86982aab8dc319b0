// Windows that slide over an array: the step of a view (frontend/storage.h) that no operation of
// the table is. Of memory it is other strides; of what is pending it is picking by sums of indices.
#ifndef BROADLOOM_FRONTEND_WINDOWS_H_
#define BROADLOOM_FRONTEND_WINDOWS_H_

#include "frontend/expr.h"

namespace broadloom {

inline constexpr Op kWindows = Op::k_gather;  // no other view is a gather

// `windows`: `shape`, the extents of windows, and `axes`, along which each slides.
ExprPtr WindowsOf(const ExprPtr& x, const Attrs& windows);

// How they lie where `x` lies like that.
struct WindowLayout {
  Shape shape;
  Dims strides;
};
WindowLayout WindowsIn(const Shape& shape, const Dims& strides, const Attrs& windows);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_WINDOWS_H_

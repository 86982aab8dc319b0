// Whether floating-point operands are finite, where knowing it is worth reading them.
#ifndef BROADLOOM_FRONTEND_FINITE_H_
#define BROADLOOM_FRONTEND_FINITE_H_

#include "frontend/expr.h"

namespace broadloom {

// False also where it is not looked for: of dtypes but float32 and float64, and of elements that do
// not lie one after another.
bool IsFinite(const Shape& shape, DType dtype, const StridedArray& array);
// False of integers and complex numbers, which nobody asks.
bool IsFinite(const Scalar& number);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FINITE_H_

// Fourier transforms along one axis of an array.
#ifndef BROADLOOM_FRONTEND_FFT_AXIS_H_
#define BROADLOOM_FRONTEND_FFT_AXIS_H_

#include "frontend/array.h"
#include "runtime/fourier.h"

namespace broadloom::fft {

enum class Kind : uint8_t {
  complex,       // n numbers become n
  real_forward,  // n real numbers become n / 2 + 1
  real_inverse,  // n / 2 + 1 numbers become n real ones
};

struct AxisTransform {
  Kind kind;
  fourier::Direction direction;  // the sign in exp(-+ i ...)
  int64_t n;                     // > 0, supported
  int axis;                      // from 0
  double scale;                  // of the result
};

// `x` is float32, float64, complex64 or complex128, dense; only real for real_forward. Eager; the
// result has the precision of x. Throws memory_budget.
Array TransformAxis(const Array& x, const AxisTransform& how);

}  // namespace broadloom::fft

#endif  // BROADLOOM_FRONTEND_FFT_AXIS_H_

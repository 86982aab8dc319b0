// Elements and their order, as sorting and sets see them.
#ifndef BROADLOOM_FRONTEND_SORTING_ELEMENTS_H_
#define BROADLOOM_FRONTEND_SORTING_ELEMENTS_H_

#include <complex>
#include <utility>

#include "frontend/statistics/common.h"

namespace broadloom {

// A half precision number. kInfinity: its bits, above which there are only NaNs.
template <int kInfinity>
struct Half {
  uint16_t bits;
};

template <int kInfinity>
bool IsNaN(Half<kInfinity> x) {
  return (x.bits & 0x7fff) > kInfinity;
}

// An integer in the order of the numbers.
template <int kInfinity>
int RankOf(Half<kInfinity> x) {
  const int magnitude = x.bits & 0x7fff;
  if (magnitude > kInfinity) return 0x8000;
  return (x.bits & 0x8000) != 0 ? -magnitude : magnitude;
}
// NaNs of one part before NaNs of the other.
template <typename F>
int RankOf(std::complex<F> x) {
  return 2 * std::isnan(x.real()) + std::isnan(x.imag());
}

template <typename T>
bool Before(T a, T b) {
  return Less(a, b);
}
template <int kInfinity>
bool Before(Half<kInfinity> a, Half<kInfinity> b) {
  return RankOf(a) < RankOf(b);
}
template <typename F>
bool Before(std::complex<F> a, std::complex<F> b) {
  if (RankOf(a) != RankOf(b)) return RankOf(a) < RankOf(b);
  return a.real() < b.real() || (!(b.real() < a.real()) && a.imag() < b.imag());
}

// As `WithType`, with complex numbers.
template <typename F>
auto WithNumber(DataType dtype, F&& f) {
  if (dtype == DataType::complex64) return f(std::complex<float>{});
  if (dtype == DataType::complex128) return f(std::complex<double>{});
  return WithType(dtype, std::forward<F>(f));
}

// Calls f with a value of the C++ type that lies in an array of the dtype, bool as uint8.
template <typename F>
auto WithElement(DataType dtype, F&& f) {
  if (dtype == DataType::float16) return f(Half<0x7c00>{});
  if (dtype == DataType::bfloat16) return f(Half<0x7f80>{});
  return WithNumber(dtype, std::forward<F>(f));
}

// The operand with the axis last; without one its elements in C order. And the way back.
Array AxisLast(const Array& x, std::optional<int64_t> axis, const char* what);
Array AxisBack(const Array& lines, std::optional<int64_t> axis);
inline Array Flat(const Array& x) { return reshape(x, {x.size()}); }

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SORTING_ELEMENTS_H_

// What the files of statistics share.
#ifndef BROADLOOM_FRONTEND_STATISTICS_COMMON_H_
#define BROADLOOM_FRONTEND_STATISTICS_COMMON_H_

#include <cmath>
#include <complex>
#include <type_traits>
#include <vector>

#include "frontend/array.h"
#include "frontend/dense.h"

namespace broadloom {

inline bool IsComplex(DataType dtype) { return dtype >= DataType::complex64; }
inline bool IsInexact(DataType dtype) { return dtype >= DataType::float16; }
inline bool IsHalf(DataType dtype) {
  return dtype == DataType::float16 || dtype == DataType::bfloat16;
}
inline Array As(const Array& x, DataType dtype) {
  return x.dtype() == dtype ? x : astype(x, dtype);
}

// From 0, in the order given; all of them where `axes` lists none. Throws `axis`, and
// invalid_argument for one given twice.
std::vector<int64_t> AxesOf(const AxisList& axes, int rank, const char* what);
int64_t AxisOf(int64_t axis, int rank, const char* what);

Array AlongAxis(const Array& x, int64_t axis, const Slice& slice);

// `weights` in a shape that broadcasts against x: of x's own shape, or of that of these axes.
Array WeightsFor(const Array& weights, const Array& x, const AxisList& axes, const char* what);

// x with the reduced axes last, as a matrix of `count` rows of `length` elements.
struct Rows {
  std::vector<int64_t> order;  // of x's axes
  Sizes kept;                  // shape of a result
  std::vector<bool> reduced;   // by axis of x
  int64_t count = 1, length = 1;
};
Rows RowsOf(const Sizes& shape, const AxisList& axes, const char* what);
// Throws invalid_argument where NumPy fails to lay several axes, or none, of nothing in rows.
void CheckRowsOfNothing(const Rows& rows, const AxisList& axes, const char* what);
// One result a row, the last axes of an array: with axes of extent 1 where rows were.
Array WithReducedAxes(const Array& results, const Rows& rows);

// A vector to be filled.
Fresh Zeros(Context& context, DataType dtype, int64_t count);

// Throws type_error for complex numbers.
void CheckReal(const Array& x, const char* what);

template <typename T>
constexpr bool kIsComplex = !std::is_arithmetic_v<T>;

// NaNs are larger than everything. Complex numbers are in the order of their real parts, then of
// the imaginary ones; a NaN among either makes a number larger than those without.
template <typename T>
bool IsNaN(T x) {
  if constexpr (kIsComplex<T>) return std::isnan(x.real()) || std::isnan(x.imag());
  if constexpr (std::is_floating_point_v<T>) return std::isnan(x);
  return false;
}
template <typename F>
bool IsNaN(std::complex<F> x) {
  return std::isnan(x.real()) || std::isnan(x.imag());
}
template <typename T>
bool Less(T a, T b) {
  if constexpr (kIsComplex<T>) {
    const bool a_nan = std::isnan(a.imag()), b_nan = std::isnan(b.imag());
    if (a.real() < b.real()) return !a_nan || b_nan;
    if (a.real() > b.real()) return !a_nan && b_nan;
    if (a.real() == b.real() || (std::isnan(a.real()) && std::isnan(b.real())))
      return Less(a.imag(), b.imag());
    return std::isnan(b.real());
  } else {
    return a < b || (IsNaN(b) && !IsNaN(a));
  }
}

// Calls f with a value of the C++ type that holds elements of a real dtype: bool as uint8, half
// precision as float.
template <typename F>
auto WithType(DataType dtype, F&& f) {
  switch (dtype) {
    case DataType::int8: return f(int8_t{});
    case DataType::int16: return f(int16_t{});
    case DataType::int32: return f(int32_t{});
    case DataType::int64: return f(int64_t{});
    case DataType::bool_:
    case DataType::uint8: return f(uint8_t{});
    case DataType::uint16: return f(uint16_t{});
    case DataType::uint32: return f(uint32_t{});
    case DataType::uint64: return f(uint64_t{});
    case DataType::float64: return f(double{});
    default: return f(float{});
  }
}

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_STATISTICS_COMMON_H_

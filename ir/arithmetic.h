// Arithmetic of one C++ type as NumPy's loops do it: integers wrap, nothing traps, and 1 + 1 is
// true for bool. Internal to the reference evaluator.
#ifndef BROADLOOM_IR_ARITHMETIC_H_
#define BROADLOOM_IR_ARITHMETIC_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <numbers>
#include <numeric>
#include <type_traits>

namespace broadloom {

template <typename T>
constexpr bool kIsFloat = std::is_floating_point_v<T>;

// Integers are computed as 64-bit unsigned numbers and cut: that wraps for every width, and makes 1
// + 1 true for bool.
template <typename T>
T Wrap(uint64_t value) {
  return static_cast<T>(value);
}

template <typename T>
T Add(T a, T b) {
  if constexpr (kIsFloat<T>)
    return a + b;
  else
    return Wrap<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

template <typename T>
T Subtract(T a, T b) {
  if constexpr (kIsFloat<T>)
    return a - b;
  else
    return Wrap<T>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

template <typename T>
T Multiply(T a, T b) {
  if constexpr (kIsFloat<T>)
    return a * b;
  else
    return Wrap<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

// log(exp(a) + exp(b)), in float64 and rounded once.
template <typename T>
T LogAddExp(T a, T b) {
  if (std::isnan(a) || std::isnan(b)) return a + b;
  if (a == b) return static_cast<T>(a + std::numbers::ln2);  // infinities have no difference
  const double x = std::max(a, b), distance = std::min<double>(a, b) - x;
  return static_cast<T>(x + std::log1p(std::exp(distance)));
}

template <typename T>
T Negative(T x) {
  if constexpr (kIsFloat<T>)
    return -x;
  else
    return Subtract<T>(0, x);
}

template <typename T>
T Abs(T x) {
  if constexpr (kIsFloat<T>)
    return std::fabs(x);
  else if constexpr (std::is_signed_v<T>)
    return x < 0 ? Negative(x) : x;
  else
    return x;
}

template <typename T>
T Sign(T x) {
  if (x > T(0)) return T(1);
  if (x < T(0)) return Negative(T(1));
  return x == T(0) ? T(0) : x;  // -0.0 becomes 0.0, NaN stays
}

template <typename T>
T Invert(T x) {
  if constexpr (kIsFloat<T>)
    std::abort();
  else if constexpr (std::is_same_v<T, bool>)
    return !x;
  else
    return Wrap<T>(~static_cast<uint64_t>(x));
}

template <typename T>
T Divide(T a, T b) {
  if constexpr (kIsFloat<T>)
    return a / b;
  else
    std::abort();  // the dtype rule makes integers floats
}

// Quotient and remainder of floats, as NumPy's npy_divmod: from fmod, which is exact, with
// corrections for the sign of the divisor and for zeros.
template <typename T>
struct Division {
  T quotient;
  T remainder;
};

template <typename T>
T NearestFloor(T quotient) {
  const T floor = std::floor(quotient);
  return quotient - floor > T(0.5) ? floor + T(1) : floor;
}

template <typename T>
Division<T> DivideFloats(T a, T b) {
  T remainder = std::fmod(a, b);
  if (b == T(0)) return {a / b, remainder};
  T quotient = (a - remainder) / b;
  if (remainder == T(0)) {
    remainder = std::copysign(T(0), b);
  } else if ((b < T(0)) != (remainder < T(0))) {
    remainder += b;
    quotient -= T(1);
  }
  return {quotient == T(0) ? std::copysign(T(0), a / b) : NearestFloor(quotient), remainder};
}

template <typename T>
bool HasQuotient(T a, T b) {
  const bool overflows = std::is_signed_v<T> && a == std::numeric_limits<T>::min() && b == T(-1);
  return b != T(0) && !overflows;
}

template <typename T>
T FloorDivide(T a, T b) {
  if constexpr (kIsFloat<T>)
    return DivideFloats(a, b).quotient;
  else {
    if (!HasQuotient(a, b)) return b == T(0) ? T(0) : a;
    const bool below = a % b != 0 && (a < T(0)) != (b < T(0));
    return static_cast<T>(a / b - below);
  }
}

template <typename T>
T Remainder(T a, T b) {
  if constexpr (kIsFloat<T>)
    return DivideFloats(a, b).remainder;
  else {
    if (!HasQuotient(a, b)) return T(0);
    const T remainder = static_cast<T>(a % b);
    const bool below = remainder != 0 && (a < T(0)) != (b < T(0));
    return below ? static_cast<T>(remainder + b) : remainder;
  }
}

// NumPy refuses negative exponents of integers, and so does the frontend; 0 is what a graph gets.
template <typename T>
T IntegerPower(T base, T exponent) {
  if (exponent < T(0)) return T(0);
  T result(1);
  for (uint64_t bits = static_cast<uint64_t>(exponent); bits != 0; bits >>= 1) {
    if ((bits & 1) != 0) result = Multiply(result, base);
    base = Multiply(base, base);
  }
  return result;
}

// C's %: the sign of the dividend.
template <typename T>
T Fmod(T a, T b) {
  if constexpr (kIsFloat<T>)
    return std::fmod(a, b);
  else
    return HasQuotient(a, b) ? static_cast<T>(a % b) : T(0);
}

// NumPy casts 1.0 / x: of 0 that is the smallest integer from 32 bits on.
template <typename T>
T Reciprocal(T x) {
  if constexpr (kIsFloat<T>)
    return T(1) / x;
  else if (x == T(0))
    return std::is_signed_v<T> && sizeof(T) >= 4 ? std::numeric_limits<T>::min() : T(0);
  else
    return x == T(1) || x == static_cast<T>(-1) ? (std::is_signed_v<T> || x == T(1) ? x : T(0))
                                                : T(0);
}

template <typename T>
uint64_t Magnitude(T x) {
  const auto bits = static_cast<uint64_t>(x);
  return x < T(0) ? 0 - bits : bits;
}

template <typename T>
T Gcd(T a, T b) {
  return Wrap<T>(std::gcd(Magnitude(a), Magnitude(b)));
}

template <typename T>
T Lcm(T a, T b) {
  const uint64_t gcd = std::gcd(Magnitude(a), Magnitude(b));
  return gcd == 0 ? T(0) : Wrap<T>(Magnitude(a) / gcd * Magnitude(b));
}

template <typename T>
T Heaviside(T x, T at_zero) {
  if (x == T(0)) return at_zero;
  return x > T(0) ? T(1) : x < T(0) ? T(0) : x;
}

// As NumPy computes them: the factor is rounded to T twice.
template <typename T>
constexpr T kDegreesPerRadian = T(180) / static_cast<T>(std::numbers::pi);
template <typename T>
constexpr T kRadiansPerDegree = static_cast<T>(std::numbers::pi) / T(180);

template <typename T>
T FMax(T a, T b) {
  return a > b || b != b ? a : b;
}

template <typename T>
T FMin(T a, T b) {
  return a < b || b != b ? a : b;
}

// Equal operands (zeros of either sign) give the second one, two NaNs the first.
template <typename T>
T Maximum(T a, T b) {
  return a > b || a != a ? a : b;
}

template <typename T>
T Minimum(T a, T b) {
  return a < b || a != a ? a : b;
}

template <typename T>
bool ShiftsOut(T amount) {
  return static_cast<uint64_t>(amount) >= 8 * sizeof(T);  // a negative amount is a huge one
}

template <typename T>
T ShiftLeft(T x, T amount) {
  if constexpr (kIsFloat<T>)
    std::abort();
  else
    return ShiftsOut(amount) ? T(0) : Wrap<T>(static_cast<uint64_t>(x) << amount);
}

template <typename T>
T ShiftRight(T x, T amount) {
  if constexpr (kIsFloat<T>)
    std::abort();
  else if (ShiftsOut(amount))
    return x < T(0) ? Negative(T(1)) : T(0);
  else
    return static_cast<T>(x >> amount);
}

}  // namespace broadloom

#endif  // BROADLOOM_IR_ARITHMETIC_H_

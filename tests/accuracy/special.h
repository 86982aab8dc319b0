// What neither the C library nor libquadmath has, for the judge: inverse error function, digamma,
// Bessel function I0 and beta, in double, long double and __float128. Formulas by number are those
// of the NIST Digital Library of Mathematical Functions (dlmf.nist.gov). No code is shared with the
// functions that are judged, which are Boost's, and of beta reflected by ourselves.
#ifndef BROADLOOM_TESTS_ACCURACY_SPECIAL_H_
#define BROADLOOM_TESTS_ACCURACY_SPECIAL_H_

#include <quadmath.h>

#include <cmath>
#include <iterator>
#include <limits>
#include <type_traits>

namespace judge {

using std::acos, std::erf, std::erfc, std::exp, std::fabs, std::floor, std::fmod, std::log,
    std::log1p, std::sin, std::sqrt, std::tan;
inline __float128 acos(__float128 x) { return acosq(x); }
inline __float128 erf(__float128 x) { return erfq(x); }
inline __float128 erfc(__float128 x) { return erfcq(x); }
inline __float128 exp(__float128 x) { return expq(x); }
inline __float128 fabs(__float128 x) { return fabsq(x); }
inline __float128 floor(__float128 x) { return floorq(x); }
inline __float128 fmod(__float128 x, __float128 y) { return fmodq(x, y); }
inline __float128 log(__float128 x) { return logq(x); }
inline __float128 log1p(__float128 x) { return log1pq(x); }
inline __float128 sin(__float128 x) { return sinq(x); }
inline __float128 sqrt(__float128 x) { return sqrtq(x); }
inline __float128 tan(__float128 x) { return tanq(x); }

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

template <typename T>
const T kPi = acos(T{-1});

template <typename T>
constexpr bool kIsQuad = std::is_same_v<T, __float128>;

// The size of an ulp at 1.
template <typename T>
constexpr T Epsilon() {
  return std::is_same_v<T, double> ? T{0x1p-52} : kIsQuad<T> ? T{0x1p-112} : T{0x1p-63};
}

template <typename T>
bool IsPole(T x) {
  return x <= 0 && floor(x) == x;
}

// Halley's step x - f / (f' - f f'' / (2 f')) for f = erf - y, whose f'' / f' is -2 x. Above a half
// both are taken from 1, where the difference would lose digits.
template <typename T>
T ErfStep(T x, T y) {
  const T size = fabs(y);
  const T over = size < 0.5 ? erf(x) - size : (1 - size) - erfc(x);
  const T newton = over / (2 / sqrt(kPi<T>) * exp(-x * x));
  return x - newton / (1 + x * newton);
}

// Each step takes the relative error to its third power, times up to 500 towards 1: 0.002 of
// Winitzki's approximation become 2e-6, then 2e-15, then less than the precision.
template <typename T>
T InverseErf(T y) {
  const T size = fabs(y);
  if (!(size < 1)) return size == 1 ? y * kInfinity : T{kNaN};
  if (size < 0x1p-40) return sqrt(kPi<T>) / 2 * y * (1 + kPi<T> * y * y / 12);  // 7.17.2
  const double narrow = static_cast<double>(size), pi = kPi<double>;
  const double of_log = log1p(-narrow) + log1p(narrow), middle = 2 / (0.147 * pi) + of_log / 2;
  const double start = sqrt(-of_log / 0.147 / (sqrt(middle * middle - of_log / 0.147) + middle));
  const T x = ErfStep(T{ErfStep(ErfStep(start, narrow), narrow)}, size);
  return y < 0 ? -x : x;
}

// B_2k / 2k for k from 1 on.
template <typename T>
constexpr T kBernoulli[] = {T{1} / 12,         T{-1} / 120,     T{1} / 252,
                            T{-1} / 240,       T{1} / 132,      T{-691} / 32760,
                            T{1} / 12,         T{-3617} / 8160, T{43867} / 14364,
                            T{-174611} / 6600, T{77683} / 276,  T{-236364091} / 65520};

// 5.11.2, and 5.5.2 up to where what that leaves out is below the precision. Beside the zero 1.46,
// where results of float64 go down to 9e-17, __float128 errs by a twentieth of their place.
template <typename T>
T PositiveDigamma(T x) {
  constexpr int kFar = kIsQuad<T> ? 40 : 16;
  T result = 0;
  for (; x < kFar; x += 1) result -= 1 / x;
  const T inverse = 1 / (x * x);
  T series = 0;
  for (int k = std::size(kBernoulli<T>); k-- > 0;) series = (series + kBernoulli<T>[k]) * inverse;
  return result + (log(x) - 1 / (2 * x) - series);
}

// 5.5.4 for negative numbers: the distance to the nearest integer is exact.
template <typename T>
T Digamma(T x) {
  if (fabs(x) < Epsilon<T>()) return -1 / x;
  if (x > 0) return x < kInfinity ? PositiveDigamma(x) : x;
  if (!(x < 0) || IsPole(x)) return kNaN;
  const T from = x - floor(x + T{0.5});
  const T cotangent = fabs(from) < 0.25 ? 1 / tan(kPi<T> * from)
                      : from > 0        ? tan(kPi<T> * (T{0.5} - from))
                                        : -tan(kPi<T> * (T{0.5} + from));
  return PositiveDigamma(1 - x) - kPi<T> * cotangent;
}

// 10.25.2, and 10.40.1 where e^(-2 x), which that leaves out, is below the precision: terms of one
// sign.
template <typename T>
T BesselI0(T x) {
  x = fabs(x);
  if (!(x < kInfinity)) return kNaN;
  const bool near = x < (kIsQuad<T> ? 50 : 30);
  T sum = 1, term = 1;
  for (int k = 1; term > sum * (Epsilon<T>() / 8); ++k) {
    const T odd = 2 * k - 1, part = x / (2 * k);
    term *= near ? part * part : odd * odd / (8 * k * x);
    sum += term;
  }
  return near ? sum : sum * (exp(x) / sqrt(2 * kPi<T> * x));
}

// What Stirling's formula for log(gamma(x)) leaves out, 5.11.1.
template <typename T>
T StirlingRest(T x) {
  const T inverse = 1 / (x * x);
  T series = 0;
  for (int k = std::size(kBernoulli<T>); k-- > 0;)
    series = series * inverse + kBernoulli<T>[k] / (2 * k + 1);
  return series / x;
}

// 5.12.1 with 5.11.1 for numbers from 24 on, where that leaves out 1e-31, and B(a, b) =
// B(a + 1, b) (a + b) / a up to there. The powers of b are taken out of both, where they cancel.
template <typename T>
T PositiveBeta(T a, T b) {
  constexpr int kFar = 24;
  if (a > b) return PositiveBeta(b, a);
  T above = 1, below = 1;
  for (; b < kFar; b += 1) above *= a + b, below *= b;
  const T power = a, inverse = 1 / b;
  for (; a < kFar; a += 1) above *= (a + b) * inverse, below *= a;
  const T exponent = (a - T{0.5}) * log(a) - power * log(b) - (a + b - T{0.5}) * log1p(a / b) +
                     (StirlingRest(a) + StirlingRest(b) - StirlingRest(a + b));
  return above / below * sqrt(2 * kPi<T>) * exp(exponent);
}

// sin(pi x) by the distance to the nearest integer, which is exact.
template <typename T>
T SinPi(T x) {
  const T whole = floor(x + T{0.5});
  const T sine = sin(kPi<T> * (x - whole));
  return fmod(whole, T{2}) == 0 ? sine : -sine;
}

// gamma(x) gamma(y) / gamma(x + y), where negative arguments are reflected, 5.5.3.
template <typename T>
T FiniteBeta(T x, T y) {
  if (x < 0 && y > 0) return FiniteBeta(y, x);
  const T sum = x + y;
  if (y > 0) return PositiveBeta(x, y);
  if (IsPole(sum)) return 0;
  if (x < 0) {
    const T sines = SinPi(sum) / (SinPi(x) * SinPi(y));
    return kPi<T> * sines / ((1 - sum) * PositiveBeta(1 - x, 1 - y));
  }
  if (sum < 0) return SinPi(sum) / SinPi(y) * PositiveBeta(x, 1 - sum);
  return kPi<T> / (SinPi(y) * x * PositiveBeta(sum, 1 - y));
}

// At poles and infinities SciPy's conventions.
template <typename T>
T Beta(T x, T y) {
  if (!(x == x && y == y)) return kNaN;
  if (IsPole(y) && !IsPole(x)) return Beta(y, x);
  if (IsPole(x)) {
    if (!(y > 0 && floor(y) == y && y < kInfinity && x > -kInfinity && x + y <= 0))
      return kInfinity;
    return (fmod(y, T{2}) == 0 ? 1 : -1) * PositiveBeta(1 - (x + y), y);
  }
  if (x != kInfinity && y == kInfinity) return Beta(y, x);
  if (x == kInfinity) {
    if (y > 0) return y == kInfinity ? kNaN : 0;
    return fmod(floor(y), T{2}) == 0 ? kInfinity : -kInfinity;
  }
  return FiniteBeta(x, y);
}

}  // namespace judge

#endif  // BROADLOOM_TESTS_ACCURACY_SPECIAL_H_

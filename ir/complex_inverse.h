// Inverse complex functions and powers over the builder of ir/complex_math.h.
//
// asin and acos: T. E. Hull, T. F. Fairgrieve and P. T. P. Tang, "Implementing the complex arcsine
// and arccosine functions using exception handling" (1997). atanh: W. Kahan (1987).
#ifndef BROADLOOM_IR_COMPLEX_INVERSE_H_
#define BROADLOOM_IR_COMPLEX_INVERSE_H_

#include "ir/complex_functions.h"

namespace broadloom::complex_math {

inline constexpr double kHalfPi = 0x1.921fb54442d18p0;

// What asin and acos of a point of the first quadrant have in common: the half axes of the ellipse
// with foci at +-1 through it.
template <typename B>
struct Ellipse {
  using V = typename B::Value;
  V ratio;      // x / a: the sine of the real part of asin
  V leg;        // sqrt(a^2 - x^2): what stands to x as cosine to sine
  V imaginary;  // log(a + sqrt(a^2 - 1))
};

template <typename B>
Ellipse<B> EllipseOf(B& b, typename B::Value x, typename B::Value y) {
  const auto one = b.Number(1), half = b.Number(0.5), zero = b.Number(0);
  const auto right = b.Add(x, one), r = b.Hypot(right, y), s = b.Hypot(b.Subtract(x, one), y);
  const auto a = b.Multiply(half, b.Add(r, s));
  const auto inside = b.Less(x, one);
  const auto square = b.Multiply(y, y);
  const auto to_right = b.Divide(square, b.Add(r, right));
  const auto inner_gap = b.Subtract(one, x), outer_gap = b.Subtract(x, one);
  // s - |x - 1|, without cancelling: y^2 / (s + |x - 1|). At the focus itself s = y.
  const auto by_sum = [&](auto gap) {
    const auto sum = b.Add(s, gap);
    return b.Select(b.Equal(sum, zero), zero, b.Divide(square, sum));
  };
  const auto a_minus_1 =
      b.Multiply(half, b.Add(to_right, b.Select(inside, by_sum(inner_gap), b.Add(s, outer_gap))));
  const auto near = b.Log1p(b.Add(a_minus_1, b.Sqrt(b.Multiply(a_minus_1, b.Add(a, one)))));
  const auto far = b.Log(b.Add(a, b.Sqrt(b.Multiply(b.Subtract(a, one), b.Add(a, one)))));
  // Where y^2 vanishes beside the distance to the focus.
  const auto flat = b.Divide(y, b.Sqrt(b.Multiply(b.Abs(inner_gap), right)));
  const auto thin =
      b.And(inside, b.Less(y, b.Multiply(inner_gap, b.Number(b.wide() ? 0x1p-60 : 0x1p-30))));
  const auto imaginary = b.Select(thin, flat, b.Select(b.Less(a, b.Number(1.5)), near, far));
  const auto sum = b.Add(a, x);
  const auto leg_inside =
      b.Sqrt(b.Multiply(b.Multiply(half, sum), b.Add(to_right, b.Add(s, inner_gap))));
  const auto over = b.Add(b.Divide(sum, b.Add(r, right)), b.Divide(sum, b.Add(s, outer_gap)));
  const auto leg_outside = b.Multiply(y, b.Sqrt(b.Multiply(half, over)));
  return {b.Divide(x, a), b.Select(b.LessEqual(x, one), leg_inside, leg_outside), imaginary};
}

// In the first quadrant: asin z = atan2(x, leg) + i log(a + sqrt(a^2 - 1)), acos z its complement.
template <typename B>
Complex<B> AsinOrAcos(B& b, Complex<B> z, bool arcsine) {
  const auto zero = b.Number(0), x = b.Abs(z.re), y = b.Abs(z.im);
  const double limit = b.wide() ? 0x1p500 : 0x1p60;
  const auto large = b.Less(b.Number(limit), b.Maximum(x, y));
  const Ellipse<B> ellipse = EllipseOf(b, b.Select(large, zero, x), b.Select(large, zero, y));
  const auto tiny = b.And(b.Less(x, b.Number(b.wide() ? 0x1p-30 : 0x1p-14)),
                          b.Less(y, b.Number(b.wide() ? 0x1p-30 : 0x1p-14)));
  const auto log_of_twice = b.Add(b.Number(0x1.62e42fefa39efp-1),
                                  LogAbs(b, Complex<B>{b.Select(large, x, b.Number(1)), y}));
  const auto imaginary = b.Select(large, log_of_twice, b.Select(tiny, y, ellipse.imaginary));
  const auto leg = b.Select(large, y, ellipse.leg);
  const auto nan = IsNan(b, z);
  if (arcsine) {
    Complex<B> result = {b.CopySign(b.Select(tiny, x, b.Atan2(x, leg)), z.re),
                         b.CopySign(imaginary, z.im)};
    result.re = b.Select(nan, b.Select(b.Equal(z.re, zero), z.re, b.Add(z.re, z.im)), result.re);
    const auto endless = b.CopySign(b.Number(HUGE_VAL), z.im);
    result.im = b.Select(nan, b.Select(IsInf(b, z), endless, b.Add(z.re, z.im)), result.im);
    return result;
  }
  const auto angle = b.Atan2(leg, z.re);
  Complex<B> result = {angle, b.Negative(b.CopySign(imaginary, z.im))};
  result.re =
      b.Select(nan, b.Select(b.Equal(z.re, zero), b.Number(kHalfPi), b.Add(z.re, z.im)), result.re);
  const auto endless = b.Negative(b.CopySign(b.Number(HUGE_VAL), z.im));
  result.im = b.Select(nan, b.Select(IsInf(b, z), endless, b.Add(z.re, z.im)), result.im);
  return result;
}

template <typename B>
Complex<B> Asin(B& b, Complex<B> z) {
  return AsinOrAcos(b, z, true);
}
template <typename B>
Complex<B> Acos(B& b, Complex<B> z) {
  return AsinOrAcos(b, z, false);
}
template <typename B>
Complex<B> Asinh(B& b, Complex<B> z) {
  return TimesMinusI(b, Asin(b, TimesI(b, z)));
}
template <typename B>
Complex<B> Acosh(B& b, Complex<B> z) {
  const Complex<B> angle = Acos(b, z);
  return {b.Abs(angle.im), b.CopySign(angle.re, z.im)};
}

// log((1 + z) / (1 - z)) / 2, by log1p of 4x / |1 - z|^2.
template <typename B>
Complex<B> Atanh(B& b, Complex<B> z) {
  const auto zero = b.Number(0), one = b.Number(1), x = b.Abs(z.re), y = b.Abs(z.im);
  const auto larger = b.Maximum(x, y);
  const auto large = b.Less(b.Number(b.wide() ? 0x1p500 : 0x1p60), larger);
  const auto left = b.Subtract(one, x);
  const auto distance = b.Add(b.Multiply(left, left), b.Multiply(y, y));
  const auto close = b.Less(distance, b.Number(b.wide() ? 0x1p-900 : 0x1p-100));
  const auto by_log1p =
      b.Multiply(b.Number(0.25),
                 b.Log1p(b.Divide(b.Multiply(b.Number(4), x), b.Select(close, one, distance))));
  const auto gap = b.Select(close, b.Hypot(left, y), one);
  const auto at_pole =
      b.Multiply(b.Number(0.5), b.Subtract(b.Number(0x1.62e42fefa39efp-1), b.Log(gap)));
  const auto u = b.Divide(x, larger), v = b.Divide(y, larger);
  const auto asymptote = b.Divide(b.Divide(u, b.Add(b.Multiply(u, u), b.Multiply(v, v))), larger);
  const auto turn = b.Multiply(
      b.Number(0.5),
      b.Atan2(b.Add(y, y), b.Subtract(b.Multiply(left, b.Add(one, x)), b.Multiply(y, y))));
  Complex<B> result = {b.Select(large, asymptote, b.Select(close, at_pole, by_log1p)),
                       b.Select(large, b.Number(kHalfPi), turn)};
  const auto endless = IsInf(b, z);
  result = Select(b, endless, Complex<B>{zero, b.Number(kHalfPi)}, result);
  const auto nan = b.Add(z.re, z.im);
  result.im =
      b.Select(b.Or(b.IsNan(z.im), b.And(b.IsNan(z.re), b.Not(b.IsInf(z.im)))), nan, result.im);
  const auto keeps = b.Or(b.Equal(z.re, zero), endless);
  result.re = b.Select(b.And(IsNan(b, z), b.Not(keeps)), nan, result.re);
  const auto flat = b.And(b.IsNan(z.im), b.Equal(z.re, zero));
  result.re = b.Select(flat, zero, result.re);
  return {b.CopySign(result.re, z.re), b.CopySign(result.im, z.im)};
}

template <typename B>
Complex<B> Atan(B& b, Complex<B> z) {
  return TimesMinusI(b, Atanh(b, TimesI(b, z)));
}

// By squaring, for whole exponents below 2^7, of both signs.
template <typename B>
Complex<B> PowWhole(B& b, Complex<B> z, typename B::Value exponent) {
  constexpr int kBits = 7;
  const auto one = b.Number(1), zero = b.Number(0), half = b.Number(0.5);
  auto left = b.Abs(exponent);
  Complex<B> power = z, result = {one, zero};
  auto started = b.Less(one, zero);  // false; one times an infinity would make NaNs
  for (int bit = 0; bit < kBits; ++bit) {
    const auto rest = b.Floor(b.Multiply(left, half));
    const auto odd = b.Less(b.Add(rest, rest), left);
    const Complex<B> next = Select(b, started, Multiply(b, result, power), power);
    result = Select(b, odd, next, result);
    started = b.Or(started, odd);
    left = rest;
    if (bit + 1 < kBits) power = Multiply(b, power, power);
  }
  return Select(b, b.Less(exponent, zero), Reciprocal(b, result), result);
}

// NumPy's: whole exponents between -100 and 100 by multiplication, others as e^(w log z).
template <typename B>
Complex<B> Pow(B& b, Complex<B> z, Complex<B> w) {
  const auto one = b.Number(1), zero = b.Number(0);
  const auto whole = b.And(b.And(b.Equal(w.im, zero), b.Equal(b.Floor(w.re), w.re)),
                           b.Less(b.Abs(w.re), b.Number(100)));
  const auto nan = b.Divide(zero, zero);
  const auto vanishes = b.Less(zero, w.re);
  const Complex<B> of_zero = Select(b, vanishes, Complex<B>{zero, zero}, Complex<B>{nan, nan});
  Complex<B> result = Exp(b, Multiply(b, w, Log(b, z)));
  result = Select(b, whole, PowWhole(b, z, b.Select(whole, w.re, zero)), result);
  result = Select(b, IsZero(b, z), of_zero, result);
  return Select(b, IsZero(b, w), Complex<B>{one, zero}, result);
}

}  // namespace broadloom::complex_math

#endif  // BROADLOOM_IR_COMPLEX_INVERSE_H_

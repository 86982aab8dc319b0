// Complex elementary functions over the builder of ir/complex_math.h. Special values are those of
// C99's annex G, as NumPy has them.
#ifndef BROADLOOM_IR_COMPLEX_FUNCTIONS_H_
#define BROADLOOM_IR_COMPLEX_FUNCTIONS_H_

#include <cmath>

#include "ir/complex_math.h"

namespace broadloom::complex_math {

// Beyond these, squares overflow or underflow.
template <typename B>
double Huge(B& b) {
  return b.wide() ? 0x1p500 : 0x1p60;
}
template <typename B>
double Tiny(B& b) {
  return b.wide() ? 0x1p-500 : 0x1p-60;
}

// W. Kahan, "Branch cuts for complex elementary functions" (1987): the root of the larger part
// first, the other one from their product. Scaled by a power of 4 out of the way of overflow.
template <typename B>
Complex<B> Sqrt(B& b, Complex<B> z) {
  const auto larger = b.Maximum(b.Abs(z.re), b.Abs(z.im));
  const auto is_huge = b.Less(b.Number(Huge(b)), larger),
             is_tiny = b.Less(larger, b.Number(Tiny(b)));
  const double up = b.wide() ? 0x1p600 : 0x1p80;
  const auto scale =
      b.Select(is_huge, b.Number(1 / up), b.Select(is_tiny, b.Number(up), b.Number(1)));
  const double root = b.wide() ? 0x1p300 : 0x1p40;
  const auto back =
      b.Select(is_huge, b.Number(root), b.Select(is_tiny, b.Number(1 / root), b.Number(1)));
  const auto x = b.Multiply(z.re, scale), y = b.Multiply(z.im, scale), zero = b.Number(0);
  const auto t = b.Sqrt(b.Multiply(b.Add(b.Abs(x), b.Hypot(x, y)), b.Number(0.5)));
  const auto other = b.Divide(b.Abs(y), b.Add(t, t));
  const auto right = b.LessEqual(zero, x);
  Complex<B> result = {b.Multiply(b.Select(right, t, other), back),
                       b.CopySign(b.Multiply(b.Select(right, other, t), back), z.im)};
  result = Select(b, IsZero(b, z), Complex<B>{zero, z.im}, result);
  const auto infinity = b.Number(HUGE_VAL);
  const auto nan_or_zero = b.Multiply(z.im, zero);
  const auto left = b.And(b.IsInf(z.re), b.Less(z.re, zero));
  result =
      Select(b, b.And(b.IsInf(z.re), b.Not(left)),
             Complex<B>{infinity, b.Select(b.IsNan(z.im), z.im, b.CopySign(zero, z.im))}, result);
  result = Select(b, left, Complex<B>{b.Abs(nan_or_zero), b.CopySign(infinity, z.im)}, result);
  return Select(b, b.IsInf(z.im), Complex<B>{infinity, z.im}, result);
}

// e^x (cos y, sin y), in two factors where e^x alone would overflow.
template <typename B>
Complex<B> ExpTimes(B& b, typename B::Value x, typename B::Value cosine, typename B::Value sine) {
  const auto large = b.Less(b.Number(b.wide() ? 700 : 85), x);
  const auto first = b.Exp(b.Select(large, b.Multiply(x, b.Number(0.5)), x));
  const auto second = b.Select(large, first, b.Number(1));
  return {b.Multiply(b.Multiply(first, cosine), second),
          b.Multiply(b.Multiply(first, sine), second)};
}

template <typename B>
Complex<B> Exp(B& b, Complex<B> z) {
  const auto zero = b.Number(0);
  Complex<B> result = ExpTimes(b, z.re, b.Cos(z.im), b.Sin(z.im));
  const auto endless = b.Not(b.IsFinite(z.im));
  const auto vanishes = b.And(b.IsInf(z.re), b.Less(z.re, zero));
  const auto grows = b.And(b.IsInf(z.re), b.Less(zero, z.re));
  result = Select(b, b.And(endless, vanishes), Complex<B>{zero, b.CopySign(zero, z.im)}, result);
  result.re = b.Select(b.And(endless, grows), z.re, result.re);
  return Select(b, b.Equal(z.im, zero), Complex<B>{b.Exp(z.re), z.im}, result);
}

template <typename B>
Complex<B> Exp2(B& b, Complex<B> z) {
  return Exp(b, Scale(b, z, b.Number(0x1.62e42fefa39efp-1)));
}

// e^x cos y - 1 = (e^x - 1) cos y - 2 sin(y / 2)^2
template <typename B>
Complex<B> Expm1(B& b, Complex<B> z) {
  const auto half = b.Sin(b.Multiply(z.im, b.Number(0.5)));
  const auto re = b.Subtract(b.Multiply(b.Expm1(z.re), b.Cos(z.im)),
                             b.Multiply(b.Number(2), b.Multiply(half, half)));
  return {re, b.Multiply(b.Exp(z.re), b.Sin(z.im))};
}

// log |z|: by log1p of |z|^2 - 1 near the unit circle, scaled where |z| would overflow or lose
// bits.
template <typename B>
typename B::Value LogAbs(B& b, Complex<B> z) {
  const auto x = b.Abs(z.re), y = b.Abs(z.im), one = b.Number(1);
  const auto larger = b.Maximum(x, y), smaller = b.Minimum(x, y);
  const auto is_huge = b.Less(b.Number(Huge(b)), larger),
             is_tiny = b.Less(larger, b.Number(Tiny(b)));
  const double up = b.wide() ? 0x1p600 : 0x1p80,
               log_up = (b.wide() ? 600 : 80) * 0x1.62e42fefa39efp-1;
  const auto scale = b.Select(is_huge, b.Number(1 / up), b.Select(is_tiny, b.Number(up), one));
  const auto shift =
      b.Select(is_huge, b.Number(log_up), b.Select(is_tiny, b.Number(-log_up), b.Number(0)));
  const auto size = b.Hypot(b.Multiply(x, scale), b.Multiply(y, scale));
  const auto far = b.Add(b.Log(size), shift);
  const auto excess =
      b.Add(b.Multiply(b.Subtract(larger, one), b.Add(larger, one)), b.Multiply(smaller, smaller));
  const auto near =
      b.And(b.Equal(scale, one), b.And(b.Less(b.Number(0.7), size), b.Less(size, b.Number(1.4))));
  const auto by_excess = b.Multiply(b.Number(0.5), b.Log1p(b.Select(near, excess, b.Number(0))));
  return b.Select(near, by_excess, far);
}

template <typename B>
Complex<B> Log(B& b, Complex<B> z) {
  return {LogAbs(b, z), b.Atan2(z.im, z.re)};
}
template <typename B>
Complex<B> Log2(B& b, Complex<B> z) {
  return Scale(b, Log(b, z), b.Number(0x1.71547652b82fep0));
}
template <typename B>
Complex<B> Log10(B& b, Complex<B> z) {
  return Scale(b, Log(b, z), b.Number(0x1.bcb7b1526e50ep-2));
}

// |1 + z|^2 - 1 = x (x + 2) + y^2 where that is small.
template <typename B>
Complex<B> Log1p(B& b, Complex<B> z) {
  const auto right = b.Add(z.re, b.Number(1));
  const auto near = b.And(b.Less(b.Abs(z.re), b.Number(0.5)), b.Less(b.Abs(z.im), b.Number(0.5)));
  const auto excess = b.Add(b.Multiply(z.re, b.Add(z.re, b.Number(2))), b.Multiply(z.im, z.im));
  const auto by_excess = b.Multiply(b.Number(0.5), b.Log1p(b.Select(near, excess, b.Number(0))));
  return {b.Select(near, by_excess, LogAbs(b, Complex<B>{right, z.im})), b.Atan2(z.im, right)};
}

// What sinh and cosh of x + iy are made of.
template <typename B>
struct HyperbolicParts {
  typename B::Value cosine, sine;  // of y
  typename B::Mask large;          // cosh x would overflow
  typename B::Value x;             // 0 where it is large
  Complex<B> far;                  // there e^|x| / 2 (cos y, sin y)
};

template <typename B>
HyperbolicParts<B> SplitHyperbolic(B& b, Complex<B> z) {
  const auto zero = b.Number(0), size = b.Abs(z.re), half = b.Number(0.5);
  const auto cosine = b.Cos(z.im), sine = b.Sin(z.im);
  const auto large = b.Less(b.Number(b.wide() ? 700 : 85), size);
  return {
      cosine, sine, large, b.Select(large, zero, z.re),
      ExpTimes(b, b.Select(large, size, zero), b.Multiply(half, cosine), b.Multiply(half, sine))};
}

// An odd function of x: its value at |x|, negated where x is negative.
template <typename B>
typename B::Value Odd(B& b, typename B::Value x, typename B::Value value) {
  return b.Select(b.Less(x, b.Number(0)), b.Negative(value), value);
}

// sinh x cos y + i cosh x sin y
template <typename B>
Complex<B> Sinh(B& b, Complex<B> z) {
  const auto zero = b.Number(0);
  const auto [cosine, sine, large, x, far] = SplitHyperbolic(b, z);
  Complex<B> result = {b.Multiply(b.Sinh(x), cosine), b.Multiply(b.Cosh(x), sine)};
  result = Select(b, large, Complex<B>{Odd(b, z.re, far.re), far.im}, result);
  const auto endless = b.Not(b.IsFinite(z.im));
  result.re = b.Select(b.And(endless, b.Or(b.IsInf(z.re), b.Equal(z.re, zero))), z.re, result.re);
  return Select(b, b.Equal(z.im, zero), Complex<B>{b.Sinh(z.re), z.im}, result);
}

// cosh x cos y + i sinh x sin y
template <typename B>
Complex<B> Cosh(B& b, Complex<B> z) {
  const auto zero = b.Number(0);
  const auto [cosine, sine, large, x, far] = SplitHyperbolic(b, z);
  Complex<B> result = {b.Multiply(b.Cosh(x), cosine), b.Multiply(b.Sinh(x), sine)};
  result = Select(b, large, Complex<B>{far.re, Odd(b, z.re, far.im)}, result);
  const auto endless = b.Not(b.IsFinite(z.im));
  result.re = b.Select(b.And(endless, b.IsInf(z.re)), b.Abs(z.re), result.re);
  result.im = b.Select(b.And(endless, b.Equal(z.re, zero)), b.CopySign(zero, z.re), result.im);
  const auto flat = b.Multiply(b.CopySign(b.Number(1), z.re), z.im);
  return Select(b, b.Equal(z.im, zero), Complex<B>{b.Cosh(z.re), flat}, result);
}

// Kahan's: with t = tan y, s = sinh x and c = cosh x, by 1 + t^2 and 1 + (1 + t^2) s^2.
template <typename B>
Complex<B> Tanh(B& b, Complex<B> z) {
  const auto zero = b.Number(0), one = b.Number(1), size = b.Abs(z.re);
  const auto far = b.Less(b.Number(b.wide() ? 22 : 11), size);
  const auto s = b.Sinh(b.Select(far, zero, z.re)), t = b.Tan(z.im);
  const auto beta = b.Add(one, b.Multiply(t, t)), rho = b.Sqrt(b.Add(one, b.Multiply(s, s)));
  const auto below = b.Add(one, b.Multiply(b.Multiply(beta, s), s));
  Complex<B> result = {b.Divide(b.Multiply(b.Multiply(beta, rho), s), below), b.Divide(t, below)};
  const auto finite_y = b.Select(b.IsFinite(z.im), z.im, one);
  const auto swing = b.Multiply(b.Multiply(b.Number(4), b.Sin(finite_y)), b.Cos(finite_y));
  const auto decay = b.Exp(b.Negative(size));
  const auto rest = b.Multiply(b.Multiply(swing, decay), decay);
  result = Select(b, far, Complex<B>{b.CopySign(one, z.re), rest}, result);
  const auto endless = b.Not(b.IsFinite(z.im));
  const auto nan = b.Subtract(z.im, z.im);
  result = Select(b, b.And(endless, b.Not(b.IsInf(z.re))), Complex<B>{nan, nan}, result);
  result.re = b.Select(b.And(endless, b.Equal(z.re, zero)), z.re, result.re);
  result = Select(b, b.And(endless, b.IsInf(z.re)),
                  Complex<B>{b.CopySign(one, z.re), b.CopySign(zero, z.im)}, result);
  result = Select(b, b.IsNan(z.re), Complex<B>{z.re, z.re}, result);
  result.im = b.Select(b.Equal(z.im, zero), z.im, result.im);
  return result;
}

template <typename B>
Complex<B> Sin(B& b, Complex<B> z) {
  return TimesMinusI(b, Sinh(b, TimesI(b, z)));
}
template <typename B>
Complex<B> Cos(B& b, Complex<B> z) {
  return Cosh(b, TimesI(b, z));
}
template <typename B>
Complex<B> Tan(B& b, Complex<B> z) {
  return TimesMinusI(b, Tanh(b, TimesI(b, z)));
}

}  // namespace broadloom::complex_math

#endif  // BROADLOOM_IR_COMPLEX_FUNCTIONS_H_

// Complex arithmetic, written once over a builder of real operations. `B` is for one float type:
//
//   Value Number(double); bool wide()          whether it is float64, else float32
//   Value Add Subtract Multiply Divide Negative Abs Sqrt Exp Expm1 Log Log1p Sin Cos Tan Sinh Cosh
//         Atan2 Hypot CopySign Floor Maximum Minimum
//   Mask Less LessEqual Equal IsNan IsInf IsFinite; And Or Not; Value Select(Mask, Value, Value)
//
// Results are NumPy's, special values included.
#ifndef BROADLOOM_IR_COMPLEX_MATH_H_
#define BROADLOOM_IR_COMPLEX_MATH_H_

namespace broadloom::complex_math {

template <typename B>
struct Complex {
  typename B::Value re, im;
};

template <typename B>
Complex<B> Select(B& b, typename B::Mask mask, Complex<B> x, Complex<B> y) {
  return {b.Select(mask, x.re, y.re), b.Select(mask, x.im, y.im)};
}

template <typename B>
Complex<B> Add(B& b, Complex<B> x, Complex<B> y) {
  return {b.Add(x.re, y.re), b.Add(x.im, y.im)};
}

template <typename B>
Complex<B> Subtract(B& b, Complex<B> x, Complex<B> y) {
  return {b.Subtract(x.re, y.re), b.Subtract(x.im, y.im)};
}

template <typename B>
Complex<B> Negative(B& b, Complex<B> x) {
  return {b.Negative(x.re), b.Negative(x.im)};
}

template <typename B>
Complex<B> Multiply(B& b, Complex<B> x, Complex<B> y) {
  return {b.Subtract(b.Multiply(x.re, y.re), b.Multiply(x.im, y.im)),
          b.Add(b.Multiply(x.re, y.im), b.Multiply(x.im, y.re))};
}

template <typename B>
Complex<B> Scale(B& b, Complex<B> x, typename B::Value by) {
  return {b.Multiply(x.re, by), b.Multiply(x.im, by)};
}

// i x and -i x.
template <typename B>
Complex<B> TimesI(B& b, Complex<B> x) {
  return {b.Negative(x.im), x.re};
}
template <typename B>
Complex<B> TimesMinusI(B& b, Complex<B> x) {
  return {x.im, b.Negative(x.re)};
}

// R. Smith's division (1962): by the ratio of the divisor's parts, the larger one below.
template <typename B>
Complex<B> Divide(B& b, Complex<B> x, Complex<B> y) {
  const auto size = b.Abs(y.re);
  const auto by_real = b.LessEqual(b.Abs(y.im), size);
  const auto below = b.Select(by_real, y.re, y.im), above = b.Select(by_real, y.im, y.re);
  const auto ratio = b.Divide(above, below);
  const auto scale = b.Divide(b.Number(1), b.Add(below, b.Multiply(above, ratio)));
  const auto near = b.Add(x.re, b.Multiply(x.im, ratio)),
             far = b.Add(b.Multiply(x.re, ratio), x.im);
  const auto down = b.Subtract(x.im, b.Multiply(x.re, ratio)),
             up = b.Subtract(b.Multiply(x.im, ratio), x.re);
  const Complex<B> quotient = {b.Multiply(b.Select(by_real, near, far), scale),
                               b.Multiply(b.Select(by_real, down, up), scale)};
  const auto by_zero = b.And(b.Equal(y.re, b.Number(0)), b.Equal(y.im, b.Number(0)));
  return Select(b, by_zero, Complex<B>{b.Divide(x.re, size), b.Divide(x.im, size)}, quotient);
}

template <typename B>
Complex<B> Reciprocal(B& b, Complex<B> x) {
  const auto by_real = b.LessEqual(b.Abs(x.im), b.Abs(x.re));
  const auto below = b.Select(by_real, x.re, x.im), above = b.Select(by_real, x.im, x.re);
  const auto ratio = b.Divide(above, below);
  const auto sum = b.Add(below, b.Multiply(above, ratio));
  return {b.Divide(b.Select(by_real, b.Number(1), ratio), sum),
          b.Divide(b.Select(by_real, b.Negative(ratio), b.Number(-1)), sum)};
}

template <typename B>
typename B::Mask IsZero(B& b, Complex<B> x) {
  return b.And(b.Equal(x.re, b.Number(0)), b.Equal(x.im, b.Number(0)));
}
template <typename B>
typename B::Mask IsNan(B& b, Complex<B> x) {
  return b.Or(b.IsNan(x.re), b.IsNan(x.im));
}
template <typename B>
typename B::Mask IsInf(B& b, Complex<B> x) {
  return b.Or(b.IsInf(x.re), b.IsInf(x.im));
}
template <typename B>
typename B::Mask IsFinite(B& b, Complex<B> x) {
  return b.And(b.IsFinite(x.re), b.IsFinite(x.im));
}
template <typename B>
typename B::Mask Equal(B& b, Complex<B> x, Complex<B> y) {
  return b.And(b.Equal(x.re, y.re), b.Equal(x.im, y.im));
}

// By the real parts, then by the imaginary ones; false where an imaginary part that is not looked
// at is NaN.
template <typename B>
typename B::Mask Less(B& b, Complex<B> x, Complex<B> y) {
  const auto ordered = b.And(b.Not(b.IsNan(x.im)), b.Not(b.IsNan(y.im)));
  return b.Or(b.And(b.Less(x.re, y.re), ordered), b.And(b.Equal(x.re, y.re), b.Less(x.im, y.im)));
}
template <typename B>
typename B::Mask LessEqual(B& b, Complex<B> x, Complex<B> y) {
  const auto ordered = b.And(b.Not(b.IsNan(x.im)), b.Not(b.IsNan(y.im)));
  return b.Or(b.And(b.Less(x.re, y.re), ordered),
              b.And(b.Equal(x.re, y.re), b.LessEqual(x.im, y.im)));
}

// A NaN wins.
template <typename B>
Complex<B> Maximum(B& b, Complex<B> x, Complex<B> y) {
  return Select(b, b.Or(LessEqual(b, y, x), IsNan(b, x)), x, y);
}
template <typename B>
Complex<B> Minimum(B& b, Complex<B> x, Complex<B> y) {
  return Select(b, b.Or(LessEqual(b, x, y), IsNan(b, x)), x, y);
}
// A number wins.
template <typename B>
Complex<B> FMax(B& b, Complex<B> x, Complex<B> y) {
  return Select(b, b.Or(LessEqual(b, y, x), IsNan(b, y)), x, y);
}
template <typename B>
Complex<B> FMin(B& b, Complex<B> x, Complex<B> y) {
  return Select(b, b.Or(LessEqual(b, x, y), IsNan(b, y)), x, y);
}

// x / |x|, and 0 for 0. Of an infinite number the direction of its infinite part.
template <typename B>
Complex<B> Sign(B& b, Complex<B> x) {
  const auto size = b.Hypot(x.re, x.im), zero = b.Number(0), one = b.Number(1);
  const Complex<B> direction = {b.Divide(x.re, size), b.Divide(x.im, size)};
  const Complex<B> of_infinite = {b.Select(b.IsInf(x.re), b.CopySign(one, x.re), zero),
                                  b.Select(b.IsInf(x.im), b.CopySign(one, x.im), zero)};
  const auto nan = b.Divide(zero, zero);
  const auto both = b.And(b.IsInf(x.re), b.IsInf(x.im));
  Complex<B> sign = Select(b, b.IsInf(size), of_infinite, direction);
  sign = Select(b, b.Or(both, b.IsNan(size)), Complex<B>{nan, nan}, sign);
  return Select(b, IsZero(b, x), Complex<B>{zero, zero}, sign);
}

}  // namespace broadloom::complex_math

#endif  // BROADLOOM_IR_COMPLEX_MATH_H_

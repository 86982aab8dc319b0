#ifndef BROADLOOM_IR_COMPLEX_MATH_H_
#define BROADLOOM_IR_COMPLEX_MATH_H_
namespace broadloom::complex_math {
template <typename B>
struct Complex {
  typename B::Value re, im;
};
template <typename B>
Complex<B> Add(B& b, Complex<B> x, Complex<B> y) {
  return {b.Add(x.re, y.re), b.Add(x.im, y.im)};
}
template <typename B>
Complex<B> Subtract(B& b, Complex<B> x, Complex<B> y) {
  return {b.Subtract(x.re, y.re), b.Subtract(x.im, y.im)};
}
template <typename B>
Complex<B> Multiply(B& b, Complex<B> x, Complex<B> y) {
  return {b.Subtract(b.Multiply(x.re, y.re), b.Multiply(x.im, y.im)),
          b.Add(b.Multiply(x.re, y.im), b.Multiply(x.im, y.re))};
}
}  // namespace broadloom::complex_math
#endif

// erf and erfc. Near 0, erf(x) = x + x P(x^2).
#ifndef BROADLOOM_IR_EXPANSIONS_ERROR_H_
#define BROADLOOM_IR_EXPANSIONS_ERROR_H_

#include "ir/expansions_base.h"
#include "ir/expansions_exp.h"

namespace broadloom::expansions {

// P(x^2) for |x| <= 7/8 in 12 and 7 terms: 1.1e-17 and 8.7e-10 of the result.
template <typename B>
typename B::Value ErfNear(B& b, typename B::Value x) {
  static constexpr double kWide[] = {
      0x1.06eba8214db69p-3,  -0x1.812746b037a2bp-2,  0x1.ce2f21a0461d3p-4,  -0x1.b82ce3139344ep-6,
      0x1.565bcd38a58afp-8,  -0x1.c02dbbcb95b53p-11, 0x1.f9a40ba221696p-14, -0x1.f4e30cce35a08p-17,
      0x1.baabbea2b15a5p-20, -0x1.64df39ecbeaa1p-23, 0x1.1163f7552de2ep-26, -0x1.6203b7c6ad608p-30};
  static constexpr double kNarrow[] = {0x1.06eba8p-3, -0x1.81274p-2,   0x1.ce2d5cp-4, -0x1.b7ff9p-6,
                                       0x1.54319cp-8, -0x1.a4d1f2p-11, 0x1.4a0552p-14};
  const auto z = b.Multiply(x, x);
  // The second term is as large as the result: it comes last, in the order of Horner.
  const auto terms = TermsFor<B>(kWide, kNarrow);
  const auto rest = Polynomial(b, z, terms.subspan(2));
  const auto inner = b.Fma(z, rest, b.Number(terms[1]));
  return b.Fma(z, inner, b.Number(terms[0]));
}

// erf(x) = 1 - e^-Q(x - 1) for 7/8 <= x <= 6 (4), Q(u) = -log(erfc(u + 1)) = Q(0) + u q(u), Q(0) as
// a pair; q in 18 and 7 terms: 1.5e-17 and 2.9e-10 of the result. Beyond, 1.
template <typename B>
typename B::Value ErfFar(B& b, typename B::Value magnitude) {
  static constexpr double kWide[] = {
      0x1.51c9b0006c23ep1,    0x1.afabc11a28f3dp-1,   0x1.5477f09ca5d7bp-5,
      -0x1.48c9d40bf090cp-7,  0x1.033f69a0a490cp-9,   -0x1.f1b4bf55888a8p-13,
      -0x1.b8be7dce58466p-16, 0x1.c75cca2bf3fbcp-16,  -0x1.4171b685c60eep-17,
      0x1.0fab191d617f1p-19,  -0x1.dad34e7178e12p-24, -0x1.0008c23b159p-23,
      0x1.0d777ec03745ep-24,  -0x1.41f1137f3e64cp-26, 0x1.06f20f28d3bbcp-28,
      -0x1.22dd6375e74b5p-31, 0x1.8a468ee2c111cp-35,  -0x1.ee2c7432f87b3p-40};
  static constexpr double kNarrow[] = {0x1.51c9bp1,    0x1.afabc4p-1, 0x1.5477cap-5,
                                       -0x1.48f512p-7, 0x1.066376p-9, -0x1.292236p-12,
                                       0x1.54d302p-16};
  const double kFirst = B::kWide ? 0x1.d97fbf27aa2a1p0 : 0x1.d97fcp0;
  const double kFirstLow = B::kWide ? 0x1.9b2f9379f1952p-57 : -0x1.b0ababde64d07p-25;
  const auto one = b.Number(1), end = b.Number(B::kWide ? 6 : 4);
  const auto u = b.Subtract(b.Select(b.Less(end, magnitude), end, magnitude), one);
  const auto slope = Polynomial(b, u, TermsFor<B>(kWide, kNarrow));
  const auto q = FastSum(b, b.Number(kFirst), b.Multiply(u, slope));
  const auto [magic, n, r, rest] = ReduceByLn2(b, b.Negate(q.high));
  const auto low = b.Add(q.low, b.Number(kFirstLow));
  const auto power = PowerOfTwo(b, magic, 0);
  const auto grown = b.Add(r, ExpTail(b, r, b.Subtract(rest, low)));
  return b.Subtract(one, b.Fma(power, grown, power));
}

template <typename B>
typename B::Value Erf(B& b, typename B::Value x) {
  static constexpr double kRest = 0x1.06eba8214db69p-3;  // 2 / sqrt(pi) - 1
  const auto magnitude = b.Abs(x);
  const auto near = b.Fma(x, ErfNear(b, x), x);
  const auto far = TimesSign(b, ErfFar(b, magnitude), x);
  // Rounded once also where the result is subnormal.
  const auto tiny = b.Less(magnitude, b.Number(B::kWide ? 0x1p-500 : 0x1p-60));
  const auto value = b.Select(tiny, b.Fma(x, b.Number(kRest), x), near);
  return b.Select(b.Less(b.Number(0.875), magnitude), far, value);
}

// erfc(x) = e^(-x^2) R(t) / (1 + 2x), t = (x - 4) / (x + 4), for 0.65 <= x: R in 22 terms, 1e-18
// of the result; R(0) and x^2 as pairs, e^(-x^2 - low) = e^(-x^2) (1 - low).
template <typename B>
typename B::Value ErfcFar(B& b, typename B::Value x) {
  static constexpr double kR[] = {
      -0x1.1df1ad154a28dp-3,  0x1.f7f5df66fd695p-7,   0x1.16ecefcfa523ap-4,
      -0x1.9ddb23c3e8617p-4,  0x1.7fee004e16184p-4,   -0x1.0fb06dfe5cdd1p-4,
      0x1.3079edf5e8d8fp-5,   -0x1.096238807ff4bp-6,  0x1.49c672bc82789p-8,
      -0x1.8d4a9ee0b0381p-11, -0x1.a1df54107ae57p-13, 0x1.3be0a8fdbf708p-13,
      -0x1.9952e4cdf9b5bp-16, -0x1.789c0c6f421adp-17, 0x1.7ee07232cededp-18,
      0x1.401351eadadb2p-22,  -0x1.b6f5cd7e8b3ebp-21, 0x1.259299d3e844cp-24,
      0x1.b45594e3e6cdp-24,   -0x1.b595ab39cc06cp-27, -0x1.36048736a2627p-27};
  const auto one = b.Number(1), four = b.Number(4);
  x = b.Select(b.Less(b.Number(28), x), b.Number(28), x);
  const auto t = b.Divide(b.Subtract(x, four), b.Add(x, four));
  auto r = FastSum(b, b.Number(0x1.3ba5916e9fd7fp0), b.Multiply(t, Polynomial(b, t, kR)));
  r.low = b.Add(r.low, b.Number(-0x1.a0385ec6ba1c5p-55));
  const auto square = ExactProduct(b, x, x);
  const auto [magic, n, e, rest] = ReduceByLn2(b, b.Negate(square.high));
  // e^(-x^2) 2^-n as a pair.
  const auto sum = FastSum(b, one, e);
  auto power = FastSum(b, sum.high, b.Add(sum.low, ExpTail(b, e, rest)));
  power.low = b.Fma(b.Negate(square.low), power.high, power.low);
  const auto above = Product<B>(b, r, power);
  const auto twice = b.Add(x, x);
  const auto below = b.Add(twice, one);
  const PairOf<B> divisor = {below, b.Subtract(one, b.Subtract(below, twice))};
  return Scaled(b, Quotient<B>(b, above, divisor), magic, n, 0);
}

// The same for float32 in float64 arithmetic, for 0 <= x: a = 3, R in 12 terms, 7.5e-10 of the
// result.
template <typename W>
typename W::Value RoughErfc(W& b, typename W::Value x) {
  static constexpr double kR[] = {
      0x1.40c522dbbb057p0,   -0x1.15c0854ff8bb6p-3,  -0x1.85a198e1e42e4p-5,  0x1.09837a420f7dp-3,
      -0x1.e88905d4d5067p-4, 0x1.17c98417e0a8p-4,    -0x1.85c0629cefa1p-6,   0x1.4aa923f93c20ep-9,
      0x1.fe3ff84b0ae2ep-10, -0x1.7fa448b5f1eb7p-11, -0x1.642128584f0c9p-13, 0x1.4e1e22ebf6bcbp-15};
  const auto one = b.Number(1), three = b.Number(3);
  const auto size = b.Abs(x);
  const auto magnitude = b.Select(b.Less(b.Number(11), size), b.Number(11), size);
  const auto sum = b.Add(magnitude, three), twice = b.Fma(b.Number(2), magnitude, one);
  const auto inverse = b.Divide(one, b.Multiply(sum, twice));
  const auto t = b.Multiply(b.Multiply(b.Subtract(magnitude, three), twice), inverse);
  const auto r = b.Multiply(b.Multiply(Polynomial(b, t, kR), sum), inverse);
  const auto value = b.Multiply(r, RoughExp(b, b.Negate(b.Multiply(magnitude, magnitude))));
  return b.Select(b.Less(x, b.Number(0)), b.Subtract(b.Number(2), value), value);
}

template <typename B>
typename B::Value Erfc(B& b, typename B::Value x) {
  if constexpr (!B::kWide) {
    auto wide = b.Widened();
    return b.Select(b.Equal(x, x), b.Narrow(RoughErfc(wide, b.Widen(x))), x);
  } else {
    const auto one = b.Number(1), magnitude = b.Abs(x), from = b.Number(0.65);
    const auto far = ErfcFar(b, b.Select(b.Less(magnitude, from), from, magnitude));
    const auto mirrored = b.Select(b.Less(x, from), b.Subtract(b.Number(2), far), far);
    const auto difference = FastSum(b, one, b.Negate(x));
    const auto near = b.Add(difference.high, b.Fma(b.Negate(x), ErfNear(b, x), difference.low));
    return b.Select(b.Less(magnitude, from), near, b.Select(b.Equal(x, x), mirrored, x));
  }
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_ERROR_H_

// erf and erfc. Near 0, erf(x) = x + x P(x^2).
#ifndef BROADLOOM_IR_EXPANSIONS_ERROR_H_
#define BROADLOOM_IR_EXPANSIONS_ERROR_H_

#include "ir/expansions_base.h"
#include "ir/expansions_exp.h"

namespace broadloom::expansions {

// P(x^2) for |x| <= 7/8 in 12 terms: 1.1e-17 of the result; for float32 and |x| <= 1 in 7 terms:
// 1.5e-9.
template <typename B>
typename B::Value ErfNear(B& b, typename B::Value x) {
  static constexpr double kNarrow[] = {0x1.06eba8p-3,  -0x1.81273ep-2, 0x1.ce2ce6p-4,
                                       -0x1.b7f71ep-6, 0x1.53f27p-8,   -0x1.a354e4p-11,
                                       0x1.477f5cp-14};
  static constexpr double kWide[] = {
      0x1.06eba8214db69p-3,  -0x1.812746b037a2bp-2,  0x1.ce2f21a0461d3p-4,  -0x1.b82ce3139344ep-6,
      0x1.565bcd38a58afp-8,  -0x1.c02dbbcb95b53p-11, 0x1.f9a40ba221696p-14, -0x1.f4e30cce35a08p-17,
      0x1.baabbea2b15a5p-20, -0x1.64df39ecbeaa1p-23, 0x1.1163f7552de2ep-26, -0x1.6203b7c6ad608p-30};
  const auto z = b.Multiply(x, x);
  // The second term is as large as the result: it comes last, in the order of Horner.
  const std::span<const double> terms = TermsFor<B>(kWide, kNarrow);
  return b.Fma(z, ConstantLast(b, z, terms.subspan(1)), b.Number(terms[0]));
}

// erf(x) = 1 - erfc(1) 2^Q(x - 1) for 7/8 <= x <= 6, Q(u) = log2(erfc(u + 1) / erfc(1)) = u q(u); q
// in 18 terms: 1.5e-17 of the result (as the logarithm to base e, then times log2(e)). The power is
// below 1/4, so its own last places hardly count: erfc(1) 2^r in 12 terms, 5.4e-18.
template <typename B>
typename B::Value ErfFar(B& b, typename B::Value magnitude) {
  static constexpr double kQ[] = {
      -0x1.e75328fe78c5ep+1,  -0x1.37627e9b5c1b8p+0,  -0x1.eb31368a0abb8p-5,
      0x1.da5764d60e9d9p-7,   -0x1.7603efe235709p-9,  0x1.6704de919a071p-12,
      0x1.3dedfec6f6879p-15,  -0x1.48797e29ccd16p-15, 0x1.cfbef5f8fe347p-17,
      -0x1.87ef40e83d038p-19, 0x1.56839e6f0ff82p-23,  0x1.7161192daa034p-23,
      -0x1.84c22574cd515p-24, 0x1.d076b501f4861p-26,  -0x1.7b59a8cf5c4bfp-28,
      0x1.a3a113719d1b3p-31,  -0x1.1c68e4abd36a5p-34, 0x1.64788f3de21e2p-39};
  static constexpr double kPower[] = {
      0x1.4226162fbddd5p-3,  0x1.be97d0ec5498ep-4,  0x1.358e00de65ffdp-5,  0x1.1e16dbc219be6p-7,
      0x1.8c9a9dd01b564p-10, 0x1.b7d90e8ed95b1p-13, 0x1.96817950120a5p-16, 0x1.42055acfe13e0p-19,
      0x1.be6a006929ccdp-23, 0x1.130f8aa8518f0p-26, 0x1.31dbd971962f1p-30, 0x1.2fdddb2846aa1p-34};
  const auto one = b.Number(1), unit = b.Number(B::Magic());
  const auto u = b.Subtract(magnitude, one);
  const auto change = b.Multiply(u, LongPolynomial(b, u, kQ));
  const auto magic = b.Add(change, unit);
  const auto r = b.Subtract(change, b.Subtract(magic, unit));
  return b.Fma(b.Negate(PowerOfTwo(b, magic, 0)), Polynomial(b, r, kPower), one);
}

template <typename B>
typename B::Value WideErf(B& b, typename B::Value x) {
  const auto magnitude = b.Abs(x);
  const auto near = b.Fma(x, ErfNear(b, x), x);
  const auto far = SameSign(b, ErfFar(b, magnitude), x);
  return b.Select(b.Less(b.Number(0.875), magnitude), far, near);
}

// For float32, 15/16 <= |x| <= 3.925: F(|x| - 2.4375) in 15 terms: 9e-9.
template <typename B>
typename B::Value NarrowErf(B& b, typename B::Value x) {
  static constexpr double kF[] = {0x1.ffb5bep-1,   0x1.84b75ep-9,   -0x1.d9c31ep-8, 0x1.609626p-7,
                                  -0x1.5eb15ep-7,  0x1.d7d47ap-8,   -0x1.897a32p-9, 0x1.9adfccp-12,
                                  0x1.b3284cp-12,  -0x1.4d3ff2p-12, 0x1.2c3932p-14, 0x1.f9ecep-16,
                                  -0x1.318d56p-16, -0x1.8e411p-22,  0x1.48b24p-20};
  const auto magnitude = b.Abs(x);
  const auto near = b.Fma(x, ErfNear(b, x), x);
  const auto far = ConstantLast(b, b.Subtract(magnitude, b.Number(2.4375)), kF);
  const auto border = b.AsBits(b.Number(0.9375));
  return b.Select(b.Below(b.AsBits(magnitude), border), near, SameSign(b, far, x));
}

// 1 beyond the limit.
template <typename B>
typename B::Value Erf(B& b, typename B::Value from) {
  const auto rare = Beyond(b, from, B::kWide ? 6 : 3.925);
  const auto x = Shielded(b, rare, from, 1);
  const auto value = [&] {
    if constexpr (B::kWide)
      return WideErf(b, x);
    else
      return NarrowErf(b, x);
  };
  return b.Rarely(rare, value(), [&] {
    return b.Select(b.Equal(from, from), b.CopySign(b.Number(1), from), from);
  });
}

// erfc(x) = e^(-x^2) R(t) / (1 + 2x), t = (x - 4) / (x + 4), for 0.65 <= x <= 28: R in 22 terms,
// 1e-18 of the result; R(0) and x^2 as pairs, e^(-x^2 - low) = e^(-x^2) (1 - low). `rare` where the
// result may be subnormal.
template <typename B>
typename B::Value ErfcFar(B& b, typename B::Value x, typename B::Mask rare) {
  static constexpr double kR[] = {
      -0x1.1df1ad154a28dp-3,  0x1.f7f5df66fd695p-7,   0x1.16ecefcfa523ap-4,
      -0x1.9ddb23c3e8617p-4,  0x1.7fee004e16184p-4,   -0x1.0fb06dfe5cdd1p-4,
      0x1.3079edf5e8d8fp-5,   -0x1.096238807ff4bp-6,  0x1.49c672bc82789p-8,
      -0x1.8d4a9ee0b0381p-11, -0x1.a1df54107ae57p-13, 0x1.3be0a8fdbf708p-13,
      -0x1.9952e4cdf9b5bp-16, -0x1.789c0c6f421adp-17, 0x1.7ee07232cededp-18,
      0x1.401351eadadb2p-22,  -0x1.b6f5cd7e8b3ebp-21, 0x1.259299d3e844cp-24,
      0x1.b45594e3e6cdp-24,   -0x1.b595ab39cc06cp-27, -0x1.36048736a2627p-27};
  const auto one = b.Number(1), four = b.Number(4);
  const auto t = b.Divide(b.Subtract(x, four), b.Add(x, four));
  auto r = FastSum(b, b.Number(0x1.3ba5916e9fd7fp0), b.Multiply(t, LongPolynomial(b, t, kR)));
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
  return RarelyScaled(b, rare, x, Quotient<B>(b, above, divisor), magic);
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
typename B::Value NearErfc(B& b, typename B::Value from) {
  const auto rare = Beyond(b, from, 26);
  const auto x = b.Rarely(rare, from, [&] { return Clamped(b, Known(b, from), -26, 28); });
  const auto one = b.Number(1), magnitude = b.Abs(x), least = b.Number(0.65);
  const auto near = b.Less(magnitude, least);
  const auto far = ErfcFar(b, b.Select(near, least, magnitude), rare);
  const auto mirrored = b.Select(b.Less(x, least), b.Subtract(b.Number(2), far), far);
  const auto difference = FastSum(b, one, b.Negate(x));
  const auto small = b.Add(difference.high, b.Fma(b.Negate(x), ErfNear(b, x), difference.low));
  return b.Rarely(rare, b.Select(near, small, mirrored),
                  [&] { return b.Select(b.Equal(from, from), mirrored, from); });
}

template <typename B>
typename B::Value Erfc(B& b, typename B::Value from) {
  if constexpr (B::kWide) {
    return NearErfc(b, from);
  } else {
    const auto nan = b.Not(b.Equal(from, from));
    const auto x = Shielded(b, nan, from, 1);
    const auto value = b.Widely([](auto& wide, auto y) { return RoughErfc(wide, y); }, x);
    return b.Rarely(nan, value, [&] { return from; });
  }
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_ERROR_H_

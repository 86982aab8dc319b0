// erf and erfc. Near 0, erf(x) = x + x P(x^2).
#ifndef BROADLOOM_IR_EXPANSIONS_ERROR_H_
#define BROADLOOM_IR_EXPANSIONS_ERROR_H_

#include "ir/expansions_base.h"
#include "ir/expansions_exp.h"

namespace broadloom::expansions {

// P(x^2) for |x| <= 7/8 in 12 terms: 1.1e-17 of the result.
template <typename B>
typename B::Value ErfNear(B& b, typename B::Value x) {
  static constexpr double kP[] = {
      0x1.06eba8214db69p-3,  -0x1.812746b037a2bp-2,  0x1.ce2f21a0461d3p-4,  -0x1.b82ce3139344ep-6,
      0x1.565bcd38a58afp-8,  -0x1.c02dbbcb95b53p-11, 0x1.f9a40ba221696p-14, -0x1.f4e30cce35a08p-17,
      0x1.baabbea2b15a5p-20, -0x1.64df39ecbeaa1p-23, 0x1.1163f7552de2ep-26, -0x1.6203b7c6ad608p-30};
  const auto z = b.Multiply(x, x);
  // The second term is as large as the result: it comes last, in the order of Horner.
  const std::span<const double> terms = kP;
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
  const auto slope = LongPolynomial(b, u, kQ);
  const auto magic = b.Fma(u, slope, unit);
  const auto r = b.Fma(u, slope, b.Subtract(unit, magic));
  const std::span<const double> terms = kPower;
  const auto power = b.Fma(r, LongPolynomial(b, r, terms.subspan(1)), b.Number(terms[0]));
  return b.Fma(b.Negate(PowerOfTwo(b, magic, 0)), power, one);
}

template <typename B>
typename B::Value WideErf(B& b, typename B::Value x) {
  const auto magnitude = b.Abs(x);
  const auto near = b.Fma(x, ErfNear(b, x), x);
  const auto far = SameSign(b, ErfFar(b, magnitude), x);
  return b.Select(b.Less(b.Number(0.875), magnitude), far, near);
}

// For float32: up to 1, x + x P(x^2 - 1/2) in 7 terms: 1.8e-9 of the result; up to 3.925, where
// |x| - 2.4375 is exact, F of that in 15 terms: 7.1e-9.
template <typename B>
typename B::Value NarrowErf(B& b, typename B::Value x) {
  static constexpr double kP[] = {-0x1.1ae14ep-5, -0x1.1fd164p-2,  0x1.454374p-4, -0x1.2b8d9ep-6,
                                  0x1.c81762p-9,  -0x1.288f1ap-11, 0x1.503624p-14};
  static constexpr double kF[] = {0x1.ffb5bep-1,   0x1.84b7e6p-9,   -0x1.d9c43ap-8, 0x1.6093eap-7,
                                  -0x1.5eabfp-7,   0x1.d7e7fep-8,   -0x1.89c18ap-9, 0x1.98a8f6p-12,
                                  0x1.b684e6p-12,  -0x1.4b5548p-12, 0x1.220398p-14, 0x1.ed58f4p-16,
                                  -0x1.225e72p-16, -0x1.10795cp-22, 0x1.25889ep-20};
  const auto one = b.Number(1), magnitude = b.Abs(x);
  const auto near = b.Fma(x, ConstantLast(b, b.Fma(x, x, b.Number(-0.5)), kP), x);
  const auto far = ConstantLast(b, b.Subtract(magnitude, b.Number(2.4375)), kF);
  return b.Select(b.Below(b.AsBits(magnitude), b.AsBits(one)), near, SameSign(b, far, x));
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
  // e^(-x^2) 2^-n = 1 + e + tail.
  const auto tail = ExpTail(b, e, rest), grown = b.Add(one, b.Add(e, tail));
  const auto twice = b.Add(x, x), below = b.Add(twice, one);
  const auto below_low = b.Subtract(one, b.Subtract(below, twice));
  const auto inverse = b.Divide(one, below);
  const auto ratio = b.Multiply(r.high, inverse), minus = b.Negate(ratio);
  const auto left = b.Add(b.Fma(minus, below, r.high), b.Fma(minus, below_low, r.low));
  const auto lost = b.Fma(b.Negate(square.low), ratio, b.Multiply(left, inverse));
  const auto high = b.Fma(ratio, e, ratio), rounded = b.Fma(ratio, e, b.Subtract(ratio, high));
  const auto low = b.Fma(ratio, tail, b.Fma(lost, grown, rounded));
  return RarelyScaled(b, rare, x, b.Add(high, low), magic);
}

// For float32 results, |x| taken as 10.06 beyond that: e^(-x^2) R(t), t = (x - 3) / (x + 3), R in
// 11 terms: 1.4e-9 of the result.
template <typename W>
typename W::Value RoughErfc(W& b, typename W::Value x) {
  static constexpr double kR[] = {
      0x1.6e9827d4ce015p-3,   -0x1.4e102bdde6c51p-2, 0x1.f6ff1fcaca1aep-3, -0x1.336fe726c3d6ep-3,
      0x1.258b17c27ec4bp-4,   -0x1.8facdc9f833ecp-6, 0x1.17c4e2dd87fb3p-8, 0x1.774a60db3e6e3p-11,
      -0x1.37c4a4c273ba5p-11, 0x1.e1988bc1a07d9p-16, 0x1.d46eaeefd7e05p-15};
  const auto three = b.Number(3), end = b.Number(10.06), size = b.Abs(x);
  const auto magnitude = b.Select(b.Less(end, size), end, size);
  const auto t = b.Divide(b.Subtract(magnitude, three), b.Add(magnitude, three));
  const auto exponent =
      b.Multiply(magnitude, b.Multiply(magnitude, b.Number(-0x1.71547652b82fep0)));
  const auto value = b.Multiply(Polynomial(b, t, kR), RoughExp2(b, exponent));
  return b.Select(b.TopBit(b.AsBits(x)), b.Subtract(b.Number(2), value), value);
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

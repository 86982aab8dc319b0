// gamma and lgamma. For float32 in float64 arithmetic, to some 1e-9 of the result; for float64
// gamma in pairs, lgamma SLEEF's.
#ifndef BROADLOOM_IR_EXPANSIONS_GAMMA_H_
#define BROADLOOM_IR_EXPANSIONS_GAMMA_H_

#include "ir/expansions_base.h"
#include "ir/expansions_exp.h"
#include "ir/expansions_log.h"
#include "ir/expansions_pow.h"
#include "ir/expansions_trig.h"

namespace broadloom::expansions {

// The part of Stirling's series after x log x: log gamma(x) = (x - 1/2) log x - x + log(2 pi) / 2 +
// S(1/x^2) / x, for x >= 3 in 4 terms: 9.7e-11 absolute.
template <typename W>
typename W::Value StirlingTail(W& b, typename W::Value inverse) {
  static constexpr double kS[] = {0x1.5555549f63df8p-4, -0x1.6c0b9be04c1aep-9,
                                  0x1.9a1aa9aa09658p-11, -0x1.cf1170993270ep-12};
  return b.Multiply(inverse, Polynomial(b, b.Multiply(inverse, inverse), kS));
}

// sin(pi x) for 0 <= x <= 2^50: sin(pi r) = r S(r^2) for |r| <= 1/2 in 6 terms: 2.1e-11.
template <typename W>
typename W::Value SinPi(W& b, typename W::Value x) {
  static constexpr double kS[] = {0x1.921fb5441e796p1,  -0x1.4abbce4f21054p2,
                                  0x1.466bbfc374ebcp1,  -0x1.32d1122a743dfp-1,
                                  0x1.500ffcf1d9505p-4, -0x1.cc34cd2d02503p-8};
  const auto magic = b.Add(x, b.Number(W::Magic()));
  const auto r = b.Subtract(x, b.Subtract(magic, b.Number(W::Magic())));
  const auto sin = b.Multiply(r, Polynomial(b, b.Multiply(r, r), kS));
  const auto odd = b.template ShiftLeft<63>(b.AsBits(magic));
  return b.FromBits(b.Xor(b.AsBits(sin), odd));
}

// With a = |x| and y = a + 3, gamma(a) = gamma(y) / (a (a + 1) (a + 2)), gamma(y) by Stirling's
// series; gamma(-a) = -pi / (a sin(pi a) gamma(a)).
template <typename W>
typename W::Value RoughGamma(W& b, typename W::Value x) {
  const auto zero = b.Number(0), one = b.Number(1);
  const auto size = b.Abs(x), limit = b.Number(180);
  const auto a = b.Select(b.Less(limit, size), limit, size);
  const auto y = b.Add(a, b.Number(3));
  const auto tail = b.Subtract(StirlingTail(b, b.Divide(one, y)), y);
  const auto log2 = b.Multiply(tail, b.Number(0x1.71547652b82fep0));
  const auto exponent = b.Fma(b.Subtract(y, b.Number(0.5)), RoughLog2(b, y), log2);
  const auto above = b.Multiply(RoughExp2(b, Clamped(b, exponent, -1000, 1000)),
                                b.Number(0x1.40d931ff62706p1));  // sqrt(2 pi)
  const auto below = b.Multiply(b.Add(a, one), b.Add(a, b.Number(2)));
  const auto negative = b.Less(x, zero);
  const auto unit = b.Number(0x1p52);
  // -pi / (a sin(pi a)) * a below / above.
  const auto turned = b.Multiply(b.Number(-0x1.921fb54442d18p1), below);
  const auto value = b.Divide(
      b.Select(negative, turned, above),
      b.Select(negative, b.Multiply(SinPi(b, b.Select(b.Less(size, unit), size, zero)), above),
               b.Multiply(below, x)));
  // NaN at negative integers, as magnitudes from 2^52 on are; the division was one by zero.
  const auto whole =
      b.Either(b.Equal(b.Subtract(b.Add(size, unit), unit), size), b.Less(unit, size));
  return b.Select(b.Both(negative, whole), b.Number(kNaN), value);
}

// log gamma(x) for positive finite x. From 3 on
// Stirling's series; below, (z - 1) (z - 2) G(z - 2) with z = x or x + 1, both exact at its zeros:
// G in 13 terms, 5.5e-9.
template <typename W>
typename W::Value RoughLogGamma(W& b, typename W::Value x) {
  static constexpr double kG[] = {
      0x1.b0ee607bb2f67p-2,  -0x1.9ae648e9e1862p-4,  0x1.0e0c80f1745f2p-5,  -0x1.95d4b7c082a0ap-7,
      0x1.47a56b775c8c3p-8,  -0x1.13851e64c152dp-9,  0x1.dd5c297d71444p-11, -0x1.be4510d7f3178p-12,
      0x1.9aae3c981228fp-13, -0x1.b784d1b9d4ba1p-15, 0x1.534b86f3b5fe8p-16, -0x1.45008c17587cdp-15,
      0x1.4418920b62581p-16};
  const auto zero = b.Number(0), one = b.Number(1), two = b.Number(2), three = b.Number(3);
  const auto log = b.Multiply(RoughLog2(b, x), b.Number(0x1.62e42fefa39efp-1));
  const auto far_x = b.Select(b.Less(x, three), three, x);
  const auto tail = b.Subtract(StirlingTail(b, b.Divide(one, far_x)), far_x);
  const auto constant = b.Add(tail, b.Number(0x1.d67f1c864beb5p-1));  // log(2 pi) / 2
  const auto far = b.Fma(b.Subtract(far_x, b.Number(0.5)), log, constant);
  const auto low = b.Less(x, one);
  const auto u = b.Subtract(x, b.Select(low, one, two));  // z - 2
  const auto near =
      b.Fma(b.Multiply(b.Add(u, one), u), Polynomial(b, u, kG), b.Select(low, b.Negate(log), zero));
  return b.Select(b.Less(x, three), near, far);
}

// SLEEF's, with a division by zero at the poles.
template <typename B>
typename B::Value LogGammaCall(B& b, typename B::Value x) {
  const auto value = b.Call(Op::k_lgamma, x);
  const auto pole = Beyond(b, value, kLargest<B>);
  return b.Rarely(pole, value, [&] {
    return b.Divide(b.Number(1), b.Select(pole, b.Subtract(x, x), b.Number(1)));
  });
}

// SLEEF's for negative x, in float64: the zeros ask for all digits.
template <typename B>
typename B::Value NarrowLogGamma(B& b, typename B::Value x) {
  const auto one = b.Number(1);
  const auto rare = Outside(b, x, b.Number(0x1p-149), b.Number(kInfinity));
  const auto value =
      b.Widely([](auto& wide, auto y) { return RoughLogGamma(wide, y); }, Shielded(b, rare, x, 1));
  return b.Rarely(rare, value, [&] {
    const auto endless = Beyond(b, x, kLargest<B>);
    const auto finite = b.Select(b.Either(endless, b.Not(rare)), one, x);
    const auto called = b.Widely([](auto& wide, auto y) { return LogGammaCall(wide, y); }, finite);
    return b.Select(endless, b.Abs(x), called);
  });
}

// x (log(x) - 1) for large x, the logarithm as a pair.
template <typename B>
typename B::Value TimesLogLessOne(B& b, typename B::Value x) {
  const auto [k, f] = SplitNumber(b, x);
  const auto near = LogNearOne(b, f);
  const auto sum = FastSum(b, b.Multiply(k, b.Number(0x1.62e42fefa38p-1)), near.high);
  const auto low = b.Add(sum.low, b.Fma(k, b.Number(0x1.ef35793c7673p-45), near.low));
  const auto less = FastSum(b, sum.high, b.Number(-1));
  const auto factor = FastSum(b, less.high, b.Add(less.low, low));
  return b.Fma(x, factor.high, b.Multiply(x, factor.low));
}

// Stirling's series has ended where x log(x) - x is all that is left of lgamma; SLEEF overflows
// there.
template <typename B>
typename B::Value FarLogGamma(B& b, typename B::Value x) {
  const auto one = b.Number(1);
  const auto finite = b.Not(Beyond(b, x, kLargest<B>));
  const auto positive = b.Both(finite, b.Below(b.NumberBits(0), b.AsBits(x)));
  const auto safe = b.Select(positive, x, one);
  const auto stirling = TimesLogLessOne(b, safe);
  const auto negative = b.Both(finite, b.Not(positive));
  const auto pole = b.Divide(one, b.Select(negative, b.Subtract(x, x), one));
  return b.Select(positive, stirling, b.Select(negative, pole, b.Abs(x)));
}

template <typename B>
typename B::Value LogGamma(B& b, typename B::Value x) {
  if constexpr (!B::kWide) {
    return NarrowLogGamma(b, x);
  } else {
    const auto far = Beyond(b, x, 0x1p70);
    const auto safe = Shielded(b, far, x, 1);
    const auto called = LogGammaCall(b, safe);
    // SLEEF's difference of logarithms loses its digits around the zeros between the poles.
    const auto small = b.Less(b.Abs(called), b.Multiply(safe, b.Number(-0.5)));
    const auto cancels = b.Both(b.Less(safe, b.Number(-2)), small);
    const auto value = b.Rarely(cancels, called, [&] {
      return b.Special(Op::k_lgamma, b.Select(cancels, safe, b.Number(1)));
    });
    return b.Rarely(far, value, [&] { return FarLogGamma(b, x); });
  }
}

// a (a + 1) ... (a + 7) = w (w + 6) (w + 10) (w + 12) with w = a (a + 7).
template <typename B>
PairOf<B> EightFactors(B& b, typename B::Value a) {
  const auto seventh = ExactSum(b, a, b.Number(7));
  const PairOf<B> w = Product<B>(b, {a, b.Number(0)}, seventh);
  PairOf<B> product = w;
  for (const double more : {6, 10, 12}) {
    auto factor = ExactSum(b, w.high, b.Number(more));
    factor.low = b.Add(factor.low, w.low);
    product = Product<B>(b, product, factor);
  }
  return product;
}

// log2 gamma(y + rest) for y >= 8 by Stirling's series, S in 6 terms: 2.2e-18 absolute.
template <typename B>
PairOf<B> Log2Stirling(B& b, typename B::Value y, typename B::Value rest) {
  static constexpr double kS[] = {0x1.5555555555545p-4,  -0x1.6c16c16b2d329p-9,
                                  0x1.a019fa34d8a86p-11, -0x1.380d07590c537p-11,
                                  0x1.b68cd8078c6ccp-11, -0x1.ac3fa1819d7ap-10};
  const auto zero = b.Number(0);
  const auto inverse = b.Divide(b.Number(1), y);
  const auto log2 = PreciseLog2(b, y, zero);
  const PairOf<B> log2_e = {b.Number(0x1.71547652b82fep0), b.Number(0x1.777d0ffda0d24p-56)};
  const auto first = Product<B>(b, {b.Subtract(y, b.Number(0.5)), zero}, log2);
  const auto second = Product<B>(b, {y, zero}, log2_e);
  const auto s = b.Multiply(inverse, Polynomial(b, b.Multiply(inverse, inverse), kS));
  const auto slope = b.Fma(inverse, b.Number(-0x1.71547652b82fep-1), log2.high);
  auto small = b.Fma(rest, slope, b.Multiply(s, log2_e.high));
  small = b.Add(small, b.Number(-0x1.49e49a361efebp-54));
  const auto main = FastSum(b, first.high, b.Negate(second.high));
  const auto sum = FastSum(b, main.high, b.Number(0x1.536439a4c6efcp0));  // log2 sqrt(2 pi)
  const auto low = b.Add(b.Add(main.low, sum.low), b.Subtract(first.low, second.low));
  return FastSum(b, sum.high, b.Add(low, small));
}

// sin(pi a) as a pair, for 0 <= a < 2^51. r = a - n exactly; beyond 1/4, the cosine of pi (1/2 -
// |r|).
template <typename B>
PairOf<B> PreciseSinPi(B& b, typename B::Value a) {
  const auto magic = b.Add(a, b.Number(B::Magic()));
  const auto r = b.Subtract(a, b.Subtract(magic, b.Number(B::Magic())));
  const auto size = b.Abs(r);
  const auto far = b.Less(b.Number(0.25), size);
  const auto v = b.Select(far, b.Subtract(b.Number(0.5), size), size);
  const PairOf<B> pi = {b.Number(0x1.921fb54442d18p1), b.Number(0x1.1a62633145c07p-53)};
  const auto angle = Product<B>(b, {v, b.Number(0)}, pi);
  const auto z = b.Multiply(angle.high, angle.high);
  const auto sin = FastSum(b, angle.high, SinLow(b, angle.high, angle.low, z));
  const auto cos_sum = CosPair(b, angle.high, angle.low, z);
  const auto cos = FastSum(b, cos_sum.high, cos_sum.low);
  const auto odd = b.FromBits(b.template ShiftLeft<63>(b.AsBits(magic)));
  const auto turn = [&](auto near, auto other) {
    return TimesSign(b, TimesSign(b, b.Select(far, other, near), r), odd);
  };
  return {turn(sin.high, cos.high), turn(sin.low, cos.low)};
}

// As RoughGamma, in pairs: with y = a, or a + 8 below 8, gamma(a) = 2^e / p, p the product of the
// eight factors or 1, and gamma(-a) = -pi p 2^-e / (a sin(pi a)).
template <typename B>
typename B::Value PreciseGamma(B& b, typename B::Value x) {
  const auto zero = b.Number(0), one = b.Number(1), limit = b.Number(200);
  const auto size = b.Abs(x);
  const auto a = b.Select(b.Less(limit, size), limit, size);
  const auto shifted = b.Less(a, b.Number(8));
  const auto sum = ExactSum(b, a, b.Number(8));
  const auto log2 =
      Log2Stirling(b, b.Select(shifted, sum.high, a), b.Select(shifted, sum.low, zero));
  const auto factors = EightFactors(b, a);
  const PairOf<B> product = {b.Select(shifted, factors.high, one),
                             b.Select(shifted, factors.low, zero)};
  const auto negative = b.Less(x, zero);
  const auto signed_log = [&](auto part) { return b.Select(negative, b.Negate(part), part); };
  const auto power = Exp2Parts<B>(b, {signed_log(log2.high), signed_log(log2.low)});
  const PairOf<B> minus_pi = {b.Number(-0x1.921fb54442d18p1), b.Number(-0x1.1a62633145c07p-53)};
  const auto turned = Product<B>(b, Product<B>(b, minus_pi, product), power.sum);
  // Beyond 2^51 there are halves, beyond 2^52 integers only.
  const auto unit = b.Number(0x1p51);
  const auto sin = PreciseSinPi(b, b.Select(b.Less(size, unit), size, b.Subtract(size, unit)));
  const auto sine = Product<B>(b, {a, zero}, sin);
  const auto choose = [&](auto below_zero, auto other) {
    return b.Select(negative, below_zero, other);
  };
  const PairOf<B> above = {choose(turned.high, power.sum.high), choose(turned.low, power.sum.low)};
  const PairOf<B> below = {choose(sine.high, product.high), choose(sine.low, product.low)};
  auto value = Scaled(b, Quotient<B>(b, above, below), power.magic, power.n, 0);
  value = b.Select(b.Less(size, b.Number(0x1p-60)), b.Divide(one, x), value);
  // The division was one by zero.
  const auto whole = b.Either(b.Equal(sin.high, zero), b.Not(b.Less(size, b.Number(0x1p52))));
  return b.Select(b.Both(negative, whole), b.Number(kNaN), value);
}

template <typename B>
typename B::Value Gamma(B& b, typename B::Value from) {
  const auto rare = Beyond(b, from, kLargest<B>);
  const auto x = Shielded(b, rare, from, 1);
  const auto value = [&] {
    if constexpr (B::kWide)
      return PreciseGamma(b, x);
    else
      return b.Widely([](auto& wide, auto y) { return RoughGamma(wide, y); }, x);
  };
  return b.Rarely(rare, value(), [&] { return b.Sqrt(from); });
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_GAMMA_H_

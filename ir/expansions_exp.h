// Exponentials and the hyperbolic functions made of them. x = n ln 2 + r with an integer n and
// |r| <= ln 2 / 2, r kept as a pair.
#ifndef BROADLOOM_IR_EXPANSIONS_EXP_H_
#define BROADLOOM_IR_EXPANSIONS_EXP_H_

#include "ir/expansions_base.h"

namespace broadloom::expansions {

// x = n ln 2 + r + rest, n in the last bits of `magic`.
template <typename Value>
struct Reduced {
  Value magic, n, r, rest;
};

template <typename B>
Reduced<typename B::Value> ReduceByLn2(B& b, typename B::Value x) {
  const auto magic = b.Fma(x, b.Number(0x1.71547652b82fep0), b.Number(B::Magic()));
  const auto n = b.Subtract(magic, b.Number(B::Magic()));
  // The first part of ln 2 has so few bits that its product with n is exact.
  const double ln2_high = B::kWide ? 0x1.62e42fefa38p-1 : 0x1.62e4p-1;
  const double ln2_low = B::kWide ? 0x1.ef35793c7673p-45 : 0x1.7f7d1cf79abcap-20;
  const auto near = b.Fma(n, b.Number(-ln2_high), x);
  const auto r = b.Fma(n, b.Number(-ln2_low), near);
  return {magic, n, r, b.Fma(n, b.Number(-ln2_low), b.Subtract(near, r))};
}

template <typename B>
typename B::Value Clamped(B& b, typename B::Value x, double low, double high) {
  x = b.Select(b.Less(x, b.Number(low)), b.Number(low), x);
  return b.Select(b.Less(b.Number(high), x), b.Number(high), x);
}

// 1 + r + tail.
template <typename B>
typename B::Value OnePlusSmall(B& b, typename B::Value r, typename B::Value tail) {
  const auto sum = FastSum(b, b.Number(1), r);
  return b.Add(sum.high, b.Add(sum.low, tail));
}

// e^(r + rest) - 1 - r = rest + r^2 q(r); q in 10 and 5 terms: 3.8e-18 and 3.2e-9 of e^r.
template <typename B>
typename B::Value ExpTail(B& b, typename B::Value r, typename B::Value rest) {
  static constexpr double kWide[] = {
      0x1.000000000000ap-1,  0x1.5555555555503p-3,  0x1.5555555550603p-5,  0x1.1111111124d08p-7,
      0x1.6c16c184b692ap-10, 0x1.a01a013d789cfp-13, 0x1.a01998880e10dp-16, 0x1.71def3730974fp-19,
      0x1.28aee10ae62d2p-22, 0x1.add980e656efbp-26};
  static constexpr double kNarrow[] = {0x1.fffffcp-2, 0x1.55548cp-3, 0x1.555858p-5, 0x1.123ddep-7,
                                       0x1.6ac736p-10};
  return b.Fma(b.Multiply(r, r), Polynomial(b, r, TermsFor<B>(kWide, kNarrow)), rest);
}

// e^x * 2^by for all x, with the flags of its overflow. NaN becomes any number.
template <typename B>
typename B::Value ScaledExp(B& b, typename B::Value x, int by) {
  x = Known(b, x);
  x = B::kWide ? Clamped(b, x, -750, 712) : Clamped(b, x, -110, 90);
  const auto [magic, n, r, rest] = ReduceByLn2(b, x);
  return Scaled(b, OnePlusSmall(b, r, ExpTail(b, r, rest)), magic, n, by);
}

// x 2^n, n in the last bits of `magic`; in rare lanes in two steps, and NaN where `from` is.
template <typename B>
typename B::Value RarelyScaled(B& b, typename B::Mask rare, typename B::Value from,
                               typename B::Value x, typename B::Value magic) {
  return b.Rarely(rare, TimesPower(b, x, magic), [&] {
    const auto n = b.Subtract(magic, b.Number(B::Magic()));
    return b.Select(b.Equal(from, from), Scaled(b, x, magic, n, 0), from);
  });
}

// 2^x in float64 arithmetic for a float32 result: 7 terms, 1.9e-9; |x| up to 1000.
template <typename W>
typename W::Value RoughExp2(W& b, typename W::Value x) {
  static constexpr double kPower[] = {
      0x1.000000026094ep0,  0x1.62e430c7e6b02p-1,  0x1.ebfbdade8b8f6p-3, 0x1.c6aed4bbfd3bbp-5,
      0x1.3b2dba7e8f1e7p-7, 0x1.5f456a85b941dp-10, 0x1.41d3f504992e8p-13};
  const auto magic = b.Add(x, b.Number(W::Magic()));
  const auto r = b.Subtract(x, b.Subtract(magic, b.Number(W::Magic())));
  return b.Multiply(Polynomial(b, r, kPower), PowerOfTwo(b, magic, 0));
}

// Beyond the limits the result may be subnormal or overflow.
template <typename B>
typename B::Value Exp(B& b, typename B::Value x) {
  const auto rare = Beyond(b, x, B::kWide ? 708 : 87);
  const auto safe = b.Rarely(rare, x, [&] {
    return B::kWide ? Clamped(b, Known(b, x), -750, 712) : Clamped(b, Known(b, x), -110, 90);
  });
  const auto [magic, n, r, rest] = ReduceByLn2(b, safe);
  return RarelyScaled(b, rare, x, OnePlusSmall(b, r, ExpTail(b, r, rest)), magic);
}

// 2^r = 1 + r ln 2 + r^2 q(r) for |r| <= 1/2; q in 10 and 5 terms: 5.4e-18 and 3.2e-9.
inline constexpr double kExp2Wide[] = {
    0x1.ebfbdff82c5a1p-3,  0x1.c6b08d7049f58p-5,  0x1.3b2ab6fba0561p-7,  0x1.5d87fe7901d92p-10,
    0x1.4309130e7c075p-13, 0x1.ffcbfa6d67e84p-17, 0x1.62bfc7b5f7813p-20, 0x1.b529606d1c791p-24,
    0x1.e61c2043d3591p-28, 0x1.e2f1945a6643bp-32};
inline constexpr double kExp2Narrow[] = {0x1.ebfbdcp-3, 0x1.c6af84p-5, 0x1.3b2daep-7,
                                         0x1.5f06d4p-10, 0x1.41aaa4p-13};

// 2^r - 1 as a sum, r ln 2 as a pair.
template <typename B>
PairOf<B> Exp2Fraction(B& b, typename B::Value r) {
  const auto ln2 = b.Number(0x1.62e42fefa39efp-1);  // rounded for float32
  const auto ln2_low = b.Number(B::kWide ? 0x1.abc9e3b39803fp-56 : -0x1.05c610ca86c39p-29);
  const auto [high, error] = ExactProduct(b, r, ln2);
  const auto q = Polynomial(b, r, TermsFor<B>(kExp2Wide, kExp2Narrow));
  return {high, b.Fma(r, b.Fma(r, q, ln2_low), error)};
}

// x = n + r.
template <typename B>
typename B::Value Exp2(B& b, typename B::Value x) {
  const auto rare = Beyond(b, x, B::kWide ? 1022 : 126);
  const auto safe = b.Rarely(rare, x, [&] {
    return B::kWide ? Clamped(b, Known(b, x), -1080, 1025) : Clamped(b, Known(b, x), -160, 129);
  });
  const auto magic = b.Add(safe, b.Number(B::Magic()));
  const auto [high, low] =
      Exp2Fraction(b, b.Subtract(safe, b.Subtract(magic, b.Number(B::Magic()))));
  return RarelyScaled(b, rare, x, OnePlusSmall(b, high, low), magic);
}

// e^(r + rest) - 1 - r = rest + r^2 / 2 + r^3 q(r); q in 10 and 5 terms: 3.1e-19 and 4.7e-10 of
// e^r - 1.
template <typename B>
typename B::Value ExpMinusOneTail(B& b, typename B::Value r, typename B::Value rest) {
  static constexpr double kWide[] = {
      0x1.5555555555559p-3,  0x1.5555555555549p-5,  0x1.111111110f5a5p-7,  0x1.6c16c16c1c45fp-10,
      0x1.a01a01b07badbp-13, 0x1.a01a018777dbfp-16, 0x1.71ddf67c33928p-19, 0x1.27e51dd948706p-22,
      0x1.af627d484325bp-26, 0x1.1f0f7369cd946p-29};
  static constexpr double kNarrow[] = {0x1.555554p-3, 0x1.5554eap-5, 0x1.1113aap-7, 0x1.6d4c98p-10,
                                       0x1.9c6036p-13};
  const auto half = b.Multiply(b.Number(0.5), r);
  const auto cube = b.Multiply(b.Multiply(r, r), r);
  const auto cubic = b.Fma(cube, Polynomial(b, r, TermsFor<B>(kWide, kNarrow)), rest);
  return b.Fma(half, r, cubic);
}

// e^x - 1 as a pair, for |x| up to 708 (87): 2^n - 1 + 2^n (e^r - 1).
template <typename B>
PairOf<B> ExpMinusOne(B& b, typename B::Value x) {
  const auto [magic, n, r, rest] = ReduceByLn2(b, x);
  const auto tail = ExpMinusOneTail(b, r, rest);
  const auto power = PowerOfTwo(b, magic, 0), one = b.Number(1);
  const auto whole = b.Subtract(power, one);
  const auto lost = b.Subtract(b.Subtract(power, whole), one);
  const auto sum = FastSum(b, whole, b.Multiply(power, r));
  return {sum.high, b.Add(sum.low, b.Fma(power, tail, lost))};
}

template <typename B>
typename B::Value Expm1(B& b, typename B::Value x) {
  const auto rare = Beyond(b, x, B::kWide ? 708 : 87);
  const auto power = ExpMinusOne(b, Shielded(b, rare, x, 1));
  return b.Rarely(rare, SameSign(b, b.Add(power.high, power.low), x), [&] {
    const auto value = b.Subtract(ScaledExp(b, x, 0), b.Number(1));
    return b.Select(b.Equal(x, x), value, x);
  });
}

// 1 / (1 + e^-x), the sum as a pair; beyond the limits e^x or 1.
template <typename B>
typename B::Value Sigmoid(B& b, typename B::Value x) {
  const auto rare = Beyond(b, x, B::kWide ? 708 : 87);
  const auto [magic, n, r, rest] = ReduceByLn2(b, b.Negate(Shielded(b, rare, x, 1)));
  const auto one = b.Number(1), power = PowerOfTwo(b, magic, 0);
  const auto near = FastSum(b, one, r);
  const auto fraction = FastSum(b, near.high, b.Add(near.low, ExpTail(b, r, rest)));
  auto below = ExactSum(b, one, b.Multiply(power, fraction.high));
  below.low = b.Fma(power, fraction.low, below.low);
  return b.Rarely(rare, Quotient<B>(b, {one, b.Number(0)}, below), [&] {
    const auto small = ScaledExp(b, b.Negate(b.Abs(x)), 0);
    return b.Select(b.Equal(x, x), b.Select(b.TopBit(b.AsBits(x)), small, one), x);
  });
}

// (e^2x - 1) / (e^2x + 1), 1 from the limit on.
template <typename B>
typename B::Value WideTanh(B& b, typename B::Value x) {
  const auto nan = b.Not(b.Equal(x, x));
  const auto limit = b.Number(22);
  const auto magnitude = b.Abs(Shielded(b, nan, x, 1));
  const auto near = b.Select(b.Less(limit, magnitude), limit, magnitude);
  const auto power = ExpMinusOne(b, b.Add(near, near));
  const auto numerator = FastSum(b, power.high, power.low);
  const auto below = ExactSum(b, numerator.high, b.Number(2));
  const auto ratio = Quotient<B>(b, numerator, {below.high, b.Add(below.low, numerator.low)});
  return b.Rarely(nan, TimesSign(b, ratio, x), [&] { return x; });
}

// Below 1 x + x^3 P(x^2), 7 terms: 5.5e-9 of the result, added as 13/16 x + x R(x^2): the product
// to be rounded is small. From 1 on, with x = -n ln 2 / 2 + r and w = -2 e^-2x = 2^n (-2 e^-2r), 1
// + w / (1 - w / 2), whose 1 / (1 - w / 2) has 5 terms: 4.4e-9 of the result. No quotient.
template <typename B>
typename B::Value NarrowTanh(B& b, typename B::Value x) {
  static constexpr double kNear[] = {-0x1.55553cp-2, 0x1.110be4p-3, -0x1.b9623ap-5, 0x1.6009b6p-6,
                                     -0x1.0460d4p-7, 0x1.2da6eap-9, -0x1.77ebe2p-12};
  static constexpr double kExp[] = {-0x1p1,        0x1p2,         -0x1.fffffcp1, 0x1.55548cp1,
                                    -0x1.555858p0, 0x1.123ddep-1, -0x1.6ac736p-3};
  static constexpr double kInverse[] = {0x1.ffffe8p-1, 0x1.fff5d2p-2, 0x1.fe98fap-3, 0x1.ea21fp-4,
                                        0x1.5f0844p-5};
  const auto rare = Beyond(b, x, 11);
  const auto magnitude = Shielded(b, rare, b.Abs(x), 1), one = b.Number(1);
  const auto square = b.Multiply(magnitude, magnitude);
  const auto rest_of_one = b.Fma(square, Horner(b, square, kNear), b.Number(0.1875));
  const auto near = b.Fma(magnitude, b.Number(0.8125), b.Multiply(magnitude, rest_of_one));
  const auto magic = b.Fma(magnitude, b.Number(-0x1.715476p1), b.Number(B::Magic()));
  const auto n = b.Subtract(magic, b.Number(B::Magic()));
  const auto r = b.Fma(n, b.Number(0x1.62e43p-2), magnitude);  // for few n; beyond, w is small
  const auto w = TimesPower(b, Horner(b, r, kExp), magic);
  const auto far = b.Fma(w, Horner(b, w, kInverse), one);
  const auto is_near = b.Below(b.AsBits(magnitude), b.AsBits(one));
  const auto result =
      b.Rarely(rare, b.Select(is_near, near, far), [&] { return b.Select(b.Equal(x, x), one, x); });
  return TimesSign(b, result, x);
}

template <typename B>
typename B::Value Tanh(B& b, typename B::Value x) {
  if constexpr (B::kWide)
    return WideTanh(b, x);
  else
    return NarrowTanh(b, x);
}

// sinh and cosh of x = n ln 2 + r, from those of r (+ rest): with p = 2^(n-1) + 2^(-n-1) and
// m = 2^(n-1) - 2^(-n-1): sinh(x) = m cosh(r) + p sinh(r) and cosh(x) = p cosh(r) + m sinh(r).
// sinh(r) = r + r^3 s(r^2), cosh(r) = 1 + r^2 c(r^2), in 5 (3) terms: 3.6e-18 (4.8e-11).
template <typename B>
typename B::Value SinhOrCosh(B& b, Op op, typename B::Value x) {
  static constexpr double kSinhWide[] = {0x1.5555555555559p-3, 0x1.111111110f62ap-7,
                                         0x1.a01a01b0204cfp-13, 0x1.71ddf7afb5a7p-19,
                                         0x1.af5ff48155e56p-26};
  static constexpr double kSinhNarrow[] = {0x1.555556p-3, 0x1.110fbep-7, 0x1.a2e33cp-13};
  static constexpr double kCoshWide[] = {0x1.000000000000cp-1, 0x1.555555554fd67p-5,
                                         0x1.6c16c1863e158p-10, 0x1.a01994ffdb1ap-16,
                                         0x1.28b1bd9be2c98p-22};
  static constexpr double kCoshNarrow[] = {0x1p-1, 0x1.5554e6p-5, 0x1.6d4f1p-10};
  const auto rare = Beyond(b, x, B::kWide ? 707 : 86);  // both powers are normal numbers up to here
  const auto magnitude = b.Abs(x);
  const auto [magic, n, r, rest] = ReduceByLn2(b, Shielded(b, rare, magnitude, 1));
  const auto grown = PowerOfTwo(b, magic, -1);
  const auto shrunk = PowerOfTwo(b, b.Subtract(b.Number(B::Magic()), n), -1);
  const auto sum = FastSum(b, grown, shrunk);
  const auto difference = FastSum(b, grown, b.Negate(shrunk));
  const auto z = b.Multiply(r, r);
  const auto odd =
      b.Fma(b.Multiply(z, r), Polynomial(b, z, TermsFor<B>(kSinhWide, kSinhNarrow)), rest);
  const auto even = b.Multiply(z, Polynomial(b, z, TermsFor<B>(kCoshWide, kCoshNarrow)));
  const auto& by_cosh = op == Op::k_sinh ? difference : sum;
  const auto& by_sinh = op == Op::k_sinh ? sum : difference;
  const auto linear = ExactProduct(b, by_sinh.high, r);
  const auto main = FastSum(b, by_cosh.high, linear.high);
  const auto small =
      b.Fma(by_sinh.high, odd, b.Fma(by_cosh.high, even, b.Add(linear.low, by_cosh.low)));
  const auto result = b.Rarely(rare, b.Add(main.high, b.Add(main.low, small)), [&] {
    return b.Select(b.Equal(x, x), ScaledExp(b, magnitude, -1), x);
  });
  return op == Op::k_cosh ? result : TimesSign(b, result, x);
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_EXP_H_

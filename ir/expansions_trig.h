// sin, cos and tan. |x| = n pi/2 + r with |r| <= pi/4, r as a pair; the last two bits of n choose
// the function and its sign. Beyond the bound of the reduction, for float32 in float64 arithmetic,
// then SLEEF's function.
#ifndef BROADLOOM_IR_EXPANSIONS_TRIG_H_
#define BROADLOOM_IR_EXPANSIONS_TRIG_H_

#include "ir/expansions_base.h"

namespace broadloom::expansions {

inline constexpr double kTrigLimit = 102943;  // n below 2^16 - 1
template <typename B>
inline constexpr double kNearLimit = B::kWide ? kTrigLimit : 803;  // n below 2^9

// |x| = n pi/2 + r + rest, n (+ 1 where asked for) in the last bits of `magic`.
template <typename Value>
struct Turned {
  Value magic, r, rest;
};

// pi/2 in three parts. The first has all the bits of the type: x - n part is a multiple of the last
// place of 1 and below 1, so exact. The next has few bits, its product with n is exact. Where that
// difference is rounded, its error is exact; where x is so near n pi/2 that more digits matter, it
// is not.
template <typename B>
Turned<typename B::Value> ReduceByQuarterTurn(B& b, typename B::Value magnitude, int more = 0) {
  const auto unit = b.Number(B::Magic() + more);
  const auto magic = b.Fma(magnitude, b.Number(0x1.45f306dc9c883p-1), unit);
  const auto n = b.Subtract(magic, unit);
  const auto first = b.Fma(n, b.Number(B::kWide ? -0x1.921fb54442d18p0 : -0x1.921fb6p0), magnitude);
  const auto second = b.Number(B::kWide ? -0x1.1a626332p-54 : 0x1.777c000000000p-25);
  const auto r = b.Fma(n, second, first);
  const auto error = b.Fma(n, second, b.Subtract(first, r));
  const auto last = b.Number(B::kWide ? 0x1.747f23e32ed7p-87 : -0x1.a308d40000000p-41);
  return {magic, r, b.Fma(n, last, error)};
}

// sin(r + rest) = r + low, r^3 s(r^2) in 6 and 3 terms: 3.8e-18 and 3.8e-9, less for small r.
template <typename B>
std::span<const double> SinTerms() {
  static constexpr double kWide[] = {-0x1.5555555555548p-3,  0x1.111111110f73p-7,
                                     -0x1.a01a019be9218p-13, 0x1.71de35552b27cp-19,
                                     -0x1.ae5e4b836b70fp-26, 0x1.5d8b554efab94p-33};
  static constexpr double kNarrow[] = {-0x1.555546p-3, 0x1.110778p-7, -0x1.99540ap-13};
  return TermsFor<B>(kWide, kNarrow);
}

// cos(r + rest) = high + low, 1 - r^2/2 as a pair and r^4 c(r^2) in 6 and 3 terms: 5.7e-20 and
// 1.2e-10.
template <typename B>
std::span<const double> CosTerms() {
  static constexpr double kWide[] = {0x1.555555555554bp-5,  -0x1.6c16c16c15016p-10,
                                     0x1.a01a019c8f4dcp-16, -0x1.27e4f7f1b3154p-22,
                                     0x1.1ee9dbe5f0d5ep-29, -0x1.8fa68f65d8db3p-37};
  static constexpr double kNarrow[] = {0x1.55554ap-5, -0x1.6c0c28p-10, 0x1.99e80cp-16};
  return TermsFor<B>(kWide, kNarrow);
}

// rest cos(r); for float32 rest is near enough.
template <typename B>
typename B::Value SinRest(B& b, typename B::Value rest, typename B::Value z) {
  return B::kWide ? b.Fma(b.Multiply(b.Number(-0.5), z), rest, rest) : rest;
}

// 1 - r^2/2, and what it lacks without its last term.
template <typename B>
PairOf<B> CosLead(B& b, typename B::Value r, typename B::Value rest) {
  const auto one = b.Number(1), half = b.Multiply(b.Number(-0.5), r);
  const auto high = b.Fma(half, r, one);
  const auto error = b.Fma(half, r, b.Subtract(one, high));
  return {high, b.Fma(b.Negate(r), rest, error)};
}

template <typename B>
typename B::Value SinLow(B& b, typename B::Value r, typename B::Value rest, typename B::Value z) {
  return b.Fma(b.Multiply(z, r), Polynomial(b, z, SinTerms<B>()), SinRest(b, rest, z));
}

template <typename B>
PairOf<B> CosPair(B& b, typename B::Value r, typename B::Value rest, typename B::Value z) {
  const auto [high, turned] = CosLead(b, r, rest);
  return {high, b.Fma(b.Multiply(z, z), Polynomial(b, z, CosTerms<B>()), turned)};
}

// The same as either, by one polynomial whose terms are chosen.
template <typename B>
PairOf<B> SinOrCosPair(B& b, typename B::Mask is_cos, const Turned<typename B::Value>& turned) {
  const auto& [magic, r, rest] = turned;
  const auto z = b.Multiply(r, r);
  const PairOf<B> lead = CosLead(b, r, rest);
  const auto terms = [&](size_t i) {
    return b.Select(is_cos, b.Number(CosTerms<B>()[i]), b.Number(SinTerms<B>()[i]));
  };
  const auto scale = b.Multiply(z, b.Select(is_cos, z, r));
  const auto low = b.Fma(scale, PolynomialOf(b, z, CosTerms<B>().size(), terms),
                         b.Select(is_cos, lead.low, SinRest(b, rest, z)));
  return {b.Select(is_cos, lead.high, r), low};
}

// The last bit of n as the top bit.
template <typename B>
typename B::Bits LastBit(B& b, typename B::Bits n) {
  return b.template ShiftLeft<B::kWide ? 63 : 31>(n);
}

// Adding x - x makes NaN of infinities, and raises the flag.
template <typename B>
typename B::Value CallBeyond(B& b, Op op, double limit, typename B::Value x) {
  const auto far = b.Both(Beyond(b, x, limit), b.Equal(x, x));
  return b.Add(b.Call(op, b.Select(far, x, b.Number(1))), b.Subtract(x, x));
}

// For float32 results: x = n pi + r, or (n - 1/2) pi + r for cos. sin(r) = r S(r^2) for |r| <= pi/2
// in 5 terms: 5.4e-9 of itself.
template <typename W>
typename W::Value RoughSinOrCos(W& b, Op op, typename W::Value x) {
  static constexpr double kS[] = {0x1.ffffffd25a4f9p-1, -0x1.555547ef4b06dp-3, 0x1.110e7b387cb0fp-7,
                                  -0x1.9f6444d5f52f2p-13, 0x1.5d38b2e7a6de9p-19};
  const auto inverse = b.Number(0x1.45f306dc9c883p-2), unit = b.Number(W::Magic());
  const auto half = b.Number(0.5);
  const auto magic =
      op == Op::k_sin ? b.Fma(x, inverse, unit) : b.Add(b.Fma(x, inverse, half), unit);
  auto n = b.Subtract(magic, unit);
  if (op == Op::k_cos) n = b.Subtract(n, half);
  const auto near = b.Fma(n, b.Number(-0x1.921fb54442d18p1), x);
  const auto r = b.Fma(n, b.Number(-0x1.1a62633145c07p-53), near);
  const auto sin = b.Multiply(r, Polynomial(b, b.Multiply(r, r), kS));
  return b.FromBits(b.Xor(b.AsBits(sin), b.template ShiftLeft<63>(b.AsBits(magic))));
}

template <typename B>
typename B::Value NearSinOrCos(B& b, Op op, typename B::Value magnitude, typename B::Value x) {
  const int more = op == Op::k_cos;  // cos(x) = sin(x + pi/2)
  const auto turned = ReduceByQuarterTurn(b, magnitude, more);
  const auto n = b.AsBits(turned.magic);
  const auto [high, low] = SinOrCosPair(b, b.IsOdd(n), turned);
  const auto value = b.Add(high, low);
  auto sign = b.template ShiftLeft<B::kWide ? 62 : 30>(n);  // the last bit but one
  if (op == Op::k_sin) sign = b.Xor(sign, b.AsBits(x));
  return TimesSign(b, value, b.FromBits(sign));
}

// `near` of x, or of |x|, up to the nearest limit, `rough` of x for float32 up to the next.
template <typename B, typename Near, typename Rough>
typename B::Value NearOrFar(B& b, Op op, typename B::Value x, typename B::Value x_or_magnitude,
                            Near near, Rough rough) {
  const auto rare = Beyond(b, x, kNearLimit<B>);
  return b.Rarely(rare, near(Shielded(b, rare, x_or_magnitude, 1)), [&] {
    if constexpr (B::kWide) {
      return CallBeyond(b, op, kTrigLimit, x);
    } else {
      const auto far = Beyond(b, x, kTrigLimit);
      return b.Rarely(far, b.Widely(rough, Shielded(b, far, x, 1)),
                      [&] { return CallBeyond(b, op, kTrigLimit, x); });
    }
  });
}

template <typename B>
typename B::Value SinOrCos(B& b, Op op, typename B::Value x) {
  return NearOrFar(
      b, op, x, b.Abs(x), [&](auto magnitude) { return NearSinOrCos(b, op, magnitude, x); },
      [op](auto& wide, auto far) { return RoughSinOrCos(wide, op, far); });
}

// sin / cos; the bits of n cancel.
template <typename W>
typename W::Value RoughTan(W& b, typename W::Value x) {
  return b.Divide(RoughSinOrCos(b, Op::k_sin, x), RoughSinOrCos(b, Op::k_cos, x));
}

// For float32: x = n pi/2 + r - rest; tan(r - rest) = r + low, r^3 T(r^2) in 6 terms: 1.5e-9 of the
// result; -1 / tan(r) for odd n. |n| < 2^9. x keeps its sign. So does its zero, as no sum here adds
// zeros of two signs: that is why the first two parts of pi/2 are too small, and -rest is not kept.
template <typename B>
typename B::Value NarrowTan(B& b, typename B::Value x) {
  static constexpr double kT[] = {
      0x1.555562p-2, 0x1.110d36p-3, 0x1.bae942p-5, 0x1.5c31d8p-6, 0x1.657966p-7, 0, 0x1.21a02cp-8};
  const auto term = [&](int i) { return b.Number(kT[i]); };
  const auto magic = b.Fma(x, b.Number(0x1.45f306dc9c883p-1), b.Number(B::Magic()));
  const auto n = b.Subtract(magic, b.Number(B::Magic()));
  const auto first = b.Fma(n, b.Number(-0x1.921fb4p0), x);
  const auto second = b.Multiply(n, b.Number(0x1.4444p-24));  // 15 bits: exact
  const auto r = b.Subtract(first, second);
  const auto error = b.Add(b.Subtract(r, first), second);
  const auto rest = b.Fma(n, b.Number(-0x1.2e7b96p-40), error);
  const auto z = b.Multiply(r, r), square = b.Multiply(z, z);
  const auto high = b.Fma(b.Fma(term(6), square, term(4)), z, term(3));
  const auto t = b.Fma(b.Fma(high, square, b.Fma(term(2), z, term(1))), z, term(0));
  // (r - rest)^2 = z + lost; 0.75 r times it, and rest, are what tan has then of them, near enough.
  const auto lost = b.Fma(b.Negate(b.Add(r, r)), rest, b.Fma(r, r, b.Negate(z)));
  const auto turned = b.Fma(b.Multiply(b.Number(0.75), r), lost, b.Negate(rest));
  const auto low = b.Fma(b.Multiply(z, r), t, turned);
  const auto tan = b.Add(r, low);
  const auto odd = b.IsOdd(b.AsBits(magic));
  const auto inverse = b.Divide(b.Number(1), b.Select(odd, tan, b.Number(1)));
  const auto minus = b.Negate(inverse);
  const auto residual = b.Fma(minus, low, b.Fma(minus, r, b.Number(1)));
  return b.Select(odd, b.Fma(residual, minus, minus), tan);
}

// sin / cos, or -cos / sin for odd n.
template <typename B>
typename B::Value NearTan(B& b, typename B::Value magnitude, typename B::Value x) {
  const auto [magic, r, rest] = ReduceByQuarterTurn(b, magnitude);
  const auto z = b.Multiply(r, r);
  const auto sin = FastSum(b, r, SinLow(b, r, rest, z));
  const auto cos_sum = CosPair(b, r, rest, z);
  const auto cos = FastSum(b, cos_sum.high, cos_sum.low);
  const auto odd_bit = LastBit(b, b.AsBits(magic));
  const auto odd = b.IsOdd(b.AsBits(magic));
  const PairOf<B> above = {b.Select(odd, cos.high, sin.high), b.Select(odd, cos.low, sin.low)};
  const PairOf<B> below = {b.Select(odd, sin.high, cos.high), b.Select(odd, sin.low, cos.low)};
  const auto sign = b.Xor(odd_bit, SignOf(b, x));
  return b.FromBits(b.Xor(b.AsBits(Quotient<B>(b, above, below)), sign));
}

template <typename B>
typename B::Value Tan(B& b, typename B::Value x) {
  const auto near = [&](auto start) {
    if constexpr (B::kWide)
      return NearTan(b, start, x);
    else
      return NarrowTan(b, start);
  };
  return NearOrFar(b, Op::k_tan, x, B::kWide ? b.Abs(x) : x, near,
                   [](auto& wide, auto far) { return RoughTan(wide, far); });
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_TRIG_H_

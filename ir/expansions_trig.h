// sin, cos and tan. |x| = n pi/2 + r with |r| <= pi/4, r as a pair; the last two bits of n choose
// the function and its sign. Beyond the bound of the reduction, SLEEF's function.
#ifndef BROADLOOM_IR_EXPANSIONS_TRIG_H_
#define BROADLOOM_IR_EXPANSIONS_TRIG_H_

#include "ir/expansions_base.h"

namespace broadloom::expansions {

inline constexpr double kTrigLimit = 102943;  // n below 2^16 - 1

// |x| = n pi/2 + r + rest, n in the last bits of `magic`.
template <typename Value>
struct Turned {
  Value magic, r, rest;
};

// pi/2 in parts. The first has all the bits of the type: x - n part is a multiple of the last place
// of 1 and below 1, so exact. The next have few bits, their product with n is exact. Where a
// difference of those is rounded, its error is exact; where x is so near n pi/2 that more digits
// matter, it is not.
template <typename B>
Turned<typename B::Value> ReduceByQuarterTurn(B& b, typename B::Value magnitude) {
  static constexpr double kWide[] = {0x1.1a626332p-54};
  static constexpr double kNarrow[] = {-0x1.78p-25, 0x1.0cp-34};
  const auto magic = b.Fma(magnitude, b.Number(0x1.45f306dc9c883p-1), b.Number(B::Magic()));
  const auto n = b.Subtract(magic, b.Number(B::Magic()));
  const double first = B::kWide ? 0x1.921fb54442d18p0 : 0x1.921fb6p0;
  const double last = B::kWide ? -0x1.747f23e32ed7p-87 : -0x1.73dcb4p-43;
  auto r = b.Fma(n, b.Number(-first), magnitude);
  auto rest = b.Multiply(n, b.Number(-last));
  for (const double part : TermsFor<B>(kWide, kNarrow)) {
    const auto near = b.Fma(n, b.Number(-part), r);
    rest = b.Add(rest, b.Fma(n, b.Number(-part), b.Subtract(r, near)));
    r = near;
  }
  return {magic, r, rest};
}

// sin(r + rest) = r + low: r^3 s(r^2) in 6 and 3 terms: 3.8e-18 and 3.8e-9, less for small r.
template <typename B>
typename B::Value SinLow(B& b, typename B::Value r, typename B::Value rest, typename B::Value z) {
  static constexpr double kWide[] = {-0x1.5555555555548p-3,  0x1.111111110f73p-7,
                                     -0x1.a01a019be9218p-13, 0x1.71de35552b27cp-19,
                                     -0x1.ae5e4b836b70fp-26, 0x1.5d8b554efab94p-33};
  static constexpr double kNarrow[] = {-0x1.555546p-3, 0x1.110778p-7, -0x1.99540ap-13};
  const auto s = Polynomial(b, z, TermsFor<B>(kWide, kNarrow));
  const auto turned = b.Fma(b.Multiply(b.Number(-0.5), z), rest, rest);  // rest cos(r)
  return b.Fma(b.Multiply(z, r), s, turned);
}

// cos(r + rest) = high + low: 1 - r^2/2 as a pair and r^4 c(r^2) in 6 and 3
// terms: 5.7e-20, 1.2e-10.
template <typename B>
PairOf<B> CosPair(B& b, typename B::Value r, typename B::Value rest, typename B::Value z) {
  static constexpr double kWide[] = {0x1.555555555554bp-5,  -0x1.6c16c16c15016p-10,
                                     0x1.a01a019c8f4dcp-16, -0x1.27e4f7f1b3154p-22,
                                     0x1.1ee9dbe5f0d5ep-29, -0x1.8fa68f65d8db3p-37};
  static constexpr double kNarrow[] = {0x1.55554ap-5, -0x1.6c0c28p-10, 0x1.99e80cp-16};
  const auto c = Polynomial(b, z, TermsFor<B>(kWide, kNarrow));
  const auto one = b.Number(1), half = b.Multiply(b.Number(-0.5), r);
  const auto high = b.Fma(half, r, one);
  const auto error = b.Fma(half, r, b.Subtract(one, high));
  const auto turned = b.Subtract(error, b.Multiply(r, rest));
  return {high, b.Fma(b.Multiply(z, z), c, turned)};
}

// The last bit of n, or the one before, as the top bit.
template <typename B>
typename B::Bits LastBit(B& b, typename B::Bits n) {
  return b.template ShiftLeft<B::kWide ? 63 : 31>(n);
}

template <typename B>
typename B::Bits LastButOneBit(B& b, typename B::Bits n) {
  return b.template ShiftLeft<B::kWide ? 62 : 30>(b.And(n, b.NumberBits(2)));
}

template <typename B>
typename B::Value OrFar(B& b, Op op, typename B::Value x, typename B::Value magnitude,
                        typename B::Value value) {
  const auto far = b.Less(b.Number(kTrigLimit), magnitude);  // NaN has come out as NaN
  return b.RareCall(op, far, x, value);
}

template <typename B>
typename B::Value SinOrCos(B& b, Op op, typename B::Value x) {
  const auto magnitude = b.Abs(x);
  const auto [magic, r, rest] = ReduceByQuarterTurn(b, magnitude);
  const auto z = b.Multiply(r, r);
  const auto sin_low = SinLow(b, r, rest, z);
  const auto cos = CosPair(b, r, rest, z);
  auto n = b.AsBits(magic);
  if (op == Op::k_cos) n = b.Plus(n, b.NumberBits(1));  // cos(x) = sin(x + pi/2)
  const auto odd = b.TopBit(LastBit(b, n));
  const auto value = b.Add(b.Select(odd, cos.high, r), b.Select(odd, cos.low, sin_low));
  auto sign = LastButOneBit(b, n);
  if (op == Op::k_sin) sign = b.Xor(sign, b.Xor(b.AsBits(x), b.AsBits(magnitude)));
  return OrFar(b, op, x, magnitude, b.FromBits(b.Xor(b.AsBits(value), sign)));
}

// sin / cos, or -cos / sin for odd n.
template <typename B>
typename B::Value Tan(B& b, typename B::Value x) {
  const auto magnitude = b.Abs(x);
  const auto [magic, r, rest] = ReduceByQuarterTurn(b, magnitude);
  const auto z = b.Multiply(r, r);
  const auto sin = FastSum(b, r, SinLow(b, r, rest, z));
  const auto cos_sum = CosPair(b, r, rest, z);
  const auto cos = FastSum(b, cos_sum.high, cos_sum.low);
  const auto odd_bit = LastBit(b, b.AsBits(magic));
  const auto odd = b.TopBit(odd_bit);
  const PairOf<B> above = {b.Select(odd, cos.high, sin.high), b.Select(odd, cos.low, sin.low)};
  const PairOf<B> below = {b.Select(odd, sin.high, cos.high), b.Select(odd, sin.low, cos.low)};
  const auto sign = b.Xor(odd_bit, b.Xor(b.AsBits(x), b.AsBits(magnitude)));
  const auto value = b.FromBits(b.Xor(b.AsBits(Quotient<B>(b, above, below)), sign));
  const auto tiny = b.Less(magnitude, b.Number(B::kWide ? 0x1p-28 : 0x1p-13));
  return OrFar(b, Op::k_tan, x, magnitude, b.Select(tiny, x, value));
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_TRIG_H_

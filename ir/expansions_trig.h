// sin, cos and tan. Beyond the bound of the reduction, SLEEF's function. For float32 in float64
// arithmetic. For float64, |x| = n pi/2 + r with |r| <= pi/4, r as a pair; the last two bits of n
// choose the function and its sign.
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

// pi/2 in three parts. The first has all the bits of the type: x - n part is a multiple of the last
// place of 1 and below 1, so exact. The next has few bits, its product with n is exact. Where that
// difference is rounded, its error is exact; where x is so near n pi/2 that more digits matter, it
// is not.
template <typename B>
Turned<typename B::Value> ReduceByQuarterTurn(B& b, typename B::Value magnitude) {
  const auto magic = b.Fma(magnitude, b.Number(0x1.45f306dc9c883p-1), b.Number(B::Magic()));
  const auto n = b.Subtract(magic, b.Number(B::Magic()));
  const auto first = b.Fma(n, b.Number(-0x1.921fb54442d18p0), magnitude);
  const auto second = b.Number(-0x1.1a626332p-54);
  const auto r = b.Fma(n, second, first);
  const auto error = b.Fma(n, second, b.Subtract(first, r));
  return {magic, r, b.Add(b.Multiply(n, b.Number(0x1.747f23e32ed7p-87)), error)};
}

// sin(r + rest) = r + low: r^3 s(r^2) in 6 terms: 3.8e-18, less for small r.
template <typename B>
typename B::Value SinLow(B& b, typename B::Value r, typename B::Value rest, typename B::Value z) {
  static constexpr double kS[] = {-0x1.5555555555548p-3,  0x1.111111110f73p-7,
                                  -0x1.a01a019be9218p-13, 0x1.71de35552b27cp-19,
                                  -0x1.ae5e4b836b70fp-26, 0x1.5d8b554efab94p-33};
  const auto s = Polynomial(b, z, kS);
  const auto turned = b.Fma(b.Multiply(b.Number(-0.5), z), rest, rest);  // rest cos(r)
  return b.Fma(b.Multiply(z, r), s, turned);
}

// cos(r + rest) = high + low: 1 - r^2/2 as a pair and r^4 c(r^2) in 6 terms: 5.7e-20.
template <typename B>
PairOf<B> CosPair(B& b, typename B::Value r, typename B::Value rest, typename B::Value z) {
  static constexpr double kC[] = {0x1.555555555554bp-5,  -0x1.6c16c16c15016p-10,
                                     0x1.a01a019c8f4dcp-16, -0x1.27e4f7f1b3154p-22,
                                     0x1.1ee9dbe5f0d5ep-29, -0x1.8fa68f65d8db3p-37};
  const auto c = Polynomial(b, z, kC);
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

// Adding x - x makes NaN of infinities, and raises the flag.
template <typename B>
typename B::Value Far(B& b, Op op, typename B::Mask far, typename B::Value x) {
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
  const auto magic = op == Op::k_sin ? b.Fma(x, inverse, unit)
                                     : b.Add(b.Fma(x, inverse, half), unit);
  auto n = b.Subtract(magic, unit);
  if (op == Op::k_cos) n = b.Subtract(n, half);
  const auto near = b.Fma(n, b.Number(-0x1.921fb54442d18p1), x);
  const auto r = b.Fma(n, b.Number(-0x1.1a62633145c07p-53), near);
  const auto sin = b.Multiply(r, Polynomial(b, b.Multiply(r, r), kS));
  return b.FromBits(b.Xor(b.AsBits(sin), b.template ShiftLeft<63>(b.AsBits(magic))));
}

template <typename B>
typename B::Value NearSinOrCos(B& b, Op op, typename B::Value x) {
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
  if (op == Op::k_sin) sign = b.Xor(sign, SignOf(b, x));
  return b.FromBits(b.Xor(b.AsBits(value), sign));
}

template <typename B>
typename B::Value SinOrCos(B& b, Op op, typename B::Value from) {
  const auto far = Beyond(b, from, kTrigLimit);
  const auto x = Shielded(b, far, from, 1);
  const auto near = [&] {
    if constexpr (B::kWide)
      return NearSinOrCos(b, op, x);
    else
      return b.Widely([op](auto& wide, auto y) { return RoughSinOrCos(wide, op, y); }, x);
  };
  return b.Rarely(far, near(), [&] { return Far(b, op, far, from); });
}

// For float32 results: x = n pi/2 + r, tan(r) = r N(r^2) / D(r^2) in 2 and 3 terms: 1.5e-8 of
// itself; -1 / tan(r) for odd n.
template <typename W>
typename W::Value RoughTan(W& b, typename W::Value x) {
  static constexpr double kN[] = {0x1.ffffff867add6p-1, -0x1.886770fa28160p-4};
  static constexpr double kD[] = {1, -0x1.b76f5ea626e0ap-2, 0x1.3e66eb7f62c75p-7};
  const auto unit = b.Number(W::Magic());
  const auto magic = b.Fma(x, b.Number(0x1.45f306dc9c883p-1), unit);
  const auto n = b.Subtract(magic, unit);
  const auto near = b.Fma(n, b.Number(-0x1.921fb54442d18p0), x);
  const auto r = b.Fma(n, b.Number(-0x1.1a62633145c07p-54), near);
  const auto z = b.Multiply(r, r);
  const auto above = b.Multiply(r, Horner(b, z, kN)), below = Horner(b, z, kD);
  const auto odd_bit = LastBit(b, b.AsBits(magic));
  const auto odd = b.TopBit(odd_bit);
  const auto value = b.Divide(b.Select(odd, below, above), b.Select(odd, above, below));
  return b.FromBits(b.Xor(b.AsBits(value), odd_bit));
}

// sin / cos, or -cos / sin for odd n.
template <typename B>
typename B::Value NearTan(B& b, typename B::Value x) {
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
  const auto sign = b.Xor(odd_bit, SignOf(b, x));
  return b.FromBits(b.Xor(b.AsBits(Quotient<B>(b, above, below)), sign));
}

template <typename B>
typename B::Value Tan(B& b, typename B::Value from) {
  const auto far = Beyond(b, from, kTrigLimit);
  const auto x = Shielded(b, far, from, 1);
  const auto near = [&] {
    if constexpr (B::kWide)
      return NearTan(b, x);
    else
      return b.Widely([](auto& wide, auto y) { return RoughTan(wide, y); }, x);
  };
  return b.Rarely(far, near(), [&] { return Far(b, Op::k_tan, far, from); });
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_TRIG_H_

// asinh, acosh and atanh: logarithms of 1 + t, t as a pair. Their like that are SLEEF's.
#ifndef BROADLOOM_IR_EXPANSIONS_AREAS_H_
#define BROADLOOM_IR_EXPANSIONS_AREAS_H_

#include "ir/expansions_base.h"
#include "ir/expansions_log.h"

namespace broadloom::expansions {

// 1 + t.
template <typename B>
PairOf<B> OnePlus(B& b, PairOf<B> t) {
  const auto u = ExactSum(b, b.Number(1), t.high);
  return {u.high, b.Add(u.low, t.low)};
}

// log(1 + t), or log(2 x) where `large`.
template <typename B>
typename B::Value LogOfOnePlus(B& b, PairOf<B> t, typename B::Mask large, typename B::Value x) {
  const auto zero = b.Number(0), one = b.Number(1);
  const auto u = OnePlus<B>(b, t);
  const PairOf<B> chosen = {b.Select(large, x, u.high), b.Select(large, zero, u.low)};
  return LogOfSum<B>(b, chosen, t, b.Select(large, one, zero));
}

// Where 1 / x^2 is below the last place of 1.
template <typename B>
typename B::Value SquareLimit(B& b) {
  return b.Number(B::kWide ? 0x1p28 : 0x1p14);
}

// t = x + x^2 / (1 + sqrt(x^2 + 1)).
template <typename B>
typename B::Value Asinh(B& b, typename B::Value x) {
  const auto rare = Beyond(b, x, kLargest<B>);
  const auto one = b.Number(1), magnitude = b.Abs(Shielded(b, rare, x, 1));
  const auto large = b.Less(SquareLimit(b), magnitude);
  const auto near = b.Select(large, one, magnitude);
  const auto square = ExactProduct(b, near, near);
  const auto below = FastSum(b, b.Sqrt(b.Add(square.high, one)), one);
  const auto inverse = b.Divide(one, below.high);
  const auto ratio = b.Multiply(square.high, inverse), minus = b.Negate(ratio);
  const auto rest =
      b.Add(b.Fma(minus, below.high, square.high), b.Fma(minus, below.low, square.low));
  auto t = FastSum(b, near, ratio);
  t.low = b.Fma(rest, inverse, t.low);
  const auto value = TimesSign(b, LogOfOnePlus<B>(b, t, large, magnitude), x);
  return b.Rarely(rare, value, [&] { return x; });
}

// t = (x - 1) + sqrt(x^2 - 1), the root as a pair.
template <typename B>
typename B::Value Acosh(B& b, typename B::Value from) {
  const auto one = b.Number(1);
  const auto rare = Outside(b, from, b.Number(kAboveOne<B>), b.Number(kInfinity));
  const auto x = Shielded(b, rare, from, 2);
  const auto large = b.Less(SquareLimit(b), x);
  const auto near = b.Select(large, one, x);
  const auto square = ExactProduct(b, near, near);
  const auto less = FastSum(b, square.high, b.Negate(one));
  const auto below = FastSum(b, less.high, b.Add(less.low, square.low));
  const auto root = b.Sqrt(below.high);
  const auto rest = b.Add(b.Fma(b.Negate(root), root, below.high), below.low);
  const auto root_low = b.Divide(rest, b.Add(root, root));
  const auto minus_one = FastSum(b, near, b.Negate(one));
  auto t = FastSum(b, root, minus_one.high);
  t.low = b.Add(t.low, b.Add(root_low, minus_one.low));
  // 0 at 1, NaN below.
  return b.Rarely(rare, LogOfOnePlus<B>(b, t, large, x),
                  [&] { return b.Sqrt(b.Subtract(from, one)); });
}

// Half of log(1 + t), t = 2x / (1 - x).
template <typename B>
typename B::Value Atanh(B& b, typename B::Value x) {
  const auto rare = Beyond(b, x, kBelowOne<B>);
  const auto one = b.Number(1), magnitude = b.Abs(Shielded(b, rare, x, 0.5));
  const auto below = FastSum(b, one, b.Negate(magnitude));
  const auto inverse = b.Divide(one, below.high);
  const auto twice = b.Add(magnitude, magnitude);
  const auto ratio = b.Multiply(twice, inverse);
  const auto minus = b.Negate(ratio);
  const auto rest = b.Fma(minus, below.low, b.Fma(minus, below.high, twice));
  const PairOf<B> t = {ratio, b.Multiply(rest, inverse)};
  const auto half = b.Multiply(b.Number(0.5), LogOfSum<B>(b, OnePlus<B>(b, t), t, b.Number(0)));
  // Infinite at 1, NaN beyond.
  return b.Rarely(rare, TimesSign(b, half, x),
                  [&] { return b.Divide(x, b.Sqrt(b.Subtract(one, b.Abs(x)))); });
}

// asin and acos where |x| is tiny, 1 or more, or NaN.
template <typename B>
typename B::Value SpecialArc(B& b, Op op, typename B::Mask tiny, typename B::Value x) {
  const auto root = b.Sqrt(b.Subtract(b.Number(1), b.Abs(x)));  // 0, else NaN
  const auto quarter = b.Number(0x1.921fb54442d18p0);
  if (op == Op::k_asin) return b.Select(tiny, x, b.Add(b.CopySign(quarter, x), root));
  const auto edge = b.Select(b.TopBit(b.AsBits(x)), b.Number(0x1.921fb54442d18p1), b.Number(0));
  return b.Select(tiny, quarter, b.Add(edge, root));
}

// SLEEF's, which raise flags at 0 and 1.
template <typename B>
typename B::Value ArcSinOrCos(B& b, Op op, typename B::Value x) {
  const auto size = b.Abs(x), least = b.Number(0x1p-60);
  const auto rare = Outside(b, size, least, b.Number(1));
  return b.Rarely(rare, b.Call(op, Shielded(b, rare, x, 0.5)),
                  [&] { return SpecialArc(b, op, b.Below(b.AsBits(size), b.AsBits(least)), x); });
}

// SLEEF's, which raise flags for NaN.
template <typename B>
typename B::Value KnownCall(B& b, Op op, typename B::Value x) {
  const auto nan = b.Not(b.Equal(x, x));
  return b.Rarely(nan, b.Call(op, Shielded(b, nan, x, 1)), [&] { return x; });
}

// SLEEF's. Where the result overflows, the sum does.
template <typename B>
typename B::Value Hypot(B& b, typename B::Value x, typename B::Value y) {
  const auto value = b.Call(Op::k_hypot, x, y);
  return b.Rarely(Beyond(b, value, kLargest<B>), value, [&] {
    const auto endless = b.Either(Beyond(b, x, kLargest<B>), Beyond(b, y, kLargest<B>));
    const auto sum = b.Add(b.Select(endless, b.Number(0), b.Abs(x)), b.Abs(y));
    return b.Select(endless, value, sum);
  });
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_AREAS_H_

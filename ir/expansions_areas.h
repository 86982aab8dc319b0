// asinh, acosh and atanh: logarithms of 1 + t, t as a pair.
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
  const auto one = b.Number(1), magnitude = b.Abs(x);
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
  const auto value = LogOfOnePlus<B>(b, t, large, magnitude);
  const auto finite = b.Less(magnitude, b.Number(kInfinity));
  return b.Select(finite, OrSelf(b, x, TimesSign(b, value, x)), x);
}

// t = (x - 1) + sqrt(x^2 - 1), the root as a pair.
template <typename B>
typename B::Value Acosh(B& b, typename B::Value x) {
  const auto zero = b.Number(0), one = b.Number(1);
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
  auto value = LogOfOnePlus<B>(b, t, large, x);
  value = b.Select(b.Equal(x, one), zero, value);
  value = b.Select(b.Less(x, one), b.Number(kNaN), value);
  return b.Select(b.Less(x, b.Number(kInfinity)), value, x);
}

// Half of log(1 + t), t = 2x / (1 - x).
template <typename B>
typename B::Value Atanh(B& b, typename B::Value x) {
  const auto one = b.Number(1), magnitude = b.Abs(x);
  const auto below = FastSum(b, one, b.Negate(magnitude));
  const auto inverse = b.Divide(one, below.high);
  const auto twice = b.Add(magnitude, magnitude);
  const auto ratio = b.Multiply(twice, inverse);
  const auto minus = b.Negate(ratio);
  const auto rest = b.Fma(minus, below.low, b.Fma(minus, below.high, twice));
  const PairOf<B> t = {ratio, b.Multiply(rest, inverse)};
  const auto half = b.Multiply(b.Number(0.5), LogOfSum<B>(b, OnePlus<B>(b, t), t, b.Number(0)));
  const auto edge = b.Select(b.Equal(magnitude, one), b.Number(kInfinity), b.Number(kNaN));
  return OrSelf(b, x, TimesSign(b, b.Select(b.Less(magnitude, one), half, edge), x));
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_AREAS_H_

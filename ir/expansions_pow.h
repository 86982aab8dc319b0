// x^y = 2^(y log2 x), and products for small integers y.
#ifndef BROADLOOM_IR_EXPANSIONS_POW_H_
#define BROADLOOM_IR_EXPANSIONS_POW_H_

#include <cmath>

#include "ir/expansions_base.h"
#include "ir/expansions_exp.h"
#include "ir/expansions_log.h"

namespace broadloom::expansions {

// 2^n (sum.high + sum.low), n in the last bits of `magic`.
template <typename Value>
struct Power {
  Value magic, n;
  Pair<Value> sum;
};

// 2^(high + low), high between -1300 and 1300: see Exp2.
template <typename B>
Power<typename B::Value> Exp2Parts(B& b, PairOf<B> x) {
  const auto magic = b.Add(x.high, b.Number(B::Magic()));
  const auto n = b.Subtract(magic, b.Number(B::Magic()));
  const auto [t, tail] = Exp2Fraction(b, b.Subtract(x.high, n));
  const auto growth = b.Multiply(x.low, b.Number(0x1.62e42fefa39efp-1));
  const auto near = b.Add(b.Add(b.Number(1), t), tail);
  const auto sum = FastSum(b, b.Number(1), t);
  return {magic, n, FastSum(b, sum.high, b.Add(sum.low, b.Fma(growth, near, tail)))};
}

// log2 x + more to some 2^-65 of itself, for positive normal float64 x, `more` an integer: with s =
// f / (2 + f) as a pair, log2 x = k + 2/ln 2 (s + s^3 / 3 + s^5 A(s^2)); A in 7 terms: 1.1e-20 of
// the result.
template <typename B>
PairOf<B> PreciseLog2(B& b, typename B::Value x, typename B::Value more) {
  static constexpr double kA[] = {0x1.9999999999b3p-3,  0x1.2492492457d7p-3,  0x1.c71c722d64ae5p-4,
                                  0x1.745ce9e3d25dep-4, 0x1.3b1eebfd322c8p-4, 0x1.0f7fea1504324p-4,
                                  0x1.0e42af62323eep-4};
  const auto [k, f] = SplitNumber(b, x);
  const auto two = b.Number(2);
  const auto below = FastSum(b, two, f);
  const auto inverse = b.Divide(b.Number(1), below.high);
  const auto s = b.Multiply(f, inverse);
  const auto minus = b.Negate(s);
  const auto s_low = b.Multiply(b.Fma(minus, below.low, b.Fma(minus, below.high, f)), inverse);
  auto z = ExactProduct(b, s, s);
  z.low = b.Fma(b.Add(s, s), s_low, z.low);
  const auto a = Polynomial(b, z.high, kA);
  // 1/3 + z A, then its product with z and s, as pairs.
  const auto inner = FastSum(b, b.Number(0x1.5555555555555p-2), b.Multiply(z.high, a));
  const auto third_low = b.Number(0x1.5555555555555p-56);
  const auto curve = Product<B>(b, z, {inner.high, b.Add(inner.low, third_low)});
  const auto bend = Product<B>(b, {s, s_low}, curve);
  const auto sum = FastSum(b, s, bend.high);
  const PairOf<B> atanh = FastSum(b, sum.high, b.Add(sum.low, b.Add(s_low, bend.low)));
  const auto near =
      Product<B>(b, atanh, {b.Number(0x1.71547652b82fep1), b.Number(0x1.777d0ffda0d24p-55)});
  const auto whole = FastSum(b, b.Add(k, more), near.high);
  return FastSum(b, whole.high, b.Add(whole.low, near.low));
}

template <typename W>
typename W::Value RoughPower(W& b, typename W::Value x, typename W::Value y) {
  return RoughExp2(b, Clamped(b, b.Multiply(y, RoughLog2(b, x)), -200, 200));
}

// (x 2^more)^y for normal x. Where the result may not be a normal number, beyond 2^64 the sign of
// the logarithm decides.
template <typename B>
typename B::Value PrecisePower(B& b, typename B::Value x, typename B::Value y,
                               typename B::Value more) {
  const auto log2 = PreciseLog2(b, x, more);
  const auto product = ExactProduct(b, y, log2.high);
  const auto rare = Beyond(b, product.high, 1021);
  const auto high = b.Rarely(rare, product.high, [&] {
    return Clamped(b, b.Multiply(Clamped(b, y, -0x1p64, 0x1p64), log2.high), -1080, 1025);
  });
  const auto low = b.Rarely(rare, b.Fma(y, log2.low, product.low), [&] {
    const auto within = b.Equal(high, product.high);
    return b.Fma(b.Select(within, y, b.Number(0)), log2.low,
                 b.Select(within, product.low, b.Number(0)));
  });
  const auto power = Exp2Parts<B>(b, {high, low});
  return RarelyScaled(b, rare, high, power.sum.high, power.magic);
}

// x^y for positive x and finite y, any number where `rare` says so.
template <typename B>
typename B::Value PositivePower(B& b, typename B::Value x, typename B::Value y,
                                typename B::Mask rare) {
  const auto size = b.Abs(x);
  const auto exponent =
      b.Rarely(rare, y, [&] { return b.Select(Beyond(b, y, kLargest<B>), b.Number(1), y); });
  const auto usable = [&](auto value) {
    const auto special = b.Either(Beyond(b, x, kLargest<B>), b.Equal(x, b.Number(0)));
    return b.Select(special, b.Number(1), value);
  };
  if constexpr (!B::kWide) {
    const auto base = b.Rarely(rare, x, [&] { return usable(size); });
    return b.Widely([](auto& wide, auto p, auto q) { return RoughPower(wide, p, q); }, base,
                    exponent);
  } else {
    const auto tiny = [&] { return IsSubnormal(b, size); };
    const auto base = b.Rarely(rare, x, [&] {
      return usable(b.Select(tiny(), b.Multiply(size, b.Number(0x1p54)), size));
    });
    const auto more =
        b.Rarely(rare, b.Number(0), [&] { return b.Select(tiny(), b.Number(-54), b.Number(0)); });
    return PrecisePower(b, base, exponent, more);
  }
}

// Whether y is an integer, and an odd one; infinities are even.
template <typename Mask>
struct Parity {
  Mask whole, odd;
};

// Rounds to the next integer and to the next even one by adding numbers with such a last place.
template <typename B>
auto ParityOf(B& b, typename B::Value y) {
  const auto unit = b.Number(B::kWide ? 0x1p52 : 0x1p23);
  const auto twice = b.Number(B::kWide ? 0x1p53 : 0x1p24);
  const auto size = b.Abs(y);
  const auto rounded = b.Subtract(b.Add(size, unit), unit);
  const auto even = b.Subtract(b.Add(size, twice), twice);
  const auto whole = b.Either(b.Equal(rounded, size), b.Not(b.Less(size, unit)));
  const auto odd = b.Both(b.Both(whole, b.Less(size, twice)), b.Not(b.Equal(even, size)));
  return Parity<typename B::Mask>{whole, odd};
}

// C's pow in its corners: 1 for y = 0 and x = 1, even with NaN, and for x = -1 with infinite y; NaN
// for finite negative x unless y is an integer; limits with the sign of x for odd y. `power` is
// |x|^y where both are finite and x is not 0.
template <typename B>
typename B::Value SpecialPower(B& b, typename B::Value x, typename B::Value y,
                               typename B::Value power) {
  const auto zero = b.Number(0), one = b.Number(1), infinity = b.Number(kInfinity);
  const auto size = b.Abs(x), exponent = b.Abs(y), base = Known(b, x), by = Known(b, y);
  const auto parity = ParityOf(b, by);
  const auto at_zero = b.Equal(size, zero), below = b.Less(b.Abs(base), one);
  // Division by zero, or the limits as they are.
  const auto pole = b.Divide(one, b.Select(at_zero, size, one));
  const auto endless = b.Select(at_zero, pole, infinity);
  const auto large = b.Select(below, zero, infinity), small = b.Select(below, endless, zero);
  const auto limit = b.Select(b.Less(by, zero), small, large);
  const auto at_limit =
      b.Either(b.Either(at_zero, b.Equal(size, infinity)), b.Equal(exponent, infinity));
  auto value = b.Select(at_limit, limit, power);
  value = b.Select(parity.odd, b.CopySign(value, x), value);
  const auto negative = b.Both(b.Less(base, zero), b.Less(b.Number(-kInfinity), base));
  const auto refused = b.Both(negative, b.Not(parity.whole));
  value = b.Select(refused, b.Sqrt(b.Select(refused, x, one)), value);
  const auto known = b.Both(b.Equal(x, x), b.Equal(y, y));
  value = b.Select(known, value, b.Add(b.Select(known, one, x), b.Select(known, one, y)));
  const auto unity = b.Either(b.Equal(y, zero), b.Equal(x, one));
  return b.Select(b.Either(unity, b.Both(b.Equal(size, one), b.Equal(exponent, infinity))), one,
                  value);
}

template <typename B>
typename B::Value Pow(B& b, typename B::Value x, typename B::Value y) {
  const auto rare = b.Either(NotNormal(b, x), Beyond(b, y, kLargest<B>));
  const auto power = PositivePower(b, x, y, rare);
  return b.Rarely(rare, power, [&] { return SpecialPower(b, x, y, power); });
}

// x^n as a pair, n >= 2, to n 2^-105 of itself where no power of x overflows or underflows.
template <typename B>
PairOf<B> PairPower(B& b, typename B::Value x, int n) {
  if (n == 2) return ExactProduct(b, x, x);
  if (n % 2 == 0) {
    const auto half = PairPower(b, x, n / 2);
    return Product(b, half, half);
  }
  const auto below = PairPower(b, x, n - 1);
  const auto [high, low] = ExactProduct(b, below.high, x);
  return {high, b.Fma(below.low, x, low)};
}

template <typename B>
typename B::Value PlainPower(B& b, typename B::Value x, int n) {
  if (n == 1) return x;
  const auto half = PlainPower(b, x, n / 2), square = b.Multiply(half, half);
  return n % 2 == 0 ? square : b.Multiply(square, x);
}

// x^n for 2 <= |n| <= 16, rounded once but for some 2^-40 of a last place: float32 as products of
// float64, float64 as those of pairs; beyond their range C's pow.
template <typename B>
typename B::Value IntegerPow(B& b, typename B::Value x, int n) {
  const int size = n < 0 ? -n : n;
  if constexpr (!B::kWide) {
    return b.Widely(
        [&](auto& wide, auto base) {
          return PlainPower(wide, n < 0 ? wide.Divide(wide.Number(1), base) : base, size);
        },
        x);
  } else {
    const auto far = Outside(b, b.Abs(x), b.Number(std::ldexp(1, -900 / size)),
                             b.Number(std::ldexp(1, 1000 / size)));
    const auto rare = n < 0 ? far : b.Both(far, b.Not(b.Equal(x, b.Number(0))));
    const auto power = PairPower(b, Shielded(b, rare, x, 1), size);
    auto value =
        n < 0 ? Quotient<B>(b, {b.Number(1), b.Number(0)}, power) : b.Add(power.high, power.low);
    if (n % 2 != 0) value = SameSign(b, value, x);  // of zeros
    return b.Rarely(rare, value, [&] { return b.Special(Op::k_pow, x, b.Number(n)); });
  }
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_POW_H_

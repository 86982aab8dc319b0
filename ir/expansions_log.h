// Logarithms. x = 2^k m with m around 1, f = m - 1; log(1 + f) as a pair.
#ifndef BROADLOOM_IR_EXPANSIONS_LOG_H_
#define BROADLOOM_IR_EXPANSIONS_LOG_H_

#include <cstdint>

#include "ir/expansions_base.h"

namespace broadloom::expansions {

// x = 2^k (1 + f), 1 + f in [least, 2 least).
template <typename Value>
struct Split {
  Value k, f;
};

// The bits of sqrt(1/2), and of 2/3.
template <typename B>
inline constexpr uint64_t kRootOfHalf = B::kWide ? 0x3fe6a09e667f3bcd : 0x3f3504f3;
template <typename B>
inline constexpr uint64_t kUsualLeast = B::kWide ? kRootOfHalf<B> : 0x3f2aaaab;

// For positive normal x; `least` as bits.
template <typename B>
Split<typename B::Value> SplitNumber(B& b, typename B::Value x, uint64_t least = kUsualLeast<B>) {
  constexpr int kMantissa = B::kWide ? 52 : 23, kBias = B::kWide ? 1023 : 127;
  constexpr uint64_t kOne = uint64_t{kBias} << kMantissa;
  const auto magic = b.Number(B::kWide ? 0x1p52 : 0x1p23);
  const auto bias = b.Number((B::kWide ? 0x1p52 : 0x1p23) + kBias);
  const auto bits = b.Plus(b.AsBits(x), b.NumberBits(kOne - least));
  const auto exponent = b.template ShiftRight<kMantissa>(bits);
  const auto k = b.Subtract(b.FromBits(b.Or(exponent, b.AsBits(magic))), bias);
  const auto mantissa = b.And(bits, b.NumberBits((uint64_t{1} << kMantissa) - 1));
  const auto m = b.FromBits(b.Plus(mantissa, b.NumberBits(least)));
  return {k, b.Subtract(m, b.Number(1))};
}

// Whether x is a positive subnormal number.
template <typename B>
typename B::Mask IsSubnormal(B& b, typename B::Value x) {
  const auto least = b.AsBits(b.Number(B::kWide ? 0x1p-1022 : 0x1p-126));
  return b.Both(b.Below(b.NumberBits(0), b.AsBits(x)), b.Below(b.AsBits(x), least));
}

// log(1 + f) as a pair whose low part may reach a fifth of the high one.
//
// float64: with s = f / (2 + f), log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)),
// R(z) = 2 atanh(s) / s - 2, z <= 0.0295: 7 terms, 1.3e-18 of the result.
// float32: f - f^2/2 + f^3 P(f), |f| <= 1/3: 9 terms, 9e-10 of the result.
template <typename B>
PairOf<B> LogNearOne(B& b, typename B::Value f) {
  static constexpr double kR[] = {0x1.5555555555592p-1, 0x1.999999997ff18p-2, 0x1.24924941e1726p-2,
                                  0x1.c71c5214296ddp-3, 0x1.74663cf99a7fap-3, 0x1.39a1e716ec6d5p-3,
                                  0x1.2f03d069e9188p-3};
  static constexpr double kP[] = {0x1.555556p-2, -0x1.ffff02p-3, 0x1.99985ep-3,
                                  -0x1.559bcp-3, 0x1.24d76ap-3,  -0x1.f33344p-4,
                                  0x1.bb5418p-4, -0x1.07e488p-3, 0x1.dffb1p-4};
  const auto half = b.Multiply(b.Number(-0.5), f);
  if constexpr (!B::kWide) {
    const auto cube = b.Multiply(b.Multiply(f, f), f);
    return {f, b.Fma(half, f, b.Multiply(cube, Polynomial(b, f, kP)))};
  }
  const auto high = b.Fma(half, f, f);
  const auto low = b.Fma(half, f, b.Subtract(f, high));
  const auto s = b.Divide(f, b.Add(f, b.Number(2)));
  const auto z = b.Multiply(s, s);
  const auto curve = b.Fma(b.Negate(half), f, b.Multiply(z, Polynomial(b, z, kR)));
  return {high, b.Fma(s, curve, low)};
}

// A logarithm where x is zero, negative, infinite or NaN, with the flags of the first two.
template <typename B>
typename B::Value LogOfSpecial(B& b, typename B::Value x) {
  return b.Subtract(b.Sqrt(x), b.Divide(b.Number(1), b.Abs(x)));
}

// The logarithm join(k, pair(f)) of x = 2^k (1 + f). Subnormals are scaled up, and the scale taken
// from k.
template <typename B, typename Pairs, typename Join>
typename B::Value LogOfNumber(B& b, typename B::Value x, Pairs pair, Join join,
                              uint64_t least = kUsualLeast<B>) {
  const auto rare = NotNormal(b, x);
  const auto safe = b.Rarely(rare, x, [&] {
    const auto scaled = b.Multiply(x, b.Number(B::kWide ? 0x1p54 : 0x1p25));
    return b.Select(IsSubnormal(b, x), scaled, b.Number(1));
  });
  const auto [k, f] = SplitNumber(b, safe, least);
  const PairOf<B> near = pair(f);
  return b.Rarely(rare, join(k, near), [&, k = k] {
    const auto less = join(b.Subtract(k, b.Number(B::kWide ? 54 : 25)), near);
    return b.Select(IsSubnormal(b, x), less, LogOfSpecial(b, x));
  });
}

// k log_base(2) + near; `high` has so few bits that its product with k is exact.
template <typename B>
typename B::Value WithExponent(B& b, typename B::Value k, double high, double low, PairOf<B> near) {
  const auto sum = b.Fma(k, b.Number(high), near.high);
  const auto lost = b.Add(b.Fma(k, b.Number(high), b.Negate(sum)), near.high);
  return b.Add(sum, b.Add(lost, b.Fma(k, b.Number(low), near.low)));
}

template <typename B>
typename B::Value PlusLn2(B& b, typename B::Value k, PairOf<B> near) {
  return B::kWide ? WithExponent(b, k, 0x1.62e42fefa38p-1, 0x1.ef35793c7673p-45, near)
                  : WithExponent(b, k, 0x1.62e4p-1, 0x1.7f7d1cf79abcap-20, near);
}

// For float32 in fewer operations: P in 8 terms, 4.7e-9 of the result.
template <typename B>
PairOf<B> NarrowNearOne(B& b, typename B::Value f) {
  static constexpr double kP[] = {0x1.555506p-2, -0x1.fffefap-3, 0x1.99d05cp-3, -0x1.559c3p-3,
                                  0x1.1ed452p-3, -0x1.f33c0ap-4, 0x1.1e72ap-3,  -0x1.07ab6ep-3};
  return {f, b.Multiply(b.Multiply(f, f), b.Fma(f, Polynomial(b, f, kP), b.Number(-0.5)))};
}

template <typename B>
typename B::Value Log(B& b, typename B::Value x) {
  return LogOfNumber(
      b, x, [&](auto f) { return B::kWide ? LogNearOne(b, f) : NarrowNearOne(b, f); },
      [&](auto k, auto near) { return PlusLn2(b, k, near); });
}

// log(1 + f) to the base of which `high` + `low` is 1 / ln(base), for float64.
template <typename B>
PairOf<B> Rebased(B& b, typename B::Value f, double high, double low) {
  const auto log = LogNearOne(b, f);
  const auto [product, error] = ExactProduct(b, log.high, b.Number(high));
  return {product, b.Fma(log.high, b.Number(low), b.Fma(log.low, b.Number(high), error))};
}

// For float32 lead f as a pair, and f Q(f), 10 terms: 4.1e-9 of the result. 1 + f is in
// [0.69, 1.38): neither f is as large nor k + log2(1 + f) as small as elsewhere.
template <typename B>
typename B::Value Log2(B& b, typename B::Value x) {
  [[maybe_unused]] static constexpr double kQ[] = {
      0x1.8b33bcp-26, -0x1.715472p-1, 0x1.ec702ep-2,  -0x1.7158ep-2, 0x1.279756p-2,
      -0x1.eb4a5ep-3, 0x1.9f413p-3,   -0x1.7db412p-3, 0x1.9398e4p-3, -0x1.19212cp-3};
  const auto near = [&](auto f) -> PairOf<B> {
    if constexpr (B::kWide) return Rebased(b, f, 0x1.71547652b82fep0, 0x1.777d0ffda0d24p-56);
    const auto [high, error] = ExactProduct(b, f, b.Number(0x1.715476p0));
    return {high, b.Fma(f, Polynomial(b, f, kQ), error)};
  };
  const auto join = [&](auto k, auto log) {
    const auto sum = FastSum(b, k, log.high);
    return b.Add(sum.high, b.Add(sum.low, log.low));
  };
  return LogOfNumber(b, x, near, join, B::kWide ? kRootOfHalf<B> : 0x3f30a3d7);
}

// For float32 the pair `near` is f and Q(f), 10 terms: 4.6e-9 of the result; the sum of k log10(2)
// and lead f is at least 1/8 unless k = 0, so what it loses is exact.
template <typename B>
typename B::Value Log10(B& b, typename B::Value x) {
  [[maybe_unused]] static constexpr double kQ[] = {
      -0x1.4fa8ap-27, -0x1.bcb7aap-3, 0x1.287a6p-3,   -0x1.bcbf34p-4, 0x1.63d7c8p-4,
      -0x1.2774c8p-4, 0x1.f734p-5,    -0x1.d59f24p-5, 0x1.d3832ep-5,  -0x1.1df038p-5};
  const auto near = [&](auto f) -> PairOf<B> {
    if constexpr (B::kWide) return Rebased(b, f, 0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57);
    return {f, Polynomial(b, f, kQ)};
  };
  const auto join = [&](auto k, auto log) {
    if constexpr (B::kWide)
      return WithExponent(b, k, 0x1.34413509f78p-2, 0x1.fef311f12b358p-46, log);
    const auto f = log.high, lead = b.Number(0x1.bcb7b2p-2);
    const auto whole = b.Multiply(k, b.Number(0x1.344p-2));  // 11 bits: exact
    const auto sum = b.Fma(f, lead, whole);
    const auto lost = b.Fma(f, lead, b.Subtract(whole, sum));
    const auto rest = b.Fma(k, b.Number(0x1.3509f79fef312p-18), b.Fma(f, log.low, lost));
    return b.Add(sum, rest);
  };
  return LogOfNumber(b, x, near, join, B::kWide ? kRootOfHalf<B> : 0x3f33c361);
}

// log(2^more (u + error)), or log(1 + small) where u is next to 1. The error counts only where
// log(u) is no longer small.
template <typename B>
typename B::Value LogOfSum(B& b, PairOf<B> u, PairOf<B> small, typename B::Value more) {
  const auto [k, f] = SplitNumber(b, u.high);
  const auto near = b.Equal(k, b.Number(0));
  auto log = LogNearOne(b, b.Select(near, small.high, f));
  log.low = b.Add(log.low, b.Divide(b.Select(near, small.low, u.low), u.high));
  return PlusLn2(b, b.Add(k, more), log);
}

template <typename B>
typename B::Value Log1p(B& b, typename B::Value from) {
  const auto zero = b.Number(0), one = b.Number(1);
  const auto total = b.Add(from, one);
  const auto rare = NotNormal(b, total);
  const auto x = Shielded(b, rare, from, 0);
  const auto far = b.Less(one, x);
  const PairOf<B> u = FastSum(b, b.Select(far, x, one), b.Select(far, one, x));
  const auto value = LogOfSum<B>(b, u, {x, zero}, zero);
  return b.Rarely(rare, SameSign(b, value, x), [&] { return LogOfSpecial(b, total); });
}

// log2 x in float64 arithmetic for a float32 result, for positive normal x: 5 terms, 4.2e-12 of
// itself.
template <typename W>
typename W::Value RoughLog2(W& b, typename W::Value x) {
  static constexpr double kTerms[] = {0x1.71547652beddep1, 0x1.ec709d12eb64ap-1,
                                      0x1.27777fd794adep-1, 0x1.a58d8f6f06ad8p-2,
                                      0x1.5ce7e9fe7b9ddp-2};
  const auto [k, f] = SplitNumber(b, x);
  const auto s = b.Divide(f, b.Add(f, b.Number(2)));
  return b.Fma(s, Polynomial(b, b.Multiply(s, s), kTerms), k);
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_LOG_H_

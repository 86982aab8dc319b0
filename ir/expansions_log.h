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

// k in units of `unit`, and what the rest of a number is for its logarithm.
template <typename Value, typename Near>
struct Parted {
  Value k;
  Near near;
};

// The logarithm join(k, near) of x = 2^k near, parted by split(x). Subnormals are scaled up, and
// the scale taken from k.
template <typename B, typename PartFn, typename Join>
typename B::Value LogOfNumber(B& b, typename B::Value x, PartFn split, Join join, double unit = 1) {
  const auto rare = NotNormal(b, x);
  const auto safe = b.Rarely(rare, x, [&] {
    const auto scaled = b.Multiply(x, b.Number(B::kWide ? 0x1p54 : 0x1p25));
    return b.Select(IsSubnormal(b, x), scaled, b.Number(1));
  });
  const auto parted = split(safe);
  return b.Rarely(rare, join(parted.k, parted.near), [&] {
    const auto k = b.Subtract(parted.k, b.Number((B::kWide ? 54 : 25) * unit));
    return b.Select(IsSubnormal(b, x), join(k, parted.near), LogOfSpecial(b, x));
  });
}

// By f = m - 1.
template <typename B, typename Pairs, typename Join>
typename B::Value LogOfNearOne(B& b, typename B::Value x, Pairs pair, Join join,
                               uint64_t least = kUsualLeast<B>) {
  const auto split = [&](auto safe) -> Parted<typename B::Value, PairOf<B>> {
    const auto [k, f] = SplitNumber(b, safe, least);
    return {k, pair(f)};
  };
  return LogOfNumber(b, x, split, join);
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
  return LogOfNearOne(
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

// For float32: m is in one of 16 ranges and times the range's factor, of few bits, within 0.036 of
// 1, exactly where it is within 1/32. What the factor adds to the logarithm is `high`, of 16 or 17
// bits behind the point, and `low`. The range of 1, from 0.98 to 1.023, has the factor 1.
struct LogTable {
  double lead;         // the base's logarithm of 1 + f: lead f + f Q(f), 1e-10 of the result
  double terms[5];     // of Q
  double exponent[2];  // that of 2: its product with k and the sum with `high` are exact
  double high[16], low[16];
};

inline constexpr uint64_t kLeastOfTable = 0x3f330000;
inline constexpr double kLogFactors[16] = {
    0x1.68p0, 0x1.58p0, 0x1.48p0,  0x1.40p0,  0x1.30p0,  0x1.28p0,  0x1.18p0,  0x1.10p0,
    0x1.08p0, 0x1p0,    0x1.e8p-1, 0x1.c8p-1, 0x1.b0p-1, 0x1.a0p-1, 0x1.88p-1, 0x1.78p-1};

inline constexpr LogTable kLog2Table = {
    0x1.715476p0,
    {0x1.49745ep-26, -0x1.715474p-1, 0x1.ec70d6p-2, -0x1.71a51cp-2, 0x1.267eb6p-2},
    {1, 0},
    {-0x1.f7a8p-2, -0x1.b48p-2, -0x1.6e24p-2, -0x1.49a8p-2, -0x1.fbcp-3, -0x1.acf8p-3, -0x1.08c8p-3,
     -0x1.664p-4, -0x1.6bap-5, 0, 0x1.1bbp-4, 0x1.564p-3, 0x1.f6p-3, 0x1.32cp-2, 0x1.8a88p-2,
     0x1.c818p-2},
    {-0x1.5a32c2p-20, 0x1.408c78p-18, 0x1.e3263p-18, 0x1.ed0cbap-20, -0x1.6b9026p-19,
     0x1.0e9258p-18, 0x1.3b992cp-18, 0x1.20a6dep-21, -0x1.a6eb1ep-18, 0, 0x1.953002p-19,
     -0x1.1eb002p-18, -0x1.3ab7cep-18, -0x1.1c8f12p-22, 0x1.80abfcp-18, 0x1.dc2d46p-18}};

inline constexpr LogTable kLog10Table = {
    0x1.bcb7b2p-2,
    {-0x1.5b8b14p-27, -0x1.bcb7aep-3, 0x1.287a8ap-3, -0x1.bd225p-4, 0x1.62bf26p-4},
    {0x1.344p-2, 0x1.3509f8p-18},
    {-0x1.2f3cp-3, -0x1.06ccp-3, -0x1.b8ep-4, -0x1.8cfp-4, -0x1.31bp-4, -0x1.024p-4, -0x1.3edp-5,
     -0x1.af6p-6, -0x1.b6p-7, 0, 0x1.55ap-6, 0x1.9c2p-5, 0x1.2e38p-4, 0x1.716p-4, 0x1.db1p-4,
     0x1.1298p-3},
    {0x1.2dc74cp-20, 0x1.4c2c9ep-22, 0x1.b2c54cp-20, -0x1.838866p-20, -0x1.82ae24p-19,
     -0x1.460f84p-19, -0x1.199a5ep-21, 0x1.b53fc6p-24, 0x1.6f714ep-19, 0, -0x1.0b6fe4p-20,
     -0x1.a1504p-19, 0x1.3a05bcp-19, -0x1.798e4cp-19, 0x1.ed766ap-20, 0x1.a4fb3ep-19}};

template <typename B>
typename B::Value LogByTable(B& b, typename B::Value x, const LogTable& table) {
  using Value = typename B::Value;
  struct Near {
    Value f, high, low;
  };
  constexpr double kUnit = 0x1p23;
  const auto split = [&](Value safe) -> Parted<Value, Near> {
    const auto bits = b.Minus(b.AsBits(safe), b.NumberBits(kLeastOfTable));
    const auto exponent = b.And(bits, b.NumberBits(0xff800000));
    const auto m = b.FromBits(b.Minus(b.AsBits(safe), exponent));
    const auto range = b.template ShiftRight<19>(bits);
    const auto f = b.Fma(m, b.Lookup(range, kLogFactors), b.Number(-1));
    return {b.FromInteger(exponent), {f, b.Lookup(range, table.high), b.Lookup(range, table.low)}};
  };
  const auto join = [&](Value k, const Near& near) {
    const auto lead = b.Number(table.lead);
    const auto whole = b.Fma(k, b.Number(table.exponent[0] / kUnit), near.high);
    const auto sum = b.Fma(near.f, lead, whole);
    const auto lost = b.Fma(near.f, lead, b.Subtract(whole, sum));
    const auto low =
        table.exponent[1] == 0 ? near.low : b.Fma(k, b.Number(table.exponent[1] / kUnit), near.low);
    const auto curve = b.Fma(near.f, Horner(b, near.f, table.terms), lost);
    return b.Add(sum, b.Add(curve, low));
  };
  return LogOfNumber(b, x, split, join, kUnit);
}

template <typename B>
typename B::Value Log2(B& b, typename B::Value x) {
  if constexpr (!B::kWide) return LogByTable(b, x, kLog2Table);
  const auto near = [&](auto f) {
    return Rebased(b, f, 0x1.71547652b82fep0, 0x1.777d0ffda0d24p-56);
  };
  const auto join = [&](auto k, auto log) {
    const auto sum = FastSum(b, k, log.high);
    return b.Add(sum.high, b.Add(sum.low, log.low));
  };
  return LogOfNearOne(b, x, near, join, kRootOfHalf<B>);
}

template <typename B>
typename B::Value Log10(B& b, typename B::Value x) {
  if constexpr (!B::kWide) return LogByTable(b, x, kLog10Table);
  const auto near = [&](auto f) {
    return Rebased(b, f, 0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57);
  };
  const auto join = [&](auto k, auto log) {
    return WithExponent(b, k, 0x1.34413509f78p-2, 0x1.fef311f12b358p-46, log);
  };
  return LogOfNearOne(b, x, near, join, kRootOfHalf<B>);
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

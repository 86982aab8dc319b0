// The parts of ir/expansions_*.h: polynomials and sums of two numbers ("pairs") that hold more
// digits than the type has. For the builder `B` see ir/expansions.h.
#ifndef BROADLOOM_IR_EXPANSIONS_BASE_H_
#define BROADLOOM_IR_EXPANSIONS_BASE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "ir/op.h"

namespace broadloom::expansions {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

template <typename B>
inline constexpr double kLargest = B::kWide ? 0x1.fffffffffffffp1023 : 0x1.fffffep127;
template <typename B>
inline constexpr double kBelowOne = B::kWide ? 0x1.fffffffffffffp-1 : 0x1.fffffep-1;
template <typename B>
inline constexpr double kAboveOne = B::kWide ? 0x1.0000000000001p0 : 0x1.000002p0;

// term(0) + term(1) x + term(2) x^2 + ..., innermost term first; every other one from `first` on.
template <typename B, typename Term>
typename B::Value Horner(B& b, typename B::Value x, size_t count, Term term, size_t first = 0,
                         size_t step = 1) {
  size_t i = count - 1 - (count - 1 - first) % step;
  auto sum = term(i);
  for (; i > first; i -= step) sum = b.Fma(sum, x, term(i - step));
  return sum;
}

template <typename B>
typename B::Value Horner(B& b, typename B::Value x, std::span<const double> c) {
  return Horner(b, x, c.size(), [&](size_t i) { return b.Number(c[i]); });
}

// The same polynomial as two that do not wait for each other.
template <typename B, typename Term>
typename B::Value PolynomialOf(B& b, typename B::Value x, size_t count, Term term) {
  if (count < 4) return Horner(b, x, count, term);
  const auto square = b.Multiply(x, x);
  return b.Fma(Horner(b, square, count, term, 1, 2), x, Horner(b, square, count, term, 0, 2));
}

template <typename B>
typename B::Value Polynomial(B& b, typename B::Value x, std::span<const double> c) {
  return PolynomialOf(b, x, c.size(), [&](size_t i) { return b.Number(c[i]); });
}

// The same, the constant term added last, so that the rounding of no other sum is as large.
template <typename B>
typename B::Value ConstantLast(B& b, typename B::Value x, std::span<const double> c) {
  return b.Fma(x, Polynomial(b, x, c.subspan(1)), b.Number(c[0]));
}

// As four polynomials of x^4: where one chain of operations is all that is waited for.
template <typename B>
typename B::Value LongPolynomial(B& b, typename B::Value x, std::span<const double> c) {
  const auto square = b.Multiply(x, x), fourth = b.Multiply(square, square);
  const auto part = [&](size_t first) {
    size_t i = c.size() - 1 - (c.size() - 1 - first) % 4;
    auto sum = b.Number(c[i]);
    for (; i > first; i -= 4) sum = b.Fma(sum, fourth, b.Number(c[i - 4]));
    return sum;
  };
  const auto low = b.Fma(part(1), x, part(0));
  return b.Fma(b.Fma(part(3), x, part(2)), square, low);
}

// The coefficients for the type.
template <typename B>
std::span<const double> TermsFor(std::span<const double> wide, std::span<const double> narrow) {
  return B::kWide ? wide : narrow;
}

// high + low, unevaluated; low is at most a few last places of high.
template <typename Value>
struct Pair {
  Value high, low;
};

template <typename B>
using PairOf = Pair<typename B::Value>;

// x + y exactly, for |x| >= |y| or x = 0.
template <typename B>
PairOf<B> FastSum(B& b, typename B::Value x, typename B::Value y) {
  const auto sum = b.Add(x, y);
  return {sum, b.Subtract(y, b.Subtract(sum, x))};
}

// x + y exactly.
template <typename B>
PairOf<B> ExactSum(B& b, typename B::Value x, typename B::Value y) {
  const auto sum = b.Add(x, y);
  const auto of_y = b.Subtract(sum, x);
  const auto of_x = b.Subtract(sum, of_y);
  return {sum, b.Add(b.Subtract(x, of_x), b.Subtract(y, of_y))};
}

// x + y rounded to odd: rounded to fewer bits later, it is rounded once. Of numbers that are not
// finite, their sum.
template <typename B>
typename B::Value OddSum(B& b, typename B::Value x, typename B::Value y) {
  const auto [sum, rest] = ExactSum(b, x, y);
  const auto bits = b.AsBits(sum), one = b.NumberBits(1);
  const auto odd = b.IsOdd(bits);
  const auto grows = b.Not(b.TopBit(b.Xor(bits, b.AsBits(rest))));
  const auto stays =
      b.Either(odd, b.Either(b.Equal(rest, b.Number(0)), b.Not(b.Equal(rest, rest))));
  const auto other = b.Select(grows, b.FromBits(b.Plus(bits, one)), b.FromBits(b.Minus(bits, one)));
  return b.Select(stays, sum, other);
}

// x y exactly, where nothing underflows.
template <typename B>
PairOf<B> ExactProduct(B& b, typename B::Value x, typename B::Value y) {
  const auto product = b.Multiply(x, y);
  return {product, b.Fma(x, y, b.Negate(product))};
}

// x y, to a few units of low's last place.
template <typename B>
PairOf<B> Product(B& b, PairOf<B> x, PairOf<B> y) {
  const auto [high, low] = ExactProduct(b, x.high, y.high);
  return {high, b.Fma(x.low, y.high, b.Fma(x.high, y.low, low))};
}

// x / y, rounded once but for some 2^-10 of a last place.
template <typename B>
typename B::Value Quotient(B& b, PairOf<B> x, PairOf<B> y) {
  const auto inverse = b.Divide(b.Number(1), y.high);
  const auto first = b.Multiply(x.high, inverse);
  const auto minus = b.Negate(first);
  const auto rest = b.Fma(minus, y.low, b.Add(b.Fma(minus, y.high, x.high), x.low));
  return b.Fma(rest, inverse, first);
}

// |x| beyond the limit, or NaN. On the bits: a comparison of floats would raise a flag for NaN.
template <typename B>
typename B::Mask Beyond(B& b, typename B::Value x, double limit) {
  return b.Below(b.AsBits(b.Number(limit)), b.AsBits(b.Abs(x)));
}

// All but numbers x >= 0 with low <= x < high. One comparison: what is left of the range becomes
// the least integers.
template <typename B>
typename B::Mask Outside(B& b, typename B::Value x, typename B::Value low, typename B::Value high) {
  const auto top = b.NumberBits(uint64_t{1} << (B::kWide ? 63 : 31));
  const auto one = b.NumberBits(1);
  const auto moved = b.Plus(b.AsBits(x), b.Minus(top, b.AsBits(low)));
  const auto last = b.Plus(b.Minus(b.Minus(b.AsBits(high), b.AsBits(low)), one), top);
  return b.Below(last, moved);
}

// All but positive normal numbers.
template <typename B>
typename B::Mask NotNormal(B& b, typename B::Value x) {
  return Outside(b, x, b.Number(B::kWide ? 0x1p-1022 : 0x1p-126), b.Number(kInfinity));
}

// What the common code computes with where the mask holds, so that it raises no flag there.
template <typename B>
typename B::Value Shielded(B& b, typename B::Mask mask, typename B::Value x, double harmless) {
  return b.Rarely(mask, x, [&] { return b.Number(harmless); });
}

// x, but 0 for NaN.
template <typename B>
typename B::Value Known(B& b, typename B::Value x) {
  return b.Select(b.Equal(x, x), x, b.Number(0));
}

// 2^(n + by) for an exponent of normal numbers, n the integer in the last bits of `magic` = Magic()
// + n.
template <typename B>
typename B::Value PowerOfTwo(B& b, typename B::Value magic, int by) {
  const int64_t bias = B::kWide ? 1023 : 127;
  const auto exponent = b.Plus(b.AsBits(magic), b.NumberBits(static_cast<uint64_t>(bias + by)));
  return b.FromBits(b.template ShiftLeft<B::kWide ? 52 : 23>(exponent));
}

// x 2^n where that is normal, as x.
template <typename B>
typename B::Value TimesPower(B& b, typename B::Value x, typename B::Value magic) {
  const auto exponent = b.template ShiftLeft<B::kWide ? 52 : 23>(b.AsBits(magic));
  return b.FromBits(b.Plus(b.AsBits(x), exponent));
}

// x 2^(n + by) in two steps: neither factor overflows, and only the second product is rounded.
template <typename B>
typename B::Value Scaled(B& b, typename B::Value x, typename B::Value magic, typename B::Value n,
                         int by) {
  const int64_t bias = B::kWide ? 1023 : 127;
  const auto half = b.Fma(n, b.Number(0.5), b.Number(B::Magic()));
  const auto rest = b.Plus(b.Minus(b.AsBits(magic), b.AsBits(half)),
                           b.NumberBits(static_cast<uint64_t>(bias + by)));
  const auto second = b.FromBits(b.template ShiftLeft<B::kWide ? 52 : 23>(rest));
  return b.Multiply(b.Multiply(x, PowerOfTwo(b, half, 0)), second);
}

// The sign as the top bit.
template <typename B>
typename B::Bits SignOf(B& b, typename B::Value x) {
  return b.And(b.AsBits(x), b.NumberBits(uint64_t{1} << (B::kWide ? 63 : 31)));
}

// The sign of `sign` on top of value's own: sign(sign) * value.
template <typename B>
typename B::Value TimesSign(B& b, typename B::Value value, typename B::Value sign) {
  return b.FromBits(b.Xor(b.AsBits(value), SignOf(b, sign)));
}

// Zeros get the sign of `sign`; other values have it already.
template <typename B>
typename B::Value SameSign(B& b, typename B::Value value, typename B::Value sign) {
  return b.FromBits(b.Or(b.AsBits(value), SignOf(b, sign)));
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_BASE_H_

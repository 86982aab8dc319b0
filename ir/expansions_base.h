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

// c[0] + c[1] x + c[2] x^2 + ..., innermost term first.
template <typename B>
typename B::Value Horner(B& b, typename B::Value x, std::span<const double> c) {
  auto sum = b.Number(c.back());
  for (size_t i = c.size() - 1; i-- > 0;) sum = b.Fma(sum, x, b.Number(c[i]));
  return sum;
}

// Every other term.
template <typename B>
typename B::Value HornerOfSquare(B& b, typename B::Value square, std::span<const double> c,
                                 size_t first) {
  size_t i = c.size() - 1 - (c.size() - 1 - first) % 2;
  auto sum = b.Number(c[i]);
  for (; i > first; i -= 2) sum = b.Fma(sum, square, b.Number(c[i - 2]));
  return sum;
}

// The same polynomial as two that do not wait for each other.
template <typename B>
typename B::Value Polynomial(B& b, typename B::Value x, std::span<const double> c) {
  if (c.size() < 4) return Horner(b, x, c);
  const auto square = b.Multiply(x, x);
  return b.Fma(HornerOfSquare(b, square, c, 1), x, HornerOfSquare(b, square, c, 0));
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

// `x` where its magnitude is below the bound, for odd functions whose cubic term no longer counts.
template <typename B>
typename B::Value OrSelf(B& b, typename B::Value x, typename B::Value value) {
  return b.Select(b.Less(b.Abs(x), b.Number(B::kWide ? 0x1p-28 : 0x1p-13)), x, value);
}

// 2^(n + by) for an exponent of normal numbers, n the integer in the last bits of `magic` = Magic()
// + n.
template <typename B>
typename B::Value PowerOfTwo(B& b, typename B::Value magic, int by) {
  const int bias = B::kWide ? 1023 : 127;
  const auto exponent = b.Plus(b.AsBits(magic), b.NumberBits(static_cast<uint64_t>(bias + by)));
  return b.FromBits(b.template ShiftLeft<B::kWide ? 52 : 23>(exponent));
}

// x 2^(n + by) in two steps: neither factor overflows, and only the second product is rounded.
template <typename B>
typename B::Value Scaled(B& b, typename B::Value x, typename B::Value magic, typename B::Value n,
                         int by) {
  const int bias = B::kWide ? 1023 : 127;
  const auto half = b.Fma(n, b.Number(0.5), b.Number(B::Magic()));
  const auto rest = b.Plus(b.Minus(b.AsBits(magic), b.AsBits(half)),
                           b.NumberBits(static_cast<uint64_t>(bias + by)));
  const auto second = b.FromBits(b.template ShiftLeft<B::kWide ? 52 : 23>(rest));
  return b.Multiply(b.Multiply(x, PowerOfTwo(b, half, 0)), second);
}

// The sign of `sign` on top of value's own: sign(sign) * value.
template <typename B>
typename B::Value TimesSign(B& b, typename B::Value value, typename B::Value sign) {
  const auto top = b.And(b.AsBits(sign), b.NumberBits(uint64_t{1} << (B::kWide ? 63 : 31)));
  return b.FromBits(b.Xor(b.AsBits(value), top));
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_BASE_H_

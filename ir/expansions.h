// Elementary functions written once, over a builder of operations: the reference evaluator computes
// with it, codegen emits vectors with it, and both get the same bits. `B` is for one float type:
//
//   B::kWide                                    whether it is float64, else float32
//   Value Number(double)                        rounded to the type
//   Add Multiply Fma Abs Sqrt CopySign          as IEEE 754 rounds them; Subtract(a, b)
//   Mask Less(a, b); Value Select(mask, a, b)   false for NaN
//   Value Scaled(Value x, Value magic, int by)  x * 2^(n + by); n: the integer in the last bits of
//                                               `magic` = Magic() + n
//   Value Call(Op, x)                           SLEEF's function
//   Value CallWide(Op, x)                       the same in float64, rounded
//
// Internal fused multiply-adds are part of the definition. Constants are those of the functions,
// to more digits than the type has; bounds in ULP are measured (docs/numerics.md).
#ifndef BROADLOOM_IR_EXPANSIONS_H_
#define BROADLOOM_IR_EXPANSIONS_H_

#include <limits>
#include <optional>
#include <span>

#include "ir/op.h"

namespace broadloom::expansions {

// c[0] + c[1] x + c[2] x^2 + ..., innermost term first.
template <typename B>
typename B::Value Polynomial(B& b, typename B::Value x, std::span<const double> c) {
  auto sum = b.Number(c.back());
  for (size_t i = c.size() - 1; i-- > 0;) sum = b.Fma(sum, x, b.Number(c[i]));
  return sum;
}

// e^x * 2^by. With n the integer next to x / ln 2 and r = x - n ln 2, kept as r + rest:
// e^x = 2^n (1 + r + rest + r^2 q(r)), q the Taylor series.
template <typename B>
typename B::Value ScaledExp(B& b, typename B::Value x, int by) {
  static constexpr double kTaylor[] = {
      1.0 / 2,     1.0 / 6,      1.0 / 24,      1.0 / 120,      1.0 / 720,       1.0 / 5040,
      1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
  const auto terms = std::span(kTaylor).first(B::kWide ? 12 : 6);
  const double low = B::kWide ? -750 : -110, high = B::kWide ? 712 : 90;
  x = b.Select(b.Less(x, b.Number(low)), b.Number(low), x);
  x = b.Select(b.Less(b.Number(high), x), b.Number(high), x);
  const auto magic = b.Fma(x, b.Number(0x1.71547652b82fep0), b.Number(B::Magic()));
  const auto n = b.Subtract(magic, b.Number(B::Magic()));
  // The first part of ln 2 has so few bits that its product with n is exact.
  const double ln2_high = B::kWide ? 0x1.62e42fep-1 : 0x1.62e4p-1;
  const double ln2_low = B::kWide ? 0x1.f473de6af278fp-30 : 0x1.7f7d1cf79abcap-20;
  const auto near = b.Fma(n, b.Number(-ln2_high), x);
  const auto r = b.Fma(n, b.Number(-ln2_low), near);
  const auto rest = b.Fma(n, b.Number(-ln2_low), b.Subtract(near, r));
  const auto tail = b.Fma(b.Multiply(r, r), Polynomial(b, r, terms), rest);
  const auto one = b.Number(1);
  const auto sum = b.Add(one, r);
  const auto error = b.Subtract(r, b.Subtract(sum, one));
  return b.Scaled(b.Add(sum, b.Add(error, tail)), magic, by);
}

template <typename B>
typename B::Value Exp(B& b, typename B::Value x) {
  return ScaledExp(b, x, 0);
}

// x where the cubic term of an odd function's series is below the last place; SLEEF rounds down.
template <typename B>
typename B::Value OrSelf(B& b, typename B::Value x, typename B::Value value) {
  return b.Select(b.Less(b.Abs(x), b.Number(B::kWide ? 0x1p-28 : 0x1p-13)), x, value);
}

// e^|x| / 2 where e^-|x| no longer counts; SLEEF overflows there.
template <typename B>
typename B::Value SinhOrCosh(B& b, Op op, typename B::Value x) {
  const auto magnitude = b.Abs(x);
  const auto large = b.Less(b.Number(B::kWide ? 40 : 20), magnitude);
  const auto half_exp = ScaledExp(b, magnitude, -1);
  const auto near = b.Call(op, b.Select(large, b.Number(0), x));
  if (op == Op::k_cosh) return b.Select(large, half_exp, near);
  return b.Select(large, b.CopySign(half_exp, x), OrSelf(b, x, near));
}

// SLEEF squares x on the way: beyond, and for subnormals, the function is its own asymptote.
template <typename B>
typename B::Value Log1p(B& b, typename B::Value x) {
  const auto large = b.Less(b.Number(B::kWide ? 0x1p60 : 0x1p30), x);
  const auto tiny = b.Less(b.Abs(x), b.Number(B::kWide ? 0x1p-60 : 0x1p-30));
  const auto near = b.Select(large, b.Number(1), x);
  const auto far = b.Select(large, x, b.Number(1));
  return b.Select(large, b.Call(Op::k_log, far), b.Select(tiny, x, b.Call(Op::k_log1p, near)));
}

// For large x: log(2x) = 2 log(sqrt(x) sqrt(2)), which does not overflow and whose rounding on the
// way is far below the last place of the result.
template <typename B>
typename B::Value LogOfTwice(B& b, typename B::Value x) {
  const auto root = b.Multiply(b.Sqrt(x), b.Number(0x1.6a09e667f3bcdp0));
  return b.Multiply(b.Number(2), b.Call(Op::k_log, root));
}

template <typename B>
typename B::Value AsinhOrAcosh(B& b, Op op, typename B::Value x) {
  const auto magnitude = op == Op::k_asinh ? b.Abs(x) : x;
  const auto large = b.Less(b.Number(B::kWide ? 0x1p30 : 0x1p15), magnitude);
  const auto far = LogOfTwice(b, b.Select(large, magnitude, b.Number(1)));
  const auto near = b.Call(op, b.Select(large, b.Number(1), x));
  if (op == Op::k_acosh) return b.Select(large, far, near);
  return b.Select(large, b.CopySign(far, x), OrSelf(b, x, near));
}

// Stirling's series has ended where x log(x) - x is all that is left of lgamma.
template <typename B>
typename B::Value LogGamma(B& b, typename B::Value x) {
  const auto large = b.Less(b.Number(0x1p70), x);
  const auto far = b.Select(large, x, b.Number(1));
  const auto stirling = b.Fma(far, b.Call(Op::k_log, far), b.Subtract(b.Number(0), far));
  const auto finite = b.Less(x, b.Number(std::numeric_limits<double>::infinity()));
  return b.Select(large, b.Select(finite, stirling, x),
                  b.Call(Op::k_lgamma, b.Select(large, b.Number(1), x)));
}

// The expansion of a function of one operand; nullopt where SLEEF's own is used. Its float32 error
// functions and gamma functions err by more than an ULP, the float64 ones rounded do not.
template <typename B>
std::optional<typename B::Value> Expand(B& b, Op op, typename B::Value x) {
  switch (op) {
    case Op::k_exp: return Exp(b, x);
    case Op::k_sinh:
    case Op::k_cosh: return SinhOrCosh(b, op, x);
    case Op::k_log1p: return Log1p(b, x);
    case Op::k_asinh:
    case Op::k_acosh: return AsinhOrAcosh(b, op, x);
    case Op::k_tanh:
    case Op::k_atanh: return OrSelf(b, x, b.Call(op, x));
    case Op::k_erf:
    case Op::k_erfc:
    case Op::k_gamma: return B::kWide ? b.Call(op, x) : b.CallWide(op, x);
    case Op::k_lgamma: return B::kWide ? LogGamma(b, x) : b.CallWide(op, x);
    default: return std::nullopt;
  }
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_H_

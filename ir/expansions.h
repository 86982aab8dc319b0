// Elementary functions written once, over a builder of operations: the reference evaluator computes
// with it, codegen emits vectors with it, and both get the same bits. `B` is for one float type:
//
//   B::Value, B::Mask, B::Bits              a number, a truth value, the number's bits
//   B::kWide                                whether it is float64, else float32
//   B::Magic()                              1.5 * 2^52 (2^23): a sum with n ends in the bits of n
//
//   Value Number(double)                    rounded to the type
//   int Integer(Value)                      the integer that a constant is
//   Value Add Subtract Multiply Divide      as IEEE 754 rounds them
//   Value Fma Negate Abs Sqrt CopySign      these, too
//   Mask Less(a, b), Equal(a, b)            false for NaN
//   Mask Not(m), Both(m, m), Either(m, m)
//   Value Select(mask, a, b)
//
//   Bits AsBits(Value), NumberBits(uint64_t)
//   Value FromBits(Bits)
//   Bits Plus Minus And Or Xor (a, b)       of unsigned integers that wrap, as wide as the type
//   Bits ShiftLeft<by>(a), ShiftRight<by>(a)
//   Mask Below(Bits, Bits), TopBit(Bits)    of signed integers: a < b, a < 0
//   Mask IsOdd(Bits)                        of integers
//   Value FromInteger(Bits)                 of a signed integer
//   Value Lookup(Bits, table)               for float32: the number at the last four bits
//
//   Value Call(Op, x), Call(Op, x, y)       SLEEF's function
//   Value Special(Op, x), Special(Op, x, y) of float64: that of ir/special_functions.h, C's pow
//   Value Rarely(mask, value, special)      special() where the mask holds, else `value`
//   B::Wide                                 for float32: the builder for float64 numbers
//   Value Widely(f, x...)                   f(wide, x as float64...), rounded to float32
//
// Special cases. What is not common is left to Rarely, whose code few vectors enter: the common
// code has no selects for it, and gets a harmless number in such lanes (Shielded). The CPU's flags
// stand for NumPy's warnings: where a result is infinite though no operand is, or NaN though no
// operand is, some operation on the operands must have raised divide-by-zero, invalid or overflow;
// for ordinary numbers none may be raised, nor for NaN: it is tested on bits or by Equal, since
// Less raises invalid for it.
//
// Internal fused multiply-adds are part of the definition. Polynomials are minimax fits of ours
// (Remez exchange, coefficients rounded from the lowest up, the rest fitted anew), with the bound
// next to each; other constants are those of the functions, to more digits than the type has.
// Bounds in ULP are measured (docs/numerics.md).
#ifndef BROADLOOM_IR_EXPANSIONS_H_
#define BROADLOOM_IR_EXPANSIONS_H_

#include <optional>

#include "ir/expansions_areas.h"
#include "ir/expansions_error.h"
#include "ir/expansions_exp.h"
#include "ir/expansions_gamma.h"
#include "ir/expansions_log.h"
#include "ir/expansions_pow.h"
#include "ir/expansions_special.h"
#include "ir/expansions_trig.h"

namespace broadloom::expansions {

// The expansion of a function of one operand; nullopt where SLEEF's own is used.
template <typename B>
std::optional<typename B::Value> Expand(B& b, Op op, typename B::Value x) {
  switch (op) {
    case Op::k_exp: return Exp(b, x);
    case Op::k_exp2: return Exp2(b, x);
    case Op::k_expm1: return Expm1(b, x);
    case Op::k_sinh:
    case Op::k_cosh: return SinhOrCosh(b, op, x);
    case Op::k_tanh: return Tanh(b, x);
    case Op::k_sigmoid: return Sigmoid(b, x);
    case Op::k_log: return Log(b, x);
    case Op::k_log2: return Log2(b, x);
    case Op::k_log10: return Log10(b, x);
    case Op::k_log1p: return Log1p(b, x);
    case Op::k_asinh: return Asinh(b, x);
    case Op::k_acosh: return Acosh(b, x);
    case Op::k_atanh: return Atanh(b, x);
    case Op::k_asin:
    case Op::k_acos: return ArcSinOrCos(b, op, x);
    case Op::k_atan:
    case Op::k_cbrt: return KnownCall(b, op, x);
    case Op::k_sin:
    case Op::k_cos: return SinOrCos(b, op, x);
    case Op::k_tan: return Tan(b, x);
    case Op::k_erf: return Erf(b, x);
    case Op::k_erfc: return Erfc(b, x);
    case Op::k_gamma: return Gamma(b, x);
    case Op::k_lgamma: return LogGamma(b, x);
    case Op::k_erfinv:
    case Op::k_digamma:
    case Op::k_i0: return SpecialFunction(b, op, x);
    default: return std::nullopt;
  }
}

// The same for two operands.
template <typename B>
std::optional<typename B::Value> Expand2(B& b, Op op, typename B::Value x, typename B::Value y) {
  if (op == Op::k_pow) return Pow(b, x, y);
  if (op == Op::k_integer_pow) return IntegerPow(b, x, b.Integer(y));
  if (op == Op::k_hypot) return Hypot(b, x, y);
  if (op == Op::k_beta) return SpecialFunction(b, op, x, y);
  return std::nullopt;
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_H_

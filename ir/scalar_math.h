// The builder of ir/expansions.h that computes. Internal to the reference evaluator.
#ifndef BROADLOOM_IR_SCALAR_MATH_H_
#define BROADLOOM_IR_SCALAR_MATH_H_

#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <type_traits>

#include "ir/op.h"

namespace broadloom {

// SLEEF's functions (sleef.cc).
float CallSleef(Op op, float x);
double CallSleef(Op op, double x);
float CallSleef(Op op, float x, float y);
double CallSleef(Op op, double x, double y);
// Those of ir/special_functions.h, also there.
double CallSpecial(Op op, double x);
double CallSpecial(Op op, double x, double y);

template <typename T>
struct ScalarMath {
  using Value = T;
  using Mask = bool;
  using Bits = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
  using Wide = ScalarMath<double>;
  static constexpr bool kWide = sizeof(T) == 8;
  static constexpr double Magic() { return kWide ? 0x1.8p52 : 0x1.8p23; }

  T Number(double value) const { return static_cast<T>(value); }
  int Integer(T x) const { return static_cast<int>(x); }
  T Add(T a, T b) const { return a + b; }
  T Subtract(T a, T b) const { return a - b; }
  T Multiply(T a, T b) const { return a * b; }
  T Divide(T a, T b) const { return a / b; }
  T Fma(T a, T b, T c) const { return std::fma(a, b, c); }
  T Negate(T x) const { return -x; }
  T Abs(T x) const { return std::fabs(x); }
  T Sqrt(T x) const { return std::sqrt(x); }
  T CopySign(T magnitude, T sign) const { return std::copysign(magnitude, sign); }

  bool Less(T a, T b) const { return a < b; }
  bool Equal(T a, T b) const { return a == b; }
  bool Not(bool a) const { return !a; }
  bool Both(bool a, bool b) const { return a && b; }
  bool Either(bool a, bool b) const { return a || b; }
  T Select(bool mask, T a, T b) const { return mask ? a : b; }

  Bits AsBits(T x) const { return std::bit_cast<Bits>(x); }
  T FromBits(Bits x) const { return std::bit_cast<T>(x); }
  Bits NumberBits(uint64_t value) const { return static_cast<Bits>(value); }
  Bits Plus(Bits a, Bits b) const { return a + b; }
  Bits Minus(Bits a, Bits b) const { return a - b; }
  Bits And(Bits a, Bits b) const { return a & b; }
  Bits Or(Bits a, Bits b) const { return a | b; }
  Bits Xor(Bits a, Bits b) const { return a ^ b; }
  template <int by>
  Bits ShiftLeft(Bits x) const {
    return x << by;
  }
  template <int by>
  Bits ShiftRight(Bits x) const {
    return x >> by;
  }
  bool Below(Bits a, Bits b) const {
    return static_cast<std::make_signed_t<Bits>>(a) < static_cast<std::make_signed_t<Bits>>(b);
  }
  bool TopBit(Bits x) const { return x >> (8 * sizeof(T) - 1) != 0; }
  bool IsOdd(Bits x) const { return (x & 1) != 0; }

  T FromInteger(Bits x) const { return static_cast<T>(static_cast<std::make_signed_t<Bits>>(x)); }
  T Lookup(Bits x, std::span<const double, 16> table) const {
    return static_cast<T>(table[x & 15]);
  }

  template <typename F, typename... Operands>
  T Widely(F f, Operands... x) const {
    Wide wide;
    return static_cast<T>(f(wide, static_cast<double>(x)...));
  }

  T Call(Op op, T x) const { return CallSleef(op, x); }
  T Call(Op op, T x, T y) const { return CallSleef(op, x, y); }

  T Special(Op op, T x) const { return CallSpecial(op, x); }
  T Special(Op op, T x, T y) const { return CallSpecial(op, x, y); }

  template <typename Special>
  T Rarely(bool mask, T value, Special special) const {
    return mask ? special() : value;
  }
};

}  // namespace broadloom

#endif  // BROADLOOM_IR_SCALAR_MATH_H_

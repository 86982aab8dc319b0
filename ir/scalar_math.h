// The builder of ir/expansions.h that computes. Internal to the reference evaluator.
#ifndef BROADLOOM_IR_SCALAR_MATH_H_
#define BROADLOOM_IR_SCALAR_MATH_H_

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "ir/op.h"

namespace broadloom {

// SLEEF's functions (sleef.cc).
float CallSleef(Op op, float x);
double CallSleef(Op op, double x);
float CallSleef(Op op, float x, float y);
double CallSleef(Op op, double x, double y);

template <typename T>
struct ScalarMath {
  using Value = T;
  using Mask = bool;
  using Bits = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
  static constexpr bool kWide = sizeof(T) == 8;
  static constexpr double Magic() { return kWide ? 0x1.8p52 : 0x1.8p23; }

  T Number(double value) const { return static_cast<T>(value); }
  T Add(T a, T b) const { return a + b; }
  T Subtract(T a, T b) const { return a - b; }
  T Multiply(T a, T b) const { return a * b; }
  T Fma(T a, T b, T c) const { return std::fma(a, b, c); }
  T Abs(T x) const { return std::fabs(x); }
  T Sqrt(T x) const { return std::sqrt(x); }
  T CopySign(T magnitude, T sign) const { return std::copysign(magnitude, sign); }
  bool Less(T a, T b) const { return a < b; }
  T Select(bool mask, T a, T b) const { return mask ? a : b; }
  T Call(Op op, T x) const { return CallSleef(op, x); }
  T CallWide(Op op, T x) const { return static_cast<T>(CallSleef(op, static_cast<double>(x))); }

  // In two steps: neither factor overflows, and only the second product is rounded.
  T Scaled(T x, T magic, int by) const {
    constexpr int kBits = 8 * sizeof(T), kBias = kWide ? 1023 : 127, kMantissa = kWide ? 52 : 23;
    constexpr Bits kHalf = Bits{1} << (kBits - 20);  // keeps the shifted number positive
    const Bits n =
        std::bit_cast<Bits>(magic) - std::bit_cast<Bits>(Number(Magic())) + static_cast<Bits>(by);
    const Bits first = ((n + 2 * kHalf) >> 1) - kHalf, second = n - first;
    const auto power = [&](Bits k) { return std::bit_cast<T>((k + kBias) << kMantissa); };
    return x * power(first) * power(second);
  }
};

}  // namespace broadloom

#endif  // BROADLOOM_IR_SCALAR_MATH_H_

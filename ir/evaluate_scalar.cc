// What each elementwise operation means, one number at a time. The judge is NumPy 2.4 on x86-64,
// where its array loops and its scalar tails differ, the array loops. Elementary functions are
// SLEEF's, bit by bit those of generated code.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "ir/arithmetic.h"
#include "ir/box.h"
#include "ir/evaluate.h"
#include "ir/expansions.h"
#include "ir/philox.h"
#include "ir/scalar_math.h"

namespace broadloom {
namespace {

using Operands = absl::Span<const Scalar>;

template <typename F>
Scalar Unary(Operands x, F f) {
  return WithType(x[0].dtype, [&]<typename T>(T) { return Box(f(Unbox<T>(x[0]))); });
}

template <typename F>
Scalar Binary(Operands x, F f) {
  return WithType(x[0].dtype,
                  [&]<typename T>(T) { return Box(f(Unbox<T>(x[0]), Unbox<T>(x[1]))); });
}

// For operations that the dtype rules give floats only.
template <typename F>
Scalar Floating(Operands x, F f) {
  if (x[0].dtype == DType::kFloat32) return Box<float>(f(Unbox<float>(x[0])));
  return Box<double>(f(Unbox<double>(x[0])));
}

// f of floats; integers are themselves.
template <typename F>
Scalar Rounded(Operands x, F f) {
  return x[0].dtype.is_floating() ? Floating(x, f) : x[0];
}

// -1, 0 or 1, and 2 where a NaN is among them. NumPy compares int64 with uint64 exactly, not as
// float64.
int Order(Operands x) {
  const auto compare = [](auto a, auto b) { return a < b ? -1 : a == b ? 0 : a > b ? 1 : 2; };
  if (x[0].dtype.is_floating()) return compare(AsDouble(x[0]), AsDouble(x[1]));
  const int64_t a = AsInt(x[0]), b = AsInt(x[1]);
  if (x[0].dtype.is_signed() && a < 0 && x[1].dtype.is_unsigned()) return -1;
  if (x[1].dtype.is_signed() && b < 0 && x[0].dtype.is_unsigned()) return 1;
  if (x[0].dtype.is_signed() && x[1].dtype.is_signed()) return compare(a, b);
  return compare(static_cast<uint64_t>(a), static_cast<uint64_t>(b));
}

// The next number of the same dtype: one step on the bits, which are ordered as the magnitudes are.
Scalar NextAfter(const Scalar& from, const Scalar& to) {
  const double x = AsDouble(from), y = AsDouble(to);
  if (std::isnan(x)) return from;
  if (std::isnan(y)) return to;
  if (x == y) return from.dtype == DType::kFloat16 ? from : to;  // zeros of two signs
  const uint64_t sign = uint64_t{1} << (8 * from.dtype.size() - 1);
  if (x == 0) return {from.dtype, (to.bits & sign) | 1};
  return {from.dtype, from.bits + ((x < y) == (x > 0) ? 1 : -1)};
}

int64_t BitCount(const Scalar& x) {
  const int64_t value = AsInt(x);
  return std::popcount(x.dtype.is_signed() ? Magnitude(value) : static_cast<uint64_t>(value));
}

int64_t LeadingZeros(const Scalar& x) {
  const int bits = 8 * x.dtype.size();
  const uint64_t mask = bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
  return std::countl_zero(static_cast<uint64_t>(AsInt(x)) & mask) - (64 - bits);
}

// float64 to float32, rounded to odd.
float NarrowToOdd(double x) {
  const auto nearest = static_cast<float>(x);
  const auto bits = std::bit_cast<uint32_t>(nearest);
  if (nearest == x || x != x || (bits & 1) != 0) return nearest;
  return std::bit_cast<float>(std::fabs(x) > std::fabs(nearest) ? bits + 1 : bits - 1);
}

// Products of halves are exact in float64.
Scalar HalfFma(Operands x) {
  ScalarMath<double> math;
  const double product = AsDouble(x[0]) * AsDouble(x[1]);
  return MakeScalar(x[0].dtype, NarrowToOdd(expansions::OddSum(math, product, AsDouble(x[2]))));
}

Scalar Fma(Operands x) {
  if (x[0].dtype.is_half()) return HalfFma(x);
  return WithType(x[0].dtype, [&]<typename T>(T) {
    const T a = Unbox<T>(x[0]), b = Unbox<T>(x[1]), c = Unbox<T>(x[2]);
    if constexpr (kIsFloat<T>)
      return Box<T>(std::fma(a, b, c));
    else
      return Box<T>(Add(Multiply(a, b), c));
  });
}

bool ComputesHalves(Op op, Operands x) {
  if (InfoOf(op).Is(kOnBits)) return false;
  return std::any_of(x.begin(), x.end(), [](const Scalar& s) { return s.dtype.is_half(); });
}

// As float32, rounded once.
Scalar EvaluateHalves(Op op, DType result, Operands x) {
  std::vector<Scalar> wide;
  for (const Scalar& operand : x) wide.push_back(CastTo(MachineType(operand.dtype), operand));
  return CastTo(result, EvaluateElementwise(op, MachineType(result), wide));
}

bool IsTrue(const Scalar& x) { return Unbox<bool>(CastTo(DType::kBool, x)); }

template <typename T>
Scalar Elementary(Op op, Operands x) {
  ScalarMath<T> math;
  if (x.size() == 2) {
    const T a = Unbox<T>(x[0]), b = Unbox<T>(x[1]);
    const auto value = expansions::Expand2(math, op, a, b);
    return Box(value.has_value() ? *value : CallSleef(op, a, b));
  }
  const auto value = expansions::Expand(math, op, Unbox<T>(x[0]));
  return Box(value.has_value() ? *value : CallSleef(op, Unbox<T>(x[0])));
}

Scalar Elementary(Op op, Operands x) {
  return x[0].dtype == DType::kFloat64 ? Elementary<double>(op, x) : Elementary<float>(op, x);
}

#define BL_UNARY(F) Unary(x, [](auto a) { return F(a); })
#define BL_BINARY(F) Binary(x, [](auto a, auto b) { return F(a, b); })
#define BL_ROUNDED(F) Rounded(x, [](auto a) { return std::F(a); })
#define BL_TEST(F, of_integers) Box(x[0].dtype.is_floating() ? F(AsDouble(x[0])) : of_integers)

}  // namespace

Scalar EvaluateElementwise(Op op, DType result, Operands x) {
  if (ComputesHalves(op, x)) return EvaluateHalves(op, result, x);
  switch (op) {
    case Op::k_copy:
    case Op::k_keep:
    case Op::k_positive: return x[0];
    case Op::k_astype: return CastTo(result, x[0]);
    case Op::k_real: return RealOf(x[0]);
    case Op::k_imag: return ImaginaryOf(x[0]);
    case Op::k_complex: return MakeComplex(x[0], x[1]);
    case Op::k_negative: return BL_UNARY(Negative);
    case Op::k_invert: return BL_UNARY(Invert);
    case Op::k_logical_not: return Box(!IsTrue(x[0]));
    case Op::k_abs: return BL_UNARY(Abs);
    case Op::k_sign: return BL_UNARY(Sign);
    case Op::k_square: return Unary(x, [](auto a) { return Multiply(a, a); });
    case Op::k_sqrt: return Floating(x, [](auto a) { return std::sqrt(a); });
    case Op::k_floor: return BL_ROUNDED(floor);
    case Op::k_ceil: return BL_ROUNDED(ceil);
    case Op::k_trunc: return BL_ROUNDED(trunc);
    case Op::k_rint:
    case Op::k_round: return BL_ROUNDED(rint);
    case Op::k_reciprocal: return BL_UNARY(Reciprocal);
    case Op::k_degrees:
      return Floating(x, [](auto a) { return a * kDegreesPerRadian<decltype(a)>; });
    case Op::k_radians:
      return Floating(x, [](auto a) { return a * kRadiansPerDegree<decltype(a)>; });
    case Op::k_bitwise_count: return MakeIntScalar(result, BitCount(x[0]));
    case Op::k_clz: return MakeIntScalar(result, LeadingZeros(x[0]));
    case Op::k_signbit: return BL_TEST(std::signbit, x[0].dtype.is_signed() && AsInt(x[0]) < 0);
    case Op::k_isnan: return BL_TEST(std::isnan, false);
    case Op::k_isinf: return BL_TEST(std::isinf, false);
    case Op::k_isfinite: return BL_TEST(std::isfinite, true);
    case Op::k_add: return BL_BINARY(Add);
    case Op::k_subtract: return BL_BINARY(Subtract);
    case Op::k_multiply: return BL_BINARY(Multiply);
    case Op::k_divide: return BL_BINARY(Divide);
    case Op::k_floor_divide: return BL_BINARY(FloorDivide);
    case Op::k_remainder: return BL_BINARY(Remainder);
#define BL_ELEMENTARY(op) case Op::k_##op:
#include "ir/elementary.def"
      if (x[0].dtype.is_floating()) return Elementary(op, x);
      return BL_BINARY(IntegerPower);
    case Op::k_fmod: return BL_BINARY(Fmod);
    case Op::k_gcd: return BL_BINARY(Gcd);
    case Op::k_lcm: return BL_BINARY(Lcm);
    case Op::k_fmax: return BL_BINARY(FMax);
    case Op::k_fmin: return BL_BINARY(FMin);
    case Op::k_heaviside:
      return Floating(x, [&](auto a) { return Heaviside(a, Unbox<decltype(a)>(x[1])); });
    case Op::k_nextafter: return NextAfter(x[0], x[1]);
    case Op::k_maximum: return BL_BINARY(Maximum);
    case Op::k_minimum: return BL_BINARY(Minimum);
    case Op::k_copysign:
      return Floating(x, [&](auto a) { return std::copysign(a, Unbox<decltype(a)>(x[1])); });
    case Op::k_equal: return Box(Order(x) == 0);
    case Op::k_not_equal: return Box(Order(x) != 0);
    case Op::k_less: return Box(Order(x) == -1);
    case Op::k_less_equal: return Box(Order(x) <= 0);
    case Op::k_greater: return Box(Order(x) == 1);
    case Op::k_greater_equal: return Box(Order(x) == 0 || Order(x) == 1);
    case Op::k_logical_and: return Box(IsTrue(x[0]) && IsTrue(x[1]));
    case Op::k_logical_or: return Box(IsTrue(x[0]) || IsTrue(x[1]));
    case Op::k_logical_xor: return Box(IsTrue(x[0]) != IsTrue(x[1]));
    case Op::k_bitwise_and: return Scalar{result, x[0].bits & x[1].bits};
    case Op::k_bitwise_or: return Scalar{result, x[0].bits | x[1].bits};
    case Op::k_bitwise_xor: return Scalar{result, x[0].bits ^ x[1].bits};
    case Op::k_bitwise_left_shift: return BL_BINARY(ShiftLeft);
    case Op::k_bitwise_right_shift: return BL_BINARY(ShiftRight);
    case Op::k_philox: return Box(Philox(x[0].bits, x[1].bits, x[2].bits));
    case Op::k_fma: return Fma(x);
    case Op::k_clip: {
      const Scalar raised = EvaluateElementwise(Op::k_maximum, result, x.subspan(0, 2));
      return EvaluateElementwise(Op::k_minimum, result, {raised, x[2]});
    }
    case Op::k_where: return IsTrue(x[0]) ? x[1] : x[2];
#include "ir/not_elementwise.def"
      break;
  }
  std::abort();  // the caller has checked that the operation is elementwise
}

#undef BL_UNARY
#undef BL_BINARY
#undef BL_ROUNDED
#undef BL_TEST

}  // namespace broadloom

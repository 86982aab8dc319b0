// Powers to small integers are rounded once, have the bits of the reference evaluator, and raise
// the flags of C's pow.
#include <gtest/gtest.h>
#include <xmmintrin.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "ir/box.h"
#include "ir/evaluate.h"
#include "tests/codegen/op_kernel.h"

namespace broadloom {
namespace {

constexpr int kExponents[] = {-16, -11, -7, -4, -3, -2, 2, 3, 4, 5, 6, 7, 9, 10, 12, 15, 16};

// Of ordinary size, of any size, and special ones.
template <typename T>
std::vector<T> Bases() {
  using Limits = std::numeric_limits<T>;
  std::mt19937_64 random(7);
  std::normal_distribution<double> number(0, 4);
  std::uniform_real_distribution<double> exponent(Limits::min_exponent - Limits::digits,
                                                  Limits::max_exponent);
  std::vector<T> bases;
  for (T x : {T(0), T(1), T(2), Limits::min(), Limits::denorm_min(), Limits::max(),
              Limits::infinity(), Limits::quiet_NaN()})
    bases.insert(bases.end(), {x, -x});
  for (int i = 0; i < 50'000; ++i) {
    bases.push_back(static_cast<T>(number(random)));
    bases.push_back(static_cast<T>(number(random) * std::exp2(exponent(random))));
  }
  std::shuffle(bases.begin(), bases.end(), random);
  return bases;
}

// long double holds 11 bits more than double, and C's pow of it errs by less than one of its ULPs.
template <typename T>
void ExpectRounded(T x, int n, T result) {
  const long double exact = std::pow(static_cast<long double>(x), n);
  const T expected = static_cast<T>(exact);
  ASSERT_EQ(std::isnan(result), std::isnan(expected)) << x << " to the " << n;
  if (std::isnan(expected)) return;
  EXPECT_EQ(std::signbit(result), std::signbit(expected)) << x << " to the " << n;
  if (result == expected) return;
  const T above = std::nextafter(std::abs(expected), std::numeric_limits<T>::infinity());
  const long double place = static_cast<long double>(above) - std::abs(expected);
  // What nears the ends of the range is C's pow, whose bound is below 0.55.
  const bool is_far = !(std::abs(exact) > 0x1p-890L && std::abs(exact) < 0x1p890L);
  ASSERT_LE(std::abs(result - exact), (sizeof(T) == 8 && is_far ? 0.55L : 0.501L) * place)
      << x << " to the " << n << ": " << result;
}

template <typename T>
void CheckValues(const char* dtype) {
  const std::vector<T> bases = Bases<T>();
  std::vector<T> out(bases.size());
  for (int n : kExponents) {
    const OpKernel kernel = OpKernel::WithNumber("integer_pow", dtype, n);
    kernel.Run(bases.data(), nullptr, out.data(), static_cast<int64_t>(bases.size()));
    for (size_t i = 0; i < bases.size(); ++i) {
      ExpectRounded(bases[i], n, out[i]);
      const Scalar evaluated = EvaluateElementwise(Op::k_integer_pow, *ParseDType(dtype),
                                                   {Box(bases[i]), Box(static_cast<T>(n))});
      ASSERT_TRUE(Box(out[i]) == evaluated || std::isnan(out[i])) << bases[i] << " to the " << n;
    }
  }
}

TEST(IntegerPow, IsRoundedOnce) {
  CheckValues<double>("f64");
  CheckValues<float>("f32");
}

unsigned Raised() {
  return _mm_getcsr() & (_MM_EXCEPT_INVALID | _MM_EXCEPT_DIV_ZERO | _MM_EXCEPT_OVERFLOW);
}

// A pole where the base is 0, overflow where the power is infinite though the base is not.
template <typename T>
unsigned Expected(T x, int n, T result) {
  if (!std::isfinite(x) || !std::isinf(result)) return 0;
  return x == 0 && n < 0 ? _MM_EXCEPT_DIV_ZERO : _MM_EXCEPT_OVERFLOW;
}

template <typename T>
void CheckFlags(const char* dtype) {
  for (int n : kExponents) {
    const OpKernel kernel = OpKernel::WithNumber("integer_pow", dtype, n);
    for (const T base : Bases<T>()) {
      const std::vector<T> x(16, base);
      std::vector<T> out(16);
      _mm_setcsr(_MM_MASK_MASK);
      kernel.Run(x.data(), nullptr, out.data(), 16);
      const unsigned raised = Raised();
      _mm_setcsr(_MM_MASK_MASK);
      ASSERT_EQ(raised, Expected(base, n, out[0])) << base << " to the " << n;
    }
  }
}

TEST(IntegerPow, RaisesTheFlagsOfPow) {
  CheckFlags<double>("f64");
  CheckFlags<float>("f32");
}

}  // namespace
}  // namespace broadloom

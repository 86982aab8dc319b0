// Vectors of fmod have the bits of C's, lane by lane, and raise no flag that it does not raise.
#include <gtest/gtest.h>
#include <xmmintrin.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

#include "tests/codegen/op_kernel.h"

namespace broadloom {
namespace {

template <typename T>
using BitsOf = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
template <typename T>
using Pairs = std::vector<std::pair<T, T>>;

// Any bits: exponents far apart, NaN, subnormal numbers.
template <typename T>
void AddAny(Pairs<T>& pairs, std::mt19937_64& random) {
  const auto any = [&] { return std::bit_cast<T>(static_cast<BitsOf<T>>(random())); };
  pairs.emplace_back(any(), any());
}

// Quotients of all sizes that one division can have, and some above.
template <typename T>
void AddNear(Pairs<T>& pairs, std::mt19937_64& random) {
  std::uniform_real_distribution<double> number(-2, 2);
  const T y = static_cast<T>(number(random));
  pairs.emplace_back(static_cast<T>(std::ldexp(number(random), static_cast<int>(random() % 60))),
                     y);
}

// A whole multiple, rounded, and its neighbours: the rounded quotient is the next whole number.
template <typename T>
void AddMultiple(Pairs<T>& pairs, std::mt19937_64& random) {
  std::uniform_real_distribution<double> number(0.1, 2);
  const T y = static_cast<T>(number(random));
  const T x = static_cast<T>(static_cast<double>(random() >> (11 + random() % 53))) * y;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  for (const T near : {x, std::nextafter(x, kInfinity), std::nextafter(x, -kInfinity)}) {
    pairs.emplace_back(near, y);
    pairs.emplace_back(-near, y);
  }
}

template <typename T>
void AddSpecials(Pairs<T>& pairs) {
  using Limits = std::numeric_limits<T>;
  for (const T x : {T(0), T(1), T(3), Limits::min(), Limits::denorm_min(), 3 * Limits::denorm_min(),
                    Limits::max(), Limits::infinity(), Limits::quiet_NaN()}) {
    for (const T y : {T(0), T(1), T(0.3), Limits::min(), Limits::denorm_min(), Limits::max(),
                      Limits::infinity(), Limits::quiet_NaN()}) {
      for (const T sign : {T(1), T(-1)}) pairs.insert(pairs.end(), {{sign * x, y}, {x, sign * y}});
    }
  }
}

template <typename T>
Pairs<T> AllPairs() {
  std::mt19937_64 random(7);
  Pairs<T> pairs;
  AddSpecials(pairs);
  for (int i = 0; i < 200'000; ++i) {
    AddAny(pairs, random);
    AddNear(pairs, random);
    AddMultiple(pairs, random);
  }
  std::shuffle(pairs.begin(), pairs.end(), random);  // quick and slow lanes side by side
  return pairs;
}

template <typename T>
void CheckBits(const char* dtype) {
  const OpKernel kernel("fmod", 2, dtype, dtype);
  const Pairs<T> pairs = AllPairs<T>();
  std::vector<T> x, y, out(pairs.size());
  for (const auto& [above, below] : pairs) x.push_back(above), y.push_back(below);
  kernel.Run(x.data(), y.data(), out.data(), static_cast<int64_t>(pairs.size()));
  for (size_t i = 0; i < pairs.size(); ++i) {
    const T expected = std::fmod(x[i], y[i]);
    ASSERT_TRUE(std::isnan(expected)
                    ? std::isnan(out[i])
                    : std::bit_cast<BitsOf<T>>(out[i]) == std::bit_cast<BitsOf<T>>(expected))
        << "fmod(" << x[i] << ", " << y[i] << ") = " << out[i] << ", not " << expected;
  }
}

TEST(Fmod, HasTheBitsOfC) {
  CheckBits<double>("f64");
  CheckBits<float>("f32");
}

template <typename T>
void CheckFlags(const char* dtype) {
  const OpKernel kernel("fmod", 2, dtype, dtype);
  for (const auto& [above, below] : AllPairs<T>()) {
    if (!std::isfinite(above) || std::isnan(below) || below == 0) continue;
    const std::vector<T> x(16, above), y(16, below);
    std::vector<T> out(16);
    _mm_setcsr(_MM_MASK_MASK);
    kernel.Run(x.data(), y.data(), out.data(), 16);
    const unsigned raised = _mm_getcsr() & (_MM_EXCEPT_INVALID | _MM_EXCEPT_DIV_ZERO |
                                            _MM_EXCEPT_OVERFLOW | _MM_EXCEPT_UNDERFLOW);
    _mm_setcsr(_MM_MASK_MASK);
    ASSERT_EQ(raised, 0u) << "fmod(" << above << ", " << below << ")";
  }
}

TEST(Fmod, OfFiniteNumbersRaisesNoFlag) {
  CheckFlags<double>("f64");
  CheckFlags<float>("f32");
}

}  // namespace
}  // namespace broadloom

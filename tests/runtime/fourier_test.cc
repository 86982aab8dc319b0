// Against a transform by its definition, in long double.
#include "runtime/fourier.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace broadloom::fourier {
namespace {

using Numbers = std::vector<Complex>;

Numbers Random(int64_t count, int seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal;
  Numbers numbers(count);
  for (Complex& z : numbers) z = {normal(engine), normal(engine)};
  return numbers;
}

std::vector<double> RealParts(const Numbers& numbers) {
  std::vector<double> parts;
  for (const Complex& z : numbers) parts.push_back(z.real());
  return parts;
}

using Precise = std::complex<long double>;

std::vector<Precise> Circle(int64_t n, Direction direction) {
  const long double sign = direction == Direction::forward ? -1 : 1;
  std::vector<Precise> circle;
  for (int64_t k = 0; k < n; ++k) {
    const long double angle = 2 * std::numbers::pi_v<long double> * static_cast<long double>(k) /
                              static_cast<long double>(n);
    circle.emplace_back(std::cos(angle), sign * std::sin(angle));
  }
  return circle;
}

// Output k of the transform of x, by its definition.
Complex Defined(const Numbers& x, int64_t k, const std::vector<Precise>& circle) {
  const auto n = static_cast<int64_t>(x.size());
  long double real = 0, imag = 0;
  for (int64_t j = 0; j < n; ++j) {
    const Precise w = circle[j * k % n];
    real += x[j].real() * w.real() - x[j].imag() * w.imag();
    imag += x[j].real() * w.imag() + x[j].imag() * w.real();
  }
  return {static_cast<double>(real), static_cast<double>(imag)};
}

// The relative error in the 2-norm, over at most 50 of the outputs.
double ErrorOf(const Numbers& x, const Numbers& y, Direction direction) {
  const auto n = static_cast<int64_t>(x.size()), outputs = static_cast<int64_t>(y.size());
  const std::vector<Precise> circle = Circle(n, direction);
  double error = 0, size = 0;
  const int64_t step = n < 5000 ? 1 + outputs / 50 : 1 + outputs / 10;
  for (int64_t k = 0; k < outputs; k += step) {
    const Complex expected = Defined(x, k, circle);
    error += std::norm(y[k] - expected);
    size += std::norm(expected);
  }
  return std::sqrt(error / size);
}

// Direct and Bluestein's, on both sides of the border, with and without the factor 4.
const std::vector<int64_t>& Lengths() {
  static const std::vector<int64_t> lengths = [] {
    std::vector<int64_t> all;
    for (int64_t n = 1; n <= 130; ++n) all.push_back(n);
    for (int64_t n : {169,  197,  199,  211,   225,   243,     256,   289,     316,   332,  343,
                      361,  404,  422,  512,   625,   720,     1000,  1009,    1024,  1155, 1331,
                      2018, 2187, 2310, 3027,  4096,  4099,    5040,  5041,    6241,  6724, 6889,
                      8192, 9409, 9797, 10007, 40028, 1 << 16, 65537, 1 << 17, 177147})
      all.push_back(n);
    return all;
  }();
  return lengths;
}

// Errors grow with every stage; a large factor's stage sums up as many numbers.
double Bound(int64_t n) { return 5e-16 + 5e-17 * std::log2(static_cast<double>(n)); }

TEST(Fourier, IsTheDefinition) {
  for (int64_t n : Lengths()) {
    for (const Direction direction : {Direction::forward, Direction::inverse}) {
      const Numbers x = Random(n, 1);
      Numbers y(n);
      Transform(direction, n, x.data(), y.data());
      EXPECT_LE(ErrorOf(x, y, direction), Bound(n)) << n;
    }
  }
}

TEST(Fourier, RealTransformsAreHalfOfTheComplexOnes) {
  for (int64_t n : Lengths()) {
    const std::vector<double> reals = RealParts(Random(n, 4));
    const Numbers x(reals.begin(), reals.end());
    Numbers y(n / 2 + 1);
    TransformReal(n, reals.data(), y.data());
    EXPECT_LE(ErrorOf(x, y, Direction::forward), Bound(n)) << n;
    std::vector<double> back(n);
    TransformToReal(n, y.data(), back.data());
    double error = 0, size = 0;
    for (int64_t i = 0; i < n; ++i) {
      error += std::pow(back[i] / static_cast<double>(n) - reals[i], 2);
      size += reals[i] * reals[i];
    }
    EXPECT_LE(std::sqrt(error / size), 2 * Bound(n)) << n;
  }
}

TEST(Fourier, ToRealIgnoresWhatWouldMakeTheResultComplex) {
  for (int64_t n : {1, 2, 3, 4, 6, 8, 9, 15, 34, 211, 422, 844}) {
    Numbers spectrum = Random(n / 2 + 1, 5);
    std::vector<double> with(n), without(n);
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    spectrum[0].imag(kNaN);
    if (n % 2 == 0) spectrum[n / 2].imag(kNaN);
    TransformToReal(n, spectrum.data(), with.data());
    spectrum[0].imag(0);
    if (n % 2 == 0) spectrum[n / 2].imag(0);
    TransformToReal(n, spectrum.data(), without.data());
    EXPECT_EQ(with, without) << n;
  }
}

Numbers Transformed(const Numbers& x) {
  Numbers y(x.size());
  Transform(Direction::forward, static_cast<int64_t>(x.size()), x.data(), y.data());
  return y;
}

// Whatever a thread computed before, and also where it drops its tables.
TEST(Fourier, TheSameBitsEveryTime) {
  const std::vector<int64_t> lengths = {1000, 1009, 1 << 21};
  for (int64_t n : lengths) {
    const Numbers x = Random(n, 6), first = Transformed(x);
    for (int64_t other : lengths) Transformed(Random(other, 7));
    EXPECT_EQ(Transformed(x), first) << n;
    Numbers of_another_thread;
    std::thread([&] { of_another_thread = Transformed(x); }).join();
    EXPECT_EQ(of_another_thread, first) << n;
  }
}

// Multiples of a quarter of the circle are exact, so small transforms of integers are, too.
TEST(Fourier, SmallTransformsOfIntegersAreExact) {
  const Numbers x = {1, 2, 3, 4}, expected = {10, {-2, 2}, -2, {-2, -2}};
  Numbers y(4);
  Transform(Direction::forward, 4, x.data(), y.data());
  EXPECT_EQ(y, expected);
}

TEST(Fourier, SupportedLengths) {
  EXPECT_FALSE(IsSupported(0));
  EXPECT_TRUE(IsSupported(1));
  EXPECT_TRUE(IsSupported(int64_t{1} << 28));
  EXPECT_FALSE(IsSupported(int64_t{1} << 29));
  EXPECT_FALSE(IsSupported(int64_t{1} << 62));
  EXPECT_TRUE(IsSupported((int64_t{1} << 27) - 39));   // a prime
  EXPECT_FALSE(IsSupported((int64_t{1} << 28) - 57));  // a prime
}

}  // namespace
}  // namespace broadloom::fourier

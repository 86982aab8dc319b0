// Against the standard library's stable sort with an order written down once more.
#include "runtime/sort.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runtime/thread_pool.h"

namespace broadloom::sorting {
namespace {

template <int kExponentBits>
struct Half {
  uint16_t bits;
  operator double() const {  // NOLINT: as the built-in types
    constexpr int kMantissaBits = 15 - kExponentBits, kBias = (1 << (kExponentBits - 1)) - 1;
    const int exponent = (bits & 0x7fff) >> kMantissaBits,
              mantissa = bits & ((1 << kMantissaBits) - 1);
    const double sign = (bits & 0x8000) != 0 ? -1 : 1;
    if (exponent == (1 << kExponentBits) - 1)
      return mantissa != 0 ? std::nan("") : sign * std::numeric_limits<double>::infinity();
    const int whole = exponent == 0 ? mantissa : mantissa | 1 << kMantissaBits;
    return sign * std::ldexp(whole, std::max(exponent, 1) - kBias - kMantissaBits);
  }
};
using Float16 = Half<5>;
using BFloat16 = Half<8>;

template <typename T>
constexpr Element kElement = Element::float64;
template <>
constexpr Element kElement<uint8_t> = Element::uint8;
template <>
constexpr Element kElement<uint16_t> = Element::uint16;
template <>
constexpr Element kElement<uint32_t> = Element::uint32;
template <>
constexpr Element kElement<uint64_t> = Element::uint64;
template <>
constexpr Element kElement<int8_t> = Element::int8;
template <>
constexpr Element kElement<int16_t> = Element::int16;
template <>
constexpr Element kElement<int32_t> = Element::int32;
template <>
constexpr Element kElement<int64_t> = Element::int64;
template <>
constexpr Element kElement<Float16> = Element::float16;
template <>
constexpr Element kElement<BFloat16> = Element::bfloat16;
template <>
constexpr Element kElement<float> = Element::float32;
template <>
constexpr Element kElement<std::complex<float>> = Element::complex64;
template <>
constexpr Element kElement<std::complex<double>> = Element::complex128;

bool NaNLast(double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); }

template <typename T>
bool Before(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return a < b;
  else
    return NaNLast(a, b);
}
template <typename F>
bool Before(std::complex<F> a, std::complex<F> b) {
  const auto kind = [](auto z) { return 2 * std::isnan(z.real()) + std::isnan(z.imag()); };
  if (kind(a) != kind(b)) return kind(a) < kind(b);
  if (NaNLast(a.real(), b.real())) return true;
  return !NaNLast(b.real(), a.real()) && NaNLast(a.imag(), b.imag());
}

template <typename T>
void Draw(std::mt19937_64& engine, T* x) {
  const uint64_t bits = engine();
  std::memcpy(x, &bits, sizeof(T));
}
template <int kExponentBits>
void Draw(std::mt19937_64& engine, Half<kExponentBits>* x) {
  Draw(engine, &x->bits);
  if (engine() % 4 == 0) x->bits &= 0x8000;
  if (engine() % 16 == 0) x->bits |= 0x7c00;
}
// Some of all bits there are, many zeros of both signs, several NaNs of both, infinities.
template <typename F>
void DrawFloat(std::mt19937_64& engine, F* x) {
  Draw(engine, x);
  const uint64_t kind = engine() % 32;
  const F sign = engine() % 2 == 0 ? F{1} : F{-1};
  if (kind < 4) *x = sign * F{0};
  if (kind == 4) *x = sign * std::numeric_limits<F>::quiet_NaN();
  if (kind == 5) *x = sign * std::numeric_limits<F>::infinity();
  if (kind > 12) *x = static_cast<F>(std::normal_distribution<double>()(engine));
}
void Draw(std::mt19937_64& engine, float* x) { DrawFloat(engine, x); }
void Draw(std::mt19937_64& engine, double* x) { DrawFloat(engine, x); }
template <typename F>
void Draw(std::mt19937_64& engine, std::complex<F>* x) {
  F parts[2];
  for (F& part : parts) Draw(engine, &part);
  if (engine() % 2 == 0) parts[0] = std::round(parts[0]);
  *x = {parts[0], parts[1]};
}

template <typename T>
std::vector<T> Random(int64_t count, std::mt19937_64& engine) {
  std::vector<T> line(count);
  for (T& x : line) Draw(engine, &x);
  return line;
}

enum Pattern { kRandom, kFew, kEqual, kRising, kFalling, kPipe, kPatterns };

template <typename T>
std::vector<T> Line(Pattern pattern, int64_t count, uint64_t seed = 1) {
  std::mt19937_64 engine(seed * 1000003 + count);
  std::vector<T> line = Random<T>(count, engine);
  if (count < 2 || pattern == kRandom) return line;
  if (pattern == kFew || pattern == kEqual) {
    const int kinds = pattern == kEqual ? 1 : 7;
    for (int64_t i = 0; i < count; ++i)
      line[i] = line[i < kinds ? i : engine() % std::min<int64_t>(kinds, count)];
    return line;
  }
  std::stable_sort(line.begin(), line.end(), [](T a, T b) { return Before(a, b); });
  if (pattern == kFalling) std::reverse(line.begin(), line.end());
  if (pattern == kPipe) std::reverse(line.begin() + count / 2, line.end());
  return line;
}

template <typename T>
std::vector<int64_t> ExpectedPlaces(const std::vector<T>& line, bool descending) {
  std::vector<int64_t> places(line.size());
  std::iota(places.begin(), places.end(), 0);
  std::stable_sort(places.begin(), places.end(), [&](int64_t a, int64_t b) {
    return descending ? Before(line[b], line[a]) : Before(line[a], line[b]);
  });
  return places;
}

// The pools outlive their tests: starting threads takes longer than sorting.
std::vector<Executor*> Executors() {
  static ThreadPool one(1), two(2), three(3);
  return {nullptr, &one, &two, &three};
}

template <typename T>
bool SameBits(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.size() != b.size()) return false;
  return a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

template <typename T>
void Check(const std::vector<T>& line, bool descending, const std::string& what) {
  const auto count = static_cast<int64_t>(line.size());
  const Places all[] = {{0, count}};
  const std::vector<int64_t> expected = ExpectedPlaces(line, descending);
  std::vector<T> sorted;
  for (int64_t place : expected) sorted.push_back(line[place]);
  const Column column{kElement<T>, line.data(), sizeof(T), descending};
  for (Executor* executor : Executors()) {
    if (count < kLongLine && executor != nullptr) continue;
    std::vector<int64_t> places(count, -1);
    SortPlaces({&column, 1}, places.data(), {1, count}, all, executor);
    ASSERT_EQ(places, expected) << what;
    if (kElement<T> >= Element::complex64) continue;
    std::vector<T> result(count);
    SortLines(kElement<T>, line.data(), result.data(), {1, count}, descending, all, executor);
    ASSERT_TRUE(SameBits(result, sorted)) << what;
    result = line;
    SortLinesInPlace(kElement<T>, result.data(), {1, count}, descending, all, executor);
    ASSERT_TRUE(SameBits(result, sorted)) << what << " in place";
  }
}

template <typename T>
class SortTest : public testing::Test {};
using Types =
    testing::Types<uint8_t, uint16_t, uint32_t, uint64_t, int8_t, int16_t, int32_t, int64_t,
                   Float16, BFloat16, float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(SortTest, Types);

TYPED_TEST(SortTest, ShortLines) {
  std::vector<int64_t> sizes(131);
  std::iota(sizes.begin(), sizes.end(), 0);
  for (int64_t size : {255, 256, 257, 1023, 1024, 1025, 8191, 8192, 8193, 20000})
    sizes.push_back(size);
  for (int64_t size : sizes) {
    for (int pattern = 0; pattern < kPatterns; ++pattern) {
      const auto line = Line<TypeParam>(static_cast<Pattern>(pattern), size);
      for (bool descending : {false, true})
        Check(line, descending, std::to_string(size) + " of pattern " + std::to_string(pattern));
    }
  }
}

TYPED_TEST(SortTest, LongLines) {
  for (int64_t size : std::vector<int64_t>{kLongLine - 1, kLongLine, kLongLine + 66563}) {
    for (int pattern = 0; pattern < kPatterns; ++pattern) {
      const auto line = Line<TypeParam>(static_cast<Pattern>(pattern), size);
      Check(line, pattern % 2 == 1,
            std::to_string(size) + " of pattern " + std::to_string(pattern));
    }
  }
}

// In some order of their own.
template <typename T>
std::vector<T> SortedBits(std::vector<T> values) {
  std::sort(values.begin(), values.end(),
            [](const T& a, const T& b) { return std::memcmp(&a, &b, sizeof(T)) < 0; });
  return values;
}

template <typename T>
struct Partly {
  std::vector<int64_t> places;
  std::vector<T> values;
};

template <typename T>
Partly<T> SortSome(const std::vector<T>& line, absl::Span<const Places> wanted,
                   Executor* executor) {
  const auto count = static_cast<int64_t>(line.size());
  Partly<T> result{std::vector<int64_t>(count), std::vector<T>(count)};
  const Column column{kElement<T>, line.data(), sizeof(T)};
  SortPlaces({&column, 1}, result.places.data(), {1, count}, wanted, executor);
  if (kElement<T> < Element::complex64)
    SortLines(kElement<T>, line.data(), result.values.data(), {1, count}, false, wanted, executor);
  else
    for (int64_t i = 0; i < count; ++i) result.values[i] = line[result.places[i]];
  return result;
}

template <typename T>
void CheckSides(const std::vector<T>& values, int64_t at) {
  for (int64_t i = 0; i < static_cast<int64_t>(values.size()); ++i)
    ASSERT_FALSE(i < at ? Before(values[at], values[i]) : Before(values[i], values[at]));
}

// What is out of order comes to the same place on any number of threads.
template <typename T>
void CheckInPlace(const std::vector<T>& line, const Partly<T>& sorted,
                  absl::Span<const Places> wanted) {
  const auto count = static_cast<int64_t>(line.size());
  std::vector<T> alone;
  for (Executor* executor : Executors()) {
    std::vector<T> values = line;
    SortLinesInPlace(kElement<T>, values.data(), {1, count}, false, wanted, executor);
    if (executor == nullptr) alone = values;
    ASSERT_TRUE(SameBits(values, alone));
    ASSERT_TRUE(SameBits(SortedBits(values), SortedBits(line)));
    for (const Places& range : wanted) {
      for (int64_t at = range.begin; at < range.end; ++at)
        ASSERT_EQ(std::memcmp(&values[at], &sorted.values[at], sizeof(T)), 0);
      CheckSides(values, range.begin);
      CheckSides(values, range.end - 1);
    }
  }
}

template <typename T>
void CheckSome(const std::vector<T>& line, const Partly<T>& result,
               absl::Span<const Places> wanted) {
  const std::vector<int64_t> expected = ExpectedPlaces(line, false);
  EXPECT_TRUE(SameBits(SortedBits(result.values), SortedBits(line)));
  EXPECT_TRUE(SameBits(SortedBits(result.places), SortedBits(expected)));
  std::vector<T> at_places;
  for (int64_t place : result.places) at_places.push_back(line[place]);
  for (const Places& range : wanted) {
    for (int64_t at = range.begin; at < range.end; ++at) {
      ASSERT_EQ(result.places[at], expected[at]);
      ASSERT_EQ(std::memcmp(&result.values[at], &at_places[at], sizeof(T)), 0);
    }
    for (int64_t at : {range.begin, range.end - 1}) {
      CheckSides(at_places, at);
      CheckSides(result.values, at);
    }
  }
}

TYPED_TEST(SortTest, SomePlaces) {
  for (int64_t size : std::vector<int64_t>{1000, kLongLine + 77777}) {
    for (Pattern pattern : {kRandom, kFew, kRising}) {
      const auto line = Line<TypeParam>(pattern, size);
      const Places wanted[] = {
          {0, 1}, {size / 3, size / 3 + 1}, {size / 2, size / 2 + 100}, {size - 1, size}};
      const absl::Span<const Places> some =
          absl::MakeSpan(wanted).subspan(0, pattern == kFew ? 1 : 4);
      const auto alone = SortSome(line, some, nullptr);
      CheckSome(line, alone, some);
      for (Executor* executor : Executors()) {
        const auto other = SortSome(line, some, executor);
        ASSERT_EQ(other.places, alone.places);
        ASSERT_TRUE(SameBits(other.values, alone.values));
      }
      if (kElement<TypeParam> < Element::complex64) CheckInPlace(line, alone, some);
    }
  }
}

TEST(SortPlaces, BySeveralColumns) {
  for (int64_t size : {int64_t{30}, int64_t{3000}, kLongLine + 5}) {
    std::mt19937_64 engine(size);
    std::vector<double> a(size);
    std::vector<int8_t> b(2 * size);
    std::vector<uint64_t> c(size);
    for (double& x : a) x = engine() % 3 == 0 ? std::nan("") : static_cast<double>(engine() % 4);
    for (int8_t& x : b) x = static_cast<int8_t>(engine() % 5);
    for (uint64_t& x : c) x = engine() % 50;
    std::vector<int64_t> expected(size), places(size);
    std::iota(expected.begin(), expected.end(), 0);
    std::stable_sort(expected.begin(), expected.end(), [&](int64_t i, int64_t j) {
      if (NaNLast(a[i], a[j]) || NaNLast(a[j], a[i])) return NaNLast(a[i], a[j]);
      if (b[2 * i] != b[2 * j]) return b[2 * i] > b[2 * j];
      return c[i] < c[j];
    });
    const Column columns[] = {{Element::float64, a.data(), 8},
                              {Element::int8, b.data(), 2, true},
                              {Element::uint64, c.data(), 8}};
    const Places all[] = {{0, size}};
    for (Executor* executor : Executors()) {
      SortPlaces(columns, places.data(), {1, size}, all, executor);
      ASSERT_EQ(places, expected);
    }
  }
}

TEST(SortPlaces, ByNothing) {
  std::vector<int64_t> places(6);
  const Places all[] = {{0, 3}};
  SortPlaces({}, places.data(), {2, 3}, all, nullptr);
  EXPECT_EQ(places, (std::vector<int64_t>{0, 1, 2, 0, 1, 2}));
}

// As one by one.
TYPED_TEST(SortTest, ManyLines) {
  using T = TypeParam;
  for (int64_t extent : {1, 2, 3, 9, 10, 63, 65, 700, 5000}) {
    const int64_t count = extent > 1000 ? 3 : 777, size = count * extent;
    const std::vector<T> lines = Line<T>(kRandom, size);
    const Places all[] = {{0, extent}};
    std::vector<T> together(size), single(size);
    std::vector<int64_t> places(size), place(size);
    const Column column{kElement<T>, lines.data(), sizeof(T)};
    SortPlaces({&column, 1}, places.data(), {count, extent}, all, nullptr);
    for (int64_t at = 0; at < size; at += extent) {
      const Column its_own{kElement<T>, lines.data() + at, sizeof(T)};
      SortPlaces({&its_own, 1}, place.data() + at, {1, extent}, all, nullptr);
    }
    EXPECT_EQ(places, place);
    if (kElement<T> >= Element::complex64) continue;
    SortLines(kElement<T>, lines.data(), together.data(), {count, extent}, true, all, nullptr);
    for (int64_t at = 0; at < size; at += extent)
      SortLines(kElement<T>, lines.data() + at, single.data() + at, {1, extent}, true, all,
                nullptr);
    EXPECT_TRUE(SameBits(together, single));
  }
}

// All words agree in the bits for which there is room beside a place.
TEST(SortPlaces, NeighboursBesideAnOutlier) {
  const int64_t size = kLongLine + 1;
  std::mt19937_64 engine(1);
  std::vector<double> line(size);
  for (double& x : line) x = 1 + 1e-15 * static_cast<double>(engine() % 1000);
  line[size / 2] = 1e300;
  line[size / 3] = -1e300;
  Check(line, false, "close");
  for (double& x : line) x = std::min(x, 5.0);
  Check(line, true, "closer");
}

}  // namespace
}  // namespace broadloom::sorting

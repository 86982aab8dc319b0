// The counter-based stream and C++'s random numbers. Distributions are tested from Python.
#include "frontend/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <thread>

#include "frontend/random/samplers.h"
#include "ir/philox.h"

namespace broadloom::random {
namespace {

using ::testing::ElementsAre;

std::shared_ptr<Context> MakeTestContext(bool interpret, int threads = 2) {
  Options options;
  options.interpret = interpret;
  options.threads = threads;
  return make_context(options);
}

std::vector<uint32_t> WordsOf(const PhiloxHalves<uint64_t>& block) {
  return {static_cast<uint32_t>(block.first), static_cast<uint32_t>(block.first >> 32),
          static_cast<uint32_t>(block.second), static_cast<uint32_t>(block.second >> 32)};
}

// The known answers that the authors publish with Random123.
TEST(Philox, KnownAnswers) {
  EXPECT_THAT(WordsOf(PhiloxBlock(0, 0, 0)),
              ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  const uint64_t ones = ~uint64_t{0};
  EXPECT_THAT(WordsOf(PhiloxBlock(ones, ones, ones)),
              ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(WordsOf(PhiloxBlock(0x85a308d3243f6a88, 0x0370734413198a2e, 0x299f31d0a4093822)),
              ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
  EXPECT_EQ(Philox(3, 4, 5), PhiloxBlock(3, 4, 5).first);
}

TEST(Stream, TakesBothHalvesOfEachBlock) {
  Stream stream(7, 5);
  for (uint64_t block = 0; block < 3; ++block) {
    EXPECT_EQ(stream.Bits(), PhiloxBlock(5, block, 7).first);
    EXPECT_EQ(stream.Bits(), PhiloxBlock(5, block, 7).second);
  }
}

TEST(Stream, BelowIsInRange) {
  Stream stream(1, 2);
  std::set<uint64_t> found;
  for (int i = 0; i < 200; ++i) found.insert(stream.Below(5));
  EXPECT_THAT(found, ElementsAre(0, 1, 2, 3, 4));
  const uint64_t most = (uint64_t{1} << 63) + 1;
  for (int i = 0; i < 100; ++i) EXPECT_LT(stream.Below(most), most);
}

TEST(Samplers, StirlingAndDeviance) {
  for (double k : {1.0, 2.0, 5.0, 15.0, 16.0, 40.0}) {
    const double formula =
        (k + 0.5) * std::log(k) - k + 0.5 * std::log(2 * std::numbers::pi) + StirlingRest(k);
    EXPECT_NEAR(formula, std::lgamma(k + 1), 1e-13 * std::max(1.0, formula)) << k;
  }
  EXPECT_NEAR(Deviance(3, 10), 3 * std::log(0.3) + 7, 1e-14);
  EXPECT_DOUBLE_EQ(Deviance(10, 10), 0);
  EXPECT_NEAR(Deviance(1e15 + 1e7, 1e15), 0.05, 1e-9);  // (1e7)^2 / (2 * 1e15)
}

// --- Generators: interpreted and compiled --------------------------------------------------------
class RandomTest : public ::testing::TestWithParam<bool> {
 protected:
  Generator Make(uint64_t seed = 3) { return Generator(seed, context_.get()); }

  std::shared_ptr<Context> context_ = MakeTestContext(GetParam());
};
INSTANTIATE_TEST_SUITE_P(InterpretedAndCompiled, RandomTest, ::testing::Bool());

TEST_P(RandomTest, ElementsArePhiloxOfTheirPlace) {
  const Generator generator = Make();
  const uint64_t key = generator.state().key;
  for (uint64_t draw = 0; draw < 2; ++draw) {
    const std::vector<double> numbers = generator.random(Sizes{2, 3}).to_vector<double>();
    for (uint64_t i = 0; i < 6; ++i)
      EXPECT_EQ(numbers[i], static_cast<double>(Philox(i, draw, key) >> 11) * 0x1p-53);
  }
  EXPECT_EQ(generator.state().draws, 2u);
}

TEST_P(RandomTest, IntegersAreFractionsOfTheRange) {
  const Generator generator = Make();
  const uint64_t key = generator.state().key;
  const auto few = generator.integers(-3, 1000, Sizes{50}).to_vector<int64_t>();
  for (uint64_t i = 0; i < 50; ++i) {
    const auto product = static_cast<unsigned __int128>(Philox(i, 0, key)) * 1003;
    EXPECT_EQ(few[i], static_cast<int64_t>(product >> 64) - 3);
  }
  const uint64_t n = 0xfedcba9876543211;
  const auto many = generator.integers(0, n, Sizes{50}, DataType::uint64).to_vector<uint64_t>();
  for (uint64_t i = 0; i < 50; ++i) {
    const auto high = static_cast<unsigned __int128>(Philox(i, 1, key)) * n;
    const auto low = static_cast<unsigned __int128>(Philox(i, 2, key)) * n;
    EXPECT_EQ(many[i], static_cast<uint64_t>((high + (low >> 64)) >> 64));
  }
  const auto all = generator.integers(INT64_MIN, INT64_MAX, Sizes{9}, DataType::int64, true)
                       .to_vector<int64_t>();
  for (uint64_t i = 0; i < 9; ++i)
    EXPECT_EQ(static_cast<uint64_t>(all[i]), Philox(i, 3, key) + (uint64_t{1} << 63));
}

TEST_P(RandomTest, SameForAnyNumberOfThreads) {
  const auto numbers = [](int threads) {
    const auto context = MakeTestContext(GetParam(), threads);
    const Generator generator(11, context.get());
    std::vector<double> all = generator.normal(1.0, 2.0, Sizes{300, 70}).to_vector<double>();
    for (double x : generator.gamma(0.7, 2.0, Sizes{5000}).to_vector<double>()) all.push_back(x);
    for (int64_t x : generator.permutation(500).to_vector<int64_t>())
      all.push_back(static_cast<double>(x));
    return all;
  };
  const std::vector<double> expected = numbers(1);
  for (int threads : {2, 3, 8}) EXPECT_EQ(numbers(threads), expected);
}

TEST_P(RandomTest, DrawsAreCountedOnceEach) {
  const Generator generator = Make();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int turn = 0; turn < 100; ++turn) static_cast<void>(generator.random(Sizes{2}));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(generator.state().draws, 800u);
}

TEST_P(RandomTest, SeedsAndChildrenDiffer) {
  std::set<uint64_t> keys;
  for (uint64_t seed : {0, 1, 2, 3}) keys.insert(Make(seed).state().key);
  keys.insert(Generator(std::vector<uint32_t>{0, 0}).state().key);
  keys.insert(Generator(std::vector<uint32_t>{1, 2}).state().key);
  keys.insert(Generator(std::vector<uint32_t>{}).state().key);
  for (const Generator& child : Make(0).spawn(3)) keys.insert(child.state().key);
  EXPECT_EQ(keys.size(), 10u);
  EXPECT_NE(Generator().state().key, Generator().state().key);
}

TEST_P(RandomTest, Errors) {
  const Generator g = Make();
  const auto code = [](auto call) {
    try {
      call();
    } catch (const Error& error) {
      return std::string(to_string(error.code()));
    }
    return std::string("none");
  };
  const Array negative = array({1.0, -1.0}, context_.get());
  EXPECT_EQ(code([&] { g.normal(0.0, -1.0); }), "invalid_argument");
  EXPECT_EQ(code([&] { g.normal(0.0, negative); }), "invalid_argument");
  EXPECT_EQ(code([&] { g.normal(negative, 1.0, Sizes{3}); }), "invalid_argument");
  EXPECT_EQ(code([&] { g.normal(negative, 1.0, Sizes{1, 2}); }), "none");
  EXPECT_EQ(code([&] { g.uniform(0.0, INFINITY); }), "overflow");
  EXPECT_EQ(code([&] { g.integers(3, 3); }), "invalid_argument");
  EXPECT_EQ(code([&] { g.integers(0, 300, {}, DataType::uint8); }), "invalid_argument");
  EXPECT_EQ(code([&] { g.integers(0, 3, {}, DataType::float32); }), "type_error");
  EXPECT_EQ(code([&] { g.integers(0, 3.5); }), "type_error");
  EXPECT_EQ(code([&] { g.poisson(-1.0); }), "invalid_argument");
  EXPECT_EQ(code([&] { g.choice(3, Sizes{4}, false); }), "invalid_argument");
  EXPECT_EQ(code([&] { g.permutation(negative, 1); }), "axis");
}

}  // namespace
}  // namespace broadloom::random

// Pictures of arrays in one line.
#include "frontend/format/sparkline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>

#include "tests/frontend/array_testing.h"

namespace broadloom {
namespace {


constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(SparklineTest, DrawsEachElementThatFits) {
  EXPECT_EQ(Sparkline(arange(8), 20), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(Sparkline(arange(8), 20, false), "_.-~=+*#");
  EXPECT_EQ(Sparkline(array({-1e308, 1e308}), 2), "▁█");
  EXPECT_EQ(Sparkline(zeros({0}), 5), "");
}

TEST(SparklineTest, DrawsMeansOfBins) {
  EXPECT_EQ(Sparkline(arange(0.0, 8000.0), 8), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(Sparkline(array({0, 0, 4, 4, 8}), 3), "▁▅█");  // 2, 2 and 1 elements
  EXPECT_EQ(Sparkline(array({0, 8, 0, 8}), 2), "▅▅");
}

TEST(SparklineTest, ConstantsAndBools) {
  EXPECT_EQ(Sparkline(full({3}, 7), 10), "▅▅▅");
  EXPECT_EQ(Sparkline(array({true, true, false}), 10), "██▁");
  EXPECT_EQ(Sparkline(array({true, true}), 10), "██");
}

TEST(SparklineTest, OtherThanNumbers) {
  const Array x = array({0.0, kNaN, 1.0, INFINITY, -INFINITY});
  EXPECT_EQ(Sparkline(x, 10), "▁·██▁");
  EXPECT_EQ(Sparkline(x, 10, false), "_ ##_");
  EXPECT_EQ(Sparkline(array({kNaN, kNaN}), 10), "··");
  EXPECT_EQ(Sparkline(array({kNaN, 1.0, 2.0, 2.0}), 2), "·▅");
}

TEST(SparklineTest, StoresNothingOfWhatIsPending) {
  const Array x = arange(0.0, 1e7) * 2;
  reset_peak();
  const int64_t before = memory_info().live;
  EXPECT_EQ(Sparkline(x, 8), "▁▂▃▄▅▆▇█");
  EXPECT_FALSE(x.is_evaluated());
  EXPECT_LT(memory_info().peak - before, 1 << 20);
}

TEST(HeatStripTest, DrawsMeansOfColumns) {
  const Array x = arange(0.0, 8.0).reshape({2, 4});
  EXPECT_EQ(HeatStrip(x, 10, false), "░▒▓█");
  EXPECT_EQ(HeatStrip(x, 10, false, false), ".+%#");
  EXPECT_EQ(HeatStrip(x, 2, false), "░█");
  EXPECT_EQ(HeatStrip(zeros({0, 3}), 2, false), "");
}

TEST(HeatStripTest, Colors) {
  const std::string strip = HeatStrip(array({0.0, kNaN, 1.0}).reshape({1, 3}), 10, true);
  EXPECT_EQ(strip, "\033[48;2;68;1;84m \033[0m·\033[48;2;253;231;37m \033[0m");
}

TEST(HeatStripTest, Mistakes) {
  ExpectError(ErrorCode::invalid_argument, "Sparkline: an array of 1 axes is drawn, not of 2",
              [] { Sparkline(zeros({2, 2}), 5); });
  ExpectError(ErrorCode::invalid_argument, "HeatStrip: an array of 2 axes is drawn, not of 1",
              [] { HeatStrip(zeros({2}), 5, true); });
  ExpectError(ErrorCode::invalid_argument, "a width is at least 1, not 0",
              [] { Sparkline(zeros({2}), 0); });
  ExpectError(ErrorCode::type_error, "complex128 numbers have no order",
              [] { Sparkline(array({std::complex<double>(1, 2)}), 5); });
}

}  // namespace
}  // namespace broadloom

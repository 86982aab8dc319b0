// Reductions in extended precision.
#include "frontend/extended.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace broadloom {
namespace {

using ::testing::ElementsAre;
using enum ExtendedReduction;

std::vector<long double> Reduce(ExtendedReduction reduction, const Array& x,
                                const ExtendedOptions& options = {}) {
  return reduce_extended(reduction, x, options).values;
}

TEST(ExtendedTest, HoldsWhatFloat64DoesNot) {
  const Array x = array<int64_t>({(int64_t{1} << 62) + 1, (int64_t{1} << 62) + 2, -1});
  EXPECT_THAT(Reduce(sum, x), ElementsAre(0x1p63L + 2));
  EXPECT_THAT(Reduce(sum, array({1.0, 0x1p-60, -1.0})), ElementsAre(0x1p-60L));
}

TEST(ExtendedTest, EveryReductionOverAnyAxes) {
  const Array x = reshape(astype(arange(24), DataType::float32), {2, 3, 4});
  const Extended total = reduce_extended(sum, x, {.axes = {0, 2}, .keepdims = true});
  EXPECT_THAT(total.shape, ElementsAre(1, 3, 1));
  EXPECT_THAT(total.values, ElementsAre(60, 92, 124));
  EXPECT_THAT(Reduce(mean, x, {.axes = {1, 2}}), ElementsAre(5.5L, 17.5L));
  EXPECT_THAT(Reduce(prod, x, {.axes = {0, 1}, .initial = 2}).back(),
              2.0L * 3 * 7 * 11 * 15 * 19 * 23);
  EXPECT_THAT(Reduce(var, permute_dims(x, {2, 0, 1}), {.axes = {1, 2}, .correction = 1})[0],
              (100 + 36 + 4 + 4 + 36 + 100) / 5.0L);
  EXPECT_THAT(Reduce(broadloom::ExtendedReduction::std, array({1.0, 3.0})), ElementsAre(1));
  EXPECT_THAT(Reduce(sum, x, {.axes = {2}, .where = equal(arange(4), 1)}),
              ElementsAre(1, 5, 9, 13, 17, 21));
}

TEST(ExtendedTest, ManyElementsInATree) {
  const Array x = full({3'000'000}, 0.1);
  EXPECT_NEAR(static_cast<double>(Reduce(sum, x)[0] - 3'000'000 * static_cast<long double>(0.1)), 0,
              1e-12);
}

TEST(ExtendedTest, EmptyAndWrong) {
  EXPECT_THAT(Reduce(sum, zeros({0, 2}), {.axes = {0}, .initial = 3}), ElementsAre(3, 3));
  EXPECT_TRUE(std::isnan(Reduce(mean, zeros({0}))[0]));
  EXPECT_THROW(reduce_extended(sum, zeros({2}), {.axes = {1}}), Error);
  EXPECT_THROW(reduce_extended(sum, zeros({2}, DataType::complex128)), Error);
  EXPECT_THROW(reduce_extended(sum, zeros({2}), {.axes = {}, .where = zeros({3})}), Error);
}

}  // namespace
}  // namespace broadloom

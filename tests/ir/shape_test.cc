// Extents, broadcasting and sizes.
#include "ir/shape.h"

#include <gtest/gtest.h>

namespace broadloom {
namespace {

const Extent kM = Extent::Symbol(0);
const Extent kN = Extent::Symbol(1);

TEST(Extent, SymbolsAreNoNumbers) {
  EXPECT_TRUE(kM.is_symbol());
  EXPECT_EQ(kN.symbol(), 1);
  EXPECT_FALSE(Extent(-5).is_symbol());
  EXPECT_FALSE(Extent(INT64_MAX).is_symbol());
  EXPECT_TRUE(Extent(1).is(1));
  EXPECT_FALSE(kM == kN);
  EXPECT_EQ(ToString(Shape{7, kN, -1}), "[7,s1,-1]");
}

struct BroadcastCase {
  std::vector<Shape> shapes;
  std::optional<Shape> result;
};

TEST(Shape, Broadcasts) {
  const BroadcastCase kCases[] = {
      {{}, Shape{}},
      {{{}, {3}}, Shape{3}},
      {{{4, 1}, {3}}, Shape{4, 3}},
      {{{1, 1}, {0, 5}}, Shape{0, 5}},
      {{{2, 1, 1}, {3, 1}, {4}}, Shape{2, 3, 4}},
      {{{3}, {4}}, std::nullopt},
      {{{0}, {2}}, std::nullopt},
      {{{kM, 1}, {kN}}, Shape{kM, kN}},
      {{{kM}, {kM}}, Shape{kM}},
      {{{kM}, {kN}}, std::nullopt},
      {{{kM}, {4}}, std::nullopt},
  };
  for (const BroadcastCase& c : kCases) EXPECT_EQ(BroadcastShapes(c.shapes), c.result);
}

TEST(Shape, CountsElements) {
  EXPECT_EQ(NumElements({}), 1);
  EXPECT_EQ(NumElements({3, 4}), 12);
  EXPECT_EQ(NumElements({INT64_MAX}), INT64_MAX);
  EXPECT_EQ(NumElements({INT64_MAX, 2}), std::nullopt);
  EXPECT_EQ(NumElements({INT64_MAX, 2, 0}), 0);
}

}  // namespace
}  // namespace broadloom

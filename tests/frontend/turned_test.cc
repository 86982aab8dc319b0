// Arrays written with themselves turned, of every rank, kind of element and number of threads,
// beside the reference evaluator; how they are cut into blocks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "frontend/orbit_launch.h"
#include "tests/frontend/array_testing.h"

namespace broadloom {
namespace {

struct TurnedCase {
  const char* name;
  int least_rank;
  Array (*turned)(const Array& x);  // of equal extents
};

Array Rolled(const Array& x) {
  std::vector<int64_t> axes(x.ndim());
  for (size_t i = 0; i < axes.size(); ++i) axes[i] = static_cast<int64_t>((i + 1) % axes.size());
  return permute_dims(x, axes);
}

const TurnedCase kTurned[] = {
    {"reversed", 1, [](const Array& x) { return flip(x); }},
    {"first_axis", 1, [](const Array& x) { return flip(x, 0); }},
    {"last_axis", 2, [](const Array& x) { return flip(x, -1); }},
    {"axes_in_turn", 2, Rolled},
    {"quarter_turn", 2, [](const Array& x) { return flip(Rolled(x), 0); }},
    {"and_itself", 1, [](const Array& x) { return x + flip(x) * x; }},
    {"all_together", 2, [](const Array& x) { return flip(x, 0) + Rolled(x) * x; }},
};

struct Size {
  int rank;
  int64_t extent;
};
constexpr Size kSizes[] = {{1, 0}, {1, 1}, {1, 2},  {1, 7},  {1, 1000}, {1, 100'003},
                           {2, 1}, {2, 2}, {2, 5},  {2, 33}, {2, 64},   {2, 301},
                           {3, 1}, {3, 3}, {3, 16}, {3, 41}};

Array Numbers(const Size& size, DataType dtype, Context* context) {
  const Sizes shape(size.rank, size.extent);
  const Array x = reshape(
      astype(arange(0.0, std::pow(size.extent, size.rank), 1.0, DataType::float64, context) % 7.0,
             dtype),
      shape);
  const Array owned = copy(x);
  owned.eval();
  return owned;
}

std::vector<char> Bytes(const Array& x) {
  std::vector<char> bytes(static_cast<size_t>(x.nbytes()));
  x.copy_to(bytes.data());
  return bytes;
}

class TurnedTest : public testing::TestWithParam<TurnedCase> {};

TEST_P(TurnedTest, AsIfItWereCopied) {
  const auto compiled = MakeTestContext(false), judge = MakeTestContext(true);
  for (const Size& size : kSizes) {
    if (size.rank < GetParam().least_rank) continue;
    for (DataType dtype :
         {DataType::float64, DataType::float32, DataType::int8, DataType::complex128}) {
      const Array expected = Numbers(size, dtype, judge.get());
      assign(expected, GetParam().turned(expected));
      for (int threads : {1, 2, 3, 8}) {
        set_num_threads(threads, compiled.get());
        const Array x = Numbers(size, dtype, compiled.get());
        assign(x, GetParam().turned(x));
        const int64_t live = memory_info(compiled.get()).live;
        reset_peak(compiled.get());
        x.eval();
        const int64_t allocated = memory_info(compiled.get()).peak - live;
        if (x.nbytes() > 1 << 16) {
          EXPECT_LT(allocated, x.nbytes() / 2);
        }
        EXPECT_EQ(Bytes(x), Bytes(expected))
            << size.rank << " axes of " << size.extent << ", " << threads << " threads";
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Writes, TurnedTest, testing::ValuesIn(kTurned),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(BlocksOfAxisTest, AreEachOthersMirrorImages) {
  const Symmetry mirror{{0}, {true}};
  for (int64_t extent = 4; extent < 300; ++extent) {
    const std::optional<Orbits> orbits = PlanOrbits({extent}, 8, {mirror}, 1, 1);
    ASSERT_TRUE(orbits.has_value()) << extent;
    const BlocksOfAxis& axis = orbits->axes[0];
    EXPECT_EQ(axis.Begin(0), 0);
    EXPECT_EQ(axis.Begin(axis.count), extent);
    for (int64_t block = 0; block < axis.count; ++block) {
      EXPECT_GT(axis.SizeOf(block), 0) << extent;
      EXPECT_LE(axis.SizeOf(block), axis.size) << extent;
      EXPECT_EQ(axis.Begin(block), extent - axis.Begin(axis.count - block)) << extent;
    }
  }
}

TEST(SymmetryTest, QuartersOfATurnMakeAGroupOfFour) {
  const Shape shape = {5, 5};
  const StridedArray place{nullptr, 0, {40, 8}}, turned{nullptr, 32, {-8, 40}};
  const std::optional<Symmetry> quarter = FindSymmetry(shape, turned, place);
  ASSERT_TRUE(quarter.has_value());
  EXPECT_EQ(quarter->Of({1, 2}, {5, 5}), (Dims{2, 3}));
  EXPECT_EQ(GroupOf({*quarter}, 2, 16)->size(), 4u);
  EXPECT_FALSE(GroupOf({*quarter}, 2, 3).has_value());
  EXPECT_FALSE(FindSymmetry(shape, {nullptr, 40, {-8, 40}}, place).has_value()) << "one further";
  EXPECT_FALSE(FindSymmetry(shape, {nullptr, 0, {0, 8}}, place).has_value()) << "one row";
}

}  // namespace
}  // namespace broadloom

// Joining, padding and choosing as C++ users see them. Values in all their variety are compared
// with NumPy's by the tests in Python.
#include "frontend/joining.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "frontend/indices.h"
#include "frontend/rearrange.h"
#include "tests/frontend/array_testing.h"

namespace broadloom {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

Array Matrix() { return arange(0.0, 6.0).reshape({2, 3}); }

TEST(JoiningTest, Stacks) {
  const Array x = array({1.0, 2.0}), y = array({3.0, 4.0});
  EXPECT_THAT(Values(vstack({x, y})), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(vstack({x, y}).shape(), ElementsAre(2, 2));
  EXPECT_THAT(hstack({x, y}).shape(), ElementsAre(4));
  EXPECT_THAT(Values(column_stack({x, y})), ElementsAre(1, 3, 2, 4));
  EXPECT_THAT(dstack({x, y}).shape(), ElementsAre(1, 2, 2));
  EXPECT_THAT(Values(append(x, y)), ElementsAre(1, 2, 3, 4));
  ExpectError(ErrorCode::axis, "axis 1 is out of bounds", [&] { append(x, y, 1); });
  ExpectError(ErrorCode::axis, "out of bounds", [&] { append(x, y, int64_t{1} << 40); });
  ExpectError(ErrorCode::invalid_argument, "need at least one", [] { dstack({}); });
  ExpectError(ErrorCode::invalid_argument, "all but axis 0 must agree",
              [&] { concat({Matrix(), Matrix().transpose()}); });
}

TEST(JoiningTest, LiesAsItsPartsDo) {
  const Array x = Matrix().transpose();
  EXPECT_THAT(concat({x, x}).strides(), ElementsAre(8, 48));
  EXPECT_THAT(concat({x, Matrix().reshape({3, 2})}).strides(), ElementsAre(16, 8));
  EXPECT_THAT(roll(x, {1}, 0).strides(), ElementsAre(8, 24));
  EXPECT_THAT(pad(x, {{1, 1}, {0, 0}}).strides(), ElementsAre(8, 40));
}

TEST(JoiningTest, Blocks) {
  const Array x = Matrix();
  const Array joined = block({{x, ones({2, 1})}, {zeros({1, 4})}});
  EXPECT_THAT(joined.shape(), ElementsAre(3, 4));
  EXPECT_THAT(Values(joined), ElementsAre(0, 1, 2, 1, 3, 4, 5, 1, 0, 0, 0, 0));
  ExpectError(ErrorCode::invalid_argument, "depths are mismatched",
              [&] { block(Blocks{Blocks{x}, Blocks{Blocks{x}}}); });
  ExpectError(ErrorCode::invalid_argument, "cannot be empty",
              [] { block(Blocks(std::vector<Blocks>{})); });
}

TEST(JoiningTest, Splits) {
  const Array x = arange(0.0, 5.0);
  const std::vector<Array> parts = array_split(x, 2);
  ASSERT_EQ(parts.size(), 2);
  EXPECT_THAT(Values(parts[0]), ElementsAre(0, 1, 2));
  EXPECT_THAT(Values(parts[1]), ElementsAre(3, 4));
  EXPECT_THAT(Values(split(x, {1, std::nullopt})[1]), ElementsAre(1, 2, 3, 4));
  ExpectError(ErrorCode::invalid_argument, "5 elements do not make 2 sections",
              [&] { split(x, int64_t{2}); });
  ExpectError(ErrorCode::invalid_argument, "one section or more", [&] { array_split(x, 0); });
}

TEST(JoiningTest, InsertsAndDeletes) {
  const Array x = arange(0.0, 4.0), nine = array({9.0});
  EXPECT_THAT(Values(insert(x, 1, nine)), ElementsAre(0, 9, 1, 2, 3));
  EXPECT_THAT(Values(insert(x, array({int64_t{3}, int64_t{0}}), nine)),
              ElementsAre(9, 0, 1, 2, 9, 3));
  EXPECT_THAT(Values(insert(x, Slice{0, 4, 2}, array({7.0, 8.0}))), ElementsAre(7, 0, 1, 8, 2, 3));
  EXPECT_THAT(Values(delete_(x, -1)), ElementsAre(0, 1, 2));
  EXPECT_THAT(Values(delete_(x, Slice{{}, {}, -2})), ElementsAre(0, 2));
  EXPECT_THAT(Values(delete_(x, greater(x, 1))), ElementsAre(0, 1));
  ExpectError(ErrorCode::out_of_range, "index 5 is out of bounds", [&] { insert(x, 5, nine); });
  ExpectError(ErrorCode::out_of_range, "index 4 is out of bounds", [&] { delete_(x, 4); });
  ExpectError(ErrorCode::out_of_range, "indices must be integers", [&] { delete_(x, x); });
  ExpectError(ErrorCode::invalid_argument, "a mask must be", [&] { delete_(x, Matrix() > 1); });
}

TEST(JoiningTest, Pads) {
  const Array x = array({1.0, 2.0, 4.0});
  EXPECT_THAT(Values(pad(x, {{1, 2}})), ElementsAre(0, 1, 2, 4, 0, 0));
  EXPECT_THAT(Values(pad(x, {{1, 1}}, PadMode::constant, {.values = {{Operand(7), Operand(8)}}})),
              ElementsAre(7, 1, 2, 4, 8));
  EXPECT_THAT(Values(pad(x, {{2, 2}}, PadMode::reflect, {.odd = true})),
              ElementsAre(-2, 0, 1, 2, 4, 6, 7));
  EXPECT_THAT(Values(pad(x, {{1, 1}}, PadMode::maximum, {.stat_length = {{2, 1}}})),
              ElementsAre(2, 1, 2, 4, 4));
  const auto negated = [](const Array& line, const Widths& widths, int64_t axis) {
    EXPECT_EQ(widths.before + 10 * widths.after + 100 * axis, 11);
    return negative(line);
  };
  EXPECT_THAT(Values(pad(x, {{1, 1}}, negated)), ElementsAre(0, -1, -2, -4, 0));
  ExpectError(ErrorCode::invalid_argument, "2 widths for 1 axes",
              [&] { pad(x, {{1, 1}, {1, 1}}); });
  ExpectError(ErrorCode::invalid_argument, "may not be negative", [&] { pad(x, {{1, -1}}); });
  ExpectError(ErrorCode::invalid_argument, "must keep its length", [&] {
    pad(x, {{1, 1}},
        [](const Array& line, const Widths&, int64_t) { return concat({line, line}); });
  });
}

TEST(JoiningTest, CutsLargeCopiesIntoPieces) {
  std::vector<double> values(500000);
  std::iota(values.begin(), values.end(), 0.0);
  const Array x = array(values).reshape({500, 1000});
  EXPECT_THAT(Values(concat({x[{Slice{0, 250}}], x[{Slice{250}}]})), ElementsAreArray(values));
  EXPECT_THAT(Values(roll(roll(x, {3, 7}, {0, 1}), {-3, -7}, {0, 1})), ElementsAreArray(values));
  EXPECT_THAT(
      Values(concat({x.transpose(), x.transpose()}, 1)[{Ellipsis{}, Slice{500}}].transpose()),
      ElementsAreArray(values));
}

TEST(JoiningTest, ChoosesAndSelects) {
  const Array which = array({int64_t{1}, int64_t{0}, int64_t{2}});
  const std::vector<Array> choices = {zeros({}), ones({}), array({5.0, 6.0, 7.0})};
  EXPECT_THAT(Values(choose(which, choices)), ElementsAre(1, 0, 7));
  EXPECT_THAT(Values(choose(add(which, 1), choices, IndexMode::wrap)), ElementsAre(5, 1, 0));
  ExpectError(ErrorCode::invalid_argument, "is none of 2 choices",
              [&] { choose(which, {choices[0], choices[1]}); });
  ExpectError(ErrorCode::type_error, "cannot cast", [&] { choose(ones({3}), choices); });
  const Array x = arange(0.0, 4.0);
  EXPECT_THAT(Values(select({x > 2, x > 0}, {x * 10, x}, zeros({}))), ElementsAre(0, 1, 2, 30));
  ExpectError(ErrorCode::type_error, "not of bools", [&] { select({x}, {x}, x); });
  EXPECT_THAT(Values(extract(x > 1, x)), ElementsAre(2, 3));
}

TEST(JoiningTest, PlacesAndCoordinates) {
  const std::vector<Array> at = unravel_index(array({int64_t{5}, int64_t{0}}), {2, 3});
  EXPECT_THAT(at[0].to_vector<int64_t>(), ElementsAre(1, 0));
  EXPECT_THAT(at[1].to_vector<int64_t>(), ElementsAre(2, 0));
  EXPECT_THAT(ravel_multi_index(at, {2, 3}).to_vector<int64_t>(), ElementsAre(5, 0));
  ExpectError(ErrorCode::invalid_argument, "out of bounds",
              [] { unravel_index(ones({1}, DataType::int64), {1}); });
  ExpectError(ErrorCode::invalid_argument, "2 coordinates for 1 axes",
              [&] { ravel_multi_index(at, {6}); });
  EXPECT_THAT(tril_indices(2)[1].to_vector<int64_t>(), ElementsAre(0, 0, 1));
  EXPECT_THAT(triu_indices(2, 1)[1].to_vector<int64_t>(), ElementsAre(1));
  EXPECT_THAT(ix_({at[0], at[1]})[1].shape(), ElementsAre(1, 2));
}

}  // namespace
}  // namespace broadloom

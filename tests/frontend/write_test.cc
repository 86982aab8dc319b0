// Writes through views, by the reference evaluator and by compiled kernels alike.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/array.h"
#include "frontend/rearrange.h"
#include "tests/frontend/array_testing.h"

namespace broadloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The parameter: whether kernels are interpreted.
class WriteTest : public ::testing::TestWithParam<bool> {
 protected:
  Array A(std::initializer_list<double> values) { return array(values, context_.get()); }

  std::shared_ptr<Context> context_ = MakeTestContext(GetParam());
};
INSTANTIATE_TEST_SUITE_P(InterpretedAndCompiled, WriteTest, ::testing::Bool());

TEST_P(WriteTest, EveryNameAndViewSeesIt) {
  const Array x = A({1, 2, 3, 4, 5, 6}) + 0, name = x, table = reshape(x, {2, 3});
  const Array column = table.transpose()[{1}], sum = x * 2;
  assign(column, 9);
  assign(x, {Slice{{}, {}, -3}}, A({7, 8}));
  EXPECT_FALSE(x.is_evaluated()) << "a write computes nothing";
  EXPECT_THAT(Values(name), ElementsAre(1, 9, 8, 4, 9, 7));
  EXPECT_THAT(Values(table[{1}]), ElementsAre(4, 9, 7));
  EXPECT_THAT(Values(sum), ElementsAre(2, 4, 6, 8, 10, 12)) << "as it was written";
}

TEST_P(WriteTest, OverlapAndDTypes) {
  const Array x = A({1, 2, 3, 4});
  assign(x, {Slice{1}}, x[{Slice{{}, -1}}]);
  EXPECT_THAT(Values(x), ElementsAre(1, 1, 2, 3));
  const Array whole = x.astype(DataType::int32);
  assign(whole, {Slice{{}, 2}}, A({7.9, -7.9}));
  EXPECT_THAT(whole.to_vector<int32_t>(), ElementsAre(7, -7, 2, 3));
  assign_where(x, x > 1.5, 0);
  EXPECT_THAT(Values(x), ElementsAre(1, 1, 0, 0));
}

TEST_P(WriteTest, LentMemoryAtOnce) {
  double data[] = {1, 2, 3, 4};
  int released = 0;
  {
    const Array x = lend(data, DataType::float64, {4}, {}, [&] { ++released; }, context_.get());
    const Array part = lend(data + 2, DataType::float64, {2}, {}, nullptr, context_.get());
    const Array before = x * 10;
    assign(part, 0);
    EXPECT_EQ(data[3], 0);
    EXPECT_THAT(Values(x), ElementsAre(1, 2, 0, 0));
    EXPECT_THAT(Values(before), ElementsAre(10, 20, 30, 40)) << "it was given a copy";
    EXPECT_TRUE(shares_memory(x, part));
  }
  EXPECT_EQ(released, 1);
}

TEST_P(WriteTest, ExportedMemoryAtOnce) {
  const Array x = A({1, 2, 3, 4}) * 2, part = x[{Slice{2}}];
  const Array before = x + 1;
  std::shared_ptr<void> owner = part.owner();
  const double* const seen = static_cast<const double*>(x.data());
  EXPECT_EQ(part.data(), seen + 2) << "views lie in the memory of the whole";
  assign(part, A({50, 60}) + 0);
  assign(x, x + 1);
  EXPECT_THAT(std::vector<double>(seen, seen + 4), ElementsAre(3, 5, 51, 61));
  EXPECT_THAT(Values(before), ElementsAre(3, 5, 7, 9)) << "as it was written";
  owner.reset();
  const Array value = A({1, 1, 1, 1}) + 0;
  assign(x, value);
  EXPECT_FALSE(value.is_evaluated()) << "nobody looks any more";
}

TEST_P(WriteTest, PickedTwiceChangesTwice) {
  const Array x = A({1, 2, 3}) + 0, indices = array({0, 0, -1}, context_.get());
  const Array before = x * 10;
  apply_at("add", x, {indices}, A({1, 2, 3}));
  apply_at("multiply", x, {Slice{1, 2}}, 5);
  EXPECT_THAT(Values(x), ElementsAre(4, 10, 6));
  apply_at("pow", x, {indices}, 2);
  apply_at("negative", x, {indices});
  EXPECT_THAT(Values(x), ElementsAre(256, 10, -36));
  EXPECT_THAT(Values(before), ElementsAre(10, 20, 30));
  ExpectError(ErrorCode::invalid_argument, "needed", [&] { apply_at("add", x, {indices}); });
  ExpectError(ErrorCode::invalid_argument, "no `at`", [&] { apply_at("sum", x, {indices}); });
  ExpectError(ErrorCode::invalid_argument, "no `at`", [&] { apply_at("where", x, {indices}, 1); });
  ExpectError(ErrorCode::out_of_range, "index 3",
              [&] { apply_at("add", x, {array({0, 3}, context_.get())}, 1); });
}

TEST_P(WriteTest, WindowsAreViews) {
  const Array x = A({1, 2, 3, 4}) + 0, windows = sliding_window_view(x, {2}),
              sums = sum(windows, 1);
  EXPECT_FALSE(x.is_evaluated());
  EXPECT_THAT(windows.shape(), ElementsAre(3, 2));
  EXPECT_THAT(windows.strides(), ElementsAre(8, 8));
  EXPECT_THAT(Values(sums), ElementsAre(3, 5, 7));
  assign(x, {1}, 9);
  EXPECT_THAT(Values(windows), ElementsAre(1, 9, 9, 3, 3, 4));
  EXPECT_THAT(Values(sliding_window_view(x, {2, 2}, {0, 0})), ElementsAre(1, 9, 9, 3, 9, 3, 3, 4));
  EXPECT_TRUE(windows.is_read_only() && shares_memory(windows, x));
  ExpectError(ErrorCode::invalid_argument, "larger", [&] { sliding_window_view(x, {5}); });
}

TEST_P(WriteTest, WhatSharesMemory) {
  const Array x = A({1, 2, 3, 4, 5, 6}) + 0, even = x[{Slice{0, {}, 2}}],
              odd = x[{Slice{1, {}, 2}}];
  EXPECT_TRUE(shares_memory(x, odd));
  EXPECT_FALSE(shares_memory(even, odd));
  EXPECT_TRUE(shares_memory(even, odd, /*bounds_only=*/true));
  EXPECT_FALSE(shares_memory(x, copy(x)));
  EXPECT_FALSE(x.is_view());
  EXPECT_TRUE(odd.is_view());
}

TEST_P(WriteTest, Errors) {
  const Array x = A({1, 2, 3});
  ExpectError(ErrorCode::invalid_argument, "read-only",
              [&] { assign(broadcast_to(x, {2, 3}), 0); });
  ExpectError(ErrorCode::invalid_argument, "could not broadcast", [&] { assign(x, A({1, 2})); });
  ExpectError(ErrorCode::type_error, "does not support", [&] { assign(sum(x), 0); });
  ExpectError(ErrorCode::out_of_range, "out of bounds", [&] { assign(x, {3}, 0); });
  ExpectError(ErrorCode::overflow, "infinity",
              [&] { assign(x.astype(DataType::int8), std::numeric_limits<double>::infinity()); });
  EXPECT_THAT(Values(x), ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace broadloom

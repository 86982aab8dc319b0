// Writes through views, by the reference evaluator and by compiled kernels alike.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/array.h"

namespace broadloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The parameter: whether kernels are interpreted.
class WriteTest : public ::testing::TestWithParam<bool> {
 protected:
  static std::shared_ptr<Context> MakeTestContext() {
    Options options;
    options.interpret = GetParam();
    options.threads = 2;
    return make_context(options);
  }
  Array A(std::initializer_list<double> values) { return array(values, context_.get()); }

  std::shared_ptr<Context> context_ = MakeTestContext();
};
INSTANTIATE_TEST_SUITE_P(InterpretedAndCompiled, WriteTest, ::testing::Bool());

std::vector<double> Values(const Array& x) { return x.to_vector<double>(); }

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

template <typename F>
void ExpectError(ErrorCode code, const char* text, F f) {
  try {
    f();
    ADD_FAILURE() << "no error; wanted: " << text;
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), std::string(to_string(code))) << error.what();
    EXPECT_THAT(error.what(), HasSubstr(text));
  }
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

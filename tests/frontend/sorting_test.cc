// The C++ API of sorting; values are compared with NumPy's in tests/python.
#include "frontend/sorting.h"

#include <limits>
#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace broadloom {
namespace {

using testing::ElementsAre;

template <typename T>
std::vector<T> Values(const Array& x) {
  return x.to_vector<T>();
}

template <typename F>
ErrorCode CodeOf(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

const double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(Sorting, TopK) {
  const Array x = array({3.0, 9.0, kNaN, 9.0, -1.0});
  const TopK largest = topk(x, 3), smallest = topk(x, 2, 0, false);
  EXPECT_THAT(Values<int64_t>(largest.indices), ElementsAre(2, 1, 3));
  EXPECT_THAT(Values<double>(smallest.values), ElementsAre(-1, 3));
  EXPECT_EQ(CodeOf([&] { topk(x, 6); }), ErrorCode::invalid_argument);
  EXPECT_EQ(CodeOf([&] { topk(x, -1); }), ErrorCode::invalid_argument);
  EXPECT_EQ(CodeOf([&] { topk(x, 1, 1); }), ErrorCode::axis);
}

TEST(Sorting, Partition) {
  const Array x = reshape(array({5, 1, 4, 2, 3, 0}), {2, 3});
  EXPECT_THAT(Values<int>(index(partition(x, {1}, -1), {Slice{}, 1})), ElementsAre(4, 2));
  EXPECT_EQ(Values<int>(partition(x, {-1}, {}))[5], 5);
  EXPECT_EQ(Values<int64_t>(argpartition(x, {0, 5}, {}))[0], 5);
  EXPECT_EQ(CodeOf([&] { partition(x, {3}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(CodeOf([&] { argpartition(x, {0}, 2); }), ErrorCode::axis);
}

TEST(Sorting, Lexsort) {
  const Array primary = array({1, 0, 1, 0}), secondary = array({2.5, 3.0, 0.5, 1.0});
  EXPECT_THAT(Values<int64_t>(lexsort({secondary, primary})), ElementsAre(3, 1, 2, 0));
  EXPECT_EQ(CodeOf([&] { lexsort({}); }), ErrorCode::type_error);
  EXPECT_EQ(CodeOf([&] { lexsort({primary, array({1})}); }), ErrorCode::invalid_argument);
}

TEST(Sorting, UniqueRows) {
  const Array x = reshape(array({2, 1, 0, 5, 2, 1}), {3, 2});
  const Unique rows = unique_all(x, false, 0);
  EXPECT_THAT(Values<int>(rows.values), ElementsAre(0, 5, 2, 1));
  EXPECT_THAT(Values<int64_t>(rows.inverse_indices), ElementsAre(1, 0, 1));
  EXPECT_THAT(Values<int64_t>(rows.counts), ElementsAre(1, 2));
  EXPECT_EQ(CodeOf([&] { unique_values(x, false, 2); }), ErrorCode::axis);
}

TEST(Sorting, AsksBeforeItAllocates) {
  Options options;
  options.memory_budget = 100'000;
  const std::shared_ptr<Context> context = make_context(options);
  const Array x = arange(0, 10'000, 1, DataType::float64, context.get());
  x.eval();
  EXPECT_EQ(CodeOf([&] { sort(x); }), ErrorCode::memory_budget);
  EXPECT_EQ(CodeOf([&] { argsort(x); }), ErrorCode::memory_budget);
}

}  // namespace
}  // namespace broadloom

// Several steps of a stencil in one expression (passes/windows.h), beside plain loops.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "tests/frontend/array_testing.h"

namespace broadloom {
namespace {

// Numbers that all sums and products of a few steps hold exactly.
std::vector<double> Numbers(int64_t count) {
  std::vector<double> numbers(count);
  for (int64_t i = 0; i < count; ++i) numbers[i] = static_cast<double>(i * 7 % 11) - 5;
  return numbers;
}

Array Step(const Array& u) {
  const Slice inner{1, -1}, before{{}, -2}, after{2, {}};
  return (u[{before, inner}] + u[{after, inner}] + u[{inner, before}] + u[{inner, after}] -
          2.0 * u[{inner, inner}]) *
         0.5;
}

std::vector<double> StepByLoops(const std::vector<double>& u, int64_t rows, int64_t columns) {
  std::vector<double> result;
  for (int64_t i = 1; i + 1 < rows; ++i) {
    for (int64_t j = 1; j + 1 < columns; ++j) {
      const double* const at = &u[i * columns + j];
      result.push_back((at[-columns] + at[columns] + at[-1] + at[1] - 2 * at[0]) * 0.5);
    }
  }
  return result;
}

struct Case {
  int64_t rows, columns;
  int steps;
};

class WindowsTest : public testing::TestWithParam<Case> {};

TEST_P(WindowsTest, AreWhatLoopsCompute) {
  auto [rows, columns, steps] = GetParam();
  std::vector<double> expected = Numbers(rows * columns);
  Array u = array(expected.data(), DataType::float64, {rows, columns});
  for (int step = 0; step < steps; ++step, rows -= 2, columns -= 2) {
    u = Step(u);
    expected = StepByLoops(expected, rows, columns);
  }
  EXPECT_EQ(Values(u), expected);
}

INSTANTIATE_TEST_SUITE_P(Shapes, WindowsTest,
                         testing::Values(Case{7, 7, 3}, Case{60, 50, 2}, Case{500, 40, 4},
                                         Case{9, 30'000, 3}, Case{4'000, 9, 3}, Case{300, 310, 5}));

TEST(Windows, ASliceOfASliceOfAStep) {
  const int64_t rows = 40, columns = 33;
  const std::vector<double> numbers = Numbers(rows * columns);
  const Array u = array(numbers.data(), DataType::float64, {rows, columns});
  const Array twice = Step(Step(u)[{Slice{3, -2}, Slice{1, -4}}])[{Slice{2, {}}, Slice{0, 5}}];
  const std::vector<double> first = StepByLoops(numbers, rows, columns);
  std::vector<double> cut;
  for (int64_t i = 3; i < rows - 2 - 2; ++i) {
    for (int64_t j = 1; j < columns - 2 - 4; ++j) cut.push_back(first[i * (columns - 2) + j]);
  }
  const int64_t cut_rows = rows - 7, cut_columns = columns - 7;
  const std::vector<double> second = StepByLoops(cut, cut_rows, cut_columns);
  std::vector<double> expected;
  for (int64_t i = 2; i < cut_rows - 2; ++i) {
    for (int64_t j = 0; j < 5; ++j) expected.push_back(second[i * (cut_columns - 2) + j]);
  }
  EXPECT_EQ(Values(twice), expected);
}

}  // namespace
}  // namespace broadloom

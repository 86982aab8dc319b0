// Results written over their operands, compiled, beside the reference evaluator, which copies.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "frontend/array.h"
#include "frontend/joining.h"
#include "frontend/rearrange.h"
#include "tests/frontend/array_testing.h"

namespace broadloom {
namespace {

struct InPlaceCase {
  const char* name;
  void (*write)(const Array& x);  // float64[rows, columns]
};

Array At(const Array& x, Slice rows, Slice columns) { return x[{rows, columns}]; }

const InPlaceCase kCases[] = {
    {"whole", [](const Array& x) { assign(x, x * 2.0 + 1.0); }},
    {"rows", [](const Array& x) { assign(x, x - mean(x, 1, true)); }},
    {"part", [](const Array& x) { assign(At(x, {2, 5}, {1}), At(x, {2, 5}, {1}) + 1.0); }},
    {"steps",
     [](const Array& x) {
       assign(At(x, {{}, {}, 2}, {1, {}, 3}), 7.0 - At(x, {{}, {}, 2}, {1, {}, 3}));
     }},
    {"down", [](const Array& x) { assign(At(x, {1}, {}), At(x, {{}, -1}, {})); }},
    {"up", [](const Array& x) { assign(At(x, {{}, -2}, {}), At(x, {2}, {})); }},
    {"right", [](const Array& x) { assign(At(x, {}, {1}), At(x, {}, {{}, -1})); }},
    {"every_second", [](const Array& x) { assign(At(x, {}, {2, {}, 2}), At(x, {}, {{}, -2, 2})); }},
    {"reversed", [](const Array& x) { assign(x, flip(x)); }},
    {"five_points",
     [](const Array& x) {
       assign(At(x, {1, -1}, {1, -1}), (At(x, {{}, -2}, {1, -1}) + At(x, {2}, {1, -1}) +
                                        At(x, {1, -1}, {{}, -2}) + At(x, {1, -1}, {2})) *
                                           0.25);
     }},
    {"far", [](const Array& x) { assign(At(x, {3}, {}), At(x, {{}, -3}, {}) * At(x, {3}, {})); }},
    {"two_slices",
     [](const Array& x) {
       assign(At(x, {{}, 3}, {}), At(x, {3, 6}, {}) + 1.0);
       assign(At(x, {3, 6}, {}), At(x, {{}, 3}, {}) * 2.0);
     }},
    {"upside_down", [](const Array& x) { assign(x, flip(x, 0) * 2.0); }},
    {"part_reversed", [](const Array& x) { assign(At(x, {1, -1}, {}), flip(At(x, {1, -1}, {}))); }},
    {"rows_swapped",
     [](const Array& x) {
       const Array top = At(x, {{}, 3}, {}) + 0.0, bottom = At(x, {-3}, {}) + 0.0;
       assign(At(x, {{}, 3}, {}), bottom);
       assign(At(x, {-3}, {}), top);
     }},
    {"columns_exchanged_and_turned",
     [](const Array& x) {
       const Array even = At(x, {}, {{}, 4, 2}) - 1.0, odd = flip(At(x, {}, {1, 5, 2}), 0) * 3.0;
       assign(At(x, {}, {{}, 4, 2}), odd);
       assign(At(x, {}, {1, 5, 2}), even);
     }},
    {"three_rows_in_turn",
     [](const Array& x) {
       const Array rows[] = {x[{0}] + 0.0, x[{1}] + 0.0, x[{2}] + 0.0};
       for (int64_t i = 0; i < 3; ++i) assign(x[{i}], rows[(i + 1) % 3]);
     }},
    {"transposed",
     [](const Array& x) {
       const int64_t n = std::min(x.shape()[0], x.shape()[1]);
       const Array square = At(x, {{}, n}, {-n});
       assign(square, permute_dims(square, {1, 0}) + square);
     }},
    {"eightfold",
     [](const Array& x) {
       const int64_t n = std::min(x.shape()[0], x.shape()[1]);
       const Array square = At(x, {{}, n}, {-n});
       assign(square, permute_dims(square, {1, 0}) - flip(square, 0) * 2.0);
     }},
    {"first_row_from_all",
     [](const Array& x) { assign(At(x, {1}, {}), At(x, {1}, {}) - At(x, {{}, 1}, {})); }},
    {"counted",
     [](const Array& x) {
       const Array every = At(x, {{}, {}, 2}, {});
       assign(every, every * 2.0 + reshape(arange(0, every.shape()[0], 1, {}, &x.context()),
                                           {every.shape()[0], 1}));
     }},
    {"rolled_rows", [](const Array& x) { assign(x, roll(x, {2}, 0)); }},
    {"rolled_columns", [](const Array& x) { assign(x, roll(x, {-3}, 1) + x); }},
    {"padded",
     [](const Array& x) {
       const int64_t rows = x.shape()[0] - 3, columns = x.shape()[1] - 2;
       assign(x, pad(At(x, {0, rows}, {0, columns}) * 2.0, {{1, 2}, {2, 0}}, PadMode::reflect));
     }},
    {"joined",
     [](const Array& x) {
       assign(x, concat({At(x, {2}, {}) + 1.0, At(x, {{}, 1}, {}), At(x, {1, 2}, {}) * 2.0}));
     }},
    {"running_sum", [](const Array& x) { assign(x, cumulative_sum(x, 0)); }},
};

class InPlaceTest : public testing::TestWithParam<InPlaceCase> {};

TEST_P(InPlaceTest, AsIfItWereCopied) {
  const auto compiled = MakeTestContext(false), judge = MakeTestContext(true);
  for (const Sizes& shape : {Sizes{6, 5}, Sizes{9, 16}, Sizes{40, 33}, Sizes{700, 130}}) {
    std::vector<double> numbers(shape[0] * shape[1]);
    for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(i * 7919 % 97);
    std::vector<double> results[2];
    for (const auto& context : {compiled, judge}) {
      const Array x = array(numbers.data(), DataType::float64, shape, {}, context.get());
      const Array before = x + 0.0;
      GetParam().write(x);
      x.eval();
      GetParam().write(x);
      results[context == judge] = x.to_vector<double>();
      EXPECT_EQ(before.to_vector<double>(), numbers);
    }
    EXPECT_EQ(results[0], results[1]) << shape[0] << " x " << shape[1];
  }
}

INSTANTIATE_TEST_SUITE_P(Writes, InPlaceTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(InPlaceThreadsTest, WhoComesUponAnEvaluationWaits) {
  const auto context = MakeTestContext(false);
  const std::vector<double> numbers(1 << 14, 1.0);
  for (int round = 0; round < 50; ++round) {
    const Array kept = array(numbers.data(), DataType::float64, {1 << 14}, {}, context.get());
    const Array x = kept + 0.0, next = kept + 1.0;
    for (int i = 0; i < 3; ++i) assign(x, x * 2.0);
    const std::vector<Array> all = {x, next, x + next, sum(x), next};
    std::vector<std::thread> threads;
    for (const Array& each : all) threads.emplace_back([each] { each.eval(); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(all[2].to_vector<double>(), std::vector<double>(1 << 14, 10.0));
    EXPECT_EQ(all[3].item<double>(), 8.0 * (1 << 14));
    EXPECT_EQ(kept.to_vector<double>(), numbers) << "it is held";
  }
}

}  // namespace
}  // namespace broadloom

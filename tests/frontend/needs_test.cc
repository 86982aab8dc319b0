// The guard's promise: an evaluation allocates no more than it asked for, whatever the strides of
// its operands, and without that it allocates nothing.
#include <gtest/gtest.h>

#include "frontend/array.h"
#include "frontend/buffer_assignment.h"
#include "frontend/joining.h"
#include "frontend/plan.h"
#include "frontend/rearrange.h"

namespace broadloom {
namespace {

struct NeedsCase {
  const char* name;
  int64_t bytes;                  // that it must ask for, at least: results and copies
  Array (*make)(const Array& x);  // x: float64[256,512]
};

constexpr int64_t kMiB = 1 << 20;

const NeedsCase kCases[] = {
    {"map", kMiB, [](const Array& x) { return exp(x) * 2.0; }},
    {"rows", kMiB, [](const Array& x) { return x - mean(x, 1, true); }},
    {"columns", 4096, [](const Array& x) { return mean(x, 0); }},
    {"standardize", kMiB, [](const Array& x) { return (x - mean(x, 0)) / std(x, 0); }},
    {"product", kMiB / 2, [](const Array& x) { return matmul(x, x.transpose()); }},
    {"product_of_results", kMiB / 2 + 2 * kMiB,
     [](const Array& x) { return matmul(exp(x), exp(x + 1.0).transpose()); }},
    {"product_of_flipped", kMiB / 2 + kMiB,
     [](const Array& x) { return matmul(flip(x, 1), x.transpose()); }},
    {"product_of_two_flipped", kMiB / 2 + 2 * kMiB,
     [](const Array& x) { return matmul(flip(x, 0), flip(x, 1).transpose()); }},
    {"product_of_every_second", kMiB / 8 + kMiB / 2,
     [](const Array& x) {
       const Array half = x[{Slice{}, Slice{{}, {}, 2}}];
       return matmul(half[{Slice{0, 128}}], half[{Slice{128, 256}}].transpose());
     }},
    {"product_of_repeated", 2 * kMiB + 2 * kMiB,
     [](const Array& x) {
       return matmul(broadcast_to(x[{Slice{0, 1}}], {256, 512}).transpose(), flip(x, 0));
     }},
    {"batches_of_flipped", kMiB / 8 + kMiB / 4,
     [](const Array& x) {
       const Array batches = reshape(x, {4, 64, 512});
       return matmul(flip(batches, 2), permute_dims(batches, {0, 2, 1}));
     }},
    {"vector_backwards", 2048 + 4096,
     [](const Array& x) { return matmul(x, flip(x[{int64_t{0}}])); }},
    {"reshape_of_transposed", kMiB,
     [](const Array& x) { return reshape(x.transpose(), {128, 1024}); }},
    {"sum_of_reshape", 1024,
     [](const Array& x) { return sum(reshape(x.transpose(), {128, 1024}), 1); }},
    {"joined_parts", 2 * kMiB, [](const Array& x) { return concat({exp(x), x + 1.0}); }},
    {"joined_columns", 2 * kMiB, [](const Array& x) { return concat({exp(x), x + 1.0}, 1); }},
    {"joined_last", 2 * kMiB, [](const Array& x) { return stack({exp(x), x + 1.0}, -1); }},
    {"padded", kMiB,
     [](const Array& x) {
       return pad(exp(x[{Slice{0, 254}, Slice{0, 510}}]), {{1, 1}, {1, 1}}, PadMode::edge);
     }},
    {"rolled", kMiB, [](const Array& x) { return roll(exp(x), {3, 4}, {0, 1}); }},
    {"rolled_copy", kMiB, [](const Array& x) { return roll(x, {3}, 1); }},
    {"chain_of_products", 2 * kMiB,
     [](const Array& x) {
       Array y = x;
       for (int i = 0; i < 20; ++i) y = matmul(x[{Slice{}, Slice{0, 256}}], y);
       return y;
     }},
    {"chain_of_reshapes", 2 * kMiB,
     [](const Array& x) {
       Array y = x + 1.0;
       for (int i = 0; i < 20; ++i) y = reshape(y.transpose(), {256, 512});
       return y;
     }},
    {"number", 8, [](const Array& x) { return sum(x); }},
};

constexpr int64_t kRounding = 4096;    // small buffers come in classes
constexpr int64_t kScratch = 1 << 20;  // asked for too, but not of the allocator

class NeedsTest : public testing::TestWithParam<NeedsCase> {};

TEST_P(NeedsTest, NothingIsAllocatedBeyondWhatIsAskedFor) {
  Context context{Options{}};
  const std::vector<double> numbers(256 * 512, 1.5);
  const Array x = array(numbers.data(), DataType::float64, {256, 512}, {}, &context);
  const Array result = GetParam().make(x);
  const Trace trace = *TraceRoots(context, {result.expr()});
  const auto plan = FindPlan(context, trace);
  ASSERT_TRUE(plan.ok()) << plan.status();
  const Numbers bound(**plan, trace);
  const Needs needs = NeedsOf(context, **plan, AssignBuffers(context, **plan, trace, bound), bound);
  EXPECT_GE(needs.peak_bytes, GetParam().bytes);

  const MemoryUse before = memory_info(&context);
  set_memory_budget(before.live + needs.peak_bytes - 1, &context);
  EXPECT_THROW(result.eval(), Error);
  EXPECT_EQ(memory_info(&context).peak, before.peak);

  set_memory_budget(before.live + needs.peak_bytes, &context);
  reset_peak(&context);
  result.eval();
  EXPECT_LE(memory_info(&context).peak - before.live, needs.peak_bytes + kRounding);
  EXPECT_GE(memory_info(&context).peak - before.live, needs.peak_bytes - kScratch);
}

INSTANTIATE_TEST_SUITE_P(Expressions, NeedsTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace broadloom

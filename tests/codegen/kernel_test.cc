// Whole kernels, from text through the passes to machine code, bit for bit against the reference
// evaluator.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ir/text.h"
#include "passes/pass.h"
#include "tests/codegen/kernel_harness.h"

namespace broadloom {
namespace {

struct Case {
  const char* name;
  const char* kinds;  // of the kernels, in order
  const char* text;
};

// What each kind of kernel must do: maps, rows with stages, partial reductions over lanes and
// columns, inner loops.
const Case kCases[] = {
    {"chain", "map",
     R"(graph @g(%x: f64[m,n] {layout="su"}, %y: f64[m,n] {layout="su"}, %a: scalar f64) {
       %1 = multiply %x, %a  %2 = multiply %y, %x  %3 = add %1, %2  return %3 })"},
    {"broadcast", "map", R"(graph @g(%x: f32[m,n] {layout="su"}, %y: f32[n] {layout="u"}) {
       %1 = subtract %x, %y  %2 = exp %1  return %2 })"},
    {"bytes", "map", R"(graph @g(%x: i8[n] {layout="u"}, %y: u8[n] {layout="s"}) {
       %1 = add %x, %y  %2 = less %x, %y  return %1, %2 })"},
    {"column_vector", "map", R"(graph @g(%x: f64[m,n] {layout="us"}) { %1 = sqrt %x  return %1 })"},
    {"center_rows", "rows", R"(graph @g(%x: f64[m,n] {layout="su"}) {
       %1 = mean %x {axes=[1], keepdims=1, order="lanes"}  %2 = subtract %x, %1  return %2 })"},
    {"softmax", "rows", R"(graph @g(%x: f32[m,n] {layout="su"}) {
       %1 = max %x {axes=[1], keepdims=1, order="lanes"}  %2 = subtract %x, %1  %3 = exp %2
       %4 = sum %3 {axes=[1], keepdims=1, order="lanes"}  %5 = divide %3, %4  return %5 })"},
    {"row_norms", "rows", R"(graph @g(%x: f32[m,n] {layout="su"}) {
       %1 = multiply %x, %x  %2 = sum %1 {axes=[1], order="lanes"}  %3 = sqrt %2  return %3 })"},
    {"argmax_rows", "rows", R"(graph @g(%x: f32[m,n] {layout="su"}) {
       %1 = argmax %x {axes=[1], order="lanes"}  return %1 })"},
    {"lanes_of_two_kinds", "rows rows",
     R"(graph @g(%x: f32[m,n] {layout="su"}, %y: f64[m,n] {layout="su"}) {
       %1 = sum %x {axes=[1], order="lanes"}  %2 = astype %x {dtype=f64}  %3 = add %y, %2
       %4 = sum %3 {axes=[1], order="lanes"}  return %1, %4 })"},
    {"full_sum", "partial", R"(graph @g(%x: f32[n] {layout="u"}) {
       %1 = sum %x {axes=[0], order="lanes"}  return %1 })"},
    {"full_two_axes", "partial", R"(graph @g(%x: f64[m,n] {layout="su"}) {
       %1 = sum %x {axes=[0,1], order="lanes"}  %2 = max %x {axes=[0,1], order="lanes"}  return %1, %2 })"},
    {"full_any", "partial", R"(graph @g(%x: i16[n] {layout="u"}) {
       %1 = any %x {axes=[0], order="lanes"}  %2 = argmin %x {axes=[0], order="lanes"}  return %1, %2 })"},
    {"column_sums", "partial", R"(graph @g(%x: f64[m,n] {layout="su"}) {
       %1 = sum %x {axes=[0], order="rows"}  return %1 })"},
    {"column_std", "partial partial", R"(graph @g(%x: f32[m,n] {layout="su"}) {
       %1 = std %x {axes=[0], order="rows"}  return %1 })"},
    {"column_argmin", "partial", R"(graph @g(%x: i32[m,n] {layout="su"}) {
       %1 = argmin %x {axes=[0], order="rows"}  %2 = prod %x {axes=[0], order="rows"}  return %1, %2 })"},
    {"distances", "map", R"(graph @g(%a: f64[m,k] {layout="su"}, %b: f64[n,k] {layout="su"}) {
       %1 = expand_dims %a {axes=[1]}  %2 = expand_dims %b {axes=[0]}  %3 = subtract %1, %2  %4 = square %3
       %5 = sum %4 {axes=[2], order="rows"}  return %5 })"},
    {"nearest", "map", R"(graph @g(%a: f32[m,k] {layout="su"}, %b: f32[n,k] {layout="su"}) {
       %1 = expand_dims %a {axes=[1]}  %2 = expand_dims %b {axes=[0]}  %3 = subtract %1, %2  %4 = square %3
       %5 = sum %4 {axes=[2], order="rows"}  %6 = argmin %5 {axes=[1], order="rows"}  return %6 })"},
    {"outer_max", "map", R"(graph @g(%a: f64[m] {layout="u"}, %b: f64[n] {layout="u"}) {
       %1 = expand_dims %a {axes=[1]}  %2 = add %1, %b  %3 = max %2 {axes=[1], order="rows"}  return %3 })"},
    {"middle_axis", "map", R"(graph @g(%x: f32[m,k,n] {layout="ssu"}) {
       %1 = sum %x {axes=[1], order="rows"}  return %1 })"},
    {"index", "map", R"(graph @g(%x: f64[m,n] {layout="su"}) {
       %1 = iota {axis=1, shape=[m,n]}  %2 = astype %1 {dtype=f64}  %3 = add %x, %2  return %3 })"},
};

// min, max and their indices have no value over nothing: the frontend refuses before it launches.
bool NeedsElements(const Graph& body) {
  for (NodeId id = 0; id < body.size(); ++id) {
    if (body.node(id).info().Is(kNonEmpty)) return true;
  }
  return false;
}

class KernelTest : public testing::TestWithParam<Case> {};

TEST_P(KernelTest, EveryShapeStrideAndGuardPage) {
  absl::StatusOr<Graph> graph = Parse(GetParam().text);
  ASSERT_TRUE(graph.ok()) << graph.status();
  absl::StatusOr<Graph> planned = RunPasses(*graph, Pipeline(), PassOptions());
  ASSERT_TRUE(planned.ok()) << planned.status();
  std::string kinds;
  ThreadPool pool(2);
  for (const Graph* body : KernelBodies(*planned)) {
    kinds += (kinds.empty() ? "" : " ") + body->attrs().Text(AttrName::k_kind);
    for (const Target& target : {Avx2Target()}) {
      absl::StatusOr<KernelHarness> harness = KernelHarness::Make(*body, target);
      ASSERT_TRUE(harness.ok()) << harness.status() << "\n" << Print(*body);
      for (const std::vector<int64_t>& symbols : std::vector<std::vector<int64_t>>{{5, 7, 3},
                                                                                   {1, 1, 1},
                                                                                   {33, 16, 64},
                                                                                   {70, 130, 35},
                                                                                   {3, 5000, 2},
                                                                                   {2500, 3, 9},
                                                                                   {2, 3, 1100},
                                                                                   {0, 4, 3}}) {
        const bool empty = std::find(symbols.begin(), symbols.end(), 0) != symbols.end();
        if (empty && NeedsElements(*body)) continue;
        for (StrideKind strides :
             {StrideKind::kDense, StrideKind::kPadded, StrideKind::kReversed}) {
          for (bool at_end : {true, false}) {
            HarnessOptions options;
            options.symbols = symbols;
            options.strides = strides;
            options.at_end = at_end;
            const absl::Status status = harness->RunAndCompare(options, pool);
            ASSERT_TRUE(status.ok()) << status << "\nsymbols " << symbols[0] << " " << symbols[1]
                                     << " " << symbols[2] << "\n"
                                     << Print(*body);
          }
        }
      }
    }
  }
  EXPECT_EQ(kinds, GetParam().kinds) << Print(*planned);
}

INSTANTIATE_TEST_SUITE_P(Kernels, KernelTest, testing::ValuesIn(kCases),
                         [](const testing::TestParamInfo<Case>& info) {
                           return std::string(info.param.name);
                         });

}  // namespace
}  // namespace broadloom

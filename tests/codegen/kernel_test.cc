// Whole kernels, from text through the passes to machine code, bit for bit against the reference
// evaluator.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "ir/text.h"
#include "passes/pass.h"
#include "tests/codegen/kernel_harness.h"
#include "tests/golden_cases.h"
#include "tests/random_graph.h"

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
    {"transposed", "map",
     R"(graph @g(%x: f32[m,n] {layout="su"}, %y: f32[n,m] {layout="ju"}, %z: u8[n,m] {layout="su"}) {
  %1 = permute_dims %y {axes=[1,0]}  %2 = permute_dims %z {axes=[1,0]}
  %3 = multiply %x, %1  %4 = astype %2 {dtype=f32}  %5 = add %3, %4  return %5 })"},
    {"transposed_three_axes", "map", R"(graph @g(%x: f64[m,n,k] {layout="jju"}) {
  %1 = negative %x  %2 = permute_dims %1 {axes=[2,0,1]}  return %2 })"},
    {"transposed_pairs", "map map",
     R"(graph @g(%x: c64[m,n] {layout="ju"}, %y: b1[m,n] {layout="ju"}) {
  %1 = copy %x  %2 = permute_dims %1 {axes=[1,0]}  %3 = logical_not %y
  %4 = permute_dims %3 {axes=[1,0]}  return %2, %4 })"},
    {"rows_times_columns", "rows",
     R"(graph @g(%x: f32[m,n] {layout="su"}, %y: f32[n,m] {layout="ju"}) {
  %1 = permute_dims %y {axes=[1,0]}  %2 = multiply %x, %1
  %3 = sum %2 {axes=[1], order="lanes"}  return %3 })"},
    {"tile_of_maxima", "map", R"(graph @g(%a: f64[m,k] {layout="su"}, %b: f64[n,k] {layout="su"}) {
  %1 = expand_dims %a {axes=[1]}  %2 = expand_dims %b {axes=[0]}  %3 = subtract %1, %2
  %4 = abs %3  %5 = max %4 {axes=[2], order="rows"}  return %5 })"},
    {"tile_with_epilogue", "map",
     R"(graph @g(%a: f32[m,k] {layout="su"}, %b: f32[k,n] {layout="ju"}, %c: f32[m,n] {layout="su"}, %d: f32[m] {layout="u"}) {
  %1 = expand_dims %a {axes=[2]}  %2 = expand_dims %b {axes=[0]}  %3 = multiply %1, %2
  %4 = sum %3 {axes=[1], order="rows"}  %5 = add %4, %c  %6 = sqrt %d
  %7 = expand_dims %6 {axes=[1]}  %8 = divide %5, %7  return %8 })"},
    {"column_vector", "map", R"(graph @g(%x: f64[m,n] {layout="us"}) { %1 = sqrt %x  return %1 })"},
    {"center_rows", "rows", R"(graph @g(%x: f64[m,n] {layout="su"}) {
       %1 = mean %x {axes=[1], keepdims=1, order="lanes"}  %2 = subtract %x, %1  return %2 })"},
    {"softmax", "rows", R"(graph @g(%x: f32[m,n] {layout="su"}) {
       %1 = max %x {axes=[1], keepdims=1, order="lanes"}  %2 = subtract %x, %1  %3 = exp %2
       %4 = sum %3 {axes=[1], keepdims=1, order="lanes"}  %5 = divide %3, %4  return %5 })"},
    {"kept_and_returned", "rows",
     R"(graph @g(%x: f32[m,n] {layout="su"}, %y: f32[m,n] {layout="su"}) {
       %1 = exp %x  %2 = sum %1 {axes=[1], keepdims=1, order="lanes"}  %3 = multiply %2, %y
       return %3, %1 })"},
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
    {"full_prod", "partial", R"(graph @g(%x: f32[m,n] {layout="su"}) {
       %1 = prod %x {axes=[0,1], order="lanes"}  return %1 })"},
    {"full_any", "partial", R"(graph @g(%x: i16[n] {layout="u"}) {
       %1 = any %x {axes=[0], order="lanes"}  %2 = argmin %x {axes=[0], order="lanes"}  return %1, %2 })"},
    {"column_sums", "partial", R"(graph @g(%x: f64[m,n] {layout="su"}) {
       %1 = sum %x {axes=[0], order="rows"}  return %1 })"},
    {"column_std", "partial partial", R"(graph @g(%x: f32[m,n] {layout="su"}) {
       %1 = std %x {axes=[0], order="rows"}  return %1 })"},
    {"column_argmin", "partial", R"(graph @g(%x: i32[m,n] {layout="su"}) {
       %1 = argmin %x {axes=[0], order="rows"}  %2 = prod %x {axes=[0], order="rows"}  return %1, %2 })"},
    {"column_prod", "partial", R"(graph @g(%x: f32[m,n] {layout="su"}) {
       %1 = prod %x {axes=[0], order="rows"}  %2 = min %x {axes=[0], order="rows"}  return %1, %2 })"},
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
    {"gather", "map",
     R"(graph @g(%x: f64[n] {layout="u"}, %i: i32[m] {layout="u"}, %b: f64[m] {layout="s"}, %c: scalar f64) {
       %e = extent {dim=n}  %j = remainder %i, %e  %1 = gather %x, %j  %2 = multiply %1, %b  %3 = add %2, %c  return %3 })"},
    {"gather_from_the_end", "map", R"(graph @g(%x: f32[n] {layout="s"}, %i: i64[m] {layout="s"}) {
       %e = extent {dim=n}  %j = remainder %i, %e  %k = subtract %j, %e  %1 = gather %x, %k  return %1 })"},
    {"gather_out_of_bounds", "map", R"(graph @g(%x: f64[n] {layout="u"}, %i: i8[m] {layout="u"}) {
       %1 = gather %x, %i  return %1 })"},
    {"gather_rows", "map", R"(graph @g(%x: f32[n,k] {layout="ju"}, %i: u8[m] {layout="u"}) {
       %e = extent {dim=n}  %j = remainder %i, %e  %h = expand_dims %j {axes=[1]}  %t = permute_dims %x {axes=[1,0]}
       %1 = gather %t, %h  %2 = add %1, %1  return %2 })"},
    {"gather_columns", "map", R"(graph @g(%x: f64[n,k] {layout="ju"}, %i: i64[m] {layout="u"}) {
       %e = extent {dim=k}  %j = remainder %i, %e  %t = expand_dims %x {axes=[1]}  %1 = gather %t, %j  return %1 })"},
    {"gather_points", "map",
     R"(graph @g(%x: f64[n,k] {layout="su"}, %i: i64[m] {layout="u"}, %j: i16[m] {layout="s"}) {
       %e = extent {dim=n}  %f = extent {dim=k}  %a = remainder %i, %e  %b = remainder %j, %f
       %1 = gather %x, %a, %b  return %1 })"},
    {"gather_one", "map",
     R"(graph @g(%x: f64[n,k] {layout="su"}, %i: scalar i64, %b: f64[m] {layout="u"}) {
       %e = extent {dim=n}  %f = extent {dim=k}  %a = remainder %i, %e  %c = remainder %i, %f
       %1 = gather %x, %a, %c  %2 = add %1, %b  return %2 })"},
    {"gather_along", "map", R"(graph @g(%x: i32[n,k] {layout="ju"}, %i: i32[n,m] {layout="ju"}) {
       %e = extent {dim=k}  %j = remainder %i, %e  %t = expand_dims %x {axes=[1]}  %1 = gather %t, %j  return %1 })"},
    {"gather_halves", "map",
     R"(graph @g(%x: f16[n] {layout="u"}, %y: b1[n] {layout="s"}, %i: i32[m] {layout="u"}) {
       %e = extent {dim=n}  %j = remainder %i, %e  %1 = gather %x, %j  %2 = gather %y, %j
       %3 = negative %1  %4 = where %2, %1, %3  return %4 })"},
    {"gather_masks", "map",
     R"(graph @g(%x: b1[n,k,3] {layout="jju"}, %y: b1[n,k,3] {layout="jju"}, %i: i64[m] {layout="u"}) {
       %e = extent {dim=k}  %j = remainder %i, %e  %c = constant {value=i64:0}  %s = expand_dims %x {axes=[1]}
       %t = expand_dims %y {axes=[1]}  %1 = gather %s, %j, %c  %2 = gather %t, %j, %c  %3 = multiply %1, %2  return %3 })"},
    {"gather_complex", "map",
     R"(graph @g(%x: c64[n] {layout="u"}, %y: c128[n] {layout="s"}, %i: i32[m] {layout="u"}) {
       %e = extent {dim=n}  %j = remainder %i, %e  %1 = gather %x, %j  %2 = gather %y, %j
       %3 = imag %1  %4 = real %2  %5 = add %3, %4  return %5, %2 })"},
    {"gather_sums", "rows", R"(graph @g(%x: f32[n,k] {layout="ju"}, %i: i64[m] {layout="u"}) {
       %e = extent {dim=n}  %j = remainder %i, %e  %h = expand_dims %j {axes=[1]}  %t = permute_dims %x {axes=[1,0]}
       %1 = gather %t, %h  %2 = sum %1 {axes=[1], keepdims=1}  %3 = subtract %1, %2  return %3 })"},
    {"gather_total", "partial", R"(graph @g(%x: f64[n] {layout="u"}, %i: i64[m] {layout="u"}) {
       %e = extent {dim=n}  %j = remainder %i, %e  %1 = gather %x, %j  %2 = sum %1 {axes=[0]}  return %2 })"},
    {"gather_neighbours", "map",
     R"(graph @g(%x: f64[n,k] {layout="ju"}, %i: i32[m,3] {layout="ju"}) {
       %e = extent {dim=n}  %j = remainder %i, %e  %h = expand_dims %j {axes=[2]}  %t = permute_dims %x {axes=[1,0]}
       %1 = gather %t, %h  %2 = sum %1 {axes=[1], order="rows"}  return %2 })"},
    {"gather_at_maxima", "rows", R"(graph @g(%x: f64[n,k] {layout="ju"}, %y: f64[k] {layout="u"}) {
       %1 = argmax %x {axes=[1]}  %2 = gather %y, %1  return %2, %1 })"},
    {"softmax_of_three", "map", R"(graph @g(%x: f32[m,3] {layout="ju"}) {
       %1 = max %x {axes=[1], keepdims=1, order="lanes"}  %2 = subtract %x, %1  %3 = exp %2
       %4 = sum %3 {axes=[1], keepdims=1, order="lanes"}  %5 = divide %3, %4  return %5 })"},
    {"unrolled_columns", "map",
     R"(graph @g(%x: f64[m,4] {layout="us"}, %y: f64[4] {layout="u"}, %z: f64[m] {layout="s"}) {
       %1 = multiply %x, %y  %2 = sum %1 {axes=[1], keepdims=1, order="lanes"}
       %3 = expand_dims %z {axes=[1]}  %4 = add %2, %3  %5 = subtract %x, %4  return %5, %4 })"},
    {"unrolled_pairs", "map map",
     R"(graph @g(%x: f32[k,m,2] {layout="sju"}, %y: f32[m,2] {layout="ju"}) {
       %1 = argmin %x {axes=[2]}  %2 = prod %x {axes=[2], keepdims=1, order="lanes"}  %3 = max %x {axes=[2]}
       %4 = multiply %y, %2  return %1, %3, %4 })"},
    {"unrolled_pixels", "map",
     R"(graph @g(%x: u8[m,3] {layout="ju"}, %w: f32[3] {layout="u"}) {
       %1 = astype %x {dtype=f32}  %2 = multiply %1, %w  %3 = sum %2 {axes=[1], order="lanes"}
       %4 = less %1, %w  %5 = any %4 {axes=[1]}  return %3, %5, %4 })"},
    {"unrolled_eights", "map map map",
     R"(graph @g(%x: f64[m,8] {layout="ju"}, %y: f32[m,7] {layout="ju"}, %z: f32[m,5] {layout="ju"}) {
       %1 = sum %x {axes=[1], keepdims=1, order="lanes"}  %2 = subtract %x, %1
       %3 = sum %y {axes=[1], order="lanes"}  %4 = prod %z {axes=[1], order="lanes"}  %5 = min %z {axes=[1]}
       return %2, %3, %4, %5 })"},
    {"nearest_of_doubles", "rows",
     R"(graph @g(%x: f64[m,n] {layout="su"}, %y: f64[n] {layout="u"}) {
       %1 = subtract %x, %y  %2 = abs %1  %3 = argmin %2 {axes=[1]}  return %3 })"},
    {"short_distances", "map", R"(graph @g(%a: f64[m,3] {layout="ju"}, %b: f64[n,3] {layout="ju"}) {
       %1 = expand_dims %a {axes=[1]}  %2 = expand_dims %b {axes=[0]}  %3 = subtract %1, %2  %4 = square %3
       %5 = sum %4 {axes=[2], order="rows"}  return %5 })"},
    {"index", "map", R"(graph @g(%x: f64[m,n] {layout="su"}) {
       %1 = iota {axis=1, shape=[m,n]}  %2 = astype %1 {dtype=f64}  %3 = add %x, %2  return %3 })"},
};

class KernelTest : public testing::TestWithParam<Case> {};

TEST_P(KernelTest, EveryShapeStrideAndGuardPage) {
  absl::StatusOr<Graph> graph = Parse(GetParam().text);
  ASSERT_TRUE(graph.ok()) << graph.status();
  absl::StatusOr<Graph> planned = RunPasses(*graph, Pipeline(), PassOptions());
  ASSERT_TRUE(planned.ok()) << planned.status();
  CheckKernels(*planned, Avx2Target(),
               {{5, 7, 3},
                {1, 1, 1},
                {33, 16, 64},
                {70, 130, 35},
                {3, 5000, 2},
                {2500, 3, 9},
                {2, 3, 1100},
                {0, 4, 3}});
  std::vector<std::string> kinds;
  for (const Graph* body : KernelBodies(*planned))
    kinds.push_back(body->attrs().Text(AttrName::k_kind));
  EXPECT_EQ(absl::StrJoin(kinds, " "), GetParam().kinds) << Print(*planned);
}

class GoldenKernelTest : public testing::TestWithParam<std::string> {};

// Every kernel of the golden files, of their inputs after the whole pipeline: as AVX2 machines run
// it, 512 bits wide but compiled for AVX2, and for AVX-512 where this machine has it.
TEST_P(GoldenKernelTest, ThreeShapesEveryStrideAndGuardPage) {
  std::vector<std::pair<int, Target>> machines = {{32, Avx2Target()}, {64, Avx2Target()}};
  const absl::StatusOr<Target> host = HostTarget();
  if (host.ok() && host->vector_bytes == 64) machines.emplace_back(64, Avx512Target());
  for (const GoldenCase& c : ReadGoldenFile(GetParam())) {
    SCOPED_TRACE(c.head);
    if (!c.error.empty()) continue;
    const absl::StatusOr<Graph> graph = Parse(c.input);
    ASSERT_TRUE(graph.ok()) << graph.status();
    for (const auto& [vector_bytes, target] : machines) {
      PassOptions options;
      options.machine.vector_bytes = vector_bytes;
      const absl::StatusOr<Graph> planned = RunPasses(*graph, Pipeline(), options);
      ASSERT_TRUE(planned.ok()) << planned.status();
      CheckKernels(*planned, target,
                   {{5, 7, 3, 4, 2, 3}, {36, 17, 9, 2, 5, 3}, {130, 3, 35, 2, 1, 2}});
    }
  }
}

class RandomKernelTest : public testing::TestWithParam<int> {};

TEST_P(RandomKernelTest, EqualsTheEvaluator) {
  constexpr int kGraphs = 8;
  for (int i = 0; i < kGraphs; ++i) {
    const std::string text = RandomGraph(static_cast<uint64_t>(GetParam() * kGraphs + i));
    SCOPED_TRACE(text);
    const absl::StatusOr<Graph> graph = Parse(text);
    ASSERT_TRUE(graph.ok()) << graph.status();
    const absl::StatusOr<Graph> planned = RunPasses(*graph, Pipeline(), PassOptions());
    ASSERT_TRUE(planned.ok()) << planned.status();
    CheckKernels(*planned, Avx2Target(), {{5, 7, 3}, {36, 17, 9}});
  }
}

// BROADLOOM_RANDOM_KERNELS: how many tests of eight graphs, 4 where it is not set.
int RandomKernelTests() {
  const char* value = std::getenv("BROADLOOM_RANDOM_KERNELS");
  return value == nullptr ? 4 : std::atoi(value);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomKernelTest, testing::Range(0, RandomKernelTests()));

INSTANTIATE_TEST_SUITE_P(Files, GoldenKernelTest, testing::ValuesIn(GoldenFiles()),
                         [](const testing::TestParamInfo<std::string>& info) {
                           std::string name = info.param.substr(0, info.param.find('.'));
                           std::replace(name.begin(), name.end(), '/', '_');
                           return name;
                         });

INSTANTIATE_TEST_SUITE_P(Kernels, KernelTest, testing::ValuesIn(kCases),
                         [](const testing::TestParamInfo<Case>& info) {
                           return std::string(info.param.name);
                         });

}  // namespace
}  // namespace broadloom

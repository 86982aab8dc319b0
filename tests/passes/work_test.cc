#include "passes/work.h"

#include "gtest/gtest.h"
#include "ir/text.h"

namespace broadloom {
namespace {

Work WorkOfText(absl::string_view text) {
  const absl::StatusOr<Graph> body = Parse(text);
  EXPECT_TRUE(body.ok()) << body.status();
  return WorkOfBody(*body, [](const Shape& shape) { return NumElements(shape).value(); });
}

TEST(Work, ReductionsCountWhatTheyGoOver) {
  const Work work = WorkOfText(R"(graph @kernel(%x: f32[10,20] {layout="ju"}) {
    %1 = sum %x {axes=[1], keepdims=1, order="lanes"}
    %2 = subtract %x, %1
    return %2
  } {shape=[10,20]})");
  EXPECT_EQ(work.operations, 400);
  EXPECT_EQ(work.add_bytes, 1600);
  EXPECT_EQ(work.divide_f32_bytes + work.divide_f64_bytes, 0);
}

TEST(Work, TheDividerAndFunctionsCountApart) {
  const Work work =
      WorkOfText(R"(graph @kernel(%x: f64[100] {layout="u"}, %y: f32[100] {layout="u"}) {
    %1 = sqrt %x
    %2 = divide %y, %y
    %3 = exp %y
    return %1, %2, %3
  } {shape=[100]})");
  EXPECT_EQ(work.operations, 300);
  EXPECT_EQ(work.divide_f64_bytes, 800);
  EXPECT_EQ(work.divide_f32_bytes, 400);
  EXPECT_EQ(work.add_bytes, 400 * kAddsOfFunction);
}

TEST(Work, ComparisonsAreAsWideAsTheirOperandsAndHalvesAsTheirMachineType) {
  const Work work =
      WorkOfText(R"(graph @kernel(%x: f64[100] {layout="u"}, %h: f16[100] {layout="u"}) {
    %1 = less %x, %x
    %2 = add %h, %h
    return %1, %2
  } {shape=[100]})");
  EXPECT_EQ(work.add_bytes, 800 + 400);
}

}  // namespace
}  // namespace broadloom

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kText[] = R"(graph @main(%0: f32[4,8]) {
  %1 = negative %0
  %2 = negative %1
  %3 = mean %2 {axes=[1]}
  return %3
})";

std::string Names(absl::Span<const Pass> passes) {
  std::string names;
  for (const Pass& pass : passes) names += std::string(pass.name) + " ";
  return names;
}

TEST(Pipeline, StandsInThisOrder) {
  EXPECT_EQ(Names(Pipeline()),
            "decompose make-explicit elide-copies fold-constants canonicalize sink-views fuse "
            "schedule order-steps plan-buffers ");
}

TEST(Pipeline, TheObserverSeesEachPassInOrder) {
  std::string seen;
  PassOptions options;
  options.observer = [&](absl::string_view pass, const Graph& graph, double seconds) {
    seen += std::string(pass) + " ";
    EXPECT_GE(seconds, 0);
    EXPECT_EQ(graph.outputs().size(), 1u);
  };
  ASSERT_TRUE(RunPasses(Parse(kText).value(), Pipeline(), options).ok());
  EXPECT_EQ(seen, Names(Pipeline()));
}

TEST(Pipeline, StopsAfterThePassThatIsNamed) {
  std::vector<std::string> seen;
  PassOptions options;
  options.stop_after = "make-explicit";
  options.observer = [&](absl::string_view pass, const Graph&, double) { seen.emplace_back(pass); };
  const Graph graph = RunPasses(Parse(kText).value(), Pipeline(), options).value();
  EXPECT_THAT(seen, ElementsAre("decompose", "make-explicit"));
  EXPECT_THAT(Print(graph), HasSubstr("negative"));
}

std::string Chain(absl::string_view op, int length) {
  std::string text = "graph @main(%0: f64[s0]) {\n";
  for (int i = 1; i <= length; ++i) absl::StrAppend(&text, "  %", i, " = ", op, " %", i - 1, "\n");
  return absl::StrCat(text, "  return %", length, "\n}");
}

int KernelsOf(absl::string_view text, const PassOptions& options = {}) {
  const Graph graph = RunPasses(Parse(text).value(), Pipeline(), options).value();
  EXPECT_TRUE(Verify(graph).ok()) << Verify(graph);
  int kernels = 0;
  for (NodeId id = 0; id < graph.size(); ++id) kernels += graph.node(id).op == Op::k_kernel;
  return kernels;
}

TEST(Pipeline, BodiesAreAsLongAsTheCompilerIsQuick) {
  EXPECT_EQ(KernelsOf(Chain("sqrt", 640)), 1);
  EXPECT_EQ(KernelsOf(Chain("sqrt", 641)), 2);
  EXPECT_EQ(KernelsOf(Chain("sin", 106)), 1);
  EXPECT_EQ(KernelsOf(Chain("sin", 107)), 2);
}

// A root beside the rows that it scales is one more result of their walk, but not where the walk
// has no place for the sum behind it: then the root is stored by the kernel of the sum.
TEST(Pipeline, ANumberOfEachRowIsStoredWhereItsRowsAreWalked) {
  constexpr char kScaled[] = R"(graph @main(%x: f32[m,n]) {
    %1 = sum %x {axes=[1], keepdims=1}
    %2 = sqrt %1
    %3 = multiply %x, %2
    return %2, %3
  })";
  EXPECT_EQ(KernelsOf(kScaled), 1);
  PassOptions options;
  options.max_body_work = 2;
  EXPECT_EQ(KernelsOf(kScaled, options), 2);
}

// Text does not show the order of steps that need nothing of each other.
TEST(Pipeline, WhatOnlyReadsComesBeforeWhatMayBeWrittenOver) {
  const Graph in = Parse(R"(graph @main(%x: f64[s0] {layout="u"}) {
    %1 = square %x
    %2 = slice %x {starts=[s1], steps=[1], sizes=[s2]}
    %3 = sum %2 {axes=[0], order="lanes"}
    return %1, %3
  })")
                       .value();
  PassOptions options;
  options.stop_after = "order-steps";
  const Graph graph = RunPasses(in, Pipeline(), options).value();
  std::vector<std::string> kernels;
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (graph.node(id).op == Op::k_kernel) kernels.push_back(Print(graph.node(id).attrs.Body()));
  }
  EXPECT_THAT(kernels, ElementsAre(HasSubstr("sum"), HasSubstr("multiply")));
}

TEST(Pipeline, AnUnknownNameIsAnErrorThatListsTheNames) {
  PassOptions options;
  options.stop_after = "fues";
  const absl::Status status = RunPasses(Parse(kText).value(), Pipeline(), options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("no pass \"fues\"; there are decompose, make-explicit"));
}

TEST(Pipeline, WithoutPassesTheGraphIsCopied) {
  const Graph graph = Parse(kText).value();
  EXPECT_EQ(Print(RunPasses(graph, {}, {}).value()), Print(graph));
}

TEST(Pipeline, AnErrorNamesThePass) {
  const Graph graph =
      Parse("graph @g(%0: f32[a,b]) { %1 = reshape %0 {shape=[c]} return %1 }").value();
  const absl::Status status = RunPasses(graph, Pipeline(), {}).status();
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("make-explicit: reshape: from [s0,s1] to [s2] needs groups"));
}

}  // namespace
}  // namespace broadloom

// What is a new plan and what is a hit; which extents become one symbol.
#include "frontend/plan_key.h"

#include <gtest/gtest.h>

#include "frontend/array.h"
#include "frontend/build_graph.h"
#include "frontend/convert.h"
#include "ir/text.h"
#include "ir/verify.h"

namespace broadloom {
namespace {

class PlanKeyTest : public ::testing::Test {
 protected:
  Array Leaf(const Sizes& shape, DataType dtype = DataType::float64) {
    return array(zeros_.data(), dtype, shape, {}, &context_);
  }
  Trace TraceOf(const Array& x) { return *TraceRoots(context_, {x.expr()}); }
  std::string KeyOf(const Array& x) { return TraceOf(x).key; }
  std::string TextOf(const Array& x) {
    const Trace trace = TraceOf(x);
    const auto built = BuildGraph(trace);
    EXPECT_TRUE(built.ok()) << built.status();
    EXPECT_TRUE(Verify(built->graph).ok()) << Verify(built->graph);
    return Print(built->graph);
  }

  std::vector<double> zeros_ = std::vector<double>(1000);
  Context context_{Options{.interpret = true}};
};

TEST_F(PlanKeyTest, ExtentsStridesAndNumbersAreNotPartOfIt) {
  EXPECT_EQ(KeyOf(Leaf({3, 4}) * 2.0), KeyOf(Leaf({5, 6}) * 7.5));
  EXPECT_EQ(KeyOf(Leaf({9})[{Slice{1, 5}}] + 0.0), KeyOf(Leaf({70})[{Slice{2, 50}}] + 1.0));
  EXPECT_EQ(KeyOf(exp(Leaf({9}) + 1.0)[{Slice{1, 5}}]),
            KeyOf(exp(Leaf({70}) + 2.0)[{Slice{3, 50}}]));
}

TEST_F(PlanKeyTest, WhatChangesTheCodeIs) {
  EXPECT_NE(KeyOf(Leaf({3}) * 2.0), KeyOf(Leaf({3}) + 2.0));
  EXPECT_NE(KeyOf(Leaf({3}) * 2.0), KeyOf(Leaf({3}, DataType::float32) * 2.0));
  EXPECT_NE(KeyOf(Leaf({3, 4}) + Leaf({1, 4})), KeyOf(Leaf({3, 4}) + Leaf({3, 4})));
  EXPECT_NE(KeyOf(sum(Leaf({3, 4}), 0)), KeyOf(sum(Leaf({3, 4}), 1)));
  EXPECT_NE(KeyOf(pow(Leaf({3}), 2)), KeyOf(pow(Leaf({3}), 3)));
  EXPECT_NE(KeyOf(Leaf({4, 4}) + 1.0), KeyOf(Leaf({4, 4}).transpose() + 1.0));
  EXPECT_NE(KeyOf(exp(Leaf({9}))[{Slice{0, 8, 2}}]), KeyOf(exp(Leaf({9}))[{Slice{0, 8}}]));
}

TEST_F(PlanKeyTest, SharedLeavesAreSeen) {
  const Array x = Leaf({3}), y = Leaf({3});
  EXPECT_NE(KeyOf(x * x), KeyOf(x * y));
  EXPECT_EQ(TraceOf(x * x).leaves.size(), 1);
}

// What two views show of one memory is one operand, and what is computed of it is computed once.
TEST_F(PlanKeyTest, EqualViewsAreOneLeaf) {
  const Array x = Leaf({9, 4});
  const auto part = [&](int64_t begin) { return x[{Slice{begin, 9}}]; };
  EXPECT_EQ(TraceOf(exp(part(1)) * exp(part(1))).leaves.size(), 1u);
  EXPECT_EQ(TraceOf(exp(part(1)) * exp(part(1))).twins.size(), 1u);
  EXPECT_EQ(TraceOf(part(1) * sum(part(2))).leaves.size(), 2u);
  EXPECT_EQ(TraceOf(x.reshape({36}) * sum(x)).leaves.size(), 1u);  // all as one row
  EXPECT_EQ(TraceOf(Leaf({4, 4}) + x[{Slice{0, 4}}].transpose()).leaves.size(), 2u);
  EXPECT_NE(KeyOf(part(1) * part(1)), KeyOf(part(1) * Leaf({8, 4})));
}

TEST_F(PlanKeyTest, SymbolsFollowTheRulesOfOperations) {
  EXPECT_EQ(TextOf(Leaf({3, 4}) + Leaf({4})),
            "graph @main(%0: f64[s0,s1] {layout=\"ju\"}, %1: f64[s1] {layout=\"u\"}) {\n"
            "  %2: f64[s0,s1] = add %0, %1\n"
            "  return %2\n}\n");
  EXPECT_EQ(TextOf(Leaf({4, 1}) + Leaf({4})),
            "graph @main(%0: f64[s0,1] {layout=\"u0\"}, %1: f64[s1] {layout=\"u\"}) {\n"
            "  %2: f64[s0,s1] = add %0, %1\n"
            "  return %2\n}\n");
}

TEST_F(PlanKeyTest, GraphsOfEveryKindOfNodeAreValid) {
  const Array x = Leaf({4, 6});
  const Array y = exp(x);
  TextOf(y[{Slice{1, 4}, Slice{{}, {}, -2}}]);
  TextOf(y[{2, Slice{}, NewAxis{}}]);
  TextOf(reshape(y, {2, 2, 6}) + 1.0);
  TextOf(reshape(y, {-1}));
  TextOf(matmul(y, y.transpose()));
  TextOf(matmul(y[{0}], y.transpose()));
  TextOf(sum(y, {0, 1}, true) + y);
  TextOf(squeeze(expand_dims(y, 1)) * broadcast_to(sum(y, 0), {4, 6}));
  TextOf(eye(4, 6, 1, DataType::float64, &context_) * y);
  TextOf(y.transpose() + 1.0);
  TextOf(zeros({3}, DataType::float64, &context_));
}

TEST_F(PlanKeyTest, ResultsAreAskedForInTheirMemoryOrder) {
  const std::string text = TextOf(Leaf({3, 4}).transpose() + 1.0);
  EXPECT_NE(text.find("permute_dims"), std::string::npos) << text;
}

TEST_F(PlanKeyTest, ALongChainIsOneWalk) {
  Array x = Leaf({3});
  for (int i = 0; i < 100000; ++i) x = x * 0.5;
  EXPECT_EQ(TraceOf(x).nodes.size(), 200001u);
}

}  // namespace
}  // namespace broadloom

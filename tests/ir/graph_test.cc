// Building and walking graphs: interning, operands, rewriting, and depth without recursion.
#include "ir/graph.h"

#include <gtest/gtest.h>

#include "ir/rewrite.h"
#include "ir/text.h"
#include "ir/verify.h"

namespace broadloom {
namespace {

const ValueType kVector{DType::kFloat32, {Extent::Symbol(0)}};

Attrs Constant(double value) {
  return Attrs().Set(AttrName::k_value, MakeScalar(DType::kFloat32, value));
}

TEST(Attrs, IsASortedMap) {
  Attrs attrs;
  attrs.Set(AttrName::k_keepdims, int64_t{1})
      .Set(AttrName::k_axes, Axes{0})
      .Set(AttrName::k_keepdims, int64_t{0});
  EXPECT_EQ(attrs.begin()->name, AttrName::k_axes);
  EXPECT_EQ(attrs.Int(AttrName::k_keepdims), 0);
  EXPECT_EQ(attrs.IntOr(AttrName::k_axis, 7), 7);
  Attrs same;
  same.Set(AttrName::k_axes, Axes{0}).Set(AttrName::k_keepdims, int64_t{0});
  EXPECT_TRUE(attrs == same);
  EXPECT_EQ(HashOf(attrs), HashOf(same));
  same.Erase(AttrName::k_axes);
  EXPECT_FALSE(attrs == same);
}

TEST(Attrs, NamesReadBack) {
  EXPECT_EQ(ParseAttrName("keepdims"), AttrName::k_keepdims);
  EXPECT_EQ(ParseAttrName("keep"), std::nullopt);
}

TEST(Ops, NamesReadBack) {
  for (int i = 0; i < NumOps(); ++i)
    EXPECT_EQ(ParseOp(InfoOf(static_cast<Op>(i)).name), static_cast<Op>(i));
  EXPECT_EQ(ParseOp("ad"), std::nullopt);
}

TEST(Graph, InternsEqualNodes) {
  Graph graph;
  const NodeId x = *graph.AddParam(kVector, "u");
  const NodeId one = *graph.Add(Op::k_constant, {}, Constant(1));
  EXPECT_EQ(*graph.Add(Op::k_constant, {}, Constant(1)), one);
  EXPECT_NE(*graph.Add(Op::k_constant, {}, Constant(2)), one);
  EXPECT_NE(*graph.Add(Op::k_constant, {}, Constant(-0.0)),
            *graph.Add(Op::k_constant, {}, Constant(0.0)));
  const NodeId sum = *graph.Add(Op::k_add, {x, one}, Attrs());
  EXPECT_EQ(*graph.Add(Op::k_add, {x, one}, Attrs()), sum);
  EXPECT_NE(*graph.Add(Op::k_add, {one, x}, Attrs()), sum);
  EXPECT_NE(*graph.Add(Op::k_multiply, {x, one}, Attrs()), sum);
}

TEST(Graph, NeverInternsOperands) {
  Graph graph;
  EXPECT_NE(*graph.AddParam(kVector, "u"), *graph.AddParam(kVector, "u"));
  EXPECT_NE(*graph.AddScalar(DType::kFloat64), *graph.AddScalar(DType::kFloat64));
  EXPECT_EQ(graph.params().size(), 2u);
  EXPECT_EQ(graph.scalars().size(), 2u);
}

TEST(Graph, InternsAfterAMove) {
  Graph graph;
  const NodeId one = *graph.Add(Op::k_constant, {}, Constant(1));
  Graph moved = std::move(graph);
  EXPECT_EQ(*moved.Add(Op::k_constant, {}, Constant(1)), one);
}

TEST(Graph, AFailedAddLeavesNothing) {
  Graph graph;
  const NodeId x = *graph.AddParam(kVector, "u");
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_FALSE(graph.Add(Op::k_sum, {x}, Attrs().Set(AttrName::k_axes, Axes{3})).ok());
    EXPECT_EQ(graph.size(), 1);
  }
}

TEST(Graph, CountsUsesOfLiveNodes) {
  Graph graph;
  const NodeId x = *graph.AddParam(kVector, "u");
  const NodeId square = *graph.Add(Op::k_multiply, {x, x}, Attrs());
  const NodeId dead = *graph.Add(Op::k_exp, {square}, Attrs());
  graph.set_outputs({square, square});
  EXPECT_EQ(LiveNodes(graph), (std::vector<bool>{true, true, false}));
  EXPECT_EQ(CountUses(graph)[x], 2);
  EXPECT_EQ(CountUses(graph)[square], 2);
  EXPECT_EQ(CountUses(graph)[dead], 0);
}

TEST(Rewrite, DropsDeadNodesAndKeepsOperands) {
  Graph graph("f");
  *graph.AddParam(kVector, "u");
  const NodeId x = *graph.AddParam(kVector, "u");
  *graph.Add(Op::k_exp, {x}, Attrs());
  graph.set_outputs({*graph.Add(Op::k_negative, {x}, Attrs())});
  const auto copy = Rewrite(graph, [](NodeId, const Mapping&, Graph&) { return std::nullopt; });
  ASSERT_TRUE(copy.ok());
  EXPECT_EQ(copy->size(), 3);
  EXPECT_EQ(Print(*copy), Print(graph));
}

TEST(Rewrite, Replaces) {
  Graph graph;
  const NodeId x = *graph.AddParam(kVector, "u");
  const NodeId copy = *graph.Add(Op::k_copy, {x}, Attrs());
  graph.set_outputs({*graph.Add(Op::k_exp, {copy}, Attrs())});
  const auto elided =
      Rewrite(graph, [&](NodeId id, const Mapping& mapping, Graph&) -> std::optional<NodeId> {
        if (graph.node(id).op != Op::k_copy) return std::nullopt;
        return mapping[graph.node(id).inputs[0]];
      });
  ASSERT_TRUE(elided.ok());
  EXPECT_EQ(elided->node(elided->outputs()[0]).inputs[0], elided->params()[0]);
}

// A stack overflow anywhere (printing, parsing, checking, rewriting, freeing) ends the test.
TEST(Graph, ChainsMayBeLong) {
  constexpr int kLength = 100'000;
  Graph graph;
  const NodeId x = *graph.AddParam(kVector, "u");
  NodeId last = x;
  for (int i = 0; i < kLength; ++i)
    last = *graph.Add(i % 2 ? Op::k_add : Op::k_multiply, {last, x}, Attrs());
  graph.set_outputs({last});
  EXPECT_EQ(graph.size(), kLength + 1);
  EXPECT_EQ(Verify(graph), absl::OkStatus());
  const std::string text = Print(graph);
  const auto read = Parse(text);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->size(), graph.size());
  EXPECT_TRUE(Print(*read) == text);
  const auto copy = Rewrite(graph, [](NodeId, const Mapping&, Graph&) { return std::nullopt; });
  EXPECT_TRUE(copy.ok() && Print(*copy) == text);
}

// x + x, doubled again and again: 2^200 paths through 200 nodes.
TEST(Graph, SharedNodesAreWalkedOnce) {
  Graph graph;
  NodeId last = *graph.AddParam(kVector, "u");
  for (int i = 0; i < 200; ++i) last = *graph.Add(Op::k_add, {last, last}, Attrs());
  graph.set_outputs({last});
  EXPECT_EQ(Verify(graph), absl::OkStatus());
  EXPECT_TRUE(Parse(Print(graph)).ok());
}

}  // namespace
}  // namespace broadloom

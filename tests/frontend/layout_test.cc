// Layouts against what NumPy gives: orders of memory, joint axes, outer products.
#include "frontend/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/context.h"

namespace broadloom {
namespace {

using ::testing::ElementsAre;

class LayoutTest : public ::testing::Test {
 protected:
  ExprPtr Leaf(Shape shape, Dims strides) {
    return MakeReady(context_, DType::kFloat64, shape,
                     {Buffer::Lend(nullptr, 0, nullptr), 0, strides});
  }
  ExprPtr Dense(Shape shape) { return Leaf(shape, DenseStrides(shape, 8)); }
  ExprPtr Make(Op op, ExprList inputs, Attrs attrs = {}) {
    return *MakeExpr(context_, op, std::move(inputs), std::move(attrs));
  }
  ExprPtr Permute(ExprPtr x, Axes axes) {
    return Make(Op::k_permute_dims, {x}, Attrs().Set(AttrName::k_axes, axes));
  }
  ExprPtr Sum(ExprPtr x, Axes axes, int64_t keepdims = 0) {
    return Make(Op::k_sum, {x},
                Attrs().Set(AttrName::k_axes, axes).Set(AttrName::k_keepdims, keepdims));
  }

  Context context_{Options{.interpret = true}};
};

TEST_F(LayoutTest, OfMemory) {
  const ExprPtr c = Dense({2, 3, 4});
  EXPECT_THAT(c->layout.order, ElementsAre(0, 1, 2));
  EXPECT_THAT(c->layout.joint, ElementsAre(true, true));
  const ExprPtr fortran = Leaf({2, 3}, {8, 16});
  EXPECT_THAT(fortran->layout.order, ElementsAre(1, 0));
  EXPECT_THAT(fortran->layout.joint, ElementsAre(true));
  EXPECT_THAT(Leaf({2, 3}, {48, 8})->layout.joint, ElementsAre(false));
  EXPECT_THAT(Leaf({5, 1, 7}, {56, 3, 8})->layout.joint, ElementsAre(true, true));
}

TEST_F(LayoutTest, ElementwiseKeepsTheOrderOfItsOperands) {
  const ExprPtr fortran = Leaf({2, 3}, {8, 16});
  const ExprPtr sum = Make(Op::k_add, {fortran, fortran});
  EXPECT_THAT(sum->layout.order, ElementsAre(1, 0));
  EXPECT_THAT(sum->strides, ElementsAre(8, 16));
  EXPECT_THAT(sum->layout.joint, ElementsAre(true));
}

TEST_F(LayoutTest, ConflictsGoToCOrder) {
  const ExprPtr mixed = Make(Op::k_add, {Leaf({2, 3}, {8, 16}), Dense({2, 3})});
  EXPECT_THAT(mixed->layout.order, ElementsAre(0, 1));
  EXPECT_THAT(mixed->layout.joint, ElementsAre(false));
}

TEST_F(LayoutTest, BroadcastingOneOfTwoAxesPartsThem) {
  EXPECT_THAT(Make(Op::k_add, {Dense({4, 5}), Dense({5})})->layout.joint, ElementsAre(false));
  EXPECT_THAT(Make(Op::k_add, {Dense({4, 5, 6}), Dense({5, 6})})->layout.joint,
              ElementsAre(false, true));
  EXPECT_FALSE(Make(Op::k_add, {Dense({4, 5}), Dense({5})})->layout.outer);
}

TEST_F(LayoutTest, OuterProductsAreInherited) {
  const ExprPtr outer = Make(Op::k_multiply, {Dense({4, 1}), Dense({5})});
  EXPECT_TRUE(outer->layout.outer);
  EXPECT_TRUE(Make(Op::k_exp, {outer})->layout.outer);
  EXPECT_TRUE(Sum(outer, {1})->layout.outer);
  EXPECT_TRUE(Permute(outer, {1, 0})->layout.outer);
}

TEST_F(LayoutTest, ViewsOfPendingNodesFollowTheirAxes) {
  const ExprPtr pending = Make(Op::k_exp, {Dense({2, 3, 4})});
  const ExprPtr turned = Permute(pending, {2, 0, 1});
  EXPECT_THAT(turned->layout.order, ElementsAre(1, 2, 0));
  EXPECT_THAT(turned->layout.joint, ElementsAre(true, true));
  const ExprPtr merged =
      Make(Op::k_reshape, {pending}, Attrs().Set(AttrName::k_shape, Shape{6, 4}));
  EXPECT_THAT(merged->layout.joint, ElementsAre(true));
  const ExprPtr split =
      Make(Op::k_reshape, {pending}, Attrs().Set(AttrName::k_shape, Shape{2, 3, 2, 2}));
  EXPECT_THAT(split->layout.joint, ElementsAre(true, true, true));
}

TEST_F(LayoutTest, ViewsOfMemoryRememberWhatTheyWere) {
  ExprPtr outer = Make(Op::k_multiply, {Dense({4, 1}), Dense({5})});
  const Layout pending = Permute(outer, {1, 0})->layout;
  outer->storage = {Buffer::Lend(nullptr, 0, nullptr), 0, outer->strides};
  outer->inputs.clear();
  outer->ready = true;
  const ExprPtr view = Permute(outer, {1, 0});
  EXPECT_TRUE(view->ready);
  EXPECT_EQ(view->layout.order, pending.order);
  EXPECT_EQ(view->layout.joint, pending.joint);
  EXPECT_EQ(view->layout.outer, pending.outer);
}

TEST_F(LayoutTest, JointReducedAxesAreMerged) {
  const ExprPtr sum = Sum(Make(Op::k_exp, {Dense({2, 3, 4})}), {1, 2});
  ASSERT_EQ(sum->op, Op::k_sum);
  EXPECT_EQ(sum->inputs[0]->op, Op::k_reshape);
  EXPECT_THAT(sum->attrs.Ints(AttrName::k_axes), ElementsAre(1));
  EXPECT_EQ(sum->attrs.Text(AttrName::k_order), "lanes");
  const ExprPtr kept = Sum(Dense({2, 3, 4}), {0, 1}, 1);
  EXPECT_EQ(ToString(kept->shape), "[1,1,4]");
  EXPECT_EQ(kept->op, Op::k_expand_dims);
  EXPECT_EQ(kept->inputs[0]->attrs.Text(AttrName::k_order), "rows");
}

TEST_F(LayoutTest, OrderOfAdditionsFollowsTheInnermostAxis) {
  const auto order = [&](ExprPtr x, Axes axes) {
    return Sum(x, axes)->attrs.Text(AttrName::k_order);
  };
  EXPECT_EQ(order(Dense({4, 5}), {1}), "lanes");
  EXPECT_EQ(order(Dense({4, 5}), {0}), "rows");
  EXPECT_EQ(order(Leaf({4, 5}, {8, 32}), {0}), "lanes");
  EXPECT_EQ(order(Leaf({4, 5}, {8, 32}), {1}), "rows");
  EXPECT_EQ(order(Dense({4, 1}), {0}), "lanes") << "nothing else is left";
  EXPECT_EQ(order(Make(Op::k_multiply, {Dense({4, 1}), Dense({5})}), {1}), "rows")
      << "an outer product";
  EXPECT_THAT(Sum(Leaf({4, 5}, {8, 32}), {0, 1})->attrs.Ints(AttrName::k_axes), ElementsAre(1, 0));
}

TEST_F(LayoutTest, LettersIgnoreAxesOfExtentOne) {
  const Shape shape = {3, 1, 4};
  EXPECT_EQ(LayoutLetters(shape, NormalizedStrides(shape, {32, 999, 8}, 8), 8), "jju");
  EXPECT_EQ(LayoutLetters({3, 4}, {0, 8}, 8), "0u");
  EXPECT_EQ(LayoutLetters({3, 4}, {64, 16}, 8), "j2");
  EXPECT_EQ(LayoutLetters({3, 5, 7}, {16, 32, 40}, 8), "24s");
  EXPECT_EQ(LayoutLetters({3, 4}, {-24, 12}, 8), "ss");
}

}  // namespace
}  // namespace broadloom

// What people are shown of plans.
#include "frontend/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/plan_picture.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

Array Computed() {
  Array x = arange(12.0).reshape({3, 4});
  x.eval();
  return x;
}

TEST(InspectTest, EveryPassIsShownAfterTheTrace) {
  const std::vector<NamedText> texts = IrAfterPasses({sum(Computed() * 2)});
  ASSERT_EQ(texts.size(), Pipeline().size() + 1);
  EXPECT_EQ(texts[0].name, "trace");
  EXPECT_THAT(texts[0].text, Not(HasSubstr("kernel")));
  for (size_t i = 0; i < Pipeline().size(); ++i) EXPECT_EQ(texts[i + 1].name, Pipeline()[i].name);
  EXPECT_THAT(texts.back().text, HasSubstr("kernel"));
}

TEST(InspectTest, StepsOfAStencilAreShownOnce) {
  const Array x = Computed();
  const Array y = x[{Slice{1}}] + x[{Slice{{}, -1}}];
  EXPECT_EQ(IrAfterPasses({y[{Slice{1}}] * y[{Slice{{}, -1}}]}).size(), Pipeline().size() + 1);
}

TEST(InspectTest, KernelsAreShownAsCode) {
  const Array y = sqrt(Computed()) + 1;
  const std::vector<NamedText> llvm = CodeOfKernels({y}, CodeForm::llvm);
  ASSERT_EQ(llvm.size(), 1u);
  EXPECT_THAT(llvm[0].name, StartsWith("map over [3,4]: "));
  EXPECT_THAT(llvm[0].text, HasSubstr("define"));
  EXPECT_THAT(CodeOfKernels({y}, CodeForm::assembly)[0].text, HasSubstr("ret"));
}

TEST(InspectTest, NothingIsLeftOfWhatIsComputed) {
  const Array x = Computed();
  EXPECT_THAT(IrAfterPasses({x}), IsEmpty());
  EXPECT_THAT(CodeOfKernels({x}, CodeForm::llvm), IsEmpty());
  EXPECT_THAT(StepsOf({x}).steps, IsEmpty());
  EXPECT_EQ(LeastSeconds({x}), 0);
  EXPECT_NE(MemoryOf(x), nullptr);
  EXPECT_EQ(MemoryOf(x + 1), nullptr);
}

TEST(InspectTest, NothingIsComputed) {
  const Array x = Computed(), y = exp(x) + 1;
  IrAfterPasses({y}), CodeOfKernels({y}, CodeForm::assembly), StepsOf({y}), LeastSeconds({y});
  EXPECT_FALSE(y.is_evaluated());
}

TEST(InspectTest, StepsKnowTheirArrays) {
  const Array x = Computed(), y = ones({4, 2}).eval();
  const PlanSteps steps = StepsOf({matmul(x + 1, y)});
  ASSERT_EQ(steps.steps.size(), 2u);
  EXPECT_THAT(steps.steps[0].operations, HasSubstr("add"));
  EXPECT_EQ(steps.steps[1].name, "matmul");
  int inputs = 0, outputs = 0;
  for (const PlanSteps::Array& array : steps.arrays) {
    inputs += array.memory == MemoryOf(x);
    outputs += array.is_output;
  }
  EXPECT_EQ(inputs, 1);
  EXPECT_EQ(outputs, 1);
  EXPECT_GT(steps.steps[1].read, 0);
}

TEST(InspectTest, TheLeastTimeGrowsWithTheWork) {
  const Array small = ones({1 << 10}).eval(), large = ones({1 << 24}).eval();
  EXPECT_LT(LeastSeconds({small + 1}), LeastSeconds({large + 1}));
}

TEST(InspectTest, ArraysOfTwoContextsAreRefused) {
  const auto other = make_context({});
  const Array x = ones({3}) + 1, y = ones({3}, DataType::float64, other.get()) + 1;
  EXPECT_THROW(IrAfterPasses({x, y}), Error);
  EXPECT_THROW(StepsOf({x, y}), Error);
}

PlanPicture Picture(const PlanSteps& steps) {
  return PictureOf(steps, [](const void*) { return std::string("a<b & \"c\""); });
}

TEST(PlanPictureTest, BoxesStandInLayers) {
  const Array x = Computed(), y = ones({4, 2}).eval();
  const PlanPicture picture = Picture(StepsOf({matmul(x + 1, y)}));
  ASSERT_EQ(picture.boxes.size(), 5u);  // x, y, two steps, the result
  for (const PlanPicture::Arrow& arrow : picture.arrows)
    EXPECT_LT(picture.boxes[arrow.from].layer, picture.boxes[arrow.to].layer);
}

TEST(PlanPictureTest, NamesAreEscaped) {
  const PlanPicture picture = Picture(StepsOf({Computed() + 1}));
  EXPECT_THAT(ToSvg(picture), HasSubstr("a&lt;b &amp; \"c\""));
  EXPECT_THAT(ToDot(picture), HasSubstr("a<b & \\\"c\\\""));
  EXPECT_THAT(ToDot(picture), HasSubstr("->"));
}

TEST(PlanPictureTest, NothingIsAnEmptyPicture) {
  EXPECT_THAT(ToSvg(Picture({})), StartsWith("<svg"));
  EXPECT_THAT(ToDot(Picture({})), StartsWith("digraph"));
}

}  // namespace
}  // namespace broadloom

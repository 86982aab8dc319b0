// Each typing rule as a line of a table: the expression and its type, or a part of the error.
#include "ir/infer.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ir/text.h"

namespace broadloom {
namespace {

struct Case {
  std::vector<const char*> operands;
  const char* expression;  // without operands
  const char* result;      // a type, or a part of the error after "!"
};

// Types are read and printed by the text form, so symbols in both are numbered by appearance.
std::string TypeOf(const Case& c) {
  std::vector<std::string> params, uses;
  for (const char* type : c.operands) {
    uses.push_back(absl::StrCat("%p", uses.size()));
    params.push_back(absl::StrCat(uses.back(), ": ", type));
  }
  std::string expression = c.expression;
  const size_t name_end = std::min(expression.find(' '), expression.size());
  expression.insert(name_end, " " + absl::StrJoin(uses, ", "));
  const auto graph = Parse(absl::StrCat("graph @t(", absl::StrJoin(params, ", "),
                                        ") { %r = ", expression, " return %r }"));
  if (!graph.ok()) return absl::StrCat("!", graph.status().message());
  return ToString(graph->node(graph->outputs()[0]).type);
}

void Check(absl::Span<const Case> cases) {
  for (const Case& c : cases) {
    const std::string actual = TypeOf(c);
    if (c.result[0] == '!') {
      EXPECT_EQ(actual[0], '!') << c.expression << " gives " << actual;
      EXPECT_TRUE(absl::StrContains(actual, c.result + 1)) << c.expression << " gives " << actual;
    } else {
      EXPECT_EQ(actual, c.result) << c.expression << " of " << absl::StrJoin(c.operands, ", ");
    }
  }
}

TEST(Infer, DTypeRules) {
  Check({
      {{"i8[2]"}, "abs", "i8[2]"},
      {{"i8[2]"}, "astype {dtype=f32}", "f32[2]"},
      {{"i8[2]"}, "astype", "!lacks the attribute dtype"},
      {{"i8[2]"}, "negative", "i8[2]"},
      {{"b1[2]"}, "negative", "!not defined for bool"},
      {{"b1[2]", "b1[2]"}, "subtract", "!not defined for bool"},
      {{"b1[2]", "b1[2]"}, "add", "b1[2]"},
      {{"u32[2]", "i32[2]"}, "add", "i64[2]"},
      {{"b1[2]"}, "square", "i8[2]"},
      {{"b1[2]", "b1[2]"}, "floor_divide", "i8[2]"},
      {{"b1[2]"}, "invert", "b1[2]"},
      {{"f32[2]"}, "invert", "!needs integers or bools, not float32"},
      {{"b1[2]", "b1[2]"}, "bitwise_left_shift", "i8[2]"},
      {{"f32[2]", "i8[2]"}, "bitwise_left_shift", "!needs integers or bools"},
      {{"f32[2]", "i8[2]"}, "logical_and", "b1[2]"},
      {{"i16[2]"}, "sin", "f32[2]"},
      {{"i32[2]"}, "sin", "f64[2]"},
      {{"u8[2]"}, "sin", "f16[2]"},
      {{"bf16[2]", "f16[2]"}, "copysign", "f32[2]"},
      {{"i8[2]", "i8[2]"}, "divide", "f64[2]"},
      {{"f32[2]", "i8[2]"}, "divide", "f32[2]"},
      {{"i8[2]"}, "round", "i8[2]"},
      {{"b1[2]"}, "round", "f16[2]"},
      {{"f32[2]"}, "isnan", "b1[2]"},
      {{"f32[2]", "i8[2]"}, "less", "b1[2]"},
      {{"f64[2]", "i8[2]", "f32[2]"}, "where", "f32[2]"},
      {{"i8[2]", "u8[2]", "b1[2]"}, "clip", "i16[2]"},
      {{"u16[2]", "i8[2]", "f32[2]"}, "clip", "f32[2]"},
      {{"i8[2]"}, "sum {axes=[0]}", "i64[]"},
      {{"b1[2]"}, "sum {axes=[0]}", "i64[]"},
      {{"u8[2]"}, "prod {axes=[0]}", "u64[]"},
      {{"f32[2]"}, "sum {axes=[0]}", "f32[]"},
      {{"f32[2]"}, "sum {axes=[0], dtype=f64}", "f64[]"},
      {{"i8[2]"}, "min {axes=[0]}", "i8[]"},
      {{"f32[2]"}, "any {axes=[0]}", "b1[]"},
      {{"f32[2]"}, "argmax {axes=[0]}", "i64[]"},
      {{"i8[2]"}, "mean {axes=[0]}", "f64[]"},
      {{"f32[2]"}, "var {axes=[0]}", "f32[]"},
      {{"i8[2]"}, "std {axes=[0], dtype=f32}", "f32[]"},
      {{}, "constant {value=u16:7}", "u16[]"},
      {{}, "constant", "!lacks the attribute value"},
      {{}, "extent {dim=5}", "i64[]"},
      {{}, "extent", "!lacks the attribute dim"},
      {{}, "iota {axis=1, shape=[2,m]}", "i64[2,s0]"},
      {{}, "iota {axis=1}", "!lacks the attribute shape"},
      {{}, "iota {shape=[2]}", "!lacks the attribute axis"},
  });
}

TEST(Infer, ElementwiseShapes) {
  Check({
      {{"f32[4,1]", "f32[3]"}, "add", "f32[4,3]"},
      {{"f32[m,n]", "f32[n]"}, "add", "f32[s0,s1]"},
      {{"f32[3]", "f32[4]"},
       "add",
       "!add(f32[3], f32[4]): operands could not be broadcast together with shapes [3] [4]"},
      {{"f32[m]", "f32[n]"}, "add", "!could not be broadcast"},
      {{"f32[2]"}, "add", "!takes 2 operands, not 1"},
      {{"f32[2]", "f32[2]"}, "exp", "!takes 1 operands, not 2"},
      {{}, "exp", "!takes 1 operands, not 0"},
      {{"f32[2]", "f32[2]"}, "where", "!takes 3 operands"},
      {{"f32[2]"}, "constant {value=f32:1}", "!takes 0 operands"},
  });
}

TEST(Infer, ReducedShapes) {
  Check({
      {{"f32[2,3,m]"}, "sum {axes=[2,0]}", "f32[3]"},
      {{"f32[2,3,m]"}, "sum {axes=[2,0], keepdims=1}", "f32[1,3,1]"},
      {{"f32[2,3]"}, "sum {axes=[]}", "f32[2,3]"},
      {{"f32[2,3]"}, "sum", "!lacks the attribute axes"},
      {{"f32[2,3]"}, "sum {axes=[2]}", "!axis 2 is out of bounds for 2 dimensions"},
      {{"f32[2,3]"}, "sum {axes=[-1]}", "!axis -1 is out of bounds"},
      {{"f32[2,3]"}, "sum {axes=[1,1]}", "!axis 1 is given twice"},
      {{"f32[0,3]"}, "sum {axes=[0]}", "f32[3]"},
      {{"f32[0,3]"}, "max {axes=[0]}", "!zero-size array to reduction operation max"},
      {{"f32[0,3]"}, "max {axes=[1]}", "f32[0]"},
  });
}

TEST(Infer, ViewShapes) {
  Check({
      {{"f32[3,1]"}, "broadcast_to {shape=[2,3,m]}", "f32[2,3,s0]"},
      {{"f32[3]"}, "broadcast_to {shape=[4]}", "!cannot broadcast to [4]"},
      {{"f32[3]"}, "broadcast_to {shape=[1]}", "!cannot broadcast to [1]"},
      {{"f32[1,3]"}, "broadcast_to {shape=[3]}", "!cannot broadcast to [3]"},
      {{"f32[3]"}, "broadcast_to", "!lacks the attribute shape"},
      {{"f32[2,3]"}, "expand_dims {axes=[0,3]}", "f32[1,2,3,1]"},
      {{"f32[2,3]"}, "expand_dims {axes=[4]}", "!axis 4 is out of bounds for 3 dimensions"},
      {{"f32[1,3,1]"}, "squeeze {axes=[2,0]}", "f32[3]"},
      {{"f32[2]"}, "squeeze {axes=[0]}", "!cannot squeeze axis 0, whose extent is 2, not 1"},
      {{"f32[2]"}, "squeeze {axes=[1]}", "!out of bounds"},
      {{"f32[2,3,4]"}, "permute_dims {axes=[2,0,1]}", "f32[4,2,3]"},
      {{"f32[2,3]"}, "permute_dims {axes=[0]}", "!1 axes given for 2 dimensions"},
      {{"f32[2,3]"}, "permute_dims {axes=[0,0]}", "!axis 0 is given twice"},
      {{"f32[3,2,3]"}, "diagonal {axes=[2,0]}", "f32[1,2,3]"},
      {{"f32[3,2]"}, "diagonal {axes=[0,1]}", "!the axes 0 and 1 differ in extent"},
      {{"f32[3,3]"}, "diagonal {axes=[0]}", "!1 axes given, not two"},
      {{"f32[3,3]"}, "diagonal {axes=[1,1]}", "!axis 1 is given twice"},
      {{"f32[2,3]"}, "reshape {shape=[6]}", "f32[6]"},
      {{"f32[m,3]"}, "reshape {shape=[n]}", "f32[s1]"},
      {{"f32[2,3]"}, "reshape {shape=[7]}", "!cannot reshape into [7]"},
      {{"f32[2,3]"}, "reshape {shape=[-2,-3]}", "!negative extent -2"},
      {{"f32[m,3]"}, "reshape {shape=[m,4]}", "!cannot reshape into [s0,4]"},
      {{"f32[m]"}, "reshape {shape=[m,11], groups=[1,1,0,1]}", "!cannot reshape into [s0,11]"},
      {{"f32[2,m]"}, "reshape {shape=[n], groups=[2]}", "!the groups are not those of [s1]"},
      {{"f32[2,m]"}, "reshape {shape=[n], groups=[1,1]}", "!the groups are not those of [s1]"},
      {{"f32[2,m]"}, "reshape {shape=[n], groups=[3,1]}", "!cannot reshape into [s1]"},
      {{"f32[2,m]"}, "reshape {shape=[n], groups=[2,-1]}", "!cannot reshape into [s1]"},
      {{"f32[9223372036854775807,3]"},
       "reshape {shape=[3,9223372036854775807]}",
       "!cannot reshape into [3,9223372036854775807]"},
      {{"f32[9]"}, "slice {starts=[8], steps=[-2], sizes=[5]}", "f32[5]"},
      {{"f32[9]"}, "slice {starts=[8], steps=[-2], sizes=[6]}", "!slice leaves axis 0"},
      {{"f32[9]"}, "slice {starts=[9], steps=[1], sizes=[1]}", "!slice leaves axis 0"},
      {{"f32[9]", "f32[5]"}, "insert {starts=[8], steps=[-2], sizes=[5]}", "f32[9]"},
      {{"f32[9]", "f32[6]"}, "insert {starts=[8], steps=[-2], sizes=[6]}", "!slice leaves axis 0"},
      {{"f32[9]", "f32[4]"}, "insert {starts=[0], steps=[2], sizes=[5]}", "!not like the slice"},
      {{"f32[9]", "f64[5]"}, "insert {starts=[0], steps=[2], sizes=[5]}", "!not like the slice"},
      {{"f32[2,3,4]", "f32[5,3]", "i8[5]", "u64[5]"}, "scatter {axes=[2,0]}", "f32[2,3,4]"},
      {{"f32[2,3,4]", "f32[5,3]", "b1[4,2]"}, "scatter {axes=[2,0]}", "f32[2,3,4]"},
      {{"f32[2]", "f32[5]"}, "scatter {axes=[0]}", "!takes two arrays, and indices or a mask"},
      {{"f32[2]", "f32[5]", "i64[5]"}, "scatter {axes=[1]}", "!out of bounds"},
      {{"f32[2]", "f32[]", "i64[5]"}, "scatter {axes=[0]}", "!has no rows"},
      {{"f32[2,3]", "f32[5,2]", "i64[5]"}, "scatter {axes=[0]}", "!not like rows [5,3]"},
      {{"f32[2]", "f64[5]", "i64[5]"}, "scatter {axes=[0]}", "!not like rows [5]"},
      {{"f32[2]", "f32[5]", "i64[4]"}, "scatter {axes=[0]}", "!one for each row"},
      {{"f32[2]", "f32[5]", "i64[5]", "i64[5]"}, "scatter {axes=[0]}", "!1 axes for 2 indices"},
      {{"f32[2]", "f32[5]", "f32[5]"}, "scatter {axes=[0]}", "!needs integers as indices"},
      {{"f32[2,3]", "f32[5]", "b1[3,2]"}, "scatter {axes=[0,1]}", "!not like the axes [2,3]"},
      {{"f32[9]"}, "slice {starts=[9], steps=[1], sizes=[0]}", "f32[0]"},
      {{"f32[m]"}, "slice {starts=[k], steps=[1], sizes=[n]}", "f32[s2]"},
      {{"f32[9]"},
       "slice {starts=[], steps=[1], sizes=[0]}",
       "!needs a start, a step and a size for each of 1 axes"},
      {{"f32[9]"}, "slice {starts=[0], steps=[1]}", "!lacks the attribute sizes"},
  });
}

TEST(Infer, Matmul) {
  Check({
      {{"f32[2,3]", "f32[3,4]"}, "matmul", "f32[2,4]"},
      {{"f32[3]", "f32[3]"}, "matmul", "f32[]"},
      {{"f32[3]", "f32[3,4]"}, "matmul", "f32[4]"},
      {{"f32[2,3]", "f32[3]"}, "matmul", "f32[2]"},
      {{"f32[5,1,m,k]", "f64[7,k,n]"}, "matmul", "f64[5,7,s0,s2]"},
      {{"f32[2,3]", "f32[2,3]"}, "matmul", "!inner extents differ: 3 and 2"},
      {{"f32[]", "f32[3]"}, "matmul", "!at least one dimension"},
      {{"f32[2,1,3]", "f32[4,3,1]"}, "matmul", "!leading axes cannot be broadcast"},
  });
}

TEST(Infer, Gather) {
  Check({
      {{"f32[n]", "i64[m]"}, "gather", "f32[s1]"},
      {{"c64[k,n]", "u8[5,1]"}, "gather", "c64[5,s0]"},
      {{"b1[2,3,4]", "i32[2]", "i8[7,1]"}, "gather", "b1[7,2]"},
      {{"f32[m,1,n]", "i64[m,k]"}, "gather", "f32[s0,s2]"},
      {{"f16[3]", "i64[]"}, "gather", "f16[]"},
      {{"f32[3,4]", "i64[2]"}, "gather", "!could not be broadcast together"},
      {{"f32[4]", "i64[2]", "i64[2]"}, "gather", "!2 indices for 1 dimensions"},
      {{"f32[4]"}, "gather", "!takes an array and indices"},
      {{"f32[4]", "f32[2]"}, "gather", "!needs integers as indices, not float32"},
      {{"f32[4]", "b1[2]"}, "gather", "!needs integers as indices, not bool"},
  });
}

TEST(Infer, ResultsAreTypedByTheirGraph) {
  const ValueType operand{DType::kFloat32, {}};
  EXPECT_EQ(InferType(Op::k_result, {operand}, Attrs()).status().code(),
            absl::StatusCode::kInternal);
}

TEST(Infer, ComputeTypes) {
  const auto types = InferDTypes(Op::k_less, {{DType::kFloat32, {}}, {DType::kInt32, {}}}, Attrs());
  ASSERT_TRUE(types.ok());
  EXPECT_EQ(types->operands, DType(DType::kFloat64));
  EXPECT_EQ(types->result, DType(DType::kBool));
}

TEST(Infer, ReshapeGroups) {
  struct GroupsCase {
    Shape from, to;
    Axes groups;
  };
  const GroupsCase kCases[] = {
      {{2, 3}, {6}, {2, 1}},
      {{6}, {2, 3}, {1, 2}},
      {{4, 6, 5}, {2, 2, 30}, {1, 2, 2, 1}},
      {{2, 3}, {2, 3}, {1, 1, 1, 1}},
      {{0, 1}, {0, 1}, {1, 1, 1, 1}},
      {{0}, {0, 0}, {1, 2}},
      {{1}, {0}, {1, 1}},  // refused later
      {{1}, {2, 3}, {1, 2}},
  };
  for (const GroupsCase& c : kCases) {
    EXPECT_EQ(ReshapeGroups(c.from, c.to), c.groups) << ToString(c.from) << " " << ToString(c.to);
  }
}

// They are moved, and taken apart: the frontend writes functions of them part by part.
TEST(Infer, ComplexNumbersAreNotComputedWith) {
  const ValueType z{DType::kComplex64, {3}}, x{DType::kFloat32, {3}};
  const auto to_complex = Attrs().Set(AttrName::k_dtype, DType(DType::kComplex64));
  EXPECT_EQ(InferType(Op::k_real, {z}, {})->dtype, DType(DType::kFloat32));
  EXPECT_EQ(InferType(Op::k_complex, {x, x}, {})->dtype, DType(DType::kComplex64));
  EXPECT_EQ(InferType(Op::k_copy, {z}, {})->dtype, DType(DType::kComplex64));
  for (const auto& type :
       {InferType(Op::k_add, {z, z}, {}), InferType(Op::k_real, {x}, {}),
        InferType(Op::k_complex, {z, z}, {}), InferType(Op::k_astype, {x}, to_complex)}) {
    EXPECT_EQ(type.status().code(), absl::StatusCode::kFailedPrecondition) << type.status();
  }
}

// Whatever the shapes, the groups use up all axes, and each holds as many elements on both sides.
TEST(Infer, ReshapeGroupsCoverBothShapes) {
  const Shape kShapes[] = {{},     {1},    {1, 1},          {12},   {1, 12},  {12, 1},
                           {3, 4}, {4, 3}, {1, 3, 1, 4, 1}, {2, 6}, {2, 2, 3}};
  for (const Shape& from : kShapes) {
    for (const Shape& to : kShapes) {
      if (NumElements(from) != NumElements(to)) continue;
      const Axes groups = ReshapeGroups(from, to);
      ASSERT_EQ(groups.size() % 2, 0u);
      size_t i = 0, j = 0;
      for (size_t g = 0; g < groups.size(); g += 2) {
        const Shape left(from.begin() + i, from.begin() + i + groups[g]);
        const Shape right(to.begin() + j, to.begin() + j + groups[g + 1]);
        EXPECT_EQ(NumElements(left), NumElements(right)) << ToString(from) << " " << ToString(to);
        i += groups[g];
        j += groups[g + 1];
      }
      EXPECT_TRUE(i == from.size() && j == to.size()) << ToString(from) << " " << ToString(to);
    }
  }
}

}  // namespace
}  // namespace broadloom

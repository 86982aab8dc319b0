// The verifier: what each law refuses. Laws of typing are tested in infer_test.cc, those of the
// text in text_test.cc.
#include "ir/verify.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ir/text.h"

namespace broadloom {
namespace {

struct VerifyCase {
  const char* statements;  // with %a: f32[2,m] and %k: scalar f64 in sight
  const char* error;       // a part of it; empty: none
};

void Check(const absl::Status& status, absl::string_view error, absl::string_view what) {
  if (error.empty()) {
    EXPECT_TRUE(status.ok()) << status << " in " << what;
    return;
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << status << " in " << what;
  EXPECT_TRUE(absl::StrContains(status.message(), error)) << status << " in " << what;
}

void Check(absl::Span<const VerifyCase> cases) {
  for (const VerifyCase& c : cases) {
    const auto graph =
        Parse(absl::StrCat("graph @f(%a: f32[2,m], %k: scalar f64) {", c.statements, " }"));
    ASSERT_TRUE(graph.ok()) << graph.status() << c.statements;
    Check(Verify(*graph), c.error, c.statements);
  }
}

TEST(Verify, TakesWhatTheTableAllows) {
  Check({
      {"%b = sum %a {axes=[1], keepdims=1, order=\"rows\", dtype=f64} return %b", ""},
      {"%b = var %a {axes=[1], correction=f64:1, dtype=f64} return %b", ""},
      {"%b = slice %a {starts=[1,0], steps=[-1,1], sizes=[2,m]} return %b", ""},
      {"%b = reshape %a {shape=[1,2,n], groups=[0,1,1,1,1,1]} return %b", ""},
      {"%b = exp %a {slots=[3]} return %b", ""},
      {"%b = cumulative_sum %a {axis=1, dtype=f64} return %b", ""},
      {"%b = cumulative_prod %a {axis=0} return %b", ""},
      {"%b = cumulative_max %a {axis=0} return %b", ""},
      {"%t = permute_dims %a {axes=[1,0]} %b = matmul %a, %t {slots=[-1]} return %b", ""},
      {"%i = iota {axis=0, shape=[2]} %b = gather %a, %i return %b", ""},
      {"%e = constant {value=i8:-16} %b = integer_pow %a, %e return %b", ""},
  });
}

TEST(Verify, RefusesOtherAttributes) {
  Check({
      {"%b = exp %a {axes=[0]} return %b",
       "graph @f: node 2 (exp): does not take the attribute axes"},
      {"%i = iota {axis=0, shape=[2]} %b = gather %a, %i {axes=[0]} return %b",
       "node 3 (gather): does not take the attribute axes"},
      {"%b = max %a {axes=[0], dtype=f64} return %b",
       "node 2 (max): does not take the attribute dtype"},
      {"%b = sum %a {axes=[0], correction=f64:1} return %b",
       "does not take the attribute correction"},
      {"%b = cumulative_max %a {axis=0, dtype=f64} return %b", "does not take the attribute dtype"},
      {"%b = astype %a {dtype=f64, shape=[2]} return %b", "does not take the attribute shape"},
      {"%b = constant {value=f32:1, slots=[0]} return %b", "does not take the attribute slots"},
      {"return %a } {axes=[1]", "graph @f: does not take the attribute axes"},
      {"return %a } {kind=\"loop\"", "kind is \"loop\""},
      {"return %a } {shape=[2,m], kind=\"map\", vector=1, width=8, inner=[], pack=[0], "
       "results=[0,1]",
       ""},
  });
}

TEST(Verify, ChecksValues) {
  Check({
      {"%b = sum %a {axes=[0], order=\"any\"} return %b", "order is \"any\""},
      {"%b = sum %a {axes=[0], keepdims=2} return %b", "keepdims is 2"},
      {"%b = iota {axis=1, shape=[2]} return %b", "axis 1 is out of bounds"},
      {"%b = iota {axis=-1, shape=[2]} return %b", "axis -1 is out of bounds"},
      {"%b = slice %a {starts=[0,0], steps=[0,1], sizes=[2,m]} return %b", "a step is 0"},
      {"%b = keep %a {index=0} return %b", "stands outside of a body"},
      {"%b = integer_pow %a, %k return %b", "node 2 (integer_pow): the exponent is no constant"},
      {"%e = constant {value=f32:17} %b = integer_pow %a, %e return %b",
       "the exponent 17 is not +-2, +-3, ... or +-16"},
      {"%e = constant {value=f32:2.5} %b = integer_pow %a, %e return %b",
       "the exponent 2.5 is not"},
      {"%e = constant {value=i8:1} %b = integer_pow %a, %e return %b", "the exponent 1 is not"},
      {"%e = constant {value=i64:-3} %u = astype %e {dtype=u8} %b = integer_pow %a, %u return %b",
       "the exponent 253 is not"},
      {"%e = constant {value=i64:3} %r = broadcast_to %e {shape=[2,m]} %b = integer_pow %a, %r "
       "return %b",
       "the exponent is no constant"},
  });
}

TEST(Verify, ChecksLayouts) {
  struct LayoutCase {
    const char *layout, *error;
  };
  for (const LayoutCase& c : {LayoutCase{"ju", ""},
                              {"0s", ""},
                              {"u", "is not one letter an axis"},
                              {"jx", "unknown letter"},
                              {"uj", "joins the last axis"}}) {
    const auto graph =
        Parse(absl::StrCat("graph @f(%a: f32[2,3] {layout=\"", c.layout, "\"}) { return %a }"));
    ASSERT_TRUE(graph.ok());
    Check(Verify(*graph), c.error, c.layout);
  }
}

TEST(Verify, ChecksKernels) {
  Check({
      {"%b = kernel %a, %k { graph @b(%x: f32[2,m], %y: scalar f64) { %z = multiply %x, %y return "
       "%z } } return %b",
       ""},
      {"%b = kernel %a { graph @b(%x: f32[2,m]) { %y = keep %x {index=0} return %y } } %c = result "
       "%b {index=0} return %c",
       ""},
      {"%b = kernel %a { graph @b(%x: f64[2,m]) { return %x } } return %b",
       "operand 0 is f32[2,s0], its body reads f64[2,s0]"},
      {"%b = kernel %a { graph @b(%x: f32[2,n]) { return %x } } return %b",
       "operand 0 is f32[2,s0], its body reads f32[2,s1]"},
      {"%b = kernel %a, %a { graph @b(%x: f32[2,m]) { return %x } } return %b",
       "has 2 operands, its body reads 1"},
      {"%b = kernel %a { graph @b(%x: scalar f32) { return %x } } return %b",
       "operand 0 is f32[2,s0], its body reads f32[]"},
      {"%b = kernel %a { graph @b(%x: f32[2,m]) { %y = exp %x {axis=1} return %y } } return %b",
       "graph @f: node 2 (kernel): graph @b: node 1 (exp): does not take the attribute axis"},
      {"%b = kernel %a { graph @b(%x: f32[2,m]) { %y = kernel %x { graph @c(%z: f32[2,m]) { return "
       "%z } } return %y } }"
       " return %b",
       "a kernel inside a kernel"},
  });
}

TEST(Verify, ChecksTheDomainAndScheduleOfABody) {
  const auto kernel = [](absl::string_view statements, absl::string_view attrs) {
    return absl::StrCat("%b = kernel %a { graph @b(%x: f32[2,m] {layout=\"ju\"}) { ", statements,
                        " } {", attrs, "} } return %b");
  };
  const absl::string_view center =
      "%s = sum %x {axes=[1], keepdims=1} %y = subtract %x, %s return %y";
  struct BodyCase {
    absl::string_view statements, attrs, error;
  };
  for (const BodyCase& c : {
           BodyCase{center, "shape=[2,m], inner=[1]", ""},
           {center, "shape=[2,m,m], inner=[1]",
            "node 0 (param) has the shape [2,s0] in the domain"},
           {center, "shape=[m,2], inner=[1]", "in the domain [s0,2]"},
           {"%s = sum %x {axes=[1]} return %s", "shape=[2,m]", "node 1 (sum) has the shape [2]"},
           {"%c = constant {value=f32:1} return %c", "shape=[2,m]",
            "output 1 does not have the axes"},
           {center, "shape=[2,m], inner=[]", "(sum) is not over the inner axes"},
           {"return %x", "shape=[2,m], inner=[1]", "inner axes, but no reduction over them"},
           {"%s = sum %x {axes=[1], keepdims=1} return %x", "shape=[2,m], inner=[1]",
            "inner axes, but no reduction over them"},
           {center, "shape=[2,m], inner=[2]", "inner names no distinct axes"},
           {center, "shape=[2,m], inner=[1,1]", "inner names no distinct axes"},
           {center, "shape=[2,m], inner=[0]", "(sum) is not over the inner axes"},
           {"%s = sum %x {axes=[0,1], keepdims=1} %m = max %x {axes=[1], keepdims=1} return %s, %m",
            "shape=[2,m], inner=[0,1]", "(max) is not over the inner axes"},
           {"%s = sum %x {axes=[0,1], keepdims=1} %f = slice %x {starts=[0,0], steps=[1,1], "
            "sizes=[1,m]} %y = add %f, %s return %y",
            "shape=[2,m], inner=[0,1]", "has some of the inner axes"},
           {center, "shape=[2,m], vector=2", "the vector axis 2 is out of range"},
           {center, "shape=[2,m], width=3", "the width 3 is no power of two"},
           {"%s = sum %x {axes=[1], keepdims=1} return %s", "shape=[2,m], vector=1, pack=[0]",
            "has no vectors"},
           {center, "shape=[2,m], pack=[1]", "pack names no distinct"},
           {"%k = keep %x {index=1} %y = exp %k return %y", "shape=[2,m]", "there is no output 1"},
           {"%k = keep %x {index=0} %y = isnan %k return %y", "shape=[2,m]",
            "does not have the type of output 0"},
       })
    Check({{kernel(c.statements, c.attrs).c_str(), std::string(c.error).c_str()}});
  for (const BodyCase& c : {
           BodyCase{"%i = iota {axis=0, shape=[2]} %y = gather %x, %i return %y", "shape=[2]", ""},
           {"%i = iota {axis=0, shape=[2]} %y = gather %x, %i return %i", "shape=[2]", ""},
           {"%i = iota {axis=0, shape=[2]} %y = gather %x, %i %z = gather %x, %i, %i return %y, %z",
            "shape=[2]", "(gather) does not pick from a param of its own"},
           {"%i = iota {axis=0, shape=[2]} %y = gather %x, %i %z = exp %x return %y, %z",
            "shape=[2]", "(exp) reads what a gather picks from"},
           {"%i = iota {axis=0, shape=[2]} %y = gather %x, %i return %y, %x", "shape=[2]",
            "output 0 does not have the axes of the domain"},
           {"%i = iota {axis=0, shape=[2]} %y = gather %i, %i return %y", "shape=[2]",
            "(gather) does not pick from a param of its own"},
           {"%i = iota {axis=0, shape=[2]} %y = gather %x, %i, %i return %y", "shape=[2]",
            "(gather) does not pick from a param of its own"},
       })
    Check({{kernel(c.statements, c.attrs).c_str(), std::string(c.error).c_str()}});
  const auto body = Parse("graph @b(%x: f32[2]) { return %x }");
  ASSERT_TRUE(body.ok());
  Check(VerifyBody(*body), "a body without a domain", "domain");
}

// What no text can say.
TEST(Verify, ChecksWhatIsBuiltByHand) {
  Graph outputs;
  outputs.set_outputs({0});
  Check(Verify(outputs), "output 0 does not exist", "outputs");

  Graph operands;
  const Attrs attrs =
      Attrs().Set(AttrName::k_index, int64_t{0}).Set(AttrName::k_dtype, DType(DType::kFloat32));
  ASSERT_TRUE(operands.Add(Op::k_scalar, {}, attrs).ok());
  Check(Verify(operands), "operand 0 is not in the list of operands", "operands");

  Graph kinds;
  ASSERT_TRUE(kinds.Add(Op::k_constant, {}, Attrs()).status().code() ==
              absl::StatusCode::kInvalidArgument);
  kinds.attrs().Set(AttrName::k_vector, std::string("1"));
  Check(Verify(kinds), "the attribute vector is of another kind", "kinds");
}

}  // namespace
}  // namespace broadloom

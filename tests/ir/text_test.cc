// The text form: printing and parsing are inverse, numbering is canonical, and no text, however
// broken, does harm.
#include "ir/text.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ir/verify.h"

namespace broadloom {
namespace {

// Operands of each sort, each kind of attribute, a body, and a dead operand.
constexpr char kEverything[] =
    R"(graph @main(%0: f32[s0,s1] {layout="ju"}, %1: i64[3,1] {layout="us"}, %2: u8[], %3: scalar f64) {
  %4: f32[s0,s1] = multiply %0, %0
  %5: f32[s0,1] = sum %4 {axes=[1], keepdims=1, order="lanes"}
  %6: f64[s0,s1] = kernel %0, %5, %3 {
    graph @kernel(%0: f32[s0,s1] {layout="ju"}, %1: f32[s0,1] {layout="u0"}, %2: scalar f64) {
      %3: f32[s0,s1] = subtract %0, %1
      %4: f64[s0,s1] = divide %3, %2
      %5: f64[s0] = max %4 {axes=[1]}
      return %4, %5
    } {kind="rows", vector=1, width=8, inner=[1], results=[0,1,0]}
  } {slots=[0,-1]}
  %7: f64[s0] = result %6 {index=1}
  %8: f32[] = constant {value=f32:0.1}
  %9: f32[2,3] = broadcast_to %8 {shape=[2,3]}
  return %6, %7, %9, %5
}
)";

TEST(Text, ReadsBack) {
  const std::string kTexts[] = {
      kEverything,
      "graph @empty() {\n  return\n}\n",
      "graph @same(%0: b1[]) {\n  return %0, %0\n}\n",
      "graph @attrs() {\n  return\n} {kind=\"map\", vector=0}\n",
      "graph @dims() {\n  %0: i64[] = extent {dim=s0}\n  %1: i64[] = extent {dim=7}\n"
      "  %2: i64[s1,4] = iota {axis=0, shape=[s1,4]}\n"
      "  %3: i64[2,4] = slice %2 {starts=[s0,3], steps=[-1,-1], sizes=[2,4]}\n"
      "  %4: f32[s1,4] = astype %2 {dtype=f32}\n  return %0, %1, %3, %4\n}\n",
      "graph @empty_list(%0: f32[2] {layout=\"u\"}) {\n  %1: f32[2] = sum %0 {axes=[]}\n  return "
      "%1\n}\n",
  };
  for (const std::string& text : kTexts) {
    const auto graph = Parse(text);
    ASSERT_TRUE(graph.ok()) << graph.status();
    EXPECT_EQ(Print(*graph), text);
    EXPECT_EQ(Verify(*graph), absl::OkStatus());
  }
}

TEST(Text, NumbersReadBack) {
  const char* const kNumbers[] = {
      "b1:0",
      "b1:1",
      "i8:-128",
      "u8:255",
      "i16:-32768",
      "i64:-9223372036854775808",
      "u64:18446744073709551615",
      "f32:0",
      "f32:-0",
      "f32:0.1",
      "f32:3.4028235e+38",
      "f32:1e-45",
      "f32:inf",
      "f32:-inf",
      "f32:nan",
      "f64:0.1",
      "f64:1.7976931348623157e+308",
      "f64:5e-324",
      "f64:0.30000000000000004",
      "f64:1e+100",
  };
  for (absl::string_view number : kNumbers) {
    const auto type = number.substr(0, number.find(':'));
    const std::string text = absl::StrCat("graph @c() {\n  %0: ", type,
                                          "[] = constant {value=", number, "}\n  return %0\n}\n");
    const auto graph = Parse(text);
    ASSERT_TRUE(graph.ok()) << graph.status();
    EXPECT_EQ(Print(*graph), text);
  }
}

TEST(Text, FloatsMayBeHexadecimal) {
  const auto graph = Parse(
      "graph @c() { %x = constant {value=f32:0x1.8p+1} %y = constant {value=f64:-0x1p-1} return "
      "%x, %y }");
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_EQ(AsDouble(graph->node(0).attrs.Value(AttrName::k_value)), 3.0);
  EXPECT_EQ(AsDouble(graph->node(1).attrs.Value(AttrName::k_value)), -0.5);
}

TEST(Text, IsFreeInNamesSpaceAndTypes) {
  const auto graph = Parse(R"(# a comment
    graph @f(%a: float32[rows,cols], %k: scalar f32) {
      %twice = multiply %a, %k   # no type
      %dead = exp %twice
      %t: f32[cols,rows] = permute_dims %twice {axes=[1,0]} return %t })");
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_EQ(Print(*graph), R"(graph @f(%0: f32[s0,s1] {layout="ju"}, %1: scalar f32) {
  %2: f32[s0,s1] = multiply %0, %1
  %3: f32[s1,s0] = permute_dims %2 {axes=[1,0]}
  return %3
}
)");
}

TEST(Text, IsTheSameForEveryOrderOfInsertion) {
  const char* const kTexts[] = {
      "graph @f(%a: f32[n], %b: f32[n]) { %p = exp %a %q = log %b %r = add %p, %q %s = add %q, %p "
      "return %r, %s }",
      "graph @f(%a: f32[n], %b: f32[n]) { %q = log %b %p = exp %a %s = add %q, %p %r = add %p, %q "
      "return %r, %s }",
      "graph @f(%a: f32[n], %b: f32[n]) { %q = log %b %d = sin %q %p = exp %a %r = add %p, %q %s = "
      "add %q, %p return %r, %s }",
      "graph @f(%a: f32[n], %b: f32[n]) { %q = log %b %p = exp %a %p2 = exp %a %s = add %q, %p %r "
      "= add %p2, %q return %r, %s }",
  };
  for (const char* text : kTexts) EXPECT_EQ(Print(*Parse(text)), Print(*Parse(kTexts[0])));
}

TEST(Text, NumbersSymbolsByAppearance) {
  Graph graph;
  const NodeId x = *graph.AddParam({DType::kFloat32, {Extent::Symbol(9), Extent::Symbol(2)}}, "ju");
  graph.set_outputs({*graph.Add(Op::k_sum, {x}, Attrs().Set(AttrName::k_axes, Axes{0}))});
  EXPECT_EQ(Print(graph),
            "graph @main(%0: f32[s0,s1] {layout=\"ju\"}) {\n  %1: f32[s1] = sum %0 {axes=[0]}\n  "
            "return %1\n}\n");
}

TEST(Text, ABodyPrintsAlone) {
  const auto graph = Parse(
      "graph @f(%a: f32[m,n]) { %s = sum %a {axes=[0]} %k = kernel %s { graph @body(%x: f32[n]) {"
      " %y = exp %x return %y } } return %k }");
  ASSERT_TRUE(graph.ok()) << graph.status();
  const Graph& body = graph->node(graph->outputs()[0]).attrs.Body();
  EXPECT_EQ(Print(body),
            "graph @body(%0: f32[s0] {layout=\"u\"}) {\n  %1: f32[s0] = exp %0\n  return %1\n}\n");
}

TEST(Text, QuotesAreEscaped) {
  Graph graph;
  *graph.AddParam({DType::kFloat32, {1}}, "\"\\\n}");
  const auto read = Parse(Print(graph));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->node(0).attrs.Text(AttrName::k_layout), "\"\\\n}");
}

struct ErrorCase {
  const char* text;
  const char* error;  // all of it, from the line on
};

std::string ErrorOf(absl::string_view text) {
  const auto graph = Parse(text);
  if (graph.ok()) return "none";
  EXPECT_EQ(graph.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(graph.status().message());
}

TEST(Text, ErrorsInTheHeader) {
  const ErrorCase kCases[] = {
      {"", "1:1: expected 'graph', found the end of the text"},
      {"\n # x\n  grap", "3:3: expected 'graph', found 'grap'"},
      {"graph f", "1:7: expected '@', found 'f'"},
      {"graph @(", "1:8: expected the graph's name, found '('"},
      {"graph @f{", "1:9: expected '(', found '{'"},
      {"graph @f(x", "1:10: expected '%', found 'x'"},
      {"graph @f(%: f32[]", "1:11: expected a name, found ':'"},
      {"graph @f(%a f32[]", "1:13: expected ':', found 'f32'"},
      {"graph @f(%a: f128[]", "1:14: there is no dtype 'f128'"},
      {"graph @f(%a: []", "1:14: expected a dtype, found '['"},
      {"graph @f(%a: scalar x", "1:21: there is no dtype 'x'"},
      {"graph @f(%a: f32)", "1:17: expected '[', found ')'"},
      {"graph @f(%a: f32[2", "1:19: expected ']', found the end of the text"},
      {"graph @f(%a: f32[-2])", "1:14: negative extent -2"},
      {"graph @f(%a: f32[2x])", "1:18: '2x' is not a 64-bit integer"},
      {"graph @f(%a: f32[99999999999999999999])",
       "1:18: '99999999999999999999' is not a 64-bit integer"},
      {"graph @f(%a: f32[-9223372036854775808])", "1:18: '-9223372036854775808' is out of range"},
      {"graph @f(%a: f32[2] {axes=[0]})",
       "1:21: an operand takes no attributes but layout and finite"},
      {"graph @f(%a: f32[2], %a: f32[2])", "1:22: %a is defined twice"},
      {"graph @f(%a: f32[2] %b", "1:21: expected ')', found '%'"},
      {"graph @f() return", "1:12: expected '{', found 'return'"},
      {"graph @f() {\n}", "2:1: expected a statement or 'return', found '}'"},
      {"graph @f() { return } }", "1:23: expected the end of the text, found '}'"},
      {"graph @f() { return } \x01", "1:23: expected the end of the text, found '\\001'"},
  };
  for (const ErrorCase& c : kCases) EXPECT_EQ(ErrorOf(c.text), c.error) << c.text;
}

// Each statement stands alone on line 2, after two blanks, and may use %a: f32[2,m].
TEST(Text, ErrorsInStatements) {
  const ErrorCase kCases[] = {
      {"%a = exp %a", "2:3: %a is defined twice"},
      {"%b exp %a", "2:6: expected '=', found 'exp'"},
      {"%b = ", "2:8: expected an operation, found the end of the text"},
      {"%b = expo %a", "2:8: there is no operation 'expo'"},
      {"%b = exp %c", "2:12: %c is not defined"},
      {"%b = exp %b", "2:12: %b is not defined"},
      {"%b = exp %a,", "2:15: expected '%', found the end of the text"},
      {"%b = exp", "2:8: exp(): takes 1 operands, not 0"},
      {"%b: f32[2,2] = exp %a", "2:7: %b is f32[2,s0], not f32[2,2]"},
      {"%b: f64[2,m] = exp %a", "2:7: %b is f32[2,s0], not f64[2,s0]"},
      {"%b = sum %a {axes=[2]}", "2:8: sum(f32[2,s0]): axis 2 is out of bounds for 2 dimensions"},
      {"%b = reshape %a {shape=[-2,-3]}", "2:8: negative extent -2"},
      {"%b = param {index=0}", "2:8: operands belong in the header"},
      {"%b = scalar {dtype=f32}", "2:8: operands belong in the header"},
      {"%b = exp %a {", "2:16: expected an attribute, found the end of the text"},
      {"%b = exp %a {axs=[0]}", "2:16: there is no attribute 'axs'"},
      {"%b = exp %a {axis=1, axis=1}", "2:24: the attribute axis is given twice"},
      {"%b = exp %a {axis}", "2:20: expected '=', found '}'"},
      {"%b = exp %a {axis=}", "2:21: expected an integer, found '}'"},
      {"%b = exp %a {axis=1.5}", "2:21: '1.5' is not a 64-bit integer"},
      {"%b = exp %a {axis=1 axes", "2:23: expected '}', found 'axes'"},
      {"%b = exp %a {axes=1}", "2:21: expected '[', found '1'"},
      {"%b = exp %a {axes=[1,]}", "2:24: expected an integer, found ']'"},
      {"%b = exp %a {dim=[]}", "2:20: expected an integer, found '['"},
      {"%b = exp %a {dtype=f8}", "2:22: there is no dtype 'f8'"},
      {"%b = exp %a {order=lanes}", "2:22: expected '\"', found 'lanes'"},
      {"%b = exp %a {order=\"lanes}", "2:22: the text has no closing quote"},
      {"%b = exp %a {order=\"lanes\\", "2:22: the text has no closing quote"},
      {"%b = exp %a {order=\"\\q\"}", "2:22: bad escape in the text"},
      {"%b = constant {value=3}", "2:24: there is no dtype '3'"},
      {"%b = constant {value=f32}", "2:27: expected ':', found '}'"},
      {"%b = constant {value=f32:}", "2:28: expected a number, found '}'"},
      {"%b = constant {value=f32:1x}", "2:28: '1x' is no float32"},
      {"%b = constant {value=f32:--1}", "2:28: '--1' is no float32"},
      {"%b = constant {value=f32:1e99}", "2:28: '1e99' is no float32"},
      {"%b = constant {value=i8:128}", "2:27: '128' is no int8"},
      {"%b = constant {value=u8:-1}", "2:27: '-1' is no uint8"},
      {"%b = constant {value=b1:2}", "2:27: '2' is no bool"},
      {"%b = constant {value=u64:-1}", "2:28: '-1' is no uint64"},
      {"%b = kernel %a", "2:17: expected '{', found the end of the text"},
      {"%b = kernel %a {index=1}", "2:19: expected 'graph', found 'index'"},
      {"%b = kernel %a { graph @k() { return } }", "2:8: the body returns nothing"},
      {"%b = kernel %a { graph @k() { return %a } }", "2:40: %a is not defined"},
      {"%b = exp %a {body=1}", "2:21: expected a body in braces of its own, found '1'"},
      {"%b = result", "2:8: result takes one operand, a kernel"},
      {"%b = result %a {index=0}", "2:8: result takes one operand, a kernel"},
      {"%k = kernel { graph @k() { %x = extent {dim=1} return %x } } %b = result %k",
       "2:69: result lacks the attribute index"},
      {"%k = kernel { graph @k() { %x = extent {dim=1} return %x } } %b = result %k {index=1}",
       "2:69: result 1 of a kernel that has 1"},
      {"return %c", "2:10: %c is not defined"},
      {"return %a %a", "2:13: expected '}', found '%'"},
  };
  for (const ErrorCase& c : kCases) {
    EXPECT_EQ(ErrorOf(absl::StrCat("graph @f(%a: f32[2,m]) {\n  ", c.text)), c.error) << c.text;
  }
}

TEST(Text, BoundsRankAndDepth) {
  std::string extents = "1";
  for (int i = 1; i < 129; ++i) extents += ",1";
  EXPECT_EQ(ErrorOf(absl::StrCat("graph @f(%a: f32[", extents, "]) { return }")),
            "1:14: more than 128 axes");
  EXPECT_EQ(
      ErrorOf(absl::StrCat("graph @f() { %i = iota {axis=0, shape=[", extents, "]} return }")),
      "1:19: more than 128 axes");
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "graph @f() { %k = kernel { ";
  EXPECT_TRUE(absl::StrContains(ErrorOf(deep), "bodies are nested too deeply"));
}

// Every prefix of a valid text, and every text with one byte changed, is read or refused.
TEST(Text, BrokenTextsAreRefused) {
  const std::string text = kEverything;
  for (size_t size = 0; size + 1 < text.size(); ++size)
    EXPECT_NE(ErrorOf(text.substr(0, size)), "none") << size;
  for (size_t i = 0; i < text.size(); ++i) {
    for (char c : {'\0', '9', '-', '}', '{', '[', ']', '%', '"', '\\', '#', '\n', 'x', '\xff'}) {
      std::string changed = text;
      changed[i] = c;
      const auto graph = Parse(changed);
      if (!graph.ok()) continue;
      (void)Verify(*graph);
      const std::string printed = Print(*graph);
      const auto again = Parse(printed);
      ASSERT_TRUE(again.ok()) << again.status() << "\n" << printed;
      EXPECT_EQ(Print(*again), printed);
    }
  }
}

}  // namespace
}  // namespace broadloom

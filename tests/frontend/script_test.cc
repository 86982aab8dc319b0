// Scripts: what texts mean, and what is said of those that mean nothing.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "frontend/calls/function.h"
#include "frontend/script/expression.h"
#include "frontend/script/session.h"

namespace broadloom::script {
namespace {

using calls::Sequence;
using calls::Value;

std::string InShort(const Number& number) {
  switch (number.kind()) {
    case Number::Kind::boolean: return number.integer() != 0 ? "True" : "False";
    case Number::Kind::integer: return absl::StrCat(number.integer());
    case Number::Kind::natural: return absl::StrCat(static_cast<uint64_t>(number.integer()));
    case Number::Kind::floating: {
      const std::string text = absl::StrCat(number.floating());
      return text.find_first_of(".eni") == std::string::npos ? text + ".0" : text;
    }
    case Number::Kind::complex:
      return absl::StrCat("(", number.floating(), ", ", number.imaginary(), ")");
  }
  return "?";
}

// "float64 (2, 2) 1 2 3 4"
std::string InShort(const Value& value) {
  if (const Array* array = value.As<Array>())
    return absl::StrCat(to_string(array->dtype()), " (", absl::StrJoin(array->shape(), ", "), ") ",
                        absl::StrJoin(array->astype(DataType::float64).to_vector<double>(), " "));
  if (const Number* number = value.As<Number>()) return InShort(*number);
  if (const std::string* text = value.As<std::string>()) return absl::StrCat("'", *text, "'");
  if (const DataType* dtype = value.As<DataType>()) return to_string(*dtype);
  if (const Sequence* sequence = value.As<Sequence>()) {
    std::vector<std::string> items;
    for (const Value& item : sequence->items) items.push_back(InShort(item));
    return absl::StrCat(sequence->is_list ? "[" : "(", absl::StrJoin(items, ", "),
                        sequence->is_list ? "]" : ")");
  }
  return Describe(value);
}

// What a text shows, one value a line.
std::string Shown(absl::string_view text, const Limits& limits = {}) {
  Session session(default_context(), limits);
  std::vector<std::string> lines;
  session.Run(text, [&](const Value& value) { lines.push_back(InShort(value)); });
  return absl::StrJoin(lines, "\n");
}

struct Case {
  const char *text, *shown;
};

class Meaning : public testing::TestWithParam<Case> {};
TEST_P(Meaning, IsPythons) { EXPECT_EQ(Shown(GetParam().text), GetParam().shown); }

INSTANTIATE_TEST_SUITE_P(
    Numbers, Meaning,
    testing::Values(Case{"1 + 2 * 3", "7"}, Case{"2 ** 3 ** 2", "512"}, Case{"-2 ** 2", "-4"},
                    Case{"2 ** -1", "0.5"}, Case{"7 // -2", "-4"}, Case{"7 % -2", "-1"},
                    Case{"-7.5 // 2", "-4.0"}, Case{"-7.5 % 2", "0.5"}, Case{"1 / 4", "0.25"},
                    Case{"~5", "-6"}, Case{"True + True", "2"}, Case{"True & False", "False"},
                    Case{"6 ^ 3", "5"}, Case{"1 << 10", "1024"}, Case{"-5 >> 1", "-3"},
                    Case{"0xff, 0b101, 0o17, 1_000", "(255, 5, 15, 1000)"},
                    Case{"2j * 2j", "(-4, 0)"},
                    Case{"18446744073709551615", "18446744073709551615"}, Case{"1e3", "1000.0"},
                    Case{".5 + 1.", "1.5"}, Case{"1 < 2", "True"}, Case{"3 == 3.0", "True"},
                    Case{"- - -1", "-1"}, Case{"'a\\n' \"b\"", "'a\nb'"}, Case{"None", ""},
                    Case{"()", "()"}, Case{"1,", "(1)"}, Case{"(1, [2, 3])", "(1, [2, 3])"}));

INSTANTIATE_TEST_SUITE_P(
    Arrays, Meaning,
    testing::Values(
        Case{"arange(6).reshape(2, 3)", "int64 (2, 3) 0 1 2 3 4 5"},
        Case{"array([[1, 2], [3, 4.5]])", "float64 (2, 2) 1 2 3 4.5"},
        Case{"array([True, False])", "bool (2) 1 0"}, Case{"np.sum(arange(4))", "int64 () 6"},
        Case{"x = arange(6).reshape(2, 3)\nx.T[0]; x[:, None, 1]; x[..., -1]; x[::-1, ::2]",
             "int64 (2) 0 3\nint64 (2, 1) 1 4\nint64 (2) 2 5\nint64 (2, 2) 3 5 0 2"},
        Case{"x = arange(5); x[x > 2]", "int64 (2) 3 4"},
        Case{"x = arange(5); x[[0, -1]]", "int64 (2) 0 4"},
        Case{"x = ones(3, dtype=float32); (x * 2).dtype; (x + [1, 2, 3]).dtype",
             "float32\nfloat64"},
        Case{"float32(1.5); np.int8(arange(3)); (float32(2) * ones(1, dtype=float32)).dtype",
             "float32 () 1.5\nint8 (3) 0 1 2\nfloat32"},
        Case{"x = arange(4); y = x; x += 1; y", "int64 (4) 1 2 3 4"},
        Case{"x = arange(4); x[1:3] = 9; x[0] -= 1; x", "int64 (4) -1 9 9 3"},
        Case{"s = arange(3).sum(); t = s; s += 1; s; t", "int64 () 4\nint64 () 3"},
        Case{"x = y = zeros(2); x[0] = 1; y", "float64 (2) 1 0"},
        Case{"a, b = frexp(array([8.0])); a; b", "float64 (1) 0.5\nint32 (1) 4"},
        Case{"a, b = arange(4).reshape(2, 2); b", "int64 (2) 2 3"}, Case{"n = 3; n += 1; n", "4"},
        Case{"arange(4) @ arange(4)", "int64 () 14"},
        Case{"f(x, k=2) = k * x + 1\nf(3); f(arange(2), k=10)", "7\nint64 (2) 1 11"},
        Case{"f(x) = x + c; c = 5; f(1)", "6"}, Case{"x = 1; del x; x = 2; x", "2"},
        Case{"arange(3).sum(keepdims=True)", "int64 (1) 3"},
        Case{"pi > 3, nan == nan", "(True, False)"},
        Case{"linalg.norm(array([3, 4]))", "float64 () 5"}, Case{"arange(3).shape", "(3)"},
        Case{"(1 +\n 2)  # a comment\n", "3"}, Case{"1 + \\\n 2", "3"},
        Case{"where(arange(3) > 1, 1.5, 0)", "float64 (3) 0 0 1.5"},
        Case{"clip(arange(4), 1, None)", "int64 (4) 1 1 2 3"},
        Case{"exp(zeros(2), where=array([True, False]))", "float64 (2) 1 0"},
        Case{"var(array([1, 2, 4]), ddof=1)", "float64 () 2.33333"},
        Case{"split(arange(4), [1, 3])", "(int64 (1) 0, int64 (2) 1 2, int64 (1) 3)"},
        Case{"concat([arange(2), ones(1)])", "float64 (3) 0 1 1"},
        Case{"block([[ones((1, 1)), 2], [3, 4]])", "float64 (2, 2) 1 2 3 4"},
        Case{"roll(arange(3), 1)", "int64 (3) 2 0 1"}, Case{"(1, 2) + (3,)", "(1, 2, 3)"}));

struct Fault {
  const char *text, *message;
  size_t begin, end;
};
class Faults : public testing::TestWithParam<Fault> {};
TEST_P(Faults, AreShownAtTheirPlace) {
  const Fault& fault = GetParam();
  try {
    Shown(fault.text);
    ADD_FAILURE() << fault.text << " is no fault";
  } catch (const ScriptError& error) {
    EXPECT_TRUE(absl::StrContains(error.what(), fault.message)) << error.what();
    EXPECT_EQ(error.place().begin, fault.begin) << error.what();
    EXPECT_EQ(error.place().end, fault.end) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, Faults,
    testing::Values(
        Fault{"1 +", "an expression is missing", 3, 3},
        Fault{"a = 1\nb = $", "'$' means nothing", 10, 11}, Fault{"(1, 2", "')' is expected", 5, 5},
        Fault{"f(1 2)", "',' is expected", 4, 5}, Fault{"1 < 2 < 3", "do not chain", 6, 7},
        Fault{"'abc", "has no end", 0, 4}, Fault{"'ab\\", "has no end", 0, 4},
        Fault{"x and y", "write &", 2, 5}, Fault{"lambda x: x", "write a function", 0, 6},
        Fault{"12abc", "is no number", 0, 5}, Fault{"0777", "is no number", 0, 4},
        Fault{"99999999999999999999", "beyond 64 bits", 0, 20},
        Fault{"\xc3\xa9 = 1", "ASCII", 0, 2}, Fault{"x\x01", "byte 0x01", 1, 2},
        Fault{"f(x) = ", "an expression is missing", 7, 7},
        Fault{"f(x, x) = 1", "there twice", 5, 6}, Fault{"f(k=1, x) = 1", "needs a default", 7, 8},
        Fault{"1 = 2", "can be assigned", 0, 1},
        Fault{"f(a=1, 2)", "follows one with a name", 7, 8}, Fault{"x[]", "index is missing", 2, 3},
        Fault{"1 2", "end of the statement", 2, 3}, Fault{"(a + b)(1)", "only functions", 7, 8}));

INSTANTIATE_TEST_SUITE_P(
    Values, Faults,
    testing::Values(
        Fault{"x = 1\nsqr(x)", "did you mean sqrt", 6, 12},
        Fault{"ones(3) + ones(4)", "[3] [4]", 0, 17}, Fault{"1 + nothing", "not defined", 4, 11},
        Fault{"1 // 0", "division by zero", 0, 6}, Fault{"9 ** 9 ** 9", "64 bits", 0, 11},
        Fault{"1 << 10 ** 9", "64 bits", 0, 12}, Fault{"ones(2).shap", "shape", 0, 12},
        Fault{"(ones(2) + 1).foo(1)", "no attribute `foo`", 0, 20},
        Fault{"sum(ones(2), axs=0)", "no argument `axs`", 0, 19},
        Fault{"sum()", "`a` is missing", 0, 5},
        Fault{"roll(ones(2), 'x')", "`shift` must be", 0, 18},
        Fault{"f(x) = f(x)\nf(1)", "deep", 12, 16}, Fault{"'a' * 2", "not defined between", 0, 7},
        Fault{"a, b = 1, 2, 3", "2 names, but more", 0, 4}, Fault{"del q", "not defined", 4, 5},
        Fault{"x = 1; x(2)", "and no function", 7, 11}, Fault{"sum", "write sum(...)", 0, 3},
        Fault{"int(3.5)", "int64(x) converts x", 0, 8},
        Fault{"int8(1, 2)", "int8: takes one argument", 0, 10},
        Fault{"int8(300)", "Python integer 300 out of bounds for int8", 0, 9},
        Fault{"array([[1], [-1]], dtype=uint8)", "-1 out of bounds for uint8", 0, 31},
        Fault{"int64(nan)", "cannot convert nan to int64", 0, 10},
        Fault{"float64(1j)", "float64 has no complex numbers", 0, 11},
        Fault{"f32(1)", "`f32` is not defined", 0, 6},
        Fault{"ones(3, dtype='i8')",  // to NumPy it is int64
              "`dtype` must be a dtype, such as float32, not the text 'i8'", 0, 19},
        Fault{"x = 1; zeros((10**7, 10**7)).eval()", "(728 TiB)", 7, 35}));

TEST(Scripts, StatementsBeforeAFaultStayDone) {
  Session session(default_context());
  EXPECT_THROW(session.Run("x = 1; y = x + nothing; x = 3", {}), ScriptError);
  ASSERT_NE(session.Find("x"), nullptr);
  EXPECT_EQ(InShort(*session.Find("x")), "1");
  EXPECT_EQ(session.Find("y"), nullptr);
}

TEST(Scripts, NothingRunsOfATextThatCannotBeParsed) {
  Session session(default_context());
  EXPECT_THROW(session.Run("x = 1; y = (", {}), ScriptError);
  EXPECT_EQ(session.Find("x"), nullptr);
}

TEST(Scripts, LimitsHold) {
  const auto fails = [](const std::string& text, Limits limits, const char* message) {
    try {
      Shown(text, limits);
      ADD_FAILURE() << message;
    } catch (const ScriptError& error) {
      EXPECT_TRUE(absl::StrContains(error.what(), message)) << error.what();
    }
  };
  fails("1 + 1 + 1", {.length = 8}, "at most 8");
  fails("1 + 1 + 1", {.nodes = 4}, "more than 4 operations");
  fails("((((1))))", {.depth = 3}, "more than 3 deep");
  fails(std::string(100'000, '('), {}, "deep");
  fails(std::string(100'000, '-') + "1", {}, "deep");
  fails("x = ones(2); x.sum()", {.attributes = false}, "may not be used");
}

TEST(Scripts, LongChainsNeedNoStack) {
  std::string text = "1";
  for (int i = 0; i < 300'000; ++i) text += "+1";
  EXPECT_EQ(Shown(text), "300001");
}

TEST(Scripts, LinesOfOperationsAreThoseOfTheSource) {
  Session session(default_context(), {}, "some.bl");
  session.Run("\n\nx = ones((2, 3))\nx = x.sum(0)", {});
  EXPECT_TRUE(absl::StrContains(explain({*session.Find("x")->As<Array>()}), "some.bl:4"));
}

TEST(Scripts, IncompleteTextsAskForMore) {
  for (const char* text : {"(1,", "f(x\n", "1 + \\", "[[1]"})
    EXPECT_TRUE(IsIncomplete(text)) << text;
  for (const char* text : {"", "1", "(1)", "1 +", "'a", "$("})
    EXPECT_FALSE(IsIncomplete(text)) << text;
}

TEST(Scripts, ErrorsPointAtTheText) {
  const std::string text = "a = 1\nb = a + \xce\xb1";
  try {
    Shown(text);
    FAIL();
  } catch (const ScriptError& error) {
    EXPECT_EQ(Explained(error, text), absl::StrCat("b = a + \xce\xb1\n        ^\n", error.what()));
    const LineAndColumn at = LineAndColumnOf(text, error.place().begin);
    EXPECT_EQ(at.line, 2);
    EXPECT_EQ(at.column, 9);
  }
}

TEST(Expressions, NameWhatTheyTake) {
  const Expression expression("2 * a + sin(b) * pi + a");
  EXPECT_EQ(expression.names(), (std::vector<std::string>{"a", "b", "pi"}));
  EXPECT_TRUE(Expression::IsConstant("pi") && !Expression::IsConstant("a"));
  const Value value = expression.Evaluate(default_context(), {{"a", Number(1)}, {"b", Number(0)}});
  EXPECT_EQ(InShort(value), "float64 () 3");
  EXPECT_THROW(Expression("a = 1"), ScriptError);
  EXPECT_THROW(Expression("a; b"), ScriptError);
}

// --- Functions by name ---------------------------------------------------------------------------
TEST(FunctionsByName, HaveSignaturesThatAreRead) {
  EXPECT_GT(calls::Functions().size(), 250u);
  for (const calls::Function* function : calls::Functions()) {
    EXPECT_EQ(calls::FindFunction(function->name()), function) << function->signature;
    EXPECT_NE(std::string(function->doc), "") << function->signature;
    bool has_default = false;
    for (const calls::Parameter& parameter : calls::ParametersOf(*function)) {
      EXPECT_FALSE(parameter.name.empty()) << function->signature;
      has_default = has_default || parameter.default_text.has_value() || parameter.takes_rest;
      EXPECT_TRUE(parameter.default_text || parameter.takes_rest || !has_default)
          << function->signature;
    }
  }
}

TEST(FunctionsByName, AreFoundByOtherNamesAndByNearOnes) {
  EXPECT_EQ(calls::FindFunction("arcsin"), calls::FindFunction("asin"));
  EXPECT_EQ(calls::FindFunction("no_such"), nullptr);
  EXPECT_EQ(calls::NamesLike("concatnate"), std::vector<std::string>{"concatenate"});
  EXPECT_EQ(calls::NamesLike("linalg.slove").at(0), "linalg.solve");
}

TEST(FunctionsByName, RefuseArgumentsThatDoNotFit) {
  const calls::Function& roll = *calls::FindFunction("roll");
  const Array x = arange(3);
  const auto fails = [&](std::vector<Value> placed, std::vector<calls::Named> named,
                         const char* message) {
    try {
      calls::Call(roll, std::move(placed), named);
      ADD_FAILURE() << message;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::type_error);
      EXPECT_EQ(std::string(error.what()), message);
    }
  };
  fails({x}, {}, "roll: `shift` is missing");
  fails({x, Number(1), Number(0), Number(0)}, {}, "roll: takes 3 arguments by place, not 4");
  fails({x, Number(1)}, {{"shift", Number(1)}}, "roll: `shift` is given by place and by name");
  fails({x}, {{"shift", Number(1)}, {"shift", Number(1)}}, "roll: `shift` is given twice");
  fails({x}, {{"sift", Number(1)}}, "roll: has no argument `sift`");
  fails({x, Number(1.5)}, {}, "roll: `shift` must be an integer, not the number 1.5");
}

}  // namespace
}  // namespace broadloom::script

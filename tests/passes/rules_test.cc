// Executes every row of the rule table on numbers of every dtype, the special ones included: what
// a row makes of its pattern must have the pattern's bits, with NaN equal to NaN.
#include "passes/rules.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>

#include "ir/evaluate.h"
#include "ir/text.h"
#include "ir/verify.h"

namespace broadloom {
namespace {

constexpr int64_t kElements = 3000;

DType DTypeOf(int kind) { return static_cast<DType::Kind>(kind); }

std::vector<Scalar> SpecialNumbers(DType dtype) {
  std::vector<Scalar> numbers;
  if (!dtype.is_floating()) {
    const int64_t low = dtype.is_signed() ? INT64_MIN >> (64 - 8 * dtype.size()) : 0;
    for (int64_t n : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{2}, int64_t{7}, low, low + 1,
                      ~low, low / 2}) {
      numbers.push_back(MakeIntScalar(dtype, n));
    }
    return numbers;
  }
  const bool is_float32 = dtype == DType::kFloat32;
  const double tiny = is_float32 ? 0x1p-149 : 0x1p-1074, normal = is_float32 ? 0x1p-126 : 0x1p-1022;
  const double huge =
      is_float32 ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
  for (double n : {0.0, 1.0, 0.5, 2.0, 1.5, 2.5, 3.0, 0.1, 0x1p23, 0x1p31, 0x1p63, 0x1p-100, tiny,
                   3 * tiny, normal - tiny, normal, huge, double{INFINITY}, double{NAN}}) {
    numbers.push_back(MakeScalar(dtype, n));
    numbers.push_back(MakeScalar(dtype, -n));
  }
  return numbers;
}

Scalar RandomNumber(DType dtype, std::mt19937_64& random) {
  const uint64_t bits = random();
  if (dtype.is_bool()) return MakeIntScalar(dtype, static_cast<int64_t>(bits & 1));
  if (!dtype.is_floating()) return MakeIntScalar(dtype, static_cast<int64_t>(bits));
  if (bits % 2 == 0) return MakeScalar(dtype, std::normal_distribution<double>(0, 10)(random));
  return dtype.size() == 4 ? Scalar{dtype, random() >> 32} : Scalar{dtype, random()};
}

Tensor Numbers(DType dtype, std::mt19937_64& random) {
  const std::vector<Scalar> special = SpecialNumbers(dtype);
  Tensor tensor = MakeTensor(dtype, {kElements});
  for (int64_t i = 0; i < kElements; ++i) {
    const bool is_special = random() % 2 == 0;
    SetElement(tensor, i,
               is_special ? special[random() % special.size()] : RandomNumber(dtype, random));
  }
  return tensor;
}

// The pattern as a graph over params, one for each letter.
class PatternBuilder {
 public:
  // `constants` are c and d; `casts` the dtypes of conversions, the innermost first.
  PatternBuilder(DType dtype, std::vector<Scalar> constants, std::vector<DType> casts)
      : dtype_(dtype), constants_(std::move(constants)), casts_(std::move(casts)) {}

  absl::StatusOr<Graph> Build(const Term& pattern) && {
    absl::StatusOr<NodeId> root = Add(pattern);
    if (!root.ok()) return root.status();
    graph_.set_outputs({*root});
    return std::move(graph_);
  }

 private:
  absl::StatusOr<NodeId> Add(const Term& term) {
    if (term.kind == Term::kNumber) return Number(term.number);
    if (term.kind == Term::kLetter) return Letter(term.letter);
    Inputs inputs;
    for (const Term& arg : term.args) {
      absl::StatusOr<NodeId> input = Add(arg);
      if (!input.ok()) return input;
      inputs.push_back(*input);
    }
    Attrs attrs;
    if (term.op == Op::k_astype) attrs.Set(AttrName::k_dtype, casts_[next_cast_++]);
    return graph_.Add(term.op, std::move(inputs), std::move(attrs));
  }

  absl::StatusOr<NodeId> Constant(const Scalar& value) {
    return graph_.Add(Op::k_constant, {}, Attrs().Set(AttrName::k_value, value));
  }

  absl::StatusOr<NodeId> Number(double number) {
    const Scalar value = MakeScalar(dtype_, number);
    if (AsDouble(value) != number) return absl::OutOfRangeError("no such number");
    return Constant(value);
  }

  absl::StatusOr<NodeId> Letter(char letter) {
    if (StandsForConstant(letter)) return Constant(constants_[letter - 'c']);
    const auto found = letters_.find(letter);
    if (found != letters_.end()) return found->second;
    const bool is_condition = letter == 'p' || letter == 'q';
    const DType dtype = is_condition ? DType(DType::kBool) : dtype_;
    absl::StatusOr<NodeId> param = graph_.AddParam({dtype, {kElements}}, "u");
    if (param.ok()) letters_[letter] = *param;
    return param;
  }

  DType dtype_;
  std::vector<Scalar> constants_;
  std::vector<DType> casts_;
  size_t next_cast_ = 0;
  std::map<char, NodeId> letters_;
  Graph graph_{"rule"};
};

bool SameBits(const Scalar& a, const Scalar& b) {
  if (a.dtype.is_floating() && b.dtype == a.dtype && std::isnan(AsDouble(a)) &&
      std::isnan(AsDouble(b)))
    return true;
  return a == b;
}

Bindings RandomInputs(const Graph& graph) {
  std::mt19937_64 random(1);
  Bindings bindings;
  for (NodeId id : graph.params())
    bindings.params.push_back(Numbers(graph.node(id).dtype(), random));
  return bindings;
}

std::string Operands(const Bindings& bindings, int64_t i) {
  std::string text;
  for (const Tensor& tensor : bindings.params) {
    text += " " + std::to_string(AsDouble(ElementOf(tensor, i))) + " (" +
            std::to_string(ElementOf(tensor, i).bits) + ")";
  }
  return text;
}

// Whether the row fires.
bool Execute(const Rule& rule, const Graph& pattern) {
  const Graph result = ApplyRules(pattern, {&rule, 1}, /*merge_views=*/false).value();
  EXPECT_TRUE(Verify(result).ok()) << Print(result);
  if (Print(result) == Print(pattern)) return false;
  const Bindings bindings = RandomInputs(pattern);
  const Tensor want = Evaluate(pattern, bindings).value()[0];
  const Tensor got = Evaluate(result, bindings).value()[0];
  EXPECT_EQ(got.dtype, want.dtype);
  EXPECT_EQ(got.shape, want.shape);
  for (int64_t i = 0; i < want.size(); ++i) {
    const Scalar a = ElementOf(want, i), b = ElementOf(got, i);
    if (SameBits(a, b)) continue;
    ADD_FAILURE() << Print(pattern) << Print(result) << "of" << Operands(bindings, i) << ": "
                  << AsDouble(b) << " instead of " << AsDouble(a);
    break;
  }
  return true;
}

bool Mentions(absl::string_view text, absl::string_view what) {
  return text.find(what) != text.npos;
}

// All pairs of dtypes where the row converts, else nothing.
std::vector<std::vector<DType>> Casts(const Rule& rule) {
  if (!Mentions(rule.pattern, "astype")) return {{}};
  std::vector<std::vector<DType>> pairs;
  for (int inner = 0; inner < DType::kComplex64; ++inner) {
    for (int outer = 0; outer < DType::kComplex64; ++outer)
      pairs.push_back({DTypeOf(inner), DTypeOf(outer)});
  }
  return pairs;
}

std::vector<Scalar> Constants(const Rule& rule, DType dtype) {
  const bool has_constant = Mentions(rule.pattern, "(c") || Mentions(rule.pattern, " c");
  return has_constant ? SpecialNumbers(dtype) : std::vector<Scalar>{MakeScalar(dtype, 1)};
}

class RuleTest : public testing::TestWithParam<Rule> {};

TEST_P(RuleTest, KeepsTheBits) {
  const Rule& rule = GetParam();
  const Term pattern = ParseTerm(rule.pattern);
  int fired = 0;
  for (int kind = 0; kind < DType::kComplex64; ++kind) {
    for (const Scalar& constant : Constants(rule, DTypeOf(kind))) {
      for (const std::vector<DType>& casts : Casts(rule)) {
        absl::StatusOr<Graph> graph =
            PatternBuilder(DTypeOf(kind), {constant, constant}, casts).Build(pattern);
        if (graph.ok()) fired += Execute(rule, *graph);
        if (HasFailure()) return;
      }
    }
  }
  EXPECT_GT(fired, 0) << "no dtype for which this row applies";
}

std::string NameOf(const testing::TestParamInfo<Rule>& info) {
  std::string name(info.param.pattern);
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : c == '-' ? 'm' : '_';
  return std::to_string(info.index) + "_" + name;
}

INSTANTIATE_TEST_SUITE_P(Table, RuleTest, testing::ValuesIn(Rules().begin(), Rules().end()),
                         NameOf);

TEST(Rules, ReadsTerms) {
  const Term term = ParseTerm("add(multiply(x, -0.5), c)");
  ASSERT_EQ(term.args.size(), 2u);
  EXPECT_EQ(term.op, Op::k_add);
  EXPECT_EQ(term.args[0].op, Op::k_multiply);
  EXPECT_EQ(term.args[0].args[1].number, -0.5);
  EXPECT_EQ(term.args[1].letter, 'c');
}

}  // namespace

void PrintTo(const Rule& rule, std::ostream* out) { *out << std::string(rule.pattern); }

}  // namespace broadloom

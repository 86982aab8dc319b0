// Runs the cases of every .bl file below tests/ (golden_cases.h).
//
// Each case also checks that parser and printer are inverse, that the graph verifies after each
// pass, that running the passes again changes nothing, that the reference evaluator gives the same
// bits before and after, and that a second run gives the same text. With BROADLOOM_BLESS=1 the
// expectations are rewritten instead.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ir/evaluate.h"
#include "ir/status_macros.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "passes/pass.h"
#include "passes/sample_inputs.h"
#include "tests/golden_cases.h"

namespace broadloom {
namespace {

constexpr uint64_t kSeed = 2026;

absl::StatusOr<Graph> RunVerified(const Graph& in, const std::vector<Pass>& passes) {
  BL_ASSIGN_OR_RETURN(Graph graph, RunPasses(in, {}, {}));
  for (const Pass& pass : passes) {
    BL_ASSIGN_OR_RETURN(graph, RunPasses(graph, {&pass, 1}, {}));
    const absl::Status status = Verify(graph);
    if (!status.ok())
      return absl::InternalError(
          absl::StrCat("after ", pass.name, ": ", status.message(), "\n", Print(graph)));
  }
  return graph;
}

bool SameBits(const Scalar& a, const Scalar& b) {
  if (a.dtype.is_floating() && std::isnan(AsDouble(a)) && std::isnan(AsDouble(b))) return true;
  return a == b;
}

void ExpectSameTensor(const Tensor& want, const Tensor& got, size_t output) {
  ASSERT_EQ(got.dtype, want.dtype) << "output " << output;
  ASSERT_EQ(got.shape, want.shape) << "output " << output;
  for (int64_t i = 0; i < want.size(); ++i) {
    ASSERT_TRUE(SameBits(ElementOf(want, i), ElementOf(got, i)))
        << "output " << output << ", element " << i << ": " << AsDouble(ElementOf(got, i))
        << " instead of " << AsDouble(ElementOf(want, i));
  }
}

void ExpectSameValues(const Graph& before, const Graph& after, absl::Span<const int64_t> symbols) {
  const absl::StatusOr<Bindings> bindings = SampleInputs(before, kSeed, symbols);
  ASSERT_TRUE(bindings.ok()) << bindings.status();
  const absl::StatusOr<std::vector<Tensor>> want = Evaluate(before, *bindings);
  const absl::StatusOr<std::vector<Tensor>> got = Evaluate(after, *bindings);
  ASSERT_TRUE(want.ok()) << "before: " << want.status();
  ASSERT_TRUE(got.ok()) << "after: " << got.status();
  ASSERT_EQ(got->size(), want->size());
  for (size_t i = 0; i < want->size(); ++i) ExpectSameTensor((*want)[i], (*got)[i], i);
}

// Checks all but the expectation; returns the result's text.
std::string CheckLaws(const GoldenCase& c, const Graph& input) {
  const absl::StatusOr<Graph> result = RunVerified(input, c.passes);
  if (!result.ok()) {
    ADD_FAILURE() << result.status();
    return "";
  }
  const std::string text = Print(*result);
  ExpectSameValues(input, *result, c.symbols);

  const absl::StatusOr<Graph> parsed = Parse(text);
  EXPECT_TRUE(parsed.ok()) << parsed.status() << "\n" << text;
  if (parsed.ok()) {
    EXPECT_EQ(Print(*parsed), text) << "the printer is not the parser's inverse";
  }

  const absl::StatusOr<Graph> second = RunVerified(input, c.passes);
  EXPECT_TRUE(second.ok() && Print(*second) == text) << "a second run gives another text";

  const absl::StatusOr<Graph> again = RunVerified(*result, c.passes);
  EXPECT_TRUE(again.ok()) << again.status();
  if (again.ok() && c.idempotent) {
    EXPECT_EQ(Print(*again), text) << "the passes, run on their result, change it";
  }
  return text;
}

void CheckError(const GoldenCase& c, const Graph& input) {
  const absl::StatusOr<Graph> result = RunVerified(input, c.passes);
  EXPECT_FALSE(result.ok());
  EXPECT_TRUE(absl::StrContains(result.status().message(), c.error)) << result.status();
}

class GoldenTest : public testing::TestWithParam<std::string> {};

TEST_P(GoldenTest, Cases) {
  const std::string path = absl::StrCat(BROADLOOM_GOLDEN_DIR "/", GetParam());
  std::string blessed;
  for (const GoldenCase& c : ReadGoldenFile(GetParam())) {
    SCOPED_TRACE(c.head);
    const absl::StatusOr<Graph> input = Parse(c.input);
    ASSERT_TRUE(input.ok()) << input.status();
    if (!blessed.empty()) blessed += "---\n";
    blessed += c.head;
    if (!c.error.empty()) {
      CheckError(c, *input);
      continue;
    }
    const std::string text = CheckLaws(c, *input);
    if (!absl::StrContains(c.head, "# expect:\n")) blessed += "# expect:\n";
    blessed += text;
    if (!Blesses()) {
      EXPECT_EQ(text, c.expected) << "BROADLOOM_BLESS=1 rewrites the expectation";
    }
  }
  if (Blesses() && !HasFailure()) std::ofstream(path) << blessed;
}

std::string NameOf(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param.substr(0, info.param.size() - 3);
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenTest, testing::ValuesIn(GoldenFiles()), NameOf);

}  // namespace
}  // namespace broadloom

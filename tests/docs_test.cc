// Keeps what documents quote true: docs/ops.md is written from the op table, the graphs of
// docs/architecture.md by the passes. With BROADLOOM_BLESS=1 both are rewritten instead.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ir/infer.h"
#include "ir/text.h"
#include "passes/pass.h"
#include "tests/golden_cases.h"

namespace broadloom {
namespace {

constexpr char kDocs[] = BROADLOOM_GOLDEN_DIR "/../docs/";

void ExpectFile(const std::string& name, const std::string& text) {
  const std::string path = absl::StrCat(kDocs, name);
  if (Blesses()) {
    std::ofstream(path) << text;
  } else {
    EXPECT_EQ(ReadText(path), text) << "BROADLOOM_BLESS=1 rewrites docs/" << name;
  }
}

// The dtype of the result where all operands have this one.
std::string ResultOf(const OpInfo& info, Op op, DType dtype) {
  const int rank = info.op_class == OpClass::kLibrary ? 2 : 1;
  std::vector<ValueType> operands(info.arity(), {dtype, Shape(rank, Extent(2))});
  if (info.dtype_rule == DTypeRule::kSelect) operands[0].dtype = DType::kBool;
  Attrs attrs;
  if (info.is_reduce()) attrs.Set(AttrName::k_axes, Axes{0});
  const absl::StatusOr<ValueType> type = InferType(op, operands, attrs);
  if (type.ok()) return std::string(type->dtype.name());
  return absl::IsUnimplemented(type.status()) ? "not yet" : "TypeError";
}

std::string OpsTable(const char* title, std::initializer_list<OpClass> classes) {
  const DType dtypes[] = {DType::kBool, DType::kInt8, DType::kInt64, DType::kFloat32,
                          DType::kFloat64};
  std::string table = absl::StrCat("\n## ", title, "\n\n| function | ");
  for (DType dtype : dtypes) absl::StrAppend(&table, dtype.name(), " | ");
  absl::StrAppend(&table, "what |\n| --- | --- | --- | --- | --- | --- | --- |\n");
  for (int i = 0; i < NumOps(); ++i) {
    const Op op = static_cast<Op>(i);
    const OpInfo& info = InfoOf(op);
    if (!info.Is(kPublic) ||
        std::find(classes.begin(), classes.end(), info.op_class) == classes.end())
      continue;
    absl::StrAppend(&table, "| `", info.name, "` | ");
    for (DType dtype : dtypes) absl::StrAppend(&table, ResultOf(info, op, dtype), " | ");
    absl::StrAppend(&table, absl::StrReplaceAll(info.doc, {{"|", "\\|"}}), " |\n");
  }
  return table;
}

TEST(Docs, OpsAreTheTable) {
  std::string text =
      "# Operations\n\n"
      "Written from `ir/ops.def` by `tests/docs_test.cc`. The columns give the dtype of the result "
      "for operands of one dtype;\noperands of several are promoted as NumPy 2 does it "
      "(`broadloom.result_type`), plain Python numbers take the array's\ndtype where their kind "
      "allows it. Every function broadcasts its operands.\n";
  text += OpsTable("Elementwise", {OpClass::kUnary, OpClass::kBinary, OpClass::kTernary});
  text += OpsTable("Reductions", {OpClass::kReduce});
  text +=
      "\nThey take `axis` (none, one or several), `keepdims`, and `dtype` (sum, prod, mean, var, "
      "std) or `correction` (var, std).\n";
  text += OpsTable("Library calls", {OpClass::kLibrary});
  text +=
      "\nViews and creation functions are methods and functions of `frontend/array.h` and of "
      "the Python module.\n";
  ExpectFile("ops.md", text);
}

// A block of architecture.md that begins with ```bl <pass>: the example as that pass leaves it.
TEST(Docs, OneExpressionsLifeIsTrue) {
  const absl::StatusOr<Graph> example = Parse(
      R"(graph @main(%a: f64[m,n] {layout="ju"}, %b: f64[m,n] {layout="ju"}, %c: scalar f64) {
           %1 = add %a, %b  %2 = multiply %1, %c  %3 = sum %2 {axes=[1]}  return %3 })");
  ASSERT_TRUE(example.ok()) << example.status();
  constexpr char kFence[] = "```bl ";
  std::string text;
  bool inside = false;
  int blocks = 0;
  for (absl::string_view line :
       absl::StrSplit(ReadText(absl::StrCat(kDocs, "architecture.md")), '\n')) {
    if (line == "```") inside = false;
    if (!inside) absl::StrAppend(&text, line, "\n");
    if (!absl::StartsWith(line, kFence)) continue;
    PassOptions options;
    options.stop_after = std::string(absl::StripPrefix(line, kFence));
    const absl::StatusOr<Graph> result = RunPasses(*example, Pipeline(), options);
    ASSERT_TRUE(result.ok()) << result.status();
    text += Print(*result);
    inside = true;
    ++blocks;
  }
  text.pop_back();  // the split saw an empty line after the last one
  EXPECT_EQ(blocks, 3);
  ExpectFile("architecture.md", text);
}

}  // namespace
}  // namespace broadloom

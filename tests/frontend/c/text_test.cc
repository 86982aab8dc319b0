// Graphs of the golden files and random ones, run by the C interface, give what the reference
// evaluator of the IR gives; texts that are broken end in an error.
#include "ir/text.h"

#include <cmath>
#include <cstring>
#include <random>

#include "ir/evaluate.h"
#include "ir/verify.h"
#include "passes/sample_inputs.h"
#include "tests/frontend/c/testing.h"
#include "tests/golden_cases.h"
#include "tests/random_graph.h"

namespace broadloom::testing {
namespace {

bl_dtype NumberOf(DType dtype) { return static_cast<bl_dtype>(dtype.kind()) + 1; }

ArrayPtr ArrayFrom(const ContextPtr& context, const Tensor& tensor) {
  ArrayPtr array;
  EXPECT_DONE(bl_array_copy(context.get(), tensor.bytes.data(), NumberOf(tensor.dtype),
                            static_cast<int32_t>(tensor.shape.size()), tensor.shape.data(), nullptr,
                            Into(array)));
  return array;
}

std::vector<ArrayPtr> InputsFrom(const ContextPtr& context, const Bindings& bindings) {
  std::vector<ArrayPtr> inputs;
  for (const Tensor& param : bindings.params) inputs.push_back(ArrayFrom(context, param));
  for (const Scalar& scalar : bindings.scalars) {
    Tensor number = MakeTensor(scalar.dtype, {});
    SetElement(number, 0, scalar);
    inputs.push_back(ArrayFrom(context, number));
  }
  return inputs;
}

// Sums may be added in another order.
bool IsNear(const Scalar& a, const Scalar& b) {
  if (!a.dtype.is_floating()) return a == b;
  const double x = AsDouble(a), y = AsDouble(b);
  const double most = a.dtype.is_half() ? 1e-2 : a.dtype == DType::kFloat32 ? 1e-4 : 1e-10;
  return x == y || (std::isnan(x) && std::isnan(y)) ||
         std::abs(x - y) <= most * std::max({std::abs(x), std::abs(y), 1e-3});
}

void ExpectLike(const Tensor& want, const ArrayPtr& got, const std::string& text) {
  const bl_array_info info = InfoOf(got);
  ASSERT_EQ(info.dtype, NumberOf(want.dtype)) << text;
  ASSERT_EQ(std::vector<int64_t>(info.shape, info.shape + info.ndim), want.shape) << text;
  Tensor elements = MakeTensor(want.dtype, want.shape);
  ASSERT_DONE(bl_array_read(got.get(), elements.bytes.data(), elements.bytes.size()));
  for (int64_t i = 0; i < want.size(); ++i)
    ASSERT_TRUE(IsNear(ElementOf(want, i), ElementOf(elements, i)))
        << "element " << i << ": " << AsDouble(ElementOf(want, i)) << ", not "
        << AsDouble(ElementOf(elements, i)) << "\n"
        << text;
}

ProgramPtr Specialized(const ContextPtr& context, const std::string& text,
                       const std::vector<int64_t>& symbols) {
  ProgramPtr program, special;
  EXPECT_DONE(bl_program_parse(context.get(), text.c_str(), Into(program)));
  bl_program_info info = {};
  info.struct_size = sizeof info;
  EXPECT_DONE(bl_program_info_get(program.get(), &info));
  EXPECT_DONE(bl_program_specialize(program.get(), symbols.data(), info.n_symbols, Into(special)));
  return special;
}

bool HasKernels(const std::string& text) {
  return text.find(" kernel ") != std::string::npos || text.find(" keep ") != std::string::npos;
}

// False where the evaluator takes no such inputs.
bool ExpectRunsAlike(const ContextPtr& context, const std::string& given,
                     std::vector<int64_t> symbols) {
  const absl::StatusOr<Graph> graph = Parse(given);
  if (!graph.ok() || !Verify(*graph).ok() || !graph->attrs().empty()) return false;
  const std::string text = Print(*graph);
  const absl::StatusOr<Graph> printed = Parse(text);  // symbols as they are printed
  symbols.resize(16, 3);
  const absl::StatusOr<Bindings> bindings = SampleInputs(*printed, 1, symbols);
  if (!bindings.ok()) return false;
  const absl::StatusOr<std::vector<Tensor>> want = Evaluate(*printed, *bindings);
  if (!want.ok()) return false;
  const ProgramPtr program = Specialized(context, text, symbols);
  if (program == nullptr) return true;  // told already
  const std::vector<ArrayPtr> inputs = InputsFrom(context, *bindings);
  std::vector<bl_array*> raw, outputs(want->size());
  for (const ArrayPtr& input : inputs) raw.push_back(input.get());
  EXPECT_DONE(
      bl_program_execute(program.get(), raw.data(), raw.size(), outputs.data(), outputs.size()))
      << text;
  const std::vector<ArrayPtr> got(outputs.begin(), outputs.end());
  for (size_t i = 0; i < got.size() && got[i] != nullptr; ++i) ExpectLike((*want)[i], got[i], text);
  return true;
}

TEST(CTextTest, GoldenGraphsRun) {
  const ContextPtr context = NewContext();
  int count = 0;
  for (const std::string& file : GoldenFiles()) {
    for (const GoldenCase& c : ReadGoldenFile(file)) {
      if (HasFailure()) return;
      if (!HasKernels(c.input)) count += ExpectRunsAlike(context, c.input, c.symbols);
    }
  }
  EXPECT_GT(count, 80);
}

TEST(CTextTest, RandomGraphsRun) {
  const ContextPtr context = NewContext();
  int count = 0;
  for (uint64_t seed = 0; seed < 40 && !HasFailure(); ++seed)
    count += ExpectRunsAlike(context, RandomGraph(seed), {3, 4, 2});
  EXPECT_GT(count, 20);
}

// Whatever stands there, the answer is an error or a result.
void Try(const ContextPtr& context, const std::string& text) {
  ProgramPtr program, special;
  const Outcome parsed = bl_program_parse(context.get(), text.c_str(), Into(program));
  if (parsed.code != BL_OK) {
    EXPECT_NE(parsed.message, "");
    return;
  }
  bl_program_info info = {};
  info.struct_size = sizeof info;
  ASSERT_DONE(bl_program_info_get(program.get(), &info));
  const std::vector<int64_t> symbols(info.n_symbols, 3);
  if (Outcome(bl_program_specialize(program.get(), symbols.data(), symbols.size(), Into(special)))
          .code != BL_OK)
    return;
  std::vector<ArrayPtr> inputs;
  std::vector<bl_array*> raw, outputs(info.n_outputs);
  for (size_t i = 0; i < info.n_inputs; ++i) {
    bl_program_value value = {};
    value.struct_size = sizeof value;
    ASSERT_DONE(bl_program_input(special.get(), i, &value));
    raw.push_back(nullptr);
    if (Outcome(bl_array_full(context.get(), bl_value_int(1), value.dtype, value.ndim, value.shape,
                              &raw.back()))
            .code != BL_OK)
      return;
    inputs.emplace_back(raw.back());
  }
  bl_error_free(
      bl_program_execute(special.get(), raw.data(), raw.size(), outputs.data(), outputs.size()));
  for (bl_array* output : outputs) bl_array_release(output);
}

TEST(CTextTest, BrokenTextsAreErrors) {
  bl_options options = {};
  options.struct_size = sizeof options;
  options.interpret = 1;
  options.memory_budget = 64 << 20;
  const ContextPtr context = NewContext(&options);
  const std::vector<std::string> words = {
      "0", "-1",  "7",      "9223372036854775807", "s0", "f64", "i8", "%0", "%1", "[]",
      "{", "sum", "gather", "keepdims=1",          "nan"};
  std::vector<std::string> texts;
  for (const std::string& file : GoldenFiles())
    for (const GoldenCase& c : ReadGoldenFile(file)) texts.push_back(c.input);
  std::mt19937_64 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string text = texts[random() % texts.size()];
    const size_t at = random() % text.size();
    const size_t end = text.find_first_of(" ,:[]{}\n", at);
    text.replace(at, std::min(end, text.size()) - at, words[random() % words.size()]);
    Try(context, text);
  }
}

}  // namespace
}  // namespace broadloom::testing

// Programs of the C interface: text in and out, compiled ahead, run.
#include <cmath>
#include <deque>
#include <thread>

#include "tests/frontend/c/testing.h"

namespace broadloom::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kMeanSquare[] =
    "graph @mean_square(%x: f64[n,m], %scale: scalar f64) {\n"
    "  %2 = multiply %x, %x\n"
    "  %3 = multiply %2, %scale\n"
    "  %4 = mean %3 {axes=[1]}\n"
    "  return %4, %2\n"
    "}\n";

ProgramPtr Parsed(const ContextPtr& context, const char* text) {
  ProgramPtr program;
  EXPECT_DONE(bl_program_parse(context.get(), text, Into(program)));
  return program;
}

Outcome ParseOutcome(const std::string& text) {
  const ContextPtr context = NewContext();
  ProgramPtr program;
  return bl_program_parse(context.get(), text.c_str(), Into(program));
}

std::vector<ArrayPtr> Executed(const ProgramPtr& program, const std::vector<bl_array*>& inputs,
                               size_t n_outputs = 1) {
  std::vector<bl_array*> raw(n_outputs);
  EXPECT_DONE(
      bl_program_execute(program.get(), inputs.data(), inputs.size(), raw.data(), n_outputs));
  return std::vector<ArrayPtr>(raw.begin(), raw.end());
}

// The shapes live as long as the tests.
bl_argument ArgumentOf(bl_dtype dtype, std::vector<int64_t> extents) {
  static auto& shapes = *new std::deque<std::vector<int64_t>>;
  const std::vector<int64_t>& shape = shapes.emplace_back(std::move(extents));
  bl_argument argument = {};
  argument.struct_size = sizeof argument;
  argument.dtype = dtype;
  argument.ndim = static_cast<int32_t>(shape.size());
  argument.shape = shape.data();
  return argument;
}

int64_t Compiles(const ContextPtr& context) {
  bl_cache_info info = {};
  info.struct_size = sizeof info;
  EXPECT_DONE(bl_cache_info_get(context.get(), &info));
  return info.compiles;
}

TEST(CProgramTest, TextRuns) {
  const ContextPtr context = NewContext();
  const ProgramPtr program = Parsed(context, kMeanSquare);
  const ArrayPtr x = Doubles(context, {1, 2, 3, 4, 5, 6}, {2, 3});
  ArrayPtr scale;
  ASSERT_DONE(bl_array_full(context.get(), bl_value_real(3), BL_FLOAT64, 0, nullptr, Into(scale)));
  const auto results = Executed(program, {x.get(), scale.get()}, 2);
  EXPECT_THAT(Elements(results[0]), ElementsAre(14, 77));
  EXPECT_THAT(Elements(results[1]), ElementsAre(1, 4, 9, 16, 25, 36));
}

TEST(CProgramTest, ValuesAreDescribed) {
  const ContextPtr context = NewContext();
  const ProgramPtr program = Parsed(context, kMeanSquare);
  bl_program_info info = {};
  info.struct_size = sizeof info;
  ASSERT_DONE(bl_program_info_get(program.get(), &info));
  EXPECT_STREQ(info.name, "mean_square");
  EXPECT_EQ(info.n_inputs, 2u);
  EXPECT_EQ(info.n_outputs, 2u);
  EXPECT_EQ(info.n_symbols, 2u);
  bl_program_value value = {};
  value.struct_size = sizeof value;
  ASSERT_DONE(bl_program_input(program.get(), 0, &value));
  EXPECT_EQ(value.dtype, BL_FLOAT64);
  EXPECT_THAT(std::vector<int64_t>(value.shape, value.shape + value.ndim), ElementsAre(-1, -2));
  EXPECT_STREQ(value.name, "%0");
  ASSERT_DONE(bl_program_input(program.get(), 1, &value));
  EXPECT_TRUE(value.is_scalar);
  ASSERT_DONE(bl_program_output(program.get(), 0, &value));
  EXPECT_THAT(std::vector<int64_t>(value.shape, value.shape + value.ndim), ElementsAre(-1));
  EXPECT_THAT(Outcome(bl_program_output(program.get(), 2, &value)), Fails(BL_OUT_OF_RANGE));
}

TEST(CProgramTest, PrintedTextIsTheSameProgram) {
  const ContextPtr context = NewContext();
  const ProgramPtr program = Parsed(context, kMeanSquare);
  TextPtr once, twice;
  ASSERT_DONE(bl_program_text(program.get(), Into(once)));
  EXPECT_THAT(once.get(), HasSubstr("%0: f64[s0,s1]"));
  const ProgramPtr again = Parsed(context, once.get());
  ASSERT_DONE(bl_program_text(again.get(), Into(twice)));
  EXPECT_STREQ(once.get(), twice.get());
}

TEST(CProgramTest, FaultsOfTextHaveAPlace) {
  EXPECT_THAT(ParseOutcome(""), FailsAt("1:1", BL_INVALID_ARGUMENT, "expected 'graph'"));
  EXPECT_THAT(ParseOutcome("graph @f(%x: f64[n]) {\n  %1 = quadruple %x\n  return %1\n}"),
              FailsAt("2:8", BL_INVALID_ARGUMENT, "no operation 'quadruple'"));
  EXPECT_THAT(ParseOutcome("graph @f(%x: f64[3], %y: f64[4]) {\n  %1 = add %x, %y\n  return %1\n}"),
              FailsAt("2:8", BL_INVALID_ARGUMENT, "add"));
  EXPECT_THAT(ParseOutcome("graph @f(%x: f64[3]) {\n  return %y\n}"),
              FailsAt("2:10", BL_INVALID_ARGUMENT, "%y is not defined"));
  EXPECT_THAT(ParseOutcome("graph @f(%x: f64[3]) {\n\n   %1 = exp %x {axis=0}\n  return %1\n}"),
              FailsAt("3:9", BL_INVALID_ARGUMENT, "does not take the attribute axis"));
  EXPECT_THAT(ParseOutcome("graph @f(%x: f64[8]) {\n  %1 = slice %x {starts=[0], steps=[0], "
                           "sizes=[1]}\n  return %1\n}"),
              FailsAt("2:8", BL_INVALID_ARGUMENT, "a step is 0"));
  EXPECT_THAT(ParseOutcome("graph @f(%x: f64[n]) {\n  %1 = kernel %x {\n    graph @k(%0: f64[n]) "
                           "{\n      %1 = exp %0\n      return %1\n    }\n  }\n  return %1\n}"),
              FailsAt("2:8", BL_UNIMPLEMENTED, "kernel"));
}

TEST(CProgramTest, WhatDependsOnExtentsFailsAtItsLine) {
  const ContextPtr context = NewContext();
  const ProgramPtr program = Parsed(context,
                                    "graph @f(%x: f64[n]) {\n"
                                    "  %1 = exp %x\n"
                                    "  %2 = slice %1 {starts=[0], steps=[1], sizes=[4]}\n"
                                    "  return %2\n"
                                    "}\n");
  const ArrayPtr five = Doubles(context, {0, 0, 0, 0, 0}), three = Doubles(context, {0, 0, 0});
  EXPECT_THAT(Elements(Executed(program, {five.get()})[0]), ElementsAre(1, 1, 1, 1));
  bl_array* const input = three.get();
  bl_array* output = nullptr;
  EXPECT_THAT(Outcome(bl_program_execute(program.get(), &input, 1, &output, 1)),
              FailsAt("3:8", BL_INVALID_ARGUMENT, "slice leaves axis 0"));
  EXPECT_EQ(output, nullptr);
}

TEST(CProgramTest, InputsMustBeThoseOfTheText) {
  const ContextPtr context = NewContext();
  const ProgramPtr program =
      Parsed(context, "graph @f(%x: f64[n], %y: f64[n]) {\n  %1 = add %x, %y\n  return %1\n}");
  const ArrayPtr two = Doubles(context, {1, 2}), three = Doubles(context, {1, 2, 3}),
                 floats = Copied<float>(context, {1, 2}, BL_FLOAT32);
  bl_array* output = nullptr;
  bl_array* inputs[] = {two.get(), three.get()};
  EXPECT_THAT(Outcome(bl_program_execute(program.get(), inputs, 2, &output, 1)),
              FailsAt("1:22", BL_INVALID_ARGUMENT, "input 1 is f64[3], not f64[2]"));
  inputs[1] = floats.get();
  EXPECT_THAT(Outcome(bl_program_execute(program.get(), inputs, 2, &output, 1)),
              Fails(BL_INVALID_ARGUMENT, "input 1 is f32[2]"));
  EXPECT_THAT(Outcome(bl_program_execute(program.get(), inputs, 1, &output, 1)),
              Fails(BL_INVALID_ARGUMENT, "takes 2 inputs, not 1"));
  inputs[1] = two.get();
  EXPECT_THAT(Outcome(bl_program_execute(program.get(), inputs, 2, &output, 0)),
              Fails(BL_INVALID_ARGUMENT, "has 1 outputs, not 0"));
  const ContextPtr other = NewContext();
  const ArrayPtr foreign = Doubles(other, {1, 2});
  inputs[1] = foreign.get();
  EXPECT_THAT(Outcome(bl_program_execute(program.get(), inputs, 2, &output, 1)),
              Fails(BL_TYPE_ERROR, "two contexts"));
}

TEST(CProgramTest, ResultsGoWhereTheCallerWants) {
  const ContextPtr context = NewContext();
  const ProgramPtr program =
      Parsed(context, "graph @f(%x: f64[n]) {\n  %1 = negative %x\n  return %1, %1, %x\n}");
  const ArrayPtr x = Doubles(context, {1, 2});
  const ArrayPtr target = Doubles(context, {0, 0}), small = Doubles(context, {0});
  bl_array* const input = x.get();
  bl_array* outputs[] = {target.get(), nullptr, nullptr};
  ASSERT_DONE(bl_program_execute(program.get(), &input, 1, outputs, 3));
  const ArrayPtr second(outputs[1]), third(outputs[2]);
  EXPECT_EQ(outputs[0], target.get());
  EXPECT_THAT(Elements(target), ElementsAre(-1, -2));
  ASSERT_DONE(bl_array_assign(target.get(), nullptr, 0, bl_value_int(0)));
  ASSERT_DONE(bl_array_assign(third.get(), nullptr, 0, bl_value_int(0)));
  EXPECT_THAT(Elements(second), ElementsAre(-1, -2));  // nobody else's
  EXPECT_THAT(Elements(x), ElementsAre(1, 2));
  bl_array* wrong[] = {small.get(), nullptr, nullptr};
  EXPECT_THAT(Outcome(bl_program_execute(program.get(), &input, 1, wrong, 3)),
              Fails(BL_INVALID_ARGUMENT, "outputs[0] is f64[1], not f64[2]"));
  EXPECT_EQ(wrong[1], nullptr);
}

TEST(CProgramTest, CompilesAhead) {
  const ContextPtr context = NewContext();
  const ProgramPtr program = Parsed(context, kMeanSquare);
  const bl_argument x = ArgumentOf(BL_FLOAT64, {300, 500}), scale = ArgumentOf(BL_FLOAT64, {});
  const bl_argument* const arguments[] = {&x, &scale};
  ASSERT_DONE(bl_program_compile(program.get(), arguments, 2));
  const int64_t compiled = Compiles(context);
  EXPECT_GT(compiled, 0);
  const ArrayPtr ones = Doubles(context, std::vector<double>(300 * 500, 1.0), {300, 500});
  ArrayPtr two;
  ASSERT_DONE(bl_array_full(context.get(), bl_value_real(2), BL_FLOAT64, 0, nullptr, Into(two)));
  ASSERT_DONE(bl_eval(std::vector<bl_array*>{two.get()}.data(), 1));
  const int64_t before = Compiles(context);
  EXPECT_EQ(Elements(Executed(program, {ones.get(), two.get()}, 2)[0])[299], 2);
  EXPECT_EQ(Compiles(context), before);
}

TEST(CProgramTest, LargeArgumentsCostNothingToLookAt) {
  const ContextPtr context = NewContext();
  const ProgramPtr program =
      Parsed(context, "graph @f(%x: f32[n,m]) {\n  %1 = sum %x {axes=[0]}\n  return %1\n}");
  const bl_argument x = ArgumentOf(BL_FLOAT32, {1 << 20, 1 << 14});  // 64 GiB
  const bl_argument* const arguments[] = {&x};
  TextPtr text;
  ASSERT_DONE(bl_program_explain(program.get(), arguments, 1, Into(text)));
  EXPECT_THAT(text.get(), HasSubstr("64"));
}

TEST(CProgramTest, EveryStageCanBeSeen) {
  const ContextPtr context = NewContext();
  const ProgramPtr program = Parsed(context, kMeanSquare);
  const bl_argument x = ArgumentOf(BL_FLOAT64, {30, 50}), scale = ArgumentOf(BL_FLOAT64, {});
  const bl_argument* const arguments[] = {&x, &scale};
  const auto dump = [&](const char* what) {
    TextPtr text;
    EXPECT_DONE(bl_program_dump(program.get(), arguments, 2, what, Into(text)));
    return std::string(text == nullptr ? "" : text.get());
  };
  EXPECT_THAT(dump("trace"), HasSubstr("mean"));
  EXPECT_THAT(dump("decompose"), HasSubstr("divide"));
  EXPECT_THAT(dump("fuse"), HasSubstr("kernel"));
  EXPECT_THAT(dump("plan"), HasSubstr("slots"));
  EXPECT_THAT(dump("llvm"), HasSubstr("define"));
  EXPECT_THAT(dump("assembly"), HasSubstr("ret"));
  TextPtr text;
  EXPECT_THAT(Outcome(bl_program_dump(program.get(), arguments, 2, "x-ray", Into(text))),
              Fails(BL_NOT_FOUND, "fuse"));
}

TEST(CProgramTest, SymbolsThatNoInputHasAreGiven) {
  const ContextPtr context = NewContext();
  const ProgramPtr program = Parsed(context,
                                    "graph @f(%x: f64[n]) {\n"
                                    "  %1 = iota {shape=[k], axis=0}\n"
                                    "  %2 = sum %1 {axes=[0]}\n"
                                    "  %3 = add %x, %2\n"
                                    "  return %3\n"
                                    "}\n");
  const ArrayPtr x = Doubles(context, {1, 2});
  bl_array* const input = x.get();
  bl_array* output = nullptr;
  EXPECT_THAT(Outcome(bl_program_execute(program.get(), &input, 1, &output, 1)),
              Fails(BL_INVALID_ARGUMENT, "s0"));
  ProgramPtr special;
  const int64_t extents[] = {BL_ABSENT, 5}, negative[] = {-1, 5};
  ASSERT_DONE(bl_program_specialize(program.get(), extents, 2, Into(special)));
  EXPECT_THAT(Elements(Executed(special, {x.get()})[0]), ElementsAre(11, 12));
  EXPECT_THAT(Outcome(bl_program_specialize(program.get(), negative, 2, Into(special))),
              Fails(BL_INVALID_ARGUMENT, "negative"));
  EXPECT_THAT(Outcome(bl_program_specialize(program.get(), extents, 1, Into(special))),
              Fails(BL_INVALID_ARGUMENT, "has 2 symbols, not 1"));
}

TEST(CProgramTest, PendingArraysBecomePrograms) {
  const ContextPtr context = NewContext();
  ASSERT_DONE(bl_source_set("pending.c:7"));
  const ArrayPtr x = Doubles(context, {1, 2, 3});
  const ArrayPtr scaled = Called(context, "multiply", {Of(x), bl_value_real(2.5)});
  const ArrayPtr sum = Called(context, "sum", {Of(scaled)});
  ASSERT_DONE(bl_source_set(nullptr));
  ProgramPtr program;
  bl_value inputs = bl_value_none();
  bl_array* const outputs[] = {sum.get()};
  ASSERT_DONE(bl_program_capture(outputs, 1, Into(program), &inputs));
  ASSERT_EQ(inputs.kind, BL_TUPLE);
  ASSERT_EQ(inputs.as.sequence.count, 2u);
  EXPECT_FALSE(InfoOf(sum).is_evaluated);
  TextPtr text, of_arrays;
  ASSERT_DONE(bl_program_text(program.get(), Into(text)));
  ASSERT_DONE(bl_arrays_text(outputs, 1, Into(of_arrays)));
  EXPECT_STREQ(text.get(), of_arrays.get());
  EXPECT_THAT(text.get(), HasSubstr("%1: scalar f64"));
  std::vector<bl_array*> arrays;
  for (size_t i = 0; i < 2; ++i) arrays.push_back(inputs.as.sequence.items[i].as.array);
  EXPECT_THAT(Elements(Executed(program, arrays)[0]), ElementsAre(15));
  const ArrayPtr other = Doubles(context, {10, 20, 30});
  EXPECT_THAT(Elements(Executed(program, {other.get(), arrays[1]})[0]), ElementsAre(150));
  bl_value_release(&inputs);
}

TEST(CProgramTest, SeveralThreadsRunOneProgram) {
  const ContextPtr context = NewContext();
  const ProgramPtr program =
      Parsed(context, "graph @f(%x: f64[n]) {\n  %1 = exp %x\n  return %1\n}");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        const ArrayPtr x = Doubles(context, std::vector<double>(100 + round % 3, i));
        EXPECT_NEAR(Elements(Executed(program, {x.get()})[0])[99], std::exp(i), 1e-9);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(CProgramTest, IndicesOutOfBoundsAreFound) {
  const ContextPtr context = NewContext();
  const ProgramPtr program =
      Parsed(context, "graph @f(%x: f64[n], %i: i64[k]) {\n  %1 = gather %x, %i\n  return %1\n}");
  const ArrayPtr x = Doubles(context, {1, 2, 3});
  const ArrayPtr good = Copied<int64_t>(context, {2, -3}, BL_INT64);
  const ArrayPtr bad = Copied<int64_t>(context, {0, 3}, BL_INT64);
  EXPECT_THAT(Elements(Executed(program, {x.get(), good.get()})[0]), ElementsAre(3, 1));
  bl_array* inputs[] = {x.get(), bad.get()};
  bl_array* output = nullptr;
  EXPECT_THAT(Outcome(bl_program_execute(program.get(), inputs, 2, &output, 1)),
              Fails(BL_OUT_OF_RANGE, "@f:2:8"));
}

}  // namespace
}  // namespace broadloom::testing

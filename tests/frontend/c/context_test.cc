// Contexts, errors and functions by name of the C interface: what goes wrong, and how it is told.
#include <atomic>
#include <cstring>
#include <thread>

#include "tests/frontend/c/testing.h"

namespace broadloom::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Outcome CallOutcome(const ContextPtr& context, const char* name,
                    const std::vector<bl_value>& arguments,
                    const std::vector<bl_keyword>& keywords = {}) {
  ArrayPtr result;
  return bl_call_array(context.get(), name, arguments.data(), arguments.size(), keywords.data(),
                       keywords.size(), Into(result));
}

Outcome EvalOutcome(const ArrayPtr& array) {
  bl_array* const raw = array.get();
  return bl_eval(&raw, 1);
}

TEST(CContextTest, OptionsAreRead) {
  bl_options options = {};
  options.struct_size = sizeof options;
  options.threads = 3;
  options.memory_budget = 1 << 20;
  options.interpret = 1;
  const ContextPtr context = NewContext(&options);
  int32_t threads = 0;
  int64_t budget = 0;
  ASSERT_DONE(bl_threads_get(context.get(), &threads));
  ASSERT_DONE(bl_memory_budget_get(context.get(), &budget));
  EXPECT_EQ(threads, 3);
  EXPECT_EQ(budget, 1 << 20);
  ASSERT_DONE(bl_threads_set(context.get(), 1));
  ASSERT_DONE(bl_memory_budget_set(context.get(), 0));
  ASSERT_DONE(bl_threads_get(context.get(), &threads));
  ASSERT_DONE(bl_memory_budget_get(context.get(), &budget));
  EXPECT_EQ(threads, 1);
  EXPECT_EQ(budget, 0);
  EXPECT_THAT(Elements(Called(context, "exp", {Of(Doubles(context, {0}))})), ElementsAre(1));
}

TEST(CContextTest, WrongOptionsAreRefused) {
  ContextPtr context;
  const auto outcome = [&](auto set) {
    bl_options options = {};
    options.struct_size = sizeof options;
    set(options);
    return Outcome(bl_context_new(&options, Into(context)));
  };
  EXPECT_THAT(outcome([](bl_options& o) { o.threads = -1; }), Fails(BL_INVALID_ARGUMENT));
  EXPECT_THAT(outcome([](bl_options& o) { o.fast = 2; }), Fails(BL_INVALID_ARGUMENT, "fast is 2"));
  EXPECT_THAT(outcome([](bl_options& o) { o.vector_bytes = 7; }), Fails(BL_INVALID_ARGUMENT));
  EXPECT_THAT(outcome([](bl_options& o) { o.struct_size = 0; }),
              Fails(BL_INVALID_ARGUMENT, "struct_size is 0"));
  EXPECT_EQ(context, nullptr);
}

TEST(CContextTest, StructuresOfOtherVersionsAreTaken) {
  struct Newer {
    bl_options known;
    int64_t unknown;
  } newer = {};
  newer.known.struct_size = sizeof newer;
  ContextPtr context;
  EXPECT_DONE(bl_context_new(&newer.known, Into(context)));  // nothing new is asked for
  newer.unknown = 1;
  EXPECT_THAT(Outcome(bl_context_new(&newer.known, Into(context))), Fails(BL_UNIMPLEMENTED));
  bl_options older = {};
  older.struct_size = offsetof(bl_options, memory_budget);
  older.threads = 2;
  older.memory_budget = -77;  // beyond what the caller knows
  EXPECT_DONE(bl_context_new(&older, Into(context)));
  bl_memory_info info = {};
  info.struct_size = offsetof(bl_memory_info, cached);
  info.cached = -5;
  EXPECT_DONE(bl_memory_info_get(context.get(), &info));
  EXPECT_EQ(info.cached, -5);
}

TEST(CContextTest, NullIsAnErrorEverywhere) {
  const auto is_refused = [](bl_error* error) {
    return Outcome(error).code == BL_INVALID_ARGUMENT;
  };
  bl_value value = bl_value_none();
  ContextPtr context = NewContext();
  EXPECT_TRUE(is_refused(bl_context_new(nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_context_default(nullptr)));
  EXPECT_TRUE(is_refused(bl_context_cancel(nullptr)));
  EXPECT_TRUE(is_refused(bl_threads_set(nullptr, 1)));
  EXPECT_TRUE(is_refused(bl_threads_get(context.get(), nullptr)));
  EXPECT_TRUE(is_refused(bl_memory_budget_set(nullptr, 1)));
  EXPECT_TRUE(is_refused(bl_memory_budget_get(nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_memory_info_get(context.get(), nullptr)));
  EXPECT_TRUE(is_refused(bl_memory_peak_reset(nullptr)));
  EXPECT_TRUE(is_refused(bl_cache_info_get(context.get(), nullptr)));
  EXPECT_TRUE(is_refused(bl_cache_clear(nullptr)));
  EXPECT_TRUE(is_refused(bl_broadcast_warnings_set(context.get(), nullptr)));
  EXPECT_TRUE(is_refused(bl_broadcast_warnings_get(context.get(), nullptr)));
  EXPECT_TRUE(is_refused(bl_precision_warnings_set(nullptr, 1)));
  EXPECT_TRUE(is_refused(bl_float_errors_set(nullptr)));
  EXPECT_TRUE(is_refused(bl_float_errors_get(nullptr)));
  EXPECT_TRUE(
      is_refused(bl_array_copy(nullptr, nullptr, BL_FLOAT64, 0, nullptr, nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_array_lend(context.get(), nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_array_full(context.get(), value, 0, 0, nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_array_info_get(nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_array_data(nullptr, nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_array_read(nullptr, nullptr, 0)));
  EXPECT_TRUE(is_refused(bl_array_item(nullptr, &value)));
  EXPECT_TRUE(is_refused(bl_array_index(nullptr, nullptr, 0, nullptr)));
  EXPECT_TRUE(is_refused(bl_array_assign(nullptr, nullptr, 0, value)));
  EXPECT_TRUE(is_refused(bl_eval(nullptr, 1)));
  EXPECT_TRUE(is_refused(bl_explain(nullptr, 1, nullptr)));
  EXPECT_TRUE(is_refused(bl_array_to_dlpack(nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_array_from_dlpack(context.get(), nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_call(context.get(), nullptr, nullptr, 0, nullptr, 0, &value)));
  EXPECT_TRUE(is_refused(bl_call(context.get(), "exp", nullptr, 1, nullptr, 0, &value)));
  EXPECT_TRUE(is_refused(bl_call_array(context.get(), "exp", nullptr, 0, nullptr, 1, nullptr)));
  EXPECT_TRUE(is_refused(bl_function_count(nullptr)));
  EXPECT_TRUE(is_refused(bl_function_at(0, nullptr)));
  EXPECT_TRUE(is_refused(bl_function_find(nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_program_parse(context.get(), nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_program_capture(nullptr, 0, nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_program_text(nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_arrays_text(nullptr, 0, nullptr)));
  EXPECT_TRUE(is_refused(bl_program_info_get(nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_program_input(nullptr, 0, nullptr)));
  EXPECT_TRUE(is_refused(bl_program_output(nullptr, 0, nullptr)));
  EXPECT_TRUE(is_refused(bl_program_specialize(nullptr, nullptr, 0, nullptr)));
  EXPECT_TRUE(is_refused(bl_program_compile(nullptr, nullptr, 0)));
  EXPECT_TRUE(is_refused(bl_program_explain(nullptr, nullptr, 0, nullptr)));
  EXPECT_TRUE(is_refused(bl_program_dump(nullptr, nullptr, 0, nullptr, nullptr)));
  EXPECT_TRUE(is_refused(bl_program_execute(nullptr, nullptr, 0, nullptr, 0)));
  EXPECT_DONE(bl_warning_handler_set(nullptr, nullptr));
  EXPECT_EQ(bl_array_retain(nullptr), nullptr);
  bl_context_release(nullptr);
  bl_array_release(nullptr);
  bl_program_release(nullptr);
  bl_value_release(nullptr);
  bl_text_free(nullptr);
}

TEST(CContextTest, EachKindOfErrorIsTold) {
  const ContextPtr context = NewContext();
  const ArrayPtr x = Doubles(context, {1, 2, 3, 4}, {2, 2});
  const ArrayPtr bytes = Copied<int8_t>(context, {1, 2}, BL_INT8);
  EXPECT_THAT(CallOutcome(context, "reshape", {Of(x), bl_value_int(3)}),
              Fails(BL_INVALID_ARGUMENT));
  EXPECT_THAT(CallOutcome(context, "bitwise_and", {Of(x), Of(x)}), Fails(BL_TYPE_ERROR));
  EXPECT_THAT(CallOutcome(context, "sum", {Of(x), bl_value_int(5)}), Fails(BL_AXIS, "5"));
  EXPECT_THAT(CallOutcome(context, "add", {Of(bytes), bl_value_int(1000)}), Fails(BL_OVERFLOW));
  EXPECT_THAT(CallOutcome(context, "exponential", {Of(x)}), Fails(BL_NOT_FOUND, "exp"));
  const ArrayPtr singular = Called(context, "zeros_like", {Of(x)});
  const Outcome inverse = CallOutcome(context, "linalg.inv", {Of(singular)});
  EXPECT_THAT(inverse, Fails(BL_LINALG));
}

TEST(CContextTest, BudgetsHold) {
  const ContextPtr context = NewContext();
  ASSERT_DONE(bl_memory_budget_set(context.get(), 1 << 20));
  ArrayPtr large;
  const int64_t shape[] = {1 << 20};
  ASSERT_DONE(bl_array_full(context.get(), bl_value_real(3), BL_NO_DTYPE, 1, shape, Into(large)));
  EXPECT_THAT(EvalOutcome(large), Fails(BL_MEMORY_BUDGET, "8"));
  EXPECT_FALSE(InfoOf(large).is_evaluated);
  ASSERT_DONE(bl_memory_budget_set(context.get(), 0));
  EXPECT_THAT(EvalOutcome(large), Fails(BL_OK));
  bl_memory_info info = {};
  info.struct_size = sizeof info;
  ASSERT_DONE(bl_memory_info_get(context.get(), &info));
  EXPECT_GE(info.live, 8 << 20);
  EXPECT_THAT(Outcome(bl_memory_budget_set(context.get(), -1)), Fails(BL_INVALID_ARGUMENT));
}

TEST(CContextTest, FloatErrorsAreRaisedWhereAsked) {
  const ContextPtr context = NewContext();
  bl_float_errors raise = {}, before = {};
  raise.struct_size = before.struct_size = sizeof raise;
  ASSERT_DONE(bl_float_errors_get(&before));
  EXPECT_EQ(before.divide, BL_IGNORE);
  raise.divide = BL_RAISE;
  ASSERT_DONE(bl_float_errors_set(&raise));
  const ArrayPtr x = Doubles(context, {1, 2});
  EXPECT_THAT(CallOutcome(context, "divide", {Of(x), bl_value_int(0)}),
              Fails(BL_FLOATING_POINT, "divide by zero"));
  ASSERT_DONE(bl_float_errors_set(&before));
  EXPECT_THAT(CallOutcome(context, "divide", {Of(x), bl_value_int(0)}), Fails(BL_OK));
  raise.over = 9;
  EXPECT_THAT(Outcome(bl_float_errors_set(&raise)), Fails(BL_INVALID_ARGUMENT, "action 9"));
}

TEST(CContextTest, LargeBroadcastsWarnOrFail) {
  const ContextPtr context = NewContext();
  bl_broadcast_warnings warnings = {};
  warnings.struct_size = sizeof warnings;
  ASSERT_DONE(bl_broadcast_warnings_get(context.get(), &warnings));
  EXPECT_EQ(warnings.action, BL_WARN);
  EXPECT_EQ(warnings.times, 8);
  warnings.action = BL_RAISE;
  warnings.bytes = 1000;
  ASSERT_DONE(bl_broadcast_warnings_set(context.get(), &warnings));
  const ArrayPtr column = Doubles(context, std::vector<double>(100, 1), {100, 1});
  const ArrayPtr row = Doubles(context, std::vector<double>(100, 1));
  const ArrayPtr outer = Called(context, "add", {Of(column), Of(row)});
  EXPECT_THAT(EvalOutcome(outer), Fails(BL_BROADCAST));
  warnings.action = BL_WARN;
  ASSERT_DONE(bl_broadcast_warnings_set(context.get(), &warnings));
  std::string heard;
  const auto stop = [](void* text, bl_warning_kind kind, const char* message, const char*) {
    *static_cast<std::string*>(text) = message;
    return kind == BL_WARNING_BROADCAST ? 1 : 0;
  };
  ASSERT_DONE(bl_warning_handler_set(stop, &heard));
  EXPECT_THAT(EvalOutcome(outer), Fails(BL_CANCELLED));
  EXPECT_THAT(heard, HasSubstr("100"));
  ASSERT_DONE(bl_warning_handler_set(
      [](void*, bl_warning_kind, const char*, const char*) { return 0; }, nullptr));
  EXPECT_THAT(EvalOutcome(outer), Fails(BL_OK));
  ASSERT_DONE(bl_warning_handler_set(nullptr, nullptr));
}

TEST(CContextTest, LostDigitsWarnWhereAsked) {
  const ContextPtr context = NewContext();
  const ArrayPtr x = Copied<int64_t>(context, {1, 2}, BL_INT64);
  std::vector<bl_warning_kind> heard;
  const auto hear = [](void* kinds, bl_warning_kind kind, const char*, const char*) {
    static_cast<std::vector<bl_warning_kind>*>(kinds)->push_back(kind);
    return 0;
  };
  ASSERT_DONE(bl_warning_handler_set(hear, &heard));
  Called(context, "sqrt", {Of(x)});
  EXPECT_THAT(heard, ElementsAre());
  ASSERT_DONE(bl_precision_warnings_set(context.get(), 1));
  Called(context, "sqrt", {Of(x)});
  EXPECT_THAT(heard, ElementsAre(BL_WARNING_PRECISION));
  ASSERT_DONE(bl_warning_handler_set(nullptr, nullptr));
}

TEST(CContextTest, AnotherThreadCancels) {
  bl_options options = {};
  options.struct_size = sizeof options;
  options.threads = 1;
  const ContextPtr context = NewContext(&options);
  std::atomic<bool> ended = false;
  std::thread canceller([&] {
    while (!ended) bl_error_free(bl_context_cancel(context.get()));
  });
  const ArrayPtr x = Doubles(context, std::vector<double>(1 << 16, 0.5));
  ArrayPtr y = Called(context, "expand_dims", {Of(x), bl_value_int(1)});
  y = Called(context, "add", {Of(y), Of(Doubles(context, std::vector<double>(1 << 12, 0.5)))});
  for (int i = 0; i < 10; ++i) y = Called(context, "sin", {Of(y)});
  y = Called(context, "sum", {Of(y)});
  EXPECT_THAT(EvalOutcome(y), Fails(BL_CANCELLED));
  ended = true;
  canceller.join();
  EXPECT_FALSE(InfoOf(y).is_evaluated);
}

TEST(CContextTest, ContextsDoNotMix) {
  const ContextPtr one = NewContext(), other = NewContext();
  const ArrayPtr x = Doubles(one, {1}), y = Doubles(other, {1});
  EXPECT_THAT(CallOutcome(one, "add", {Of(x), Of(y)}), Fails(BL_TYPE_ERROR, "two contexts"));
  bl_array* const both[] = {x.get(), y.get()};
  EXPECT_THAT(Outcome(bl_eval(both, 2)), Fails(BL_TYPE_ERROR, "two contexts"));
  EXPECT_THAT(Outcome(bl_array_assign(x.get(), nullptr, 0, Of(y))), Fails(BL_TYPE_ERROR));
}

TEST(CContextTest, TheDefaultContextIsOne) {
  ContextPtr one, two;
  ASSERT_DONE(bl_context_default(Into(one)));
  ASSERT_DONE(bl_context_default(Into(two)));
  const ArrayPtr x = Doubles(one, {1}), y = Doubles(two, {2});
  one.reset();
  EXPECT_THAT(Elements(Called(two, "add", {Of(x), Of(y)})), ElementsAre(3));
}

TEST(CContextTest, ErrorsNameTheCallersLine) {
  const ContextPtr context = NewContext();
  ASSERT_DONE(bl_source_set("main.c:12"));
  EXPECT_THAT(CallOutcome(context, "exp", {}), FailsAt("main.c:12", BL_TYPE_ERROR, "exp"));
  ASSERT_DONE(bl_source_set(nullptr));
  EXPECT_THAT(CallOutcome(context, "exp", {}), FailsAt("", BL_TYPE_ERROR));
}

TEST(CContextTest, FunctionsAreListed) {
  size_t count = 0;
  ASSERT_DONE(bl_function_count(&count));
  EXPECT_GT(count, 100u);
  bl_function_info info = {};
  info.struct_size = sizeof info;
  std::string last;
  for (size_t i = 0; i < count; ++i) {
    ASSERT_DONE(bl_function_at(i, &info));
    EXPECT_LT(last, info.name);
    EXPECT_EQ(std::strncmp(info.signature, info.name, std::strlen(info.name)), 0);
    last = info.name;
  }
  EXPECT_THAT(Outcome(bl_function_at(count, &info)), Fails(BL_OUT_OF_RANGE));
  ASSERT_DONE(bl_function_find("absolute", &info));  // another name of it
  EXPECT_STREQ(info.name, "abs");
  EXPECT_THAT(Outcome(bl_function_find("abss", &info)), Fails(BL_NOT_FOUND, "abs"));
}

TEST(CContextTest, ValuesOfAllKindsArePassed) {
  const ContextPtr context = NewContext();
  const ArrayPtr x = Doubles(context, {3, 1, 2});
  const ArrayPtr sum = Called(context, "sum", {Of(x)}, {{"dtype", bl_value_dtype(BL_FLOAT32)}});
  EXPECT_EQ(InfoOf(sum).dtype, BL_FLOAT32);
  const bl_value parts[] = {Of(x), Of(x)};
  EXPECT_EQ(InfoOf(Called(context, "concat", {bl_value_tuple(parts, 2)})).size, 6);
  bl_value result = bl_value_none();
  const bl_value arguments[] = {Of(x), bl_value_int(2)};
  ASSERT_DONE(bl_call(context.get(), "divmod", arguments, 2, nullptr, 0, &result));
  EXPECT_EQ(result.kind, BL_TUPLE);
  EXPECT_EQ(result.as.sequence.count, 2u);
  bl_value_release(&result);
  EXPECT_EQ(result.kind, BL_NONE);
  ASSERT_DONE(bl_call(context.get(), "ndim", arguments, 1, nullptr, 0, &result));
  EXPECT_EQ(result.kind, BL_INT);
  EXPECT_THAT(CallOutcome(context, "ndim", {Of(x)}), Fails(BL_TYPE_ERROR, "not an array"));
  bl_value unknown = bl_value_none();
  unknown.kind = 1234;
  EXPECT_THAT(CallOutcome(context, "exp", {unknown}), Fails(BL_INVALID_ARGUMENT, "1234"));
  bl_value endless = bl_value_none();
  endless = bl_value_tuple(&endless, 1);
  EXPECT_THAT(CallOutcome(context, "concat", {endless}), Fails(BL_INVALID_ARGUMENT, "nested"));
}

TEST(CContextTest, MemoryThatCannotBeHadIsAnError) {
  const ContextPtr context = NewContext();
  ProgramPtr program;
  ASSERT_DONE(bl_program_parse(context.get(),
                               "graph @f(%x: f64[n]) {\n  %1 = sum %x {axes=[0]}\n  return %1\n}",
                               Into(program)));
  const int64_t shape[] = {int64_t{1} << 58};
  bl_argument argument = {};
  argument.struct_size = sizeof argument;
  argument.dtype = BL_FLOAT64;
  argument.ndim = 1;
  argument.shape = shape;
  const bl_argument* const arguments[] = {&argument};
  EXPECT_THAT(Outcome(bl_program_compile(program.get(), arguments, 1)), Fails(BL_OUT_OF_MEMORY));
}

}  // namespace
}  // namespace broadloom::testing

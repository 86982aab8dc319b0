// Evaluation: plans, publication, the guard, warnings, threads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "frontend/array.h"
#include "tests/frontend/array_testing.h"

namespace broadloom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class EvaluateTest : public ::testing::TestWithParam<bool> {
 protected:
  Array A(std::initializer_list<double> values) { return array(values, context()); }
  Array Zeros(const Sizes& shape) { return zeros(shape, DataType::float64, context()); }
  Context* context() { return context_.get(); }

  std::shared_ptr<Context> context_ = MakeTestContext(GetParam());
};
INSTANTIATE_TEST_SUITE_P(InterpretedAndCompiled, EvaluateTest, ::testing::Bool());

std::string ErrorOf(const std::function<void()>& f, ErrorCode code) {
  try {
    f();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  return "no error";
}

TEST_P(EvaluateTest, SeveralTogetherAndTwice) {
  const Array x = A({1, 2, 3}), y = x * 2, z = sum(y);
  eval({y, z, y, x});
  EXPECT_TRUE(y.is_evaluated() && z.is_evaluated());
  EXPECT_THAT(y.to_vector<double>(), ElementsAre(2, 4, 6));
  EXPECT_EQ(z.item<double>(), 12);
  const void* data = y.data();
  y.eval();
  EXPECT_EQ(y.data(), data);
}

TEST_P(EvaluateTest, ANewNumberOrExtentIsAHit) {
  (A({1, 2, 3}) * 2.0 + 1.0).eval();
  const CacheInfo before = cache_info(context());
  EXPECT_THAT((A({1, 2, 3, 4}) * 3.0 + 0.5).to_vector<double>(), ElementsAre(3.5, 6.5, 9.5, 12.5));
  const CacheInfo after = cache_info(context());
  EXPECT_EQ(after.hits, before.hits + 1);
  EXPECT_EQ(after.compiles, before.compiles);
}

TEST_P(EvaluateTest, OutputsThatAreViewsOrNumbers) {
  const Array x = A({1, 2, 3, 4, 5, 6}).reshape({2, 3});
  EXPECT_THAT((x * 2).transpose().to_vector<double>(), ElementsAre(2, 8, 4, 10, 6, 12));
  EXPECT_THAT(broadcast_to(scalar(4.0, DataType::float64, context()), {2}).to_vector<double>(),
              ElementsAre(4, 4));
  EXPECT_EQ((Zeros({0, 3}) + 1).size(), 0);
  EXPECT_THAT(sum(Zeros({0, 3}), 0).to_vector<double>(), ElementsAre(0, 0, 0));
  EXPECT_THAT(arange(0, 3, 1, {}, context()).to_vector<int64_t>(), ElementsAre(0, 1, 2));
}

TEST_P(EvaluateTest, AChainOfAHundredThousand) {
  Array x = A({1, 2});
  for (int i = 0; i < 100000; ++i) x = x + 1.0;
  if (GetParam()) {
    EXPECT_THAT(x.to_vector<double>(), ElementsAre(100001, 100002));
  }
  x = Array();
}

TEST_P(EvaluateTest, TheGuardRefusesAndNamesTheCulprit) {
  const Array column = Zeros({1000000, 1}), row = Zeros({1, 1000000});
  eval({column, row});
  set_memory_budget(int64_t{1} << 30, context());
  set_source("script.py:12");
  const Array sum_of_both = column + row, result = exp(sum_of_both);
  set_source("");
  const MemoryUse before = memory_info(context());
  const std::string text = ErrorOf([&] { result.eval(); }, ErrorCode::memory_budget);
  for (const char* part :
       {"add", "script.py:12", "float64[1000000,1000000]", "8000000000000 bytes", "7.28 TiB",
        "float64[1000000,1] and float64[1,1000000]", "1073741824 bytes (1 GiB)", "memory_budget"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_EQ(memory_info(context()).live, before.live);
  EXPECT_EQ(memory_info(context()).peak, before.peak);
  EXPECT_FALSE(result.is_evaluated());
  EXPECT_EQ((result[{3, 4}].item<double>()), 1.0) << "one cell of it fits";
}

TEST_P(EvaluateTest, BudgetIsGivenBack) {
  set_memory_budget(1 << 20, context());
  for (int i = 0; i < 100; ++i) (Zeros({60000}) + 1.0).eval();
  ErrorOf([&] { (Zeros({200000}) + 1.0).eval(); }, ErrorCode::memory_budget);
}

TEST_P(EvaluateTest, BroadcastsThatAreStoredWarn) {
  std::vector<std::string> messages;
  set_warning_handler([&](WarningKind, const std::string& message, const std::string&) {
    messages.push_back(message);
  });
  set_broadcast_warnings({BroadcastWarnings::Action::warn, 8, 1000}, context());
  const Array column = Zeros({40, 1}).eval(), row = Zeros({40}).eval();
  (column + row).eval();
  sum(column + row).eval();
  Zeros({50, 50}).eval();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_THAT(
      messages[0],
      HasSubstr("float64[40,40] takes 12.5 KiB, broadcast from float64[40,1] and float64[40]"));
  set_broadcast_warnings({BroadcastWarnings::Action::raise, 8, 1000}, context());
  ErrorOf([&] { (column - row).eval(); }, ErrorCode::broadcast);
  set_warning_handler(nullptr);
}

TEST_P(EvaluateTest, ThreadsBuildAndEvaluateAtOnce) {
  const Array x = A({1, 2, 3, 4}), shared = x * 2 + 1;
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const Array y = shared + static_cast<double>(t);
        wrong += y.to_vector<double>()[3] != 9.0 + t;
        wrong += sum(shared * y).item<double>() <= 0;
        Array mine = shared;
        mine.eval();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

// Called again and again until it meets one that runs; those that begin later are not stopped.
TEST(CancelTest, CancelledEvaluationsLeaveEverythingAsItWas) {
  const std::shared_ptr<Context> context = make_context(Options{.threads = 2});
  const Array x = zeros({1 << 16}, DataType::float64, context.get());
  Array stopped;
  std::atomic<bool> done{false};
  std::thread evaluating([&] {
    while (!done) {
      const Array y = exp(x) + 1.0;
      if (ErrorOf([&] { y.eval(); }, ErrorCode::cancelled) == "no error") continue;
      stopped = y;
      done = true;
    }
  });
  while (!done) cancel_evaluations(context.get());
  evaluating.join();
  EXPECT_FALSE(stopped.is_evaluated());
  EXPECT_EQ(stopped[{0}].item<double>(), 2);
}

TEST_P(EvaluateTest, ContextsCanBeLookedAtAndSet) {
  set_num_threads(3, context());
  EXPECT_EQ(num_threads(context()), 3);
  for (int wrong : {-1, 100'000})
    EXPECT_THAT(ErrorOf([&] { set_num_threads(wrong, context()); }, ErrorCode::invalid_argument),
                HasSubstr("threads"));
  set_num_threads(0, context());
  EXPECT_GT(num_threads(context()), 0);
  set_memory_budget(1 << 20, context());
  EXPECT_EQ(memory_budget(context()), 1 << 20);
  set_memory_budget(-1, context());
  EXPECT_EQ(memory_budget(context()), -1);
  EXPECT_THAT(ErrorOf([&] { set_memory_budget(-2, context()); }, ErrorCode::invalid_argument),
              HasSubstr("bytes, or -1"));
  set_broadcast_warnings({BroadcastWarnings::Action::raise, 2, 100}, context());
  EXPECT_EQ(broadcast_warnings(context()).bytes, 100);
  (A({1, 2}) + 1.0).eval();
  EXPECT_GT(cache_info(context()).kernels + GetParam(), 0);
  cache_clear(context());
  EXPECT_EQ(cache_info(context()).kernels, 0);
  const int64_t peak = memory_info(context()).peak;
  reset_peak(context());
  EXPECT_LT(memory_info(context()).peak, peak);
}

TEST_P(EvaluateTest, ExplainComputesNothing) {
  const Array x = A({1, 2, 3, 4}), y = sum(exp(x) * 2.0);
  const std::string text = explain({y});
  for (const char* part : {"inputs", "float64[4]", "outputs", "sum float64[]", "steps", "exp",
                           "NumPy: 64 bytes at the peak"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_FALSE(y.is_evaluated());
  EXPECT_EQ(cache_info(context()).compiles, 0);
  y.eval();
  EXPECT_THAT(explain({y}), HasSubstr("evaluated already"));
}

}  // namespace
}  // namespace broadloom

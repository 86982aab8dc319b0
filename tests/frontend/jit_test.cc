// jit: functions that are traced once; Python's tests have the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "frontend/array.h"
#include "frontend/errstate.h"
#include "tests/frontend/array_testing.h"

namespace broadloom {
namespace {

using ::testing::ElementsAre;

class JitTest : public ::testing::TestWithParam<bool> {
 protected:
  Array A(std::initializer_list<double> values) { return array(values, context_.get()); }

  std::shared_ptr<Context> context_ = MakeTestContext(GetParam());
};
INSTANTIATE_TEST_SUITE_P(InterpretedAndCompiled, JitTest, ::testing::Bool());

TEST_P(JitTest, CallsTheFunctionOnceForEachShape) {
  int calls = 0;
  const ArrayFunction f = jit([&](const std::vector<Array>& x) -> std::vector<Array> {
    ++calls;
    return {x[0] * x[1] + 1, sum(x[0])};
  });
  EXPECT_THAT(Values(f({A({1, 2}), A({3, 4})})[0]), ElementsAre(4, 9));
  EXPECT_THAT(Values(f({A({5, 6}), A({1, 2})})[0]), ElementsAre(6, 13));
  EXPECT_EQ(f({A({5, 6}), A({1, 2})})[1].item<double>(), 11);
  EXPECT_EQ(calls, 1);
  EXPECT_THAT(Values(f({A({5}), A({1})})[0]), ElementsAre(6));
  EXPECT_EQ(calls, 2);
}

TEST_P(JitTest, ResultsThatAreArgumentsOrDoNotDependOnThem) {
  const Array outside = A({7});
  const ArrayFunction f = jit([&](const std::vector<Array>& x) -> std::vector<Array> {
    return {x[1], outside, x[0] + x[1], outside + 1};
  });
  const Array x = A({1}), y = A({2});
  const std::vector<Array> results = f({x, y});
  EXPECT_EQ(results[0].storage(), y.storage());
  EXPECT_EQ(results[1].storage(), outside.storage());
  EXPECT_THAT(Values(results[2]), ElementsAre(3));
  EXPECT_THAT(Values(results[3]), ElementsAre(8));
}

TEST_P(JitTest, ViewsOfArgumentsAreMadeAtEachCall) {
  const ArrayFunction f = jit([](const std::vector<Array>& x) -> std::vector<Array> {
    return {x[0][{Slice{1}}], x[0] * 2};
  });
  for (double first : {1.0, 10.0}) {
    const Array x = A({first, first + 1, first + 2});
    const std::vector<Array> results = f({x});
    assign(results[0], 0.0);
    EXPECT_THAT(Values(x), ElementsAre(first, 0, 0));
    EXPECT_THAT(Values(results[1]), ElementsAre(first * 2, first * 2 + 2, first * 2 + 4));
  }
}

TEST_P(JitTest, ElementsAreNotThereYet) {
  const Array x = A({1, 2});
  const auto traced = [&](const std::function<void(const Array&)>& ask) {
    jit([&](const std::vector<Array>& x) -> std::vector<Array> {
      ask(x[0]);
      return {x[0] + 1};
    })({x});
  };
  const char* const message = "asks for elements of its arguments";
  for (const auto& ask : std::vector<std::function<void(const Array&)>>{
           [](const Array& x) { x.data(); }, [](const Array& x) { sum(x).item<double>(); },
           [](const Array& x) { x.to_vector<double>(); }, [](const Array& x) { explain({x + 1}); },
           [](const Array& x) { (x + 1).eval(); }})
    ExpectError(ErrorCode::type_error, message, [&] { traced(ask); });
  ExpectError(ErrorCode::type_error, "can only write to arrays that it has made",
              [&] { traced([](const Array& x) { assign(x, 0); }); });
  const Array outside = A({3});
  ExpectError(ErrorCode::type_error, "can only write to arrays that it has made",
              [&] { traced([&](const Array& x) { assign(outside, sum(x)); }); });
  EXPECT_THAT(Values(outside), ElementsAre(3));
}

TEST_P(JitTest, PendingArgumentsAreComputed) {
  const ArrayFunction f =
      jit([](const std::vector<Array>& x) -> std::vector<Array> { return {x[0] + x[0]}; });
  const Array x = A({1, 2}) * 3;
  EXPECT_THAT(Values(f({x})[0]), ElementsAre(6, 12));
  EXPECT_TRUE(x.is_evaluated());
}

TEST_P(JitTest, ReportsWhatOperationsDo) {
  std::vector<std::string> messages;
  set_warning_handler([&](WarningKind, const std::string& message, const std::string& source) {
    messages.push_back(source + ": " + message);
  });
  ErrorState state;
  state.divide = ErrorMode::warn;
  const ErrorStateScope scope(state);
  const ArrayFunction f = jit([](const std::vector<Array>& x) -> std::vector<Array> {
    set_source("here.cc:1");
    return {1.0 / x[0]};
  });
  f({A({1, 2})});
  f({A({0, 2})});
  f({A({3, 0})});
  set_warning_handler(nullptr);
  EXPECT_THAT(messages, ElementsAre("here.cc:1: divide by zero encountered in divide",
                                    "here.cc:1: divide by zero encountered in divide"));
}

TEST_P(JitTest, IndicesOutOfBoundsAreNamed) {
  const ArrayFunction f = jit(
      [](const std::vector<Array>& x) -> std::vector<Array> { return {index(x[0], {x[1]}) + 1}; });
  const Array good = array({int64_t{1}}, context_.get()), bad = array({int64_t{2}}, context_.get());
  EXPECT_THAT(Values(f({A({1, 2}), good})[0]), ElementsAre(3));
  ExpectError(ErrorCode::out_of_range, "index 2 is out of bounds for axis 0 with size 2",
              [&] { f({A({1, 2}), bad}); });
}

}  // namespace
}  // namespace broadloom

// Floating-point errors from C++: modes, places, handlers, threads.
#include "frontend/errstate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "frontend/array.h"

namespace broadloom {
namespace {

using ::testing::ElementsAre;

constexpr ErrorState kWarn{ErrorMode::warn, ErrorMode::warn, ErrorMode::ignore, ErrorMode::warn};

class ErrorStateTest : public ::testing::TestWithParam<bool> {
 protected:
  ErrorStateTest() {
    set_warning_handler([this](WarningKind, const std::string& message, const std::string& source) {
      warnings_.push_back(source + ": " + message);
    });
  }
  ~ErrorStateTest() override {
    set_warning_handler({});
    set_float_error_handler({});
    set_source("");
  }
  Array A(std::initializer_list<double> values) { return array(values, context_.get()); }

  static std::shared_ptr<Context> MakeTestContext() {
    Options options;
    options.interpret = GetParam();
    return make_context(options);
  }
  const std::shared_ptr<Context> context_ = MakeTestContext();
  std::vector<std::string> warnings_;
};
INSTANTIATE_TEST_SUITE_P(InterpretedAndCompiled, ErrorStateTest, ::testing::Bool());

TEST_P(ErrorStateTest, NothingIsSaidUnlessAskedFor) {
  EXPECT_EQ(error_state(), ErrorState());
  (A({1, 2}) / A({0, 1})).eval();
  EXPECT_THAT(warnings_, ElementsAre());
}

TEST_P(ErrorStateTest, WarningsNameTheOperationAndItsLine) {
  const ErrorStateScope scope(kWarn);
  set_source("a.cc:1");
  const Array ratio = A({1, 2}) / A({0, 1});
  set_source("a.cc:2");
  const Array root = sqrt(A({-1, 1}));
  set_source("a.cc:3");
  const Array large = exp(A({1000, 1}));
  set_source("a.cc:4");
  sum(ratio + root + large).eval();
  EXPECT_THAT(warnings_, ElementsAre("a.cc:1: divide by zero encountered in divide",
                                     "a.cc:2: invalid value encountered in sqrt",
                                     "a.cc:3: overflow encountered in exp"));
}

TEST_P(ErrorStateTest, RaiseThrowsWhereTheOperationIsWritten) {
  const ErrorStateScope scope({.invalid = ErrorMode::raise});
  const Array infinity = A({1, 2}) / A({0, 1});  // `divide` is ignored
  try {
    infinity - infinity;
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::floating_point);
    EXPECT_STREQ(error.what(), "invalid value encountered in subtract");
  }
  EXPECT_EQ((infinity - 1).to_vector<double>()[1], 1);
}

TEST_P(ErrorStateTest, HandlersAreCalled) {
  std::vector<std::string> calls;
  set_float_error_handler(
      [&](ErrorMode mode, FloatError error, unsigned, const std::string& operation) {
        calls.push_back(std::string(mode == ErrorMode::call ? "call " : "log ") + to_string(error) +
                        " in " + operation);
      });
  const Array big = A({1e300, 2});
  {
    const ErrorStateScope scope({.over = ErrorMode::call});
    big* big;
  }
  {
    const ErrorStateScope scope({.over = ErrorMode::log});
    pow(big, 2.5);
  }
  EXPECT_THAT(calls, ElementsAre("call overflow in multiply", "log overflow in power"));
}

TEST_P(ErrorStateTest, BelongsToTheThread) {
  const ErrorStateScope scope(kWarn);
  ErrorState other = kWarn;
  std::thread([&] { other = error_state(); }).join();
  EXPECT_EQ(other, ErrorState());
}

}  // namespace
}  // namespace broadloom

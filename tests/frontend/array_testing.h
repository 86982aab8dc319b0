// What tests of arrays share.
#ifndef BROADLOOM_TESTS_FRONTEND_ARRAY_TESTING_H_
#define BROADLOOM_TESTS_FRONTEND_ARRAY_TESTING_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "frontend/array.h"

namespace broadloom {

// Of two threads, by the reference evaluator or by compiled kernels.
inline std::shared_ptr<Context> MakeTestContext(bool interpret) {
  Options options;
  options.interpret = interpret;
  options.threads = 2;
  return make_context(options);
}

inline std::vector<double> Values(const Array& x) { return x.to_vector<double>(); }

template <typename F>
void ExpectError(ErrorCode code, const char* text, F f) {
  try {
    f();
    ADD_FAILURE() << "no error; wanted: " << text;
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), std::string(to_string(code))) << error.what();
    EXPECT_THAT(error.what(), testing::HasSubstr(text));
  }
}

}  // namespace broadloom

#endif  // BROADLOOM_TESTS_FRONTEND_ARRAY_TESTING_H_

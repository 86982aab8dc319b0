// What tests of the C interface share. They see broadloom.h alone.
#ifndef BROADLOOM_TESTS_FRONTEND_C_TESTING_H_
#define BROADLOOM_TESTS_FRONTEND_C_TESTING_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "frontend/c/broadloom.h"

namespace broadloom::testing {

// What a function returned.
struct Outcome {
  Outcome(bl_error* error)  // NOLINT: it is what functions return
      : code(bl_error_code_of(error)),
        message(bl_error_message(error)),
        place(bl_error_place(error)) {
    bl_error_free(error);
  }
  bl_error_code code;
  std::string message, place;
};
inline std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << bl_error_code_name(outcome.code) << ": " << outcome.message << " (" << outcome.place
             << ")";
}

inline auto Fails(bl_error_code code, const std::string& message = "") {
  return ::testing::AllOf(
      ::testing::Field("code", &Outcome::code, code),
      ::testing::Field("message", &Outcome::message, ::testing::HasSubstr(message)));
}
inline auto FailsAt(const std::string& place, bl_error_code code, const std::string& message = "") {
  return ::testing::AllOf(Fails(code, message), ::testing::Field("place", &Outcome::place, place));
}

template <auto release>
struct Releaser {
  template <typename Handle>
  void operator()(Handle* handle) const {
    release(handle);
  }
};
using ContextPtr = std::unique_ptr<bl_context, Releaser<bl_context_release>>;
using ArrayPtr = std::unique_ptr<bl_array, Releaser<bl_array_release>>;
using ProgramPtr = std::unique_ptr<bl_program, Releaser<bl_program_release>>;
using TextPtr = std::unique_ptr<char, Releaser<bl_text_free>>;

// Receives a result in a call: Arrays a; f(..., Into(a)).
template <typename Pointer>
class Into {
 public:
  explicit Into(Pointer& pointer) : pointer_(pointer) {}
  ~Into() { pointer_.reset(raw_); }
  operator typename Pointer::pointer *() { return &raw_; }  // NOLINT

 private:
  Pointer& pointer_;
  typename Pointer::pointer raw_ = nullptr;
};

#define EXPECT_DONE(call) EXPECT_THAT(Outcome(call), Fails(BL_OK))
#define ASSERT_DONE(call) ASSERT_THAT(Outcome(call), Fails(BL_OK))

inline ContextPtr NewContext(const bl_options* options = nullptr) {
  ContextPtr context;
  EXPECT_DONE(bl_context_new(options, Into(context)));
  return context;
}

template <typename T>
ArrayPtr Copied(const ContextPtr& context, const std::vector<T>& values, bl_dtype dtype,
                std::vector<int64_t> shape = {}) {
  if (shape.empty()) shape = {static_cast<int64_t>(values.size())};
  ArrayPtr array;
  EXPECT_DONE(bl_array_copy(context.get(), values.data(), dtype, static_cast<int32_t>(shape.size()),
                            shape.data(), nullptr, Into(array)));
  return array;
}
inline ArrayPtr Doubles(const ContextPtr& context, const std::vector<double>& values,
                        const std::vector<int64_t>& shape = {}) {
  return Copied(context, values, BL_FLOAT64, shape);
}

inline bl_array_info InfoOf(const ArrayPtr& array) {
  bl_array_info info = {};
  info.struct_size = sizeof info;
  EXPECT_DONE(bl_array_info_get(array.get(), &info));
  return info;
}

template <typename T = double>
std::vector<T> Elements(const ArrayPtr& array) {
  std::vector<T> values(InfoOf(array).size);
  EXPECT_DONE(bl_array_read(array.get(), values.data(), values.size() * sizeof(T)));
  return values;
}

inline bl_value Of(const ArrayPtr& array) { return bl_value_array(array.get()); }

inline ArrayPtr Called(const ContextPtr& context, const char* name,
                       const std::vector<bl_value>& arguments,
                       const std::vector<bl_keyword>& keywords = {}) {
  ArrayPtr result;
  EXPECT_DONE(bl_call_array(context.get(), name, arguments.data(), arguments.size(),
                            keywords.data(), keywords.size(), Into(result)));
  return result;
}

}  // namespace broadloom::testing

#endif  // BROADLOOM_TESTS_FRONTEND_C_TESTING_H_

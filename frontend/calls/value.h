// What functions that are called by name take and return.
#ifndef BROADLOOM_FRONTEND_CALLS_VALUE_H_
#define BROADLOOM_FRONTEND_CALLS_VALUE_H_

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "frontend/array.h"

namespace broadloom::calls {

struct Value;

// A tuple, or a list: they differ where blocks are joined, where an array is indexed, and in print.
struct Sequence {
  std::vector<Value> items;
  bool is_list = false;
};

// A name that a function knows by itself, such as a dtype's ("float32") or a mode's, is text.
struct Value {
  using Held =
      std::variant<std::monostate, Array, Number, std::string, DataType, Slice, Ellipsis, Sequence>;

  Value() = default;                                       // None
  Value(Array array) : held(std::move(array)) {}           // NOLINT
  Value(Number number) : held(number) {}                   // NOLINT
  Value(std::string text) : held(std::move(text)) {}       // NOLINT
  Value(DataType dtype) : held(dtype) {}                   // NOLINT
  Value(Slice slice) : held(slice) {}                      // NOLINT
  Value(Ellipsis ellipsis) : held(ellipsis) {}             // NOLINT
  Value(Sequence sequence) : held(std::move(sequence)) {}  // NOLINT

  bool is_none() const { return std::holds_alternative<std::monostate>(held); }
  template <typename T>
  const T* As() const {
    return std::get_if<T>(&held);
  }

  Held held;
};

// For messages: "an array of float32 (3, 4)", "the text 'abc'", "a tuple of 2", "None".
std::string Describe(const Value& value);

}  // namespace broadloom::calls

#endif  // BROADLOOM_FRONTEND_CALLS_VALUE_H_

// Operators between values.
#ifndef BROADLOOM_FRONTEND_SCRIPT_OPERATORS_H_
#define BROADLOOM_FRONTEND_SCRIPT_OPERATORS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "frontend/calls/value.h"

namespace broadloom::script {

// Numbers as Python computes them, arrays as NumPy does; of tuples and lists only + joins. Throw
// type_error for other values.
calls::Value Unary(absl::string_view symbol, const calls::Value& x);
calls::Value Binary(absl::string_view symbol, const calls::Value& x, const calls::Value& y);

// x op= y. What x is afterwards: the same array, changed, or another number.
calls::Value Updated(absl::string_view symbol, const calls::Value& x, const calls::Value& y);

// x[items] of an array, and of a tuple or a list; and x[items] = value of an array.
calls::Value Indexed(const calls::Value& x, const std::vector<calls::Value>& items);
void StoreIndexed(const calls::Value& x, const std::vector<calls::Value>& items,
                  const calls::Value& value);
// start:stop:step
calls::Value SliceOf(const calls::Value& start, const calls::Value& stop, const calls::Value& step);

}  // namespace broadloom::script

#endif  // BROADLOOM_FRONTEND_SCRIPT_OPERATORS_H_

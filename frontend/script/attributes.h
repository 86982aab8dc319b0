// Attributes and methods of values, and names that are no variables.
#ifndef BROADLOOM_FRONTEND_SCRIPT_ATTRIBUTES_H_
#define BROADLOOM_FRONTEND_SCRIPT_ATTRIBUTES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "frontend/calls/function.h"

namespace broadloom::script {

// x.name. Throws type_error where there is none, and suggests the near ones.
calls::Value Attribute(const calls::Value& x, absl::string_view name);
// x.name(arguments): NumPy's method.
calls::Value CallMethod(const calls::Value& x, absl::string_view name,
                        std::vector<calls::Value> placed, const std::vector<calls::Named>& named,
                        Context* context);

// "linalg.norm" of numpy.linalg.norm: NumPy's prefix, and ours, are for reading only.
std::string FunctionName(const std::vector<std::string>& names);

// float32, and of Python's types int, bool, ...
std::optional<DataType> DtypeNamed(absl::string_view name);

// float32(x), as NumPy has it: an array of that dtype, of a number one without dimensions.
calls::Value Converted(absl::string_view name, DataType dtype, std::vector<calls::Value> placed,
                       const std::vector<calls::Named>& named, Context* context);

// pi, nan, newaxis, float32, ...
std::optional<calls::Value> Constant(absl::string_view name);
std::vector<std::string> Constants();

}  // namespace broadloom::script

#endif  // BROADLOOM_FRONTEND_SCRIPT_ATTRIBUTES_H_

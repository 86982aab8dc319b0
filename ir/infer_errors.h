// How the rules of ir/infer.h say what is wrong. Internal to them.
#ifndef BROADLOOM_IR_INFER_ERRORS_H_
#define BROADLOOM_IR_INFER_ERRORS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ir/infer.h"

namespace broadloom {

using Types = absl::Span<const ValueType>;

inline std::string Describe(Op op, Types inputs) {
  return absl::StrCat(InfoOf(op).name, "(",
                      absl::StrJoin(inputs, ", ",
                                    [](std::string* out, const ValueType& type) {
                                      absl::StrAppend(out, ToString(type));
                                    }),
                      ")");
}

template <typename... Parts>
absl::Status Invalid(Op op, Types inputs, const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(Describe(op, inputs), ": ", parts...));
}

// An operation that is not for this dtype: TypeError in Python, where other mistakes are
// ValueError.
template <typename... Parts>
absl::Status WrongDType(Op op, Types inputs, const Parts&... parts) {
  return absl::FailedPreconditionError(absl::StrCat(Describe(op, inputs), ": ", parts...));
}

}  // namespace broadloom

#endif  // BROADLOOM_IR_INFER_ERRORS_H_

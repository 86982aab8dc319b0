// Where absl::Status becomes an exception: the edge of the frontend, and nowhere else.
#ifndef BROADLOOM_FRONTEND_UNWRAP_H_
#define BROADLOOM_FRONTEND_UNWRAP_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "frontend/error.h"

namespace broadloom {

inline ErrorCode CodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument: return ErrorCode::invalid_argument;
    case absl::StatusCode::kFailedPrecondition:
      return ErrorCode::type_error;  // a dtype that an operation is not for
    case absl::StatusCode::kOutOfRange: return ErrorCode::out_of_range;
    case absl::StatusCode::kUnimplemented: return ErrorCode::unimplemented;
    case absl::StatusCode::kResourceExhausted: return ErrorCode::memory_budget;
    case absl::StatusCode::kAborted: return ErrorCode::broadcast;
    case absl::StatusCode::kDataLoss: return ErrorCode::floating_point;
    case absl::StatusCode::kCancelled: return ErrorCode::cancelled;
    default: return ErrorCode::internal;
  }
}

inline void Unwrap(const absl::Status& status) {
  if (!status.ok()) throw Error(CodeOf(status.code()), std::string(status.message()));
}

template <typename T>
T Unwrap(absl::StatusOr<T> result) {
  Unwrap(result.status());
  return *std::move(result);
}

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_UNWRAP_H_

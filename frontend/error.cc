// The exception and its names.
#include "frontend/error.h"

namespace broadloom {

Error::Error(ErrorCode code, const std::string& message)
    : std::runtime_error(message), code_(code) {}
Error::~Error() = default;

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return "invalid_argument";
    case ErrorCode::type_error: return "type_error";
    case ErrorCode::out_of_range: return "out_of_range";
    case ErrorCode::axis: return "axis";
    case ErrorCode::linalg: return "linalg";
    case ErrorCode::overflow: return "overflow";
    case ErrorCode::floating_point: return "floating_point";
    case ErrorCode::unimplemented: return "unimplemented";
    case ErrorCode::memory_budget: return "memory_budget";
    case ErrorCode::broadcast: return "broadcast";
    case ErrorCode::file: return "file";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::internal: return "internal";
  }
  return "unknown";
}

}  // namespace broadloom

// The two macros that pass an absl::Status on. Debian's abseil (20220623) ships none.
#ifndef BROADLOOM_IR_STATUS_MACROS_H_
#define BROADLOOM_IR_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define BL_RETURN_IF_ERROR(expression)     \
  do {                                     \
    absl::Status bl_status = (expression); \
    if (!bl_status.ok()) return bl_status; \
  } while (false)

// BL_ASSIGN_OR_RETURN(auto x, F());   BL_ASSIGN_OR_RETURN(y, F());
#define BL_ASSIGN_OR_RETURN(target, expression) \
  BL_ASSIGN_OR_RETURN_IMPL_(BL_CONCAT_(bl_result_, __LINE__), target, expression)
#define BL_ASSIGN_OR_RETURN_IMPL_(result, target, expression) \
  auto result = (expression);                                 \
  if (!result.ok()) return std::move(result).status();        \
  target = *std::move(result)
#define BL_CONCAT_(a, b) BL_CONCAT_IMPL_(a, b)
#define BL_CONCAT_IMPL_(a, b) a##b

#endif  // BROADLOOM_IR_STATUS_MACROS_H_

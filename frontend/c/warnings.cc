// What happens where an operation divides by zero and the like, and who hears of warnings.
#include "frontend/c/handles.h"
#include "frontend/errstate.h"

namespace broadloom::c {
namespace {

ErrorMode ModeOf(bl_action action) {
  switch (action) {
    case BL_IGNORE: return ErrorMode::ignore;
    case BL_WARN: return ErrorMode::warn;
    case BL_RAISE: return ErrorMode::raise;
    default: throw Failure(BL_INVALID_ARGUMENT, absl::StrCat("there is no action ", action));
  }
}

// C knows three modes; the others, which C++ may have set, warn in their way.
bl_action ActionOf(ErrorMode mode) {
  if (mode == ErrorMode::ignore) return BL_IGNORE;
  return mode == ErrorMode::raise ? BL_RAISE : BL_WARN;
}

}  // namespace
}  // namespace broadloom::c

using namespace broadloom;     // NOLINT: what follows is C
using namespace broadloom::c;  // NOLINT

static_assert(static_cast<int>(WarningKind::complex) == BL_WARNING_COMPLEX);

bl_error* bl_float_errors_set(const bl_float_errors* actions) {
  return Guarded([&] {
    const bl_float_errors given = ReadStruct(actions, "actions");
    set_error_state(
        {ModeOf(given.divide), ModeOf(given.over), ModeOf(given.under), ModeOf(given.invalid)});
  });
}

bl_error* bl_float_errors_get(bl_float_errors* actions) {
  return Guarded([&] {
    const ErrorState state = error_state();
    WriteStruct({.struct_size = 0,
                 .divide = c::ActionOf(state.divide),
                 .over = c::ActionOf(state.over),
                 .under = c::ActionOf(state.under),
                 .invalid = c::ActionOf(state.invalid)},
                actions, "actions");
  });
}

bl_error* bl_warning_handler_set(bl_warning_handler handler, void* user_data) {
  return Guarded([&] {
    if (handler == nullptr) return set_warning_handler(nullptr);
    set_warning_handler([handler, user_data](WarningKind kind, const std::string& message,
                                             const std::string& source) {
      const int32_t stop =
          handler(user_data, static_cast<bl_warning_kind>(kind), message.c_str(), source.c_str());
      if (stop != 0) throw Error(ErrorCode::cancelled, "stopped by a warning: " + message);
    });
  });
}

// What happens where an operation divides by zero, overflows, or makes NaN of numbers: NumPy's
// errstate. An operation keeps the state of the moment it is written in; it is judged when it is
// computed.
#ifndef BROADLOOM_ERRSTATE_H_
#define BROADLOOM_ERRSTATE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "api.h"

namespace BROADLOOM_API broadloom {

enum class FloatError : uint8_t { divide, over, under, invalid };
// `raise` throws Error(floating_point); `call` and `log` go to the handler. With any of these three
// an operation is computed where it is written.
enum class ErrorMode : uint8_t { ignore, warn, raise, call, print, log };

struct ErrorState {
  ErrorMode divide = ErrorMode::ignore, over = ErrorMode::ignore, under = ErrorMode::ignore,
            invalid = ErrorMode::ignore;

  ErrorMode Of(FloatError error) const;
  bool operator==(const ErrorState&) const = default;
};

// Of this thread. A thread begins with everything ignored.
ErrorState error_state();
void set_error_state(const ErrorState& state);

// Until the end of the block.
class ErrorStateScope {
 public:
  explicit ErrorStateScope(const ErrorState& state) : previous_(error_state()) {
    set_error_state(state);
  }
  ~ErrorStateScope() { set_error_state(previous_); }
  ErrorStateScope(const ErrorStateScope&) = delete;
  ErrorStateScope& operator=(const ErrorStateScope&) = delete;

 private:
  const ErrorState previous_;
};

// For the modes `call` and `log`; `operation` is NumPy's name of the function, `flags` all errors
// that it was found in: divide + 2 over + 4 under + 8 invalid. May throw, which stops the
// evaluation.
using FloatErrorHandler = std::function<void(ErrorMode mode, FloatError error, unsigned flags,
                                             const std::string& operation)>;
void set_float_error_handler(FloatErrorHandler handler);

const char* to_string(FloatError error);  // "divide by zero", "overflow", ...

}  // namespace broadloom

#endif  // BROADLOOM_ERRSTATE_H_

// One state a thread, one handler a process.
#include "frontend/errstate.h"

#include <atomic>
#include <mutex>
#include <utility>

#include "frontend/float_errors.h"

namespace broadloom {
namespace {

thread_local ErrorState thread_state;

std::atomic<bool> watches_underflow{false};

std::mutex& Mutex() {
  static auto* const mutex = new std::mutex;
  return *mutex;
}

FloatErrorHandler& Handler() {
  static auto* const handler = new FloatErrorHandler();
  return *handler;
}

}  // namespace

ErrorMode ErrorState::Of(FloatError error) const {
  switch (error) {
    case FloatError::divide: return divide;
    case FloatError::over: return over;
    case FloatError::under: return under;
    case FloatError::invalid: return invalid;
  }
  return ErrorMode::ignore;
}

ErrorState error_state() { return thread_state; }

void set_error_state(const ErrorState& state) {
  if (state.under != ErrorMode::ignore) watches_underflow.store(true, std::memory_order_relaxed);
  thread_state = state;
}

bool WatchesUnderflow() { return watches_underflow.load(std::memory_order_relaxed); }

void set_float_error_handler(FloatErrorHandler handler) {
  const std::lock_guard lock(Mutex());
  Handler() = std::move(handler);
}

void HandleFloatError(ErrorMode mode, FloatError error, unsigned flags,
                      const std::string& operation) {
  FloatErrorHandler handler;
  {
    const std::lock_guard lock(Mutex());
    handler = Handler();
  }
  if (handler) handler(mode, error, flags, operation);
}

const char* to_string(FloatError error) {
  switch (error) {
    case FloatError::divide: return "divide by zero";
    case FloatError::over: return "overflow";
    case FloatError::under: return "underflow";
    case FloatError::invalid: return "invalid value";
  }
  return "";
}

}  // namespace broadloom

// Whether this thread runs a function only to see what it does (frontend/jit.h).
#ifndef BROADLOOM_FRONTEND_TRACING_H_
#define BROADLOOM_FRONTEND_TRACING_H_

#include <cstdint>

namespace broadloom {

class Array;

// For as long as it lives this thread traces a function.
class TracingScope {
 public:
  TracingScope();
  ~TracingScope();
  TracingScope(const TracingScope&) = delete;
  TracingScope& operator=(const TracingScope&) = delete;

  static int64_t Current();  // 0: none

 private:
  const int64_t outer_;
};

// Throw type_error where the function that is traced does what would happen once instead of at
// each call: draws random numbers, or writes to an array that it has not made.
void CheckMayDraw();
void CheckMayWrite(const Array& target);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_TRACING_H_

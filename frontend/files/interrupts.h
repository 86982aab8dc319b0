// Long reads and writes can be stopped: by cancel_evaluations, or by what the handler throws.
#ifndef BROADLOOM_FRONTEND_FILES_INTERRUPTS_H_
#define BROADLOOM_FRONTEND_FILES_INTERRUPTS_H_

#include <cstdint>

#include "frontend/context.h"

namespace broadloom {

// Of a call that the system interrupted.
void CallInterruptHandler();

class Interrupts {
 public:
  explicit Interrupts(Context& context) : running_(context) {}

  // After so many further bytes. Throws now and then where the work is to stop.
  void Advance(int64_t bytes);

 private:
  Context::Running running_;
  int64_t since_ = 0;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_INTERRUPTS_H_

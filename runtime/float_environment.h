// The floating-point mode of generated code.
#ifndef BROADLOOM_RUNTIME_FLOAT_ENVIRONMENT_H_
#define BROADLOOM_RUNTIME_FLOAT_ENVIRONMENT_H_

#include <immintrin.h>

#include <atomic>

namespace broadloom {

// Of MXCSR: 1 invalid, 2 denormal operand, 4 division by zero, 8 overflow, 16 underflow, 32
// inexact.
using FloatFlags = std::atomic<unsigned>;
inline constexpr unsigned kAllFloatFlags = 0x3F;

// Round to nearest, nothing flushed to zero, nothing trapped, while it lives; then the host's mode
// and flags again. Some libraries switch on flush-to-zero for the whole process: our results must
// not notice.
class FloatEnvironment {
 public:
  // Adds the flags that were raised meanwhile to `raised`.
  explicit FloatEnvironment(FloatFlags* raised = nullptr) : host_(_mm_getcsr()), raised_(raised) {
    _mm_setcsr(kDefault);
  }
  ~FloatEnvironment() {
    if (raised_ != nullptr) Note(_mm_getcsr() & kAllFloatFlags);
    _mm_setcsr(host_);
  }
  FloatEnvironment(const FloatEnvironment&) = delete;
  FloatEnvironment& operator=(const FloatEnvironment&) = delete;

 private:
  // Written only where it says something new, so that threads do not fight for the line.
  void Note(unsigned flags) {
    if ((flags & ~raised_->load(std::memory_order_relaxed)) != 0)
      raised_->fetch_or(flags, std::memory_order_relaxed);
  }

  static constexpr unsigned kDefault = 0x1F80;
  const unsigned host_;
  FloatFlags* const raised_;
};

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_FLOAT_ENVIRONMENT_H_

// The floating-point mode of generated code.
#ifndef BROADLOOM_RUNTIME_FLOAT_ENVIRONMENT_H_
#define BROADLOOM_RUNTIME_FLOAT_ENVIRONMENT_H_

#include <immintrin.h>

namespace broadloom {

// Round to nearest, nothing flushed to zero, nothing trapped, while it lives; then the host's mode
// and flags again. Some libraries switch on flush-to-zero for the whole process: our results must
// not notice.
class FloatEnvironment {
 public:
  FloatEnvironment() : host_(_mm_getcsr()) { _mm_setcsr(kDefault); }
  ~FloatEnvironment() { _mm_setcsr(host_); }
  FloatEnvironment(const FloatEnvironment&) = delete;
  FloatEnvironment& operator=(const FloatEnvironment&) = delete;

 private:
  static constexpr unsigned kDefault = 0x1F80;
  const unsigned host_;
};

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_FLOAT_ENVIRONMENT_H_

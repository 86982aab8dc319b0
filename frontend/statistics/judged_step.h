// Floating-point errors of what is computed here row by row, on several threads, and in NumPy by
// operations with whole arrays.
#ifndef BROADLOOM_FRONTEND_STATISTICS_JUDGED_STEP_H_
#define BROADLOOM_FRONTEND_STATISTICS_JUDGED_STEP_H_

#include <atomic>
#include <cmath>
#include <type_traits>

#include "frontend/float_errors.h"
#include "frontend/statistics/common.h"

namespace broadloom {

class JudgedStep {
 public:
  explicit JudgedStep(const char* name) : name_(name) {}

  // `result`, which came of x and y.
  template <typename T>
  T operator()(T result, T x, T y) {
    if (IsFinite(result) || IsNaN(x) || IsNaN(y)) return result;
    if (IsNaN(result))
      Note(FloatError::invalid);
    else if (IsFinite(x) && IsFinite(y))
      Note(FloatError::over);
    return result;
  }

  void Report() const {
    for (FloatError error : {FloatError::over, FloatError::invalid})
      if ((errors_ & BitOf(error)) != 0) SpeakNow(error, name_, errors_);
  }

 private:
  template <typename T>
  static bool IsFinite(T x) {
    if constexpr (kIsComplex<T>) return std::isfinite(x.real()) && std::isfinite(x.imag());
    if constexpr (std::is_floating_point_v<T>) return std::isfinite(x);
    return true;
  }
  void Note(FloatError error) { errors_.fetch_or(BitOf(error), std::memory_order_relaxed); }

  const char* const name_;  // NumPy's
  std::atomic<unsigned> errors_{0};
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_STATISTICS_JUDGED_STEP_H_

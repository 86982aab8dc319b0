// Sums on the multipliers' pipes, for loops whose limit is the adders': x * 1 + y is x + y to the
// last bit.
#ifndef BROADLOOM_TESTS_BENCH_HAND_PIPES_H_
#define BROADLOOM_TESTS_BENCH_HAND_PIPES_H_

#include "tests/bench/hand/hand.h"

namespace broadloom::hand {

inline Vec<float> AddByMultiplier(Vec<float> x, Vec<float> y) {
  return MultiplyAdd(x, Splat(1.0F), y);
}
inline Vec<double> AddByMultiplier(Vec<double> x, Vec<double> y) {
  return MultiplyAdd(x, Splat(1.0), y);
}
// y - x
inline Vec<float> SubtractByMultiplier(Vec<float> y, Vec<float> x) {
  return MultiplyAdd(x, Splat(-1.0F), y);
}
inline Vec<double> SubtractByMultiplier(Vec<double> y, Vec<double> x) {
  return MultiplyAdd(x, Splat(-1.0), y);
}

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_PIPES_H_

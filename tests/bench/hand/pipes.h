// Sums on the multipliers' pipes, for loops whose limit is the adders': x * 1 + y is x + y to the
// last bit.
#ifndef BROADLOOM_TESTS_BENCH_HAND_PIPES_H_
#define BROADLOOM_TESTS_BENCH_HAND_PIPES_H_

#include "tests/bench/hand/hand.h"

namespace broadloom::hand {

// x + y; y - x.
#if defined(__AVX512F__)
inline Vec<float> AddByMultiplier(Vec<float> x, Vec<float> y) {
  return _mm512_fmadd_ps(x, Splat(1.0F), y);
}
inline Vec<double> AddByMultiplier(Vec<double> x, Vec<double> y) {
  return _mm512_fmadd_pd(x, Splat(1.0), y);
}
inline Vec<float> SubtractByMultiplier(Vec<float> y, Vec<float> x) {
  return _mm512_fnmadd_ps(x, Splat(1.0F), y);
}
inline Vec<double> SubtractByMultiplier(Vec<double> y, Vec<double> x) {
  return _mm512_fnmadd_pd(x, Splat(1.0), y);
}
#elif defined(__FMA__)
inline Vec<float> AddByMultiplier(Vec<float> x, Vec<float> y) {
  return _mm256_fmadd_ps(x, Splat(1.0F), y);
}
inline Vec<double> AddByMultiplier(Vec<double> x, Vec<double> y) {
  return _mm256_fmadd_pd(x, Splat(1.0), y);
}
inline Vec<float> SubtractByMultiplier(Vec<float> y, Vec<float> x) {
  return _mm256_fnmadd_ps(x, Splat(1.0F), y);
}
inline Vec<double> SubtractByMultiplier(Vec<double> y, Vec<double> x) {
  return _mm256_fnmadd_pd(x, Splat(1.0), y);
}
#else
template <typename V>
inline V AddByMultiplier(V x, V y) {
  return x + y;
}
template <typename V>
inline V SubtractByMultiplier(V y, V x) {
  return y - x;
}
#endif

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_PIPES_H_

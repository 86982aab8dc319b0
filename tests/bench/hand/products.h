// What products of matrices share: here alone multiplications and additions are fused.
#ifndef BROADLOOM_TESTS_BENCH_HAND_PRODUCTS_H_
#define BROADLOOM_TESTS_BENCH_HAND_PRODUCTS_H_

#include "tests/bench/hand/each_thread.h"
#include "tests/bench/hand/folds.h"

namespace broadloom::hand {

// x y + z
#ifdef __AVX512F__
inline Vec<float> MultiplyAdd(Vec<float> x, Vec<float> y, Vec<float> z) {
  return _mm512_fmadd_ps(x, y, z);
}
inline Vec<double> MultiplyAdd(Vec<double> x, Vec<double> y, Vec<double> z) {
  return _mm512_fmadd_pd(x, y, z);
}
#else
inline Vec<float> MultiplyAdd(Vec<float> x, Vec<float> y, Vec<float> z) {
  return _mm256_fmadd_ps(x, y, z);
}
inline Vec<double> MultiplyAdd(Vec<double> x, Vec<double> y, Vec<double> z) {
  return _mm256_fmadd_pd(x, y, z);
}
#endif

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_PRODUCTS_H_

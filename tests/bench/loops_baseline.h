// The hand-written loops that broadloom is timed against: fused, vectorised, two threads, outputs
// given by the caller, non-temporal stores. Additions of a reduction are reassociated freely.
#ifndef BROADLOOM_TESTS_BENCH_LOOPS_BASELINE_H_
#define BROADLOOM_TESTS_BENCH_LOOPS_BASELINE_H_

#include <cstdint>

namespace broadloom::hand {

void SetThreads(int threads);

// 2 a + 3 b
void ScaledSum(const double* a, const double* b, double* out, int64_t n);
// ((x + 0.5) x - 0.25) x + 2
void Cubic(const float* x, float* out, int64_t n);
// x - its row's mean
void CenterRows(const float* x, float* out, int64_t rows, int64_t columns);
// (x - its column's mean) / its column's standard deviation
void StandardizeColumns(const double* x, double* out, int64_t rows, int64_t columns);
// exp(x - its row's maximum), divided by its row's sum of these
void SoftmaxRows(const float* x, float* out, int64_t rows, int64_t columns);
void SoftmaxRows(const double* x, double* out, int64_t rows, int64_t columns);
// out[i] = max_j a[i] + b[j]
void MaxPlus(const double* a, const double* b, double* out, int64_t rows, int64_t columns);

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_LOOPS_BASELINE_H_

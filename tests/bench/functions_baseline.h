// The loops over elementary functions that broadloom is timed against: libmvec's vectors, which err
// by up to 4 ULP.
#ifndef BROADLOOM_TESTS_BENCH_FUNCTIONS_BASELINE_H_
#define BROADLOOM_TESTS_BENCH_FUNCTIONS_BASELINE_H_

#include <cstdint>
#include <string>

namespace broadloom::hand {

// out[i] = f(x[i]), or f(x[i], y[i]) of pow. `n` is a multiple of 16.
template <typename T>
using FunctionLoop = void (*)(const T* x, const T* y, T* out, int64_t n);

FunctionLoop<float> FloatLoop(const std::string& function);
FunctionLoop<double> DoubleLoop(const std::string& function);

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_FUNCTIONS_BASELINE_H_

// libmvec's functions by the names of the vector ABI, as gcc calls them with -ffast-math.
#include "tests/bench/functions_baseline.h"

#include <immintrin.h>

#include <map>

// Of the functions of one operand.
#define BL_FUNCTIONS(X) \
  X(exp)                \
  X(exp2) X(expm1) X(log) X(log2) X(log10) X(log1p) X(sin) X(cos) X(tan) X(tanh) X(erf) X(erfc)
#define BL_DECLARE(name)             \
  __m256 _ZGVdN8v_##name##f(__m256); \
  __m256d _ZGVdN4v_##name(__m256d);

extern "C" {
BL_FUNCTIONS(BL_DECLARE)
__m256 _ZGVdN8vv_powf(__m256, __m256);
__m256d _ZGVdN4vv_pow(__m256d, __m256d);
}

namespace broadloom::hand {
namespace {

template <__m256 (*f)(__m256)>
void Loop(const float* x, const float*, float* out, int64_t n) {
  for (int64_t i = 0; i < n; i += 8) _mm256_storeu_ps(out + i, f(_mm256_loadu_ps(x + i)));
}
template <__m256d (*f)(__m256d)>
void Loop(const double* x, const double*, double* out, int64_t n) {
  for (int64_t i = 0; i < n; i += 4) _mm256_storeu_pd(out + i, f(_mm256_loadu_pd(x + i)));
}
void PowLoop(const float* x, const float* y, float* out, int64_t n) {
  for (int64_t i = 0; i < n; i += 8)
    _mm256_storeu_ps(out + i, _ZGVdN8vv_powf(_mm256_loadu_ps(x + i), _mm256_loadu_ps(y + i)));
}
void PowLoop(const double* x, const double* y, double* out, int64_t n) {
  for (int64_t i = 0; i < n; i += 4)
    _mm256_storeu_pd(out + i, _ZGVdN4vv_pow(_mm256_loadu_pd(x + i), _mm256_loadu_pd(y + i)));
}

}  // namespace

#define BL_FLOAT(name) {#name, Loop<_ZGVdN8v_##name##f>},
FunctionLoop<float> FloatLoop(const std::string& function) {
  static const std::map<std::string, FunctionLoop<float>> loops = {
      BL_FUNCTIONS(BL_FLOAT){"pow", PowLoop}};
  return loops.at(function);
}

#define BL_DOUBLE(name) {#name, Loop<_ZGVdN4v_##name>},
FunctionLoop<double> DoubleLoop(const std::string& function) {
  static const std::map<std::string, FunctionLoop<double>> loops = {
      BL_FUNCTIONS(BL_DOUBLE){"pow", PowLoop}};
  return loops.at(function);
}

}  // namespace broadloom::hand

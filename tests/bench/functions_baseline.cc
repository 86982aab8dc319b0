// libmvec's functions by the names of the vector ABI, as gcc calls them with -ffast-math; with the
// machine's widest vectors.
#include "tests/bench/functions_baseline.h"

#include <immintrin.h>

#include <map>

// Of the functions of one operand.
#define BL_FUNCTIONS(X) \
  X(exp)                \
  X(exp2) X(expm1) X(log) X(log2) X(log10) X(log1p) X(sin) X(cos) X(tan) X(tanh) X(erf) X(erfc)
#ifdef __AVX512F__
#define BL_FLOATS(name) _ZGVeN16v_##name##f
#define BL_DOUBLES(name) _ZGVeN8v_##name
#define BL_FLOAT_POW _ZGVeN16vv_powf
#define BL_DOUBLE_POW _ZGVeN8vv_pow
using Floats = __m512;
using Doubles = __m512d;
#else
#define BL_FLOATS(name) _ZGVdN8v_##name##f
#define BL_DOUBLES(name) _ZGVdN4v_##name
#define BL_FLOAT_POW _ZGVdN8vv_powf
#define BL_DOUBLE_POW _ZGVdN4vv_pow
using Floats = __m256;
using Doubles = __m256d;
#endif
#define BL_DECLARE(name)          \
  Floats BL_FLOATS(name)(Floats); \
  Doubles BL_DOUBLES(name)(Doubles);

extern "C" {
BL_FUNCTIONS(BL_DECLARE)
Floats BL_FLOAT_POW(Floats, Floats);
Doubles BL_DOUBLE_POW(Doubles, Doubles);
}

namespace broadloom::hand {
namespace {

template <typename Vector, typename T>
Vector Load(const T* from) {
  Vector vector;
  __builtin_memcpy(&vector, from, sizeof vector);
  return vector;
}
template <typename Vector, typename T>
void Store(T* to, Vector vector) {
  __builtin_memcpy(to, &vector, sizeof vector);
}

template <typename T, typename Vector, Vector (*f)(Vector)>
void Loop(const T* x, const T*, T* out, int64_t n) {
  constexpr int64_t kLanes = sizeof(Vector) / sizeof(T);
  for (int64_t i = 0; i < n; i += kLanes) Store(out + i, f(Load<Vector>(x + i)));
}
template <typename T, typename Vector, Vector (*f)(Vector, Vector)>
void Loop(const T* x, const T* y, T* out, int64_t n) {
  constexpr int64_t kLanes = sizeof(Vector) / sizeof(T);
  for (int64_t i = 0; i < n; i += kLanes)
    Store(out + i, f(Load<Vector>(x + i), Load<Vector>(y + i)));
}

}  // namespace

#define BL_FLOAT(name) {#name, Loop<float, Floats, BL_FLOATS(name)>},
FunctionLoop<float> FloatLoop(const std::string& function) {
  static const std::map<std::string, FunctionLoop<float>> loops = {
      BL_FUNCTIONS(BL_FLOAT){"pow", Loop<float, Floats, BL_FLOAT_POW>}};
  return loops.at(function);
}

#define BL_DOUBLE(name) {#name, Loop<double, Doubles, BL_DOUBLES(name)>},
FunctionLoop<double> DoubleLoop(const std::string& function) {
  static const std::map<std::string, FunctionLoop<double>> loops = {
      BL_FUNCTIONS(BL_DOUBLE){"pow", Loop<double, Doubles, BL_DOUBLE_POW>}};
  return loops.at(function);
}

}  // namespace broadloom::hand

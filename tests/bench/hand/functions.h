// libmvec's functions of the machine's widest vectors, by the names of the vector ABI.
#ifndef BROADLOOM_TESTS_BENCH_HAND_FUNCTIONS_H_
#define BROADLOOM_TESTS_BENCH_HAND_FUNCTIONS_H_

#include "tests/bench/hand/hand.h"

namespace broadloom::hand {

#ifdef __AVX512F__
#define BL_FLOATS(name) _ZGVeN16v_##name##f
#define BL_DOUBLES(name) _ZGVeN8v_##name
#else
#define BL_FLOATS(name) _ZGVdN8v_##name##f
#define BL_DOUBLES(name) _ZGVdN4v_##name
#endif
#define BL_FUNCTION(name, c_name)                                       \
  extern "C" Vec<float> BL_FLOATS(c_name)(Vec<float>);                  \
  extern "C" Vec<double> BL_DOUBLES(c_name)(Vec<double>);               \
  inline Vec<float> name(Vec<float> x) { return BL_FLOATS(c_name)(x); } \
  inline Vec<double> name(Vec<double> x) { return BL_DOUBLES(c_name)(x); }
BL_FUNCTION(Exp, exp)
BL_FUNCTION(Log, log)
BL_FUNCTION(Sin, sin)
BL_FUNCTION(Cos, cos)
BL_FUNCTION(Tanh, tanh)
BL_FUNCTION(Asin, asin)
#undef BL_FUNCTION
#undef BL_FLOATS
#undef BL_DOUBLES

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_FUNCTIONS_H_

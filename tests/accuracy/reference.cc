// The judge of tests/accuracy/measure.py: errors of float32 functions against float64 ones of the C
// library, of float64 functions against libquadmath's, in units in the last place of the result.
// The C library's long double functions, ten times as fast, say where the latter are needed. What
// these libraries have not is in special.h; of that float32 is judged in long double where sums
// lose digits.
// extern "C", called through ctypes.
#include <immintrin.h>
#include <quadmath.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "tests/accuracy/special.h"

namespace {

template <typename T>
struct Wider;
template <>
struct Wider<float> {
  using Type = double;
};
template <>
struct Wider<double> {
  using Type = __float128;
};

using One32 = double (*)(double);
using Two32 = double (*)(double, double);
using One64 = __float128 (*)(__float128);
using Two64 = __float128 (*)(__float128, __float128);
using One80 = long double (*)(long double);
using Two80 = long double (*)(long double, long double);

// Without one of long double where that errs by too much of a float64's place.
struct Function {
  const char* name;
  One32 one32;
  One80 one80;
  One64 one64;
  Two32 two32;
  Two80 two80;
  Two64 two64;
};

double Logistic(double x) { return 1 / (1 + exp(-x)); }
long double Logisticl(long double x) { return 1 / (1 + expl(-x)); }
__float128 Logistic(__float128 x) { return 1 / (1 + expq(-x)); }

double Digamma32(double x) { return static_cast<double>(judge::Digamma<long double>(x)); }
// NaN where a logarithm and a cotangent, or a sum, cancel, so that digits of a float64 are lost.
long double Digamma80(long double x) {
  const long double value = judge::Digamma(x);
  const bool cancels = std::fabs(value) < 1 + std::log1p(std::fabs(x)) / 4;
  return cancels ? std::numeric_limits<long double>::quiet_NaN() : value;
}
double Beta32(double x, double y) { return static_cast<double>(judge::Beta<long double>(x, y)); }

// By what is in the precisions of double, long double and __float128.
#define BL_OF_ONE(name, one32, one80, one64) {#name, one32, one80, one64, nullptr, nullptr, nullptr}
#define BL_OF_TWO(name, two32, two80, two64) {#name, nullptr, nullptr, nullptr, two32, two80, two64}
#define BL_ONE(name, std_name, quad) BL_OF_ONE(name, std_name, std_name##l, quad)
#define BL_TWO(name, std_name, quad) BL_OF_TWO(name, std_name, std_name##l, quad)
#define BL_OURS(name, function) BL_OF_ONE(name, function, function, function)
const Function kFunctions[] = {
    BL_ONE(acos, acos, acosq),
    BL_ONE(acosh, acosh, acoshq),
    BL_ONE(asin, asin, asinq),
    BL_ONE(asinh, asinh, asinhq),
    BL_ONE(atan, atan, atanq),
    BL_ONE(atanh, atanh, atanhq),
    BL_ONE(cbrt, cbrt, cbrtq),
    BL_ONE(cos, cos, cosq),
    BL_ONE(cosh, cosh, coshq),
    BL_ONE(erf, erf, erfq),
    BL_ONE(erfc, erfc, erfcq),
    BL_ONE(exp, exp, expq),
    BL_ONE(exp2, exp2, exp2q),
    BL_ONE(expm1, expm1, expm1q),
    BL_ONE(gamma, tgamma, tgammaq),
    BL_OF_ONE(lgamma, lgamma, nullptr, lgammaq),
    BL_ONE(log, log, logq),
    BL_ONE(log10, log10, log10q),
    BL_ONE(log1p, log1p, log1pq),
    BL_ONE(log2, log2, log2q),
    BL_ONE(sin, sin, sinq),
    BL_ONE(sinh, sinh, sinhq),
    BL_ONE(sqrt, sqrt, sqrtq),
    BL_ONE(tan, tan, tanq),
    BL_ONE(tanh, tanh, tanhq),
    BL_ONE(sigmoid, Logistic, Logistic),
    BL_OURS(erfinv, judge::InverseErf),
    BL_OF_ONE(digamma, Digamma32, Digamma80, judge::Digamma),
    BL_OURS(i0, judge::BesselI0),
    BL_TWO(atan2, atan2, atan2q),
    BL_TWO(hypot, hypot, hypotq),
    BL_TWO(pow, pow, powq),
    BL_OF_TWO(beta, Beta32, nullptr, judge::Beta),
};

const Function* Find(const char* name) {
  for (const Function& function : kFunctions) {
    if (std::strcmp(function.name, name) == 0) return &function;
  }
  return nullptr;
}

// 2 to the power of `exponent`, which is one of normal numbers.
double PowerOfTwo(int exponent) {
  return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
}

// The exponent of the last place of a finite number, that of the smallest subnormal at least.
int LastPlace(float x) {
  return std::max(static_cast<int>(std::bit_cast<uint32_t>(x) >> 23 & 0xff), 1) - 150;
}
int LastPlace(double x) {
  return std::max(static_cast<int>(std::bit_cast<uint64_t>(x) >> 52 & 0x7ff), 1) - 1075;
}

double InPlaces(double difference, int place) { return std::fabs(difference) * PowerOfTwo(-place); }
double InPlaces(__float128 difference, int place) {  // in two steps: places may be subnormal
  const int half = place / 2;
  return std::fabs(static_cast<double>(difference * PowerOfTwo(-half) * PowerOfTwo(half - place)));
}

// Of `got` against `exact`; infinite where one is NaN or infinite and the other, rounded, is not.
template <typename T>
double ErrorInUlp(T got, typename Wider<T>::Type exact) {
  using Limits = std::numeric_limits<T>;
  const T rounded = static_cast<T>(exact);
  if (std::isnan(got) || std::isnan(rounded))
    return std::isnan(got) == std::isnan(rounded) ? 0 : std::numeric_limits<double>::infinity();
  if (got == rounded) {
    if (std::isinf(got) || exact == 0) return 0;
  } else if (std::isinf(got) && std::isinf(rounded)) {
    return std::numeric_limits<double>::infinity();
  }
  if (std::isinf(got)) got = got > 0 ? Limits::max() : Limits::lowest();  // as if numbers went on
  // The result may stand just above a power of two that the exact value is just below.
  return InPlaces(got - exact, LastPlace(std::isinf(rounded) ? Limits::max() : rounded));
}

struct Worst {
  double error;
  double at;
  double at_second;
};

// Whether `got` certainly errs by less than `most`: by the long double `value`, which itself may
// err by a hundredth.
bool IsBelow(double most, double got, long double value) {
  const long double size = std::fabs(value);
  if (!(size > 0x1p-1000L && size < 0x1p1020L) || !std::isfinite(got)) return false;
  const int place = LastPlace(static_cast<double>(value));
  const long double error = std::fabs(got - value) * std::ldexp(1.0L, -place);
  return error < most - 0.02;
}

template <typename T>
bool IsBelow(const Function& f, T x, const T* second, const T* got, double most) {
  if (got == nullptr) return true;
  if (sizeof(T) == 4 || (f.one80 == nullptr && f.two80 == nullptr)) return false;
  return IsBelow(most, *got, second == nullptr ? f.one80(x) : f.two80(x, *second));
}

template <typename T>
typename Wider<T>::Type Exact(const Function& f, T x, const T* second) {
  if constexpr (sizeof(T) == 4) return second == nullptr ? f.one32(x) : f.two32(x, *second);
  if constexpr (sizeof(T) == 8) return second == nullptr ? f.one64(x) : f.two64(x, *second);
}

template <typename T>
void Check(const Function& f, const T* x, const T* second, const T* const (&got)[2], int64_t count,
           Worst (&worst)[2]) {
  const auto at = [](const T* values, int64_t i) {
    return values == nullptr ? values : values + i;
  };
  for (int64_t i = 0; i < count; ++i) {
    const T* const y = at(second, i);
    if (IsBelow(f, x[i], y, at(got[0], i), worst[0].error) &&
        IsBelow(f, x[i], y, at(got[1], i), worst[1].error))
      continue;
    const auto exact = Exact(f, x[i], y);
    for (int which = 0; which < 2; ++which) {
      if (got[which] == nullptr) continue;
      const double error = ErrorInUlp(got[which][i], exact);
      if (!(error <= worst[which].error))
        worst[which] = {error, x[i], y == nullptr ? 0.0 : static_cast<double>(*y)};
    }
  }
}

}  // namespace

// Updates `worst` of two results, of which the second may be null. Returns false where there is no
// such function of that many operands.
extern "C" bool broadloom_check(const char* name, int itemsize, const void* x, const void* second,
                                const void* got, const void* other, int64_t count,
                                Worst (*worst)[2]) {
  const Function* f = Find(name);
  if (f == nullptr || (second != nullptr) != (f->two32 != nullptr)) return false;
  const auto check = [&]<typename T>(T) {
    const auto typed = [](const void* values) { return static_cast<const T*>(values); };
    Check<T>(*f, typed(x), typed(second), {typed(got), typed(other)}, count, *worst);
  };
  itemsize == 4 ? check(float{}) : check(double{});
  return true;
}

// Switches flush-to-zero and denormals-are-zero of the calling thread; returns whether they were
// on.
extern "C" bool broadloom_flush_to_zero(bool on) {
  constexpr unsigned kBoth = 0x8040;
  const unsigned before = _mm_getcsr();
  _mm_setcsr(on ? before | kBoth : before & ~kBoth);
  return (before & kBoth) != 0;
}

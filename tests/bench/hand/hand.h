// What the hand-written loops share: vectors of the machine's width, arrays, maps.
//
// The rules: two threads, tiles and vectors as a careful engineer would write them for one loop on
// one machine, -O3 -march=native, reductions reassociated freely, no contraction, no flags of
// floating-point errors, NaN not looked for, outputs used again and again. Functions are libmvec's,
// which err by up to 4 ULP.
//
// Besides: threads.h and each_thread.h share work, lanes.h changes lanes, folds.h walks through
// rows and reduces them, outputs.h writes where vectors' boundaries lie anywhere, pipes.h adds
// where multiplications are made. Bodies capture by value, so that pointers stay in registers.
#ifndef BROADLOOM_TESTS_BENCH_HAND_HAND_H_
#define BROADLOOM_TESTS_BENCH_HAND_HAND_H_

#include <immintrin.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "tests/bench/hand/loops.h"
#include "tests/bench/hand/threads.h"

namespace broadloom::hand {

// ---- vectors

#ifdef __AVX512F__
constexpr int kVectorBytes = 64, kRegisters = 32;
#else
constexpr int kVectorBytes = 32, kRegisters = 16;
#endif

template <typename T>
struct VectorOf;
#define BL_VECTOR_OF(T)                                                     \
  template <>                                                               \
  struct VectorOf<T> {                                                      \
    typedef T Type __attribute__((vector_size(kVectorBytes))); /* NOLINT */ \
  };
BL_VECTOR_OF(float)
BL_VECTOR_OF(double)
BL_VECTOR_OF(uint8_t)
BL_VECTOR_OF(int16_t)
BL_VECTOR_OF(int32_t)
BL_VECTOR_OF(int64_t)
#undef BL_VECTOR_OF
template <typename T>
using Vec = typename VectorOf<T>::Type;
template <typename T>
constexpr int kLanes = kVectorBytes / sizeof(T);
template <typename T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();

template <typename T>
inline Vec<T> Load(const T* from) {
  Vec<T> value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}
template <typename T>
inline void Store(T* to, Vec<T> value) {
  __builtin_memcpy(to, &value, sizeof value);
}
template <typename T>
inline Vec<T> Splat(T value) {
  return value - Vec<T>{};
}
inline void StreamBytes(void* to, const void* vector) {
#ifdef __AVX512F__
  _mm512_stream_si512(static_cast<__m512i*>(to), *static_cast<const __m512i_u*>(vector));
#else
  _mm256_stream_si256(static_cast<__m256i*>(to), *static_cast<const __m256i_u*>(vector));
#endif
}
template <typename T>
inline void Stream(T* to, Vec<T> value) {
  StreamBytes(to, &value);
}

template <typename V>
inline V Max(V x, V y) {
  return x > y ? x : y;
}
template <typename V>
inline V Min(V x, V y) {
  return x < y ? x : y;
}
inline Vec<float> Sqrt(Vec<float> x) {
#ifdef __AVX512F__
  return _mm512_sqrt_ps(x);
#else
  return _mm256_sqrt_ps(x);
#endif
}
inline Vec<double> Sqrt(Vec<double> x) {
#ifdef __AVX512F__
  return _mm512_sqrt_pd(x);
#else
  return _mm256_sqrt_pd(x);
#endif
}
// x y + z, rounded once: for products of matrices, and for pipes.h.
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
template <typename T>
inline T SumOf(Vec<T> x) {
  T sum = 0;
  for (int k = 0; k < kLanes<T>; ++k) sum += x[k];
  return sum;
}
template <typename T>
inline T MaxOf(Vec<T> x) {
  T best = x[0];
  for (int k = 1; k < kLanes<T>; ++k) best = std::max(best, x[k]);
  return best;
}

// ---- arrays

template <typename T>
inline const T* In(const Tensors& in, int index) {
  return static_cast<const T*>(in[index].data);
}
template <typename T>
inline T* Out(const Tensors& out, int index = 0) {
  return static_cast<T*>(out[index].data);
}
inline int64_t Count(const Tensor& tensor) {
  int64_t count = 1;
  for (int64_t extent : tensor.shape) count *= extent;
  return count;
}

// Outputs beyond half of the last-level cache are better not written into it.
bool IsBeyondCaches(int64_t bytes);
template <typename T>
inline bool IsStreamed(int64_t elements) {
  return IsBeyondCaches(elements * int64_t{sizeof(T)});
}

// Elements between a vector's boundary and `out`, and from there to the next boundary.
template <typename T>
inline int64_t PastBoundary(const T* out) {
  return reinterpret_cast<uintptr_t>(out) / sizeof(T) % kLanes<T>;
}
template <typename T>
inline int64_t ToBoundary(const T* out) {
  return -PastBoundary(out) & (kLanes<T> - 1);
}

// ---- maps

// What lies at one place of several arrays: a vector, or the last elements before a row's end,
// filled up with ones.
struct Whole {
  int64_t i;
  template <typename T>
  Vec<T> operator()(const T* row) const {
    return Load(row + i);
  }
};
struct Part {
  int64_t i, count;
  template <typename T>
  Vec<T> operator()(const T* row) const {
    Vec<T> value = Splat(T{1});
    __builtin_memcpy(&value, row + i, count * sizeof(T));
    return value;
  }
};

// out[i] = f(at) for i in [0, n), where at(x) is x[i]. `stream`: past the caches; then a fence has
// to follow.
template <typename T, typename F>
inline void MapRow(T* out, int64_t n, bool stream, F f) {
  int64_t i = 0;
  const auto part = [&](int64_t count) {
    const Vec<T> value = f(Part{i, count});
    __builtin_memcpy(out + i, &value, count * sizeof(T));
    i += count;
  };
  if (stream) {
    if (ToBoundary(out) > 0) part(std::min(n, ToBoundary(out)));
    for (; i + kLanes<T> <= n; i += kLanes<T>) Stream(out + i, f(Whole{i}));
  } else {
    for (; i + kLanes<T> <= n; i += kLanes<T>) Store(out + i, f(Whole{i}));
  }
  if (i < n) part(n - i);
}

// Of `Map` where memory is the limit: low, so that the last pieces are even.
constexpr int64_t kOfMemory = 40;

// MapRow on all threads. `work`: nanoseconds for 64 elements, about.
template <typename T, typename F>
inline void Map(T* out, int64_t n, F f, int64_t work = kOfMemory) {
  const auto whole = [](int64_t count) { return std::max<int64_t>(1024, count / 1024 * 1024); };
  const int64_t grain = std::min(whole(int64_t{50'000} * 64 / work), whole(n / 4 + 1023));
  const bool stream = IsStreamed<T>(n);
  Share(n, grain, [=](int64_t begin, int64_t end) {
    MapRow(out + begin, end - begin, stream, [=](auto at) {
      at.i += begin;
      return f(at);
    });
    if (stream) _mm_sfence();
  });
}

constexpr auto kAdd = [](auto x, auto y) { return x + y; };
constexpr auto kMax = [](auto x, auto y) { return Max(x, y); };
constexpr auto kMin = [](auto x, auto y) { return Min(x, y); };

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_HAND_H_

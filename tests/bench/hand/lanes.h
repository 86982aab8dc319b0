// Lanes of vectors: their numbers, other orders, some of them.
#ifndef BROADLOOM_TESTS_BENCH_HAND_LANES_H_
#define BROADLOOM_TESTS_BENCH_HAND_LANES_H_

#include <type_traits>
#include <utility>

#include "tests/bench/hand/hand.h"

namespace broadloom::hand {

template <typename T>
using Integer = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;  // as wide as T
template <typename T>
using Integers = Vec<Integer<T>>;
template <typename T>
using LaneSequence = std::make_integer_sequence<int, kLanes<T>>;

// Lane k: k.
template <typename T, int... k>
inline Integers<T> Numbered(std::integer_sequence<int, k...> /*lanes*/) {
  return Integers<T>{k...};
}
template <typename T>
inline Integers<T> Iota() {
  return Numbered<T>(LaneSequence<T>{});
}

// Lane k: lane index(k) of x followed by y.
template <typename T, typename Index, int... k>
inline Vec<T> Shuffled(Vec<T> x, Vec<T> y, Index, std::integer_sequence<int, k...> /*lanes*/) {
  return __builtin_shufflevector(x, y, Index{}(k)...);
}
template <typename T, typename Index>
inline Vec<T> Shuffle(Vec<T> x, Vec<T> y, Index index) {
  return Shuffled<T>(x, y, index, LaneSequence<T>{});
}

// Lane k: all lanes of v[k] combined. Neighbours are combined first, then neighbouring pairs, ...
template <typename T, int step = 1, typename Combine>
inline Vec<T> FoldAcross(Vec<T>* v, Combine combine) {
  if constexpr (step == kLanes<T>) {
    return v[0];
  } else {
#pragma GCC unroll 8
    for (int k = 0; k < kLanes<T> / (2 * step); ++k) {
      const Vec<T> x = v[2 * k], y = v[2 * k + 1];
      const auto own = [](int lane) { return lane & step ? kLanes<T> + lane : lane; };
      const auto other = [](int lane) {
        return lane & step ? kLanes<T> + (lane ^ step) : lane ^ step;
      };
      v[k] = combine(Shuffle<T>(x, y, own), Shuffle<T>(x, y, other));
    }
    return FoldAcross<T, 2 * step>(v, combine);
  }
}

// The first `count` lanes of memory, else zeros; the lanes in [begin, end) into memory.
#ifdef __AVX512F__
template <typename T>
inline __mmask16 WordsBefore(int64_t lane) {
  return (1U << (lane * (sizeof(T) / 4))) - 1;
}
template <typename T>
inline Vec<T> LoadSome(const T* from, int64_t count) {
  return Vec<T>(_mm512_maskz_loadu_epi32(WordsBefore<T>(count), from));
}
template <typename T>
inline void StoreLanes(T* to, Vec<T> value, int64_t begin, int64_t end) {
  const __mmask16 words = WordsBefore<T>(end) & ~WordsBefore<T>(begin);
  _mm512_mask_storeu_epi32(to, words, __m512i(value));
}
#else
template <typename T>
inline __m256i LanesBefore(int64_t lane) {
  return __m256i(Iota<T>() < Splat(Integer<T>(lane)));
}
template <typename T>
inline Vec<T> LoadSome(const T* from, int64_t count) {
  return Vec<T>(_mm256_maskload_epi32(reinterpret_cast<const int*>(from), LanesBefore<T>(count)));
}
template <typename T>
inline void StoreLanes(T* to, Vec<T> value, int64_t begin, int64_t end) {
  const __m256i lanes = _mm256_andnot_si256(LanesBefore<T>(begin), LanesBefore<T>(end));
  _mm256_maskstore_epi32(reinterpret_cast<int*>(to), lanes, __m256i(value));
}
#endif
template <typename T>
inline void StoreSome(T* to, Vec<T> value, int64_t count) {
  StoreLanes(to, value, 0, count);
}

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_LANES_H_

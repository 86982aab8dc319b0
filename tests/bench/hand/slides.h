// Stencils along rows: what a column of vectors gives is made once, and its neighbours are shuffled
// out of two of them, as loads off the vectors' boundaries take twice the time.
#ifndef BROADLOOM_TESTS_BENCH_HAND_SLIDES_H_
#define BROADLOOM_TESTS_BENCH_HAND_SLIDES_H_

#include "tests/bench/hand/outputs.h"

namespace broadloom::hand {

constexpr int64_t kAheadBytes = 2048;  // memory's latency
template <typename T>
inline void PrefetchAhead(const T* from) {
  __builtin_prefetch(reinterpret_cast<const char*>(from) + kAheadBytes);
}
template <typename T>
inline void PrefetchToWrite(const T* to) {
  __builtin_prefetch(reinterpret_cast<const char*>(to) + kAheadBytes, 1);
}

// Lane i: lane i + k of x followed by y.
template <int k, typename T>
inline Vec<T> After(Vec<T> x, Vec<T> y) {
#ifdef __AVX512F__  // else GCC loads an index for a permutation
  if constexpr (sizeof(T) == 4)
    return Vec<T>(_mm512_alignr_epi32(__m512i(y), __m512i(x), k));
  else
    return Vec<T>(_mm512_alignr_epi64(__m512i(y), __m512i(x), k));
#else
  return Shuffle<T>(x, y, [](int lane) { return lane + k; });
#endif
}

// Two numbers of each column.
template <typename T>
struct Columns {
  Vec<T> a, b;
};
template <int k, typename T>
inline Columns<T> After(const Columns<T>& x, const Columns<T>& y) {
  return {After<k, T>(x.a, y.a), After<k, T>(x.b, y.b)};
}

template <typename At>
inline At Later(At at, int64_t count) {
  at.i += count;
  return at;
}

// out[i] = result(c(i), c(i + 1), c(i + 2)) where column(at) gives the Columns c of a vector; there
// are n + 2 columns. As FillRow, which does what is left beside the whole vectors.
template <bool stream, typename T, typename Column, typename Result>
inline void SlideRow(T* out, int64_t n, Column column, Result result) {
  constexpr int64_t kWidth = kLanes<T>;
  const auto direct = [=](auto at) {
    const auto first = column(at), second = column(Later(at, 1));
    return result(first, second, column(Later(at, 2)));
  };
  const int64_t head = ToBoundary(out), vectors = (n + 2 - head) / kWidth - 1;
  if (n < 3 * kWidth) return FillRow(out, n, stream, direct);
  __builtin_prefetch(out + 2 * n, 1);  // the line that the next two rows share
  StoreLanes(out, direct(Whole{0}), 0, head);
  Columns<T> here = column(Whole{head});
  const auto put = [=](int64_t i, Vec<T> value) {
    if constexpr (stream) {
      Stream(out + i, value);
    } else {
      PrefetchToWrite(out + i);
      Store(out + i, value);
    }
  };
  int64_t i = head;
  for (; i < head + vectors * kWidth; i += kWidth) {
    const Columns<T> next = column(Whole{i + kWidth});
    put(i, result(here, After<1, T>(here, next), After<2, T>(here, next)));
    here = next;
  }
  if (i + kWidth <= n) put(i, direct(Whole{i})), i += kWidth;
  if (i < n) StoreLanes(out + n - kWidth, direct(Whole{n - kWidth}), i - (n - kWidth), kWidth);
}

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_SLIDES_H_

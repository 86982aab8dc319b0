// Transposes a vector's length of rows at a time in registers, each element read once.
#ifndef BROADLOOM_TESTS_BENCH_HAND_TRANSPOSE_H_
#define BROADLOOM_TESTS_BENCH_HAND_TRANSPOSE_H_

#include "tests/bench/hand/lanes.h"

namespace broadloom::hand {

// Halves of x and y: the lower ones (0) or the upper ones (1).
template <typename T, int half>
inline Vec<T> Halves(Vec<T> x, Vec<T> y) {
  return Shuffle<T>(x, y, [](int k) {
    constexpr int kHalf = kLanes<T> / 2;
    return k % kHalf + half * kHalf + k / kHalf * kLanes<T>;
  });
}
// Every second 16 bytes of x and y.
template <typename T, int odd>
inline Vec<T> Alternate(Vec<T> x, Vec<T> y) {
  return Shuffle<T>(x, y, [](int k) {
    constexpr int kPart = 16 / sizeof(T);
    return (2 * (k / kPart) + odd) * kPart + k % kPart;
  });
}
// In each 16 bytes `group` elements of x and of y in turn, from the lower half or the upper one.
template <typename T, int group, int half>
inline Vec<T> Zip(Vec<T> x, Vec<T> y) {
  return Shuffle<T>(x, y, [](int k) {
    constexpr int kPart = 16 / sizeof(T);
    const int j = k % kPart;
    return k / kPart * kPart + half * kPart / 2 + j / (2 * group) * group + j % group +
           j / group % 2 * kLanes<T>;
  });
}

// Of kLanes rows, in place. First the squares of 16 bytes change places, then what is in them.
template <typename T>
inline void TransposeBlock(Vec<T> (&v)[kLanes<T>]) {
  constexpr int kPart = 16 / sizeof(T);
#pragma GCC unroll 4
  for (int i = 0; i < kPart; ++i) {
    if constexpr (kVectorBytes == 64) {
      Vec<T>&a = v[i], &b = v[i + kPart], &c = v[i + 2 * kPart], &d = v[i + 3 * kPart];
      const Vec<T> ab[2] = {Halves<T, 0>(a, b), Halves<T, 1>(a, b)};
      const Vec<T> cd[2] = {Halves<T, 0>(c, d), Halves<T, 1>(c, d)};
      a = Alternate<T, 0>(ab[0], cd[0]);
      b = Alternate<T, 1>(ab[0], cd[0]);
      c = Alternate<T, 0>(ab[1], cd[1]);
      d = Alternate<T, 1>(ab[1], cd[1]);
    } else {
      const Vec<T> low = Halves<T, 0>(v[i], v[i + kPart]);
      v[i + kPart] = Halves<T, 1>(v[i], v[i + kPart]);
      v[i] = low;
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < kLanes<T>; i += kPart) {
    if constexpr (kPart == 4) {
      const Vec<T> low[2] = {Zip<T, 1, 0>(v[i], v[i + 1]), Zip<T, 1, 0>(v[i + 2], v[i + 3])};
      const Vec<T> high[2] = {Zip<T, 1, 1>(v[i], v[i + 1]), Zip<T, 1, 1>(v[i + 2], v[i + 3])};
      v[i] = Zip<T, 2, 0>(low[0], low[1]);
      v[i + 1] = Zip<T, 2, 1>(low[0], low[1]);
      v[i + 2] = Zip<T, 2, 0>(high[0], high[1]);
      v[i + 3] = Zip<T, 2, 1>(high[0], high[1]);
    } else {
      const Vec<T> low = Zip<T, 1, 0>(v[i], v[i + 1]);
      v[i + 1] = Zip<T, 1, 1>(v[i], v[i + 1]);
      v[i] = low;
    }
  }
}

// put(r, c, x) of all elements of a tile, with x those of rows r, r + 1, ... of column c, a vector
// or at the rims one.
template <typename T, typename Put>
inline void Transpose(const T* from, int64_t step, int64_t rows, int64_t columns, Put put) {
  constexpr int64_t kWidth = kLanes<T>;
  const int64_t whole_rows = rows / kWidth * kWidth, whole_columns = columns / kWidth * kWidth;
  for (int64_t r = 0; r < whole_rows; r += kWidth)
    for (int64_t c = 0; c < whole_columns; c += kWidth) {
      Vec<T> block[kWidth];
#pragma GCC unroll 16
      for (int k = 0; k < kWidth; ++k) block[k] = Load(from + (r + k) * step + c);
      TransposeBlock<T>(block);
#pragma GCC unroll 16
      for (int k = 0; k < kWidth; ++k) put(r, c + k, block[k]);
    }
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = r < whole_rows ? whole_columns : 0; c < columns; ++c)
      put(r, c, from[r * step + c]);
}

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_TRANSPOSE_H_

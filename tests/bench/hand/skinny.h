// Products with few columns: whole vectors of outputs, one after the other in memory, each a
// product of a row of x and a column of w.
#ifndef BROADLOOM_TESTS_BENCH_HAND_SKINNY_H_
#define BROADLOOM_TESTS_BENCH_HAND_SKINNY_H_

#include <numeric>

#include "tests/bench/hand/each_thread.h"
#include "tests/bench/hand/folds.h"

namespace broadloom::hand {

// Vectors of k at a time, the last of which overlaps the one before.
template <typename T, int n>
struct Skinny {
  static constexpr int kRows = kLanes<T> / std::gcd(n, kLanes<T>);
  static constexpr int kOutputs = kRows * n;
  static constexpr int64_t kAhead = 4096 / sizeof(T);  // more than memory's latency
  int64_t k;
  std::vector<T> weights;  // by vectors of k, columns, lanes: 0 where an earlier vector has been
  T bias[kOutputs];

  Skinny(const T* w, const T* b, int64_t depth) : k(depth) {
    for (int64_t at = 0; at < k; at += kLanes<T>)
      for (int column = 0; column < n; ++column)
        for (int lane = 0; lane < kLanes<T>; ++lane) {
          const int64_t p = std::min(at, k - kLanes<T>) + lane;
          weights.push_back(p < at ? T(0) : w[p * n + column]);
        }
    for (int i = 0; i < kOutputs; ++i) bias[i] = b[i % n];
  }

  static void AddProducts(const T* left, int64_t k, const T* right, Vec<T> (&sum)[kOutputs]) {
    Vec<T> columns[n];
#pragma GCC unroll 16
    for (int c = 0; c < n; ++c) columns[c] = LoadOnce(right + c * kLanes<T>);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      __builtin_prefetch(left + r * k + kAhead);
      const Vec<T> row = LoadOnce(left + r * k);
#pragma GCC unroll 16
      for (int c = 0; c < n; ++c) sum[r * n + c] = MultiplyAdd(row, columns[c], sum[r * n + c]);
    }
  }

  void Rows(const T* x, T* out, bool stream) const {  // kRows
    Vec<T> sum[kOutputs] = {};
    const T* right = weights.data();
    for (int64_t at = 0; at < k; at += kLanes<T>, right += n * kLanes<T>)
      AddProducts(x + std::min(at, k - kLanes<T>), k, right, sum);
#pragma GCC unroll 16
    for (int i = 0; i < kOutputs; i += kLanes<T>) {
      const Vec<T> result = FoldAcross<T>(sum + i, kAdd) + Load(bias + i);
      if (stream)
        Stream(out + i, result);
      else
        Store(out + i, result);
    }
  }
};

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_SKINNY_H_

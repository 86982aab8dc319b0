// Mean and variance in one pass.
#ifndef BROADLOOM_TESTS_BENCH_HAND_MOMENTS_H_
#define BROADLOOM_TESTS_BENCH_HAND_MOMENTS_H_

#include "tests/bench/hand/folds.h"

namespace broadloom::hand {

// Deviations from the mean of a part are squared, so that no second pass is needed.
struct Moments {
  double count = 0, mean = 0, squares = 0;

  void Merge(const Moments& other) {
    if (other.count == 0) return;
    const double both = count + other.count, d = other.mean - mean;
    squares += other.squares + d * d * (count * other.count / both);
    mean += d * (other.count / both);
    count = both;
  }
};

template <typename T>
Moments MomentsOf(const T* x, int64_t n) {
  const int64_t some = std::min<int64_t>(n, 1024);  // have a mean near enough to that of all
  const T pivot = SumOf<T>(FoldRow(some, T{0}, [=](auto at) { return at(x); }, kAdd)) / T(some);
  Vec<T> sum[4] = {}, squares[4] = {};
  Walk<T, 4>(n, [&](int way, auto at) {
    const Vec<T> d = at.Keep(at(x) - pivot, Vec<T>{});
    sum[way] += d;
    squares[way] += d * d;
  });
  const double shift = SumOf<T>((sum[0] + sum[1]) + (sum[2] + sum[3])) / double(n);
  const double about_pivot = SumOf<T>((squares[0] + squares[1]) + (squares[2] + squares[3]));
  return {double(n), pivot + shift, about_pivot - shift * shift * double(n)};
}

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_MOMENTS_H_

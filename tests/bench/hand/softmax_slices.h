// Softmax of rows that are too long for a cache, by slices: a row is divided while the exponentials
// of the next one are taken.
#ifndef BROADLOOM_TESTS_BENCH_HAND_SOFTMAX_SLICES_H_
#define BROADLOOM_TESTS_BENCH_HAND_SOFTMAX_SLICES_H_

#include <cmath>

#include "tests/bench/hand/functions.h"
#include "tests/bench/hand/rows.h"

namespace broadloom::hand {

// Each slice is less its own maximum at first; what it then is to be divided by takes that back.
template <typename T>
struct SoftmaxOfSlices {
  static constexpr int64_t kSlice = 8192 / sizeof(T);
  const T* x;
  T* out;
  int64_t rows, n, slices;
  bool stream, paired;       // paired: whole vectors on boundaries
  T *exps, *largest, *sums;  // those of one row; of all slices

  int64_t Length(int64_t slice) const { return std::min(kSlice, n - slice * kSlice); }
  T LargestOf(int64_t row, int64_t slice) const {
    const T* from = x + row * n + slice * kSlice;
    return MaxOf<T>(FoldRow(Length(slice), -kInfinity<T>, kAsItIs(0, from), kMax));
  }
  T DivisorOf(int64_t row, int64_t slice, T row_largest, T row_sum) const {
    return row_sum / std::exp(largest[row * slices + slice] - row_largest);
  }
  void Sum(int64_t row, int64_t slice, T most) const {
    const T* from = exps + slice * kSlice;
    largest[row * slices + slice] = most;
    sums[row * slices + slice] = SumOf<T>(FoldRow(Length(slice), T{0}, kAsItIs(0, from), kAdd));
  }

  void TakeExps(int64_t row, int64_t slice) const {
    const T most = LargestOf(row, slice);
    Walk<T, 1>(Length(slice), [from = x + row * n + slice * kSlice, to = exps + slice * kSlice,
                               most = Splat(most)](int, auto at) {
      __builtin_prefetch(from + kSlice + at.i);
      at.Put(to, Exp(at(from) - most));
    });
    Sum(row, slice, most);
  }

  struct OfRow {
    T largest, sum;
  };
  OfRow Join(int64_t row) const {
    const T *most = largest + row * slices, *sum = sums + row * slices;
    const T all = MaxOf<T>(FoldRow(slices, -kInfinity<T>, kAsItIs(0, most), kMax));
    const auto part = [=](auto at) { return at(sum) * Exp(at(most) - all); };
    return {all, SumOf<T>(FoldRow(slices, T{0}, part, kAdd))};
  }

  void Divide(int64_t row, int64_t slice, OfRow joined) const {
    const T* from = exps + slice * kSlice;
    const T divisor = DivisorOf(row, slice, joined.largest, joined.sum);
    MapRow(out + row * n + slice * kSlice, Length(slice), stream,
           [=](auto at) { return at(from) / divisor; });
  }

  // Both at once: the divider works beside the exponentials, memory takes what it gives.
  template <bool kStream>
  void DivideAndTakeExps(int64_t row, int64_t slice, OfRow joined) const {
    const T most = LargestOf(row + 1, slice);
    const T divisor = DivisorOf(row, slice, joined.largest, joined.sum);
    const T* from = x + (row + 1) * n + slice * kSlice;
    T *exp = exps + slice * kSlice, *to = out + row * n + slice * kSlice;
    const Vec<T> mosts = Splat(most), divisors = Splat(divisor);
    for (int64_t i = 0, count = Length(slice); i < count; i += kLanes<T>) {
      __builtin_prefetch(from + kSlice + i);
      PrefetchAhead(exp + i);
      const Vec<T> share = Load(exp + i) / divisors;
      if constexpr (kStream)
        Stream(to + i, share);
      else
        Store(to + i, share);
      Store(exp + i, Exp(Load(from + i) - mosts));
    }
    Sum(row + 1, slice, most);
  }

  void Next(int64_t row, int64_t slice, OfRow joined) const {
    const bool last = row + 1 == rows;
    if (!last && paired)
      return stream ? DivideAndTakeExps<true>(row, slice, joined)
                    : DivideAndTakeExps<false>(row, slice, joined);
    Divide(row, slice, joined);
    if (!last) TakeExps(row + 1, slice);
  }

  // Each thread keeps to its own slices.
  void Run(int64_t thread, int64_t threads) const {
    const int64_t begin = slices * thread / threads, end = slices * (thread + 1) / threads;
    for (int64_t slice = begin; slice < end; ++slice) TakeExps(0, slice);
    for (int64_t row = 0; row < rows; ++row) {
#pragma omp barrier
      const OfRow joined = Join(row);
      for (int64_t slice = begin; slice < end; ++slice) Next(row, slice, joined);
    }
    _mm_sfence();
  }
};

template <typename T>
void SoftmaxOfLongRows(const Tensors& in, const Tensors& out) {
  using Softmax = SoftmaxOfSlices<T>;
  static Buffer<T> exps;  // fresh pages for each call would cost more than the exponentials
  T* to = Out<T>(out);
  const int64_t rows = in[0].shape[0], n = in[0].shape[1], slices = DivideUp(n, Softmax::kSlice);
  const bool stream = IsStreamed<T>(rows * n), paired = n % kLanes<T> == 0 && PastBoundary(to) == 0;
  exps.Fit(n);
  std::vector<T> largest(rows * slices), sums(rows * slices);
  OnEachThread(
      [of = Softmax{In<T>(in, 0), to, rows, n, slices, stream, paired, exps.data(), largest.data(),
                    sums.data()}](int64_t thread, int64_t threads) { of.Run(thread, threads); });
}

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_SOFTMAX_SLICES_H_

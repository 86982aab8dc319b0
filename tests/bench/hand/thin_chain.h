// a (b c), where c has few columns.
#ifndef BROADLOOM_TESTS_BENCH_HAND_THIN_CHAIN_H_
#define BROADLOOM_TESTS_BENCH_HAND_THIN_CHAIN_H_

#include "tests/bench/hand/each_thread.h"
#include "tests/bench/hand/folds.h"
#include "tests/bench/hand/outputs.h"

namespace broadloom::hand {

// Products with a matrix of kColumns columns. Where one of its rows does not fill whole vectors,
// two of them do, each with a factor of its own.
template <typename T, int kColumns>
struct ThinProduct {
  static constexpr int kTogether = kColumns % kLanes<T> == 0 ? 1 : 2;
  static constexpr int kWidth = kTogether * kColumns, kVectors = kWidth / kLanes<T>;
  static constexpr int kGroups = kVectorBytes == 64 ? 4 : 2;  // as registers allow
  static_assert(kWidth % kLanes<T> == 0);

  const T* left;  // factor `row` of `group` at `step`
  int64_t group_step, step, row_step;

  // Vector v of both rows' factors.
  static Vec<T> Factors(int v, Vec<T> first, Vec<T> second) {
    return Iota<T>() + Integer<T>(v * kLanes<T>) < Splat(Integer<T>(kColumns)) ? first : second;
  }

  // sums[group] = left[group] right of some groups, or added to them.
  template <int kSome>
  void Multiply(int64_t group, const T* right, int64_t count, bool add, T* sums) const {
    constexpr int kSums = kSome * kVectors;
    Vec<T> sum[kSums] = {};
    if (add) {
#pragma GCC unroll 32
      for (int i = 0; i < kSums; ++i) sum[i] = Load(sums + i * kLanes<T>);
    }
    const T* factor = left + group * group_step;
    for (int64_t p = 0; p < count; ++p, factor += step, right += kWidth)
      AddProducts<kSome>(factor, right, sum);
#pragma GCC unroll 32
    for (int i = 0; i < kSums; ++i) Store(sums + i * kLanes<T>, sum[i]);
  }

  template <int kSome>
  void AddProducts(const T* factor, const T* right, Vec<T> (&sum)[kSome * kVectors]) const {
    Vec<T> row[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) row[v] = LoadOnce(right + v * kLanes<T>);
#pragma GCC unroll 8
    for (int g = 0; g < kSome; ++g) {
      const Vec<T> first = Splat(factor[g * group_step]);
      const Vec<T> second = Splat(factor[g * group_step + (kTogether - 1) * row_step]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v)
        sum[g * kVectors + v] =
            MultiplyAdd(Factors(v, first, second), row[v], sum[g * kVectors + v]);
    }
  }

  void MultiplyAll(int64_t groups, const T* right, int64_t count, bool add, T* sums) const {
    int64_t group = 0;
    for (; group + kGroups <= groups; group += kGroups)
      Multiply<kGroups>(group, right, count, add, sums + group * kWidth);
    for (; group < groups; ++group) Multiply<1>(group, right, count, add, sums + group * kWidth);
  }
};

// a (b c): each thread sums a part of b c, and then multiplies a part of a.
template <typename T, int kColumns>
struct ThinChain {
  using Product = ThinProduct<T, kColumns>;
  static constexpr int64_t kTogether = Product::kTogether, kWidth = Product::kWidth;
  int64_t m, k, n;
  const T *a, *b, *c;
  T *out, *parts;  // those of threads: b c in rows of kWidth, of which kTogether count together

  // Blocks of c stay in L1.
  void SumPart(int64_t begin, int64_t end, T* part) const {
    constexpr int64_t kBlock = 128;
    const int64_t whole = begin + (end - begin) / kTogether * kTogether;
    std::fill_n(part, whole == begin ? k * kWidth : 0, T(0));
    for (int64_t p = begin; p < whole; p += kBlock)
      Product{b + p, n, kTogether, 1}.MultiplyAll(
          k, c + p * kColumns, (std::min(whole, p + kBlock) - p) / kTogether, p > begin, part);
    for (int64_t p = whole; p < end; ++p)
      for (int64_t row = 0; row < k; ++row)
        for (int64_t column = 0; column < kColumns; ++column)
          part[row * kWidth + column] += b[row * n + p] * c[p * kColumns + column];
  }

  // b c, each row kTogether times.
  void Join(int64_t threads, T* joined) const {
    for (int64_t row = 0; row < k; ++row) {
      T both[2 * kWidth];  // the parts of a row, and again those before them
      for (int64_t i = 0; i < kWidth; i += kLanes<T>) {
        Vec<T> sum = {};
        for (int64_t part = 0; part < threads; ++part)
          sum += Load(parts + (part * k + row) * kWidth + i);
        Store(both + i, sum);
        Store(both + kWidth + i, sum);
      }
      for (int64_t i = 0; i < kWidth; i += kLanes<T>)
        Store(joined + row * kWidth + i,
              kTogether == 1 ? Load(both + i) : Load(both + i) + Load(both + i + kColumns));
    }
  }

  void MultiplyPart(int64_t begin, int64_t end, const T* joined) const {
    const int64_t groups = (end - begin) / kTogether;
    Product{a + begin * k, kTogether * k, 1, k}.MultiplyAll(groups, joined, k, false,
                                                            out + begin * kColumns);
    for (int64_t row = begin + groups * kTogether; row < end; ++row)
      for (int64_t column = 0; column < kColumns; ++column) {
        T sum = 0;
        for (int64_t p = 0; p < k; ++p) sum += a[row * k + p] * joined[p * kWidth + column];
        out[row * kColumns + column] = sum;
      }
  }

  void Run() const {
#pragma omp parallel
    {
      const int64_t thread = omp_get_thread_num(), threads = omp_get_num_threads();
      const auto bound = [=](int64_t count, int64_t before) {
        return before == threads ? count : count * before / threads / kTogether * kTogether;
      };
      Buffer<T> joined(k * kWidth);
      SumPart(bound(n, thread), bound(n, thread + 1), parts + thread * k * kWidth);
#pragma omp barrier
      Join(threads, joined.data());
      MultiplyPart(bound(m, thread), bound(m, thread + 1), joined.data());
    }
  }
};

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_THIN_CHAIN_H_

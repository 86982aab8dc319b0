// Small and thin matrix products (tests/bench/workloads/products.py): tiles of rows and vectors of
// columns in registers.
#include <numeric>

#include "tests/bench/hand/lanes.h"

namespace broadloom::hand {
namespace {

// out = start + a b, where `start` is a row.
template <typename T>
struct SmallProduct {
  int64_t m, k, n;
  const T* a;
  int64_t a_step;
  const T *b, *start;  // b's rows are n apart, as out's
  T* out;

  template <int kRows, int kVectors>
  void Tile(int64_t row, int64_t first) const {
    int64_t column[kVectors];  // the last vector overlaps where n is no multiple
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) column[v] = std::min(first + v * kLanes<T>, n - kLanes<T>);
    Vec<T> sum[kRows][kVectors];
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) sum[r][v] = Load(start + column[v]);
    const T* left = a + row * a_step;
    for (int64_t p = 0; p < k; ++p) {
      Vec<T> right[kVectors];
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) right[v] = Load(b + p * n + column[v]);
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
        const Vec<T> factor = Splat(left[r * a_step + p]);
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) sum[r][v] += factor * right[v];
      }
    }
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) Store(out + (row + r) * n + column[v], sum[r][v]);
  }

  template <int kVectors>
  void Columns(int64_t first) const {
    int64_t row = 0;
    for (; row + 4 <= m; row += 4) Tile<4, kVectors>(row, first);
    for (; row < m; ++row) Tile<1, kVectors>(row, first);
  }

  void Run() const {
    constexpr int64_t kMost = kVectorBytes == 64 ? 4 : 2;  // vectors, as registers allow
    if (n < kLanes<T>) return RunNarrow();
    int64_t first = 0;
    for (; first + kMost * kLanes<T> <= n; first += kMost * kLanes<T>) Columns<kMost>(first);
    switch (DivideUp(n - first, kLanes<T>)) {
      case 1: return Columns<1>(first);
      case 2: return Columns<2>(first);
      case 3: return Columns<3>(first);
      case 4: return Columns<4>(first);
    }
  }

  void RunNarrow() const {
    for (int64_t r = 0; r < m; ++r)
      for (int64_t c = 0; c < n; ++c) {
        T sum = start[c];
        for (int64_t p = 0; p < k; ++p) sum += a[r * a_step + p] * b[p * n + c];
        out[r * n + c] = sum;
      }
  }
};

template <typename T>
void Batched(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *w = In<T>(in, 1), *bias = In<T>(in, 2);
  T* to = Out<T>(out);
  const int64_t m = in[0].shape[1], k = in[0].shape[2], n = in[1].shape[2];
  const int64_t items = in[0].shape[0], work = m * k * n;
  const int64_t grain = std::clamp<int64_t>((1 << 22) / work, 1, (items + 3) / 4);
  Share(items, grain, [=](int64_t begin, int64_t end) {
    for (int64_t item = begin; item < end; ++item)
      SmallProduct<T>{m, k, n, x + item * m * k, k, w + item * k * n, bias, to + item * m * n}
          .Run();
  });
}

// a (b c), where each thread sums a part of b c.
template <typename T>
void ChainOfProducts(const Tensors& in, const Tensors& out) {
  const T *a = In<T>(in, 0), *b = In<T>(in, 1), *c = In<T>(in, 2);
  T* to = Out<T>(out);
  const int64_t m = in[0].shape[0], k = in[0].shape[1], n = in[1].shape[1], p = in[2].shape[1];
  const int64_t part = GrainOfThread(n), parts = DivideUp(n, part);
  const std::vector<T> zeros(p);
  std::vector<T> products(parts * k * p);
  const T* start = zeros.data();
  T* of_part = products.data();
  Share(n, part, [=](int64_t begin, int64_t end) {
    SmallProduct<T>{k, end - begin,   p,     b + begin,
                    n, c + begin * p, start, of_part + begin / part * k * p}
        .Run();
  });
  for (int64_t i = k * p; i < parts * k * p; ++i) of_part[i % (k * p)] += of_part[i];
  Share(m, GrainOfThread(m), [=](int64_t begin, int64_t end) {
    SmallProduct<T>{end - begin, k, p, a + begin * k, k, of_part, start, to + begin * p}.Run();
  });
}

// ---- skinny ones: whole vectors of outputs, one after the other in memory, each a product of a
// row of x and a column of w

// Vectors of k at a time, the last of which overlaps the one before.
template <typename T, int n>
struct Skinny {
  static constexpr int kRows = kLanes<T> / std::gcd(n, kLanes<T>);
  static constexpr int kOutputs = kRows * n;
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

  void Rows(const T* x, T* out) const {  // kRows
    Vec<T> sum[kOutputs] = {};
    const T* right = weights.data();
    for (int64_t at = 0; at < k; at += kLanes<T>, right += n * kLanes<T>) {
      const T* left = x + std::min(at, k - kLanes<T>);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        const Vec<T> row = Load(left + r * k);
#pragma GCC unroll 16
        for (int c = 0; c < n; ++c) sum[r * n + c] += row * Load(right + c * kLanes<T>);
      }
    }
#pragma GCC unroll 16
    for (int i = 0; i < kOutputs; i += kLanes<T>)
      Store(out + i, FoldAcross<T>(sum + i, kAdd) + Load(bias + i));
  }
};

template <typename T, int n>
void SkinnyOf(const Tensors& in, const Tensors& out) {
  constexpr int kRows = Skinny<T, n>::kRows;
  const T *x = In<T>(in, 0), *w = In<T>(in, 1), *bias = In<T>(in, 2);
  T* to = Out<T>(out);
  const int64_t m = in[0].shape[0], k = in[0].shape[1], columns = in[1].shape[1];
  const int64_t grain = std::max<int64_t>(1, (1 << 20) / (k * int64_t{sizeof(T)}) / kRows) * kRows;
  const auto any = [=](int64_t begin, int64_t end) {
    SmallProduct<T>{end - begin, k, columns, x + begin * k, k, w, bias, to + begin * columns}.Run();
  };
  if (columns != n || k < kLanes<T>) return Share(m, grain, any);
  const Skinny<T, n> product(w, bias, k);
  Share(m, grain, [=, &product](int64_t begin, int64_t end) {
    int64_t r = begin;
    for (; r + kRows <= end; r += kRows) product.Rows(x + r * k, to + r * n);
    any(r, end);
  });
}

}  // namespace

std::vector<NamedLoop> SmallProductLoops() {
  return {
      {"batched", "float32", Batched<float>},
      {"skinny", "float32", SkinnyOf<float, 8>},
      {"skinny", "float64", SkinnyOf<double, 3>},
      {"chain of products", "float64", ChainOfProducts<double>},
  };
}

}  // namespace broadloom::hand

// Small and thin matrix products (tests/bench/workloads/products.py): tiles of rows and vectors of
// columns in registers.
#include "tests/bench/hand/each_thread.h"
#include "tests/bench/hand/folds.h"
#include "tests/bench/hand/skinny.h"
#include "tests/bench/hand/symmetric.h"
#include "tests/bench/hand/thin_chain.h"

namespace broadloom::hand {
namespace {

// out = start + a b, where `start` is a row.
template <typename T>
struct SmallProduct {
  static constexpr int kRows = 6, kVectors = kVectorBytes == 64 ? 4 : 2;  // as registers allow
  int64_t m, k, n;
  const T* a;
  int64_t a_step;
  const T *b, *start;  // b's rows are n apart, as out's
  T* out;
  int64_t a_ahead = 0, b_ahead = 0;  // from there to the next product's, for the cache

  template <int kSome, int kWide>
  void Tile(int64_t row, int64_t first) const {
    int64_t column[kWide];  // the last vector overlaps where n is no multiple
#pragma GCC unroll 4
    for (int v = 0; v < kWide; ++v) column[v] = std::min(first + v * kLanes<T>, n - kLanes<T>);
    Vec<T> sum[kSome][kWide];
#pragma GCC unroll 8
    for (int r = 0; r < kSome; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < kWide; ++v) {
        sum[r][v] = Load(start + column[v]);
        __builtin_prefetch(out + (row + r) * n + column[v], 1);
      }
    AddProducts<kSome, kWide>(row, column, sum);
    T* to = out + row * n;
#pragma GCC unroll 8
    for (int r = 0; r < kSome; ++r, to += n)
#pragma GCC unroll 4
      for (int v = 0; v < kWide; ++v) Store(to + column[v], sum[r][v]);
  }

  template <int kSome, int kWide>
  void AddProducts(int64_t row, const int64_t* column, Vec<T> (&sum)[kSome][kWide]) const {
    const T *left = a + row * a_step, *right = b;
    const T *next_left = left + a_ahead, *next_right = b + row * k + b_ahead;
    for (int64_t p = 0; p < k; ++p, right += n) {
      __builtin_prefetch(next_left + p * kSome, 0, 2);
      __builtin_prefetch(next_right + p * kSome, 0, 2);
      Vec<T> wide[kWide];
#pragma GCC unroll 4
      for (int v = 0; v < kWide; ++v) wide[v] = LoadOnce(right + column[v]);
#pragma GCC unroll 8
      for (int r = 0; r < kSome; ++r) {
        const Vec<T> factor = Splat(left[r * a_step + p]);
#pragma GCC unroll 4
        for (int v = 0; v < kWide; ++v) sum[r][v] = MultiplyAdd(factor, wide[v], sum[r][v]);
      }
    }
  }

  template <int kWide>
  void Columns(int64_t first) const {
    int64_t row = 0;
    for (; row + kRows <= m; row += kRows) Tile<kRows, kWide>(row, first);
    if (row + 4 <= m) Tile<4, kWide>(row, first), row += 4;
    for (; row < m; ++row) Tile<1, kWide>(row, first);
  }

  void Run() const {
    if (n < kLanes<T>) return RunNarrow();
    int64_t first = 0;
    for (; first + kVectors * kLanes<T> <= n; first += kVectors * kLanes<T>)
      Columns<kVectors>(first);
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
      SmallProduct<T>{
          m, k, n, x + item * m * k, k, w + item * k * n, bias, to + item * m * n, m * k, k * n}
          .Run();
  });
}

// a (b c) of any shapes, where each thread sums a part of b c.
template <typename T>
void AnyChain(const Tensors& in, const Tensors& out) {
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

template <typename T, int kColumns>
void ChainOfProducts(const Tensors& in, const Tensors& out) {
  using Chain = ThinChain<T, kColumns>;
  static Buffer<T> parts;  // fresh memory for each call would take as long as a part
  const int64_t m = in[0].shape[0], k = in[0].shape[1], n = in[1].shape[1];
  if (in[2].shape[1] != kColumns) return AnyChain<T>(in, out);
  parts.Fit(omp_get_max_threads() * k * Chain::kWidth);
  Chain{m, k, n, In<T>(in, 0), In<T>(in, 1), In<T>(in, 2), Out<T>(out), parts.data()}.Run();
}

// ---- by one thin matrix, by itself

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
  // Where inputs and outputs do not both fit into the last-level cache.
  const bool stream = PastBoundary(to) == 0 && IsStreamed<T>(m * (k + n) / 2);
  const Skinny<T, n> product(w, bias, k);
  Share(m, grain, [=, &product](int64_t begin, int64_t end) {
    int64_t r = begin;
    for (; r + kRows <= end; r += kRows) product.Rows(x + r * k, to + r * n, stream);
    any(r, end);
    _mm_sfence();
  });
}

template <typename T>
void Gram(const Tensors& in, const Tensors& out) {
  using Product = SymmetricProduct<T>;
  const T* x = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t m = in[0].shape[0], k = in[0].shape[1];
  if (m >= Product::kDown)
    return OnEachThread([=, product = Product(x, to, m, k)](int64_t thread, int64_t threads) {
      product.Run(thread, threads);
    });
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < m; ++j)
      to[i * m + j] = std::inner_product(x + i * k, x + i * k + k, x + j * k, T(0));
}

}  // namespace

std::vector<NamedLoop> SmallProductLoops() {
  return {
      {"batched", "float32", Batched<float>},
      {"skinny", "float32", SkinnyOf<float, 8>},
      {"skinny", "float64", SkinnyOf<double, 3>},
      {"chain of products", "float64", ChainOfProducts<double, 20>},
      {"gram", "float32", Gram<float>},
  };
}

}  // namespace broadloom::hand

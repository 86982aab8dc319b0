// Rows less or over statistics of their own (tests/bench/workloads/rows.py).
#include <cmath>

#include "tests/bench/hand/moments.h"
#include "tests/bench/hand/rows.h"
#include "tests/bench/hand/rows_of_three.h"

namespace broadloom::hand {
namespace {

template <typename T>
void CentreRows(const Tensors& in, const Tensors& out) {
  const int64_t n = in[0].shape[1];
  if (n == 3)
    return MapTriples<T>(in, out, [](Triple<T> v) -> Triple<T> {
      const Vec<T> mean = (v.a + v.b + v.c) / T(3);
      return {v.a - mean, v.b - mean, v.c - mean};
    });
  MapBlocks<T>(in, out, [=](const T* x, T* to, int64_t rows) {
    const PerRow<T> means(FoldRows(x, rows, n, T{0}, kAsItIs, kAdd) / T(n));
    MapRows(x, to, rows, n, [&](int64_t row, const T* from) {
      return [from, mean = means[row], ahead = NextRows<T>(n)](auto at) {
        __builtin_prefetch(from + ahead + at.i);
        return at(from) - mean;
      };
    });
  });
}

template <typename T>
void LayerNorm(const Tensors& in, const Tensors& out) {
  const int64_t n = in[0].shape[1];
  const T *gammas = In<T>(in, 1), *betas = In<T>(in, 2);
  MapBlocks<T>(in, out, [=](const T* x, T* to, int64_t rows) {
    const PerRow<T> means(FoldRows(x, rows, n, T{0}, kAsItIs, kAdd) / T(n));
    const auto square = [&](int64_t row, const T* from) {
      return [from, mean = means[row], ahead = NextRows<T>(n)](auto at) {
        __builtin_prefetch(from + ahead + at.i);  // later there are results to be written
        const Vec<T> d = mean - at(from);         // so that subtracting loads
        return d * d;
      };
    };
    const Vec<T> variance = FoldRows(x, rows, n, T{0}, square, kAdd) / T(n);
    const PerRow<T> scales(T(1) / Sqrt(variance + T(1e-5)));
    MapRows(x, to, rows, n, [&](int64_t row, const T* from) {
      return [from, mean = means[row], scale = scales[row], gamma = gammas, beta = betas](auto at) {
        return (at(from) - mean) * scale * at(gamma) + at(beta);
      };
    });
  });
}

constexpr auto kSquares = [](int64_t, const auto* from) {
  return [=](auto at) { return at(from) * at(from); };
};

template <typename T>
void UnitRows(const Tensors& in, const Tensors& out) {
  const int64_t n = in[0].shape[1];
  MapBlocks<T>(in, out, [=](const T* x, T* to, int64_t rows) {
    const PerRow<T> norms(Sqrt(FoldRows(x, rows, n, T{0}, kSquares, kAdd)));
    MapRows(x, to, rows, n, [&](int64_t row, const T* from) {
      return [from, norm = norms[row], ahead = NextRows<T>(n)](auto at) {
        __builtin_prefetch(from + ahead + at.i);
        return at(from) / norm;
      };
    });
  });
}

template <typename T>
void StandardiseRows(const Tensors& in, const Tensors& out) {
  constexpr int64_t kSlice = 1 << 14;
  const int64_t rows = in[0].shape[0], n = in[0].shape[1], slices = DivideUp(n, kSlice);
  const bool stream = IsStreamed<T>(rows * n);
  std::vector<Moments> all_moments(rows * slices);
  Moments* moments = all_moments.data();
  const T* x = In<T>(in, 0);
  T* result = Out<T>(out);
  MapLongRows(
      rows, slices,
      [=](int64_t row, int64_t slice) {
        const int64_t begin = slice * kSlice;
        moments[row * slices + slice] = MomentsOf(x + row * n + begin, std::min(kSlice, n - begin));
      },
      [=](int64_t row) {
        Moments joined;
        for (int64_t slice = 0; slice < slices; ++slice)
          joined.Merge(moments[row * slices + slice]);
        return joined;
      },
      [=](int64_t row, int64_t slice, const Moments& joined) {
        const T mean = T(joined.mean), deviation = T(std::sqrt(joined.squares / joined.count));
        const int64_t begin = row * n + slice * kSlice,
                      count = std::min(kSlice, n - slice * kSlice);
        MapRow(result + begin, count, stream,
               [=](auto at) { return (at(x + begin) - mean) / deviation; });
      });
}

}  // namespace

std::vector<NamedLoop> RowLoops() {
  return {
      {"centre rows", "float32", CentreRows<float>},
      {"centre rows", "float64", CentreRows<double>},
      {"layer norm", "float32", LayerNorm<float>},
      {"unit rows", "float32", UnitRows<float>},
      {"standardise rows", "float64", StandardiseRows<double>},
  };
}

}  // namespace broadloom::hand

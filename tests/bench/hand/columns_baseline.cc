// Columns: sums, and elements less or over statistics of columns (tests/bench/workloads/rows.py).
#include <cmath>
#include <numeric>
#include <utility>

#include "tests/bench/hand/folds.h"
#include "tests/bench/hand/outputs.h"

namespace broadloom::hand {
namespace {

// Some rows side by side: whole vectors, some KB of them.
template <typename T>
struct Bands {
  const T* x;
  int64_t rows, columns, tall, width, count;

  explicit Bands(const Tensor& tensor)
      : x(static_cast<const T*>(tensor.data)), rows(tensor.shape[0]), columns(tensor.shape[1]) {
    tall = kLanes<T> / std::gcd(columns, int64_t{kLanes<T>});
    while (tall * columns * int64_t{sizeof(T)} < 4096) tall *= 2;
    width = tall * columns;
    count = DivideUp(rows, tall);
  }
  T RowsIn(int64_t begin, int64_t end) const {
    return T(std::min(rows, end * tall) - begin * tall);
  }
  int64_t grain() const { return EvenGrain(count, width); }

  // step(band, at) for all of the bands. Statistics of columns are `width` long too, so that
  // at(statistics) are those of at(band).
  template <typename Step>
  void Each(int64_t begin, int64_t end, Step step) const {
    for (int64_t band = begin; band < end; ++band) {
      const T* from = x + band * width;
      Walk<T, 2>(std::min(width, rows * columns - band * width),
                 [=](int, auto at) { step(from, at); });
    }
  }
  // Statistics of each band's places into those of columns, at the beginning; and back.
  template <typename Combine>
  void Fold(T* statistics, Combine combine) const {
    for (int64_t i = columns; i < width; i += columns)
      for (int64_t k = 0; k < columns; ++k)
        statistics[k] = combine(statistics[k], statistics[i + k]);
  }
  void Repeat(T* statistics) const {
    for (int64_t i = columns; i < width; ++i) statistics[i] = statistics[i - columns];
  }
  // out = f(at): the last bands first, as they are still in the cache.
  template <typename F>
  void Map(T* out, F f) const {
    const bool stream = IsStreamed<T>(rows * columns);
    Share(count, grain(), [=, *this](int64_t begin, int64_t end) {
      for (int64_t band = count - begin; band-- > count - end;) {
        const T* from = x + band * width;
        MapRow(out + band * width, std::min(width, rows * columns - band * width), stream,
               [=](auto at) { return f(from, at); });
      }
      if (stream) _mm_sfence();
    });
  }
};

template <typename T>
void AddBands(const Bands<T>& bands, int64_t begin, int64_t end, T* sum) {
  bands.Each(begin, end, [=](const T* row, auto at) { at.Put(sum, at(sum) + at(row)); });
}

template <typename T>
void SumOfRows(const Tensors& in, const Tensors& out) {
  const Bands<T> bands(in[0]);
  auto sums = Reduce(bands.count, bands.grain(), Sums<T>{Buffer<T>(bands.width)},
                     [=](Sums<T>& mine, int64_t begin, int64_t end) {
                       AddBands(bands, begin, end, mine.values.data());
                     });
  bands.Fold(sums.values.data(), kAdd);
  std::copy_n(sums.values.data(), bands.columns, Out<T>(out));
}

template <typename T>
struct ColumnRange {
  Buffer<T> least, most;
  void Merge(const ColumnRange& other) {
    for (size_t k = 0; k < least.vectors(); ++k) {
      least[k] = Min(least[k], other.least[k]);
      most[k] = Max(most[k], other.most[k]);
    }
  }
};

template <typename T>
void RescaleColumns(const Tensors& in, const Tensors& out) {
  const Bands<T> bands(in[0]);
  auto range = Reduce(
      bands.count, bands.grain(),
      ColumnRange<T>{Buffer<T>(bands.width, kInfinity<T>), Buffer<T>(bands.width, -kInfinity<T>)},
      [=](ColumnRange<T>& mine, int64_t begin, int64_t end) {
        T *least = mine.least.data(), *most = mine.most.data();
        bands.Each(begin, end, [=](const T* row, auto at) {
          at.Put(least, Min(at(row), at(least)));
          at.Put(most, Max(at(row), at(most)));
        });
      });
  T *least = range.least.data(), *width = range.most.data();
  bands.Fold(least, kMin);
  bands.Fold(width, kMax);
  for (int64_t k = 0; k < bands.columns; ++k) width[k] -= least[k];
  bands.Repeat(least);
  bands.Repeat(width);
  bands.Map(Out<T>(out), [=](const T* row, auto at) { return (at(row) - at(least)) / at(width); });
}

template <typename T>
struct ColumnMoments {
  double count = 0;
  Buffer<T> mean, squares;
  void Merge(const ColumnMoments& other) {
    if (other.count == 0) return;
    const T both = T(count + other.count), part = T(other.count) / both;
    for (size_t k = 0; k < mean.vectors(); ++k) {
      const Vec<T> d = other.mean[k] - mean[k];
      squares[k] += other.squares[k] + d * d * (T(count) * part);
      mean[k] += d * part;
    }
    count = both;
  }
};

template <typename T>
Buffer<T> MeanOfBands(const Bands<T>& bands, int64_t begin, int64_t end) {
  Buffer<T> means(bands.width);
  T* mean = means.data();
  AddBands(bands, begin, end, mean);
  bands.Fold(mean, kAdd);
  for (int64_t k = 0; k < bands.columns; ++k) mean[k] /= bands.RowsIn(begin, end);
  bands.Repeat(mean);
  return means;
}

// About the mean of the first ones, so that no second pass is needed.
template <typename T>
ColumnMoments<T> MomentsOfBands(const Bands<T>& bands, int64_t begin, int64_t end) {
  const int64_t some = std::min(end, begin + std::max<int64_t>(1, 8192 / bands.width));
  Buffer<T> pivots = MeanOfBands(bands, begin, some);
  Buffer<T> sums(bands.width), squares(bands.width);
  T *pivot = pivots.data(), *sum = sums.data(), *square = squares.data();
  bands.Each(begin, end, [=](const T* row, auto at) {
    const Vec<T> d = at(row) - at(pivot);
    at.Put(sum, at(sum) + d);
    at.Put(square, at(square) + d * d);
  });
  bands.Fold(sum, kAdd);
  bands.Fold(square, kAdd);
  const T rows = bands.RowsIn(begin, end);
  for (int64_t k = 0; k < bands.columns; ++k) {
    const T shift = sum[k] / rows;
    square[k] -= shift * sum[k];
    pivot[k] += shift;
  }
  return {double(rows), std::move(pivots), std::move(squares)};
}

template <typename T>
void StandardiseColumns(const Tensors& in, const Tensors& out) {
  const Bands<T> bands(in[0]);
  auto moments = Reduce(bands.count, bands.grain(),
                        ColumnMoments<T>{0, Buffer<T>(bands.width), Buffer<T>(bands.width)},
                        [=](ColumnMoments<T>& mine, int64_t begin, int64_t end) {
                          mine.Merge(MomentsOfBands(bands, begin, end));
                        });
  T *mean = moments.mean.data(), *deviation = moments.squares.data();
  for (int64_t k = 0; k < bands.columns; ++k)
    deviation[k] = std::sqrt(deviation[k] / T(bands.rows));
  bands.Repeat(mean);
  bands.Repeat(deviation);
  bands.Map(Out<T>(out),
            [=](const T* row, auto at) { return (at(row) - at(mean)) / at(deviation); });
}

}  // namespace

std::vector<NamedLoop> ColumnLoops() {
  return {
      {"sum of rows", "float32", SumOfRows<float>},
      {"rescale columns", "float32", RescaleColumns<float>},
      {"standardise columns", "float64", StandardiseColumns<double>},
  };
}

}  // namespace broadloom::hand

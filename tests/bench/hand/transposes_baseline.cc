// Transposed and permuted arrays (tests/bench/workloads/shapes.py).
#include <type_traits>

#include "tests/bench/hand/folds.h"
#include "tests/bench/hand/outputs.h"
#include "tests/bench/hand/transpose.h"

namespace broadloom::hand {
namespace {

// A transposed tile in L2, of rows that are a kilobyte long here and there, as memory likes it.
template <typename T>
struct TransposedTile {
  static constexpr int64_t kEdge = 1024 / sizeof(T), kStep = kEdge + kLanes<T>;
  alignas(64) T values[kEdge * kStep];

  // Pieces of rows are too short for the processor to see them coming: the next vector of rows
  // comes into L2, and no more, as rows may lie where only some lines of L2 serve them.
  void Read(const T* from, int64_t step, int64_t rows, int64_t columns) {
    constexpr int64_t kWidth = kLanes<T>;
    const int64_t last = rows - 1;
    PrefetchRows(from, step, std::min(rows, kWidth), columns);
    Transpose(from, step, rows, columns, [=, to = values](int64_t r, int64_t c, auto x) {
      const int64_t later = std::min(last, r + kWidth + c % kWidth);
      __builtin_prefetch(from + later * step + c / kWidth * kWidth + kWidth - 1, 0, 2);
      __builtin_memcpy(to + c * kStep + r, &x, sizeof x);
    });
  }
  static void PrefetchRows(const T* from, int64_t step, int64_t rows, int64_t columns) {
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < columns; c += kLanes<T>)
        __builtin_prefetch(from + r * step + c + kLanes<T> - 1, 0, 2);
  }
  const T* Column(int64_t c) const { return values + c * kStep; }
};

// out[c, r] = f(at, from[r, c], c * rows) of a matrix, where at(x) is x[r]. Neighbouring tiles,
// which share lines at their rims, go to one thread.
template <typename T, typename F>
void MapTransposed(const T* from, T* out, int64_t rows, int64_t columns, F f) {
  constexpr int64_t kEdge = TransposedTile<T>::kEdge;
  const int64_t lead = PastBoundary(out);
  const int64_t down = DivideUp(rows + lead, kEdge), across = DivideUp(columns, kEdge);
  const bool stream = IsStreamed<T>(rows * columns);
  const int64_t grain = std::clamp<int64_t>(down * across / 32, 1, across);
  Share(down * across, grain, [=](int64_t begin, int64_t end) {
    TransposedTile<T> tile;
    const auto row_of = [=](int64_t k) { return std::max<int64_t>(0, k / across * kEdge - lead); };
    const auto column_of = [=](int64_t k) { return k % across * kEdge; };
    const auto corner = [=](int64_t k) { return from + row_of(k) * columns + column_of(k); };
    for (int64_t k = begin; k < end; ++k) {
      const int64_t row = row_of(k), column = column_of(k);
      const int64_t count = std::min(rows, (k / across + 1) * kEdge - lead) - row;
      const int64_t width = std::min(kEdge, columns - column);
      tile.Read(corner(k), columns, count, width);
      if (k + 1 < end) tile.PrefetchRows(corner(k + 1), columns, kLanes<T>, kEdge);
      for (int64_t c = 0; c < width; ++c) {
        const T* values = tile.Column(c);
        const int64_t place = (column + c) * rows + row;
        FillRow(out + place, count, stream, [=](auto at) { return f(at, at(values), place); });
      }
    }
    _mm_sfence();
  });
}

// Down the columns of y, along the rows of x and of the result: what the tile after this one needs
// is fetched meanwhile. A piece for each thread, the same ones each time.
template <typename T>
void AddTransposedInCaches(const T* x, const T* y, T* out, int64_t rows, int64_t columns) {
  constexpr int64_t kEdge = 64;
  const int64_t down = DivideUp(columns, kEdge), across = DivideUp(rows, kEdge);
  Share(down * across, GrainOfThread(down * across), [=](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; ++k) {
      const int64_t r = k % down * kEdge, c = k / down * kEdge;
      const T* from = y + r * rows + c;
      const int64_t first = c * columns + r;
      const auto add = [=](int64_t i, int64_t j, auto value) {
        const int64_t place = first + j * columns + i;
        if constexpr (std::is_same_v<decltype(value), T>) {
          out[place] = x[place] + value;
        } else {
          const int64_t row = kEdge + i + j % kLanes<T>;
          const T* later = from + row * rows + j / kLanes<T> * kLanes<T>;
          if (j < kLanes<T>) __builtin_prefetch(later, 0, 2);
          __builtin_prefetch(later + kLanes<T> - 1, 0, 2);
          __builtin_prefetch(x + place + kEdge, 0, 2);
          __builtin_prefetch(out + place + kEdge, 1);
          Store(out + place, Load(x + place) + value);
        }
      };
      Transpose(from, rows, std::min(kEdge, columns - r), std::min(kEdge, rows - c), add);
    }
  });
}

template <typename T>
void AddTransposed(const Tensors& in, const Tensors& out) {
  constexpr int64_t kRowsAhead = 3;
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  T* to = Out<T>(out);
  const int64_t rows = out[0].shape[0], columns = out[0].shape[1];
  if (!IsStreamed<T>(rows * columns)) return AddTransposedInCaches(x, y, to, rows, columns);
  MapTransposed(y, to, columns, rows, [=](auto at, Vec<T> value, int64_t place) {
    __builtin_prefetch(x + place + kRowsAhead * columns + at.i);
    return at(x + place) + value;
  });
}

template <typename T>
void TransposedOutput(const Tensors& in, const Tensors& out) {
  MapTransposed(In<T>(in, 0), Out<T>(out), in[0].shape[0], in[0].shape[1],
                [](auto, Vec<T> value, int64_t) { return value * 2 + 1; });
}

template <typename T>
void PermutedOutput(const Tensors& in, const Tensors& out) {
  MapTransposed(In<T>(in, 0), Out<T>(out), in[0].shape[0] * in[0].shape[1], in[0].shape[2],
                [](auto, Vec<T> value, int64_t) { return value * 2; });
}

// A tile of y, transposed in the cache, by one of x. Their rows are too short for the processor to
// foresee, so each strip and each row is fetched while the one before is worked on.
template <typename T>
struct RowsByColumns {
  static constexpr int64_t kEdge = TransposedTile<T>::kEdge, kRowsAhead = 4;
  const T *x, *y;
  int64_t rows, columns;
  TransposedTile<T> tile;

  void ReadTile(int64_t row, int64_t column, int64_t height, int64_t width) {
    const T* from = y + column * rows + row;
    const T* next = from + kLanes<T> * rows;
    Transpose(from, rows, width, height,
              [=, rows = rows, to = tile.values](int64_t c, int64_t r, auto value) {
                const int64_t in_block = r % kLanes<T>;
                __builtin_prefetch(next + (c + in_block) * rows + r - in_block, 0, 2);
                __builtin_memcpy(to + r * TransposedTile<T>::kStep + c, &value, sizeof value);
              });
  }

  // sum[r] += the products of row r.
  void Add(int64_t row, int64_t column, int64_t height, int64_t width, Vec<T>* sum) {
    ReadTile(row, column, height, width);
    const T* left = x + row * columns + column;
    for (int64_t r = 0; r < height; ++r, left += columns) {
      const T *next = left + kRowsAhead * columns, *right = tile.Column(r);
      const auto product = [=](auto at) {
        __builtin_prefetch(next + at.i);
        return at(left) * at(right);
      };
      sum[r] += FoldRow(width, T(0), product, kAdd);
    }
  }
};

template <typename T>
void RowsTimesColumns(const Tensors& in, const Tensors& out) {
  constexpr int64_t kEdge = TransposedTile<T>::kEdge;
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  T* to = Out<T>(out);
  const int64_t rows = in[0].shape[0], columns = in[0].shape[1];
  const int64_t edge = std::clamp<int64_t>((rows + 3) / 4, 1, kEdge);
  Share(rows, edge, [=](int64_t begin, int64_t end) {
    RowsByColumns<T> by{x, y, rows, columns, {}};
    for (int64_t first = begin; first < end; first += edge) {
      const int64_t count = std::min(edge, end - first);
      Vec<T> sum[kEdge] = {};
      for (int64_t c = 0; c < columns; c += kEdge)
        by.Add(first, c, count, std::min(kEdge, columns - c), sum);
      for (int64_t r = 0; r < count; ++r) to[first + r] = SumOf<T>(sum[r]);
    }
  });
}

}  // namespace

std::vector<NamedLoop> TransposeLoops() {
  return {
      {"add transposed", "float64", AddTransposed<double>},
      {"add transposed", "float32", AddTransposed<float>},
      {"transposed output", "float32", TransposedOutput<float>},
      {"permuted output", "float32", PermutedOutput<float>},
      {"rows times columns", "float32", RowsTimesColumns<float>},
  };
}

}  // namespace broadloom::hand

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

  void Read(const T* from, int64_t step, int64_t rows, int64_t columns) {
    Transpose(from, step, rows, columns, [to = values](int64_t r, int64_t c, auto x) {
      __builtin_memcpy(to + c * kStep + r, &x, sizeof x);
    });
  }
  const T* Column(int64_t c) const { return values + c * kStep; }
};

// out[c, r] = f(at, from[r, c], c * rows) of a matrix, where at(x) is x[r].
template <typename T, typename F>
void MapTransposed(const T* from, T* out, int64_t rows, int64_t columns, F f) {
  constexpr int64_t kEdge = TransposedTile<T>::kEdge;
  const int64_t lead = PastBoundary(out);
  const int64_t down = DivideUp(rows + lead, kEdge), across = DivideUp(columns, kEdge);
  const bool stream = IsStreamed<T>(rows * columns);
  Share(down * across, 2, [=](int64_t begin, int64_t end) {
    TransposedTile<T> tile;
    for (int64_t k = begin; k < end; ++k) {
      const int64_t at_row = k / across * kEdge - lead, row = std::max<int64_t>(0, at_row);
      const int64_t column = k % across * kEdge, last = std::min(columns, column + kEdge);
      const int64_t count = std::min(rows, at_row + kEdge) - row;
      tile.Read(from + row * columns + column, columns, count, last - column);
      for (int64_t c = column; c < last; ++c) {
        const T* values = tile.Column(c - column);
        const int64_t place = c * rows + row;
        FillRow(out + place, count, stream, [=](auto at) { return f(at, at(values), place); });
      }
    }
    _mm_sfence();
  });
}

template <typename T>
void AddTransposedInCaches(const T* x, const T* y, T* out, int64_t rows, int64_t columns) {
  constexpr int64_t kEdge = 64;
  const int64_t down = DivideUp(columns, kEdge), across = DivideUp(rows, kEdge);
  Share(down * across, GrainOfBytes(down * across, 128 * kEdge * int64_t{sizeof(T)}),
        [=](int64_t begin, int64_t end) {
          for (int64_t k = begin; k < end; ++k) {
            const int64_t r = k / across * kEdge, c = k % across * kEdge;
            const int64_t first = c * columns + r;
            Transpose(y + r * rows + c, rows, std::min(kEdge, columns - r),
                      std::min(kEdge, rows - c), [=](int64_t i, int64_t j, auto value) {
                        const int64_t place = first + j * columns + i;
                        if constexpr (std::is_same_v<decltype(value), T>)
                          out[place] = x[place] + value;
                        else
                          Store(out + place, Load(x + place) + value);
                      });
          }
        });
}

template <typename T>
void AddTransposed(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  T* to = Out<T>(out);
  const int64_t rows = out[0].shape[0], columns = out[0].shape[1];
  if (!IsStreamed<T>(rows * columns)) return AddTransposedInCaches(x, y, to, rows, columns);
  MapTransposed(y, to, columns, rows,
                [=](auto at, Vec<T> value, int64_t place) { return at(x + place) + value; });
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

template <typename T>
void RowsTimesColumns(const Tensors& in, const Tensors& out) {
  constexpr int64_t kEdge = TransposedTile<T>::kEdge;
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  T* to = Out<T>(out);
  const int64_t rows = in[0].shape[0], columns = in[0].shape[1];
  const int64_t edge = std::clamp<int64_t>((rows + 3) / 4, 1, kEdge);
  Share(rows, edge, [=](int64_t begin, int64_t end) {
    TransposedTile<T> tile;
    for (int64_t first = begin; first < end; first += edge) {
      const int64_t last = std::min(end, first + edge);
      Vec<T> sum[kEdge] = {};
      for (int64_t c = 0; c < columns; c += kEdge) {
        const int64_t count = std::min(kEdge, columns - c);
        tile.Read(y + c * rows + first, rows, count, last - first);
        for (int64_t r = first; r < last; ++r) {
          const T *row = x + r * columns + c, *column = tile.Column(r - first);
          sum[r - first] +=
              FoldRow(count, T(0), [=](auto at) { return at(row) * at(column); }, kAdd);
        }
      }
      for (int64_t r = first; r < last; ++r) to[r] = SumOf<T>(sum[r - first]);
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

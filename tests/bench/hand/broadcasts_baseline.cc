// Vectors along rows, columns and axes between (tests/bench/workloads/streams.py).
#include "tests/bench/hand/conversions.h"

namespace broadloom::hand {
namespace {

// out[row, k] = f(row)(at) for a row of `columns` elements, where `at` counts from the first row's
// beginning.
template <typename T, typename F>
inline void MapEachRow(T* out, int64_t rows, int64_t columns, F f) {
  const bool stream = IsStreamed<T>(rows * columns);
  const int64_t grain =
      std::max<int64_t>(1, std::min(65536 / std::max<int64_t>(columns, 1), rows / 4));
  Share(rows, grain, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      MapRow(out + row * columns, columns, stream, f(row));
    if (stream) _mm_sfence();
  });
}

inline auto Shifted(Whole at, int64_t by) { return Whole{at.i + by}; }
inline auto Shifted(Part at, int64_t by) { return Part{at.i + by, at.count}; }

// out[row, k] = f(at, first[k], second[k]), where `at` is in all of the rows.
template <typename T, typename F>
void MapBesideRows(T* out, int64_t n, int64_t columns, const T* first, const T* second, F f) {
  // Short rows: some of them are a long one, which begins where a vector does.
  const int64_t whole = columns * kLanes<T>;
  const int64_t length = columns < 256 ? std::max<int64_t>(1, 2048 / whole) * whole : columns;
  std::vector<T> repeated(length > columns ? 2 * length : 0);
  if (length > columns) {
    for (int64_t k = 0; k < length; ++k) {
      repeated[k] = first[k % columns];
      repeated[length + k] = second[k % columns];
    }
    first = repeated.data();
    second = first + length;
  }
  const auto row = [=](int64_t begin) {
    return [=](auto at) { return f(Shifted(at, begin), at(first), at(second)); };
  };
  MapEachRow(out, n / length, length, [=](int64_t index) { return row(index * length); });
  const int64_t done = n / length * length;
  MapRow(out + done, n - done, false, row(done));
}

template <typename T>
void ScaleByRows(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  MapBesideRows(Out<T>(out), Count(in[0]), in[0].shape[1], In<T>(in, 1), In<T>(in, 2),
                [=](auto at, Vec<T> factor, Vec<T> offset) { return at(x) * factor + offset; });
}

void NormaliseImage(const Tensors& in, const Tensors& out) {
  const uint8_t* image = In<uint8_t>(in, 0);
  const auto normal = [=](auto at, Vec<float> mean, Vec<float> deviation) {
    return (AsFloats(Widened(at, image)) * static_cast<float>(1.0 / 255) - mean) / deviation;
  };
  MapBesideRows(Out<float>(out), Count(in[0]), in[1].shape[0], In<float>(in, 1), In<float>(in, 2),
                normal);
}

template <typename T>
void ScaleByColumns(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *factors = In<T>(in, 1), *offsets = In<T>(in, 2);
  const int64_t columns = in[0].shape[1];
  MapEachRow(Out<T>(out), in[0].shape[0], columns, [=](int64_t row) {
    const T factor = factors[row], offset = offsets[row];
    return [=](auto at) { return at(x + row * columns) * factor + offset; };
  });
}

template <typename T>
void ScaleByMiddle(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *factors = In<T>(in, 1), *offsets = In<T>(in, 2);
  const int64_t middle = in[0].shape[1], columns = in[0].shape[2];
  MapEachRow(Out<T>(out), in[0].shape[0] * middle, columns, [=](int64_t row) {
    const T factor = factors[row % middle];
    const T* offset = offsets + row / middle * columns;
    return [=](auto at) { return at(x + row * columns) * factor + at(offset); };
  });
}

template <typename T>
void OuterGrid(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  MapEachRow(Out<T>(out), in[0].shape[0], in[1].shape[1], [=](int64_t row) {
    const T factor = x[row];
    return [=](auto at) { return factor * at(y) + at(y); };
  });
}

}  // namespace

std::vector<NamedLoop> BroadcastLoops() {
  return {
      {"scale by rows", "float32", ScaleByRows<float>},
      {"scale by columns", "float64", ScaleByColumns<double>},
      {"scale by middle", "float32", ScaleByMiddle<float>},
      {"outer grid", "float32", OuterGrid<float>},
      {"normalise image", "uint8", NormaliseImage},
  };
}

}  // namespace broadloom::hand

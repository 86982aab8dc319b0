// Neighbours on a line, in a plane, in space (tests/bench/workloads/shapes.py).
#include <type_traits>

#include "tests/bench/hand/slides.h"

namespace broadloom::hand {
namespace {

template <typename T>
inline Vec<T> Heated(Vec<T> left, Vec<T> middle, Vec<T> right) {
  return middle + T(0.25) * (right - 2 * middle + left);
}
// A step more of the vector x, before y.
template <typename T>
inline Vec<T> Heated(Vec<T> x, Vec<T> y) {
  return Heated<T>(x, After<1, T>(x, y), After<2, T>(x, y));
}

// Some places, step by step.
template <typename T>
void HeatSome(const T* u, T* to, int64_t count) {
  constexpr int64_t kMost = 4 * kLanes<T>;
  const auto step = [](const T* from) {
    return [=](auto at) { return Heated<T>(at(from), at(from + 1), at(from + 2)); };
  };
  T one[kMost + 4], two[kMost + 2];
  for (int64_t i = 0; i < count; i += kMost) {
    const int64_t some = std::min(kMost, count - i);
    MapRow(one, some + 4, false, step(u + i));
    MapRow(two, some + 2, false, step(one));
    MapRow(to + i, some, false, step(two));
  }
}

// All steps in registers: each needs two vectors of the one before it. `to` is on a boundary, and
// three vectors more lie behind those that are used.
template <bool stream, typename T>
void HeatVectors(const T* u, T* to, int64_t vectors) {
  constexpr int64_t kWidth = kLanes<T>;
  const Vec<T> first = Load(u), second = Load(u + kWidth);
  Vec<T> none = Load(u + 2 * kWidth), one = Heated<T>(second, none);
  Vec<T> two = Heated<T>(Heated<T>(first, second), one);
  u += 3 * kWidth;
  for (int64_t k = 0; k < vectors; ++k, u += kWidth, to += kWidth) {
    const Vec<T> next = Load(u), once = Heated<T>(none, next), twice = Heated<T>(one, once);
    PrefetchAhead(u);
    if constexpr (stream)
      Stream(to, Heated<T>(two, twice));
    else
      Store(to, Heated<T>(two, twice));
    none = next, one = once, two = twice;
  }
}

template <typename T>
void Heat3Steps(const Tensors& in, const Tensors& out) {
  constexpr int64_t kWidth = kLanes<T>, kBlock = 65536;
  const T* u = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t n = out[0].shape[0];
  const bool stream = IsStreamed<T>(n);
  ShareBlocks(to, n, kBlock, 1, [=](int64_t begin, int64_t end) {
    const int64_t first = std::min(end, begin + ToBoundary(to + begin));
    const int64_t usable = std::min(end, n + 6 - 3 * kWidth) - first;
    const int64_t vectors = std::max<int64_t>(0, usable / kWidth);
    HeatSome(u + begin, to + begin, first - begin);
    if (vectors > 0 && stream)
      HeatVectors<true>(u + first, to + first, vectors);
    else if (vectors > 0)
      HeatVectors<false>(u + first, to + first, vectors);
    const int64_t rest = first + vectors * kWidth;
    HeatSome(u + rest, to + rest, end - rest);
  });
}

// row(streamed, r) of each row of out; `streamed`: a constant.
template <typename T, typename Row>
inline void ShareRows(const Tensor& out, Row row) {
  const int64_t rows = out.shape[0], row_bytes = out.shape[1] * int64_t{sizeof(T)};
  const bool stream = IsBeyondCaches(rows * row_bytes);
  Share(rows, GrainOfBytes(rows, row_bytes), [=](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      if (stream)
        row(std::true_type{}, r);
      else
        row(std::false_type{}, r);
    }
    _mm_sfence();
  });
}

// Of five points: the middle, and what lies above and below it besides.
template <typename T>
inline Columns<T> Cross(Vec<T> above, Vec<T> row, Vec<T> below) {
  return {row, above + below + row};
}
constexpr auto kFivePoints = [](const auto& left, const auto& middle, const auto& right) {
  return (middle.b + (left.a + right.a)) * decltype(left.a[0] + 0)(0.2);
};

template <typename T>
void Jacobi(const Tensors& in, const Tensors& out) {
  const T* u = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t n = in[0].shape[1];
  ShareRows<T>(out[0], [=](auto streamed, int64_t r) {
    const T *above = u + r * n, *row = above + n, *below = row + n;
    const auto column = [=](auto at) {
      PrefetchAhead(below + at.i);
      return Cross<T>(at(above), at(row), at(below));
    };
    SlideRow<streamed.value>(to + r * (n - 2), n - 2, column, kFivePoints);
  });
}

inline void Keep(float* to, Whole at, Vec<float> value) { Store(to + at.i, value); }
inline void Keep(float* to, Part at, Vec<float> value) {
  __builtin_memcpy(to + at.i, &value, at.count * sizeof(float));
}

// One row of the second step, while the row below it is made of the first one. Its loads come
// before the store, as rows may lie whole pages apart.
template <bool stream>
inline void SecondStep(const float* above, const float* row, float* made, const float* u, int64_t n,
                       float* to) {
  const auto column = [=](auto at) {
    const Vec<float> up = at(above), here = at(row);
    PrefetchAhead(u + 2 * n + at.i);
    const Vec<float> sides = at(u + n) + at(u + n + 2);
    const Vec<float> below = (at(u + 1) + at(u + n + 1) + at(u + 2 * n + 1) + sides) * 0.2F;
    Keep(made, at, below);
    return Cross<float>(up, here, below);
  };
  SlideRow<stream>(to, n - 4, column, kFivePoints);
}

// The last three rows of the first step wait in the second-level cache.
void Jacobi2Steps(const Tensors& in, const Tensors& out) {
  const float* u = In<float>(in, 0);
  float* to = Out<float>(out);
  const int64_t n = in[0].shape[1], rows = out[0].shape[0];
  const bool stream = IsStreamed<float>(rows * n);
  Share(rows, GrainOfBytes(rows, n * int64_t{sizeof(float)}), [=](int64_t begin, int64_t end) {
    Buffer<float> window(3 * n);
    const auto once = [&, from = window.data()](int64_t r) { return from + r % 3 * n; };
    for (int64_t r = begin; r < begin + 2; ++r) {
      const float *above = u + r * n, *row = above + n, *below = row + n;
      const auto column = [=](auto at) { return Cross<float>(at(above), at(row), at(below)); };
      SlideRow<false>(once(r), n - 2, column, kFivePoints);
    }
    for (int64_t r = begin; r < end; ++r)
      (stream ? SecondStep<true> : SecondStep<false>)(once(r), once(r + 1), once(r + 2),
                                                      u + (r + 2) * n, n, to + r * (n - 4));
    _mm_sfence();
  });
}

// A row from its middle's left neighbour on.
template <bool stream, typename T>
inline void LaplaceRow(const T* u, int64_t row, int64_t plane, T* to, int64_t n) {
  const auto column = [=](auto at) -> Columns<T> {
    PrefetchAhead(u + plane + at.i);
    const Vec<T> middle = at(u), beside = at(u - row) + at(u + row);
    return {middle, at(u - plane) + at(u + plane) + beside - 6 * middle};
  };
  SlideRow<stream>(to, n, column, [](const auto& left, const auto& middle, const auto& right) {
    return middle.b + (left.a + right.a);
  });
}

// Blocks of rows of which three planes stay in L2, through some planes.
template <typename T>
void Laplace3D(const Tensors& in, const Tensors& out) {
  constexpr int64_t kPlanes = 16, kBytes = 128 << 10;
  constexpr int64_t kLongRow = 1024;  // shorter ones leave too many lines half written
  const T* u = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t row = in[0].shape[2], plane = in[0].shape[1] * row;
  const int64_t planes = out[0].shape[0], rows = out[0].shape[1], n = out[0].shape[2];
  const int64_t block = std::clamp<int64_t>(kBytes / (row * int64_t{sizeof(T)}), 1, rows);
  const int64_t across = DivideUp(rows, block), along = DivideUp(planes, kPlanes);
  const bool stream = n >= kLongRow && IsStreamed<T>(planes * rows * n);
  Share(across * along, 1, [=](int64_t tile, int64_t) {
    const int64_t z0 = tile / across * kPlanes, y0 = tile % across * block;
    for (int64_t z = z0; z < std::min(planes, z0 + kPlanes); ++z)
      for (int64_t y = y0; y < std::min(rows, y0 + block); ++y)
        (stream ? LaplaceRow<true, T> : LaplaceRow<false, T>)(u + (z + 1) * plane + (y + 1) * row,
                                                              row, plane, to + (z * rows + y) * n,
                                                              n);
    _mm_sfence();
  });
}

template <typename T>
void Sobel(const Tensors& in, const Tensors& out) {
  const T* u = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t n = in[0].shape[1];
  ShareRows<T>(out[0], [=](auto streamed, int64_t r) {
    const T *above = u + r * n, *row = above + n, *below = row + n;
    const auto column = [=](auto at) -> Columns<T> {
      PrefetchAhead(below + at.i);
      const Vec<T> high = at(above), low = at(below);
      return {high + 2 * at(row) + low, low - high};  // along it; across
    };
    const auto slope = [](const auto& left, const auto& middle, const auto& right) {
      const Vec<T> gx = right.a - left.a, gy = left.b + 2 * middle.b + right.b;
      return Sqrt(gx * gx + gy * gy);
    };
    SlideRow<streamed.value>(to + r * (n - 2), n - 2, column, slope);
  });
}

}  // namespace

std::vector<NamedLoop> StencilLoops() {
  return {
      {"heat 1d 3 steps", "float64", Heat3Steps<double>},
      {"jacobi 2d", "float64", Jacobi<double>},
      {"jacobi 2d", "float32", Jacobi<float>},
      {"jacobi 2d 2 steps", "float32", Jacobi2Steps},
      {"laplace 3d", "float32", Laplace3D<float>},
      {"sobel", "float32", Sobel<float>},
  };
}

}  // namespace broadloom::hand

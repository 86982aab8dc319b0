// Neighbours on a line, in a plane, in space (tests/bench/workloads/shapes.py).
#include <memory>

#include "tests/bench/hand/outputs.h"

namespace broadloom::hand {
namespace {

template <typename T>
inline auto Heat(const T* u) {
  return [=](auto at) { return at(u + 1) + T(0.25) * (at(u + 2) - 2 * at(u + 1) + at(u)); };
}

template <typename T>
void Heat3Steps(const Tensors& in, const Tensors& out) {
  constexpr int64_t kBlock = 8192 / sizeof(T);  // two of them stay in L1
  const T* u = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t n = out[0].shape[0];
  const bool stream = IsStreamed<T>(n);
  ShareBlocks(to, n, kBlock, 64, [=](int64_t first, int64_t last) {
    alignas(64) T one[kBlock + 4], two[kBlock + 2];
    const int64_t count = last - first;
    FillRow(one, count + 4, false, Heat(u + first));
    FillRow(two, count + 2, false, Heat<T>(one));
    FillRow(to + first, count, stream, Heat<T>(two));
  });
}

template <typename T>
inline auto FivePoints(const T* above, const T* row, const T* below) {
  return [=](auto at) {
    return T(0.2) * (at(row + 1) + at(above + 1) + at(below + 1) + at(row) + at(row + 2));
  };
}

// row(r, stream) of each row of out.
template <typename T, typename Row>
inline void ShareRows(const Tensor& out, Row row) {
  const int64_t rows = out.shape[0], row_bytes = out.shape[1] * int64_t{sizeof(T)};
  const bool stream = IsBeyondCaches(rows * row_bytes);
  Share(rows, GrainOfBytes(rows, row_bytes), [=](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) row(r, stream);
    _mm_sfence();
  });
}

template <typename T>
void Jacobi(const Tensors& in, const Tensors& out) {
  const T* u = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t n = in[0].shape[1];
  ShareRows<T>(out[0], [=](int64_t r, bool stream) {
    const T* above = u + r * n;
    FillRow(to + r * (n - 2), n - 2, stream, FivePoints(above, above + n, above + 2 * n));
  });
}

// The last three rows of the first step wait in L2.
template <typename T>
void Jacobi2Steps(const Tensors& in, const Tensors& out) {
  const T* u = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t n = in[0].shape[1], rows = out[0].shape[0];
  const bool stream = IsStreamed<T>(rows * n);
  Share(rows, GrainOfBytes(rows, n * int64_t{sizeof(T)}), [=](int64_t begin, int64_t end) {
    const auto window = std::make_unique_for_overwrite<T[]>(3 * n);
    const auto once = [&](int64_t r) { return window.get() + r % 3 * n; };
    for (int64_t r = begin; r < end + 2; ++r) {
      const T* above = u + r * n;
      FillRow(once(r), n - 2, false, FivePoints(above, above + n, above + 2 * n));
      if (r < begin + 2) continue;
      FillRow(to + (r - 2) * (n - 4), n - 4, stream,
              FivePoints<T>(once(r - 2), once(r - 1), once(r)));
    }
    _mm_sfence();
  });
}

template <typename T>
inline auto Laplace(const T* u, int64_t row, int64_t plane) {  // u: the middle's left neighbour
  return [=](auto at) {
    return at(u + 1 - plane) + at(u + 1 + plane) + at(u + 1 - row) + at(u + 1 + row) + at(u) +
           at(u + 2) - 6 * at(u + 1);
  };
}

// Blocks of rows of which three planes stay in L2, through some planes.
template <typename T>
void Laplace3D(const Tensors& in, const Tensors& out) {
  constexpr int64_t kPlanes = 16, kBytes = 128 << 10;
  const T* u = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t row = in[0].shape[2], plane = in[0].shape[1] * row;
  const int64_t planes = out[0].shape[0], rows = out[0].shape[1], n = out[0].shape[2];
  const int64_t block = std::clamp<int64_t>(kBytes / (row * int64_t{sizeof(T)}), 1, rows);
  const int64_t across = DivideUp(rows, block), along = DivideUp(planes, kPlanes);
  const bool stream = IsStreamed<T>(planes * rows * n);
  Share(across * along, 1, [=](int64_t tile, int64_t) {
    const int64_t z0 = tile / across * kPlanes, y0 = tile % across * block;
    for (int64_t z = z0; z < std::min(planes, z0 + kPlanes); ++z)
      for (int64_t y = y0; y < std::min(rows, y0 + block); ++y)
        FillRow(to + (z * rows + y) * n, n, stream,
                Laplace(u + (z + 1) * plane + (y + 1) * row, row, plane));
    _mm_sfence();
  });
}

template <typename T>
void Sobel(const Tensors& in, const Tensors& out) {
  const T* u = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t n = in[0].shape[1];
  ShareRows<T>(out[0], [=](int64_t r, bool stream) {
    const T *above = u + r * n, *row = above + n, *below = row + n;
    FillRow(to + r * (n - 2), n - 2, stream, [=](auto at) {
      const auto down = [=](int k) { return at(above + k) + 2 * at(row + k) + at(below + k); };
      const auto across = [=](int k) { return at(below + k) - at(above + k); };
      const Vec<T> gx = down(2) - down(0), gy = across(0) + 2 * across(1) + across(2);
      return Sqrt(gx * gx + gy * gy);
    });
  });
}

}  // namespace

std::vector<NamedLoop> StencilLoops() {
  return {
      {"heat 1d 3 steps", "float64", Heat3Steps<double>},
      {"jacobi 2d", "float64", Jacobi<double>},
      {"jacobi 2d", "float32", Jacobi<float>},
      {"jacobi 2d 2 steps", "float32", Jacobi2Steps<float>},
      {"laplace 3d", "float32", Laplace3D<float>},
      {"sobel", "float32", Sobel<float>},
  };
}

}  // namespace broadloom::hand

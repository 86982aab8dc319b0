// Large matrix products (tests/bench/workloads/products.py): by the serial OpenBLAS, a part of the
// rows on each thread, as BLAS packs the whole of the other matrix for each.
#include <openblas-serial/cblas.h>

#include "tests/bench/hand/hand.h"

namespace broadloom::hand {
namespace {

// c = a b, or a b^T, with rows so far apart.
inline void Gemm(CBLAS_TRANSPOSE of_b, int64_t m, int64_t n, int64_t k, const float* a,
                 int64_t a_step, const float* b, int64_t b_step, float* c, int64_t c_step) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, of_b, m, n, k, 1, a, a_step, b, b_step, 0, c, c_step);
}
inline void Gemm(CBLAS_TRANSPOSE of_b, int64_t m, int64_t n, int64_t k, const double* a,
                 int64_t a_step, const double* b, int64_t b_step, double* c, int64_t c_step) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, of_b, m, n, k, 1, a, a_step, b, b_step, 0, c, c_step);
}
// The upper triangle of c = a a^T.
inline void Syrk(int64_t n, int64_t k, const float* a, float* c, int64_t c_step) {
  cblas_ssyrk(CblasRowMajor, CblasUpper, CblasNoTrans, n, k, 1, a, k, 0, c, c_step);
}
inline void Syrk(int64_t n, int64_t k, const double* a, double* c, int64_t c_step) {
  cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, n, k, 1, a, k, 0, c, c_step);
}

// out = row(r, out's row) of the product's rows, those of a thread at once.
template <typename T, typename Row>
void MultiplyThen(const Tensors& in, const Tensors& out, Row row) {
  const T *a = In<T>(in, 0), *b = In<T>(in, 1);
  T* to = Out<T>(out);
  const int64_t m = in[0].shape[0], k = in[0].shape[1], n = in[1].shape[1];
  Share(m, GrainOfThread(m), [=](int64_t begin, int64_t end) {
    Gemm(CblasNoTrans, end - begin, n, k, a + begin * k, k, b, n, to + begin * n, n);
    for (int64_t r = begin; r < end; ++r) row(r, to + r * n, n);
  });
}

template <typename T>
void DenseRelu(const Tensors& in, const Tensors& out) {
  const T* bias = In<T>(in, 2);
  MultiplyThen<T>(in, out, [=](int64_t, T* row, int64_t n) {
    MapRow(row, n, false, [=](auto at) { return Max(at(row) + at(bias), Vec<T>{}); });
  });
}

template <typename T>
void ScaledResidual(const Tensors& in, const Tensors& out) {
  const T *scale = In<T>(in, 2), *x = In<T>(in, 3);
  MultiplyThen<T>(in, out, [=](int64_t r, T* row, int64_t n) {
    MapRow(row, n, false, [=](auto at) { return at(x + r * n) + at(row) * scale[r]; });
  });
}

// Below the diagonal what is above it.
template <typename T>
void Mirror(T* out, int64_t m, int64_t row, int64_t row_end, int64_t column, int64_t column_end) {
  constexpr int64_t kEdge = 32;
  for (int64_t j0 = column; j0 < column_end; j0 += kEdge)
    for (int64_t i0 = row; i0 < row_end; i0 += kEdge)
      for (int64_t j = j0; j < std::min(column_end, j0 + kEdge); ++j)
        for (int64_t i = i0; i < std::min({row_end, i0 + kEdge, j}); ++i)
          out[j * m + i] = out[i * m + j];
}

struct Place {
  int64_t row, column;
};
// Of tiles on and above the diagonal; the ones on it, which are less work, last.
std::vector<Place> UpperTriangle(int64_t m, int64_t edge) {
  std::vector<Place> places;
  for (int64_t row = 0; row < m; row += edge)
    for (int64_t column = row + edge; column < m; column += edge) places.push_back({row, column});
  for (int64_t row = 0; row < m; row += edge) places.push_back({row, row});
  return places;
}

template <typename T>
void Gram(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t m = in[0].shape[0], k = in[0].shape[1], edge = GrainOfThread(m);
  const std::vector<Place> places = UpperTriangle(m, edge);
  Share(static_cast<int64_t>(places.size()), 1, [=, &places](int64_t tile, int64_t) {
    const auto [row, column] = places[tile];
    const int64_t row_end = std::min(m, row + edge), column_end = std::min(m, column + edge);
    T* c = to + row * m + column;
    if (row == column)
      Syrk(row_end - row, k, x + row * k, c, m);
    else
      Gemm(CblasTrans, row_end - row, column_end - column, k, x + row * k, k, x + column * k, k, c,
           m);
    Mirror(to, m, row, row_end, column, column_end);
  });
}

}  // namespace

std::vector<NamedLoop> ProductLoops() {
  return {
      {"dense relu", "float32", DenseRelu<float>},
      {"dense relu", "float64", DenseRelu<double>},
      {"scaled residual", "float32", ScaledResidual<float>},
      {"gram", "float64", Gram<double>},
  };
}

}  // namespace broadloom::hand

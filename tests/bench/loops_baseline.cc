// Compiled with -O3 -march=native, no contraction (CMakeLists.txt).
#include "tests/bench/loops_baseline.h"

#include <immintrin.h>
#include <omp.h>
#include <sleef.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace broadloom::hand {
namespace {

// Rows whose maxima stay in registers while one vector of the other operand meets them all.
constexpr int64_t kTileRows = 8;

template <typename T>
constexpr int kLanes = 32 / sizeof(T);
template <typename T>
using Vector __attribute__((vector_size(32))) = T;

template <typename T>
Vector<T> Load(const T* from) {
  Vector<T> value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}
void Stream(double* to, Vector<double> value) { _mm256_stream_pd(to, value); }
void Stream(float* to, Vector<float> value) { _mm256_stream_ps(to, value); }
template <typename T>
bool Streams(const T* to) {
  return reinterpret_cast<uintptr_t>(to) % 32 == 0;
}

// out[i] = element(i): by vectors past the cache where the row begins on a vector's boundary.
template <typename T, typename OfVector, typename OfElement>
inline void StreamRow(T* out, int64_t n, OfVector of_vector, OfElement of_element) {
  int64_t i = 0;
  for (; i < n && !Streams(out + i); ++i) out[i] = of_element(i);
  for (; i + kLanes<T> <= n; i += kLanes<T>) Stream(out + i, of_vector(i));
  for (; i < n; ++i) out[i] = of_element(i);
}

template <typename Body>
inline void Share(int64_t n, int64_t grain, Body body) {
#pragma omp parallel for schedule(dynamic)
  for (int64_t begin = 0; begin < n; begin += grain) body(begin, std::min(n, begin + grain));
}

Vector<double> Exp(Vector<double> x) {
#ifdef __AVX2__
  return Sleef_finz_expd4_u10avx2(x);
#else
#error "the baseline wants AVX2"
#endif
}
Vector<float> Exp(Vector<float> x) { return Sleef_finz_expf8_u10avx2(x); }
double Exp(double x) { return Sleef_finz_expd1_u10purecfma(x); }
float Exp(float x) { return Sleef_finz_expf1_u10purecfma(x); }

// Four vectors of partial results, so that the latency of an addition is hidden.
template <typename T, typename Combine>
inline T ReduceRow(const T* x, int64_t n, T start, Combine combine) {
  Vector<T> part[4];
  for (Vector<T>& p : part) p = start - Vector<T>{};
  int64_t i = 0;
  for (; i + 4 * kLanes<T> <= n; i += 4 * kLanes<T>)
    for (int k = 0; k < 4; ++k) part[k] = combine(part[k], Load(x + i + k * kLanes<T>));
  for (; i + kLanes<T> <= n; i += kLanes<T>) part[0] = combine(part[0], Load(x + i));
  const Vector<T> all = combine(combine(part[0], part[1]), combine(part[2], part[3]));
  T result = all[0];
  for (int k = 1; k < kLanes<T>; ++k) result = combine(result, all[k]);
  for (; i < n; ++i) result = combine(result, x[i]);
  return result;
}

constexpr auto kAdd = [](auto x, auto y) { return x + y; };
// NaN are not looked for: what one writes by hand.
constexpr auto kMax = [](auto x, auto y) { return x > y ? x : y; };

Vector<double> Like(Vector<double>, const double* from) { return Load(from); }
double Like(double, const double* from) { return *from; }

// total[k] = the sum of term(x[row, k], by + k) over the rows: some columns in registers at a time,
// down as many rows as stay in the first-level cache.
template <typename Term>
void SumColumns(const double* x, int64_t rows, int64_t columns, std::vector<double>& total,
                Term term, const double* by = nullptr) {
  constexpr int64_t kGroup = 4 * kLanes<double>;
  const int64_t block = std::max<int64_t>(8, 2048 / columns);
  Share(rows, 1 + 65536 / columns, [&](int64_t begin, int64_t end) {
    std::vector<double> sums(static_cast<size_t>(columns));
    for (int64_t first = begin; first < end; first += block) {
      const int64_t last = std::min(end, first + block);
      int64_t k = 0;
      for (; k + kGroup <= columns; k += kGroup) {
        Vector<double> part[4] = {};
        for (int64_t row = first; row < last; ++row)
          for (int64_t i = 0; i < 4; ++i) {
            const int64_t at = k + i * kLanes<double>;
            part[i] += term(Load(x + row * columns + at), by + at);
          }
        for (int64_t i = 0; i < kGroup; ++i)
          sums[k + i] += part[i / kLanes<double>][i % kLanes<double>];
      }
      for (; k + kLanes<double> <= columns; k += kLanes<double>) {
        Vector<double> part{};
        for (int64_t row = first; row < last; ++row)
          part += term(Load(x + row * columns + k), by + k);
        for (int64_t i = 0; i < kLanes<double>; ++i) sums[k + i] += part[i];
      }
      for (; k < columns; ++k)
        for (int64_t row = first; row < last; ++row) sums[k] += term(x[row * columns + k], by + k);
    }
#pragma omp critical
    for (int64_t k = 0; k < columns; ++k) total[k] += sums[k];
  });
}

template <typename T>
void SoftmaxRow(const T* x, T* out, T* scratch, int64_t n) {
  const T largest = ReduceRow(x, n, -std::numeric_limits<T>::infinity(), kMax);
  Vector<T> part{};
  int64_t i = 0;
  for (; i + kLanes<T> <= n; i += kLanes<T>) {
    const Vector<T> value = Exp(Load(x + i) - largest);
    __builtin_memcpy(scratch + i, &value, sizeof value);
    part += value;
  }
  T sum = 0;
  for (int k = 0; k < kLanes<T>; ++k) sum += part[k];
  for (; i < n; ++i) sum += scratch[i] = Exp(x[i] - largest);
  StreamRow(
      out, n, [&](int64_t k) { return Load(scratch + k) / sum; },
      [&](int64_t k) { return scratch[k] / sum; });
}

template <typename T>
void Softmax(const T* x, T* out, int64_t rows, int64_t columns) {
  Share(rows, 1 + 65536 / columns, [&](int64_t begin, int64_t end) {
    std::vector<T> scratch(static_cast<size_t>(columns));
    for (int64_t row = begin; row < end; ++row)
      SoftmaxRow(x + row * columns, out + row * columns, scratch.data(), columns);
    _mm_sfence();
  });
}

}  // namespace

void SetThreads(int threads) { omp_set_num_threads(threads); }

void ScaledSum(const double* a, const double* b, double* out, int64_t n) {
  Share(n, 1 << 16, [&](int64_t begin, int64_t end) {
    StreamRow(
        out + begin, end - begin,
        [&](int64_t i) { return 2 * Load(a + begin + i) + 3 * Load(b + begin + i); },
        [&](int64_t i) { return 2 * a[begin + i] + 3 * b[begin + i]; });
    _mm_sfence();
  });
}

void Cubic(const float* x, float* out, int64_t n) {
  const auto value = [](auto v) { return ((v + 0.5F) * v - 0.25F) * v + 2.0F; };
  Share(n, 1 << 16, [&](int64_t begin, int64_t end) {
    StreamRow(
        out + begin, end - begin, [&](int64_t i) { return value(Load(x + begin + i)); },
        [&](int64_t i) { return value(x[begin + i]); });
    _mm_sfence();
  });
}

void CenterRows(const float* x, float* out, int64_t rows, int64_t columns) {
  Share(rows, 1 + 65536 / columns, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const float* from = x + row * columns;
      const float mean = ReduceRow(from, columns, 0.0F, kAdd) / static_cast<float>(columns);
      StreamRow(
          out + row * columns, columns, [&](int64_t k) { return Load(from + k) - mean; },
          [&](int64_t k) { return from[k] - mean; });
    }
    _mm_sfence();
  });
}

void StandardizeColumns(const double* x, double* out, int64_t rows, int64_t columns) {
  // Four rows make one long row that begins on a vector's boundary.
  std::vector<double> means(4 * columns), deviations(4 * columns);
  SumColumns(x, rows, columns, means, [](auto value, auto) { return value; });
  for (int64_t k = 0; k < columns; ++k) means[k] /= static_cast<double>(rows);
  SumColumns(
      x, rows, columns, deviations,
      [&](auto value, const double* mean) {
        const auto d = value - Like(value, mean);
        return d * d;
      },
      means.data());
  for (int64_t k = 0; k < columns; ++k)
    deviations[k] = std::sqrt(deviations[k] / static_cast<double>(rows));
  for (int64_t k = columns; k < 4 * columns; ++k) {
    means[k] = means[k - columns];
    deviations[k] = deviations[k - columns];
  }
  const double *mean = means.data(), *deviation = deviations.data();
  Share(rows, 4 + 65536 / columns / 4 * 4, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row += 4) {
      const double* from = x + row * columns;
      StreamRow(
          out + row * columns, std::min<int64_t>(4, end - row) * columns,
          [&](int64_t k) { return (Load(from + k) - Load(mean + k)) / Load(deviation + k); },
          [&](int64_t k) { return (from[k] - mean[k]) / deviation[k]; });
    }
    _mm_sfence();
  });
}

void SoftmaxRows(const float* x, float* out, int64_t rows, int64_t columns) {
  Softmax(x, out, rows, columns);
}
void SoftmaxRows(const double* x, double* out, int64_t rows, int64_t columns) {
  Softmax(x, out, rows, columns);
}

void MaxPlus(const double* a, const double* b, double* out, int64_t rows, int64_t columns) {
  const double least = -std::numeric_limits<double>::infinity();
  const int64_t tiles = (rows + kTileRows - 1) / kTileRows;
  Share(tiles, 4, [&](int64_t begin, int64_t end) {
    for (int64_t tile = begin; tile < end; ++tile) {
      const int64_t first = tile * kTileRows, count = std::min(kTileRows, rows - first);
      Vector<double> left[kTileRows], best[kTileRows];
      for (int64_t r = 0; r < kTileRows; ++r) {
        left[r] = a[first + std::min(r, count - 1)] - Vector<double>{};
        best[r] = least - Vector<double>{};
      }
      int64_t j = 0;
      for (; j + kLanes<double> <= columns; j += kLanes<double>) {
        const Vector<double> right = Load(b + j);
#pragma GCC unroll 8
        for (int64_t r = 0; r < kTileRows; ++r) best[r] = kMax(left[r] + right, best[r]);
      }
      for (int64_t r = 0; r < count; ++r) {
        double largest = best[r][0];
        for (int k = 1; k < kLanes<double>; ++k) largest = std::max(largest, best[r][k]);
        for (int64_t k = j; k < columns; ++k) largest = std::max(largest, left[r][0] + b[k]);
        out[first + r] = largest;
      }
    }
  });
}

}  // namespace broadloom::hand

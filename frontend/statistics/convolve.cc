// Sums of products of a vector and a sliding one.
#include <algorithm>
#include <complex>

#include "absl/strings/str_cat.h"
#include "frontend/composed.h"
#include "frontend/dense.h"
#include "frontend/statistics.h"
#include "frontend/statistics/common.h"

namespace broadloom {
namespace {

// The part of the full result that a mode keeps; n >= m.
struct Window {
  int64_t first, count;
  bool from_end = false;
};

Window WindowOf(ConvolveMode mode, int64_t n, int64_t m) {
  switch (mode) {
    case ConvolveMode::valid: return {m - 1, n - m + 1};
    case ConvolveMode::same: return {(m - 1) - m / 2, n};
    case ConvolveMode::full: return {0, n + m - 1};
  }
  return {0, 0};
}

// to[k] = sum over j of x[k + j - (m - 1)] y[j], for k in [begin, end). Blocks stay in the cache.
template <typename T>
void Correlate(const T* x, int64_t n, const T* y, int64_t m, int64_t begin, int64_t end, T* to) {
  constexpr int64_t kBlock = 2048;
  for (int64_t block = begin; block < end; block += kBlock) {
    const int64_t stop = std::min(end, block + kBlock);
    for (int64_t j = 0; j < m; ++j) {
      const int64_t shift = j - (m - 1);
      const int64_t low = std::max(block, -shift), high = std::min(stop, n - shift);
      for (int64_t k = low; k < high; ++k) to[k - begin] += x[k + shift] * y[j];
    }
  }
}

template <typename T>
void CorrelateAll(Context& context, const Array& x, const Array& y, const Window& window, T* to) {
  const int64_t n = x.size(), m = y.size();
  std::fill(to, to + window.count, T{});
  ParallelFor(context, window.count, 0.5 * static_cast<double>(m), [&](int64_t begin, int64_t end) {
    Correlate(ElementsOf<T>(x), n, ElementsOf<T>(y), m, window.first + begin, window.first + end,
              to + begin);
  });
  if (window.from_end) std::reverse(to, to + window.count);
}

template <typename T>
Array Correlated(const Array& x, const Array& y, DataType dtype, const Window& window) {
  const Fresh result = MakeFresh(x.context(), dtype, {window.count});
  CorrelateAll(x.context(), x, y, window, reinterpret_cast<T*>(result.data));
  return result.array;
}

// Bools count in int64 and become bools again.
DataType ComputeDType(DataType dtype) {
  if (dtype == DataType::bool_) return DataType::int64;
  return IsHalf(dtype) ? DataType::float32 : dtype;
}

// x is not shorter than y.
Array Slide(const Array& x, const Array& y, ConvolveMode mode, bool from_end = false) {
  const DataType dtype = result_type(x.dtype(), y.dtype()), compute = ComputeDType(dtype);
  const Array a = Dense(x, compute), b = Dense(y, compute);
  Window window = WindowOf(mode, x.size(), y.size());
  window.from_end = from_end;
  if (compute == DataType::complex64) return Correlated<std::complex<float>>(a, b, compute, window);
  if (compute == DataType::complex128)
    return Correlated<std::complex<double>>(a, b, compute, window);
  const Array result = WithType(
      compute, [&](auto element) { return Correlated<decltype(element)>(a, b, compute, window); });
  return As(result, dtype);
}

void CheckVector(const Array& x, const char* what, const char* name) {
  if (x.ndim() != 1)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(what, ": ", name, " has ", x.ndim(), " dimensions, not one"));
  if (x.size() == 0)
    throw Error(ErrorCode::invalid_argument, absl::StrCat(what, ": ", name, " cannot be empty"));
}

Array AtLeastVector(const Array& x) { return x.ndim() == 0 ? reshape(x, {1}) : x; }

}  // namespace

Array convolve(const Array& given_x, const Array& given_y, ConvolveMode mode) {
  Array x = AtLeastVector(given_x), y = AtLeastVector(given_y);
  if (y.size() > x.size()) std::swap(x, y);
  CheckVector(x, "convolve", "a");
  CheckVector(y, "convolve", "v");
  return Slide(x, flip(y), mode);
}

Array correlate(const Array& x, const Array& y, ConvolveMode mode) {
  CheckVector(x, "correlate", "the first array argument");
  CheckVector(y, "correlate", "the second array argument");
  const Array conjugate = IsComplex(y.dtype()) ? conj(y) : y;
  if (x.size() >= y.size()) return Slide(x, conjugate, mode);
  return Slide(conjugate, x, mode, /*from_end=*/true);
}

}  // namespace broadloom

// Exponentials of rows, and their sums (tests/bench/workloads/rows.py).
#include <cmath>

#include "tests/bench/hand/functions.h"
#include "tests/bench/hand/rows.h"
#include "tests/bench/hand/rows_of_three.h"

namespace broadloom::hand {
namespace {

// to = exp(x - largest of the row); the sums of rows. Short rows with a rest are better one long
// row for Exp.
template <typename T>
inline Vec<T> ExpOfRows(const T* x, T* to, int64_t rows, int64_t n, const PerRow<T>& largest) {
  if (n % kLanes<T> == 0 || n > 64 * kLanes<T>) {
    const int64_t ahead = RowsTogether<T>(n) * n;
    const auto exps = [=, &largest](int64_t row, const T* from) {
      return [ahead, from, to = to + row * n, most = largest[row]](auto at) {
        __builtin_prefetch(from + ahead + at.i);
        const Vec<T> e = Exp(at(from) - most);
        at.Put(to, e);
        return e;
      };
    };
    return FoldRows(x, rows, n, T{0}, exps, kAdd);
  }
  MapRows(x, to, rows, n, [&](int64_t row, const T* from) {
    return [from, most = largest[row]](auto at) { return at(from) - most; };
  });
  Walk<T, 1>(rows * n, [=](int, auto at) { at.Put(to, Exp(at(to))); });
  return FoldRows<T>(to, rows, n, T{0}, kAsItIs, kAdd);
}

// Slices of long rows. Each is less its own maximum at first; what it then is to be divided by
// takes that back.
template <typename T>
struct SoftmaxOfSlices {
  static constexpr int64_t kSlice = 4096;
  const T* x;
  T* out;
  int64_t n, slices;
  bool stream;
  T *exps, *largest, *sums;  // those of one row; of all slices

  int64_t Length(int64_t slice) const { return std::min(kSlice, n - slice * kSlice); }

  void TakeExps(int64_t row, int64_t slice) const {
    const int64_t count = Length(slice);
    const T* from = x + row * n + slice * kSlice;
    T* to = exps + slice * kSlice;
    const T most = MaxOf<T>(FoldRow(count, -kInfinity<T>, [=](auto at) { return at(from); }, kMax));
    const auto exp = [=, most = Splat(most)](auto at) {
      __builtin_prefetch(from + kSlice + at.i);
      const Vec<T> value = Exp(at(from) - most);
      at.Put(to, value);
      return value;
    };
    largest[row * slices + slice] = most;
    sums[row * slices + slice] = SumOf<T>(FoldRow(count, T{0}, exp, kAdd));
  }

  struct OfRow {
    T largest, sum;
  };
  OfRow Join(int64_t row) const {
    const T *most = largest + row * slices, *sum = sums + row * slices;
    const T all = MaxOf<T>(FoldRow(slices, -kInfinity<T>, [=](auto at) { return at(most); }, kMax));
    const auto part = [=](auto at) { return at(sum) * Exp(at(most) - all); };
    return {all, SumOf<T>(FoldRow(slices, T{0}, part, kAdd))};
  }

  void Divide(int64_t row, int64_t slice, OfRow joined) const {
    const T* from = exps + slice * kSlice;
    const T divisor = joined.sum / std::exp(largest[row * slices + slice] - joined.largest);
    MapRow(out + row * n + slice * kSlice, Length(slice), stream,
           [=](auto at) { return at(from) / divisor; });
  }
};

template <typename T>
void SoftmaxOfLongRows(const Tensors& in, const Tensors& out) {
  using Softmax = SoftmaxOfSlices<T>;
  static Buffer<T> exps;  // fresh pages for each call would cost more than the exponentials
  const int64_t rows = in[0].shape[0], n = in[0].shape[1], slices = DivideUp(n, Softmax::kSlice);
  exps.Fit(n);
  std::vector<T> largest(rows * slices), sums(rows * slices);
  const Softmax of{In<T>(in, 0), Out<T>(out),    n,          slices, IsStreamed<T>(rows * n),
                   exps.data(),  largest.data(), sums.data()};
  MapLongRows(
      rows, slices, [=](int64_t row, int64_t slice) { of.TakeExps(row, slice); },
      [=](int64_t row) { return of.Join(row); },
      [=](int64_t row, int64_t slice, auto joined) { of.Divide(row, slice, joined); });
}

template <typename T>
void Softmax(const Tensors& in, const Tensors& out) {
  const int64_t n = in[0].shape[1];
  if (n == 3)
    return MapTriples<T>(in, out, [](Triple<T> v) -> Triple<T> {
      const Vec<T> largest = Max(Max(v.a, v.b), v.c);
      const Vec<T> a = Exp(v.a - largest), b = Exp(v.b - largest), c = Exp(v.c - largest);
      const Vec<T> sum = a + b + c;
      return {a / sum, b / sum, c / sum};
    });
  if (n * int64_t{sizeof(T)} > 16 * kBlockBytes) return SoftmaxOfLongRows<T>(in, out);
  MapBlocks<T>(in, out, [=](const T* x, T* to, int64_t rows) {
    const PerRow<T> largest(FoldRows(x, rows, n, -kInfinity<T>, kAsItIs, kMax));
    const PerRow<T> sums(ExpOfRows(x, to, rows, n, largest));
    for (int64_t row = 0; row < rows; ++row)
      Walk<T, 1>(n, [e = to + row * n, sum = sums[row]](int, auto at) { at.Put(e, at(e) / sum); });
  });
}

template <typename T>
void LogSumExp(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  T* result = Out<T>(out);
  const int64_t rows = in[0].shape[0], n = in[0].shape[1], together = RowsTogether<T>(n);
  Share(rows, EvenGrain(rows, n), [=](int64_t begin, int64_t end) {
    Buffer<T> scratch(together * n);
    for (int64_t row = begin; row < end; row += together) {
      const int64_t count = std::min(together, end - row);
      const Vec<T> largest = FoldRows(x + row * n, count, n, -kInfinity<T>, kAsItIs, kMax);
      const Vec<T> sums = ExpOfRows(x + row * n, scratch.data(), count, n, PerRow<T>(largest));
      StoreSome(result + row, largest + Log(sums), count);
    }
  });
}

}  // namespace

std::vector<NamedLoop> SoftmaxLoops() {
  return {
      {"softmax", "float32", Softmax<float>},
      {"softmax", "float64", Softmax<double>},
      {"log sum exp", "float64", LogSumExp<double>},
      {"log sum exp", "float32", LogSumExp<float>},
  };
}

}  // namespace broadloom::hand

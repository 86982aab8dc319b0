// Exponentials of rows, and their sums (tests/bench/workloads/rows.py).
#include <utility>

#include "tests/bench/hand/functions.h"
#include "tests/bench/hand/rows.h"
#include "tests/bench/hand/rows_of_three.h"
#include "tests/bench/hand/softmax_slices.h"

namespace broadloom::hand {
namespace {

// to = exp(x - largest) of a row of whole vectors; beside(i) is done at each of them.
template <typename T, typename Beside>
inline void ExpOfRow(const T* x, Vec<T> largest, T* to, int64_t n, Beside beside) {
  const T* next = x + NextRows<T>(n);
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    __builtin_prefetch(next + i);
    beside(i);
    Store(to + i, Exp(Load(x + i) - largest));
  }
}

// Blocks of rows of any length, for which to = exp(x - largest of the row).
template <typename T>
class Exps {
 public:
  explicit Exps(int64_t n) : n_(n), by_row_(n % kLanes<T> == 0 || n > 64 * kLanes<T>) {
    if (!by_row_) each_.Fit(RowsTogether<T>(n) * n + kLanes<T>);
  }

  void Take(const T* x, T* to, int64_t rows, const PerRow<T>& largest) {
    if (!by_row_) return TakeAsOneRow(x, to, rows, largest);
    for (int64_t row = 0; row < rows; ++row) {
      const int64_t begin = row * n_, whole = n_ / kLanes<T> * kLanes<T>;
      const Vec<T> most = largest[row];
      ExpOfRow(x + begin, most, to + begin, whole, [](int64_t) {});
      const Rest<T> rest{begin + whole, n_ - whole};
      if (whole < n_) rest.Put(to, Exp(rest(x) - most));
    }
  }

 private:
  // Fewer calls, for rows that fill few vectors and a rest.
  void TakeAsOneRow(const T* x, T* to, int64_t rows, const PerRow<T>& largest) {
    T* each = each_.data();
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t i = 0; i < n_; i += kLanes<T>) Store(each + row * n_ + i, largest[row]);
    Walk<T, 1>(rows * n_, [=, ahead = NextRows<T>(n_)](int, auto at) {
      __builtin_prefetch(x + ahead + at.i);
      at.Put(to, Exp(at(x) - at(each)));
    });
  }

  int64_t n_;
  bool by_row_;
  Buffer<T> each_;  // what each element is less
};

// Rows of whole vectors on boundaries. A block is divided while the exponentials of the next one
// are taken, as the divider works beside them and memory takes what it gives.
template <typename T, bool kStream>
class SoftmaxOfWholeRows {
 public:
  explicit SoftmaxOfWholeRows(int64_t n) : n_(n), exps_(2 * NextRows<T>(n)) {}

  void Run(const T* x, T* out, int64_t rows) {
    T *now = exps_.data(), *before = now + NextRows<T>(n_);
    const int64_t together = RowsTogether<T>(n_);
    for (int64_t row = 0; row < rows; row += together, std::swap(now, before)) {
      const int64_t count = std::min(together, rows - row);
      TakeBlock(x + row * n_, now, count);
      old_ = {now, out + row * n_, count};
      sums_ = PerRow<T>(FoldRows<T>(now, count, n_, T{0}, kAsItIs, kAdd));
    }
    for (int64_t row = 0; row < old_.rows; ++row) Divide(row);
  }

 private:
  void TakeBlock(const T* x, T* exps, int64_t rows) {
    const PerRow<T> largest(FoldRows(x, rows, n_, -kInfinity<T>, kAsItIs, kMax));
    for (int64_t row = 0; row < rows; ++row) {
      const int64_t at = row * n_;
      if (row >= old_.rows)
        ExpOfRow(x + at, largest[row], exps + at, n_, [](int64_t) {});
      else
        ExpOfRow(x + at, largest[row], exps + at, n_, DividerOf(row));
    }
    for (int64_t row = rows; row < old_.rows; ++row) Divide(row);
  }

  auto DividerOf(int64_t row) const {
    return [from = old_.exps + row * n_, to = old_.out + row * n_, sum = sums_[row]](int64_t i) {
      if constexpr (kStream)
        Stream(to + i, Load(from + i) / sum);
      else
        Store(to + i, Load(from + i) / sum);
    };
  }
  void Divide(int64_t row) const {
    const auto divide = DividerOf(row);
    for (int64_t i = 0; i < n_; i += kLanes<T>) divide(i);
  }

  struct Block {
    const T* exps = nullptr;
    T* out = nullptr;
    int64_t rows = 0;
  };
  int64_t n_;
  Buffer<T> exps_;
  Block old_;
  PerRow<T> sums_{Vec<T>{}};
};

template <typename T>
void SoftmaxOfAnyRows(const T* x, T* out, int64_t rows, int64_t n, bool stream) {
  Exps<T> exps(n);
  MapBlocksOf(x, out, rows, n, stream, [&](const T* x, T* to, int64_t rows) {
    exps.Take(x, to, rows, PerRow<T>(FoldRows(x, rows, n, -kInfinity<T>, kAsItIs, kMax)));
    const PerRow<T> sums(FoldRows<T>(to, rows, n, T{0}, kAsItIs, kAdd));
    MapRows<T>(to, to, rows, n, [&](int64_t row, const T* from) {
      return [from, sum = sums[row]](auto at) { return at(from) / sum; };
    });
  });
}

template <typename T>
void Softmax(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t rows = in[0].shape[0], n = in[0].shape[1];
  if (n == 3)
    return MapTriplesAround<T>(
        in, out,
        [](Triple<T> v) -> Triple<T> {
          const Vec<T> largest = Max(Max(v.a, v.b), v.c);
          return {v.a - largest, v.b - largest, v.c - largest};
        },
        [](Vec<T> value) { return Exp(value); },
        [](Triple<T> v) -> Triple<T> {
          const Vec<T> sum = v.a + v.b + v.c;
          return {v.a / sum, v.b / sum, v.c / sum};
        });
  if (n * int64_t{sizeof(T)} > 16 * kBlockBytes) return SoftmaxOfLongRows<T>(in, out);
  const bool stream = IsStreamed<T>(rows * n);
  const bool whole = n % kLanes<T> == 0 && PastBoundary(to) == 0;
  ShareRows(rows, n, !stream, [=](int64_t begin, int64_t end) {
    const T* from = x + begin * n;
    if (!whole)
      SoftmaxOfAnyRows(from, to + begin * n, end - begin, n, stream);
    else if (stream)
      SoftmaxOfWholeRows<T, true>(n).Run(from, to + begin * n, end - begin);
    else
      SoftmaxOfWholeRows<T, false>(n).Run(from, to + begin * n, end - begin);
    _mm_sfence();
  });
}

// The sums of a piece are kept until the end, as their logarithms fill whole vectors then.
template <typename T>
void LogSumExpOf(const T* x, T* out, int64_t rows, int64_t n) {
  const int64_t together = RowsTogether<T>(n);
  Exps<T> exps(n);
  Buffer<T> scratch(together * n), sums(rows, T{1});
  for (int64_t row = 0; row < rows; row += together) {
    const int64_t count = std::min(together, rows - row);
    const Vec<T> largest = FoldRows(x + row * n, count, n, -kInfinity<T>, kAsItIs, kMax);
    StoreSome(out + row, largest, count);
    exps.Take(x + row * n, scratch.data(), count, PerRow<T>(largest));
    const Vec<T> some = FoldRows<T>(scratch.data(), count, n, T{0}, kAsItIs, kAdd);
    StoreSome(sums.data() + row, some, count);
  }
  MapRow(out, rows, false, [=, sum = sums.data()](auto at) { return at(out) + Log(at(sum)); });
}

template <typename T>
void LogSumExp(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  T* result = Out<T>(out);
  const int64_t rows = in[0].shape[0], n = in[0].shape[1];
  Share(rows, EvenGrain(rows, n), [=](int64_t begin, int64_t end) {
    LogSumExpOf(x + begin * n, result + begin, end - begin, n);
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

// Arrays reduced along some of their axes (tests/bench/workloads/rows.py).
#include "tests/bench/hand/folds.h"
#include "tests/bench/hand/outputs.h"

namespace broadloom::hand {
namespace {

// out[row] = the row's sum.
template <typename T>
void SumRows(const T* x, T* out, int64_t rows, int64_t n) {
  constexpr int64_t kSums = 64 * kLanes<T>;
  const bool stream = IsStreamed<T>(rows * n);  // no room for results either
  Share(rows, EvenGrain(rows, n), [=](int64_t begin, int64_t end) {
    Outlet<T> outlet(kSums, stream);
    for (int64_t first = begin; first < end; first += kSums) {
      const int64_t count = std::min(kSums, end - first);
      T* to = outlet.Open(out + first);
      for (int64_t row = 0; row < count; row += kLanes<T>) {
        const int64_t some = std::min<int64_t>(kLanes<T>, count - row);
        StoreSome(to + row, FoldRows(x + (first + row) * n, some, n, T{0}, kPrefetched, kAdd),
                  some);
      }
      outlet.Close(out + first, count);
    }
  });
}

template <typename T>
void SumOfColumns(const Tensors& in, const Tensors& out) {
  SumRows(In<T>(in, 0), Out<T>(out), in[0].shape[0], in[0].shape[1]);
}

template <typename T>
void SumOverOuterAndInner(const Tensors& in, const Tensors& out) {
  const int64_t outer = in[0].shape[0], middle = in[0].shape[1], inner = in[0].shape[2];
  std::vector<T> sums(outer * middle);
  SumRows(In<T>(in, 0), sums.data(), outer * middle, inner);
  T* result = Out<T>(out);
  std::fill_n(result, middle, T{0});
  for (int64_t i = 0; i < outer; ++i)
    for (int64_t k = 0; k < middle; ++k) result[k] += sums[i * middle + k];
}

// Of `n` elements, each lane's.
template <typename T>
Buffer<T> SumOfLanes(const T* x, int64_t n) {
  const int64_t vectors = DivideUp(n, kLanes<T>);
  return Reduce(vectors, EvenGrain(vectors, kLanes<T>), Sums<T>{Buffer<T>(kLanes<T>)},
                [=](Sums<T>& mine, int64_t begin, int64_t end) {
                  const T* from = x + begin * kLanes<T>;
                  const int64_t count = std::min(n, end * kLanes<T>) - begin * kLanes<T>;
                  mine.values[0] += FoldRow(count, T{0}, kPrefetched(0, from), kAdd);
                })
      .values;
}

template <typename T>
Buffer<T> SumOfLongRows(const T* x, int64_t rows, int64_t n) {
  return Reduce(rows, EvenGrain(rows, n), Sums<T>{Buffer<T>(n)},
                [=](Sums<T>& mine, int64_t begin, int64_t end) {
                  T* sum = mine.values.data();
                  for (int64_t row = begin; row < end; ++row)
                    Walk<T, 2>(n, [=](int, auto at) { at.Put(sum, at(sum) + at(x + row * n)); });
                })
      .values;
}

// Rows that fill a vector together stay in registers.
template <typename T>
void SumOfRows(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t rows = in[0].shape[0], n = in[0].shape[1];
  const bool together = kLanes<T> % n == 0;
  Buffer<T> sums = together ? SumOfLanes(x, rows * n) : SumOfLongRows(x, rows, n);
  std::fill_n(to, n, T{0});
  for (int64_t i = 0; i < (together ? kLanes<T> : n); ++i) to[i % n] += sums.data()[i];
}

// Short rows are added in registers, long ones in the cache, so that memory is read in order.
template <typename T>
inline void MeanOfRows(const T* x, T* to, int64_t rows, int64_t n) {
  if (n <= 8 * kLanes<T>)
    return Walk<T, 1>(n, [=](int, auto at) {
      Vec<T> sum = at(x);
      for (int64_t row = 1; row < rows; ++row) sum += at(x + row * n);
      at.Put(to, sum / T(rows));
    });
  std::copy_n(x, n, to);
  for (int64_t row = 1; row < rows; ++row)
    Walk<T, 2>(n, [=](int, auto at) { at.Put(to, at(to) + at(x + row * n)); });
  Walk<T, 2>(n, [=](int, auto at) { at.Put(to, at(to) / T(rows)); });
}

template <typename T>
void MeanOverMiddle(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  T* result = Out<T>(out);
  const int64_t outer = in[0].shape[0], middle = in[0].shape[1], n = in[0].shape[2];
  const int64_t together = std::max<int64_t>(1, 8192 / (n * int64_t{sizeof(T)}));
  const bool stream = IsStreamed<T>(outer * middle * n);
  Share(outer, EvenGrain(outer, middle * n), [=](int64_t begin, int64_t end) {
    Outlet<T> outlet(together * n, stream);
    for (int64_t first = begin; first < end; first += together) {
      const int64_t count = std::min(together, end - first);
      T* to = outlet.Open(result + first * n);
      for (int64_t i = 0; i < count; ++i)
        MeanOfRows(x + (first + i) * middle * n, to + i * n, middle, n);
      outlet.Close(result + first * n, count * n);
    }
  });
}

// The least of each lane and its first place, four ways: the ways' places are told from one count.
template <typename T>
struct Least {
  static constexpr int kWays = 4;
  static constexpr int64_t kStep = kWays * kLanes<T>;
  Vec<T> value[kWays];
  Integers<T> place[kWays] = {}, here = Iota<T>();

  Least() {
    for (Vec<T>& way : value) way = Splat(kInfinity<T>);
  }
  void Take(int way, Vec<T> x) {
    place[way] = x < value[way] ? here : place[way];
    value[way] = Min(x, value[way]);
  }
  void TakeRow(const T* x, int64_t n) {
    int64_t i = 0;
    for (; i + kStep <= n; i += kStep, here += Integer<T>(kStep))
#pragma GCC unroll 4
      for (int way = 0; way < kWays; ++way) {
        PrefetchAhead(x + i + way * kLanes<T>);
        Take(way, LoadOnce(x + i + way * kLanes<T>));
      }
#pragma GCC unroll 4
    for (int way = 0; way < kWays; ++way, i += kLanes<T>) {
      if (i >= n) return;
      const Rest<T> at{i, std::min<int64_t>(kLanes<T>, n - i)};
      Take(way, at.Keep(at(x), Splat(kInfinity<T>)));
    }
  }

  Vec<T> all() const { return Min(Min(value[0], value[1]), Min(value[2], value[3])); }
  Integers<T> FirstPlaceOf(Vec<T> least) const {
    Integers<T> first = Splat(std::numeric_limits<Integer<T>>::max());
#pragma GCC unroll 4
    for (int way = 0; way < kWays; ++way)
      first = Min(first, value[way] == least ? place[way] + way * kLanes<T> : first);
    return first;
  }
};

template <typename T>
void ArgminOfSomeRows(const T* x, int64_t* out, int64_t rows, int64_t n) {
  Vec<T> all[kLanes<T>] = {}, lanes[kLanes<T>];
  Integers<T> places[kLanes<T>] = {};
  for (int64_t row = 0; row < rows; ++row) {
    Least<T> least;
    least.TakeRow(x + row * n, n);
    all[row] = lanes[row] = least.all();
    places[row] = least.FirstPlaceOf(lanes[row]);
  }
  const PerRow<T> values(FoldAcross<T>(all, kMin));
  const Integers<T> none = Splat(std::numeric_limits<Integer<T>>::max());
  for (int64_t row = 0; row < rows; ++row)
    places[row] = lanes[row] == values[row] ? places[row] : none;
  const PerRow<Integer<T>> first(FoldAcross<Integer<T>>(places, kMin));
  std::copy_n(first.values, rows, out);
}

template <typename T>
void ArgminOfRows(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  int64_t* result = Out<int64_t>(out);
  const int64_t rows = in[0].shape[0], n = in[0].shape[1];
  Share(rows, EvenGrain(rows, n), [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row += kLanes<T>)
      ArgminOfSomeRows(x + row * n, result + row, std::min<int64_t>(kLanes<T>, end - row), n);
  });
}

}  // namespace

std::vector<NamedLoop> AxisLoops() {
  return {
      {"sum of columns", "float64", SumOfColumns<double>},
      {"sum of columns", "float32", SumOfColumns<float>},
      {"sum of rows", "float64", SumOfRows<double>},
      {"sum over outer and inner", "float64", SumOverOuterAndInner<double>},
      {"mean over middle", "float32", MeanOverMiddle<float>},
      {"argmin of rows", "float32", ArgminOfRows<float>},
      {"argmin of rows", "float64", ArgminOfRows<double>},
  };
}

}  // namespace broadloom::hand

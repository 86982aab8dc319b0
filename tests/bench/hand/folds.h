// Walks through rows, and reductions of them (folds). Rows may be short, as their ends are masked.
#ifndef BROADLOOM_TESTS_BENCH_HAND_FOLDS_H_
#define BROADLOOM_TESTS_BENCH_HAND_FOLDS_H_

#include "tests/bench/hand/lanes.h"

namespace broadloom::hand {

// Places in a row as Whole and Part are. Keep(value, old): `value` in the lanes of the row.
struct Full : Whole {
  template <typename T>
  void Put(T* row, Vec<T> value) const {
    Store(row + i, value);
  }
  template <typename V>
  V Keep(V value, V /*old*/) const {
    return value;
  }
};
template <typename T>
struct Rest {
  int64_t i, count;
  Vec<T> operator()(const T* row) const { return LoadSome(row + i, count); }
  void Put(T* row, Vec<T> value) const { StoreSome(row + i, value, count); }
  template <typename V>
  V Keep(V value, V old) const {
    return Iota<T>() < Splat(Integer<T>(count)) ? value : old;
  }
};

// Loaded once: the compiler would rather load again at each use.
template <typename T>
inline Vec<T> LoadOnce(const T* from) {
  Vec<T> value = Load(from);
  asm("" : "+v"(value));
  return value;
}

// step(way, at) for all of a row, where neighbours go different ways.
template <typename T, int kWays, typename Step>
inline void Walk(int64_t n, Step step) {
  int64_t i = 0;
  for (; i + kWays * kLanes<T> <= n; i += kWays * kLanes<T>)
#pragma GCC unroll 8
    for (int way = 0; way < kWays; ++way) step(way, Full{{i + way * kLanes<T>}});
  for (; i + kLanes<T> <= n; i += kLanes<T>) step(0, Full{{i}});
  if (i < n) step(kWays - 1, Rest<T>{i, n - i});
}

// f(at) of all of a row, combined; four vectors of partial results hide the latency.
template <typename T, typename F, typename Combine>
inline Vec<T> FoldRow(int64_t n, T start, F f, Combine combine) {
  if (n <= kLanes<T>) {
    const Rest<T> all{0, n};
    return all.Keep(f(all), Splat(start));
  }
  Vec<T> part[4] = {Splat(start), Splat(start), Splat(start), Splat(start)};
  Walk<T, 4>(n,
             [&](int way, auto at) { part[way] = at.Keep(combine(part[way], f(at)), part[way]); });
  return combine(combine(part[0], part[1]), combine(part[2], part[3]));
}

// Lane k: all of row k combined, of as many rows as a vector has lanes, no longer than those.
template <typename T, typename F, typename Combine>
inline Vec<T> FoldShortRows(const T* x, int64_t n, T start, F f, Combine combine) {
  const Rest<T> all{0, n};
  Vec<T> part[kLanes<T>];
#pragma GCC unroll 16
  for (int row = 0; row < kLanes<T>; ++row)
    part[row] = all.Keep(f(row, x + row * n)(all), Splat(start));
  return FoldAcross<T>(part, combine);
}

// Lane k: all of row k combined. As many rows as a vector has lanes, or fewer. f(row, from)(at)
// makes what counts, so that what is the row's own stays in registers.
template <typename T, typename F, typename Combine>
inline Vec<T> FoldRows(const T* x, int64_t rows, int64_t n, T start, F f, Combine combine) {
  if (n <= kLanes<T> && rows == kLanes<T>) return FoldShortRows(x, n, start, f, combine);
  Vec<T> part[kLanes<T>];
  for (int64_t row = 0; row < rows; ++row)
    part[row] = FoldRow(n, start, f(row, x + row * n), combine);
  for (int64_t row = rows; row < kLanes<T>; ++row) part[row] = Splat(start);
  return FoldAcross<T>(part, combine);
}
constexpr auto kAsItIs = [](int64_t, const auto* from) {
  return [=](auto at) { return at(from); };
};

// For what waits for memory or the last-level cache: what is read soon comes into the cache.
constexpr int64_t kBytesAhead = 4096;
template <typename T>
inline void PrefetchAhead(const T* from) {
  __builtin_prefetch(from + kBytesAhead / int64_t{sizeof(T)});
}
constexpr auto kPrefetched = [](int64_t, const auto* from) {
  return [=](auto at) {
    PrefetchAhead(from + at.i);
    return at(from);
  };
};

// Statistics of some rows, one by one again.
template <typename T>
struct PerRow {
  T values[kLanes<T>];
  explicit PerRow(Vec<T> from) { Store(values, from); }
  Vec<T> operator[](int64_t row) const { return Splat(values[row]); }
};

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_FOLDS_H_

// Matrices by rows: blocks of them in L1, or slices of long ones.
#ifndef BROADLOOM_TESTS_BENCH_HAND_ROWS_H_
#define BROADLOOM_TESTS_BENCH_HAND_ROWS_H_

#include "tests/bench/hand/each_thread.h"
#include "tests/bench/hand/folds.h"
#include "tests/bench/hand/outputs.h"

namespace broadloom::hand {

// Rows that go together: in L1 beside their results and the rows after them.
constexpr int64_t kBlockBytes = 10 << 10;
template <typename T>
inline int64_t RowsTogether(int64_t columns) {
  return std::clamp<int64_t>(kBlockBytes / (columns * int64_t{sizeof(T)}), 1, kLanes<T>);
}

// The rows after those that go together are brought into the cache meanwhile.
template <typename T>
inline int64_t NextRows(int64_t columns) {
  return RowsTogether<T>(columns) * columns;
}

// body(begin, end): even pieces, or each thread's own part of what stays in the caches.
template <typename Body>
inline void ShareRows(int64_t rows, int64_t n, bool in_caches, Body body) {
  const int64_t grain = EvenGrain(rows, n);
  if (!in_caches || grain >= rows) return Share(rows, grain, body);
  OnEachThread([=](int64_t thread, int64_t threads) {
    body(rows * thread / threads, rows * (thread + 1) / threads);
  });
}

// block(x, to, rows) for some rows at a time.
template <typename T, typename Block>
void MapBlocksOf(const T* x, T* out, int64_t rows, int64_t n, bool stream, Block block) {
  const int64_t together = RowsTogether<T>(n);
  Outlet<T> outlet(together * n, stream);
  for (int64_t row = 0; row < rows; row += together) {
    const int64_t count = std::min(together, rows - row);
    block(x + row * n, outlet.Open(out + row * n), count);
    outlet.Close(out + row * n, count * n);
  }
}
template <typename T, typename Block>
void MapBlocks(const Tensors& in, const Tensors& out, Block block) {
  const T* x = In<T>(in, 0);
  T* result = Out<T>(out);
  const int64_t rows = in[0].shape[0], n = in[0].shape[1];
  const bool stream = IsStreamed<T>(rows * n);
  ShareRows(rows, n, !stream, [=](int64_t begin, int64_t end) {
    MapBlocksOf(x + begin * n, result + begin * n, end - begin, n, stream, block);
  });
}

// to[row, k] = f(row, from)(at).
template <typename T, typename F>
inline void MapRows(const T* x, T* to, int64_t rows, int64_t n, F f) {
  for (int64_t row = 0; row < rows; ++row)
    Walk<T, 4>(n,
               [to = to + row * n, f = f(row, x + row * n)](int, auto at) { at.Put(to, f(at)); });
}

// first(row, slice) for all slices of a row, then second(row, slice, join(row)). Each thread keeps
// to its own slices, the last ones first the second time, as they are still in its cache.
template <typename First, typename Join, typename Second>
void MapLongRows(int64_t rows, int64_t slices, First first, Join join, Second second) {
#pragma omp parallel firstprivate(first, join, second)
  {
    const int64_t threads = omp_get_num_threads(), thread = omp_get_thread_num();
    const int64_t begin = slices * thread / threads, end = slices * (thread + 1) / threads;
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t slice = begin; slice < end; ++slice) first(row, slice);
#pragma omp barrier
      const auto joined = join(row);
      for (int64_t slice = end; slice-- > begin;) second(row, slice, joined);
    }
    _mm_sfence();
  }
}

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_ROWS_H_

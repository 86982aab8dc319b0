// Work that is shared by threads, and how much of it goes together.
#ifndef BROADLOOM_TESTS_BENCH_HAND_THREADS_H_
#define BROADLOOM_TESTS_BENCH_HAND_THREADS_H_

#include <omp.h>

#include <algorithm>
#include <bit>
#include <cstdint>

namespace broadloom::hand {

inline int64_t DivideUp(int64_t n, int64_t by) { return (n + by - 1) / by; }

// body(begin, end) on all threads, some `grain` at a time; on this one alone where that is all.
template <typename Body>
inline void Share(int64_t n, int64_t grain, Body body) {
  if (n <= grain) return body(int64_t{0}, n);
#pragma omp parallel for schedule(dynamic) firstprivate(body)  // its pointers in registers
  for (int64_t begin = 0; begin < n; begin += grain) body(begin, std::min(n, begin + grain));
}

// body(state, begin, end) on states of the threads' own, which are then merged: all.Merge(mine).
template <typename State, typename Body>
State Reduce(int64_t n, int64_t grain, State all, Body body) {
  if (n <= grain) {
    body(all, int64_t{0}, n);
    return all;
  }
  const State start = all;
#pragma omp parallel firstprivate(body)
  {
    State mine = start;
#pragma omp for schedule(dynamic) nowait
    for (int64_t begin = 0; begin < n; begin += grain)
      body(mine, begin, std::min(n, begin + grain));
#pragma omp critical
    all.Merge(mine);
  }
  return all;
}

// ---- grains: how many of n go together

// An even number of pieces of one size, of some 30 us where memory is the limit. Little work stays
// whole.
inline int64_t EvenGrain(int64_t n, int64_t elements_each) {
  constexpr int64_t kPiece = 1 << 17;
  const int64_t elements = n * elements_each;
  if (elements <= kPiece / 8) return n;
  const int64_t pairs = std::max<int64_t>(2, DivideUp(elements, 2 * kPiece));
  return DivideUp(n, 2 * pairs);
}

// About a megabyte, and at least four pieces.
inline int64_t GrainOfBytes(int64_t n, int64_t bytes_each) {
  return std::clamp<int64_t>((1 << 20) / bytes_each, 1, (n + 3) / 4);
}

// Some 25 us in a power of two: as many pieces for each thread, and whole groups of vectors in
// each. `work`: nanoseconds for 64 elements, about.
inline int64_t GrainOfWork(int64_t n, int64_t work) {
  const int64_t most = std::min(int64_t{25'000} * 64 / work, n / 4);
  return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(std::max<int64_t>(most, 1024))));
}

// One piece for each thread.
inline int64_t GrainOfThread(int64_t n) { return DivideUp(n, omp_get_max_threads()); }

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_THREADS_H_

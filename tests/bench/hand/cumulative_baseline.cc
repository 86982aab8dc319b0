// Cumulative sums (tests/bench/workloads/shapes.py).
#include <atomic>
#include <memory>

#include "tests/bench/hand/outputs.h"

namespace broadloom::hand {
namespace {

template <typename T, int step = 1>
inline Vec<T> CumulativeLanes(Vec<T> x) {
  if constexpr (step == kLanes<T>) {
    return x;
  } else {
    const Vec<T> moved =
        Shuffle<T>(x, Vec<T>{}, [](int k) { return k < step ? kLanes<T> + k : k - step; });
    return CumulativeLanes<T, 2 * step>(x + moved);
  }
}

// to[i] = f[0] + ... + f[i]. Vectors wait for each other for one addition only.
template <typename T, typename F>
inline void CumulativeRow(T* to, int64_t n, F f) {
  Vec<T> before{};
  int64_t i = 0;
  for (; i + kLanes<T> <= n; i += kLanes<T>) {
    const Vec<T> sums = CumulativeLanes<T>(f(Whole{i}));
    Store(to + i, sums + before);
    before += Shuffle<T>(sums, sums, [](int) { return kLanes<T> - 1; });
  }
  if (i < n) StoreSome(to + i, CumulativeLanes<T>(f(Part{i, n - i})) + before, n - i);
}

// Blocks are summed into L2, then in their order told what lies before them, then written.
template <typename T>
void RunningProductSum(const Tensors& in, const Tensors& out) {
  constexpr int64_t kBlock = 65536 / sizeof(T);
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  T* to = Out<T>(out);
  const int64_t n = in[0].shape[0], lead = PastBoundary(to), blocks = DivideUp(n + lead, kBlock);
  const bool stream = IsStreamed<T>(n);
  std::atomic<int64_t> next = 0, done = 0;
  T before = 0;
#pragma omp parallel if (blocks > 1)
  {
    alignas(64) T sums[kBlock];
    const T* from = sums;
    for (int64_t block; (block = next.fetch_add(1)) < blocks;) {
      const int64_t first = std::max<int64_t>(0, block * kBlock - lead);
      const int64_t count = std::min(n, (block + 1) * kBlock - lead) - first;
      CumulativeRow(sums, count, [u = x + first, v = y + first](auto at) { return at(u) * at(v); });
      while (done.load(std::memory_order_acquire) != block) _mm_pause();
      const T offset = before;
      before = offset + sums[count - 1];
      done.store(block + 1, std::memory_order_release);
      FillRow(to + first, count, stream, [=](auto at) { return (at(from) + offset) * T(0.5); });
    }
    _mm_sfence();
  }
}

template <typename T>
void RunningMean(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t rows = in[0].shape[0], n = in[0].shape[1];
  const bool stream = IsStreamed<T>(rows * n);
  Share(rows, GrainOfBytes(rows, n * int64_t{sizeof(T)}), [=](int64_t begin, int64_t end) {
    const auto sums = std::make_unique_for_overwrite<T[]>(n);
    const T* from = sums.get();
    for (int64_t r = begin; r < end; ++r) {
      CumulativeRow(sums.get(), n, [row = x + r * n](auto at) { return at(row); });
      const Vec<T> counts = __builtin_convertvector(Iota<T>() + 1, Vec<T>);
      FillRow(to + r * n, n, stream, [=](auto at) { return at(from) / (counts + T(at.i)); });
    }
    _mm_sfence();
  });
}

}  // namespace

std::vector<NamedLoop> CumulativeLoops() {
  return {
      {"running product sum", "float64", RunningProductSum<double>},
      {"running mean", "float32", RunningMean<float>},
  };
}

}  // namespace broadloom::hand

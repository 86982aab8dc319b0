// Each row with every row of another matrix, reduced over their elements k: b as panels of two
// vectors of its rows, each k's side by side; kRows rows of a meet one, their results in registers.
// Of b as much at a time as stays in the second-level cache.
#ifndef BROADLOOM_TESTS_BENCH_HAND_PAIR_TILES_H_
#define BROADLOOM_TESTS_BENCH_HAND_PAIR_TILES_H_

#include <memory>

#include "tests/bench/hand/outputs.h"
#include "tests/bench/hand/transpose.h"

namespace broadloom::hand {

constexpr int kRows = kRegisters / 4;
constexpr int64_t kStripBytes = 512 << 10;
template <typename T>
constexpr int64_t kPanel = 2 * kLanes<T>;

template <typename T>
inline int64_t VectorsOf(int64_t n) {
  return DivideUp(n, kLanes<T>);
}

// Columns [j, j + width) of all k, those before b its first row's and those behind its last row's.
template <typename T>
inline void PackRim(const T* b, int64_t n, int64_t k, int64_t j, int64_t width, T* to) {
  for (int64_t lane = 0; lane < width; ++lane) {
    const T* row = b + std::clamp<int64_t>(j + lane, 0, n - 1) * k;
    for (int64_t at = 0; at < k; ++at) to[at * width + lane] = row[at];
  }
}

// The panel of the rows from j on begins at j * k. The last one is one vector wide where that will
// do. Before the first row of b it stands `lead` times more, and the last one fills up the end.
template <typename T>
std::unique_ptr<Vec<T>[]> Pack(const T* b, int64_t n, int64_t k, int64_t lead = 0) {
  const int64_t vectors = VectorsOf<T>(lead + n), padded = vectors * kLanes<T>;
  auto packed = std::make_unique_for_overwrite<Vec<T>[]>(vectors * k);
  T* to = reinterpret_cast<T*>(packed.get());
  const int64_t panels = DivideUp(padded, kPanel<T>);
  Share(panels, 1 + 16384 / (kPanel<T> * k), [=](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; ++panel) {
      const int64_t at = panel * kPanel<T>, width = std::min(kPanel<T>, padded - at);
      const int64_t j = at - lead;
      T* here = to + at * k;
      if (j < 0 || j + width > n) {
        PackRim(b, n, k, j, width, here);
      } else {
        Transpose(b + j * k, k, width, k, [=](int64_t lane, int64_t c, auto x) {
          __builtin_memcpy(here + c * width + lane, &x, sizeof x);
        });
      }
    }
  });
  return packed;
}

// body(first row of a, end) on all threads, whole tiles of kRows each.
template <typename T, typename Body>
void ShareTiles(int64_t m, int64_t n, int64_t k, Body body) {
  const int64_t tiles = DivideUp(m, kRows);
  const int64_t cycles = 2 * kRows * VectorsOf<T>(n) * std::max<int64_t>(k, 8);
  const int64_t grain = std::min(std::max<int64_t>(4, 150'000 / (cycles + 1)), tiles / 32);
  Share(tiles, std::max<int64_t>(1, grain),
        [=](int64_t begin, int64_t end) { body(begin * kRows, std::min(m, end * kRows)); });
}

// block(first row, how many, first column, end) of all rows of one strip of b, then of the next.
template <typename T, typename Block>
inline void InStrips(int64_t begin, int64_t end, int64_t n, int64_t k, Block block) {
  const int64_t panel_bytes = kPanel<T> * k * int64_t{sizeof(T)};
  const int64_t strip = std::max<int64_t>(1, kStripBytes / panel_bytes) * kPanel<T>;
  for (int64_t j = 0; j < n; j += strip)
    for (int64_t i = begin; i < end; i += kRows)
      block(i, std::min<int64_t>(kRows, end - i), j, std::min(n, j + strip));
}

// put(r, v, sum) of `count` rows of a and V vectors of a panel. A function of its own, so that what
// is done between tiles takes no registers. element(sum, x, y, second): every second one is told
// so, as it may use other pipes.
template <int V, typename T, typename Element, typename Put>
[[gnu::noinline]] void Tile(const T* a, int64_t count, const T* panel, int64_t k, Element element,
                            Put put) {
  const T* rows[kRows];
  Vec<T> sums[kRows][V] = {};
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) rows[r] = a + std::min<int64_t>(r, count - 1) * k;
  for (int64_t at = 0; at < k; ++at) {
    Vec<T> right[V];
#pragma GCC unroll 2
    for (int v = 0; v < V; ++v) right[v] = Load(panel + (at * V + v) * kLanes<T>);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const Vec<T> left = Splat(rows[r][at]);
#pragma GCC unroll 2
      for (int v = 0; v < V; ++v)
        sums[r][v] = element(sums[r][v], left, right[v], (r + v) % 2 == 1);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 2
    for (int v = 0; v < V; ++v) put(r, v, sums[r][v]);
}

// use(r, j, result) of `count` rows of a and the vectors from column `begin` on to `end`.
template <typename T, typename Element, typename Use>
inline void Tiles(const T* a, int64_t count, const T* packed, int64_t begin, int64_t end, int64_t n,
                  int64_t k, Element element, Use use) {
  Vec<T> results[kRows * 2];
  const auto keep = [to = &results[0]](int r, int v, Vec<T> sum) { to[r * 2 + v] = sum; };
  for (int64_t j = begin; j < end; j += kPanel<T>) {
    const int vectors = n - j > kLanes<T> ? 2 : 1;
    if (vectors == 2)
      Tile<2>(a, count, packed + j * k, k, element, keep);
    else
      Tile<1>(a, count, packed + j * k, k, element, keep);
    for (int r = 0; r < count; ++r)
      for (int v = 0; v < vectors; ++v) use(r, j + v * kLanes<T>, results[r * 2 + v]);
  }
}

// Rows of results: to[i * n + j] = finish(i, j, sum), a vector of j at a time, past the caches
// where that puts all whole vectors on boundaries.
template <typename T, typename Finish>
struct PairResults {
  T* to;
  int64_t n;
  Finish finish;

  // Straight from the registers.
  template <bool stream>
  auto PutTile(int64_t i, int64_t j) const {
    return [=, *this](int r, int v, Vec<T> sum) {
      const Vec<T> value = finish(i + r, j + v * kLanes<T>, sum);
      T* place = to + (i + r) * n + j + v * kLanes<T>;
      if constexpr (stream)
        Stream(place, value);
      else
        Store(place, value);
    };
  }
  void PutRim(int64_t i, int64_t j, Vec<T> sum) const {
    const Vec<T> value = finish(i, j, sum);
    const int64_t begin = std::max<int64_t>(0, -j), end = std::min<int64_t>(kLanes<T>, n - j);
    if (begin < end) StoreLanes(to + i * n + j, value, begin, end);
  }
};

template <typename T, typename Element, typename Finish>
void FillPairsOfMany(const Tensors& in, const Tensors& out, Element element, Finish finish) {
  const T* a = In<T>(in, 0);
  const int64_t m = in[0].shape[0], n = in[1].shape[0], k = in[0].shape[1];
  const PairResults<T, Finish> results{Out<T>(out), n, finish};
  const bool stream = n % kLanes<T> == 0 && IsStreamed<T>(m * n);
  const int64_t lead = stream ? PastBoundary(results.to) : 0;
  const auto panels = Pack(In<T>(in, 1), n, k, lead);
  const T* packed = reinterpret_cast<const T*>(panels.get());
  const auto panel = [=](int64_t i, int64_t count, int64_t at) {
    const int64_t j = at - lead;
    if (count < kRows || j < 0 || j + kPanel<T> > n)
      Tiles(a + i * k, count, packed, at, at + 1, lead + n, k, element,
            [=](int r, int64_t to, Vec<T> sum) { results.PutRim(i + r, to - lead, sum); });
    else if (stream)
      Tile<2>(a + i * k, kRows, packed + at * k, k, element, results.template PutTile<true>(i, j));
    else
      Tile<2>(a + i * k, kRows, packed + at * k, k, element, results.template PutTile<false>(i, j));
  };
  ShareTiles<T>(m, n, k, [=](int64_t begin, int64_t end) {
    InStrips<T>(begin, end, lead + n, k,
                [&](int64_t i, int64_t count, int64_t first, int64_t last) {
                  for (int64_t at = first; at < last; at += kPanel<T>) panel(i, count, at);
                });
    if (stream) _mm_sfence();
  });
}

// Rows of K elements, which are so few that memory is the limit: a row of results in one go, beside
// the columns of b.
template <int K, typename T, typename Element, typename Finish>
void FillPairsOfFew(const Tensors& in, const Tensors& out, Element element, Finish finish) {
  const T *a = In<T>(in, 0), *b = In<T>(in, 1);
  T* to = Out<T>(out);
  const int64_t m = in[0].shape[0], n = in[1].shape[0];
  Buffer<T> buffer(K * n);
  for (int64_t j = 0; j < n; ++j)
    for (int c = 0; c < K; ++c) buffer.data()[c * n + j] = b[j * K + c];
  const T* columns = buffer.data();
  const bool stream = IsStreamed<T>(m * n);
  Share(m, GrainOfBytes(m, n * int64_t{sizeof(T)}), [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      FillRow(to + i * n, n, stream, [=, row = a + i * K](auto at) {
        Vec<T> sum = {};
#pragma GCC unroll 4
        for (int c = 0; c < K; ++c)
          sum = element(sum, Splat(row[c]), at(columns + c * n), c % 2 == 1);
        return finish(i, at.i, sum);
      });
    _mm_sfence();
  });
}

// out[i, j] = finish(i, j, the element's sum over k), a vector of j at a time.
template <typename T, typename Element, typename Finish>
void FillPairs(const Tensors& in, const Tensors& out, Element element, Finish finish) {
  switch (in[0].shape[1]) {
    case 1: return FillPairsOfFew<1, T>(in, out, element, finish);
    case 2: return FillPairsOfFew<2, T>(in, out, element, finish);
    case 3: return FillPairsOfFew<3, T>(in, out, element, finish);
    default: return FillPairsOfMany<T>(in, out, element, finish);
  }
}

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_PAIR_TILES_H_

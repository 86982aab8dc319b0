// Each row with every row of another matrix, reduced over their elements k
// (tests/bench/workloads/pairs.py): b as panels of two vectors of its rows, each k's side by side;
// kRows rows of a meet one, their results in registers. Of b as much at a time as stays in the
// second-level cache.
#include <cmath>
#include <memory>

#include "tests/bench/hand/folds.h"

namespace broadloom::hand {
namespace {

constexpr int kRows = kRegisters / 4;
constexpr int64_t kStripBytes = 512 << 10;
template <typename T>
constexpr int64_t kPanel = 2 * kLanes<T>;

template <typename T>
inline int64_t VectorsOf(int64_t n) {
  return DivideUp(n, kLanes<T>);
}

// The panel of the rows from j on begins at j * k. The last one is one vector wide where that will
// do. Before the first row of b it stands `lead` times more, and the last one fills up the end.
template <typename T>
std::unique_ptr<Vec<T>[]> Pack(const T* b, int64_t n, int64_t k, int64_t lead = 0) {
  const int64_t vectors = VectorsOf<T>(lead + n), padded = vectors * kLanes<T>;
  auto packed = std::make_unique_for_overwrite<Vec<T>[]>(vectors * k);
  T* to = reinterpret_cast<T*>(packed.get());
  const int64_t panels = DivideUp(padded, kPanel<T>);
  Share(panels, 1 + 4096 / (kPanel<T> * k), [=](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; ++panel) {
      const int64_t j = panel * kPanel<T>, width = std::min(kPanel<T>, padded - j);
      for (int64_t first = 0; first < k; first += 64)  // in the first-level cache
        for (int64_t lane = 0; lane < width; ++lane) {
          const T* row = b + std::clamp<int64_t>(j + lane - lead, 0, n - 1) * k;
          for (int64_t at = first; at < std::min(k, first + 64); ++at)
            to[j * k + at * width + lane] = row[at];
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
  const int64_t grain = std::min(std::max<int64_t>(4, 150'000 / (cycles + 1)), tiles / 16);
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

// Of `count` rows of a and V vectors of a panel. A function of its own, so that what is done with
// the results takes no registers.
template <int V, typename T, typename Element>
[[gnu::noinline]] void Tile(const T* a, int64_t count, const T* panel, int64_t k, Element element,
                            Vec<T>* results) {
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
      for (int v = 0; v < V; ++v) sums[r][v] = element(sums[r][v], left, right[v]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 2
    for (int v = 0; v < V; ++v) results[r * V + v] = sums[r][v];
}

// use(r, j, result) of `count` rows of a and the vectors from column `begin` on to `end`.
template <typename T, typename Element, typename Use>
inline void Tiles(const T* a, int64_t count, const T* packed, int64_t begin, int64_t end, int64_t n,
                  int64_t k, Element element, Use use) {
  Vec<T> results[kRows * 2];
  for (int64_t j = begin; j < end; j += kPanel<T>) {
    const int vectors = n - j > kLanes<T> ? 2 : 1;
    const auto tile = vectors == 2 ? Tile<2, T, Element> : Tile<1, T, Element>;
    tile(a, count, packed + j * k, k, element, results);
    for (int r = 0; r < count; ++r)
      for (int v = 0; v < vectors; ++v) use(r, j + v * kLanes<T>, results[r * vectors + v]);
  }
}

// out[i, j] = finish(i, j, the element's sum over k), a vector of j at a time; past the caches
// where one `lead` of columns puts the vectors of all rows on boundaries.
template <typename T, typename Element, typename Finish>
void FillPairs(const Tensors& in, const Tensors& out, Element element, Finish finish) {
  const T* a = In<T>(in, 0);
  T* to = Out<T>(out);
  const int64_t m = in[0].shape[0], n = in[1].shape[0], k = in[0].shape[1];
  const bool stream = n % kLanes<T> == 0 && IsStreamed<T>(m * n);
  const int64_t lead = stream ? PastBoundary(to) : 0;
  const auto panels = Pack(In<T>(in, 1), n, k, lead);
  const T* packed = reinterpret_cast<const T*>(panels.get());
  const auto put = [=](int64_t i, int64_t j, Vec<T> sum) {
    const Vec<T> value = finish(i, j, sum);
    T* row = to + i * n;
    if (j < 0 || j + kLanes<T> > n) {
      const int64_t end = std::min<int64_t>(kLanes<T>, n - j);
      for (int64_t lane = std::max<int64_t>(0, -j); lane < end; ++lane) row[j + lane] = value[lane];
    } else if (stream) {
      Stream(row + j, value);
    } else {
      Store(row + j, value);
    }
  };
  ShareTiles<T>(m, n, k, [=](int64_t begin, int64_t end) {
    InStrips<T>(begin, end, lead + n, k,
                [=](int64_t i, int64_t count, int64_t first, int64_t last) {
                  Tiles(a + i * k, count, packed, first, last, lead + n, k, element,
                        [=](int r, int64_t j, Vec<T> sum) { put(i + r, j - lead, sum); });
                });
    if (stream) _mm_sfence();
  });
}

inline Vec<float> Abs(Vec<float> x) { return Vec<float>(Vec<int32_t>(x) & 0x7fffffff); }
inline Vec<double> Abs(Vec<double> x) { return Vec<double>(Vec<int64_t>(x) & 0x7fffffffffffffff); }

constexpr auto kAsIs = [](int64_t, int64_t, auto sum) { return sum; };
constexpr auto kAddSquare = [](auto sum, auto x, auto y) {
  const auto d = y - x;
  return sum + d * d;
};
constexpr auto kAddDistance = [](auto sum, auto x, auto y) { return sum + Abs(y - x); };
constexpr auto kMaxDistance = [](auto largest, auto x, auto y) {
  auto distance = Abs(y - x);
  asm("" : "+v"(distance));  // else GCC makes it twice, under the comparison's mask, and no maximum
  return Max(distance, largest);
};
constexpr auto kAddProduct = [](auto sum, auto x, auto y) { return sum + x * y; };

template <typename T>
void SquaredDistances(const Tensors& in, const Tensors& out) {
  FillPairs<T>(in, out, kAddSquare, kAsIs);
}
template <typename T>
void ManhattanDistances(const Tensors& in, const Tensors& out) {
  FillPairs<T>(in, out, kAddDistance, kAsIs);
}
template <typename T>
void ChebyshevDistances(const Tensors& in, const Tensors& out) {
  FillPairs<T>(in, out, kMaxDistance, kAsIs);
}

// With a vector of ones before and after.
template <typename T>
std::vector<T> Norms(const Tensor& x) {
  const T* data = static_cast<const T*>(x.data);
  const int64_t rows = x.shape[0], k = x.shape[1];
  std::vector<T> norms(rows + 2 * kLanes<T>, T{1});
  T* to = norms.data() + kLanes<T>;
  Share(rows, 1 + 65536 / k, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const T* row = data + i * k;
      const auto square = [=](auto at) { return at(row) * at(row); };
      to[i] = std::sqrt(SumOf<T>(FoldRow(k, T{0}, square, kAdd)));
    }
  });
  return norms;
}

template <typename T>
void CosineDistances(const Tensors& in, const Tensors& out) {
  const std::vector<T> norms_a = Norms<T>(in[0]), norms_b = Norms<T>(in[1]);
  const T *of_a = norms_a.data() + kLanes<T>, *of_b = norms_b.data() + kLanes<T>;
  FillPairs<T>(in, out, kAddProduct, [=](int64_t i, int64_t j, Vec<T> product) {
    return T(1) - product / (of_a[i] * Load(of_b + j));
  });
}

// Of each lane of the columns so far.
template <typename T>
struct Nearest {
  Vec<T> square = Splat(kInfinity<T>);
  Vec<Integer<T>> vector = {};  // the column of the first lane

  void Meet(int64_t j, Vec<T> value) {
    vector = value < square ? Splat(Integer<T>(j)) : vector;
    square = Min(value, square);
  }
  int64_t Column() const {
    int best = 0;
    for (int lane = 1; lane < kLanes<T>; ++lane)
      if (square[lane] < square[best] ||
          (square[lane] == square[best] && vector[lane] + lane < vector[best] + best))
        best = lane;
    return vector[best] + best;
  }
};

template <typename T>
void NearestRow(const Tensors& in, const Tensors& out) {
  const T* a = In<T>(in, 0);
  int64_t* to = Out<int64_t>(out);
  const int64_t m = in[0].shape[0], n = in[1].shape[0], k = in[0].shape[1];
  const auto panels = Pack(In<T>(in, 1), n, k);
  const T* packed = reinterpret_cast<const T*>(panels.get());
  ShareTiles<T>(m, n, k, [=](int64_t begin, int64_t end) {
    std::vector<Nearest<T>> nearest(end - begin);
    InStrips<T>(begin, end, n, k, [&](int64_t i, int64_t count, int64_t first, int64_t last) {
      Nearest<T>* of_row = nearest.data() + (i - begin);
      Tiles(a + i * k, count, packed, first, last, n, k, kAddSquare,
            [=](int r, int64_t j, Vec<T> square) { of_row[r].Meet(j, square); });
    });
    for (int64_t i = begin; i < end; ++i) to[i] = nearest[i - begin].Column();
  });
}

}  // namespace

std::vector<NamedLoop> DistanceLoops() {
  return {
      {"squared distances", "float64", SquaredDistances<double>},
      {"squared distances", "float32", SquaredDistances<float>},
      {"manhattan distances", "float32", ManhattanDistances<float>},
      {"chebyshev distances", "float64", ChebyshevDistances<double>},
      {"cosine distances", "float32", CosineDistances<float>},
      {"nearest row", "float64", NearestRow<double>},
      {"nearest row", "float32", NearestRow<float>},
  };
}

}  // namespace broadloom::hand

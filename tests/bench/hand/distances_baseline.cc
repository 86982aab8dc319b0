// Each row with every row of another matrix, reduced over their elements k
// (tests/bench/workloads/pairs.py).
#include <cmath>

#include "tests/bench/hand/folds.h"
#include "tests/bench/hand/pair_tiles.h"
#include "tests/bench/hand/pipes.h"

namespace broadloom::hand {
namespace {

inline Vec<float> Abs(Vec<float> x) { return Vec<float>(Vec<int32_t>(x) & 0x7fffffff); }
inline Vec<double> Abs(Vec<double> x) { return Vec<double>(Vec<int64_t>(x) & 0x7fffffffffffffff); }

constexpr auto kAsIs = [](int64_t, int64_t, auto sum) { return sum; };
// What is added and subtracted keeps all four pipes equally busy.
constexpr auto kAddSquare = [](auto sum, auto x, auto y, bool second) {
  const auto d = second ? SubtractByMultiplier(y, x) : y - x;
  return sum + d * d;
};
constexpr auto kAddDistance = [](auto sum, auto x, auto y, bool) {
  return sum + Abs(SubtractByMultiplier(y, x));
};
constexpr auto kMaxDistance = [](auto largest, auto x, auto y, bool) {
  auto distance = Abs(SubtractByMultiplier(y, x));
  asm("" : "+v"(distance));  // else GCC makes it twice, under the comparison's mask, and no maximum
  return Max(distance, largest);
};
constexpr auto kAddProduct = [](auto sum, auto x, auto y, bool) { return sum + x * y; };

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

// Each element or point with every other one, reduced over these (tests/bench/workloads/pairs.py):
// vectors of elements stay in registers and meet one of the others after the other, so that nothing
// is folded.
#include "tests/bench/hand/functions.h"
#include "tests/bench/hand/lanes.h"
#include "tests/bench/hand/pipes.h"

namespace broadloom::hand {
namespace {

// V vectors of elements.
template <typename T, int V>
struct Group {
  using Vectors = Vec<T>[V];
  int64_t begin, end;  // of the first vector; of all i

  void Get(const T* from, Vectors& to) const {  // beyond the end ones
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) {
      const int64_t i = begin + v * kLanes<T>, count = end - i;
      to[v] = count >= kLanes<T> ? Load(from + i) : count > 0 ? Part{i, count}(from) : Splat(T{1});
    }
  }
  void Put(const Vectors& from, T* to) const {
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) {
      const int64_t i = begin + v * kLanes<T>, count = end - i;
      if (count >= kLanes<T>)
        Store(to + i, from[v]);
      else if (count > 0)
        __builtin_memcpy(to + i, &from[v], count * sizeof(T));
    }
  }
};

// body(group) of each V vectors of m elements, on all threads. `cycles`: of a vector, about.
template <typename T, int V, typename Body>
void ShareGroups(int64_t m, int64_t cycles, Body body) {
  constexpr int64_t kGroup = V * kLanes<T>;
  const int64_t groups = DivideUp(m, kGroup);
  const int64_t grain = std::max<int64_t>(1, std::min(100'000 / (V * cycles + 1), groups / 16));
  Share(groups, grain, [=](int64_t begin, int64_t end) {
    for (int64_t group = begin; group < end; ++group) body(Group<T, V>{group * kGroup, m});
  });
}

// The largest term(x[i], y[j]) over j. A function of its own: beside a loop with calls GCC would
// keep the vectors in memory.
template <typename T, int V, typename Term>
[[gnu::noinline]] void Largest(const Group<T, V>& group, const T* x, const T* y, int64_t n,
                               Term term, Vec<T> (&largest)[V]) {
  Vec<T> left[V], best[V];
  group.Get(x, left);
#pragma GCC unroll 8
  for (Vec<T>& b : best) b = Splat(-kInfinity<T>);
#pragma GCC unroll 2
  for (int64_t j = 0; j < n; ++j) {
    const Vec<T> right = Splat(y[j]);
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) best[v] = Max(term(left[v], right), best[v]);
  }
  std::copy(best, best + V, largest);
}

template <typename T>
void MaxPlus(const Tensors& in, const Tensors& out) {
  constexpr int kVectors = kRegisters / 4;
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  T* to = Out<T>(out);
  const int64_t n = in[1].shape[0];
  ShareGroups<T, kVectors>(in[0].shape[0], n, [=](const auto& group) {
    Vec<T> largest[kVectors];
    // The largest ones take the adders' pipes.
    Largest(group, x, y, n, [](auto p, auto q) { return AddByMultiplier(p, q); }, largest);
    group.Put(largest, to);
  });
}

template <typename T>
void LogSumExpOfProducts(const Tensors& in, const Tensors& out) {
  constexpr int kVectors = 4;
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  T* to = Out<T>(out);
  const int64_t n = in[1].shape[0];
  ShareGroups<T, kVectors>(in[0].shape[0], 16 * n, [=](const auto& group) {
    Vec<T> left[kVectors], largest[kVectors], sum[kVectors] = {};
    group.Get(x, left);
    Largest(group, x, y, n, [](auto p, auto q) { return p * q; }, largest);
    for (int64_t j = 0; j < n; ++j)
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) sum[v] += Exp(left[v] * Splat(y[j]) - largest[v]);
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) sum[v] = largest[v] + Log(sum[v]);
    group.Put(sum, to);
  });
}

// Points: three arrays of coordinates.
template <typename T>
struct Points {
  const T *x, *y, *z;
  Points(const Tensors& in, int first)
      : x(In<T>(in, first)), y(In<T>(in, first + 1)), z(In<T>(in, first + 2)) {}
};
template <typename T>
struct Point {
  Vec<T> x, y, z;
  Point operator-(const Point& p) const { return {x - p.x, y - p.y, z - p.z}; }
  Vec<T> Square() const { return x * x + y * y + z * z; }
};
template <typename T>
inline Point<T> SplatOf(const Points<T>& p, int64_t j) {
  return {Splat(p.x[j]), Splat(p.y[j]), Splat(p.z[j])};
}
template <typename T, int V>
struct PointGroup {
  Vec<T> x[V], y[V], z[V];
  PointGroup(const Group<T, V>& group, const Points<T>& p) {
    group.Get(p.x, x);
    group.Get(p.y, y);
    group.Get(p.z, z);
  }
  Point<T> operator[](int v) const { return {x[v], y[v], z[v]}; }
};

template <typename T>
void GaussianKernelSum(const Tensors& in, const Tensors& out) {
  constexpr int kVectors = 2;
  const Points<T> from(in, 0), to(in, 3);
  const T* weight = In<T>(in, 6);
  T* result = Out<T>(out);
  const int64_t n = in[3].shape[0];
  ShareGroups<T, kVectors>(in[0].shape[0], 20 * n, [=](const auto& group) {
    const PointGroup<T, kVectors> points(group, from);
    Vec<T> sum[kVectors] = {};
    for (int64_t j = 0; j < n; ++j)
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v)
        sum[v] += Exp(-(SplatOf(to, j) - points[v]).Square()) * Splat(weight[j]);
    group.Put(sum, result);
  });
}

// Three sums over j: term(j, d, |d|^3) of the differences d of the points.
template <typename T, typename Term>
void SumForces(const Tensors& in, const Tensors& out, Term term) {
  constexpr int kVectors = kRegisters / 16;
  const Points<T> from(in, 0), to(in, 3);
  T *x = Out<T>(out, 0), *y = Out<T>(out, 1), *z = Out<T>(out, 2);
  const int64_t n = in[3].shape[0];
  ShareGroups<T, kVectors>(in[0].shape[0], 16 * n, [=](const auto& group) {
    const PointGroup<T, kVectors> points(group, from);
    Vec<T> sum_x[kVectors] = {}, sum_y[kVectors] = {}, sum_z[kVectors] = {};
    for (int64_t j = 0; j < n; ++j) {
      const Point<T> right = SplatOf(to, j);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        const Point<T> d = right - points[v];
        const Vec<T> square = d.Square() + T(1e-4);
        const Point<T> force = term(j, d, square * Sqrt(square));
        sum_x[v] += force.x;
        sum_y[v] += force.y;
        sum_z[v] += force.z;
      }
    }
    group.Put(sum_x, x);
    group.Put(sum_y, y);
    group.Put(sum_z, z);
  });
}

template <typename T>
void NBodyForces(const Tensors& in, const Tensors& out) {
  const T* mass = In<T>(in, 6);
  SumForces<T>(in, out, [=](int64_t j, const Point<T>& d, Vec<T> cube) -> Point<T> {
    const Vec<T> pull = Splat(mass[j]) / cube;
    return {pull * d.x, pull * d.y, pull * d.z};
  });
}

template <typename T>
void BiotSavart(const Tensors& in, const Tensors& out) {
  const Points<T> strength(in, 6);
  SumForces<T>(in, out, [=](int64_t j, const Point<T>& d, Vec<T> cube) -> Point<T> {
    const Point<T> s = SplatOf(strength, j);
    const Vec<T> scale = T(1) / cube;
    return {(s.y * d.z - s.z * d.y) * scale, (s.z * d.x - s.x * d.z) * scale,
            (s.x * d.y - s.y * d.x) * scale};
  });
}

// The first lane in which they are equal; there is one.
#ifdef __AVX512F__
inline int FirstEqual(Vec<float> x, Vec<float> y) {
  return __builtin_ctz(_mm512_cmp_ps_mask(x, y, _CMP_EQ_OQ));
}
inline int FirstEqual(Vec<double> x, Vec<double> y) {
  return __builtin_ctz(_mm512_cmp_pd_mask(x, y, _CMP_EQ_OQ));
}
#else
inline int FirstEqual(Vec<float> x, Vec<float> y) {
  return __builtin_ctz(_mm256_movemask_ps(_mm256_cmp_ps(x, y, _CMP_EQ_OQ)));
}
inline int FirstEqual(Vec<double> x, Vec<double> y) {
  return __builtin_ctz(_mm256_movemask_pd(_mm256_cmp_pd(x, y, _CMP_EQ_OQ)));
}
#endif

// The first j, in the block from `first` on, that is at the squared distance `square`.
template <typename T>
inline int64_t PlaceInBlock(Point<T> point, const Points<T>& to, int64_t n, int64_t first,
                            T square) {
  const auto squares = [&](auto at) {
    return (Point<T>{at(to.x), at(to.y), at(to.z)} - point).Square();
  };
  const bool is_whole = first + kLanes<T> <= n;
  const Vec<T> all = is_whole ? squares(Whole{first}) : squares(Part{first, n - first});
  return first + FirstEqual(all, Splat(square));
}

// Which block of a vector's length holds the nearest j is noted per block only; which j of it, at
// the end: one comparison fewer, and one select, per pair.
template <typename T>
void NearestPoint(const Tensors& in, const Tensors& out) {
  constexpr int kVectors = kRegisters / 8;
  const Points<T> from(in, 0), to(in, 3);
  int64_t* result = Out<int64_t>(out);
  const int64_t m = in[0].shape[0], n = in[3].shape[0];
  ShareGroups<T, kVectors>(m, 4 * n, [=](const auto& group) {
    const Vec<T> infinite = Splat(kInfinity<T>);
    const PointGroup<T, kVectors> points(group, from);
    Vec<T> least[kVectors];
    Vec<Integer<T>> block[kVectors] = {};  // its first j
    for (Vec<T>& l : least) l = infinite;
    for (int64_t first = 0; first < n; first += kLanes<T>) {
      const int64_t last = std::min<int64_t>(n, first + kLanes<T>);
      Vec<T> here[kVectors];
#pragma GCC unroll 8
      for (Vec<T>& h : here) h = infinite;
      for (int64_t j = first; j < last; ++j) {
        const Point<T> right = SplatOf(to, j);
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) here[v] = Min((right - points[v]).Square(), here[v]);
      }
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        block[v] = here[v] < least[v] ? Splat(Integer<T>(first)) : block[v];
        least[v] = Min(here[v], least[v]);
      }
    }
    const int64_t count = std::min<int64_t>(kVectors * kLanes<T>, m - group.begin);
    for (int64_t k = 0; k < count; ++k) {
      const int64_t i = group.begin + k, v = k / kLanes<T>, lane = k % kLanes<T>;
      result[i] = PlaceInBlock<T>(SplatOf(from, i), to, n, block[v][lane], least[v][lane]);
    }
  });
}

}  // namespace

std::vector<NamedLoop> InteractionLoops() {
  return {
      {"max plus", "float64", MaxPlus<double>},
      {"max plus", "float32", MaxPlus<float>},
      {"log sum exp of products", "float64", LogSumExpOfProducts<double>},
      {"gaussian kernel sum", "float32", GaussianKernelSum<float>},
      {"gaussian kernel sum", "float64", GaussianKernelSum<double>},
      {"n body forces", "float64", NBodyForces<double>},
      {"n body forces", "float32", NBodyForces<float>},
      {"biot savart", "float32", BiotSavart<float>},
      {"nearest point", "float32", NearestPoint<float>},
  };
}

}  // namespace broadloom::hand

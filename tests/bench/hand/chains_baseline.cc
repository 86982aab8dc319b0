// Many operations on each element, one after the other (tests/bench/workloads/streams.py).
#include <array>

#include "tests/bench/hand/conversions.h"

namespace broadloom::hand {
namespace {

// Vectors of a group go through a chain together, which hides the latency of its operations; as
// many as the registers take whose state is two vectors, and three.
constexpr int kGroup = kVectorBytes == 64 ? 12 : 6;
constexpr int kGroupOfThree = kVectorBytes == 64 ? 8 : 4;

template <typename T>
struct Two {
  Vec<T> v, y;
};
template <typename T>
inline Vec<T> ResultOf(const Two<T>& state) {
  return state.v;
}

template <int U, typename State, typename Step>
[[gnu::always_inline]] inline void Go(State (&state)[U], int steps, Step step) {
  for (int k = 0; k < steps; ++k)
#pragma GCC unroll 16
    for (int u = 0; u < U; ++u) step(state[u], k);
}

// A place of which `start` fetches only what it would read. Arithmetic leaves memory alone for so
// long that it has to be told.
struct Ahead {
  int64_t i;
  template <typename T>
  Vec<T> operator()(const T* row) const {
    __builtin_prefetch(row + i);
    return Vec<T>{};
  }
};

// Some elements from i on, fewer than a group has. A function of its own, as it is rare.
template <int U, typename T, typename Start, typename Step>
[[gnu::noinline]] void ChainSome(T* out, int64_t i, int64_t count, int steps, Start start,
                                 Step step) {
  constexpr int L = kLanes<T>;
  decltype(start(Whole{0})) state[U];
  for (int u = 0; u < U; ++u)
    state[u] = start(Part{i + u * L, std::clamp<int64_t>(count - u * L, 0, L)});
  Go(state, steps, step);
  for (int u = 0; u * L < count; ++u) {
    const Vec<T> result = ResultOf(state[u]);
    __builtin_memcpy(out + i + u * L, &result, std::min<int64_t>(L, count - u * L) * sizeof(T));
  }
}

// out[i] from the state start(at), on which step(state, k) works for each k < steps.
template <int U, typename T, typename Start, typename Step>
inline void ChainRow(T* out, int64_t n, bool stream, int steps, Start start, Step step) {
  constexpr int L = kLanes<T>;
  int64_t i = stream ? std::min(n, ToBoundary(out)) : 0;
  if (i > 0) ChainSome<U>(out, 0, i, steps, start, step);
  for (; i + U * L <= n; i += U * L) {
    decltype(start(Whole{0})) state[U];
#pragma GCC unroll 16
    for (int u = 0; u < U; ++u) {
      state[u] = start(Whole{i + u * L});
      start(Ahead{i + (3 * U + u) * L});
    }
    Go(state, steps, step);
#pragma GCC unroll 16
    for (int u = 0; u < U; ++u) {
      if (stream)
        Stream(out + i + u * L, ResultOf(state[u]));
      else
        Store(out + i + u * L, ResultOf(state[u]));
    }
  }
  if (i < n) ChainSome<U>(out, i, n - i, steps, start, step);
}

// The same on all threads. `work`: nanoseconds for 64 elements, about.
template <int U, typename T, typename Start, typename Step>
inline void Chain(T* out, int64_t n, int steps, int64_t work, Start start, Step step) {
  const bool stream = IsStreamed<T>(n);
  constexpr int64_t kWhole = U * kLanes<T>;
  Share(n, DivideUp(GrainOfWork(n, work), kWhole) * kWhole, [=](int64_t begin, int64_t end) {
    const auto shifted = [=](auto at) {
      at.i += begin;
      return start(at);
    };
    ChainRow<U>(out + begin, end - begin, stream, steps, shifted, step);
    if (stream) _mm_sfence();
  });
}

template <int kSteps, typename T>
void ChainOf(const Tensors& in, const Tensors& out) {
  static constexpr auto kFactors = [] {
    std::array<T, kSteps> factors{};
    for (int k = 0; k < kSteps; ++k) factors[k] = static_cast<T>(1.0 / (k + 2));
    return factors;
  }();
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  Chain<kGroup>(
      Out<T>(out), Count(in[0]), kSteps,
      std::max<int64_t>(kOfMemory, kSteps * int64_t{sizeof(T)} / 4),
      [=](auto at) { return Two<T>{at(x), at(y)}; },
      [](Two<T>& s, int k) { s.v = s.v * kFactors[k] + s.y; });
}

template <typename T>
void Horner(const Tensors& in, const Tensors& out) {
  static constexpr auto kTerms = [] {
    std::array<T, 19> terms{};
    for (int k = 0; k < 19; ++k) terms[k] = static_cast<T>((k + 1) * 0.05);
    return terms;
  }();
  const T* x = In<T>(in, 0);
  Chain<kGroup>(
      Out<T>(out), Count(in[0]), 19, 20,
      [=](auto at) { return Two<T>{at(x) * T(0.05) + T(1), at(x)}; },
      [](Two<T>& s, int k) { s.v = s.v * s.y + kTerms[k]; });
}

template <typename T>
void LogisticMap(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *r = In<T>(in, 1);
  Chain<kGroup>(
      Out<T>(out), Count(in[0]), 100, 100,
      [=](auto at) { return Two<T>{at(x), T(3) + T(0.5) * at(r)}; },
      [](Two<T>& s, int) { s.v = s.y * s.v * (T(1) - s.v); });
}

template <typename T>
void NewtonCubeRoot(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  Chain<kGroup>(
      Out<T>(out), Count(in[0]), 12, 200, [=](auto at) { return Two<T>{at(x), at(x)}; },
      [](Two<T>& s, int) { s.v -= (s.v * s.v * s.v - s.y) / (T(3) * s.v * s.v); });
}

struct Orbit {
  Vec<float> x, y, re, im;
  Vec<int32_t> inside;  // so many steps: integers, as the units for additions are the busiest
};
inline Vec<float> ResultOf(const Orbit& orbit) { return AsFloats(orbit.inside); }

void Mandelbrot(const Tensors& in, const Tensors& out) {
  const float *re = In<float>(in, 0), *im = In<float>(in, 1);
  Chain<kGroupOfThree>(
      Out<float>(out), Count(in[0]), 40, 150,
      [=](auto at) { return Orbit{at(re), at(im), at(re), at(im), {}}; },
      [](Orbit& s, int) {
        const Vec<float> xx = s.x * s.x, yy = s.y * s.y, xy = 2 * s.x * s.y;
        const Vec<int32_t> inside = xx + yy < 4;
        s.inside = inside ? s.inside + 1 : s.inside;
        s.x = inside ? xx - yy + s.re : s.x;
        s.y = inside ? xy + s.im : s.y;
      });
}

}  // namespace

std::vector<NamedLoop> ChainLoops() {
  return {
      {"chain of 30", "float32", ChainOf<15, float>},
      {"chain of 400", "float64", ChainOf<200, double>},
      {"chain of 400", "float32", ChainOf<200, float>},
      {"horner", "float64", Horner<double>},
      {"horner", "float32", Horner<float>},
      {"logistic map", "float32", LogisticMap<float>},
      {"newton cube root", "float64", NewtonCubeRoot<double>},
      {"mandelbrot", "float32", Mandelbrot},
  };
}

}  // namespace broadloom::hand

// Elementary functions of each element (tests/bench/workloads/streams.py).
#include "tests/bench/hand/functions.h"

namespace broadloom::hand {
namespace {

template <typename T>
void DampedWave(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  Map(Out<T>(out), Count(in[0]), [=](auto at) { return Exp(-at(x)) * Sin(at(y)); }, 50);
}

template <typename T>
void Gelu(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  const auto gelu = [=](auto at) {
    const Vec<T> v = at(x);
    const Vec<T> bent = Tanh(T(0.7978845608) * (v + T(0.044715) * v * v * v));
    return T(0.5) * v * (T(1) + bent);
  };
  Map(Out<T>(out), Count(in[0]), gelu, 50);
}

template <typename T>
void LogDensity(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *mean = In<T>(in, 1), *deviation = In<T>(in, 2);
  const auto density = [=](auto at) {
    const Vec<T> z = (at(x) - at(mean)) / at(deviation);
    return T(-0.5) * z * z - Log(at(deviation)) - T(0.9189385332);
  };
  Map(Out<T>(out), Count(in[0]), density, 80);
}

// body(begin, count) for pieces whose intermediate results stay in the first-level cache. Functions
// are called one by one for all of a piece, as a call leaves no vector in a register and functions
// that wait for each other would leave too few underway. Divisions and roots go beside them.
template <typename T>
constexpr int64_t kPiece = 2048 / sizeof(T);
template <typename T, typename Body>
inline void SharePieces(int64_t n, int64_t work, Body body) {
  Share(n, GrainOfWork(n, work), [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i += kPiece<T>) body(i, std::min(kPiece<T>, end - i));
    _mm_sfence();
  });
}
template <typename T>
struct Piece {
  alignas(kVectorBytes) T values[kPiece<T> + kLanes<T>];  // for whole vectors from anywhere on
  template <typename At>
  Vec<T> operator()(At at) const {
    return at(&values[0]);
  }
  template <typename At>
  void Put(At at, Vec<T> value) {
    Store(values + at.i, value);
  }
};
// The piece after this one comes into the cache.
template <typename At, typename... T>
inline void PrefetchNext(At at, const T*... from) {
  (__builtin_prefetch(from + kPiece<T> + at.i), ...);
}

template <typename T>
void Haversine(const Tensors& in, const Tensors& out) {
  const T *latitudes = In<T>(in, 0), *longitudes = In<T>(in, 1);
  const T *latitudes2 = In<T>(in, 2), *longitudes2 = In<T>(in, 3);
  T* distances = Out<T>(out);
  const int64_t n = Count(in[0]);
  const bool stream = IsStreamed<T>(n);
  SharePieces<T>(n, 300, [=](int64_t begin, int64_t count) {
    Piece<T> across, along, root;
    const T *latitude = latitudes + begin, *longitude = longitudes + begin;
    const T *latitude2 = latitudes2 + begin, *longitude2 = longitudes2 + begin;
    const auto map = [=](Piece<T>& to, auto f) { MapRow(to.values, count, false, f); };
    map(across, [&](auto at) {
      PrefetchNext(at, latitude, longitude, latitude2, longitude2);
      return Sin((at(longitude2) - at(longitude)) * T(0.5));
    });
    map(across, [&](auto at) { return Cos(at(latitude)) * across(at) * across(at); });
    map(across, [&](auto at) { return Cos(at(latitude2)) * across(at); });
    map(along, [&](auto at) { return Sin((at(latitude2) - at(latitude)) * T(0.5)); });
    map(root, [&](auto at) { return Sqrt(along(at) * along(at) + across(at)); });
    MapRow(distances + begin, count, stream,
           [&](auto at) { return T(12742.0176) * Asin(root(at)); });
  });
}

// bell = exp(-x * x / 2), k = 1 / (1 + 0.2316419 * |x|).
template <typename T>
inline Vec<T> CumulativeNormal(Vec<T> x, Vec<T> bell, Vec<T> k) {
  const Vec<T> series =
      T(0.31938153) +
      k * (T(-0.356563782) + k * (T(1.781477937) + k * (T(-1.821255978) + k * T(1.330274429))));
  const Vec<T> tail = T(0.3989422804) * bell * k * series;
  return x > T(0) ? T(1) - tail : tail;
}

// An argument of the normal distribution, and what takes a function and a division of it.
template <typename T>
struct NormalPiece {
  Piece<T> x, bell, k;

  void Prepare(int64_t count) {
    MapRow(bell.values, count, false, [&](auto at) {
      const Vec<T> result = Exp(T(-0.5) * x(at) * x(at)), v = x(at);
      k.Put(at, T(1) / (T(1) + T(0.2316419) * Max(v, -v)));
      return result;
    });
  }
  template <typename At>
  Vec<T> Cumulative(At at) const {
    return CumulativeNormal<T>(x(at), bell(at), k(at));
  }
};

// A piece of options.
template <typename T>
struct Options {
  const T *price, *strike, *years;
  int64_t count;
  Piece<T> discounted, call;
  NormalPiece<T> first, second;

  void Prepare() {
    constexpr double kRate = 0.02, kVolatility = 0.3;
    MapRow(discounted.values, count, false, [&](auto at) {
      PrefetchNext(at, price, strike, years);
      const Vec<T> factor = Exp(T(-kRate) * at(years));
      second.x.Put(at, T(kVolatility) * Sqrt(at(years)));  // the spread, until it is d2
      return at(strike) * factor;
    });
    MapRow(first.x.values, count, false, [&](auto at) {
      const Vec<T> logarithm = Log(at(price) / at(strike)), spread = second.x(at);
      const Vec<T> drift = T(kRate + 0.5 * kVolatility * kVolatility) * at(years);
      const Vec<T> d = (logarithm + drift) / spread;
      second.x.Put(at, d - spread);
      return d;
    });
    first.Prepare(count);
    second.Prepare(count);
  }
  void Price(T* calls, T* puts, bool stream) {
    MapRow(calls, count, stream, [this](auto at) {
      const Vec<T> result =
          at(price) * first.Cumulative(at) - discounted(at) * second.Cumulative(at);
      call.Put(at, result);
      return result;
    });
    MapRow(puts, count, stream, [this](auto at) { return call(at) - at(price) + discounted(at); });
  }
};

template <typename T>
void BlackScholes(const Tensors& in, const Tensors& out) {
  const T *prices = In<T>(in, 0), *strikes = In<T>(in, 1), *times = In<T>(in, 2);
  T *calls = Out<T>(out, 0), *puts = Out<T>(out, 1);
  const int64_t n = Count(in[0]);
  const bool stream = IsStreamed<T>(2 * n);
  SharePieces<T>(n, 200, [=](int64_t begin, int64_t count) {
    Options<T> options;
    options.price = prices + begin;
    options.strike = strikes + begin;
    options.years = times + begin;
    options.count = count;
    options.Prepare();
    options.Price(calls + begin, puts + begin, stream);
  });
}

}  // namespace

std::vector<NamedLoop> FunctionLoops() {
  return {
      {"damped wave", "float32", DampedWave<float>},
      {"damped wave", "float64", DampedWave<double>},
      {"gelu", "float32", Gelu<float>},
      {"log density", "float64", LogDensity<double>},
      {"black scholes", "float64", BlackScholes<double>},
      {"black scholes", "float32", BlackScholes<float>},
      {"haversine", "float64", Haversine<double>},
  };
}

}  // namespace broadloom::hand

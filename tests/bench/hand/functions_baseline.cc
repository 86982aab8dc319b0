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
// that wait for each other are better called for all of a piece, one after the other: more of them
// are underway then.
constexpr int64_t kPiece = 512;
template <typename Body>
inline void SharePieces(int64_t n, int64_t work, Body body) {
  Share(n, GrainOfWork(n, work), [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i += kPiece) body(i, std::min(kPiece, end - i));
    _mm_sfence();
  });
}

template <typename T>
void Haversine(const Tensors& in, const Tensors& out) {
  const T *latitudes = In<T>(in, 0), *longitudes = In<T>(in, 1);
  const T *latitudes2 = In<T>(in, 2), *longitudes2 = In<T>(in, 3);
  T* distances = Out<T>(out);
  const int64_t n = Count(in[0]);
  const bool stream = IsStreamed<T>(n);
  SharePieces(n, 300, [=](int64_t begin, int64_t count) {
    alignas(kVectorBytes) T squares[kPiece];
    const T *latitude = latitudes + begin, *longitude = longitudes + begin;
    const T *latitude2 = latitudes2 + begin, *longitude2 = longitudes2 + begin;
    MapRow(squares, count, false, [=](auto at) {
      const Vec<T> a = Sin((at(latitude2) - at(latitude)) * T(0.5));
      const Vec<T> b = Sin((at(longitude2) - at(longitude)) * T(0.5));
      return a * a + Cos(at(latitude)) * Cos(at(latitude2)) * b * b;
    });
    MapRow(distances + begin, count, stream,
           [&](auto at) { return T(12742.0176) * Asin(Sqrt(at(squares))); });
  });
}

template <typename T>
inline Vec<T> CumulativeNormal(Vec<T> x) {
  const Vec<T> k = T(1) / (T(1) + T(0.2316419) * Max(x, -x));
  const Vec<T> series =
      T(0.31938153) +
      k * (T(-0.356563782) + k * (T(1.781477937) + k * (T(-1.821255978) + k * T(1.330274429))));
  const Vec<T> tail = T(0.3989422804) * Exp(T(-0.5) * x * x) * k * series;
  return x > T(0) ? T(1) - tail : tail;
}

template <typename T>
void BlackScholes(const Tensors& in, const Tensors& out) {
  const T *prices = In<T>(in, 0), *strikes = In<T>(in, 1), *times = In<T>(in, 2);
  T *calls = Out<T>(out, 0), *puts = Out<T>(out, 1);
  constexpr double kRate = 0.02, kVolatility = 0.3;
  const int64_t n = Count(in[0]);
  const bool stream = IsStreamed<T>(2 * n);
  SharePieces(n, 200, [=](int64_t begin, int64_t count) {
    alignas(kVectorBytes) T spread[kPiece], discounted[kPiece], first[kPiece], call[kPiece];
    const T *price = prices + begin, *strike = strikes + begin, *years = times + begin;
    MapRow(spread, count, false, [&](auto at) {  // the root beside the function
      Store(discounted + at.i, at(strike) * Exp(T(-kRate) * at(years)));
      return T(kVolatility) * Sqrt(at(years));
    });
    MapRow(first, count, false, [&](auto at) {
      const Vec<T> drift = T(kRate + 0.5 * kVolatility * kVolatility) * at(years);
      return (Log(at(price) / at(strike)) + drift) / at(spread);
    });
    MapRow(call, count, false, [&](auto at) {
      const Vec<T> d1 = at(first), d2 = d1 - at(spread);
      return at(price) * CumulativeNormal<T>(d1) - at(discounted) * CumulativeNormal<T>(d2);
    });
    MapRow(calls + begin, count, stream, [&](auto at) { return at(call); });
    MapRow(puts + begin, count, stream,
           [&](auto at) { return at(call) - at(price) + at(discounted); });
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

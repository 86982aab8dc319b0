// Element by element, as tests/bench/workloads/streams.py says it.
#include "tests/bench/workloads.h"

namespace broadloom {
namespace {

constexpr DataType f32 = DataType::float32;

template <int kSteps>
Arrays Chain(const Arrays& in) {
  Array v = in[0];
  for (int k = 0; k < kSteps; ++k) v = v * (1.0 / (k + 2)) + in[1];
  return {v};
}

Arrays SumOf12(const Arrays& in) {
  Array total = in[0];
  for (size_t k = 1; k < in.size(); ++k) total = total + in[k];
  return {total};
}

Arrays Gelu(const Arrays& in) {
  const Array& x = in[0];
  return {0.5 * x * (1 + tanh(0.7978845608 * (x + 0.044715 * x * x * x)))};
}

Arrays LogDensity(const Arrays& in) {
  const Array &x = in[0], &mean = in[1], &deviation = in[2];
  const Array z = (x - mean) / deviation;
  return {-0.5 * z * z - log(deviation) - 0.9189385332};
}

Array CumulativeNormal(const Array& x) {
  const Array k = 1 / (1 + 0.2316419 * abs(x));
  const Array tail =
      0.3989422804 * exp(-0.5 * x * x) * k *
      (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  return where(x > 0, 1 - tail, tail);
}

Arrays BlackScholes(const Arrays& in) {
  const Array &price = in[0], &strike = in[1], &years = in[2];
  const double rate = 0.02, volatility = 0.3;
  const Array spread = volatility * sqrt(years);
  const Array d1 = (log(price / strike) + (rate + 0.5 * volatility * volatility) * years) / spread;
  const Array d2 = d1 - spread;
  const Array discounted = strike * exp(-rate * years);
  const Array call = price * CumulativeNormal(d1) - discounted * CumulativeNormal(d2);
  return {call, call - price + discounted};
}

Arrays Haversine(const Arrays& in) {
  const Array &latitude = in[0], &longitude = in[1], &latitude2 = in[2], &longitude2 = in[3];
  const Array a = sin((latitude2 - latitude) * 0.5);
  const Array b = sin((longitude2 - longitude) * 0.5);
  return {12742.0176 * asin(sqrt(a * a + cos(latitude) * cos(latitude2) * b * b))};
}

Arrays Brighten(const Arrays& in) {
  return {clip(in[0].astype(f32) * 1.25 + 10, 0, 255).astype(DataType::uint8)};
}

Arrays Grey(const Arrays& in) {
  const auto channel = [&](int k) { return in[0][{Ellipsis{}, k}].astype(f32); };
  const Array red = channel(0), green = channel(1), blue = channel(2);
  return {(0.299 * red + 0.587 * green + 0.114 * blue).astype(DataType::uint8)};
}

Arrays NormaliseImage(const Arrays& in) {
  const Array &image = in[0], &mean = in[1], &deviation = in[2];
  return {(image.astype(f32) * (1.0 / 255) - mean) / deviation};
}

Arrays Gain(const Arrays& in) {
  return {clip(round(in[0].astype(f32) * 1.7), -32768, 32767).astype(DataType::int16)};
}

Arrays Piecewise(const Arrays& in) {
  const Array& x = in[0];
  return {where(x < -1, -x - 0.5, where(x < 0, 0.5 * x * x, where(x < 1, x * x * 0.25, x - 0.75)))};
}

Arrays Mandelbrot(const Arrays& in) {
  const Array &re = in[0], &im = in[1];
  Array x = re, y = im, count = zeros_like(re);
  for (int step = 0; step < 40; ++step) {
    const Array xx = x * x, yy = y * y;
    const Array inside = xx + yy < 4;
    count = where(inside, count + 1, count);
    const Array next = where(inside, xx - yy + re, x);
    y = where(inside, 2 * x * y + im, y);
    x = next;
  }
  return {count};
}

Arrays NewtonCubeRoot(const Arrays& in) {
  const Array& x = in[0];
  Array v = x;
  for (int step = 0; step < 12; ++step) v = v - (v * v * v - x) / (3 * v * v);
  return {v};
}

Arrays LogisticMap(const Arrays& in) {
  Array x = in[0];
  const Array r = 3 + 0.5 * in[1];
  for (int step = 0; step < 100; ++step) x = r * x * (1 - x);
  return {x};
}

Arrays Horner(const Arrays& in) {
  const Array& x = in[0];
  Array v = x * 0.05 + 1;
  for (int k = 0; k < 19; ++k) v = v * x + (k + 1) * 0.05;
  return {v};
}

Arrays Scale(const Arrays& in) { return {in[0] * in[1] + in[2]}; }

}  // namespace

std::vector<NamedFormula> StreamFormulas() {
  return {
      {"scaled sum", [](const Arrays& in) -> Arrays { return {2 * in[0] + 3 * in[1]}; }},
      {"cubic",
       [](const Arrays& in) -> Arrays { return {((in[0] + 0.5) * in[0] - 0.25) * in[0] + 2}; }},
      {"chain of 30", Chain<15>},
      {"chain of 400", Chain<200>},
      {"sum of 12", SumOf12},
      {"damped wave", [](const Arrays& in) -> Arrays { return {exp(-in[0]) * sin(in[1])}; }},
      {"gelu", Gelu},
      {"log density", LogDensity},
      {"black scholes", BlackScholes},
      {"haversine", Haversine},
      {"brighten", Brighten},
      {"grey", Grey},
      {"normalise image", NormaliseImage},
      {"gain", Gain},
      {"masked blend",
       [](const Arrays& in) -> Arrays { return {where(in[2], in[0], in[1] * 0.5)}; }},
      {"compare and select",
       [](const Arrays& in) -> Arrays {
         return {where(in[0] > in[1], in[0] - in[1], in[0] * in[1])};
       }},
      {"piecewise", Piecewise},
      {"mandelbrot", Mandelbrot},
      {"newton cube root", NewtonCubeRoot},
      {"logistic map", LogisticMap},
      {"horner", Horner},
      {"scale by rows", Scale},
      {"scale by columns", Scale},
      {"scale by middle", Scale},
      {"outer grid", [](const Arrays& in) -> Arrays { return {in[0] * in[1] + in[1]}; }},
  };
}

}  // namespace broadloom

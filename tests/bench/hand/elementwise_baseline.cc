// A few operations on each element, of which memory is the limit
// (tests/bench/workloads/streams.py).
#include <array>

#include "tests/bench/hand/hand.h"

namespace broadloom::hand {
namespace {

template <typename T>
void ScaledSum(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  Map(Out<T>(out), Count(in[0]), [=](auto at) { return 2 * at(x) + 3 * at(y); });
}

template <typename T>
void Cubic(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  const auto cubic = [=](auto at) {
    const Vec<T> v = at(x);
    return ((v + T(0.5)) * v - T(0.25)) * v + T(2);
  };
  Map(Out<T>(out), Count(in[0]), cubic);
}

template <typename T>
void SumOf12(const Tensors& in, const Tensors& out) {
  std::array<const T*, 12> x;
  for (int k = 0; k < 12; ++k) x[k] = In<T>(in, k);
  const auto sum = [=](auto at) {
    Vec<T> total = at(x[0]);
#pragma GCC unroll 12
    for (int k = 1; k < 12; ++k) total += at(x[k]);
    return total;
  };
  Map(Out<T>(out), Count(in[0]), sum, 3 * kOfMemory);
}

template <typename T>
void CompareAndSelect(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  const auto select = [=](auto at) {
    const Vec<T> a = at(x), b = at(y);
    return a > b ? a - b : a * b;
  };
  Map(Out<T>(out), Count(in[0]), select);
}

template <typename T>
void Piecewise(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  const auto pieces = [=](auto at) {
    const Vec<T> v = at(x);
    const Vec<T> right = v < T(1) ? v * v * T(0.25) : v - T(0.75);
    const Vec<T> middle = v < T(0) ? T(0.5) * v * v : right;
    return v < T(-1) ? -v - T(0.5) : middle;
  };
  Map(Out<T>(out), Count(in[0]), pieces);
}

}  // namespace

std::vector<NamedLoop> ElementwiseLoops() {
  return {
      {"scaled sum", "float64", ScaledSum<double>},
      {"scaled sum", "float32", ScaledSum<float>},
      {"cubic", "float32", Cubic<float>},
      {"sum of 12", "float32", SumOf12<float>},
      {"compare and select", "float64", CompareAndSelect<double>},
      {"compare and select", "float32", CompareAndSelect<float>},
      {"piecewise", "float32", Piecewise<float>},
  };
}

}  // namespace broadloom::hand

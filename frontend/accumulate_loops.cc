#include "frontend/accumulate_loops.h"

#include <complex>
#include <type_traits>

namespace broadloom {
namespace {

// --- Operations: wrapping for integers, the first NaN for minimum and maximum -------------------

template <typename T>
using Wrapping = std::conditional_t<std::is_integral_v<T>, uint64_t, T>;

struct Add {
  template <typename T>
  T operator()(T x, T y) const {
    return static_cast<T>(Wrapping<T>(x) + Wrapping<T>(y));
  }
};
struct Subtract {
  template <typename T>
  T operator()(T x, T y) const {
    return static_cast<T>(Wrapping<T>(x) - Wrapping<T>(y));
  }
};
struct Multiply {
  template <typename T>
  T operator()(T x, T y) const {
    return static_cast<T>(Wrapping<T>(x) * Wrapping<T>(y));
  }
  // NumPy's, which makes no infinities of NaN.
  template <typename T>
  std::complex<T> operator()(std::complex<T> x, std::complex<T> y) const {
    return {x.real() * y.real() - x.imag() * y.imag(), x.real() * y.imag() + x.imag() * y.real()};
  }
};
struct Divide {
  template <typename T>
  T operator()(T x, T y) const {
    return x / y;
  }
};
// The larger one or the smaller one; NaN, or the other one where one is.
template <bool kLarger, bool kSkipsNaN>
struct Extreme {
  template <typename T>
  T operator()(T x, T y) const {
    const T decides = kSkipsNaN ? y : x;
    return (kLarger ? x >= y : x <= y) || decides != decides ? x : y;
  }
};
using Maximum = Extreme<true, false>;
using Minimum = Extreme<false, false>;
using Fmax = Extreme<true, true>;
using Fmin = Extreme<false, true>;
struct And {
  template <typename T>
  T operator()(T x, T y) const {
    return static_cast<T>(x & y);
  }
};
struct Or {
  template <typename T>
  T operator()(T x, T y) const {
    return static_cast<T>(x | y);
  }
};
struct Xor {
  template <typename T>
  T operator()(T x, T y) const {
    return static_cast<T>(x ^ y);
  }
};

// --- Loops ---------------------------------------------------------------------------------------

template <typename T, typename C, typename F>
void Loop(const Targets& t, const Values& values, F f) {
  const C* value = reinterpret_cast<const C*>(values.data);
  const int64_t step = values.is_one ? 0 : 1;
  const auto apply = [&](char* at) {
    T& element = *reinterpret_cast<T*>(at);
    element = static_cast<T>(f(static_cast<C>(element), *value));
    value += step;
  };
  const auto at_place = [to = t.to, extent = t.extent, stride = t.stride](int64_t place) {
    return to + (place < 0 ? place + extent : place) * stride;
  };
  if (t.rows.size() == 1 && t.inner == 1) {
    for (int64_t k = 0; k < t.count; ++k) apply(at_place(t.places[k]));
    return;
  }
  for (int64_t k = 0; k < t.count; ++k) {
    char* const at = at_place(t.places[k]);
    for (int64_t row : t.rows) {
      for (int64_t i = 0; i < t.inner; ++i) apply(at + row + i * t.inner_stride);
    }
  }
}

template <typename F, typename T, typename C = T>
AccumulateLoop Of() {
  return [](const Targets& targets, const Values& values) { Loop<T, C>(targets, values, F()); };
}

template <typename F>
AccumulateLoop OfIntegers(DType dtype) {
  switch (dtype.kind()) {
    case DType::kInt8: return Of<F, int8_t>();
    case DType::kInt16: return Of<F, int16_t>();
    case DType::kInt32: return Of<F, int32_t>();
    case DType::kInt64: return Of<F, int64_t>();
    case DType::kUInt8: return Of<F, uint8_t>();
    case DType::kUInt16: return Of<F, uint16_t>();
    case DType::kUInt32: return Of<F, uint32_t>();
    case DType::kUInt64: return Of<F, uint64_t>();
    default: return nullptr;
  }
}

template <typename F>
AccumulateLoop OfFloats(DType dtype, DType values) {
  if (dtype == DType::kFloat64) return Of<F, double>();
  if (dtype != DType::kFloat32) return nullptr;
  return values == DType::kFloat64 ? Of<F, float, double>() : Of<F, float>();
}

template <typename F>
AccumulateLoop OfComplex(DType dtype) {
  if (dtype == DType::kComplex64) return Of<F, std::complex<float>>();
  return dtype == DType::kComplex128 ? Of<F, std::complex<double>>() : nullptr;
}

template <typename F>
AccumulateLoop OfReals(DType dtype, DType values) {
  return dtype.is_integer() ? OfIntegers<F>(dtype) : OfFloats<F>(dtype, values);
}

template <typename F>
AccumulateLoop OfNumbers(DType dtype, DType values) {
  return dtype.is_complex() ? OfComplex<F>(dtype) : OfReals<F>(dtype, values);
}

// Bytes that are 0 or 1.
AccumulateLoop OfBools(Op op) {
  switch (op) {
    case Op::k_add:
    case Op::k_maximum:
    case Op::k_fmax:
    case Op::k_logical_or:
    case Op::k_bitwise_or: return Of<Or, uint8_t>();
    case Op::k_multiply:
    case Op::k_minimum:
    case Op::k_fmin:
    case Op::k_logical_and:
    case Op::k_bitwise_and: return Of<And, uint8_t>();
    case Op::k_logical_xor:
    case Op::k_bitwise_xor: return Of<Xor, uint8_t>();
    default: return nullptr;
  }
}

}  // namespace

AccumulateLoop LoopOf(Op op, DType dtype, DType values) {
  const bool is_wider = dtype == DType::kFloat32 && values == DType::kFloat64;
  if (dtype != values && !is_wider) return nullptr;
  if (dtype.is_bool()) return OfBools(op);
  switch (op) {
    case Op::k_add: return OfNumbers<Add>(dtype, values);
    case Op::k_subtract: return OfNumbers<Subtract>(dtype, values);
    case Op::k_multiply: return OfNumbers<Multiply>(dtype, values);
    case Op::k_divide: return OfFloats<Divide>(dtype, values);
    case Op::k_maximum: return OfReals<Maximum>(dtype, values);
    case Op::k_minimum: return OfReals<Minimum>(dtype, values);
    case Op::k_fmax: return OfReals<Fmax>(dtype, values);
    case Op::k_fmin: return OfReals<Fmin>(dtype, values);
    case Op::k_bitwise_and: return OfIntegers<And>(dtype);
    case Op::k_bitwise_or: return OfIntegers<Or>(dtype);
    case Op::k_bitwise_xor: return OfIntegers<Xor>(dtype);
    default: return nullptr;
  }
}

}  // namespace broadloom

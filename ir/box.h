// Numbers of C++ types in and out of Scalars. Internal to the reference evaluator.
#ifndef BROADLOOM_IR_BOX_H_
#define BROADLOOM_IR_BOX_H_

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "ir/attrs.h"

namespace broadloom {

template <typename T>
constexpr DType TypeOf() {
  if constexpr (std::is_same_v<T, bool>) return DType::kBool;
  if constexpr (std::is_same_v<T, float>) return DType::kFloat32;
  if constexpr (std::is_same_v<T, double>) return DType::kFloat64;
  constexpr int log2_size = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
  constexpr int first = std::is_signed_v<T> ? DType::kInt8 : DType::kUInt8;
  return static_cast<DType::Kind>(first + log2_size);
}

template <typename T>
T Unbox(const Scalar& scalar) {
  if constexpr (std::is_same_v<T, bool>) return (scalar.bits & 0xff) != 0;
  T value;
  std::memcpy(&value, &scalar.bits, sizeof value);
  return value;
}

template <typename T>
Scalar Box(T value) {
  Scalar scalar{TypeOf<T>()};
  std::memcpy(&scalar.bits, &value, sizeof value);
  return scalar;
}

// f(T()) where T is the C++ type of `dtype`.
template <typename F>
Scalar WithType(DType dtype, F f) {
  switch (dtype.kind()) {
    case DType::kBool: return f(bool());
    case DType::kInt8: return f(int8_t());
    case DType::kInt16: return f(int16_t());
    case DType::kInt32: return f(int32_t());
    case DType::kInt64: return f(int64_t());
    case DType::kUInt8: return f(uint8_t());
    case DType::kUInt16: return f(uint16_t());
    case DType::kUInt32: return f(uint32_t());
    case DType::kUInt64: return f(uint64_t());
    case DType::kFloat16:
    case DType::kBFloat16: break;  // computed as float32
    case DType::kFloat32: return f(float());
    case DType::kFloat64: return f(double());
    case DType::kComplex64:
    case DType::kComplex128: break;  // computed part by part
  }
  std::abort();
}

// NumPy's astype on x86-64, corners included (evaluate_cast.cc).
Scalar CastTo(DType dtype, const Scalar& x);

}  // namespace broadloom

#endif  // BROADLOOM_IR_BOX_H_

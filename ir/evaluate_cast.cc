// astype, one number at a time: NumPy's results on x86-64.
#include <immintrin.h>

#include "ir/box.h"

namespace broadloom {
namespace {

// Casts of floats that leave the integer type's range, or are NaN: what the instructions of NumPy's
// loops produce. C++ leaves them undefined, so they are written with those instructions.
int64_t Truncate64(double x) { return _mm_cvttsd_si64(_mm_set_sd(x)); }
int32_t Truncate32(double x) { return _mm_cvttsd_si32(_mm_set_sd(x)); }

uint64_t TruncateUnsigned64(double x) {
  if (!(x >= 0x1p63)) return static_cast<uint64_t>(Truncate64(x));
  return static_cast<uint64_t>(Truncate64(x - 0x1p63)) ^ (uint64_t{1} << 63);
}

// NumPy's vector loop. Its scalar loop, which takes the last elements of an array and strided ones,
// goes through int64 and differs below -2^31 and above 2^32.
uint32_t TruncateUnsigned32(double x) {
  if (!(x >= 0x1p31)) return static_cast<uint32_t>(Truncate32(x));
  return static_cast<uint32_t>(Truncate32(x - 0x1p31)) ^ (uint32_t{1} << 31);
}

// Exact for float32 too: every float32 is a float64.
template <typename T>
T Truncate(double x) {
  if constexpr (std::is_same_v<T, bool>)
    return x != 0;  // true for NaN
  else if constexpr (std::is_same_v<T, int64_t>)
    return Truncate64(x);
  else if constexpr (std::is_same_v<T, uint64_t>)
    return TruncateUnsigned64(x);
  else if constexpr (std::is_same_v<T, uint32_t>)
    return TruncateUnsigned32(x);
  else
    return static_cast<T>(Truncate32(x));
}

template <typename To, typename From>
To Cast(From x) {
  if constexpr (std::is_floating_point_v<From> && !std::is_floating_point_v<To>)
    return Truncate<To>(x);
  else
    return static_cast<To>(x);
}

}  // namespace

Scalar CastTo(DType dtype, const Scalar& x) {
  if (x.dtype.is_half()) {
    const Scalar wide = MakeScalar(DType::kFloat32, AsDouble(x));
    if (x.dtype != DType::kFloat16 || dtype != DType::kUInt32) return CastTo(dtype, wide);
    return CastTo(dtype, CastTo(DType::kInt64, wide));  // NumPy has no vector loop for it
  }
  if (dtype.is_half()) {  // integers by way of float32
    const DType from = x.dtype == DType::kFloat64 ? x.dtype : DType(DType::kFloat32);
    return MakeScalar(dtype, AsDouble(CastTo(from, x)));
  }
  return WithType(dtype, [&]<typename To>(To) {
    return WithType(x.dtype, [&]<typename From>(From) { return Box(Cast<To>(Unbox<From>(x))); });
  });
}

}  // namespace broadloom

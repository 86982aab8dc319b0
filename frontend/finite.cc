#include "frontend/finite.h"

#include <cmath>
#include <limits>

#include "frontend/layout.h"
#include "frontend/memory.h"

namespace broadloom {
namespace {

// Without a branch, so that it takes vectors.
template <typename T>
bool AreFinite(const T* numbers, int64_t count) {
  bool finite = true;
  for (int64_t i = 0; i < count; ++i)
    finite &= std::fabs(numbers[i]) <= std::numeric_limits<T>::max();
  return finite;
}

}  // namespace

bool IsFinite(const Shape& shape, DType dtype, const StridedArray& array) {
  const Shape apart = WithoutRepeats(shape, array.strides);
  if (!IsInOrder(apart, array.strides, dtype.size())) return false;
  const int64_t count = *NumElements(apart);
  if (dtype == DType::kFloat32)
    return AreFinite(reinterpret_cast<const float*>(AddressOf(array)), count);
  return dtype == DType::kFloat64 &&
         AreFinite(reinterpret_cast<const double*>(AddressOf(array)), count);
}

bool IsFinite(const Scalar& number) {
  return number.dtype.is_floating() && std::isfinite(AsDouble(number));
}

}  // namespace broadloom

#include "ir/half.h"

#include <cmath>
#include <cstring>

namespace broadloom {
namespace {

template <typename To, typename From>
To BitCast(From value) {
  static_assert(sizeof(To) == sizeof(From));
  To result;
  std::memcpy(&result, &value, sizeof result);
  return result;
}

// A bfloat16 is the upper half of a float32.
uint16_t ToBFloat16(float value) {
  const auto bits = BitCast<uint32_t>(value);
  if (std::isnan(value)) return static_cast<uint16_t>(bits >> 16 | 0x40);  // quiet
  const uint32_t half_way = 0x7fff + (bits >> 16 & 1);
  return static_cast<uint16_t>((bits + half_way) >> 16);
}

}  // namespace

uint16_t ToHalfBits(DType half, double value) {
  if (half == DType::kBFloat16) return ToBFloat16(static_cast<float>(value));
  return BitCast<uint16_t>(static_cast<_Float16>(value));
}

float FromHalfBits(DType half, uint16_t bits) {
  if (half == DType::kBFloat16) return BitCast<float>(static_cast<uint32_t>(bits) << 16);
  return static_cast<float>(BitCast<_Float16>(bits));
}

}  // namespace broadloom

#include "frontend/bytes.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace broadloom {

int64_t AddBytes(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

int64_t MultiplyBytes(int64_t a, int64_t b) {
  int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

int64_t BytesOf(const Shape& shape, DType dtype) {
  return MultiplyBytes(NumElements(shape).value_or(INT64_MAX), dtype.size());
}

std::string Describe(DType dtype, const Shape& shape) {
  return absl::StrCat(dtype.name(), ToString(shape));
}

std::string HumanBytes(int64_t bytes) {
  constexpr const char* kUnits[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes);
  int unit = 0;
  for (; value >= 1024 && unit < 6; ++unit) value /= 1024;
  return unit == 0 ? absl::StrCat(bytes, " bytes")
                   : absl::StrFormat("%.3g %s", value, kUnits[unit]);
}

}  // namespace broadloom

#include "tests/codegen/tensors.h"

#include <cmath>
#include <random>

#include "absl/strings/str_cat.h"

namespace broadloom {
namespace {

double Special(std::mt19937_64& random) {
  constexpr double kSpecials[] = {0.0, -0.0, INFINITY, -INFINITY, NAN, 1e-310, 1e300, -1.0, 1.0};
  return kSpecials[random() % std::size(kSpecials)];
}

bool IsNan(const Scalar& s) { return s.dtype.is_floating() && std::isnan(AsDouble(s)); }

// Bit by bit, but for NaNs, which are all one.
bool IsSame(const Scalar& a, const Scalar& b) {
  if (!a.dtype.is_complex()) return a.bits == b.bits || (IsNan(a) && IsNan(b));
  return IsSame(RealOf(a), RealOf(b)) && IsSame(ImaginaryOf(a), ImaginaryOf(b));
}

}  // namespace

Tensor RandomTensor(DType dtype, std::vector<int64_t> shape, uint64_t seed) {
  std::mt19937_64 random(seed);
  Tensor tensor = MakeTensor(dtype, std::move(shape));
  for (int64_t i = 0; i < tensor.size(); ++i) {
    const double plain = static_cast<double>(static_cast<int64_t>(random() % 2001) - 1000) / 128;
    if (dtype.is_floating()) {
      SetElement(tensor, i, MakeScalar(dtype, random() % 50 == 0 ? Special(random) : plain));
    } else {
      SetElement(
          tensor, i,
          MakeIntScalar(
              dtype, dtype.is_bool() ? random() % 2 : static_cast<int64_t>(random() % 200) - 100));
    }
  }
  return tensor;
}

Tensor OrdinaryTensor(DType dtype, std::vector<int64_t> shape, uint64_t seed) {
  if (!dtype.is_floating()) return RandomTensor(dtype, std::move(shape), seed);
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> exponent(-0.5, 0.5);
  Tensor tensor = MakeTensor(dtype, std::move(shape));
  for (int64_t i = 0; i < tensor.size(); ++i) {
    const double size = std::exp2(exponent(random));
    SetElement(tensor, i, MakeScalar(dtype, random() % 2 == 0 ? size : -size));
  }
  return tensor;
}

std::string Difference(const Tensor& actual, const Tensor& expected, bool either_zero) {
  if (actual.dtype != expected.dtype || actual.shape != expected.shape)
    return "dtype or shape differ";
  for (int64_t i = 0; i < actual.size(); ++i) {
    const Scalar a = ElementOf(actual, i), e = ElementOf(expected, i);
    if (IsSame(a, e)) continue;
    if (either_zero && AsDouble(a) == 0 && AsDouble(e) == 0) continue;
    return absl::StrCat("element ", i, " of ", actual.size(), " is ", AsDouble(a), " (",
                        absl::Hex(a.bits), "), not ", AsDouble(e), " (", absl::Hex(e.bits), ")");
  }
  return "";
}

}  // namespace broadloom

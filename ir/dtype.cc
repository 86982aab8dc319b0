// Names and promotion of element types. The promotion rule is written once, from sizes and
// kinds, and compared with NumPy's table for every pair by tests/python.
#include "ir/dtype.h"

#include <array>

namespace broadloom {
namespace {

struct KindInfo {
  absl::string_view name;
  absl::string_view code;
};

constexpr std::array<KindInfo, DType::kNumKinds> kKinds = {{
    {"bool", "b1"},
    {"int8", "i8"},
    {"int16", "i16"},
    {"int32", "i32"},
    {"int64", "i64"},
    {"uint8", "u8"},
    {"uint16", "u16"},
    {"uint32", "u32"},
    {"uint64", "u64"},
    {"float16", "f16"},
    {"bfloat16", "bf16"},
    {"float32", "f32"},
    {"float64", "f64"},
    {"complex64", "c64"},
    {"complex128", "c128"},
}};

DType SignedOfSize(int size) {
  switch (size) {
    case 1: return DType::kInt8;
    case 2: return DType::kInt16;
    case 4: return DType::kInt32;
    default: return DType::kInt64;
  }
}

// Halves hold integers of 8 bits exactly, float32 those of 16.
DType PromoteFloatWithInteger(DType floating, DType integer) {
  if (floating.is_half() && integer.size() == 1) return floating;
  if (integer.size() <= 2) return floating.is_half() ? DType(DType::kFloat32) : floating;
  return DType::kFloat64;
}

// Neither half holds the other. NumPy itself knows no common dtype for them.
DType PromoteFloats(DType a, DType b) {
  if (a.is_half() && b.is_half()) return DType::kFloat32;
  return a.size() > b.size() ? a : b;
}

DType PromoteMixedSigns(DType with_sign, DType without_sign) {
  if (without_sign.size() < with_sign.size()) return with_sign;
  if (without_sign.size() == 8) return DType::kFloat64;  // no integer holds both
  return SignedOfSize(2 * without_sign.size());
}

}  // namespace

absl::string_view DType::name() const { return kKinds[kind_].name; }
absl::string_view DType::code() const { return kKinds[kind_].code; }

std::optional<DType> ParseDType(absl::string_view text) {
  for (int kind = 0; kind < DType::kNumKinds; ++kind) {
    if (text == kKinds[kind].name || text == kKinds[kind].code)
      return DType(static_cast<DType::Kind>(kind));
  }
  return std::nullopt;
}

DType PromoteTypes(DType a, DType b) {
  if (a == b || b.is_bool()) return a;
  if (a.is_bool()) return b;
  if (a.is_complex() || b.is_complex())
    return ComplexFor(PromoteTypes(ComponentOf(a), ComponentOf(b)));
  if (a.is_floating() && b.is_floating()) return PromoteFloats(a, b);
  if (a.is_floating()) return PromoteFloatWithInteger(a, b);
  if (b.is_floating()) return PromoteFloatWithInteger(b, a);
  if (a.is_signed() == b.is_signed()) return a.size() > b.size() ? a : b;
  return a.is_signed() ? PromoteMixedSigns(a, b) : PromoteMixedSigns(b, a);
}

DType PromoteWithScalar(DType array, WeakKind scalar) {
  switch (scalar) {
    case WeakKind::kBool: return array;
    case WeakKind::kInt: return array.is_bool() ? DType(DType::kInt64) : array;
    case WeakKind::kFloat: return array.is_inexact() ? array : DType(DType::kFloat64);
    case WeakKind::kComplex:
      return array.is_inexact() ? ComplexFor(array) : DType(DType::kComplex128);
  }
  return array;
}

DType FloatingFor(DType d) {
  if (d.is_inexact()) return d;
  switch (d.size()) {
    case 1: return DType::kFloat16;
    case 2: return DType::kFloat32;
    default: return DType::kFloat64;
  }
}

DType MachineType(DType d) { return d.is_half() ? DType(DType::kFloat32) : d; }

DType ComponentOf(DType d) {
  if (!d.is_complex()) return d;
  return d == DType::kComplex64 ? DType::kFloat32 : DType::kFloat64;
}

DType ComplexFor(DType d) {
  if (d.is_complex()) return d;
  return d.is_half() || d == DType::kFloat32 ? DType::kComplex64 : DType::kComplex128;
}

// Kinds in the order in which "same_kind" goes up: bool, unsigned, signed, float, complex.
bool CanCast(DType from, DType to, CastingRule casting) {
  const auto rank = [](DType d) {
    return d.is_bool() ? 0 : d.is_unsigned() ? 1 : d.is_signed() ? 2 : d.is_floating() ? 3 : 4;
  };
  if (from == to || casting == CastingRule::kUnsafe) return true;
  if (casting == CastingRule::kNo || casting == CastingRule::kEquiv) return false;
  if (casting == CastingRule::kSameKind && rank(from) <= rank(to)) return true;
  return PromoteTypes(from, to) == to && !(from.is_half() && to.is_half());
}

}  // namespace broadloom

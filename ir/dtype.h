// Element types and NumPy's promotion rules (NEP 50).
#ifndef BROADLOOM_IR_DTYPE_H_
#define BROADLOOM_IR_DTYPE_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace broadloom {

// A small handle, passed by value. Kinds beyond the common ones (structured, text) will be interned
// behind the same handle.
class DType {
 public:
  enum Kind : uint8_t {
    kBool,
    kInt8,
    kInt16,
    kInt32,
    kInt64,
    kUInt8,
    kUInt16,
    kUInt32,
    kUInt64,
    kFloat16,
    kBFloat16,
    kFloat32,
    kFloat64,
    kComplex64,
    kComplex128,
  };
  static constexpr int kNumKinds = kComplex128 + 1;

  constexpr DType() = default;
  constexpr DType(Kind kind) : kind_(kind) {}  // NOLINT: a kind is a dtype

  constexpr Kind kind() const { return kind_; }
  constexpr int size() const {  // bytes of one element
    constexpr int8_t kSizes[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8, 8, 16};
    return kSizes[kind_];
  }
  absl::string_view name() const;  // NumPy's: "bool", "int8", ..., "complex128"; "bfloat16"
  absl::string_view code() const;  // short, in IR text: "b1", "i8", ..., "c128"

  bool is_bool() const { return kind_ == kBool; }
  bool is_signed() const { return kind_ >= kInt8 && kind_ <= kInt64; }
  bool is_unsigned() const { return kind_ >= kUInt8 && kind_ <= kUInt64; }
  bool is_integer() const { return is_signed() || is_unsigned(); }
  bool is_floating() const { return kind_ >= kFloat16 && kind_ <= kFloat64; }
  bool is_complex() const { return kind_ >= kComplex64; }
  bool is_inexact() const { return kind_ >= kFloat16; }
  bool is_half() const { return kind_ == kFloat16 || kind_ == kBFloat16; }

  friend constexpr bool operator==(DType, DType) = default;
  template <typename H>
  friend H AbslHashValue(H h, DType d) {
    return H::combine(std::move(h), static_cast<int>(d.kind_));
  }

 private:
  Kind kind_ = kFloat64;
};

// Accepts both spellings, "float32" and "f32".
std::optional<DType> ParseDType(absl::string_view text);

// The dtype in which NumPy computes `a op b` for two arrays.
DType PromoteTypes(DType a, DType b);

// Python scalars are weak: they take the array's dtype where their kind allows it (NEP 50).
enum class WeakKind : uint8_t { kBool, kInt, kFloat, kComplex };
DType PromoteWithScalar(DType array, WeakKind scalar);

// The float dtype of elementary functions of `d`: float16 for bool and 8-bit integers, float32 for
// those of 16 bits, float64 for larger ones.
DType FloatingFor(DType d);

// The dtype in which instructions compute numbers of `d`: float32 for float16 and bfloat16, whose
// results are rounded once per operation.
DType MachineType(DType d);

// The dtype of the parts of complex numbers; of others the dtype itself.
DType ComponentOf(DType d);
// The complex dtype that holds numbers of `d` as its parts, or is `d`: complex64 for the halves.
DType ComplexFor(DType d);

// NumPy's casting rules.
enum class CastingRule : uint8_t { kNo, kEquiv, kSafe, kSameKind, kUnsafe };
bool CanCast(DType from, DType to, CastingRule casting);

}  // namespace broadloom

#endif  // BROADLOOM_IR_DTYPE_H_

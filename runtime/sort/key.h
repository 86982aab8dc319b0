// Numbers as unsigned integers in the same order; those of equal numbers are equal.
#ifndef BROADLOOM_RUNTIME_SORT_KEY_H_
#define BROADLOOM_RUNTIME_SORT_KEY_H_

#include <cstdint>
#include <type_traits>

#include "runtime/sort.h"

namespace broadloom::sorting {

// `Of` makes the key of an element's bits. `Back` makes the bits of a key's element, where several
// share it one of them.
template <typename T>
struct UnsignedKey {
  using Bits = T;
  static constexpr Bits Of(Bits bits) { return bits; }
  static constexpr Bits Back(Bits key) { return key; }
};

template <typename T>
struct SignedKey {
  using Bits = T;
  static constexpr Bits kSign = Bits{1} << (8 * sizeof(Bits) - 1);
  static constexpr Bits Of(Bits bits) { return bits ^ kSign; }
  static constexpr Bits Back(Bits key) { return key ^ kSign; }
};

// kInfinity: its bits, above which there are only NaNs. Integers alone: the host may have told the
// CPU to take denormal numbers for zeros.
template <typename T, T kInfinity>
struct FloatKey {
  using Bits = T;
  static constexpr Bits kSign = Bits{1} << (8 * sizeof(Bits) - 1);

  // Without branches, and signed where AVX2 compares nothing else: loops become vectors.
  static constexpr Bits Of(Bits bits) {
    const auto magnitude = static_cast<Signed>(bits & static_cast<Bits>(~kSign));
    const Bits zero = All(magnitude == 0), nan = All(magnitude > static_cast<Signed>(kInfinity));
    const Bits key = bits ^ (Negative(bits) | kSign);
    return (key & static_cast<Bits>(~zero)) | (zero & kSign) | nan;
  }
  static constexpr Bits Back(Bits key) { return key ^ (static_cast<Bits>(~Negative(key)) | kSign); }

 private:
  using Signed = std::make_signed_t<Bits>;
  static constexpr Bits All(bool ones) { return ones ? static_cast<Bits>(~Bits{0}) : Bits{0}; }
  static constexpr Bits Negative(Bits bits) { return All(static_cast<Signed>(bits) < 0); }
};

using Float16Key = FloatKey<uint16_t, 0x7c00>;
using BFloat16Key = FloatKey<uint16_t, 0x7f80>;
using Float32Key = FloatKey<uint32_t, 0x7f800000>;
using Float64Key = FloatKey<uint64_t, 0x7ff0000000000000>;

// Calls f with the key of a real number's type.
template <typename F>
void WithKey(Element element, F&& f) {
  switch (element) {
    case Element::uint8: return f(UnsignedKey<uint8_t>());
    case Element::uint16: return f(UnsignedKey<uint16_t>());
    case Element::uint32: return f(UnsignedKey<uint32_t>());
    case Element::uint64: return f(UnsignedKey<uint64_t>());
    case Element::int8: return f(SignedKey<uint8_t>());
    case Element::int16: return f(SignedKey<uint16_t>());
    case Element::int32: return f(SignedKey<uint32_t>());
    case Element::int64: return f(SignedKey<uint64_t>());
    case Element::float16: return f(Float16Key());
    case Element::bfloat16: return f(BFloat16Key());
    case Element::float32:
    case Element::complex64: return f(Float32Key());
    case Element::float64:
    case Element::complex128: return f(Float64Key());
  }
}

}  // namespace broadloom::sorting

#endif  // BROADLOOM_RUNTIME_SORT_KEY_H_

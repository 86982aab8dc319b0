// The attribute table and typed scalars.
#include "ir/attrs.h"

#include <algorithm>
#include <cstring>

#include "absl/hash/hash.h"
#include "ir/half.h"

namespace broadloom {
namespace {

constexpr AttrInfo kInfos[] = {
#define BL_ATTR(name, kind, doc) {#name, AttrKind::kind, doc},
#include "ir/attrs.def"
#undef BL_ATTR
};

template <typename T>
uint64_t BitsOf(T value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

template <typename T>
T FromBits(uint64_t bits) {
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

struct Hasher {
  size_t operator()(const Scalar& s) const { return absl::HashOf(s.bits, s.high, s.dtype); }
  size_t operator()(const std::shared_ptr<const Graph>& g) const { return absl::HashOf(g.get()); }
  template <typename T>
  size_t operator()(const T& value) const {
    return absl::HashOf(value);
  }
};

}  // namespace

Scalar MakeIntScalar(DType dtype, int64_t value) {
  if (dtype.is_complex()) return MakeScalar(dtype, static_cast<double>(value));
  if (dtype.is_half()) return {dtype, ToHalfBits(dtype, static_cast<float>(value))};
  if (dtype == DType::kFloat32) return {dtype, BitsOf(static_cast<float>(value))};
  if (dtype == DType::kFloat64) return {dtype, BitsOf(static_cast<double>(value))};
  if (dtype.is_bool()) return {dtype, value != 0};
  const int shift = 64 - 8 * dtype.size();
  return {dtype, static_cast<uint64_t>(value) << shift >> shift};
}

Scalar MakeScalar(DType dtype, double value) {
  if (dtype.is_complex()) return {dtype, MakeScalar(ComponentOf(dtype), value).bits};
  if (dtype.is_half()) return {dtype, ToHalfBits(dtype, value)};
  if (dtype == DType::kFloat32) return {dtype, BitsOf(static_cast<float>(value))};
  if (dtype == DType::kFloat64) return {dtype, BitsOf(value)};
  return MakeIntScalar(dtype, static_cast<int64_t>(value));
}

int64_t AsInt(const Scalar& scalar) {
  const int shift = 64 - 8 * scalar.dtype.size();
  const uint64_t high = scalar.bits << shift;
  return scalar.dtype.is_signed() ? static_cast<int64_t>(high) >> shift
                                  : static_cast<int64_t>(high >> shift);
}

Scalar MakeComplex(const Scalar& real, const Scalar& imaginary) {
  const DType dtype = ComplexFor(real.dtype);
  if (dtype == DType::kComplex64) return {dtype, real.bits | imaginary.bits << 32};
  return {dtype, real.bits, imaginary.bits};
}

Scalar RealOf(const Scalar& complex) {
  const uint64_t mask = complex.dtype == DType::kComplex64 ? 0xffffffff : ~uint64_t{0};
  return {ComponentOf(complex.dtype), complex.bits & mask};
}

Scalar ImaginaryOf(const Scalar& complex) {
  const bool narrow = complex.dtype == DType::kComplex64;
  return {ComponentOf(complex.dtype), narrow ? complex.bits >> 32 : complex.high};
}

double AsDouble(const Scalar& scalar) {
  if (scalar.dtype.is_complex()) return AsDouble(RealOf(scalar));
  if (scalar.dtype.is_half()) return FromHalfBits(scalar.dtype, static_cast<uint16_t>(scalar.bits));
  if (scalar.dtype == DType::kFloat32) return FromBits<float>(scalar.bits);
  if (scalar.dtype == DType::kFloat64) return FromBits<double>(scalar.bits);
  if (scalar.dtype == DType::kUInt64) return static_cast<double>(scalar.bits);
  return static_cast<double>(AsInt(scalar));
}

const AttrInfo& InfoOf(AttrName name) { return kInfos[static_cast<int>(name)]; }

std::optional<AttrName> ParseAttrName(absl::string_view name) {
  for (size_t i = 0; i < std::size(kInfos); ++i) {
    if (kInfos[i].name == name) return static_cast<AttrName>(i);
  }
  return std::nullopt;
}

const AttrValue* Attrs::Find(AttrName name) const {
  for (const Entry& entry : entries_) {
    if (entry.name == name) return &entry.value;
  }
  return nullptr;
}

Attrs& Attrs::Set(AttrName name, AttrValue value) & {
  constexpr size_t kFew = 3;
  auto at = std::find_if(entries_.begin(), entries_.end(),
                         [&](const Entry& e) { return e.name >= name; });
  if (at != entries_.end() && at->name == name) {
    at->value = std::move(value);
  } else {
    const auto place = at - entries_.begin();
    if (entries_.empty()) entries_.reserve(kFew);
    entries_.insert(entries_.begin() + place, Entry{name, std::move(value)});
  }
  return *this;
}

void Attrs::Erase(AttrName name) {
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(),
                                [&](const Entry& e) { return e.name == name; }),
                 entries_.end());
}

int64_t Attrs::IntOr(AttrName name, int64_t otherwise) const {
  return Has(name) ? Int(name) : otherwise;
}

bool operator==(const Attrs& a, const Attrs& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.name == y.name && x.value == y.value;  // bodies compare by identity
  });
}

size_t HashOf(const Attrs& attrs) {
  size_t hash = 0;
  for (const auto& entry : attrs) {
    hash = absl::HashOf(hash, static_cast<int>(entry.name), std::visit(Hasher{}, entry.value));
  }
  return hash;
}

}  // namespace broadloom

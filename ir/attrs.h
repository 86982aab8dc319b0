// Attributes: the named compile-time facts of a node.
#ifndef BROADLOOM_IR_ATTRS_H_
#define BROADLOOM_IR_ATTRS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "ir/dtype.h"
#include "ir/shape.h"

namespace broadloom {

class Graph;

// A typed number: the low bytes of `bits` hold the value as in memory, `high` what of a complex128
// comes after.
struct Scalar {
  DType dtype;
  uint64_t bits = 0;
  uint64_t high = 0;
  friend bool operator==(const Scalar&, const Scalar&) = default;
};
Scalar MakeScalar(DType dtype, double value);  // which an integer dtype must hold
Scalar MakeIntScalar(DType dtype, int64_t value);
double AsDouble(const Scalar& scalar);  // of a complex number its real part
int64_t AsInt(const Scalar& scalar);    // of an integer or bool
// Of float32 or float64; the result's dtype is theirs, of complex numbers.
Scalar MakeComplex(const Scalar& real, const Scalar& imaginary);
Scalar RealOf(const Scalar& complex);
Scalar ImaginaryOf(const Scalar& complex);

enum class AttrKind : uint8_t { kInt, kInts, kDim, kDims, kScalar, kDType, kText, kGraph };

enum class AttrName : uint8_t {
#define BL_ATTR(name, kind, doc) k_##name,
#include "ir/attrs.def"
#undef BL_ATTR
};

struct AttrInfo {
  absl::string_view name;
  AttrKind kind;
  absl::string_view doc;
};
const AttrInfo& InfoOf(AttrName name);
std::optional<AttrName> ParseAttrName(absl::string_view name);

using AttrValue = std::variant<int64_t, Axes, Extent, Shape, Scalar, DType, std::string,
                               std::shared_ptr<const Graph>>;

// A small map, sorted by name. Getters require that the attribute is there (the verifier has
// checked it) unless said.
class Attrs {
 public:
  struct Entry {
    AttrName name;
    AttrValue value;
  };

  bool Has(AttrName name) const { return Find(name) != nullptr; }
  const AttrValue* Find(AttrName name) const;
  Attrs& Set(AttrName name, AttrValue value) &;
  Attrs&& Set(AttrName name, AttrValue value) && { return std::move(Set(name, std::move(value))); }
  void Erase(AttrName name);

  int64_t Int(AttrName name) const { return Get<int64_t>(name); }
  int64_t IntOr(AttrName name, int64_t otherwise) const;
  const Axes& Ints(AttrName name) const { return Get<Axes>(name); }
  Extent Dim(AttrName name) const { return Get<Extent>(name); }
  const Shape& Dims(AttrName name) const { return Get<Shape>(name); }
  const Scalar& Value(AttrName name) const { return Get<Scalar>(name); }
  DType Type(AttrName name) const { return Get<DType>(name); }
  const std::string& Text(AttrName name) const { return Get<std::string>(name); }
  const Graph& Body() const { return *Get<std::shared_ptr<const Graph>>(AttrName::k_body); }

  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  bool empty() const { return entries_.empty(); }

 private:
  template <typename T>
  const T& Get(AttrName name) const {
    return std::get<T>(*Find(name));
  }

  std::vector<Entry> entries_;  // most nodes have none
};

bool operator==(const Attrs& a, const Attrs& b);
size_t HashOf(const Attrs& attrs);

}  // namespace broadloom

#endif  // BROADLOOM_IR_ATTRS_H_

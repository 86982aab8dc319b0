// Extents and shapes. An extent is a number, or a symbol that stands for a number known at launch.
// One implementation of every shape rule serves both: the frontend uses numbers, the passes
// symbols.
#ifndef BROADLOOM_IR_SHAPE_H_
#define BROADLOOM_IR_SHAPE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"

namespace broadloom {

class Extent {
 public:
  constexpr Extent() = default;
  constexpr Extent(int64_t value) : value_(value) {}  // NOLINT: a number is an extent
  // Symbols are numbered from 0. A literal may be negative (a step, a start), so symbols live at
  // the far end.
  static constexpr Extent Symbol(int id) { return Extent(kFirstSymbol + id); }

  constexpr bool is_symbol() const { return value_ < kFirstSymbol + kMaxSymbols; }
  constexpr int symbol() const { return static_cast<int>(value_ - kFirstSymbol); }
  constexpr int64_t value() const { return value_; }  // of a literal
  constexpr bool is(int64_t literal) const { return value_ == literal; }

  friend constexpr bool operator==(Extent, Extent) = default;
  template <typename H>
  friend H AbslHashValue(H h, Extent e) {
    return H::combine(std::move(h), e.value_);
  }

 private:
  static constexpr int64_t kFirstSymbol = INT64_MIN;
  static constexpr int64_t kMaxSymbols = 1 << 30;
  int64_t value_ = 0;
};

constexpr int kMaxRank = 64;  // NumPy's

using Shape = absl::InlinedVector<Extent, 4>;
using Axes = absl::InlinedVector<int64_t, 4>;

// The shape to which all of `shapes` broadcast, by NumPy's rule; nullopt where two extents differ
// and neither is 1.
std::optional<Shape> BroadcastShapes(absl::Span<const Shape> shapes);

// The number of elements of a shape of literals; nullopt beyond 2^63 - 1. Zero extents win over
// overflow.
std::optional<int64_t> NumElements(const Shape& shape);

std::string ToString(Extent extent);       // "7" or "s0"
std::string ToString(const Shape& shape);  // "[7,s0]"

}  // namespace broadloom

#endif  // BROADLOOM_IR_SHAPE_H_

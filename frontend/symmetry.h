// How two arrays of one shape show the same elements: axes exchanged, counted from the other end.
#ifndef BROADLOOM_FRONTEND_SYMMETRY_H_
#define BROADLOOM_FRONTEND_SYMMETRY_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "frontend/expr.h"

namespace broadloom {

// What one shows at i the other one shows at j: along each axis j is what i is along axis `from`,
// or as far from the end as that from the beginning where the axis is `mirrored`.
struct Symmetry {
  absl::InlinedVector<int, 4> from;
  absl::InlinedVector<bool, 4> mirrored;

  Dims Of(const Dims& index, const Dims& extents) const;
  friend bool operator==(const Symmetry&, const Symmetry&) = default;
};

Symmetry Identity(size_t rank);
Symmetry Chained(const Symmetry& first, const Symmetry& second);

// From the elements of `a` to those of `b`, in one memory; none where they are not the same, each
// once.
std::optional<Symmetry> FindSymmetry(const Shape& shape, const StridedArray& a,
                                     const StridedArray& b);

// All that they make together, the identity first; none where these are more than `most`.
std::optional<std::vector<Symmetry>> GroupOf(const std::vector<Symmetry>& generators, size_t rank,
                                             size_t most);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SYMMETRY_H_

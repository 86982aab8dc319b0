#include "frontend/symmetry.h"

#include <algorithm>
#include <cstdlib>

namespace broadloom {

Dims Symmetry::Of(const Dims& index, const Dims& extents) const {
  Dims other(index.size());
  for (size_t axis = 0; axis < index.size(); ++axis) {
    const int64_t at = index[from[axis]];
    other[axis] = mirrored[axis] ? extents[axis] - 1 - at : at;
  }
  return other;
}

Symmetry Identity(size_t rank) {
  Symmetry identity;
  for (size_t axis = 0; axis < rank; ++axis) identity.from.push_back(static_cast<int>(axis));
  identity.mirrored.assign(rank, false);
  return identity;
}

Symmetry Chained(const Symmetry& first, const Symmetry& second) {
  Symmetry both;
  for (size_t axis = 0; axis < first.from.size(); ++axis) {
    const int between = second.from[axis];
    both.from.push_back(first.from[between]);
    both.mirrored.push_back(first.mirrored[between] != second.mirrored[axis]);
  }
  return both;
}

namespace {

// The axis of `a` that steps as axis `wanted` of `b` does; the same one where it can be.
int FindAxis(const Shape& shape, const Dims& a, const Dims& b, int wanted,
             const absl::InlinedVector<bool, 4>& taken) {
  const int rank = static_cast<int>(shape.size());
  for (int k = 0; k < rank; ++k) {
    const int axis = (wanted + k) % rank;
    const bool alike = shape[wanted].value() <= 1 || std::abs(a[axis]) == std::abs(b[wanted]);
    if (!taken[axis] && shape[axis] == shape[wanted] && alike) return axis;
  }
  return -1;
}

}  // namespace

std::optional<Symmetry> FindSymmetry(const Shape& shape, const StridedArray& a,
                                     const StridedArray& b) {
  Symmetry symmetry;
  absl::InlinedVector<bool, 4> taken(shape.size(), false);
  int64_t offset = b.offset;
  for (int axis = 0; axis < static_cast<int>(shape.size()); ++axis) {
    const int from = FindAxis(shape, a.strides, b.strides, axis, taken);
    if (from < 0) return std::nullopt;
    taken[from] = true;
    const bool moves = shape[axis].value() > 1;
    if (moves && b.strides[axis] == 0) return std::nullopt;
    symmetry.from.push_back(from);
    symmetry.mirrored.push_back(moves && a.strides[from] != b.strides[axis]);
    if (symmetry.mirrored.back()) offset += (shape[axis].value() - 1) * b.strides[axis];
  }
  return offset == a.offset ? std::optional(symmetry) : std::nullopt;
}

std::optional<std::vector<Symmetry>> GroupOf(const std::vector<Symmetry>& generators, size_t rank,
                                             size_t most) {
  std::vector<Symmetry> group = {Identity(rank)};
  for (size_t next = 0; next < group.size(); ++next) {
    for (const Symmetry& generator : generators) {
      const Symmetry made = Chained(group[next], generator);
      if (std::find(group.begin(), group.end(), made) != group.end()) continue;
      if (group.size() == most) return std::nullopt;
      group.push_back(made);
    }
  }
  return group;
}

}  // namespace broadloom

// Views of strided memory: each is another offset and other strides.
#include <algorithm>
#include <utility>

#include "frontend/expr.h"
#include "frontend/layout.h"

namespace broadloom {
namespace {

bool Contains(const Axes& axes, int64_t axis) {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

StridedArray BroadcastTo(StridedArray array, const Shape& from, const Shape& to) {
  Dims strides(to.size(), 0);
  const size_t missing = to.size() - from.size();
  for (size_t axis = 0; axis < from.size(); ++axis) {
    if (from[axis] == to[missing + axis]) strides[missing + axis] = array.strides[axis];
  }
  array.strides = strides;
  return array;
}

StridedArray ExpandDims(StridedArray array, const Axes& axes) {
  const size_t rank = array.strides.size() + axes.size();
  Dims strides;
  size_t next = 0;
  for (size_t axis = 0; axis < rank; ++axis)
    strides.push_back(Contains(axes, axis) ? 0 : array.strides[next++]);
  array.strides = strides;
  return array;
}

StridedArray Squeeze(StridedArray array, const Axes& axes) {
  Dims strides;
  for (size_t axis = 0; axis < array.strides.size(); ++axis) {
    if (!Contains(axes, axis)) strides.push_back(array.strides[axis]);
  }
  array.strides = strides;
  return array;
}

StridedArray Permute(StridedArray array, const Axes& axes) {
  Dims strides;
  for (int64_t axis : axes) strides.push_back(array.strides[axis]);
  array.strides = strides;
  return array;
}

StridedArray TakeSlice(StridedArray array, const Attrs& attrs) {
  const Shape& sizes = attrs.Dims(AttrName::k_sizes);
  const bool empty = std::find(sizes.begin(), sizes.end(), Extent(0)) != sizes.end();
  for (size_t axis = 0; axis < array.strides.size(); ++axis) {
    if (!empty) array.offset += array.strides[axis] * attrs.Dims(AttrName::k_starts)[axis].value();
    array.strides[axis] *= attrs.Dims(AttrName::k_steps)[axis].value();
  }
  return array;
}

StridedArray TakeDiagonal(StridedArray array, const Axes& axes) {
  array.strides[axes[0]] += std::exchange(array.strides[axes[1]], 0);
  return array;
}

struct Axis {
  int64_t extent, stride;
};

// Axes that can be walked as one are one, those of extent 1 are gone.
std::vector<Axis> Coalesced(const Shape& shape, const Dims& strides) {
  std::vector<Axis> axes;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i].is(1)) continue;
    const Axis axis{shape[i].value(), strides[i]};
    if (!axes.empty() && axes.back().stride == axis.stride * axis.extent) {
      axes.back() = {axes.back().extent * axis.extent, axis.stride};
    } else {
      axes.push_back(axis);
    }
  }
  return axes;
}

// Fills the new axes from the innermost one: each must end inside one coalesced axis.
absl::StatusOr<StridedArray> Reshape(StridedArray array, int64_t itemsize, const Shape& from,
                                     const Shape& to) {
  if (NumElements(to) == 0) {
    array.strides = DenseStrides(to, itemsize);
    return array;
  }
  std::vector<Axis> axes = Coalesced(from, array.strides);
  Dims strides(to.size(), itemsize);
  int64_t taken = 1;  // of the coalesced axis at the end
  for (int i = static_cast<int>(to.size()) - 1; i >= 0; --i) {
    if (to[i].is(1)) {
      strides[i] =
          i + 1 < static_cast<int>(to.size()) ? strides[i + 1] * to[i + 1].value() : itemsize;
      continue;
    }
    if (!axes.empty() && taken == axes.back().extent) axes.pop_back(), taken = 1;
    if (axes.empty() || axes.back().extent % (taken * to[i].value()) != 0) {
      return absl::NotFoundError("a reshape that needs a copy");
    }
    strides[i] = axes.back().stride * taken;
    taken *= to[i].value();
  }
  array.strides = strides;
  return array;
}

}  // namespace

absl::StatusOr<StridedArray> ApplyView(Op op, const Attrs& attrs, int64_t itemsize,
                                       const Shape& from, const StridedArray& array) {
  switch (op) {
    case Op::k_broadcast_to: return BroadcastTo(array, from, attrs.Dims(AttrName::k_shape));
    case Op::k_expand_dims: return ExpandDims(array, attrs.Ints(AttrName::k_axes));
    case Op::k_squeeze: return Squeeze(array, attrs.Ints(AttrName::k_axes));
    case Op::k_permute_dims: return Permute(array, attrs.Ints(AttrName::k_axes));
    case Op::k_diagonal: return TakeDiagonal(array, attrs.Ints(AttrName::k_axes));
    case Op::k_slice: return TakeSlice(array, attrs);
    case Op::k_reshape: return Reshape(array, itemsize, from, attrs.Dims(AttrName::k_shape));
    default: return absl::InternalError("not a view");
  }
}

}  // namespace broadloom

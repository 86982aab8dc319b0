// Memory, elements and views of tensors.
#include "ir/evaluate_tensor.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "ir/evaluate_reduce.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

using Sizes = std::vector<int64_t>;

Shape ToShape(const Sizes& sizes) { return Shape(sizes.begin(), sizes.end()); }

}  // namespace

int64_t Tensor::size() const { return static_cast<int64_t>(bytes.size()) / dtype.size(); }

Tensor MakeTensor(DType dtype, std::vector<int64_t> shape) {
  const int64_t count = NumElements(ToShape(shape)).value();
  return Tensor{dtype, std::move(shape), std::string(count * dtype.size(), '\0')};
}

Scalar ElementOf(const Tensor& tensor, int64_t index) {
  const int size = tensor.dtype.size();
  const char* const from = tensor.bytes.data() + index * size;
  Scalar scalar{tensor.dtype};
  std::memcpy(&scalar.bits, from, std::min(size, 8));
  if (size > 8) std::memcpy(&scalar.high, from + 8, size - 8);
  return scalar;
}

void SetElement(Tensor& tensor, int64_t index, const Scalar& value) {
  const int size = tensor.dtype.size();
  char* const to = tensor.bytes.data() + index * size;
  std::memcpy(to, &value.bits, std::min(size, 8));
  if (size > 8) std::memcpy(to + 8, &value.high, size - 8);
}

absl::StatusOr<Tensor> AllocateTensor(DType dtype, Sizes shape) {
  const bool negative =
      std::any_of(shape.begin(), shape.end(), [](int64_t size) { return size < 0; });
  if (negative)
    return absl::InvalidArgumentError(
        absl::StrCat("negative extent in ", ToString(ToShape(shape))));
  const std::optional<int64_t> count = NumElements(ToShape(shape));
  if (!count.has_value() || *count > INT64_MAX / dtype.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("array is too big: ", dtype.name(), ToString(ToShape(shape))));
  }
  return MakeTensor(dtype, std::move(shape));
}

namespace {

absl::StatusOr<Tensor> Gather(const Tensor& from, const Walk& walk) {
  BL_ASSIGN_OR_RETURN(Tensor to, AllocateTensor(from.dtype, walk.sizes));
  const int size = from.dtype.size();
  char* next = to.bytes.data();
  ForEachOffset(walk, [&](int64_t offset) {
    std::memcpy(next, from.bytes.data() + offset * size, size);
    next += size;
  });
  return to;
}

}  // namespace

absl::StatusOr<Tensor> BroadcastTo(const Tensor& from, Sizes shape) {
  Walk walk{.sizes = std::move(shape), .strides = StridesOf(from.shape)};
  const size_t missing = walk.sizes.size() - from.shape.size();
  for (size_t axis = 0; axis < from.shape.size(); ++axis) {
    if (from.shape[axis] == walk.sizes[missing + axis]) continue;
    if (from.shape[axis] != 1) {
      return absl::InvalidArgumentError(absl::StrCat("cannot broadcast ",
                                                     ToString(ToShape(from.shape)), " to ",
                                                     ToString(ToShape(walk.sizes))));
    }
    walk.strides[axis] = 0;
  }
  walk.strides.insert(walk.strides.begin(), missing, 0);
  return Gather(from, walk);
}

absl::StatusOr<Tensor> Permute(const Tensor& from, const Axes& axes) {
  const Sizes strides = StridesOf(from.shape);
  Walk walk;
  for (int64_t axis : axes) {
    walk.sizes.push_back(from.shape[axis]);
    walk.strides.push_back(strides[axis]);
  }
  return Gather(from, walk);
}

absl::StatusOr<Tensor> DiagonalOf(const Tensor& from, const Axes& axes) {
  Walk walk{.sizes = from.shape, .strides = StridesOf(from.shape)};
  walk.strides[axes[0]] += walk.strides[axes[1]];
  walk.sizes[axes[1]] = 1;
  return Gather(from, walk);
}

namespace {

absl::StatusOr<Walk> WalkOfSlice(const Tensor& from, const Sizes& starts, const Sizes& steps,
                                 Sizes sizes) {
  Walk walk{.sizes = std::move(sizes), .strides = StridesOf(from.shape)};
  for (size_t axis = 0; axis < from.shape.size(); ++axis) {
    const int64_t size = walk.sizes[axis];
    const int64_t stride = std::exchange(walk.strides[axis], 0);
    if (size == 0) continue;  // starts and steps of nothing may be any numbers
    const absl::int128 start = starts[axis], last = start + absl::int128(steps[axis]) * (size - 1);
    if (std::min(start, last) < 0 || std::max(start, last) >= from.shape[axis])
      return absl::InvalidArgumentError(absl::StrCat("slice leaves axis ", axis));
    walk.start += starts[axis] * stride;
    if (size > 1) walk.strides[axis] = stride * steps[axis];
  }
  return walk;
}

}  // namespace

absl::StatusOr<Tensor> SliceOf(const Tensor& from, const Sizes& starts, const Sizes& steps,
                               Sizes sizes) {
  BL_ASSIGN_OR_RETURN(const Walk walk, WalkOfSlice(from, starts, steps, std::move(sizes)));
  return Gather(from, walk);
}

absl::StatusOr<Tensor> Insert(Tensor into, const Tensor& value, const Sizes& starts,
                              const Sizes& steps) {
  BL_ASSIGN_OR_RETURN(const Walk walk, WalkOfSlice(into, starts, steps, value.shape));
  const int size = into.dtype.size();
  const char* next = value.bytes.data();
  ForEachOffset(walk, [&](int64_t offset) {
    std::memcpy(into.bytes.data() + offset * size, next, size);
    next += size;
  });
  return into;
}

namespace {

// Where the elements of the first axes begin, as elements of the result.
absl::StatusOr<Tensor> Beginnings(const Tensor& from, size_t axes, Sizes shape) {
  int64_t behind = 1;
  for (size_t axis = axes; axis < from.shape.size(); ++axis) behind *= from.shape[axis];
  Tensor begin = MakeTensor(DType::kInt64, Sizes(from.shape.begin(), from.shape.begin() + axes));
  for (int64_t i = 0; i < begin.size(); ++i)
    SetElement(begin, i, MakeIntScalar(DType::kInt64, i * behind));
  return BroadcastTo(begin, std::move(shape));
}

}  // namespace

absl::StatusOr<Tensor> Pick(const Tensor& from, const std::vector<Tensor>& indices, Tensor result) {
  const size_t others = from.shape.size() - indices.size();
  const Sizes strides = StridesOf(from.shape);
  BL_ASSIGN_OR_RETURN(const Tensor begin, Beginnings(from, others, result.shape));
  for (int64_t i = 0; i < result.size(); ++i) {
    int64_t place = AsInt(ElementOf(begin, i));
    for (size_t k = 0; k < indices.size(); ++k) {
      const int64_t at = AsInt(ElementOf(indices[k], i)), extent = from.shape[others + k];
      if (at < -extent || at >= extent)
        return absl::OutOfRangeError(absl::StrCat("index ", at, " is out of bounds for axis ",
                                                  others + k, " with size ", extent));
      place += (at < 0 ? at + extent : at) * strides[others + k];
    }
    SetElement(result, i, ElementOf(from, place));
  }
  return result;
}

namespace {

// Those of the axes that are named, then the others.
Walk NamedFirst(const Tensor& from, const Axes& axes) {
  Walk walk;
  const Sizes strides = StridesOf(from.shape);
  const auto add = [&](int64_t axis) {
    walk.sizes.push_back(from.shape[axis]);
    walk.strides.push_back(strides[axis]);
  };
  for (int64_t axis : axes) add(axis);
  for (int64_t axis = 0; axis < static_cast<int64_t>(from.shape.size()); ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) add(axis);
  }
  return walk;
}

Walk Part(const Walk& walk, size_t begin, size_t end) {
  return {.sizes = Sizes(walk.sizes.begin() + begin, walk.sizes.begin() + end),
          .strides = Sizes(walk.strides.begin() + begin, walk.strides.begin() + end)};
}

// Rows one after another to these elements, from which on they go as `row` walks.
void StoreRows(const Tensor& rows, const std::vector<int64_t>& places, const Walk& row,
               Tensor& into) {
  int64_t next = 0;
  for (int64_t place : places) {
    ForEachOffset(
        row, [&](int64_t offset) { SetElement(into, place + offset, ElementOf(rows, next++)); });
  }
}

}  // namespace

absl::StatusOr<Tensor> StoreAt(Tensor into, const Tensor& rows, const std::vector<Tensor>& indices,
                               const Axes& axes) {
  const Walk walk = NamedFirst(into, axes);
  std::vector<int64_t> places(rows.shape[0]);
  for (size_t k = 0; k < axes.size(); ++k) {
    const int64_t extent = walk.sizes[k];
    for (int64_t i = 0; i < rows.shape[0]; ++i) {
      const int64_t at = AsInt(ElementOf(indices[k], i));
      if (at < -extent || at >= extent)
        return absl::OutOfRangeError(absl::StrCat("index ", at, " is out of bounds for axis ",
                                                  axes[k], " with size ", extent));
      places[i] += (at < 0 ? at + extent : at) * walk.strides[k];
    }
  }
  StoreRows(rows, places, Part(walk, axes.size(), walk.sizes.size()), into);
  return into;
}

absl::StatusOr<Tensor> StoreWhere(Tensor into, const Tensor& rows, const Tensor& mask,
                                  const Axes& axes) {
  const Walk walk = NamedFirst(into, axes);
  std::vector<int64_t> places;
  int64_t i = 0;
  ForEachOffset(Part(walk, 0, axes.size()), [&](int64_t offset) {
    if (AsInt(ElementOf(mask, i++)) != 0) places.push_back(offset);
  });
  if (static_cast<int64_t>(places.size()) != rows.shape[0])
    return absl::OutOfRangeError(
        absl::StrCat(rows.shape[0], " rows for ", places.size(), " places where the mask is true"));
  StoreRows(rows, places, Part(walk, axes.size(), walk.sizes.size()), into);
  return into;
}

absl::StatusOr<Tensor> WithShape(Tensor tensor, Sizes shape) {
  if (NumElements(ToShape(shape)) != tensor.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "cannot reshape ", ToString(ToShape(tensor.shape)), " into ", ToString(ToShape(shape))));
  }
  tensor.shape = std::move(shape);
  return tensor;
}

}  // namespace broadloom

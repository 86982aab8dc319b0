// Places in flattened arrays, and coordinates.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/indices.h"
#include "frontend/rearrange.h"

namespace broadloom {
namespace {

// How many places the next element of each axis is away; and, last, how many there are.
Sizes StepsOf(const Sizes& shape, bool fortran, const char* name) {
  const size_t rank = shape.size();
  Sizes steps(rank + 1, 1);
  int64_t step = 1;
  for (size_t k = 0; k < rank; ++k) {
    const size_t axis = fortran ? k : rank - 1 - k;
    steps[axis] = step;
    if (__builtin_mul_overflow(step, shape[axis], &step))
      throw Error(ErrorCode::invalid_argument,
                  absl::StrCat(name, ": no array has the shape ", ToString(ToShape(shape))));
  }
  steps[rank] = step;
  return steps;
}

Array AsPlaces(const Array& x, const char* name) {
  if (x.dtype() >= DataType::float16)
    throw Error(ErrorCode::type_error,
                absl::StrCat(name, ": integers are needed, not ", to_string(x.dtype())));
  return astype(x, DataType::int64);
}

// Where x is not in [0, extent).
Array IsBeyond(const Array& x, int64_t extent) {
  return logical_or(less(x, 0), greater_equal(x, extent));
}

// x as a coordinate. What `raise` has to look at goes into `checks`.
Array Coordinate(const Array& x, int64_t extent, IndexMode mode, std::vector<Array>& checks) {
  if (mode == IndexMode::wrap) return remainder(x, extent);
  if (mode == IndexMode::clip) return minimum(maximum(x, 0), std::max<int64_t>(extent - 1, 0));
  checks.push_back(any(IsBeyond(x, extent)));
  return x;
}

}  // namespace

std::vector<Array> unravel_index(const Array& places, const Sizes& shape, bool fortran) {
  const Sizes steps = StepsOf(shape, fortran, "unravel_index");
  const Array x = AsPlaces(places, "unravel_index");
  const int64_t size = steps.back();
  if (shape.empty() && x.ndim() > 0)
    throw Error(ErrorCode::invalid_argument,
                "unravel_index: an array without axes has one place, not several");
  if (any(IsBeyond(x, size)).item<bool>())
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("unravel_index: an index is out of bounds for an array of ", size,
                             " elements"));
  std::vector<Array> coordinates;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    const Array along = steps[axis] == 1 ? x : floor_divide(x, steps[axis]);
    coordinates.push_back(shape[axis] == size ? copy(along) : remainder(along, shape[axis]));
  }
  return coordinates;
}

Array ravel_multi_index(const std::vector<Array>& coordinates, const Sizes& shape,
                        const std::vector<IndexMode>& modes, bool fortran) {
  const Sizes steps = StepsOf(shape, fortran, "ravel_multi_index");
  if (coordinates.size() != shape.size())
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("ravel_multi_index: ", coordinates.size(), " coordinates for ",
                             shape.size(), " axes"));
  std::vector<Array> computed;
  Array places =
      zeros({}, DataType::int64, coordinates.empty() ? nullptr : &coordinates[0].context());
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    const IndexMode mode = modes.empty() ? IndexMode::raise : modes[modes.size() == 1 ? 0 : axis];
    const Array x = AsPlaces(coordinates[axis], "ravel_multi_index");
    if (shape[axis] == 0 && x.size() > 0)
      throw Error(ErrorCode::invalid_argument, "ravel_multi_index: the shape has no elements");
    const Array along = Coordinate(x, shape[axis], mode, computed);
    places = add(places, multiply(along, steps[axis]));
  }
  const size_t checks = computed.size();
  computed.push_back(places);
  eval(computed);
  for (size_t i = 0; i < checks; ++i) {
    if (computed[i].item<bool>())
      throw Error(ErrorCode::invalid_argument, "ravel_multi_index: a coordinate is out of bounds");
  }
  return places;
}

std::vector<Array> tril_indices(int64_t rows, int64_t k, std::optional<int64_t> columns,
                                Context* context) {
  return nonzero(tri(rows, columns.value_or(rows), k, DataType::bool_, context));
}

std::vector<Array> triu_indices(int64_t rows, int64_t k, std::optional<int64_t> columns,
                                Context* context) {
  const int64_t below = k == INT64_MIN ? k : k - 1;
  return nonzero(logical_not(tri(rows, columns.value_or(rows), below, DataType::bool_, context)));
}

std::vector<Array> ix_(const std::vector<Array>& vectors) {
  std::vector<Array> results;
  for (size_t axis = 0; axis < vectors.size(); ++axis) {
    const Array& vector = vectors[axis];
    if (vector.ndim() != 1)
      throw Error(ErrorCode::invalid_argument, "ix_: an index is a vector for each axis");
    const Array indices = vector.dtype() == DataType::bool_ ? flatnonzero(vector) : vector;
    Sizes shape(vectors.size(), 1);
    shape[axis] = indices.size();
    results.push_back(reshape(indices, shape));
  }
  return results;
}

}  // namespace broadloom

// Elements picked by their indices, and the indices of those that are not zero.
#include "frontend/gather.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/index_faults.h"
#include "frontend/layout.h"
#include "frontend/rearrange.h"
#include "frontend/sorting.h"
#include "frontend/sorting/elements.h"
#include "frontend/sorting/masks.h"

namespace broadloom {
namespace {

int64_t Product(const Sizes& sizes, int64_t begin, int64_t end) {
  return std::accumulate(sizes.begin() + begin, sizes.begin() + end, int64_t{1},
                         std::multiplies<>());
}

// As integers that are in range, or that Gather is to check.
Array Resolved(const Array& indices, int64_t extent, IndexMode mode) {
  if (mode == IndexMode::raise)
    return indices.dtype() == DataType::bool_ ? As(indices, DataType::int64) : indices;
  const Array wide = As(indices, DataType::int64);
  return mode == IndexMode::wrap ? remainder(wide, extent) : clip(wide, 0, extent - 1);
}

void CheckDType(const Array& indices) {
  if (!can_cast(indices.dtype(), DataType::int64, Casting::same_kind))
    throw Error(ErrorCode::type_error, absl::StrCat("take: cannot cast indices from ",
                                                    to_string(indices.dtype()), " to int64"));
}

// x and the indices, broadcast against each other but for the axis.
std::pair<Array, Array> BroadcastBut(int64_t axis, const Array& x, const Array& indices) {
  Sizes of_x = x.shape(), of_indices = indices.shape();
  for (int64_t i = 0; i < x.ndim(); ++i) {
    if (i == axis || of_x[i] == of_indices[i]) continue;
    if (of_x[i] != 1 && of_indices[i] != 1)
      throw Error(ErrorCode::out_of_range,
                  absl::StrCat("take_along_axis: shape mismatch along axis ", i, ": ", of_x[i],
                               " and ", of_indices[i]));
    of_x[i] = of_indices[i] = of_x[i] == 1 ? of_indices[i] : of_x[i];
  }
  return {broadcast_to(x, of_x), broadcast_to(indices, of_indices)};
}

void CheckAlong(const Array& x, const Array& indices) {
  if (indices.dtype() == DataType::bool_ || IsInexact(indices.dtype()))
    throw Error(ErrorCode::out_of_range, "`indices` must be an integer array");
  if (indices.ndim() != x.ndim())
    throw Error(ErrorCode::invalid_argument,
                "`indices` and `arr` must have the same number of dimensions");
}

// Which coordinate the places in a flattened array have along an axis.
Array Coordinates(const Array& flat, int64_t extent, int64_t stride) {
  const Fresh result = MakeFresh(flat.context(), DataType::int64, flat.shape());
  auto* const to = reinterpret_cast<int64_t*>(result.data);
  const int64_t* const from = ElementsOf<int64_t>(flat);
  ParallelFor(flat.context(), flat.size(), 5, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) to[i] = from[i] / stride % extent;
  });
  return result.array;
}

// Dense int64, not negative.
Array CountsOf(const Array& counts) {
  if (!can_cast(counts.dtype(), DataType::int64))
    throw Error(ErrorCode::type_error, absl::StrCat("repeat: cannot cast repeats from ",
                                                    to_string(counts.dtype()), " to int64"));
  if (counts.ndim() > 1)
    throw Error(ErrorCode::invalid_argument, "repeat: repeats must be a number or a vector");
  const Array result = Dense(counts, DataType::int64);
  const int64_t* const from = ElementsOf<int64_t>(result);
  if (std::any_of(from, from + counts.size(), [](int64_t count) { return count < 0; }))
    throw Error(ErrorCode::invalid_argument, "repeat: repeats may not be negative");
  return result;
}

// i as often as counts[i].
Array PlacesOf(const Array& counts) {
  const int64_t* const times = ElementsOf<int64_t>(counts);
  int64_t total = 0;
  for (int64_t i = 0; i < counts.size(); ++i) {
    if (__builtin_add_overflow(total, times[i], &total))
      throw Error(ErrorCode::invalid_argument, "repeat: no array has so many elements");
  }
  const Fresh result = MakeFresh(counts.context(), DataType::int64, {total});
  auto* to = reinterpret_cast<int64_t*>(result.data);
  for (int64_t i = 0; i < counts.size(); ++i) to = std::fill_n(to, times[i], i);
  return result.array;
}

}  // namespace

Array repeat(const Array& x, const Array& counts, std::optional<int64_t> axis) {
  if (!axis.has_value() || x.ndim() == 0)
    return repeat(Flat(x), counts, AxisOf(axis.value_or(0), 1, "repeat"));
  const int64_t along = AxisOf(*axis, x.ndim(), "repeat"), extent = x.shape()[along];
  const Array times = CountsOf(counts);
  if (counts.size() == 1) return repeat(x, ElementsOf<int64_t>(times)[0], along);
  if (counts.size() != extent)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("repeat: ", counts.size(), " counts for ", extent, " elements"));
  return take(x, PlacesOf(times), along);
}

Array take(const Array& x, const Array& indices, std::optional<int64_t> axis, IndexMode mode) {
  if (!axis.has_value() || x.ndim() == 0) {
    const Array flat = Flat(x);
    return take(flat, indices, AxisOf(axis.value_or(0), 1, "take"), mode);
  }
  CheckDType(indices);
  const Sizes shape = x.shape(), inserted = indices.shape();
  const int64_t along = AxisOf(*axis, x.ndim(), "take"), extent = shape[along];
  if (Product(shape, 0, along) == 0) {  // as in NumPy whatever the indices are
    Sizes sizes(shape.begin(), shape.begin() + along);
    sizes.insert(sizes.end(), inserted.begin(), inserted.end());
    sizes.insert(sizes.end(), shape.begin() + along + 1, shape.end());
    return MakeFresh(x.context(), x.dtype(), sizes).array;
  }
  if (extent == 0 && indices.size() > 0)
    throw Error(ErrorCode::out_of_range, "cannot do a non-empty take from an empty axes.");
  return Gather(x, {{Resolved(indices, extent, mode)}, {along}, {along}, inserted}, along);
}

Array take_along_axis(const Array& x, const Array& indices, std::optional<int64_t> axis) {
  if (!axis.has_value()) {
    if (indices.ndim() != 1)
      throw Error(ErrorCode::invalid_argument,
                  "when axis=None, `indices` must have a single dimension.");
    return take_along_axis(Flat(x), indices, 0);
  }
  const int64_t along = AxisOf(*axis, x.ndim(), "take_along_axis"), extent = x.shape()[along];
  CheckAlong(x, indices);
  const auto [from, which] = BroadcastBut(along, x, indices);
  if (which.size() == 0) return MakeFresh(x.context(), x.dtype(), which.shape()).array;
  CheckIndices(which, extent, along, /*all=*/false);
  const auto& order = ExprOf(which)->layout.order;  // in that of the indices, as NumPy's result
  const std::vector<int64_t> axes(order.begin(), order.end());
  const std::vector<int64_t> back = InversePermutation(axes);
  const int64_t moved = back[along];
  const Array inside = permute_dims(from, axes);
  const Array source = expand_dims(moveaxis(inside, {moved}, {-1}), static_cast<int>(moved));
  const Array picked = MakeGather(source, {permute_dims(which, axes)}, {along});
  return Array(ExprOf(permute_dims(picked, back)));  // no view: there is nothing else to see
}

Array compress(const Array& condition, const Array& x, std::optional<int64_t> axis) {
  if (condition.ndim() != 1)
    throw Error(ErrorCode::invalid_argument, "condition must be a 1-d array");
  if (!axis.has_value() || x.ndim() == 0)
    return compress(condition, Flat(x), AxisOf(axis.value_or(0), 1, "compress"));
  const int64_t count = condition.size();
  if (AxisOf(*axis, x.ndim(), "compress") == 0 && count <= x.shape()[0])
    return Select(index(x, {Slice{0, count}}), condition);
  return take(x, flatnonzero(condition), axis);
}

Array flatnonzero(const Array& x) {
  const TrueElements chosen(x);
  const Fresh result = MakeFresh(x.context(), DataType::int64, {chosen.count()});
  auto* const places = reinterpret_cast<int64_t*>(result.data);
  chosen.ForBlocks(1.0, [&](const uint8_t* flags, int64_t first, int64_t begin, int64_t end) {
    int64_t at = first;
    for (int64_t* to = places + begin; to < places + end; ++at) {
      *to = at;
      to += *flags++ != 0;
    }
  });
  return result.array;
}

std::vector<Array> nonzero(const Array& x) {
  if (x.ndim() == 0)
    throw Error(ErrorCode::invalid_argument, "Calling nonzero on 0d arrays is not allowed.");
  const Array flat = flatnonzero(x);
  if (x.ndim() == 1) return {flat};
  const Sizes shape = x.shape();
  std::vector<Array> all;
  for (int64_t axis = 0; axis < x.ndim(); ++axis)
    all.push_back(Coordinates(flat, shape[axis], Product(shape, axis + 1, x.ndim())));
  return all;
}

Array argwhere(const Array& x) {
  if (x.ndim() > 0) return stack(nonzero(x), 0).transpose();  // as it lies in NumPy
  return MakeFresh(x.context(), DataType::int64, {flatnonzero(x).size(), 0}).array;
}

}  // namespace broadloom

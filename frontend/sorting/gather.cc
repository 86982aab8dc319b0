// Elements picked by their indices, and the indices of those that are not zero.
#include "frontend/gather.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "frontend/rearrange.h"
#include "frontend/sorting.h"
#include "frontend/sorting/elements.h"
#include "frontend/sorting/masks.h"

namespace broadloom {
namespace {

int64_t Resolved(int64_t at, int64_t extent, int64_t axis, IndexMode mode) {
  if (mode == IndexMode::wrap) return (at % extent + extent) % extent;
  if (mode == IndexMode::clip) return std::clamp<int64_t>(at, 0, extent - 1);
  if (at < -extent || at >= extent)
    throw Error(ErrorCode::out_of_range, absl::StrCat("index ", at, " is out of bounds for axis ",
                                                      axis, " with size ", extent));
  return at < 0 ? at + extent : at;
}

// Dense int64 from 0. Checked here: the threads that copy must not throw.
Array Resolved(const Array& indices, int64_t extent, int64_t axis, IndexMode mode) {
  const Fresh result = DenseCopy(indices, DataType::int64);
  auto* const places = reinterpret_cast<int64_t*>(result.data);
  if (extent == 0 && indices.size() > 0)
    throw Error(ErrorCode::out_of_range, "cannot do a non-empty take from an empty axes.");
  for (int64_t i = 0; i < indices.size(); ++i) places[i] = Resolved(places[i], extent, axis, mode);
  return result.array;
}

int64_t Product(const Sizes& sizes, int64_t begin, int64_t end) {
  return std::accumulate(sizes.begin() + begin, sizes.begin() + end, int64_t{1},
                         std::multiplies<>());
}

// Blocks of `bytes`: to[o, i] = from[o, places[i]], where `from` has `extent` of them in a row.
struct Copy {
  const char* from;
  char* to;
  const int64_t* places;
  int64_t count, extent, bytes;

  void operator()(int64_t begin, int64_t end) const {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t source = at / count * extent + places[at % count];
      std::memcpy(to + at * bytes, from + source * bytes, static_cast<size_t>(bytes));
    }
  }
};

void CheckIndices(const Array& indices) {
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

// Lines of x, and as many lines of places in them.
Array PickAlong(const Array& x, const Array& places) {
  const int64_t count = places.shape().back(), extent = x.shape().back();
  const Fresh result = MakeFresh(x.context(), x.dtype(), places.shape());
  const int64_t* const which = ElementsOf<int64_t>(places);
  WithElement(x.dtype(), [&](auto element) {
    using T = decltype(element);
    const T* const from = ElementsOf<T>(x);
    T* const to = reinterpret_cast<T*>(result.data);
    ParallelFor(x.context(), places.size(), 3, [&](int64_t begin, int64_t end) {
      for (int64_t at = begin; at < end; ++at) to[at] = from[at / count * extent + which[at]];
    });
  });
  return result.array;
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

Array Gather(const Array& x, const Places& places, int64_t at) {
  const Sizes shape = x.shape();
  int64_t count = 1, extents = 1;
  for (int64_t extent : places.shape) count *= extent;
  std::vector<int64_t> order = places.axes, back;
  Sizes kept;
  for (int64_t axis = 0; axis < x.ndim(); ++axis) {
    if (std::find(places.axes.begin(), places.axes.end(), axis) != places.axes.end()) continue;
    order.push_back(axis);
    kept.push_back(shape[axis]);
  }
  Array flat = zeros({count}, DataType::int64, &x.context());
  for (size_t i = 0; i < places.axes.size() && count > 0; ++i) {
    const int64_t extent = shape[places.axes[i]];
    const Array which = Resolved(broadcast_to(places.indices[i], places.shape), extent,
                                 places.source_axes[i], IndexMode::raise);
    flat = add(multiply(flat, extent), reshape(which, {count}));
    extents *= extent;
  }
  Sizes rows = {extents}, sizes = places.shape;
  rows.insert(rows.end(), kept.begin(), kept.end());
  sizes.insert(sizes.end(), kept.begin(), kept.end());
  const Array result = count == 0
                           ? zeros(sizes, x.dtype(), &x.context())
                           : reshape(take(reshape(permute_dims(x, order), rows), flat, 0), sizes);
  for (int64_t i = 0; i < static_cast<int64_t>(places.shape.size()); ++i) back.push_back(at + i);
  std::vector<int64_t> source(back.size());
  std::iota(source.begin(), source.end(), 0);
  return moveaxis(result, source, back);
}

Array take(const Array& x, const Array& indices, std::optional<int64_t> axis, IndexMode mode) {
  if (!axis.has_value() || x.ndim() == 0) {
    const Array flat = Flat(x);
    return take(flat, indices, AxisOf(axis.value_or(0), 1, "take"), mode);
  }
  CheckIndices(indices);
  const Sizes shape = x.shape(), inserted = indices.shape();
  const int64_t rank = x.ndim(), along = AxisOf(*axis, x.ndim(), "take"), extent = shape[along];
  const int64_t outer = Product(shape, 0, along), inner = Product(shape, along + 1, rank);
  Sizes sizes(shape.begin(), shape.begin() + along);
  sizes.insert(sizes.end(), inserted.begin(), inserted.end());
  sizes.insert(sizes.end(), shape.begin() + along + 1, shape.end());
  const Fresh result = MakeFresh(x.context(), x.dtype(), sizes);
  if (outer == 0) return result.array;  // as in NumPy whatever the indices are
  const Array places = Resolved(indices, extent, along, mode), dense = Dense(x, x.dtype());
  const int64_t count = indices.size(), bytes = inner * itemsize(x.dtype());
  const Copy copy{
      ElementsOf<char>(dense), result.data, ElementsOf<int64_t>(places), count, extent, bytes};
  ParallelFor(x.context(), outer * count, 4 + 0.1 * static_cast<double>(bytes), copy);
  return result.array;
}

Array take_along_axis(const Array& x, const Array& indices, std::optional<int64_t> axis) {
  if (!axis.has_value()) {
    if (indices.ndim() != 1)
      throw Error(ErrorCode::invalid_argument,
                  "when axis=None, `indices` must have a single dimension.");
    return take_along_axis(Flat(x), indices, 0);
  }
  const int64_t along = AxisOf(*axis, x.ndim(), "take_along_axis");
  CheckAlong(x, indices);
  const auto [from, which] = BroadcastBut(along, x, indices);
  const Array lines = Dense(AxisLast(from, along, "take_along_axis"), x.dtype());
  const Array places = Resolved(AxisLast(which, along, "take_along_axis"), x.shape()[along], along,
                                IndexMode::raise);
  return AxisBack(PickAlong(lines, places), along);
}

Array compress(const Array& condition, const Array& x, std::optional<int64_t> axis) {
  if (condition.ndim() != 1)
    throw Error(ErrorCode::invalid_argument, "condition must be a 1-d array");
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
  if (x.ndim() > 0) return stack(nonzero(x), 1);
  return MakeFresh(x.context(), DataType::int64, {flatnonzero(x).size(), 0}).array;
}

}  // namespace broadloom

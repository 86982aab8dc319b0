// Elements moved around and repeated. A roll is two parts; what repeats is a copy of a broadcast
// view, and lazy.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/joining/assembly.h"
#include "frontend/rearrange.h"
#include "frontend/snapshot.h"
#include "frontend/storage.h"

namespace broadloom {
namespace {

using joining::AxisOf;
using joining::Placed;

// Each part twice: what stays inside along the axis, and what comes in again at the front.
std::vector<Placed> Rolled(const std::vector<Placed>& parts, int64_t axis, int64_t shift) {
  std::vector<Placed> rolled;
  for (const auto& [to, from] : parts) {
    const int64_t extent = to.counts[axis], stays = extent - shift;
    rolled.push_back({to.Cut(axis, shift, stays), joining::Cut(from, axis, 0, stays)});
    rolled.push_back({to.Cut(axis, 0, shift), joining::Cut(from, axis, stays, shift)});
  }
  return rolled;
}

// What others compute with, too, is computed once, and so are elements that cost nothing to move.
bool MayWait(const Array& x) {
  constexpr int64_t kSmall = 64 << 10;
  if (x.is_evaluated()) return x.nbytes() > kSmall && !x.storage()->is_seen();
  const int64_t own = Snapshot::Current() == nullptr ? 1 : 2;  // who holds it for the array itself
  return ExprOf(x).use_count() <= own;
}

// One shift for each axis, from 0 to its extent.
Array Rolled(const Array& x, const Sizes& shifts, bool pending) {
  joining::Assembly result(
      {"roll", x.context(), x.dtype(), x.shape(), joining::OwnOrder(x), pending});
  std::vector<Placed> parts = {{result.all(), pending ? x : x.eval()}};
  for (size_t axis = 0; axis < shifts.size(); ++axis) {
    if (shifts[axis] != 0) parts = Rolled(parts, static_cast<int64_t>(axis), shifts[axis]);
  }
  result.Write(parts);
  return result.array();
}

int64_t Modulo(int64_t shift, int64_t extent) {
  return extent == 0 ? 0 : (shift % extent + extent) % extent;
}

// One count for each axis of both, from the last one on; 1 where there is none.
int64_t FromTheEnd(const Sizes& sizes, size_t axis, size_t rank) {
  return axis + sizes.size() < rank ? 1 : sizes[axis + sizes.size() - rank];
}

}  // namespace

Array roll(const Array& x, const std::vector<int64_t>& shifts, const AxisList& axes) {
  const bool waits = x.ndim() > 0 && MayWait(x);
  if (!axes.axes().has_value()) {
    int64_t all = 0;
    for (int64_t shift : shifts) all = Modulo(all + Modulo(shift, x.size()), x.size());
    const Array rolled = Rolled(reshape(x, {x.size()}), {all}, waits);
    if (x.ndim() == 1) return rolled;
    const Array shaped = reshape(rolled, x.shape());
    return waits ? Array(ExprOf(shaped)) : shaped;  // what it is a view of is not asked for
  }
  const std::vector<int64_t>& given = *axes.axes();
  if (given.size() != 1 && shifts.size() != 1 && given.size() != shifts.size())
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("roll: ", shifts.size(), " shifts for ", given.size(), " axes"));
  const size_t count = given.size() == 1 ? shifts.size() : given.size();
  const Sizes shape = x.shape();
  for (int64_t axis : given) AxisOf(axis, x.ndim(), "roll");
  Sizes of_axes(shape.size(), 0);
  for (size_t i = 0; i < count; ++i) {
    const int64_t axis = AxisOf(given[given.size() == 1 ? 0 : i], x.ndim(), "roll");
    const int64_t shift = Modulo(shifts[shifts.size() == 1 ? 0 : i], shape[axis]);
    of_axes[axis] = Modulo(of_axes[axis] + shift, shape[axis]);
  }
  return Rolled(x, of_axes, waits);
}

namespace {

// The elements in another shape, in memory of their own.
Array CopyInCOrder(const Array& x, const Sizes& shape) {
  return Array(ExprOf(reshape(copy(reshape(x, {x.size()})), shape)));
}

}  // namespace

// Repeated along a new axis behind the old one.
Array repeat(const Array& x, int64_t times, std::optional<int64_t> axis) {
  if (times < 0) throw Error(ErrorCode::invalid_argument, "repeat: repeats may not be negative");
  if (!axis.has_value()) return repeat(reshape(x, {x.size()}), times, 0);
  if (x.ndim() == 0) return repeat(reshape(x, {1}), times, axis);
  const int64_t along = AxisOf(*axis, x.ndim(), "repeat");
  Sizes shape = x.shape(), wide = shape;
  shape[along] *= times;
  wide.insert(wide.begin() + along + 1, times);
  return CopyInCOrder(broadcast_to(expand_dims(x, {static_cast<int>(along) + 1}), wide), shape);
}

// Without repetitions a copy in x's own order, else in C's.
Array tile(const Array& x, const std::vector<int64_t>& times) {
  const bool repeats = std::any_of(times.begin(), times.end(), [](int64_t n) { return n != 1; });
  const Sizes own = x.shape();
  const size_t rank = std::max(times.size(), own.size());
  Sizes split, wide, shape;
  for (size_t axis = 0; axis < rank; ++axis) {
    const int64_t extent = FromTheEnd(own, axis, rank), count = FromTheEnd(times, axis, rank);
    if (count < 0) throw Error(ErrorCode::invalid_argument, "tile: reps may not be negative");
    split.insert(split.end(), {1, extent});
    wide.insert(wide.end(), {count, extent});
    shape.push_back(count * extent);
  }
  if (!repeats) return Array(ExprOf(reshape(copy(x), shape)));
  return CopyInCOrder(broadcast_to(reshape(x, split), wide), shape);
}

namespace {

// As in NumPy too many elements are too many for the memory, and not for a shape.
void CheckFits(const Array& x, const Sizes& shape) {
  int64_t bytes = itemsize(x.dtype());
  for (int64_t extent : shape) {
    if (extent < 0 || !__builtin_mul_overflow(bytes, extent, &bytes)) continue;
    throw Error(ErrorCode::memory_budget,
                absl::StrCat("resize: no memory holds ", ToString(ToShape(shape)), " of ",
                             to_string(x.dtype())));
  }
}

}  // namespace

Array resize(const Array& x, const Sizes& shape) {
  const bool is_empty = x.size() == 0 || std::find(shape.begin(), shape.end(), 0) != shape.end();
  if (!is_empty) CheckFits(x, shape);
  Array like = zeros(shape, x.dtype(), &x.context());  // checks the shape
  const int64_t period = x.size(), size = like.size();
  if (period == 0 || size == 0) return like;
  const Fresh result = MakeFresh(x.context(), x.dtype(), {size});
  const int64_t turns = size / period, rest = size % period;
  const Array flat = reshape(x, {period}).eval();
  joining::Region all = joining::All(result);
  const joining::Region end = all.Cut(0, turns * period, rest);
  all.shape = {turns, period};
  all.strides.insert(all.strides.begin(), period * all.strides[0]);
  joining::CopyParts({{all, flat}, {end, joining::Cut(flat, 0, 0, rest)}});
  return reshape(result.array, shape);
}

}  // namespace broadloom

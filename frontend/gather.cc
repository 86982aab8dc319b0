// x[i, :, j] as one operation on views: what is picked goes last, and the indices get axes of
// extent 1 for what is not.
//
//     x (a, b, c), i and j (p, q)    ==>    gather x' (b, a, c), i' (p, q, 1), j' (p, q, 1)
#include "frontend/gather.h"

#include <algorithm>
#include <numeric>

#include "frontend/convert.h"
#include "frontend/dense.h"
#include "frontend/index_faults.h"
#include "frontend/rearrange.h"

namespace broadloom {
namespace {

std::vector<int64_t> OtherAxes(const Array& x, const std::vector<int64_t>& axes) {
  std::vector<int64_t> others;
  for (int64_t axis = 0; axis < x.ndim(); ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) others.push_back(axis);
  }
  return others;
}

// With axes of extent 1 from `at` on.
Array WithOnes(const Array& x, int64_t at, int64_t count) {
  if (count == 0) return x;
  std::vector<int64_t> axes(count);
  std::iota(axes.begin(), axes.end(), at);
  return expand_dims(x, AxisList(axes));
}

// The others with `inserted` in between.
Sizes SizesOf(const Array& x, const std::vector<int64_t>& others, const Sizes& inserted,
              int64_t at) {
  const Sizes shape = x.shape();
  Sizes sizes;
  for (int64_t axis : others) sizes.push_back(shape[axis]);
  sizes.insert(sizes.begin() + at, inserted.begin(), inserted.end());
  return sizes;
}

// As in NumPy all indices count, whatever the size of the result, unless they broadcast to nothing.
void CheckPlaces(const Array& x, const Places& places, bool is_empty) {
  if (CountOf(places.shape) == 0) return;
  const Sizes shape = x.shape();
  for (size_t i = 0; i < places.indices.size(); ++i)
    CheckIndices(places.indices[i], shape[places.axes[i]], places.source_axes[i], is_empty);
}

// The indices as vectors: what else has too many axes.
Array GatherFlat(const Array& x, const Places& places, int64_t at) {
  Places flat = places;
  flat.shape = {CountOf(places.shape)};
  for (Array& index : flat.indices) index = reshape(broadcast_to(index, places.shape), flat.shape);
  const Array result = Gather(x, flat, 0);
  Sizes shape = places.shape;
  const Sizes rest = result.shape();
  shape.insert(shape.end(), rest.begin() + 1, rest.end());
  std::vector<int64_t> from(places.shape.size()), to(places.shape.size());
  std::iota(from.begin(), from.end(), 0);
  std::iota(to.begin(), to.end(), at);
  return moveaxis(reshape(result, shape), from, to);
}

}  // namespace

Array MakeGather(const Array& source, const std::vector<Array>& indices,
                 const std::vector<int64_t>& axes) {
  ExprList inputs = {ExprOf(source)};
  for (const Array& index : indices) inputs.push_back(ExprOf(index));
  return Make(Op::k_gather, std::move(inputs),
              Attrs().Set(AttrName::k_axes, Axes(axes.begin(), axes.end())));
}

Array Gather(const Array& x, const Places& places, int64_t at) {
  std::vector<int64_t> order = OtherAxes(x, places.axes);
  const auto rank = static_cast<int64_t>(places.shape.size());
  const auto behind = static_cast<int64_t>(order.size()) - at;  // of the axes that stay
  const Sizes sizes = SizesOf(x, order, places.shape, at);
  CheckPlaces(x, places, CountOf(sizes) == 0);
  if (CountOf(sizes) == 0) return MakeFresh(x.context(), x.dtype(), sizes).array;
  if (at > 0 && x.ndim() + rank > kMaxRank) return GatherFlat(x, places, at);
  order.insert(order.end(), places.axes.begin(), places.axes.end());
  const Array source = WithOnes(permute_dims(x, order), at, at > 0 ? rank : 0);
  std::vector<Array> indices;
  for (const Array& index : places.indices)
    indices.push_back(WithOnes(index, index.ndim(), behind));
  return MakeGather(source, indices, places.source_axes);
}

}  // namespace broadloom

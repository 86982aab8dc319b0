// What is pending is a chain of inserts. It begins with zeros which nobody sees, as all of them are
// replaced: evaluation finds that out and does not store them (frontend/buffer_walk_covered.cc).
#include "frontend/joining/assembly.h"

#include <algorithm>

#include "frontend/convert.h"
#include "frontend/layout.h"
#include "frontend/written.h"

namespace broadloom::joining {
namespace {

// Inserts that are computed at once, and steps that wait for one another: plans grow with them.
constexpr int kMostInserts = 64, kDeepest = 256;

// Zeros whose axes are to lie in this order.
Array Ground(const Frame& frame) {
  const std::vector<int64_t>& order = frame.order;
  Sizes shape;
  for (int64_t axis : order) shape.push_back(frame.shape[axis]);
  const Array dense = zeros(shape, frame.dtype, &frame.context);
  return order == COrder(static_cast<int64_t>(order.size()))
             ? dense
             : permute_dims(dense, InversePermutation(order));
}

bool IsEmpty(const Box& box) {
  return std::find(box.counts.begin(), box.counts.end(), 0) != box.counts.end();
}

}  // namespace

Box Box::Cut(int64_t axis, int64_t begin, int64_t count) const {
  Box cut = *this;
  cut.starts[axis] += begin;
  cut.counts[axis] = count;
  return cut;
}

bool AnyPending(const std::vector<Array>& arrays) {
  return std::any_of(arrays.begin(), arrays.end(),
                     [](const Array& x) { return x.size() > 0 && !x.is_evaluated(); });
}

Assembly::Assembly(const Frame& frame) : frame_(frame) {
  if (frame.pending && !frame.shape.empty() && !IsEmpty(all())) {
    array_ = Ground(frame);
  } else {
    fresh_ = MakeFresh(frame.context, frame.dtype, frame.shape, frame.order);
    array_ = fresh_->array;
  }
}

Box Assembly::all() const { return {Sizes(frame_.shape.size(), 0), frame_.shape}; }

Region Assembly::RegionOf(const Box& box) const {
  Region region = All(*fresh_);
  for (size_t axis = 0; axis < box.starts.size(); ++axis)
    region = region.Cut(static_cast<int64_t>(axis), box.starts[axis], box.counts[axis]);
  return region;
}

void Assembly::Write(const std::vector<Placed>& parts) {
  if (!fresh_.has_value()) {
    for (const Placed& part : parts) Insert(part);
    return;
  }
  std::vector<Part> copies;
  for (const auto& [to, from] : parts) copies.push_back({RegionOf(to), from});
  CopyParts(copies);
}

void Assembly::Insert(const Placed& part) {
  const auto& [to, from] = part;
  if (IsEmpty(to)) return;
  const Array value = from.shape() == to.counts ? from : broadcast_to(from, to.counts);
  const FunctionScope scope({frame_.name});
  array_ = Make(Op::k_insert, {ExprOf(array_), ExprOf(value)},
                Attrs()
                    .Set(AttrName::k_starts, ToShape(to.starts))
                    .Set(AttrName::k_steps, Shape(to.starts.size(), Extent(1)))
                    .Set(AttrName::k_sizes, ToShape(to.counts)));
  if (++inserts_ < kMostInserts && ExprOf(array_)->depth < kDeepest) return;
  array_.eval();
  inserts_ = 0;
}

}  // namespace broadloom::joining

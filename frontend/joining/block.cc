// Lists of lists of arrays. NumPy joins small results list by list and large ones at once, which
// the dtype and the order in memory tell.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/joining.h"
#include "frontend/joining/assembly.h"

namespace broadloom {
namespace {

using joining::Lying;
using joining::Order;

struct Leaf {
  Array array;
  Sizes at;
};

// What a block is once it is joined.
struct Joint {
  Sizes shape;
  Order order;
  Sizes strides;
  DataType dtype;
  std::vector<Leaf> leaves;
};

struct Facts {
  int64_t depth = 0, rank = 0, elements = 0;
};

Facts FactsOf(const Blocks& block) {
  if (const auto* const array = std::get_if<Array>(&block.content))
    return {0, array->ndim(), array->size()};
  Facts facts{-1, 0, 0};
  for (const Blocks& inner : std::get<std::vector<Blocks>>(block.content)) {
    const Facts own = FactsOf(inner);
    if (facts.depth >= 0 && own.depth != facts.depth)
      throw Error(ErrorCode::invalid_argument, "block: list depths are mismatched");
    facts = {own.depth, std::max(facts.rank, own.rank), facts.elements + own.elements};
  }
  if (facts.depth < 0) throw Error(ErrorCode::invalid_argument, "block: a list cannot be empty");
  ++facts.depth;
  return facts;
}

Joint JointOf(const Array& array, int64_t rank) {
  Sizes shape(static_cast<size_t>(rank - array.ndim()), 1);
  for (int64_t extent : array.shape()) shape.push_back(extent);
  const Array wide = reshape(array, shape);
  return {shape, {}, wide.strides(), array.dtype(), {{wide, Sizes(shape.size(), 0)}}};
}

// Appends `next`, whose place is behind all that is there.
void Add(Joint& joint, const Joint& next, int64_t axis) {
  Sizes shape = next.shape;
  shape[axis] = joint.shape[axis];
  if (shape != joint.shape)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("block: mismatched shapes along axis ", axis));
  for (Leaf leaf : next.leaves) {
    leaf.at[axis] += joint.shape[axis];
    joint.leaves.push_back(std::move(leaf));
  }
  joint.shape[axis] += next.shape[axis];
}

Joint JointOf(const Blocks& block, int64_t axis, int64_t rank) {
  if (const auto* const array = std::get_if<Array>(&block.content)) return JointOf(*array, rank);
  Joint joint;
  std::vector<Lying> lying;
  std::vector<DataType> dtypes;
  for (const Blocks& inner : std::get<std::vector<Blocks>>(block.content)) {
    const Joint next = JointOf(inner, axis + 1, rank);
    lying.push_back({next.shape, next.strides});
    dtypes.push_back(next.dtype);
    if (joint.leaves.empty())
      joint = next;
    else
      Add(joint, next, axis);
  }
  joint.dtype = result_type(dtypes);
  joint.order = joining::JoinedOrder(lying);
  joint.strides = joining::StridesIn(joint.order, joint.shape, itemsize(joint.dtype));
  return joint;
}

// Where all is joined at once.
void Flatten(Joint& joint) {
  std::vector<DataType> dtypes;
  bool all_c = true, all_fortran = true;
  for (const Leaf& leaf : joint.leaves) {
    dtypes.push_back(leaf.array.dtype());
    all_c = all_c && joining::LiesInC(leaf.array);
    all_fortran = all_fortran && joining::LiesInC(leaf.array.transpose());
  }
  joint.dtype = result_type(dtypes);
  std::sort(joint.order.begin(), joint.order.end());
  if (all_fortran && !all_c) std::reverse(joint.order.begin(), joint.order.end());
}

}  // namespace

Array block(const Blocks& blocks) {
  constexpr int64_t kLarge = int64_t{2} * 512 * 512;
  const Facts facts = FactsOf(blocks);
  const int64_t rank = std::max(facts.rank, facts.depth);
  Joint joint = JointOf(blocks, rank - facts.depth, rank);
  if (facts.depth == 0) joint.order = joining::COrder(rank);
  if (facts.depth * facts.elements > kLarge) Flatten(joint);
  const Array& first = joint.leaves[0].array;
  std::vector<Array> cast;
  for (const Leaf& leaf : joint.leaves) cast.push_back(joining::Cast(leaf.array, joint.dtype));
  joining::Assembly result(
      {"block", first.context(), joint.dtype, joint.shape, joint.order, joining::AnyPending(cast)});
  std::vector<joining::Placed> parts;
  for (size_t i = 0; i < cast.size(); ++i)
    parts.push_back({{joint.leaves[i].at, cast[i].shape()}, cast[i]});
  result.Write(parts);
  return result.array();
}

}  // namespace broadloom

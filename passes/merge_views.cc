// A view of a view is one view, and a view that changes nothing is none.
//
//     %1 = permute_dims %0 {axes=[1,2,0]}
//     %2 = permute_dims %1 {axes=[1,2,0]}     ==>     %2 = permute_dims %0 {axes=[2,0,1]}
//
// Slices merge axis by axis, where one of the two takes all of the axis or the numbers are known.
// Reshapes merge where both only insert and drop axes.
#include <algorithm>

#include "ir/status_macros.h"
#include "passes/rules.h"

namespace broadloom {
namespace {

using MaybeNode = absl::StatusOr<std::optional<NodeId>>;

bool IsIdentity(const Node& view, const Shape& from) {
  const auto all_are = [&](AttrName name, int64_t value) {
    const Shape& dims = view.attrs.Dims(name);
    return std::all_of(dims.begin(), dims.end(), [&](Extent e) { return e.is(value); });
  };
  switch (view.op) {
    case Op::k_broadcast_to: return view.shape() == from;
    case Op::k_permute_dims: {
      const Axes& axes = view.attrs.Ints(AttrName::k_axes);
      return std::is_sorted(axes.begin(), axes.end());
    }
    case Op::k_slice:
      return view.shape() == from && all_are(AttrName::k_starts, 0) &&
             all_are(AttrName::k_steps, 1);
    case Op::k_reshape: {
      if (view.shape() != from || !view.attrs.Has(AttrName::k_groups)) return false;
      const Axes& groups = view.attrs.Ints(AttrName::k_groups);
      return std::all_of(groups.begin(), groups.end(), [](int64_t count) { return count == 1; });
    }
    default: return false;
  }
}

Axes MergePermutations(const Axes& inner, const Axes& outer) {
  Axes merged;
  for (int64_t axis : outer) merged.push_back(inner[axis]);
  return merged;
}

// Index i of the result is index `start + step * i` of the operand.
struct Map {
  Extent start, step;
  bool is_identity() const { return start.is(0) && step.is(1); }
  bool is_literal() const { return !start.is_symbol() && !step.is_symbol(); }
};

std::optional<Map> MergeMaps(const Map& inner, const Map& outer) {
  if (inner.is_identity()) return outer;
  if (outer.is_identity()) return inner;
  if (!inner.is_literal() || !outer.is_literal()) return std::nullopt;
  int64_t start, step;
  const bool overflows = __builtin_mul_overflow(inner.step.value(), outer.start.value(), &start) ||
                         __builtin_add_overflow(inner.start.value(), start, &start) ||
                         __builtin_mul_overflow(inner.step.value(), outer.step.value(), &step);
  if (overflows) return std::nullopt;
  const Map merged{start, step};
  return merged.is_literal() ? std::optional<Map>(merged)
                             : std::nullopt;  // far numbers mean symbols
}

std::optional<Attrs> MergeSlices(const Node& inner, const Node& outer) {
  const auto map = [](const Node& slice, size_t axis) {
    return Map{slice.attrs.Dims(AttrName::k_starts)[axis],
               slice.attrs.Dims(AttrName::k_steps)[axis]};
  };
  Shape starts, steps;
  for (size_t axis = 0; axis < outer.shape().size(); ++axis) {
    const std::optional<Map> merged = MergeMaps(map(inner, axis), map(outer, axis));
    if (!merged.has_value()) return std::nullopt;
    starts.push_back(merged->start);
    steps.push_back(merged->step);
  }
  Attrs attrs;
  attrs.Set(AttrName::k_starts, std::move(starts)).Set(AttrName::k_steps, std::move(steps));
  attrs.Set(AttrName::k_sizes, outer.attrs.Dims(AttrName::k_sizes));
  return attrs;
}

// Groups (1,1), (1,0) and (0,1) only.
bool OnlyInsertsAndDrops(const Node& reshape) {
  if (!reshape.attrs.Has(AttrName::k_groups)) return false;
  const Axes& groups = reshape.attrs.Ints(AttrName::k_groups);
  for (size_t g = 0; g < groups.size(); g += 2) {
    if (std::max(groups[g], groups[g + 1]) != 1) return false;
  }
  return true;
}

// An axis dropped where one is inserted is one axis that stays.
void Append(int64_t from, int64_t to, Axes& groups) {
  const size_t size = groups.size();
  if (from != to && size > 0 && groups[size - 2] == to && groups[size - 1] == from) {
    groups[size - 2] = groups[size - 1] = 1;
  } else if (from + to > 0) {
    groups.insert(groups.end(), {from, to});
  }
}

// Both walk the axes between them in step.
Axes MergeGroups(const Axes& inner, const Axes& outer) {
  Axes merged;
  size_t i = 0, o = 0;
  while (i < inner.size() || o < outer.size()) {
    if (i < inner.size() && inner[i + 1] == 0) {
      Append(1, 0, merged);
      i += 2;
    } else if (o < outer.size() && outer[o] == 0) {
      Append(0, 1, merged);
      o += 2;
    } else {
      Append(inner[i], outer[o + 1], merged);
      i += 2;
      o += 2;
    }
  }
  return merged;
}

}  // namespace

MaybeNode MergeView(Graph& graph, NodeId id) {
  const Node& outer = graph.node(id);
  const Node& inner = graph.node(outer.inputs[0]);
  if (IsIdentity(outer, inner.shape())) return std::optional<NodeId>(outer.inputs[0]);
  if (inner.op != outer.op) return std::optional<NodeId>();
  Attrs attrs = outer.attrs;
  if (outer.op == Op::k_permute_dims) {
    attrs.Set(AttrName::k_axes, MergePermutations(inner.attrs.Ints(AttrName::k_axes),
                                                  outer.attrs.Ints(AttrName::k_axes)));
  } else if (outer.op == Op::k_slice) {
    std::optional<Attrs> merged = MergeSlices(inner, outer);
    if (!merged.has_value()) return std::optional<NodeId>();
    attrs = *std::move(merged);
  } else if (outer.op == Op::k_reshape && OnlyInsertsAndDrops(inner) &&
             OnlyInsertsAndDrops(outer)) {
    attrs.Set(AttrName::k_groups, MergeGroups(inner.attrs.Ints(AttrName::k_groups),
                                              outer.attrs.Ints(AttrName::k_groups)));
  } else if (outer.op != Op::k_broadcast_to) {
    return std::optional<NodeId>();
  }
  BL_ASSIGN_OR_RETURN(const NodeId merged,
                      graph.Add(outer.op, {inner.inputs[0]}, std::move(attrs)));
  return std::optional<NodeId>(merged);
}

}  // namespace broadloom

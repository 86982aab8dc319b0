// Views of lifted values, and lifted values among others.
#include <algorithm>
#include <numeric>

#include "ir/status_macros.h"
#include "passes/lifter.h"
#include "passes/rules.h"

namespace broadloom {
namespace {

bool Contains(const Axes& axes, int64_t axis) {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

}  // namespace

// Walks the groups along the core's axes. Axes dropped on the way stay; one that is inserted where
// an axis was dropped is that axis; one that vanishes is dropped instead.
absl::StatusOr<Lifted> Lifter::Reshape(const Lifted& value, const Axes& groups, const Shape& shape,
                                       bool is_output) {
  const Shape& core = CoreShape(value);
  Axes core_groups, dropped;
  Shape core_shape;
  size_t i = 0, j = 0;
  const auto at_dropped = [&] { return i < core.size() && Contains(value.dropped, i); };
  const auto same = [&](bool keep) {
    if (!keep) dropped.push_back(core_shape.size());
    core_groups.insert(core_groups.end(), {1, 1});
    core_shape.push_back(core[i++]);
  };
  for (size_t g = 0; g < groups.size(); g += 2) {
    int64_t from = groups[g], to = groups[g + 1];
    if (from == 0 && at_dropped()) {
      same(/*keep=*/true);
      ++j, --to;
      if (to == 0) continue;
    }
    while (from > 0 && at_dropped()) same(false);
    if (from == 1 && to == 0) {
      same(false);
      continue;
    }
    const size_t begin = i;
    for (int64_t k = 0; k < from; ++i) k += !Contains(value.dropped, i);
    core_groups.insert(core_groups.end(), {static_cast<int64_t>(i - begin), to});
    for (int64_t k = 0; k < to; ++k) core_shape.push_back(shape[j++]);
  }
  while (i < core.size()) same(false);
  BL_ASSIGN_OR_RETURN(const NodeId node,
                      sinker_.Apply(value.core, MakeReshape(core_groups, core_shape), is_output));
  return Lifted{node, dropped};
}

absl::StatusOr<Lifted> Lifter::Permute(const Lifted& value, const Axes& axes) {
  const Axes kept = KeptAxes(value);
  Axes order(CoreShape(value).size());
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = 0; i < kept.size(); ++i) order[kept[i]] = kept[axes[i]];
  View view{Op::k_permute_dims, {}};
  view.attrs.Set(AttrName::k_axes, order);
  BL_ASSIGN_OR_RETURN(const NodeId node, sinker_.Apply(value.core, view));
  return Lifted{node, value.dropped};
}

absl::StatusOr<Lifted> Lifter::Diagonal(const Lifted& value, const Axes& axes) {
  const Axes kept = KeptAxes(value);
  View view{Op::k_diagonal, {}};
  view.attrs.Set(AttrName::k_axes, Axes{kept[axes[0]], kept[axes[1]]});
  BL_ASSIGN_OR_RETURN(const NodeId node, sinker_.Apply(value.core, view));
  return Lifted{node, value.dropped};
}

absl::StatusOr<Lifted> Lifter::Slice(const Lifted& value, const Attrs& attrs) {
  const Axes kept = KeptAxes(value);
  Shape starts(CoreShape(value).size(), Extent(0)), steps(starts.size(), Extent(1)),
      sizes(starts.size(), Extent(1));
  for (size_t i = 0; i < kept.size(); ++i) {
    starts[kept[i]] = attrs.Dims(AttrName::k_starts)[i];
    steps[kept[i]] = attrs.Dims(AttrName::k_steps)[i];
    sizes[kept[i]] = attrs.Dims(AttrName::k_sizes)[i];
  }
  View view{Op::k_slice, {}};
  view.attrs.Set(AttrName::k_starts, starts)
      .Set(AttrName::k_steps, steps)
      .Set(AttrName::k_sizes, sizes);
  BL_ASSIGN_OR_RETURN(const NodeId node, sinker_.Apply(value.core, view));
  return Lifted{node, value.dropped};
}

absl::StatusOr<Lifted> Lifter::WithLeadingAxes(const Lifted& value, size_t count) {
  if (count == 0) return value;
  const Axes kept = KeptAxes(value);
  Axes groups;
  Shape shape;
  for (size_t i = 0; i < count; ++i) {
    groups.insert(groups.end(), {0, 1});
    shape.push_back(1);
  }
  for (int64_t axis : kept) {
    groups.insert(groups.end(), {1, 1});
    shape.push_back(CoreShape(value)[axis]);
  }
  return Reshape(value, groups, shape);
}

absl::StatusOr<Lifted> Lifter::BroadcastTo(const Lifted& value, const Shape& shape) {
  if (CoreShape(value).empty() &&
      !shape.empty()) {  // one number everywhere: it has no axes to view
    Attrs attrs;
    attrs.Set(AttrName::k_shape, shape);
    BL_ASSIGN_OR_RETURN(const NodeId id,
                        out_.Add(Op::k_broadcast_to, {value.core}, std::move(attrs)));
    return Lifted{id, {}};
  }
  BL_ASSIGN_OR_RETURN(Lifted result, WithLeadingAxes(value, shape.size() - KeptAxes(value).size()));
  const Axes kept = KeptAxes(result);
  Shape core_shape = CoreShape(result);
  for (size_t i = 0; i < kept.size(); ++i) core_shape[kept[i]] = shape[i];
  if (core_shape == CoreShape(result)) return result;
  Attrs attrs;
  attrs.Set(AttrName::k_shape, core_shape);
  BL_ASSIGN_OR_RETURN(result.core, out_.Add(Op::k_broadcast_to, {result.core}, std::move(attrs)));
  return result;
}

absl::StatusOr<NodeId> Lifter::Drop(const Lifted& value) {
  if (value.dropped.empty()) return value.core;
  Axes groups;
  Shape shape;
  for (size_t axis = 0; axis < CoreShape(value).size(); ++axis) {
    const bool dropped = Contains(value.dropped, axis);
    groups.insert(groups.end(), {1, dropped ? 0 : 1});
    if (!dropped) shape.push_back(CoreShape(value)[axis]);
  }
  const View view = MakeReshape(groups, shape);
  return out_.Add(view.op, {value.core}, view.attrs);
}

// The value as an operand among others that have `core_rank` axes of which `dropped` are no axes of
// the old values.
absl::StatusOr<NodeId> Lifter::InFrame(const Lifted& value, const Axes& dropped, size_t core_rank) {
  if (value.dropped == dropped && CoreShape(value).size() == core_rank) return value.core;
  BL_ASSIGN_OR_RETURN(const NodeId plain, Drop(value));
  const Shape& from = out_.node(plain).shape();
  Axes groups;
  Shape shape;
  size_t next = 0;
  for (size_t axis = 0; axis < core_rank; ++axis) {
    const bool inserted = Contains(dropped, axis);
    groups.insert(groups.end(), {inserted ? 0 : 1, 1});
    shape.push_back(inserted ? Extent(1) : from[next++]);
  }
  return sinker_.Apply(plain, MakeReshape(groups, shape));
}

// A view of a view as one.
absl::StatusOr<NodeId> Lifter::Merged(NodeId id) {
  if (!out_.node(id).info().is_view()) return id;
  BL_ASSIGN_OR_RETURN(const std::optional<NodeId> merged, MergeView(out_, id));
  return merged.value_or(id);
}

}  // namespace broadloom

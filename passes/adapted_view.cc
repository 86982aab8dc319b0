// Slices, permutations, diagonals and reshapes against broadcast, picked and reduced axes.
#include "passes/adapted_view.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace broadloom {
namespace {

bool Contains(const Axes& axes, int64_t axis) {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

// The view with more axes behind, of extents that stay.
View Extended(View view, const Shape& extents) {
  const auto append = [&](AttrName name, auto list, auto value_of) {
    for (size_t i = 0; i < extents.size(); ++i) list.push_back(value_of(i));
    view.attrs.Set(name, std::move(list));
  };
  const auto extent = [&](size_t i) { return extents[i]; };
  if (view.op == Op::k_permute_dims) {
    const Axes axes = view.attrs.Ints(AttrName::k_axes);
    const auto rank = static_cast<int64_t>(axes.size());
    append(AttrName::k_axes, axes, [&](size_t i) { return rank + static_cast<int64_t>(i); });
  } else if (view.op == Op::k_slice) {
    append(AttrName::k_starts, view.attrs.Dims(AttrName::k_starts),
           [](size_t) { return Extent(0); });
    append(AttrName::k_steps, view.attrs.Dims(AttrName::k_steps), [](size_t) { return Extent(1); });
    append(AttrName::k_sizes, view.attrs.Dims(AttrName::k_sizes), extent);
  } else if (view.op == Op::k_reshape) {
    Axes groups = view.attrs.Ints(AttrName::k_groups);
    groups.insert(groups.end(), 2 * extents.size(), 1);
    view.attrs.Set(AttrName::k_groups, std::move(groups));
    append(AttrName::k_shape, view.attrs.Dims(AttrName::k_shape), extent);
  }
  return view;
}

}  // namespace

bool IsIdentity(const View& view, const Shape& from) {
  if (view.op == Op::k_slice) {
    const auto all = [&](AttrName name, int64_t value) {
      const Shape& dims = view.attrs.Dims(name);
      return std::all_of(dims.begin(), dims.end(), [&](Extent e) { return e.is(value); });
    };
    return all(AttrName::k_starts, 0) && all(AttrName::k_steps, 1) &&
           view.attrs.Dims(AttrName::k_sizes) == from;
  }
  if (view.op == Op::k_permute_dims) {
    const Axes& axes = view.attrs.Ints(AttrName::k_axes);
    return std::is_sorted(axes.begin(), axes.end());
  }
  if (view.op == Op::k_diagonal) return from[view.attrs.Ints(AttrName::k_axes)[1]].is(1);
  const Axes& groups = view.attrs.Ints(AttrName::k_groups);
  return std::all_of(groups.begin(), groups.end(), [](int64_t count) { return count == 1; });
}

namespace {

// An operand that one of the two axes broadcasts has the elements along the other one.
View DiagonalFor(const View& view, const Shape& operand) {
  const Axes& axes = view.attrs.Ints(AttrName::k_axes);
  const bool first = operand[axes[0]].is(1), second = operand[axes[1]].is(1);
  if (!first && !second) return view;
  Axes order(operand.size());
  std::iota(order.begin(), order.end(), 0);
  if (!second) std::swap(order[axes[0]], order[axes[1]]);
  View moved{Op::k_permute_dims, {}};
  moved.attrs.Set(AttrName::k_axes, std::move(order));
  return moved;
}

}  // namespace

std::optional<View> ForOperand(const View& view, const Shape& result, const Shape& operand) {
  if (view.op == Op::k_diagonal) return DiagonalFor(view, operand);
  View adapted = view;
  const auto repeated = [&](size_t axis) { return operand[axis].is(1) && !result[axis].is(1); };
  if (view.op == Op::k_slice) {
    Shape starts = view.attrs.Dims(AttrName::k_starts), steps = view.attrs.Dims(AttrName::k_steps);
    Shape sizes = view.attrs.Dims(AttrName::k_sizes);
    for (size_t axis = 0; axis < operand.size(); ++axis) {
      if (!repeated(axis)) continue;
      starts[axis] = 0;
      steps[axis] = 1;
      sizes[axis] = 1;
    }
    adapted.attrs.Set(AttrName::k_starts, starts)
        .Set(AttrName::k_steps, steps)
        .Set(AttrName::k_sizes, sizes);
  }
  if (view.op == Op::k_reshape) {
    const Axes& groups = view.attrs.Ints(AttrName::k_groups);
    Shape shape = view.attrs.Dims(AttrName::k_shape);
    size_t i = 0, j = 0;
    for (size_t g = 0; g < groups.size(); i += groups[g], j += groups[g + 1], g += 2) {
      size_t count = 0;
      bool any_real = false;
      for (size_t axis = i; axis < i + groups[g]; ++axis) {
        count += repeated(axis);
        any_real |= !operand[axis].is(1);
      }
      if (count == 0) continue;
      if (any_real) return std::nullopt;  // half of a merged axis is broadcast
      std::fill_n(shape.begin() + j, groups[g + 1], Extent(1));
    }
    adapted.attrs.Set(AttrName::k_shape, shape);
  }
  return adapted;
}

std::optional<View> ForSource(const View& view, const Node& gather, const Shape& source) {
  const size_t picked = gather.inputs.size() - 1;
  const auto split = source.end() - static_cast<int64_t>(picked);
  const std::optional<View> adapted =
      ForOperand(view, gather.shape(), Shape(source.begin(), split));
  if (!adapted.has_value()) return std::nullopt;
  return Extended(*adapted, Shape(split, source.end()));
}

std::optional<View> ThroughReduce(const View& view, const Shape& operand, const Axes& axes,
                                  Axes& new_axes) {
  View adapted = view;
  new_axes.clear();
  if (view.op == Op::k_diagonal) {
    for (int64_t axis : view.attrs.Ints(AttrName::k_axes)) {
      if (Contains(axes, axis)) return std::nullopt;
    }
    new_axes = axes;
  } else if (view.op == Op::k_permute_dims) {
    const Axes& order = view.attrs.Ints(AttrName::k_axes);
    for (int64_t axis : axes)
      new_axes.push_back(std::find(order.begin(), order.end(), axis) - order.begin());
  } else if (view.op == Op::k_slice) {
    new_axes = axes;
    Shape sizes = view.attrs.Dims(AttrName::k_sizes), starts = view.attrs.Dims(AttrName::k_starts);
    Shape steps = view.attrs.Dims(AttrName::k_steps);
    for (int64_t axis : axes) {
      if (!sizes[axis].is(1)) return std::nullopt;
      sizes[axis] = operand[axis];
      starts[axis] = 0;
      steps[axis] = 1;
    }
    adapted.attrs.Set(AttrName::k_starts, starts)
        .Set(AttrName::k_steps, steps)
        .Set(AttrName::k_sizes, sizes);
  } else {
    const Axes& groups = view.attrs.Ints(AttrName::k_groups);
    Axes new_groups;
    Shape shape = view.attrs.Dims(AttrName::k_shape);
    std::map<int64_t, int64_t> moved;
    size_t i = 0, j = 0;
    for (size_t g = 0; g < groups.size(); i += groups[g], j += groups[g + 1], g += 2) {
      const bool is_reduced = groups[g] == 1 && groups[g + 1] > 0 && Contains(axes, i);
      for (size_t axis = i; axis < i + groups[g]; ++axis) {
        if (Contains(axes, axis) && !is_reduced) return std::nullopt;
      }
      new_groups.insert(new_groups.end(), {groups[g], is_reduced ? 1 : groups[g + 1]});
      if (!is_reduced) continue;
      for (int64_t part = 1; part < groups[g + 1]; ++part)  // the others have extent 1
        new_groups.insert(new_groups.end(), {0, 1});
      shape[j] = operand[i];
      moved[i] = j;
    }
    for (int64_t axis : axes) new_axes.push_back(moved[axis]);
    adapted.attrs.Set(AttrName::k_groups, new_groups).Set(AttrName::k_shape, shape);
  }
  return adapted;
}

View MakeReshape(Axes groups, Shape shape) {
  View view{Op::k_reshape, {}};
  view.attrs.Set(AttrName::k_groups, std::move(groups)).Set(AttrName::k_shape, std::move(shape));
  return view;
}

}  // namespace broadloom

// From the roots down, every view is pushed on to the operands:
//
//     z = (x + y)[:2]      z: all                  x + y: [:2]      x: [:2]      y: [:2]
//     m = x.sum(1)[:2]     m: all, x.sum(1): [:2]                   x: [:2, :]
//
// It is the elements that count, not how they lie, so that an operand which is repeated is shown
// repeated.
#include "frontend/asked.h"

#include <algorithm>
#include <numeric>

#include "frontend/convert.h"
#include "passes/layout.h"

namespace broadloom {
namespace {

// Of one node; beyond that the least slice around all of them counts, or all of the node where they
// are no slices: more is looked at then than was computed.
constexpr size_t kMostViews = 64;

bool IsSame(const ViewSteps& a, const ViewSteps& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(),
      [](const ViewStep& x, const ViewStep& y) { return x.op == y.op && x.attrs == y.attrs; });
}

bool IsSlice(const ViewSteps& view) { return view.size() == 1 && view[0].op == Op::k_slice; }

bool IsEmpty(const ViewSteps& view) {
  if (view.empty() || view.back().op != Op::k_slice) return false;
  const Shape& sizes = view.back().attrs.Dims(AttrName::k_sizes);
  return std::any_of(sizes.begin(), sizes.end(), [](Extent size) { return size.is(0); });
}

// From where to where a slice goes along an axis, whatever its step.
struct Range {
  int64_t begin, end;
  friend bool operator==(const Range&, const Range&) = default;
};
Range RangeOf(const ViewSteps& slice, size_t axis) {
  const Attrs& attrs = slice[0].attrs;
  const int64_t start = attrs.Dims(AttrName::k_starts)[axis].value(),
                step = attrs.Dims(AttrName::k_steps)[axis].value(),
                last = start + step * (attrs.Dims(AttrName::k_sizes)[axis].value() - 1);
  return {std::min(start, last), std::max(start, last) + 1};
}

size_t RankOf(const ViewSteps& slice) { return slice[0].attrs.Dims(AttrName::k_starts).size(); }

bool HasGaps(const ViewSteps& slice) {
  const Shape& steps = slice[0].attrs.Dims(AttrName::k_steps);
  return std::any_of(steps.begin(), steps.end(), [](Extent step) { return !step.is(1); });
}

ViewSteps Around(const ViewSteps& a, const ViewSteps& b) {
  Shape starts, sizes;
  for (size_t axis = 0; axis < RankOf(a); ++axis) {
    const Range p = RangeOf(a, axis), q = RangeOf(b, axis);
    starts.push_back(std::min(p.begin, q.begin));
    sizes.push_back(std::max(p.end, q.end) - starts.back().value());
  }
  const Shape steps(starts.size(), 1);
  return {{Op::k_slice, Attrs()
                            .Set(AttrName::k_starts, starts)
                            .Set(AttrName::k_steps, steps)
                            .Set(AttrName::k_sizes, sizes)}};
}

// Whether two slices are one: they differ along one axis only, and meet there.
bool Meet(const ViewSteps& a, const ViewSteps& b) {
  if (!IsSlice(a) || !IsSlice(b) || HasGaps(a) || HasGaps(b)) return false;
  int different = 0;
  for (size_t axis = 0; axis < RankOf(a); ++axis) {
    const Range p = RangeOf(a, axis), q = RangeOf(b, axis);
    if (p == q) continue;
    if (++different > 1 || std::max(p.begin, q.begin) > std::min(p.end, q.end)) return false;
  }
  return true;
}

// What a view of a reduction shows, as views of its operand: reduced axes go last, and every step
// leaves them alone.
class BehindReduction {
 public:
  BehindReduction(const Expr& from, const Attrs& reduction)
      : axes_(reduction.Ints(AttrName::k_axes)),
        keeps_(reduction.IntOr(AttrName::k_keepdims, 0) != 0) {
    for (int64_t axis : axes_) extents_.push_back(from.shape[axis]);
    for (int64_t axis = 0; axis < from.rank(); ++axis) {
      if (!IsReduced(axis)) order_.push_back(axis);
    }
    order_.insert(order_.end(), axes_.begin(), axes_.end());
  }

  ViewSteps Steps(const ViewSteps& view) const {
    ViewSteps steps = {{Op::k_permute_dims, Attrs().Set(AttrName::k_axes, order_)}};
    if (keeps_ && !axes_.empty()) {
      Axes kept = axes_;
      std::sort(kept.begin(), kept.end());
      steps.push_back({Op::k_expand_dims, Attrs().Set(AttrName::k_axes, kept)});
    }
    for (const ViewStep& step : view) steps.push_back(Extended(step));
    return steps;
  }

 private:
  bool IsReduced(int64_t axis) const {
    return std::find(axes_.begin(), axes_.end(), axis) != axes_.end();
  }

  Shape With(Shape shape, Extent extent) const {
    shape.insert(shape.end(), extents_.size(), extent);
    return shape;
  }
  Shape WithExtents(Shape shape) const {
    shape.insert(shape.end(), extents_.begin(), extents_.end());
    return shape;
  }

  ViewStep Extended(ViewStep step) const {
    Attrs& attrs = step.attrs;
    if (step.op == Op::k_slice) {
      attrs.Set(AttrName::k_starts, With(attrs.Dims(AttrName::k_starts), 0))
          .Set(AttrName::k_steps, With(attrs.Dims(AttrName::k_steps), 1))
          .Set(AttrName::k_sizes, WithExtents(attrs.Dims(AttrName::k_sizes)));
    } else if (step.op == Op::k_permute_dims) {
      Axes axes = attrs.Ints(AttrName::k_axes);
      for (size_t i = 0; i < extents_.size(); ++i)
        axes.push_back(static_cast<int64_t>(axes.size()));
      attrs.Set(AttrName::k_axes, axes);
    } else if (step.op == Op::k_reshape || step.op == Op::k_broadcast_to) {
      step.attrs = Attrs().Set(AttrName::k_shape, WithExtents(attrs.Dims(AttrName::k_shape)));
    }
    return step;
  }

  const Axes axes_;
  const bool keeps_;
  Shape extents_;
  Axes order_;
};

class Asker {
 public:
  explicit Asker(const Trace& trace) : trace_(trace), asked_(trace.nodes.size()) {}

  std::vector<AskedViews> Run() {
    for (int root : trace_.roots) asked_[root] = {{}};
    for (auto i = static_cast<int>(trace_.nodes.size()) - 1; i >= 0; --i) {
      if (!asked_[i].empty()) Push(trace_.nodes[i], asked_[i]);
    }
    return std::move(asked_);
  }

 private:
  const Expr& ExprAt(int node) const { return *trace_.nodes[node].expr; }

  void Ask(int node, ViewSteps view) {
    while (!view.empty() && OnlyMoves(view.back().op)) view.pop_back();  // it does not matter where
    AskedViews& views = asked_[node];
    if (IsWhole(views) || IsEmpty(view)) return;
    const auto known = std::find_if(views.begin(), views.end(), [&](const ViewSteps& other) {
      return IsSame(other, view) || Meet(other, view);
    });
    if (view.empty()) {
      views = {{}};
    } else if (known == views.end()) {
      views.push_back(std::move(view));
      if (views.size() > kMostViews) views = {AroundAll(views)};
    } else if (!IsSame(*known, view)) {
      ViewSteps joined = Around(*known, view);
      views.erase(known);
      Ask(node, std::move(joined));
    }
  }

  static ViewSteps AroundAll(const AskedViews& views) {
    if (!std::all_of(views.begin(), views.end(), IsSlice)) return {};
    ViewSteps around = views[0];
    for (const ViewSteps& view : views) around = Around(around, view);
    return around;
  }

  void Push(const TraceNode& node, const AskedViews& views) {
    const OpInfo& info = InfoOf(node.expr->op);
    for (int input : trace_.InputsOf(node)) {
      for (const ViewSteps& view : views) {
        if (info.is_view())
          Ask(input, Through(*node.expr, view));
        else if (view.empty() || !(info.is_elementwise() || info.is_reduce() || info.is_gather()))
          Ask(input, {});
        else if (info.is_gather() && input == trace_.InputsOf(node)[0])
          Ask(input, {});
        else if (info.is_reduce())
          Ask(input, BehindReduction(ExprAt(input), node.expr->attrs).Steps(view));
        else
          Ask(input, Repeated(ExprAt(input), *node.expr, view));
      }
    }
  }

  static ViewSteps Through(const Expr& shown, const ViewSteps& view) {
    ViewSteps steps = {{shown.op, shown.attrs}};
    for (const ViewStep& step : view) AddStep(steps, step);
    return steps;
  }

  static ViewSteps Repeated(const Expr& operand, const Expr& result, const ViewSteps& view) {
    if (operand.rank() == 0) return {};
    if (operand.shape == result.shape) return view;
    ViewSteps steps = {{Op::k_broadcast_to, Attrs().Set(AttrName::k_shape, result.shape)}};
    steps.insert(steps.end(), view.begin(), view.end());
    return steps;
  }

  const Trace& trace_;
  std::vector<AskedViews> asked_;
};

}  // namespace

std::vector<AskedViews> AskedOf(const Trace& trace) { return Asker(trace).Run(); }

Array ShownBy(const ViewSteps& view, const Array& x) {
  ExprPtr shown = ExprOf(x);
  for (const ViewStep& step : view) shown = Applied(shown, step);
  return Array(std::move(shown));
}

}  // namespace broadloom

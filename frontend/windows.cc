// sliding_window_view.
#include "frontend/windows.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/gather.h"
#include "frontend/layout.h"
#include "frontend/rearrange.h"
#include "frontend/storage.h"

namespace broadloom {
namespace {

// 0, 1, ... along one of so many axes.
Array CountAlong(Context& context, int64_t extent, size_t axis, size_t rank) {
  Sizes shape(rank, 1);
  shape[axis] = extent;
  return reshape(arange(0, extent, 1, DataType::int64, &context), shape);
}

// The place of an element of a window along one axis of x: that of the window, and that in it, for
// each window along the axis. Axes of the places: those of x that windows slide along, then those
// of windows.
Places PlacesOf(Context& context, const Shape& shape, const WindowLayout& windows,
                const Axes& along) {
  Places places;
  places.axes.assign(along.begin(), along.end());
  std::sort(places.axes.begin(), places.axes.end());
  places.axes.erase(std::unique(places.axes.begin(), places.axes.end()), places.axes.end());
  places.source_axes = places.axes;
  for (int64_t axis : places.axes) places.shape.push_back(windows.shape[axis].value());
  for (size_t i = 0; i < along.size(); ++i)
    places.shape.push_back(windows.shape[shape.size() + i].value());
  const size_t rank = places.shape.size();
  for (size_t k = 0; k < places.axes.size(); ++k) {
    Array index = CountAlong(context, places.shape[k], k, rank);
    for (size_t i = 0; i < along.size(); ++i) {
      const size_t axis = places.axes.size() + i;
      if (along[i] == places.axes[k])
        index = index + CountAlong(context, places.shape[axis], axis, rank);
    }
    places.indices.push_back(index);
  }
  return places;
}

ExprPtr Picked(const ExprPtr& x, const WindowLayout& windows, const Axes& along) {
  const Places places = PlacesOf(*x->context, x->shape, windows, along);
  const auto rank = static_cast<int64_t>(x->rank()),
             slid = static_cast<int64_t>(places.axes.size());
  const Array picked = Gather(Array(x), places, rank - slid);
  std::vector<int64_t> from(slid);
  std::iota(from.begin(), from.end(), rank - slid);
  return ExprOf(moveaxis(picked, from, places.axes));
}

}  // namespace

WindowLayout WindowsIn(const Shape& shape, const Dims& strides, const Attrs& windows) {
  WindowLayout result{shape, strides};
  const Axes& along = windows.Ints(AttrName::k_axes);
  for (size_t i = 0; i < along.size(); ++i) {
    const int64_t extent = windows.Dims(AttrName::k_shape)[i].value();
    result.shape[along[i]] = result.shape[along[i]].value() - (extent - 1);
    result.shape.push_back(extent);
    result.strides.push_back(strides[along[i]]);
  }
  return result;
}

ExprPtr WindowsOf(const ExprPtr& x, const Attrs& attrs) {
  const WindowLayout windows = WindowsIn(x->shape, x->strides, attrs);
  ExprPtr shown;
  if (x->ready.load(std::memory_order_acquire)) {
    const Dims steps = WindowsIn(x->shape, x->storage.strides, attrs).strides;
    shown = MakeReady(*x->context, x->dtype, windows.shape,
                      {x->storage.buffer, x->storage.offset, steps});
  } else if (attrs.Ints(AttrName::k_axes).empty()) {
    return x;
  } else {
    shown = Picked(x, windows, attrs.Ints(AttrName::k_axes));
  }
  shown->strides = windows.strides;  // wherever it was computed
  DeriveLeafLayout(*shown);
  return shown;
}

namespace {

[[noreturn]] void Wrong(const std::string& message) {
  throw Error(ErrorCode::invalid_argument, "sliding_window_view: " + message);
}

Axes AxesOf(const AxisList& given, int rank, size_t windows) {
  Axes axes;
  if (!given.axes().has_value()) {
    if (windows != static_cast<size_t>(rank))
      Wrong(absl::StrCat("without an axis there must be a window for each of the ", rank,
                         " dimensions, not ", windows));
    for (int axis = 0; axis < rank; ++axis) axes.push_back(axis);
    return axes;
  }
  for (int64_t axis : *given.axes())
    axes.push_back(NormalizedAxes(AxisList({axis}), rank, "sliding_window_view")[0]);
  if (axes.size() != windows)
    Wrong(absl::StrCat("as many windows as axes are needed, not ", windows, " and ", axes.size()));
  return axes;
}

}  // namespace

Array sliding_window_view(const Array& x, const Sizes& window_shape, const AxisList& axes) {
  for (int64_t extent : window_shape)
    if (extent < 0) Wrong("a window cannot be negative");
  const Axes along = AxesOf(axes, x.ndim(), window_shape.size());
  Sizes left = x.shape();
  for (size_t i = 0; i < along.size(); ++i) {
    if (window_shape[i] > left[along[i]]) Wrong("a window cannot be larger than the array");
    left[along[i]] -= window_shape[i] - 1;
  }
  if (x.ndim() + window_shape.size() > kMaxRank)
    Wrong(absl::StrCat("the result has more than ", kMaxRank, " axes"));
  return WindowView(
      x, Attrs().Set(AttrName::k_shape, ToShape(window_shape)).Set(AttrName::k_axes, along));
}

}  // namespace broadloom

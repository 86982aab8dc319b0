// Whether two arrays share elements: where they lie in one storage, as NumPy's would.
#include "frontend/overlap.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "frontend/convert.h"
#include "frontend/storage.h"
#include "frontend/windows.h"

namespace broadloom {
namespace {

// Elements at begin + i * strides[0] + ... of the storage, with positive strides only.
struct Window {
  int64_t begin = 0, itemsize = 0;
  struct Axis {
    int64_t stride, last;  // and its last index
  };
  std::vector<Axis> axes;

  int64_t end() const {
    int64_t end = begin + itemsize;
    for (const Axis& axis : axes) end += axis.stride * axis.last;
    return end;
  }
};

// None where a step of the view has to copy.
std::optional<StridedArray> PositionOf(const Array& x) {
  const Expr& value = *x.storage()->value();
  if (x.storage()->is_lent()) return ExprOf(x)->storage;
  StridedArray array{nullptr, 0, value.strides};
  if (x.view() == nullptr) return array;
  Shape shape = value.shape;
  for (const ViewStep& step : x.view()->steps) {
    if (step.op == Op::k_imag) array.offset += itemsize(x.dtype());
    if (step.op == Op::k_real || step.op == Op::k_imag) continue;
    if (step.op == kWindows) {
      const WindowLayout windows = WindowsIn(shape, array.strides, step.attrs);
      shape = windows.shape, array.strides = windows.strides;
      continue;
    }
    const ValueType from{value.dtype, shape};
    absl::StatusOr<StridedArray> view =
        ApplyView(step.op, step.attrs, value.dtype.size(), shape, array);
    if (!view.ok()) return std::nullopt;
    array = *std::move(view);
    shape = Unwrap(InferType(step.op, {&from, 1}, step.attrs)).shape;
  }
  return array;
}

Window WindowOf(const Shape& shape, const StridedArray& array, int64_t itemsize) {
  Window window{array.offset, itemsize, {}};
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    const int64_t stride = array.strides[axis], last = shape[axis].value() - 1;
    if (last == 0 || stride == 0) continue;
    if (stride < 0) window.begin += stride * last;
    window.axes.push_back({std::abs(stride), last});
  }
  return window;
}

std::optional<Window> WindowOf(const Array& x) {
  if (x.size() == 0) return std::nullopt;
  const std::optional<StridedArray> position = PositionOf(x);
  if (!position.has_value()) return std::nullopt;
  return WindowOf(ExprOf(x)->shape, *position, itemsize(x.dtype()));
}

// Whether sum(stride * i) over the axes from `next` on, 0 <= i <= last, can be `wanted`. The
// coarsest axis comes first; what the finer ones reach bounds it.
bool Reaches(absl::Span<const Window::Axis> axes, int64_t wanted) {
  if (axes.empty()) return wanted == 0;
  int64_t finer = 0, divisor = 0;
  for (const Window::Axis& axis : axes.subspan(1)) finer += axis.stride * axis.last;
  for (const Window::Axis& axis : axes) divisor = std::gcd(divisor, axis.stride);
  if (wanted < 0 || wanted % divisor != 0) return false;
  const Window::Axis& axis = axes[0];
  const int64_t most = std::min(axis.last, wanted / axis.stride);
  const int64_t least = std::max<int64_t>(0, (wanted - finer + axis.stride - 1) / axis.stride);
  for (int64_t i = most; i >= least; --i) {
    if (Reaches(axes.subspan(1), wanted - i * axis.stride)) return true;
  }
  return false;
}

// Axes of one stride are one longer axis.
std::vector<Window::Axis> Joined(std::vector<Window::Axis> axes) {
  std::sort(axes.begin(), axes.end(),
            [](const Window::Axis& a, const Window::Axis& b) { return a.stride > b.stride; });
  std::vector<Window::Axis> joined;
  for (const Window::Axis& axis : axes) {
    if (!joined.empty() && joined.back().stride == axis.stride)
      joined.back().last += axis.last;
    else
      joined.push_back(axis);
  }
  return joined;
}

// x(i) + (a byte of x) = y(j) + (a byte of y); y's indices are counted from their ends.
bool Meet(const Window& x, const Window& y) {
  std::vector<Window::Axis> axes = x.axes;
  axes.insert(axes.end(), y.axes.begin(), y.axes.end());
  for (int64_t itemsize : {x.itemsize, y.itemsize}) {
    if (itemsize > 1) axes.push_back({1, itemsize - 1});
  }
  return Reaches(Joined(std::move(axes)), y.end() - 1 - x.begin);
}

}  // namespace

bool ShareBytes(const Region& a, const Region& b) {
  if (NumElements(a.shape) == 0 || NumElements(b.shape) == 0) return false;
  const Window x = WindowOf(a.shape, a.array, a.itemsize);
  const Window y = WindowOf(b.shape, b.array, b.itemsize);
  return x.begin < y.end() && y.begin < x.end() && Meet(x, y);
}

bool shares_memory(const Array& x, const Array& y, bool bounds_only) {
  if (x.storage() != y.storage()) return false;
  const std::optional<Window> a = WindowOf(x), b = WindowOf(y);
  if (!a.has_value() || !b.has_value()) return false;
  if (a->begin >= b->end() || b->begin >= a->end()) return false;
  return bounds_only || Meet(*a, *b);
}

}  // namespace broadloom

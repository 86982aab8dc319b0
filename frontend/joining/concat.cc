// Arrays one after another.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/joining.h"
#include "frontend/joining/assembly.h"
#include "frontend/rearrange.h"

namespace broadloom {
namespace {

using joining::AxisOf;
using joining::Cast;
using joining::Joined;
using joining::Lying;

// What all parts of a `concat` have in common.
Sizes JointShape(const std::vector<Lying>& parts, int64_t axis) {
  Sizes shape = parts[0].shape;
  shape[axis] = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Sizes& own = parts[i].shape;
    bool fits = own.size() == shape.size();
    for (size_t k = 0; fits && k < own.size(); ++k)
      fits = static_cast<int64_t>(k) == axis || own[k] == shape[k];
    if (!fits)
      throw Error(
          ErrorCode::invalid_argument,
          absl::StrCat("concat: array ", i, " has the shape ", ToString(ToShape(own)), ", array 0 ",
                       ToString(ToShape(parts[0].shape)), "; all but axis ", axis, " must agree"));
    shape[axis] += own[axis];
  }
  return shape;
}

std::vector<Array> EachOf(const std::vector<Array>& arrays, Array (*change)(const Array&)) {
  std::vector<Array> changed;
  for (const Array& array : arrays) changed.push_back(change(array));
  return changed;
}

Array AsColumn(const Array& x) { return x.ndim() < 2 ? reshape(x, {x.size(), 1}) : x; }

}  // namespace

namespace joining {

Array Joined(const char* name, const std::vector<Array>& arrays, int64_t axis,
             const std::optional<Order>& order) {
  std::vector<Lying> lying;
  std::vector<DataType> dtypes;
  for (const Array& array : arrays) {
    lying.push_back({array.shape(), array.strides()});
    dtypes.push_back(array.dtype());
  }
  const Sizes shape = JointShape(lying, axis);
  const DataType dtype = result_type(dtypes);
  std::vector<Array> cast;
  for (const Array& array : arrays) cast.push_back(Cast(array, dtype));
  Assembly result({name, arrays[0].context(), dtype, shape,
                   order.has_value() ? *order : JoinedOrder(lying), AnyPending(cast)});
  const Box all = result.all();
  std::vector<Placed> parts;
  int64_t at = 0;
  for (size_t i = 0; i < arrays.size(); at += lying[i++].shape[axis])
    parts.push_back({all.Cut(axis, at, lying[i].shape[axis]), cast[i]});
  result.Write(parts);
  return result.array();
}

}  // namespace joining

Array concat(const std::vector<Array>& arrays, std::optional<int> axis) {
  if (arrays.empty()) throw Error(ErrorCode::invalid_argument, "concat: need at least one array");
  if (!axis.has_value()) {
    return Joined("concat", EachOf(arrays, [](const Array& x) { return reshape(x, {x.size()}); }),
                  0);
  }
  if (arrays[0].ndim() == 0)
    throw Error(ErrorCode::invalid_argument,
                "concat: zero-dimensional arrays cannot be concatenated");
  return Joined("concat", arrays, AxisOf(*axis, arrays[0].ndim(), "concat"));
}

Array stack(const std::vector<Array>& arrays, int axis) {
  if (arrays.empty()) throw Error(ErrorCode::invalid_argument, "stack: need at least one array");
  const Sizes shape = arrays[0].shape();
  std::vector<Array> parts;
  for (const Array& array : arrays) {
    if (array.shape() != shape)
      throw Error(ErrorCode::invalid_argument, "stack: all input arrays must have the same shape");
    parts.push_back(expand_dims(array, axis));
  }
  return Joined("stack", parts, AxisOf(axis, arrays[0].ndim() + 1, "stack"));
}

Array vstack(const std::vector<Array>& arrays) { return concat(EachOf(arrays, atleast_2d), 0); }

Array hstack(const std::vector<Array>& arrays) {
  const std::vector<Array> parts = EachOf(arrays, atleast_1d);
  return concat(parts, !parts.empty() && parts[0].ndim() == 1 ? 0 : 1);
}

Array dstack(const std::vector<Array>& arrays) { return concat(EachOf(arrays, atleast_3d), 2); }

Array column_stack(const std::vector<Array>& arrays) { return concat(EachOf(arrays, AsColumn), 1); }

Array append(const Array& x, const Array& values, std::optional<int64_t> axis) {
  if (!axis.has_value()) return concat({x, values}, std::nullopt);
  return concat({x, values}, static_cast<int>(std::clamp<int64_t>(*axis, INT32_MIN, INT32_MAX)));
}

}  // namespace broadloom

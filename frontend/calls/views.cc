// Shapes, axes, dtypes, and elements put elsewhere.
#include "absl/strings/str_cat.h"
#include "frontend/calls/arguments.h"
#include "frontend/calls/tables.h"
#include "frontend/error.h"
#include "frontend/linalg.h"
#include "frontend/rearrange.h"

namespace broadloom::calls {
namespace {

Array PermuteOrReverse(const Array& x, const std::optional<std::vector<int64_t>>& axes) {
  return axes ? permute_dims(x, *axes) : x.transpose();
}

Value CallUnstack(const Arguments& arguments) {
  const Array x = arguments.As<Array>(0);
  const auto axis = arguments.As<int64_t>("axis");
  const int64_t place = axis < 0 ? axis + x.ndim() : axis;
  if (place >= 0 && place < x.ndim())
    CheckParts(arguments.name(), x.shape()[static_cast<size_t>(place)]);
  return ToValue(unstack(x, axis));
}

Array Roll(const Array& x, const std::vector<int64_t>& shift, const AxisList& axis) {
  return roll(x, shift, axis);
}

Value CallRot90(const Arguments& arguments) {
  const auto axes = arguments.As<std::vector<int64_t>>("axes");
  if (axes.size() != 2) throw Error(ErrorCode::invalid_argument, "rot90: len(axes) must be 2");
  return rot90(arguments.As<Array>(0), arguments.As<int64_t>("k"), axes[0], axes[1]);
}

Value CallShape(const Arguments& arguments) { return ToValue(arguments.As<Array>(0).shape()); }
Value CallNdim(const Arguments& arguments) {
  return Number(static_cast<int64_t>(arguments.As<Array>(0).ndim()));
}
Value CallSize(const Arguments& arguments) {
  const Array x = arguments.As<Array>(0);
  if (arguments[1].is_none()) return Number(x.size());
  const auto axis = arguments.As<int64_t>(1);
  const int64_t place = axis < 0 ? axis + x.ndim() : axis;
  if (place < 0 || place >= x.ndim())
    throw Error(ErrorCode::axis, "size: axis " + std::to_string(axis) +
                                     " is out of bounds for array of dimension " +
                                     std::to_string(x.ndim()));
  return Number(x.shape()[static_cast<size_t>(place)]);
}

Value CallAstype(const Arguments& arguments) {
  const Array x = arguments.As<Array>(0);
  const auto dtype = arguments.As<DataType>("dtype");
  const auto casting = arguments.As<Casting>("casting");
  if (!can_cast(x.dtype(), dtype, casting))
    throw Error(ErrorCode::type_error, std::string("astype: cannot cast from ") +
                                           to_string(x.dtype()) + " to " + to_string(dtype));
  return astype(x, dtype);
}

Value CallResultType(const Arguments& arguments) {
  std::vector<DataType> dtypes;
  for (const Value& value : arguments.As<std::vector<Value>>(0))
    dtypes.push_back(value.As<Array>() != nullptr ? value.As<Array>()->dtype()
                                                  : From<DataType>::Of(value, arguments.slot(0)));
  if (dtypes.empty())
    throw Error(ErrorCode::invalid_argument, "result_type: at least one array or dtype is needed");
  return result_type(dtypes);
}

Value CallCanCast(const Arguments& arguments) {
  const Value& from = arguments[0];
  const DataType dtype =
      from.As<Array>() != nullptr ? from.As<Array>()->dtype() : arguments.As<DataType>(0);
  return Number(can_cast(dtype, arguments.As<DataType>("to"), arguments.As<Casting>("casting")));
}

Value CallPromoteTypes(const Arguments& arguments) {
  return result_type(arguments.As<DataType>(0), arguments.As<DataType>(1));
}

Value CallBroadcastShapes(const Arguments& arguments) {
  return ToValue(broadcast_shapes(arguments.As<std::vector<Sizes>>(0)));
}

bool IsComplexObject(const Array& x) { return x.dtype() >= DataType::complex64; }

// Of several arrays a tuple.
template <Array (*kFunction)(const Array&)>
Value AtLeast(const Arguments& arguments) {
  Sequence results;
  for (const Array& x : arguments.As<std::vector<Array>>(0)) results.items.push_back(kFunction(x));
  return results.items.size() == 1 ? results.items[0] : Value(results);
}

Array Diagonal(const Array& x, int64_t offset, int64_t axis1, int64_t axis2) {
  return diagonal(x, offset, axis1, axis2);
}

constexpr char kGroup[] = "views and shapes";
constexpr Function kTable[] = {
    {"reshape(a, shape)", "the same elements in another shape; one extent may be -1",
     Bound<static_cast<Array (*)(const Array&, const Sizes&)>(broadloom::reshape)>, kGroup},
    {"ravel(a)", "the elements as a vector",
     Bound<+[](const Array& x) { return broadloom::reshape(x, {-1}); }>, kGroup},
    {"permute_dims(a, axes=None)", "axes in another order; None: reversed", Bound<PermuteOrReverse>,
     kGroup},
    {"matrix_transpose(x, /)", "the last two axes swapped",
     Bound<static_cast<Array (*)(const Array&)>(matrix_transpose)>, kGroup},
    {"moveaxis(a, source, destination)", "axes at other places", Bound<moveaxis>, kGroup},
    {"swapaxes(a, axis1, axis2)", "two axes swapped", Bound<swapaxes>, kGroup},
    {"rollaxis(a, axis, start=0)", "an axis moved to before another one", Bound<rollaxis>, kGroup},
    {"expand_dims(a, axis)", "new axes of extent 1", Bound<expand_dims>, kGroup},
    {"squeeze(a, axis=None)", "without axes of extent 1", Bound<squeeze>, kGroup},
    {"broadcast_to(array, shape)", "repeated along axes of extent 1, without a copy",
     Bound<broadcast_to>, kGroup},
    {"broadcast_arrays(*args)", "all repeated to their common shape, without copies",
     Bound<broadcast_arrays>, kGroup},
    {"flip(m, axis=None)", "in reverse along axes", Bound<flip>, kGroup},
    {"fliplr(m)", "in reverse along axis 1", Bound<fliplr>, kGroup},
    {"flipud(m)", "in reverse along axis 0", Bound<flipud>, kGroup},
    {"rot90(m, k=1, axes=(0, 1))", "turned by k quarters", CallRot90, kGroup},
    {"atleast_1d(*arys)", "with at least one axis", AtLeast<atleast_1d>, kGroup},
    {"atleast_2d(*arys)", "with at least two axes", AtLeast<atleast_2d>, kGroup},
    {"atleast_3d(*arys)", "with at least three axes", AtLeast<atleast_3d>, kGroup},
    {"sliding_window_view(x, window_shape, axis=None)", "all windows of a shape, without copies",
     Bound<sliding_window_view>, kGroup},
    {"unstack(x, /, *, axis=0)", "the subarrays along an axis", CallUnstack, kGroup},
    {"diagonal(a, offset=0, axis1=0, axis2=1)", "elements of a diagonal", Bound<Diagonal>, kGroup},
    {"diag(v, k=0)", "a diagonal of a matrix, or the matrix with that diagonal", Bound<diag>,
     kGroup},
    {"diagflat(v, k=0)", "the matrix with all elements on a diagonal", Bound<diagflat>, kGroup},
    {"tril(m, k=0)", "0 above a diagonal", Bound<tril>, kGroup},
    {"triu(m, k=0)", "0 below a diagonal", Bound<triu>, kGroup},
    {"roll(a, shift, axis=None)", "elements moved along axes, the last ones to the front",
     Bound<Roll>, kGroup},
    {"tile(A, reps)", "the array repeated along its axes", Bound<tile>, kGroup},
    {"resize(a, new_shape)", "the elements over and over in another shape", Bound<resize>, kGroup},
    {"astype(x, dtype, /, *, copy=True, casting='unsafe')", "converted to a dtype", CallAstype,
     kGroup},
    {"shape(a)", "the extents", CallShape, kGroup},
    {"ndim(a)", "the number of axes", CallNdim, kGroup},
    {"size(a, axis=None)", "the number of elements, or of those along an axis", CallSize, kGroup},
    {"result_type(*arrays_and_dtypes)", "the dtype to which they promote", CallResultType, kGroup},
    {"promote_types(type1, type2, /)", "the dtype to which two dtypes promote", CallPromoteTypes,
     kGroup},
    {"broadcast_shapes(*args)", "the shape to which shapes broadcast", CallBroadcastShapes, kGroup},
    {"iscomplexobj(x)", "whether the dtype is complex", Bound<IsComplexObject>, kGroup},
    {"isrealobj(x)", "whether the dtype is not complex",
     Bound<+[](const Array& x) { return !IsComplexObject(x); }>, kGroup},
    {"can_cast(from_, to, casting='safe')", "whether one dtype may be cast to another", CallCanCast,
     kGroup},
    {"shares_memory(a, b)", "whether two arrays share an element",
     Bound<+[](const Array& a, const Array& b) { return shares_memory(a, b); }>, kGroup},
    {"may_share_memory(a, b)", "whether two arrays' memory overlaps from first to last byte",
     Bound<+[](const Array& a, const Array& b) { return shares_memory(a, b, true); }>, kGroup},
};

}  // namespace

Table ViewTable() { return kTable; }

}  // namespace broadloom::calls

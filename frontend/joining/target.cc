#include "frontend/joining/target.h"

#include "absl/strings/str_cat.h"
#include "frontend/sorting.h"

namespace broadloom::joining {

Target TargetOf(const Array& x, std::optional<int64_t> axis, const char* name) {
  const bool flattens = !axis.has_value();
  const Array from = flattens ? reshape(x, {x.size()}) : x;
  const int64_t along = joining::AxisOf(axis.value_or(0), from.ndim(), name);
  return {from, along, from.shape()[along], joining::PlainOrder(from)};
}

Fresh ResultOf(const Target& target, int64_t extent) {
  Sizes shape = target.x.shape();
  shape[target.axis] = extent;
  return MakeFresh(target.x.context(), target.x.dtype(), shape, target.order);
}

[[noreturn]] void ThrowBeyond(int64_t at, const Target& target) {
  throw Error(ErrorCode::out_of_range, absl::StrCat("index ", at, " is out of bounds for axis ",
                                                    target.axis, " with size ", target.extent));
}

Array IndicesOf(const Array& places) {
  const DataType dtype = places.dtype();
  if (places.ndim() != 1)
    throw Error(ErrorCode::invalid_argument, "indices must be a number or a vector");
  if (dtype == DataType::bool_) return flatnonzero(places);
  if (dtype >= DataType::float16)
    throw Error(ErrorCode::out_of_range,
                absl::StrCat("indices must be integers, not ", to_string(dtype)));
  return DenseCopy(places, DataType::int64).array;
}

Array IndicesOf(const Target& target, const Slice& slice) {
  return index(arange(0, target.extent, 1, DataType::int64, &target.x.context()), {slice});
}

}  // namespace broadloom::joining

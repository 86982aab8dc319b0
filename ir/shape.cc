// Broadcasting and printing of shapes.
#include "ir/shape.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace broadloom {
namespace {

// Merges one aligned extent into the result; false where they clash.
bool BroadcastExtent(Extent extent, Extent& result) {
  if (extent == result || extent.is(1)) return true;
  if (!result.is(1)) return false;
  result = extent;
  return true;
}

}  // namespace

std::optional<Shape> BroadcastShapes(absl::Span<const Shape> shapes) {
  size_t rank = 0;
  for (const Shape& shape : shapes) rank = std::max(rank, shape.size());
  Shape result(rank, Extent(1));
  for (const Shape& shape : shapes) {
    const size_t missing = rank - shape.size();
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      if (!BroadcastExtent(shape[axis], result[missing + axis])) return std::nullopt;
    }
  }
  return result;
}

std::optional<int64_t> NumElements(const Shape& shape) {
  if (std::find(shape.begin(), shape.end(), Extent(0)) != shape.end()) return 0;
  int64_t count = 1;
  for (Extent extent : shape) {
    if (__builtin_mul_overflow(count, extent.value(), &count)) return std::nullopt;
  }
  return count;
}

std::string ToString(Extent extent) {
  return extent.is_symbol() ? absl::StrCat("s", extent.symbol()) : absl::StrCat(extent.value());
}

std::string ToString(const Shape& shape) {
  return absl::StrCat(
      "[",
      absl::StrJoin(shape, ",",
                    [](std::string* out, Extent e) { absl::StrAppend(out, ToString(e)); }),
      "]");
}

}  // namespace broadloom

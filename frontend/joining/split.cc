// Arrays taken apart.
#include "absl/strings/str_cat.h"
#include "frontend/joining.h"
#include "frontend/joining/parts.h"

namespace broadloom {

std::vector<Array> array_split(const Array& x, int64_t sections, int64_t axis) {
  const int64_t along = joining::AxisOf(axis, x.ndim(), "split"), extent = x.shape()[along];
  if (sections <= 0)
    throw Error(ErrorCode::invalid_argument, "split: there must be one section or more");
  std::vector<Array> parts;
  int64_t at = 0;
  for (int64_t i = 0; i < sections; ++i) {
    const int64_t count = extent / sections + (i < extent % sections);
    parts.push_back(joining::Cut(x, along, at, count));
    at += count;
  }
  return parts;
}

std::vector<Array> split(const Array& x, int64_t sections, int64_t axis) {
  const int64_t extent = x.shape()[joining::AxisOf(axis, x.ndim(), "split")];
  if (sections > 0 && extent % sections != 0)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("split: ", extent, " elements do not make ", sections,
                             " sections of one length"));
  return array_split(x, sections, axis);
}

std::vector<Array> split(const Array& x, const std::vector<std::optional<int64_t>>& points,
                         int64_t axis) {
  std::vector<Index> items(static_cast<size_t>(joining::AxisOf(axis, x.ndim(), "split")), Slice{});
  const int64_t extent = x.shape()[items.size()];
  std::vector<Array> parts;
  std::optional<int64_t> start = 0;
  items.emplace_back(Slice{});
  for (size_t i = 0; i <= points.size(); ++i) {
    const std::optional<int64_t> stop = i < points.size() ? points[i] : extent;
    items.back() = Slice{start, stop};
    parts.push_back(index(x, items));
    start = stop;
  }
  return parts;
}

}  // namespace broadloom

// In which order the axes of a new array lie in memory.
#include <algorithm>
#include <numeric>

#include "frontend/joining/parts.h"

namespace broadloom::joining {
namespace {

// Whether axis `inner` must lie outside of `outer`, in which it is now; none where no part tells.
std::optional<bool> Swaps(const std::vector<Lying>& parts, int64_t outer, int64_t inner) {
  std::optional<bool> swaps;
  for (const auto& [shape, strides] : parts) {
    if (shape[outer] == 1 || shape[inner] == 1) continue;
    if (std::abs(strides[inner]) <= std::abs(strides[outer])) return false;
    swaps = true;
  }
  return swaps;
}

}  // namespace

bool LiesInC(const Array& x) {
  const Sizes shape = x.shape(), strides = x.strides();
  int64_t step = itemsize(x.dtype());
  if (x.size() == 0) return true;
  for (size_t axis = shape.size(); axis-- > 0; step *= shape[axis]) {
    if (shape[axis] != 1 && strides[axis] != step) return false;
  }
  return true;
}

Order COrder(int64_t rank) {
  Order order(static_cast<size_t>(rank));
  std::iota(order.begin(), order.end(), 0);
  return order;
}

Order PlainOrder(const Array& x) {
  Order order = COrder(x.ndim());
  if (!LiesInC(x) && LiesInC(x.transpose())) std::reverse(order.begin(), order.end());
  return order;
}

Order OwnOrder(const Array& x) {
  Order order = PlainOrder(x);
  if (LiesInC(x) || LiesInC(x.transpose())) return order;
  const Sizes strides = x.strides();
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return std::abs(strides[a]) > std::abs(strides[b]);
  });
  return order;
}

// Insertion, as PyArray_CreateMultiSortedStridePerm does it.
Order JoinedOrder(const std::vector<Lying>& parts) {
  Order order;
  for (int64_t axis = 0; axis < static_cast<int64_t>(parts[0].shape.size()); ++axis) {
    size_t position = order.size();
    for (size_t i = order.size(); i-- > 0;) {
      const std::optional<bool> swaps = Swaps(parts, order[i], axis);
      if (swaps == false) break;
      if (swaps == true) position = i;
    }
    order.insert(order.begin() + static_cast<int64_t>(position), axis);
  }
  return order;
}

Sizes StridesIn(const Order& order, const Sizes& shape, int64_t itemsize) {
  Sizes strides(shape.size());
  for (size_t k = order.size(); k-- > 0; itemsize *= std::max<int64_t>(1, shape[order[k]]))
    strides[order[k]] = itemsize;
  return strides;
}

}  // namespace broadloom::joining

// A copy is a nest of loops, ordered by the strides of its target. Large ones are cut into pieces
// for the threads, so that one parallel loop does the work of all parts.
#include "frontend/joining/parts.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "absl/container/inlined_vector.h"
#include "frontend/convert.h"

namespace broadloom::joining {
namespace {

struct Loop {
  int64_t count, to, from;  // strides in bytes
};

using Loops = absl::InlinedVector<Loop, 4>;

struct Copy {
  char* to;
  const char* from;
  Loops loops;  // the outermost first; never empty
};

// Neighbours that can be walked as one are one.
void Append(Loops& loops, const Loop& inner) {
  if (!loops.empty()) {
    Loop& outer = loops.back();
    if (outer.to == inner.to * inner.count && outer.from == inner.from * inner.count) {
      outer = {outer.count * inner.count, inner.to, inner.from};
      return;
    }
  }
  loops.push_back(inner);
}

Copy CopyOf(const Region& to, const Array& from, int64_t itemsize) {
  const Sizes steps = from.strides();
  Loops loops;
  for (size_t axis = 0; axis < to.shape.size(); ++axis) {
    if (to.shape[axis] == 1) continue;
    const Loop loop{to.shape[axis], to.strides[axis], steps[axis]};
    const auto inside = [&](const Loop& other) { return other.to < loop.to; };
    loops.insert(std::find_if(loops.begin(), loops.end(), inside), loop);
  }
  Copy copy{to.data, static_cast<const char*>(from.data()), {}};
  for (const Loop& loop : loops) Append(copy.loops, loop);
  if (copy.loops.empty()) copy.loops.push_back({1, itemsize, itemsize});
  return copy;
}

constexpr int64_t kPiece = int64_t{1} << 19;  // bytes that one thread copies at a time

// Pieces of about that many bytes: the outermost loop is cut, and where one turn of it is larger
// than that, the loops inside.
void Split(const Copy& copy, int64_t itemsize, std::vector<Copy>& pieces) {
  const Loop& outer = copy.loops[0];
  int64_t turn = itemsize;  // bytes
  for (size_t i = 1; i < copy.loops.size(); ++i) turn *= copy.loops[i].count;
  if (outer.count * turn <= kPiece) return pieces.push_back(copy);
  const int64_t turns = std::max<int64_t>(1, kPiece / turn);
  for (int64_t begin = 0; begin < outer.count; begin += turns) {
    Copy piece = copy;
    piece.to += begin * outer.to;
    piece.from += begin * outer.from;
    piece.loops[0].count = std::min(turns, outer.count - begin);
    if (turn <= kPiece || piece.loops.size() == 1) {
      pieces.push_back(std::move(piece));
    } else {
      piece.loops.erase(piece.loops.begin());
      Split(piece, itemsize, pieces);
    }
  }
}

// Elements of kBytes bytes, whatever they are.
template <int64_t kBytes>
struct Element {
  char bytes[kBytes];
};

template <int64_t kBytes>
void CopyLine(const Loop& loop, char* to, const char* from) {
  if (loop.to == kBytes && loop.from == kBytes) {
    std::memcpy(to, from, loop.count * kBytes);
    return;
  }
  Element<kBytes> element;
  std::memcpy(&element, from, kBytes);
  if (loop.to == kBytes && loop.from == 0) {
    std::fill_n(reinterpret_cast<Element<kBytes>*>(to), loop.count, element);
    return;
  }
  for (int64_t i = 0; i < loop.count; ++i)
    std::memcpy(to + i * loop.to, from + i * loop.from, kBytes);
}

template <int64_t kBytes>
void CopyNest(absl::Span<const Loop> loops, char* to, const char* from) {
  if (loops.size() == 1) return CopyLine<kBytes>(loops[0], to, from);
  for (int64_t i = 0; i < loops[0].count; ++i)
    CopyNest<kBytes>(loops.subspan(1), to + i * loops[0].to, from + i * loops[0].from);
}

void Run(const Copy& copy, int64_t itemsize) {
  switch (itemsize) {
    case 1: return CopyNest<1>(copy.loops, copy.to, copy.from);
    case 2: return CopyNest<2>(copy.loops, copy.to, copy.from);
    case 4: return CopyNest<4>(copy.loops, copy.to, copy.from);
    case 8: return CopyNest<8>(copy.loops, copy.to, copy.from);
    default: return CopyNest<16>(copy.loops, copy.to, copy.from);
  }
}

Array BroadcastTo(const Array& x, const Dims& shape) {
  const Sizes sizes(shape.begin(), shape.end());
  return x.shape() == sizes ? x : broadcast_to(x, sizes);
}

bool IsEmpty(absl::Span<const int64_t> shape) {
  return std::find(shape.begin(), shape.end(), 0) != shape.end();
}

void EvaluatePending(const std::vector<Part>& parts) {
  std::vector<Array> pending;
  for (const Part& part : parts) {
    if (!part.from.is_evaluated()) pending.push_back(part.from);
  }
  eval(pending);
}

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
  if (IsEmpty(shape)) return true;
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

Region Region::Cut(int64_t axis, int64_t begin, int64_t count, int64_t step) const {
  Region cut = *this;
  cut.data += begin * strides[axis];
  cut.shape[axis] = count;
  cut.strides[axis] *= step;
  return cut;
}

Region All(const Fresh& fresh) {
  const Sizes shape = fresh.array.shape(), strides = fresh.array.strides();
  return {fresh.data, Dims(shape.begin(), shape.end()), Dims(strides.begin(), strides.end())};
}

Array Cut(const Array& x, int64_t axis, int64_t begin, int64_t count, int64_t step) {
  std::vector<Index> items(static_cast<size_t>(axis), Slice{});
  const int64_t end = begin + count * step;
  const bool to_the_front = step < 0 && end < 0;
  items.push_back(Slice{begin, to_the_front ? std::nullopt : std::optional(end), step});
  return index(x, items);
}

void CopyParts(const std::vector<Part>& parts) {
  if (parts.empty()) return;
  EvaluatePending(parts);
  const int64_t size = itemsize(parts[0].from.dtype());
  std::vector<Copy> pieces;
  double bytes = 0;
  for (const auto& [to, from] : parts) {
    if (IsEmpty(to.shape)) continue;
    Split(CopyOf(to, BroadcastTo(from, to.shape), size), size, pieces);
    bytes += static_cast<double>(
        size * std::accumulate(to.shape.begin(), to.shape.end(), int64_t{1}, std::multiplies<>()));
  }
  const auto count = static_cast<int64_t>(pieces.size());
  const double cost = 0.2 * bytes / static_cast<double>(std::max<int64_t>(1, count));
  ParallelFor(parts[0].from.context(), count, cost, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) Run(pieces[i], size);
  });
}

Array Cast(const Array& x, DataType dtype) { return x.dtype() == dtype ? x : astype(x, dtype); }

int64_t AxisOf(int64_t axis, int64_t rank, const char* name) {
  return NormalizedAxes(AxisList(std::vector<int64_t>{axis}), static_cast<int>(rank), name)[0];
}

}  // namespace broadloom::joining

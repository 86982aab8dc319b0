// The copy walks all axes but the last like an odometer.
#include "frontend/memory.h"

#include <algorithm>
#include <cstring>

#include "ir/status_macros.h"

namespace broadloom {
namespace {

void CopyRow(int64_t count, int64_t itemsize, char* to, int64_t to_stride, const char* from,
             int64_t from_stride) {
  if (to_stride == itemsize && from_stride == itemsize) {
    std::memcpy(to, from, count * itemsize);
    return;
  }
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(to + i * to_stride, from + i * from_stride, itemsize);
}

}  // namespace

absl::StatusOr<std::shared_ptr<Buffer>> AllocateCounted(Context& context, int64_t bytes) {
  const int64_t recyclable = context.allocator.info().cached;
  BL_ASSIGN_OR_RETURN(Reservation reservation,
                      Reservation::Make(context.budget, bytes, recyclable));
  BL_ASSIGN_OR_RETURN(std::shared_ptr<Buffer> buffer, context.allocator.Allocate(bytes));
  reservation.Settle();
  buffer->Attach(std::move(reservation));
  return buffer;
}

void CopyStrided(const Shape& shape, int64_t itemsize, Strided to, Strided from) {
  if (NumElements(shape) == 0) return;
  const int rank = static_cast<int>(shape.size());
  if (rank == 0) return CopyRow(1, itemsize, to.data, itemsize, from.data, itemsize);
  Dims index(rank, 0);
  while (true) {
    CopyRow(shape[rank - 1].value(), itemsize, to.data, to.strides[rank - 1], from.data,
            from.strides[rank - 1]);
    int axis = rank - 2;
    for (; axis >= 0; --axis) {
      to.data += to.strides[axis];
      from.data += from.strides[axis];
      if (++index[axis] < shape[axis].value()) break;
      to.data -= to.strides[axis] * index[axis];
      from.data -= from.strides[axis] * index[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

void CopyInParallel(Context& context, const Shape& shape, int64_t itemsize, Strided to,
                    Strided from) {
  constexpr int64_t kWorthAThread = 1 << 18;  // bytes
  const int64_t total = NumElements(shape).value_or(0) * itemsize;
  const int64_t rows = shape.empty() ? 1 : shape[0].value();
  if (total < 2 * kWorthAThread || rows < 2) return CopyStrided(shape, itemsize, to, from);
  const int64_t grain = std::max<int64_t>(1, kWorthAThread / (total / rows));
  context.pool.ParallelFor(rows, grain, [&](int64_t begin, int64_t end, int) {
    Shape part = shape;
    part[0] = Extent(end - begin);
    CopyStrided(part, itemsize, {to.data + begin * to.strides[0], to.strides},
                {from.data + begin * from.strides[0], from.strides});
  });
}

// Rows from the end where elements move up, each by memmove. One with gaps has its elements moved
// one by one, in the same order.
void MoveStrided(const Shape& shape, int64_t itemsize, Strided to, Strided from) {
  if (NumElements(shape) == 0 || to.data == from.data) return;
  if (shape.empty()) {
    std::memmove(to.data, from.data, itemsize);
    return;
  }
  const int64_t count = shape[0].value(), step = to.strides[0];
  const Shape rest(shape.begin() + 1, shape.end());
  if (rest.empty() && step == itemsize) {
    std::memmove(to.data, from.data, count * itemsize);
    return;
  }
  const bool up = (to.data > from.data) == (step > 0);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t at = (up ? count - 1 - i : i) * step;
    MoveStrided(rest, itemsize, {to.data + at, to.strides.subspan(1)},
                {from.data + at, from.strides.subspan(1)});
  }
}

}  // namespace broadloom

// The copy walks all axes but the last like an odometer.
#include "frontend/memory.h"

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

}  // namespace broadloom

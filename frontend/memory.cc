#include "frontend/memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "frontend/copy_loops.h"
#include "frontend/error.h"
#include "frontend/sized_element.h"
#include "ir/status_macros.h"
#include "runtime/machine.h"

namespace broadloom {
namespace {

constexpr int64_t kWorthAThread = 1 << 18;  // bytes

}  // namespace

const char* const kNoElements =
    "jit: the function that is traced asks for elements of its arguments, which are not there yet. "
    "What depends on values, `if`, float() and functions that compute at once, belongs outside of "
    "it. where() chooses between values";

void ThrowNoElements() { throw Error(ErrorCode::type_error, kNoElements); }

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
  CopyLoops loops;
  for (size_t axis = 0; axis < shape.size(); ++axis)
    loops.Append({shape[axis].value(), to.strides[axis], from.strides[axis]});
  loops.Finish(itemsize);
  loops.Run(itemsize, to.data, from.data);
}

// Cut along the first axis that has more than one element.
void CopyInParallel(Context& context, const Shape& shape, int64_t itemsize, Strided to,
                    Strided from) {
  const int64_t total = NumElements(shape).value_or(0) * itemsize;
  size_t axis = 0;
  while (axis < shape.size() && shape[axis].is(1)) ++axis;
  if (total < 2 * kWorthAThread || axis == shape.size())
    return CopyStrided(shape, itemsize, to, from);
  const int64_t rows = shape[axis].value();
  const int64_t grain = std::max<int64_t>(1, kWorthAThread / (total / rows));
  context.pool.ParallelFor(rows, grain, [&](int64_t begin, int64_t end, int) {
    Shape part = shape;
    part[axis] = Extent(end - begin);
    CopyStrided(part, itemsize, {to.data + begin * to.strides[axis], to.strides},
                {from.data + begin * from.strides[axis], from.strides});
  });
}

namespace {

// From the last element on where they move up.
template <typename T>
void MoveRow(int64_t count, char* to, const char* from, int64_t step, bool up) {
  for (int64_t i = 0; i < count; ++i) {
    const int64_t at = (up ? count - 1 - i : i) * step;
    T element;
    std::memcpy(&element, from + at, sizeof(T));
    std::memcpy(to + at, &element, sizeof(T));
  }
}

void MoveRow(int64_t count, int64_t itemsize, char* to, const char* from, int64_t step) {
  if (step == itemsize) {
    std::memmove(to, from, count * itemsize);
    return;
  }
  const bool up = (to > from) == (step > 0);
  WithSizedElement(itemsize,
                   [&](auto element) { MoveRow<decltype(element)>(count, to, from, step, up); });
}

// Rows one after the other, those that are written first which nothing is read from any more.
void MoveRows(const Shape& shape, int axis, int64_t itemsize, Strided to, Strided from) {
  const int64_t count = shape[axis].value(), step = to.strides[axis];
  if (axis + 1 == static_cast<int>(shape.size()))
    return MoveRow(count, itemsize, to.data, from.data, step);
  const bool up = (to.data > from.data) == (step > 0);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t at = (up ? count - 1 - i : i) * step;
    MoveRows(shape, axis + 1, itemsize, {to.data + at, to.strides}, {from.data + at, from.strides});
  }
}

// Whether no row of the first axis is written where another one is read.
bool StayInRows(const Shape& shape, int64_t itemsize, const Strided& to, const Strided& from) {
  int64_t span = itemsize + std::abs(to.data - from.data);
  for (size_t axis = 1; axis < shape.size(); ++axis)
    span += (shape[axis].value() - 1) * std::abs(to.strides[axis]);
  return shape.size() > 1 && span <= std::abs(to.strides[0]);
}

}  // namespace

void MoveInParallel(Context& context, const Shape& shape, int64_t itemsize, Strided to,
                    Strided from) {
  if (NumElements(shape) == 0 || to.data == from.data) return;
  if (shape.empty()) return CopyStrided(shape, itemsize, to, from);
  if (!StayInRows(shape, itemsize, to, from)) return MoveRows(shape, 0, itemsize, to, from);
  const int64_t rows = shape[0].value(), bytes = *NumElements(shape) * itemsize / rows;
  context.pool.ParallelFor(
      rows, std::max<int64_t>(1, kWorthAThread / bytes), [&](int64_t begin, int64_t end, int) {
        Shape part = shape;
        part[0] = Extent(end - begin);
        const int64_t at = begin * to.strides[0];
        MoveRows(part, 0, itemsize, {to.data + at, to.strides}, {from.data + at, from.strides});
      });
}

namespace {

// Few elements wait beside the line while the others move at once.
template <typename T>
void RotateLine(T* line, int64_t length, int64_t shift) {
  constexpr int64_t kFew = (64 << 10) / sizeof(T);
  T* const middle = line + (length - shift);
  if (shift <= kFew) {
    const std::vector<T> waiting(middle, line + length);
    std::memmove(line + shift, line, (length - shift) * sizeof(T));
    std::copy(waiting.begin(), waiting.end(), line);
  } else if (length - shift <= kFew) {
    const std::vector<T> waiting(line, middle);
    std::memmove(line, middle, shift * sizeof(T));
    std::copy(waiting.begin(), waiting.end(), line + shift);
  } else {
    std::rotate(line, middle, line + length);
  }
}

}  // namespace

void RotateInParallel(Context& context, int64_t itemsize, int64_t lines, int64_t length,
                      int64_t shift, char* data) {
  const int64_t bytes = length * itemsize;
  context.pool.ParallelFor(
      lines, std::max<int64_t>(1, kWorthAThread / std::max<int64_t>(1, bytes)),
      [&](int64_t begin, int64_t end, int) {
        WithSizedElement(itemsize, [&](auto element) {
          for (int64_t line = begin; line < end; ++line)
            RotateLine(reinterpret_cast<decltype(element)*>(data + line * bytes), length, shift);
        });
      });
}

bool IsBeyondCaches(int64_t bytes) { return bytes > ThisMachine().llc / 2; }

}  // namespace broadloom

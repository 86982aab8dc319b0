// Rows of elements stored at places along some axes, one after another, so that of two rows for one
// place the last one stays.
#ifndef BROADLOOM_FRONTEND_SCATTER_ROWS_H_
#define BROADLOOM_FRONTEND_SCATTER_ROWS_H_

#include <cstdint>

#include "absl/types/span.h"
#include "frontend/context.h"
#include "frontend/expr.h"
#include "frontend/sorting/masks.h"

namespace broadloom {

// Nothing that is read lies in the target's memory.
struct RowScatter {
  char* target;
  Shape shape;
  Dims strides;
  Axes axes;         // of the target, along which places are given
  const char* rows;  // (count, the target's other axes)
  Dims row_strides;
  int64_t count;
  int64_t itemsize;
};

// One index for each row, counted from the end below 0.
struct IndexVector {
  const char* data;  // of int64
  int64_t stride;    // bytes
};

bool AreInBounds(Context& context, const IndexVector& index, int64_t count, int64_t extent);

// One vector for each of the axes. False, and nothing is stored, where one is out of bounds.
bool ScatterRows(Context& context, const RowScatter& scatter,
                 absl::Span<const IndexVector> indices);

// To where a mask of the axes, in their order, holds. False, and nothing is stored, where that is
// not as often as there are rows.
bool ScatterRowsWhere(const RowScatter& scatter, const TrueElements& chosen);

// An array's axes but some.
struct Rest {
  Shape shape;
  Dims strides;
};
Rest RestOf(const Shape& shape, const Dims& strides, absl::Span<const int64_t> axes);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SCATTER_ROWS_H_

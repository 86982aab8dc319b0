// Fresh arrays that are put together from copies of others.
#ifndef BROADLOOM_FRONTEND_JOINING_PARTS_H_
#define BROADLOOM_FRONTEND_JOINING_PARTS_H_

#include <vector>

#include "absl/functional/function_ref.h"
#include "frontend/dense.h"
#include "frontend/expr.h"

namespace broadloom::joining {

// Axes from the outermost to the innermost in memory.
using Order = std::vector<int64_t>;
bool LiesInC(const Array& x);
Order COrder(int64_t rank);
Order PlainOrder(const Array& x);  // Fortran's where x lies in that and not in C's, else C's
Order OwnOrder(const Array& x);    // by x's strides, as numpy.empty_like has it
// The order that most of the strides ask for, as numpy.concatenate has it; C's where they disagree.
struct Lying {
  Sizes shape, strides;
};
Order JoinedOrder(const std::vector<Lying>& parts);
Sizes StridesIn(const Order& order, const Sizes& shape, int64_t itemsize);

// Elements of a fresh array that nobody else has seen.
struct Region {
  char* data;
  Dims shape, strides;

  // Every `step`th from `begin` on along an axis, `count` of them.
  Region Cut(int64_t axis, int64_t begin, int64_t count, int64_t step = 1) const;
};
Region All(const Fresh& fresh);

// The same of an array.
Array Cut(const Array& x, int64_t axis, int64_t begin, int64_t count, int64_t step = 1);

// What goes where: it broadcasts to the region, and has its dtype.
struct Part {
  Region to;
  Array from;
};
// Evaluates all that is pending together, then copies on the context's threads.
void CopyParts(const std::vector<Part>& parts);

// Elements along an axis: `count` of them, from one place to another.
struct Run {
  int64_t from, to, count;
};
// `from` is evaluated, has the region's rank, and its extents but along the axis.
void CopyRuns(const Region& to, const Array& from, int64_t axis, int64_t count,
              absl::FunctionRef<Run(int64_t)> run_at);

// `x` as `dtype`, itself where it is that already.
Array Cast(const Array& x, DataType dtype);
// The one axis, from 0. Throws `axis`.
int64_t AxisOf(int64_t axis, int64_t rank, const char* name);

}  // namespace broadloom::joining

#endif  // BROADLOOM_FRONTEND_JOINING_PARTS_H_

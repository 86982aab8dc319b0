// Strides and layouts as NumPy would have them, had it evaluated every operation at once.
#ifndef BROADLOOM_FRONTEND_LAYOUT_H_
#define BROADLOOM_FRONTEND_LAYOUT_H_

#include <string>

#include "absl/types/span.h"
#include "frontend/expr.h"

namespace broadloom {

// Strides of fresh memory whose axes lie in `order`, outermost first.
Dims DenseStrides(const Shape& shape, absl::Span<const int8_t> order, int64_t itemsize);
Dims DenseStrides(const Shape& shape, int64_t itemsize);  // C order

using AxisOrder = absl::InlinedVector<int8_t, 4>;  // outermost in memory first

// By NumPy's rules: from the longest step to the shortest; as a copy lies, where axes that repeat
// elements go last; as an iterator over operands that broadcast to a shape walks.
AxisOrder OrderBySteps(const Dims& strides);
AxisOrder OrderOfCopy(const Expr& expr);
AxisOrder OrderTogether(absl::Span<const ExprPtr> operands, const Shape& shape);

// A new gather's result in this order, not in that of C.
void OrderGather(Expr& gather, AxisOrder order);

// A new result in this order, whatever the order of its operands, if it is an elementwise one that
// is pending: what errstate had computed at once stays where it is.
void OrderAs(Expr& result, AxisOrder order);
// In C order, or in Fortran's where `like` lies so.
void OrderPlainly(Expr& result, const Expr& like);

// What an elementwise node with these inputs lies like, where they are arrays of one shape that lie
// alike, and numbers: by far the most frequent case. Null where it is not this one.
const Expr* CommonOperand(const ExprList& inputs);
// Sets `layout` and `strides` of an elementwise node that has such an operand.
void LayOutLike(const Expr& common, Expr& expr);

// Sets `layout` and `strides` of a node from its operation, its inputs and its attributes, which
// are set already.
void DeriveLayout(Expr& expr);
// The same for elements in memory, from `strides`.
void DeriveLeafLayout(Expr& expr);

// Strides with those of axes of extent 1, which mean nothing, set so that they join their
// neighbours.
Dims NormalizedStrides(const Shape& shape, const Dims& strides, int64_t itemsize);
// The shape of the elements that lie apart: axes with stride 0 have one.
Shape WithoutRepeats(const Shape& shape, const Dims& strides);
// Whether elements with these strides lie in C order without gaps.
bool IsInOrder(const Shape& shape, const Dims& strides, int64_t itemsize);
// Where each axis went: permuted by it, what was permuted by `axes` is as it was.
std::vector<int64_t> InversePermutation(absl::Span<const int64_t> axes);
// Whether two arrays of a shape step alike; axes of extent 1 do not step.
bool HaveSameSteps(const Shape& shape, const Dims& a, const Dims& b);
// One letter an axis of normalized strides (docs/ir.md, `layout`).
std::string LayoutLetters(const Shape& shape, const Dims& strides, int64_t itemsize);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_LAYOUT_H_

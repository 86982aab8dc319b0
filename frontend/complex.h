// Complex numbers. Kernels compute with real numbers only: a function of complex arrays is written
// as operations on their parts, which fuse, and one that pairs the parts again (ir/ops.def: real,
// imag, complex).
#ifndef BROADLOOM_FRONTEND_COMPLEX_H_
#define BROADLOOM_FRONTEND_COMPLEX_H_

#include <vector>

#include "absl/container/inlined_vector.h"
#include "frontend/array.h"
#include "ir/dtype.h"
#include "ir/op.h"

namespace broadloom {

using Operands = absl::InlinedVector<const Operand*, 3>;
bool AnyComplex(const Operands& operands);

// NumPy's results for operands of which at least one is complex. Throws type_error for an operation
// that NumPy does not have for complex numbers.
Array ComplexUnary(Op op, const Array& x);
Array ComplexElementwise(Op op, const Operands& operands);
Array ComplexReduce(Op op, const Array& x, const AxisList& axes, bool keepdims,
                    const ReduceOptions& options);
// prod, min, max, argmin and argmax, at once (complex_fold.cc).
Array ComplexFold(Op op, const Array& x, const AxisList& axes, bool keepdims);
// Where x or `to` is complex. Warns where an imaginary part is dropped.
Array ComplexCast(const Array& x, DType to);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_COMPLEX_H_

// Reductions of some of the elements, or of one more: NumPy's arguments `where` and `initial`.
#ifndef BROADLOOM_FRONTEND_REDUCE_SOME_H_
#define BROADLOOM_FRONTEND_REDUCE_SOME_H_

#include "absl/strings/string_view.h"
#include "frontend/array.h"
#include "ir/op.h"

namespace broadloom {

// `options` has at least one of them.
Array ReduceSome(Op op, const Array& x, const AxisList& axes, bool keepdims,
                 const ReduceOptions& options);

// mean, var and std by sums in integers (options.dtype), which are divided, and their roots taken,
// in `result`.
Array DividedIn(DataType result, absl::string_view name, const Array& x, const AxisList& axes,
                bool keepdims, const ReduceOptions& options);

// Throws type_error where a mask is not one of bools, invalid_argument where it does not broadcast
// to x.
void CheckWhere(absl::string_view name, const Array& x, const Array& where);

// var and std, which are the same there, of numbers in bools: whether any differs from the mean,
// that is from whether there are any but zeros.
Array SpreadAsBool(const Array& x, const AxisList& axes, bool keepdims,
                   const ReduceOptions& options);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_REDUCE_SOME_H_

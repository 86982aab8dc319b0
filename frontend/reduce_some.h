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

// In which NumPy adds the elements of a mean or variance, or the squares of this; none: in what
// they and `out` promote to.
std::optional<DataType> DTypeOfSums(bool is_mean, DataType x, std::optional<DataType> dtype);
// mean, var and std whose sums are stored in `result` before they are divided, and their roots
// taken, there. Without a dtype sums are made in what the elements and `result` promote to. Real
// numbers.
Array DividedIn(DataType result, absl::string_view name, const Array& x, const AxisList& axes,
                bool keepdims, const ReduceOptions& options);

// Where a mean or variance has too few elements, of those that the mask lets through: it is looked
// at right away, as NumPy does.
void WarnOfFewElements(Op op, const Array& x, const AxisList& axes, const ReduceOptions& options);

// The quotient, which lies where `total` does: NumPy divides in place.
Array DividedInPlace(const Array& total, const Array& count);

// Throws type_error where a mask is not one of bools, invalid_argument where it does not broadcast
// to x.
void CheckWhere(absl::string_view name, const Array& x, const Array& where);

// var and std, which are the same there, of numbers in bools: whether any differs from the mean,
// that is from whether there are any but zeros.
Array SpreadAsBool(const Array& x, const AxisList& axes, bool keepdims,
                   const ReduceOptions& options);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_REDUCE_SOME_H_

// Tensors of the reference evaluator in other shapes. Everything is copied.
#ifndef BROADLOOM_IR_EVALUATE_TENSOR_H_
#define BROADLOOM_IR_EVALUATE_TENSOR_H_

#include <vector>

#include "absl/status/statusor.h"
#include "ir/evaluate.h"

namespace broadloom {

// Zeros. An error where the shape is negative or too big.
absl::StatusOr<Tensor> AllocateTensor(DType dtype, std::vector<int64_t> shape);

absl::StatusOr<Tensor> BroadcastTo(const Tensor& from, std::vector<int64_t> shape);
absl::StatusOr<Tensor> Permute(const Tensor& from, const Axes& axes);
// Along axes[0]; axes[1] is left with extent 1.
absl::StatusOr<Tensor> DiagonalOf(const Tensor& from, const Axes& axes);
absl::StatusOr<Tensor> SliceOf(const Tensor& from, const std::vector<int64_t>& starts,
                               const std::vector<int64_t>& steps, std::vector<int64_t> sizes);
// `into` with `value` in place of the slice of its shape.
absl::StatusOr<Tensor> Insert(Tensor into, const Tensor& value, const std::vector<int64_t>& starts,
                              const std::vector<int64_t>& steps);
// expand_dims, squeeze and reshape.
absl::StatusOr<Tensor> WithShape(Tensor tensor, std::vector<int64_t> shape);

// Elements of `from` whose last coordinates are those of `indices`, dense int64 of the result's
// shape; the others broadcast. OutOfRange where one is not there; negative ones count from the end.
absl::StatusOr<Tensor> Pick(const Tensor& from, const std::vector<Tensor>& indices, Tensor result);

// `into` with `rows`, one after another, where the coordinates along `axes` are those of `indices`,
// vectors of int64. OutOfRange as above.
absl::StatusOr<Tensor> StoreAt(Tensor into, const Tensor& rows, const std::vector<Tensor>& indices,
                               const Axes& axes);
// The same where a mask of these axes, in their order, holds. OutOfRange where that is not as often
// as there are rows.
absl::StatusOr<Tensor> StoreWhere(Tensor into, const Tensor& rows, const Tensor& mask,
                                  const Axes& axes);

}  // namespace broadloom

#endif  // BROADLOOM_IR_EVALUATE_TENSOR_H_

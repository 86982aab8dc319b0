// Reductions of the reference evaluator, and the strided walk that it reads every tensor with.
#ifndef BROADLOOM_IR_EVALUATE_REDUCE_H_
#define BROADLOOM_IR_EVALUATE_REDUCE_H_

#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "ir/evaluate.h"

namespace broadloom {

// A loop nest over elements of a tensor. Nothing checks that it stays inside.
struct Walk {
  std::vector<int64_t> sizes;
  std::vector<int64_t> strides;  // in elements; 0 and negative ones included
  int64_t start = 0;
};
void ForEachOffset(const Walk& walk, absl::FunctionRef<void(int64_t offset)> visit);  // row-major

std::vector<int64_t> StridesOf(const std::vector<int64_t>& shape);  // of C order, in elements

// sum, prod, min, max, any, all, argmin and argmax of an operand that has the compute dtype of the
// op. `result` arrives with its shape and dtype and is filled.
absl::Status EvaluateReduce(const Node& node, const Tensor& operand, Tensor& result);

// mean, var and std, as the decompose pass writes them.
absl::StatusOr<Tensor> EvaluateComposite(const Node& node, const Tensor& operand);

}  // namespace broadloom

#endif  // BROADLOOM_IR_EVALUATE_REDUCE_H_

// The slow reference evaluator: what every operation means, in the plainest code. It decides what
// is right.
#ifndef BROADLOOM_IR_EVALUATE_H_
#define BROADLOOM_IR_EVALUATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ir/graph.h"

namespace broadloom {

// A dense array in C order.
struct Tensor {
  DType dtype;
  std::vector<int64_t> shape;
  std::string bytes;

  int64_t size() const;  // elements
};
Tensor MakeTensor(DType dtype, std::vector<int64_t> shape);  // zeros
Scalar ElementOf(const Tensor& tensor, int64_t index);
void SetElement(Tensor& tensor, int64_t index, const Scalar& value);

// What a graph reads at run time, in order of `index`; `symbols[i]` is the number that symbol i
// stands for.
struct Bindings {
  std::vector<Tensor> params;
  std::vector<Scalar> scalars;
  std::vector<int64_t> symbols;
};

// Computes the outputs. Bodies of kernels are evaluated node by node; schedules are ignored, orders
// of additions obeyed.
absl::StatusOr<std::vector<Tensor>> Evaluate(const Graph& graph, const Bindings& bindings);

// One elementwise operation on typed numbers. Operands have the compute dtype of the op
// (InferDTypes).
Scalar EvaluateElementwise(Op op, DType result, absl::Span<const Scalar> operands);

// Additions (or products) that go to one accumulator before it is pushed on the tree, and bytes of
// a group of lanes.
inline constexpr int kBlockAdditions = 8;
inline constexpr int kLaneBytes = 128;
inline int LanesOf(DType dtype) { return kLaneBytes / dtype.size(); }

}  // namespace broadloom

#endif  // BROADLOOM_IR_EVALUATE_H_

// Runs a plan, finished or not, by the reference evaluator: what splits a wrong graph from wrong
// code.
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/plan.h"
#include "ir/evaluate.h"
#include "ir/status_macros.h"
#include "runtime/float_environment.h"

namespace broadloom {
namespace {

Tensor TensorOf(const Expr& expr, const StridedArray& array) {
  std::vector<int64_t> sizes;
  for (Extent extent : expr.shape) sizes.push_back(extent.value());
  Tensor tensor = MakeTensor(expr.dtype, std::move(sizes));
  const int64_t itemsize = expr.dtype.size();
  CopyStrided(expr.shape, itemsize, {tensor.bytes.data(), DenseStrides(expr.shape, itemsize)},
              {AddressOf(array), array.strides});
  return tensor;
}

// What leaves are slices of, as far as they show it: between them there may be no memory.
Tensor TensorOf(const Trace& trace, int number) {
  const WholeLeaf& whole = trace.wholes[number];
  std::vector<int64_t> sizes;
  for (Extent extent : whole.shape) sizes.push_back(extent.value());
  Tensor tensor = MakeTensor(whole.dtype, std::move(sizes));
  const int64_t itemsize = whole.dtype.size();
  const Dims strides = DenseStrides(whole.shape, itemsize);
  for (size_t i = 0; i < trace.leaves.size(); ++i) {
    if (trace.shifted[i].whole != number) continue;
    char* place = tensor.bytes.data();
    for (size_t axis = 0; axis < strides.size(); ++axis)
      place += trace.shifted[i].starts[axis] * strides[axis];
    const StridedArray& array = trace.arrays[i];
    CopyStrided(trace.nodes[trace.leaves[i]].expr->shape, itemsize, {place, strides},
                {AddressOf(array), array.strides});
  }
  return tensor;
}

}  // namespace

absl::StatusOr<std::vector<StridedArray>> Interpret(Context& context, const Plan& plan,
                                                    const Trace& trace, const Numbers& numbers,
                                                    FloatFlags& flags) {
  flags = kAllFloatFlags;
  Bindings bindings;
  for (size_t i = 0; i < trace.leaves.size(); ++i) {
    bindings.params.push_back(TensorOf(*trace.nodes[trace.leaves[i]].expr, trace.arrays[i]));
  }
  for (size_t i = 0; i < trace.wholes.size(); ++i)
    bindings.params.push_back(TensorOf(trace, static_cast<int>(i)));
  for (int scalar : trace.scalars) bindings.scalars.push_back(trace.nodes[scalar].expr->scalar);
  bindings.symbols = numbers.symbols();
  const FloatEnvironment environment;
  BL_ASSIGN_OR_RETURN(const std::vector<Tensor> tensors, Evaluate(plan.graph, bindings));
  std::vector<StridedArray> arrays;
  for (const Tensor& tensor : tensors) {
    BL_ASSIGN_OR_RETURN(std::shared_ptr<Buffer> buffer,
                        context.allocator.Allocate(tensor.bytes.size()));
    tensor.bytes.copy(buffer->data(), tensor.bytes.size());
    const Shape shape(tensor.shape.begin(), tensor.shape.end());
    arrays.push_back({std::move(buffer), 0, DenseStrides(shape, tensor.dtype.size())});
  }
  return arrays;
}

}  // namespace broadloom

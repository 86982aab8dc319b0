#include "frontend/buffer_assignment.h"

#include "frontend/buffer_walk.h"
#include "frontend/layout.h"

namespace broadloom {

Dims StridesOfResult(const Graph& body, size_t output, const Shape& shape, int64_t itemsize) {
  const Axes& orders = body.attrs().Ints(AttrName::k_results);
  size_t first = 0;
  for (size_t i = 0; i < output; ++i) first += body.node(body.outputs()[i]).rank();
  const std::vector<int8_t> order(orders.begin() + first, orders.begin() + first + shape.size());
  return DenseStrides(shape, order, itemsize);
}

BufferAssignment AssignBuffers(Context& context, const Plan& plan, const Trace& trace,
                               const Numbers& numbers) {
  return BufferWalk(context, plan, trace, numbers).Run();
}

}  // namespace broadloom

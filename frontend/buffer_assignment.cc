#include "frontend/buffer_assignment.h"

#include <algorithm>
#include <mutex>

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

// Where nothing is written over it depends on numbers and strides alone.
std::shared_ptr<const BufferAssignment> FindAssignment(Context& context, const Plan& plan,
                                                       const Trace& trace, const Numbers& numbers) {
  const auto assign = [&] {
    return std::make_shared<const BufferAssignment>(AssignBuffers(context, plan, trace, numbers));
  };
  const bool overwrites = plan.writes || std::find(trace.donated.begin(), trace.donated.end(),
                                                   true) != trace.donated.end();
  if (overwrites) return assign();
  std::vector<int64_t> key = numbers.symbols();
  key.push_back(context.pool.threads());
  for (const StridedArray& array : trace.arrays)
    key.insert(key.end(), array.strides.begin(), array.strides.end());
  LastAssignment& last = plan.last_assignment;
  {
    const std::lock_guard lock(last.mutex);
    if (last.assignment != nullptr && last.key == key) return last.assignment;
  }
  auto assignment = assign();
  const std::lock_guard lock(last.mutex);
  last.key = std::move(key);
  last.assignment = assignment;
  return assignment;
}

}  // namespace broadloom

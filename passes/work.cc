// Counts by what executes them: adders or the divider.
#include "passes/work.h"

#include <algorithm>

namespace broadloom {
namespace {

bool Divides(Op op) {
  return op == Op::k_divide || op == Op::k_floor_divide || op == Op::k_remainder ||
         op == Op::k_sqrt;
}

}  // namespace

Work WorkOfBody(const Graph& body, absl::FunctionRef<int64_t(const Shape&)> elements) {
  Work work;
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    const OpInfo& info = node.info();
    if (!info.is_elementwise() && !info.is_reduce() && !info.is_gather()) continue;
    const Node& operand = body.node(node.inputs[0]);
    const auto count =
        static_cast<double>(elements(info.is_reduce() ? operand.shape() : node.shape()));
    const double bytes =
        count * std::max(MachineType(node.dtype()).size(), MachineType(operand.dtype()).size());
    work.operations += count;
    const bool divides = Divides(node.op) && node.dtype().is_floating();
    if (divides && MachineType(node.dtype()) == DType::kFloat32)
      work.divide_f32_bytes += bytes;
    else if (divides)
      work.divide_f64_bytes += bytes;
    else
      work.add_bytes += bytes * (info.Is(kCostly) && info.is_elementwise() ? kAddsOfFunction : 1);
  }
  return work;
}

}  // namespace broadloom

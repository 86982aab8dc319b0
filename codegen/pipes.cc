#include "codegen/pipes.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace broadloom {
namespace {

bool IsSum(const Node& node) {
  return (node.op == Op::k_add || node.op == Op::k_subtract) && node.dtype().is_floating();
}

// Of the units for sums; less what the others do.
int Excess(const Graph& body, const Node& node) {
  constexpr int kOfFunctions = 20;  // products in exp and its like
  if (node.info().Is(kCostly)) return -kOfFunctions;
  const bool floating = !node.inputs.empty() && body.node(node.inputs[0]).dtype().is_floating();
  switch (node.op) {
    case Op::k_add:
    case Op::k_subtract:
    case Op::k_sum:
    case Op::k_min:
    case Op::k_max:
    case Op::k_argmin:
    case Op::k_argmax: return floating ? 1 : 0;
    case Op::k_minimum:
    case Op::k_maximum: return floating ? 2 : 0;
    case Op::k_astype: return floating || node.dtype().is_floating() ? 1 : 0;
    case Op::k_multiply:
    case Op::k_square:
    case Op::k_prod: return floating ? -1 : 0;
    default: return 0;
  }
}

// Below so much of it a map without loops waits for memory.
constexpr int kFewest = 3;

}  // namespace

std::vector<int> OnMultipliers(const Graph& body, absl::string_view cpu) {
  std::vector<int> chosen(body.size());
  if (!absl::StartsWith(cpu, "znver") || body.attrs().Text(AttrName::k_kind) != "map")
    return chosen;
  bool loops = false;
  int excess = 0;
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    if (node.rank() == 0) continue;
    loops = loops || node.info().is_reduce();
    excess += Excess(body, node);
  }
  if (!loops && excess < kFewest) return chosen;
  for (NodeId id = 0; id < body.size() && excess > 0; ++id) {
    if (body.node(id).rank() == 0 || !IsSum(body.node(id))) continue;
    chosen[id] = std::min(excess, 2);
    excess -= chosen[id];
  }
  return chosen;
}

}  // namespace broadloom

#include "ir/emission_order.h"

#include <algorithm>

namespace broadloom {
namespace {

constexpr int kOfFunctions = 6;  // of exp and its like: what their polynomials hold

}  // namespace

Inputs EmissionOrder(const Node& node, const std::vector<int>& registers) {
  Inputs order;
  for (NodeId input : node.inputs) {
    if (std::find(order.begin(), order.end(), input) == order.end()) order.push_back(input);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](NodeId a, NodeId b) { return registers[a] > registers[b]; });
  return order;
}

std::vector<int> RegistersFor(const Graph& body) {
  std::vector<int> registers(body.size());
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    if (node.rank() == 0) continue;
    int most = 1, held = 0;
    for (NodeId input : EmissionOrder(node, registers)) {
      most = std::max(most, held + registers[input]);
      held += registers[input] > 0 ? 1 : 0;
    }
    registers[id] = node.info().Is(kCostly) ? std::max(most, held + kOfFunctions) : most;
  }
  return registers;
}

}  // namespace broadloom

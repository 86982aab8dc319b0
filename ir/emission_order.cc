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

namespace {

// Walks a body as it is emitted, and counts what waits for its last reader.
class Liveness {
 public:
  Liveness(const Graph& body, bool masks_apart)
      : body_(body),
        masks_apart_(masks_apart),
        registers_(RegistersFor(body)),
        users_(CountUses(body)),
        done_(body.size()) {}

  int Run() {
    for (NodeId output : body_.outputs()) Visit(output);
    return most_;
  }

 private:
  struct Frame {
    NodeId id;
    Inputs inputs;
    size_t next = 0;
  };

  void Visit(NodeId root) {
    std::vector<Frame> stack;
    const auto enter = [&](NodeId id) {
      if (!done_[id] && body_.node(id).rank() > 0)
        stack.push_back({id, EmissionOrder(body_.node(id), registers_)});
    };
    for (enter(root); !stack.empty();) {
      Frame& frame = stack.back();
      if (frame.next < frame.inputs.size()) {
        enter(frame.inputs[frame.next++]);
      } else {
        Finish(frame.id);
        stack.pop_back();
      }
    }
  }

  // The result may take the register of an operand that is read for the last time.
  void Finish(NodeId id) {
    if (done_[id]) return;
    done_[id] = true;
    const Node& node = body_.node(id);
    for (NodeId input : node.inputs) live_ -= --users_[input] == 0 ? Taken(body_.node(input)) : 0;
    live_ += Taken(node);
    most_ = std::max(most_, live_ + (node.info().Is(kCostly) ? kOfFunctions : 0));
  }

  int Taken(const Node& node) const {
    return node.rank() == 0 || (masks_apart_ && node.dtype().is_bool()) ? 0 : 1;
  }

  const Graph& body_;
  const bool masks_apart_;
  const std::vector<int> registers_;
  std::vector<int> users_;  // that are not done yet
  std::vector<bool> done_;
  int live_ = 0, most_ = 1;
};

}  // namespace

int MostRegisters(const Graph& body, bool masks_apart) { return Liveness(body, masks_apart).Run(); }

}  // namespace broadloom

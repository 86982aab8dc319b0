// As codegen orders reads and writes: a map computes a vector of every output, then stores
// them, and reads no more of its operands for that where it has no loops inside; a
// kernel of rows reads a row in each of its stages and then does the same with its vectors.
#include "passes/in_place.h"

#include <algorithm>
#include <string>

namespace broadloom {
namespace {

bool HasReduction(const Graph& body) {
  for (NodeId id = 0; id < body.size(); ++id) {
    if (body.node(id).info().is_reduce()) return true;
  }
  return false;
}

// An index counts from the first element that is launched.
bool CountsElements(const Graph& body) {
  for (NodeId id = 0; id < body.size(); ++id) {
    if (body.node(id).op == Op::k_iota) return true;
  }
  return false;
}

bool ReadsBeforeItWrites(const Graph& body) {
  const std::string& kind = body.attrs().Text(AttrName::k_kind);
  if (kind == "rows") return true;
  return kind == "map" && (!HasReduction(body) || body.attrs().Has(AttrName::k_unroll));
}

}  // namespace

std::vector<std::vector<int>> InPlaceOperands(const Graph& body) {
  std::vector<std::vector<int>> operands(body.outputs().size());
  if (!ReadsBeforeItWrites(body)) return operands;
  const std::vector<int> picked = PickedAxes(body);
  const Shape& domain = body.attrs().Dims(AttrName::k_shape);
  for (size_t output = 0; output < operands.size(); ++output) {
    const Node& made = body.node(body.outputs()[output]);
    for (size_t i = 0; i < body.params().size(); ++i) {
      const NodeId param = body.params()[i];
      const Node& operand = body.node(param);
      if (made.shape() == domain && operand.shape() == domain && picked[i] == 0 &&
          operand.dtype().size() == made.dtype().size())
        operands[output].push_back(static_cast<int>(i));
    }
  }
  return operands;
}

bool IsPointwiseMap(const Graph& body) {
  const std::vector<int> picked = PickedAxes(body);
  const Shape& domain = body.attrs().Dims(AttrName::k_shape);
  return body.attrs().Text(AttrName::k_kind) == "map" && !HasReduction(body) &&
         !CountsElements(body) &&
         std::all_of(picked.begin(), picked.end(), [](int axes) { return axes == 0; }) &&
         std::all_of(body.outputs().begin(), body.outputs().end(),
                     [&](NodeId id) { return body.node(id).shape() == domain; });
}

}  // namespace broadloom

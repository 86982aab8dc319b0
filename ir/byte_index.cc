#include "ir/byte_index.h"

#include <algorithm>

namespace broadloom {

std::optional<NodeId> ByteIndexOf(const Graph& body, NodeId gather) {
  const Node& node = body.node(gather);
  if (node.op != Op::k_gather || node.inputs.size() != 2) return std::nullopt;
  const Node &table = body.node(node.inputs[0]), &index = body.node(node.inputs[1]);
  const bool is_same =
      std::all_of(table.shape().begin(), table.shape().end() - 1, [](Extent e) { return e.is(1); });
  if (!is_same || table.attrs.Text(AttrName::k_layout).back() != 'u' ||
      table.dtype().is_complex() || table.dtype().size() > kMostLookedUpBytes ||
      index.op != Op::k_astype || index.rank() == 0 ||
      body.node(index.inputs[0]).dtype() != DType::kUInt8)
    return std::nullopt;
  return index.inputs[0];
}

}  // namespace broadloom

// Computes what is known already.
//
//     %0 = constant {value=f32:1}
//     %1 = constant {value=f32:4}           %0 = constant {value=f32:0.25}
//     %2 = divide %0, %1            ==>     %1 = multiply %x, %0
//     %3 = multiply %x, %2
//
// By ir/evaluate.h, so it cannot disagree with it. Elementwise operations only. An operation about
// which NumPy would warn (1 / 0) stays, for the warning comes when it runs.
#include "ir/evaluate.h"
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/build.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

std::optional<Scalar> ValueOf(const Graph& in, NodeId id, const Mapping& mapping,
                              const Graph& out) {
  const Node& node = in.node(id);
  if (!node.info().is_elementwise() || node.op == Op::k_copy || node.op == Op::k_keep) return {};
  if (!IsExplicit(in, node)) return {};
  absl::InlinedVector<Scalar, 3> operands;
  for (NodeId input : node.inputs) {
    const Node& operand = out.node(mapping[input]);
    if (operand.op != Op::k_constant) return {};
    operands.push_back(operand.attrs.Value(AttrName::k_value));
  }
  // An int64 compared with a uint64 is explicit as it stands.
  return EvaluateQuietly(node.op, node.dtype(), operands);
}

}  // namespace

absl::StatusOr<Graph> FoldConstants(const Graph& in, const PassOptions&) {
  const auto fold = [&](NodeId id, const Mapping& mapping,
                        Graph& out) -> absl::StatusOr<std::optional<NodeId>> {
    const std::optional<Scalar> value = ValueOf(in, id, mapping, out);
    if (!value.has_value()) return std::optional<NodeId>();
    BL_ASSIGN_OR_RETURN(const NodeId constant, AddConstant(out, *value));
    return std::optional<NodeId>(constant);
  };
  BL_ASSIGN_OR_RETURN(Graph out, Rewrite(in, fold));
  BL_RETURN_IF_ERROR(KeepStoragesApart(in, out));
  return out;
}

}  // namespace broadloom

// Computes what is known already.
//
//     %0 = constant {value=f32:1}
//     %1 = constant {value=f32:4}           %0 = constant {value=f32:0.25}
//     %2 = divide %0, %1            ==>     %1 = multiply %x, %0
//     %3 = multiply %x, %2
//
// By ir/evaluate.h, so it cannot disagree with it. Elementwise operations only. An operation about
// which NumPy would warn (1 / 0) stays, for the warning comes when it runs.
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/build.h"
#include "passes/pass.h"

namespace broadloom {

absl::StatusOr<Graph> FoldConstants(const Graph& in, const PassOptions&) {
  const auto fold = [&](NodeId id, const Mapping& mapping,
                        Graph& out) -> absl::StatusOr<std::optional<NodeId>> {
    BL_ASSIGN_OR_RETURN(const NodeId copy, CopyNode(in, id, mapping, out));
    const std::optional<Scalar> value = ValueOf(out, copy);
    if (!value.has_value()) return std::optional<NodeId>(copy);
    BL_ASSIGN_OR_RETURN(const NodeId constant, AddConstant(out, *value));
    return std::optional<NodeId>(constant);
  };
  BL_ASSIGN_OR_RETURN(Graph out, Rewrite(in, fold));
  BL_RETURN_IF_ERROR(KeepStoragesApart(in, out));
  return out;
}

}  // namespace broadloom

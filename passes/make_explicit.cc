// Writes down what typing rules did in silence: conversions, leading axes, orders of additions.
//
//     %2 = add %0, %1                       %2 = astype %1 {dtype=f64}
//                                  ==>      %3 = reshape %2 {groups=[0,1,1,1], shape=[1,s1]}
//                                           %4 = add %0, %3
//
// Afterwards every operand of an elementwise operation has the dtype in which it is computed, which
// for float16 and bfloat16 is float32, with a cast that rounds behind every operation, and the rank
// of the result, or rank 0; a gather has indices of int64, and picks from what has so many axes
// more; reductions and matrix products read what they accumulate; sums and products say their
// order; expand_dims and squeeze are reshapes, and every reshape says which axes it groups. A
// reshape of symbols has to say that itself: nobody else can know.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/build.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

using MaybeNode = absl::StatusOr<std::optional<NodeId>>;

bool Contains(const Axes& axes, int64_t axis) {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

bool IsLiteral(const Shape& shape) {
  return std::none_of(shape.begin(), shape.end(), [](Extent e) { return e.is_symbol(); });
}

absl::StatusOr<NodeId> WithRank(Graph& out, NodeId id, int rank) {
  const int missing = rank - out.node(id).rank();
  if (missing == 0 || out.node(id).rank() == 0) return id;
  Axes groups;
  Shape shape;
  for (int axis = 0; axis < rank; ++axis) {
    const bool inserted = axis < missing;
    groups.insert(groups.end(), {inserted ? 0 : 1, 1});
    shape.push_back(inserted ? Extent(1) : out.node(id).shape()[axis - missing]);
  }
  return AddReshape(out, id, std::move(groups), std::move(shape));
}

// --- Comparisons of uint64 with signed integers --------------------------------------------------

bool HoldsForNegative(Op op, bool signed_left) {
  if (op == Op::k_not_equal) return true;
  const bool less = op == Op::k_less || op == Op::k_less_equal;
  const bool greater = op == Op::k_greater || op == Op::k_greater_equal;
  return signed_left ? less : greater;
}

// i op u  =  where(i < 0, what holds for every negative i, astype(i, u64) op u)
absl::StatusOr<NodeId> CompareExactly(Op op, Inputs inputs, Graph& out) {
  const bool signed_left = out.node(inputs[0]).dtype().is_signed();
  const NodeId number = inputs[signed_left ? 0 : 1];
  BL_ASSIGN_OR_RETURN(inputs[signed_left ? 0 : 1], AddCast(out, number, DType::kUInt64));
  BL_ASSIGN_OR_RETURN(const NodeId compare, out.Add(op, inputs, {}));
  BL_ASSIGN_OR_RETURN(const NodeId zero, AddConstant(out, MakeIntScalar(DType::kInt64, 0)));
  BL_ASSIGN_OR_RETURN(const NodeId negative, out.Add(Op::k_less, {number, zero}, {}));
  const Scalar holds = MakeIntScalar(DType::kBool, HoldsForNegative(op, signed_left));
  BL_ASSIGN_OR_RETURN(const NodeId answer, AddConstant(out, holds));
  return out.Add(Op::k_where, {negative, answer, compare}, {});
}

// --- One function a class ------------------------------------------------------------------------

// The operands in the dtype in which instructions compute the node: halves as float32.
absl::StatusOr<Inputs> CastOperands(const Graph& in, const Node& node, const Mapping& mapping,
                                    Graph& out) {
  Inputs inputs;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    BL_ASSIGN_OR_RETURN(const DType dtype, OperandDType(in, node, static_cast<int>(i)));
    BL_ASSIGN_OR_RETURN(NodeId input, AddCast(out, mapping[node.inputs[i]], dtype));
    if (!node.info().Is(kOnBits)) {
      BL_ASSIGN_OR_RETURN(input, AddCast(out, input, MachineType(dtype)));
    }
    inputs.push_back(input);
  }
  return inputs;
}

absl::StatusOr<NodeId> Elementwise(const Node& node, Inputs inputs, Graph& out) {
  for (NodeId& input : inputs) {
    BL_ASSIGN_OR_RETURN(input, WithRank(out, input, node.rank()));
  }
  if (node.op == Op::k_astype) return AddCast(out, inputs[0], node.dtype());
  const bool mixed = node.info().dtype_rule == DTypeRule::kCompare &&
                     out.node(inputs[0]).dtype() != out.node(inputs[1]).dtype();
  if (mixed) return CompareExactly(node.op, std::move(inputs), out);
  return out.Add(node.op, std::move(inputs), node.attrs);
}

// What is picked from has the axes of the result, then those that are picked.
absl::StatusOr<NodeId> Gather(const Node& node, Inputs inputs, Graph& out) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    const int picked = i == 0 ? static_cast<int>(inputs.size()) - 1 : 0;
    BL_ASSIGN_OR_RETURN(inputs[i], WithRank(out, inputs[i], node.rank() + picked));
  }
  return out.Add(node.op, std::move(inputs), {});
}

absl::StatusOr<NodeId> Reduce(const Node& node, NodeId operand, Graph& out) {
  Attrs attrs = node.attrs;
  if (attrs.IntOr(AttrName::k_keepdims, 0) == 0) attrs.Erase(AttrName::k_keepdims);
  if (node.info().Is(kOrdered)) {
    SetDefaultOrder(out.node(operand).shape(), attrs);
    Attrs implied = attrs;  // that the dtype is said twice would hide equal nodes from each other
    implied.Erase(AttrName::k_dtype);
    BL_ASSIGN_OR_RETURN(const ComputeTypes dtypes,
                        InferDTypes(node.op, {out.node(operand).type}, implied));
    if (dtypes.result == MachineType(node.dtype())) attrs = std::move(implied);
  }
  return out.Add(node.op, {operand}, std::move(attrs));
}

absl::StatusOr<Axes> GroupsOf(const Node& node, const Shape& from) {
  if (node.attrs.Has(AttrName::k_groups)) return node.attrs.Ints(AttrName::k_groups);
  if (node.op == Op::k_reshape) {
    if (IsLiteral(from) && IsLiteral(node.shape())) return ReshapeGroups(from, node.shape());
    return absl::InvalidArgumentError(absl::StrCat("reshape: from ", ToString(from), " to ",
                                                   ToString(node.shape()), " needs groups"));
  }
  const bool inserts = node.op == Op::k_expand_dims;
  const Axes& axes = node.attrs.Ints(AttrName::k_axes);
  Axes groups;
  for (size_t axis = 0; axis < std::max(from.size(), node.shape().size()); ++axis) {
    const bool same = !Contains(axes, axis);
    groups.push_back(same || !inserts);
    groups.push_back(same || inserts);
  }
  return groups;
}

absl::StatusOr<NodeId> Computed(const Graph& in, const Node& node, const Mapping& mapping,
                                Graph& out) {
  BL_ASSIGN_OR_RETURN(Inputs inputs, CastOperands(in, node, mapping, out));
  if (node.info().is_reduce()) return Reduce(node, inputs[0], out);
  if (node.info().is_gather()) return Gather(node, std::move(inputs), out);
  if (node.info().is_elementwise()) return Elementwise(node, std::move(inputs), out);
  return out.Add(node.op, std::move(inputs), node.attrs);
}

MaybeNode MakeNodeExplicit(const Graph& in, NodeId id, const Mapping& mapping, Graph& out) {
  const Node& node = in.node(id);
  if (node.info().shape_rule == ShapeRule::kReshape ||
      node.info().shape_rule == ShapeRule::kExpandDims ||
      node.info().shape_rule == ShapeRule::kSqueeze) {
    BL_ASSIGN_OR_RETURN(Axes groups, GroupsOf(node, in.node(node.inputs[0]).shape()));
    return AddReshape(out, mapping[node.inputs[0]], std::move(groups), node.shape());
  }
  const bool computes = node.info().is_elementwise() || node.info().is_gather() ||
                        node.info().is_reduce() || node.info().is_call();
  if (!computes || node.info().Is(kComposite)) return std::optional<NodeId>();
  BL_ASSIGN_OR_RETURN(const NodeId result, Computed(in, node, mapping, out));
  return AddCast(out, result, node.dtype());  // rounds halves
}

}  // namespace

absl::StatusOr<Graph> MakeExplicit(const Graph& in, const PassOptions&) {
  BL_ASSIGN_OR_RETURN(Graph out, Rewrite(in, [&](NodeId id, const Mapping& mapping, Graph& graph) {
                        return MakeNodeExplicit(in, id, mapping, graph);
                      }));
  BL_RETURN_IF_ERROR(KeepStoragesApart(in, out));
  return out;
}

}  // namespace broadloom

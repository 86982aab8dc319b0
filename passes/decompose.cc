// Writes composite operations as the operations that they stand for.
//
//     %1 = mean %0 {axes=[1]}              %1 = sum %0 {axes=[1]}
//                                 ==>      %2 = extent {dim=s1}
//                                          %3 = astype %2 {dtype=f32}
//                                          %4 = divide %1, %3
//
// Likewise var, std and clip, and matrix products of integers and bools, which no library
// multiplies: they become sums of broadcast products. Matrix products of floats stay.
// The results are those of ir/evaluate.h to the bit: the order, axes and keepdims of a sum are
// those of the composite, divisors are counted in float64 and rounded once.
#include <algorithm>

#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/build.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

using MaybeNode = absl::StatusOr<std::optional<NodeId>>;

absl::StatusOr<NodeId> DecomposeClip(const Node& node, Inputs inputs, Graph& out) {
  for (NodeId& input : inputs) {
    BL_ASSIGN_OR_RETURN(input, AddCast(out, input, node.dtype()));
  }
  BL_ASSIGN_OR_RETURN(const NodeId raised, out.Add(Op::k_maximum, {inputs[0], inputs[1]}, {}));
  return out.Add(Op::k_minimum, {raised, inputs[2]}, {});
}

// mean, var and std.
class Statistic {
 public:
  Statistic(const Node& node, NodeId operand, Graph& out)
      : node_(node), operand_(operand), out_(out) {}

  absl::StatusOr<NodeId> Build() {
    BL_ASSIGN_OR_RETURN(const NodeId given, AddCast(out_, operand_, node_.dtype()));
    BL_ASSIGN_OR_RETURN(const NodeId x, AddCast(out_, given, compute_));
    BL_ASSIGN_OR_RETURN(const NodeId result, Compute(x));
    return AddCast(out_, result, node_.dtype());
  }

 private:
  absl::StatusOr<NodeId> Compute(NodeId x) {
    BL_ASSIGN_OR_RETURN(const NodeId count, Divisor(/*correction=*/0));
    if (node_.op == Op::k_mean) return Mean(x, KeepDims(), count);
    BL_ASSIGN_OR_RETURN(const NodeId mean, Mean(x, /*keepdims=*/1, count));
    BL_ASSIGN_OR_RETURN(const NodeId distance, out_.Add(Op::k_subtract, {x, mean}, {}));
    BL_ASSIGN_OR_RETURN(const NodeId square, out_.Add(Op::k_multiply, {distance, distance}, {}));
    BL_ASSIGN_OR_RETURN(const NodeId divisor, Divisor(Correction()));
    BL_ASSIGN_OR_RETURN(const NodeId variance, Mean(square, KeepDims(), divisor));
    if (node_.op == Op::k_var) return variance;
    BL_ASSIGN_OR_RETURN(const NodeId root, out_.Add(Op::k_sqrt, {variance}, {}));
    return AddCast(out_, root, compute_);
  }

  // The last cast is for a dtype of integers, whose quotient is float64.
  absl::StatusOr<NodeId> Mean(NodeId x, int64_t keepdims, NodeId divisor) {
    Attrs attrs;
    attrs.Set(AttrName::k_axes, node_.attrs.Ints(AttrName::k_axes));
    if (keepdims != 0) attrs.Set(AttrName::k_keepdims, keepdims);
    if (!compute_.is_floating()) attrs.Set(AttrName::k_dtype, compute_);
    for (AttrName name : {AttrName::k_order, AttrName::k_columns}) {
      if (const AttrValue* value = node_.attrs.Find(name)) attrs.Set(name, *value);
    }
    BL_ASSIGN_OR_RETURN(const NodeId sum, out_.Add(Op::k_sum, {x}, std::move(attrs)));
    BL_ASSIGN_OR_RETURN(const NodeId quotient, out_.Add(Op::k_divide, {sum, divisor}, {}));
    return AddCast(out_, quotient, compute_);
  }

  // max(count - correction, 0) as a number of the dtype that is computed in.
  absl::StatusOr<NodeId> Divisor(double correction) {
    Shape extents;
    for (int64_t axis : node_.attrs.Ints(AttrName::k_axes))
      extents.push_back(out_.node(operand_).shape()[axis]);
    return AddDivisor(out_, extents, correction, compute_);
  }

  int64_t KeepDims() const { return node_.attrs.IntOr(AttrName::k_keepdims, 0); }
  double Correction() const {
    return node_.attrs.Has(AttrName::k_correction)
               ? AsDouble(node_.attrs.Value(AttrName::k_correction))
               : 0.0;
  }

  const Node& node_;
  const DType compute_ = MachineType(node_.dtype());
  const NodeId operand_;
  Graph& out_;
};

absl::StatusOr<NodeId> Insert(Graph& out, NodeId id, int64_t axis) {
  Attrs attrs;
  attrs.Set(AttrName::k_axes, Axes{axis});
  return out.Add(Op::k_expand_dims, {id}, std::move(attrs));
}

// a[..., i, k, new] * b[..., new, k, j] summed over k; a vector lacks i, or j, and its new axis.
absl::StatusOr<NodeId> DecomposeMatmul(const Node& node, const Inputs& inputs, Graph& out) {
  BL_ASSIGN_OR_RETURN(NodeId a, AddCast(out, inputs[0], node.dtype()));
  BL_ASSIGN_OR_RETURN(NodeId b, AddCast(out, inputs[1], node.dtype()));
  const int a_rank = out.node(a).rank(), b_rank = out.node(b).rank();
  if (b_rank > 1) {
    BL_ASSIGN_OR_RETURN(a, Insert(out, a, a_rank));
  }
  if (a_rank > 1 && b_rank > 1) {
    BL_ASSIGN_OR_RETURN(b, Insert(out, b, b_rank - 2));
  }
  const bool is_bool = node.dtype().is_bool();
  BL_ASSIGN_OR_RETURN(const NodeId product,
                      out.Add(is_bool ? Op::k_logical_and : Op::k_multiply, {a, b}, {}));
  const int64_t k = out.node(product).rank() - (b_rank > 1 ? 2 : 1);
  Attrs attrs;
  attrs.Set(AttrName::k_axes, Axes{k});
  if (is_bool) return out.Add(Op::k_any, {product}, std::move(attrs));
  attrs.Set(AttrName::k_dtype, node.dtype()).Set(AttrName::k_order, std::string("rows"));
  return out.Add(Op::k_sum, {product}, std::move(attrs));
}

MaybeNode DecomposeNode(const Node& node, const Mapping& mapping, Graph& out) {
  Inputs inputs;
  for (NodeId input : node.inputs) inputs.push_back(mapping[input]);
  switch (node.op) {
    case Op::k_clip: return DecomposeClip(node, std::move(inputs), out);
    case Op::k_mean:
    case Op::k_var:
    case Op::k_std: return Statistic(node, inputs[0], out).Build();
    case Op::k_matmul:
      if (node.dtype().is_inexact()) return std::optional<NodeId>();
      return DecomposeMatmul(node, inputs, out);
    default: return std::optional<NodeId>();
  }
}

}  // namespace

absl::StatusOr<Graph> Decompose(const Graph& in, const PassOptions&) {
  return Rewrite(in, [&](NodeId id, const Mapping& mapping, Graph& out) {
    return DecomposeNode(in.node(id), mapping, out);
  });
}

}  // namespace broadloom

#include "passes/build.h"

#include <algorithm>
#include <cfenv>
#include <climits>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "ir/evaluate.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

// Integer instructions raise no flag.
bool DividesByZero(Op op, absl::Span<const Scalar> operands) {
  if (op != Op::k_floor_divide && op != Op::k_remainder) return false;
  return AsDouble(operands[1]) == 0;
}

bool HasFloat(const Graph& graph, const Node& node) {
  for (NodeId input : node.inputs) {
    if (graph.node(input).dtype().is_floating()) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<NodeId> AddConstant(Graph& graph, const Scalar& value) {
  Attrs attrs;
  attrs.Set(AttrName::k_value, value);
  return graph.Add(Op::k_constant, {}, std::move(attrs));
}

absl::StatusOr<NodeId> AddExtent(Graph& graph, Extent extent) {
  if (!extent.is_symbol()) return AddConstant(graph, MakeIntScalar(DType::kInt64, extent.value()));
  Attrs attrs;
  attrs.Set(AttrName::k_dim, extent);
  return graph.Add(Op::k_extent, {}, std::move(attrs));
}

absl::StatusOr<NodeId> AddCast(Graph& graph, NodeId id, DType dtype) {
  const Node& node = graph.node(id);
  if (node.dtype() == dtype) return id;
  if (node.op == Op::k_constant) {
    const auto value = EvaluateQuietly(Op::k_astype, dtype, {node.attrs.Value(AttrName::k_value)});
    if (value.has_value()) return AddConstant(graph, *value);
  }
  Attrs attrs;
  attrs.Set(AttrName::k_dtype, dtype);
  return graph.Add(Op::k_astype, {id}, std::move(attrs));
}

namespace {

absl::StatusOr<NodeId> AddProduct(Graph& graph, const Shape& symbols, int64_t literal) {
  BL_ASSIGN_OR_RETURN(NodeId product, AddExtent(graph, symbols[0]));
  for (size_t i = 1; i < symbols.size(); ++i) {
    BL_ASSIGN_OR_RETURN(const NodeId factor, AddExtent(graph, symbols[i]));
    BL_ASSIGN_OR_RETURN(product, graph.Add(Op::k_multiply, {product, factor}, {}));
  }
  if (literal == 1) return product;
  BL_ASSIGN_OR_RETURN(const NodeId factor, AddExtent(graph, literal));
  return graph.Add(Op::k_multiply, {product, factor}, {});
}

}  // namespace

absl::StatusOr<NodeId> AddDivisor(Graph& graph, const Shape& shape, double correction,
                                  DType dtype) {
  Shape symbols, literals;
  for (Extent extent : shape) (extent.is_symbol() ? symbols : literals).push_back(extent);
  const int64_t literal = NumElements(literals).value_or(INT64_MAX);  // no array is that large
  if (symbols.empty()) {
    const double divisor = std::max(static_cast<double>(literal) - correction, 0.0);
    return AddConstant(graph, MakeScalar(dtype, divisor));
  }
  BL_ASSIGN_OR_RETURN(NodeId count, AddProduct(graph, symbols, literal));
  if (correction != 0) {
    BL_ASSIGN_OR_RETURN(count, AddCast(graph, count, DType::kFloat64));
    BL_ASSIGN_OR_RETURN(const NodeId less,
                        AddConstant(graph, MakeScalar(DType::kFloat64, correction)));
    BL_ASSIGN_OR_RETURN(const NodeId zero, AddConstant(graph, MakeScalar(DType::kFloat64, 0)));
    BL_ASSIGN_OR_RETURN(count, graph.Add(Op::k_subtract, {count, less}, {}));
    BL_ASSIGN_OR_RETURN(count, graph.Add(Op::k_maximum, {count, zero}, {}));
  }
  return AddCast(graph, count, dtype);
}

absl::StatusOr<NodeId> AddReshape(Graph& graph, NodeId id, Axes groups, Shape shape) {
  Attrs attrs;
  attrs.Set(AttrName::k_groups, std::move(groups)).Set(AttrName::k_shape, std::move(shape));
  return graph.Add(Op::k_reshape, {id}, std::move(attrs));
}

absl::StatusOr<DType> OperandDType(const Graph& graph, const Node& node, int i) {
  if (node.op == Op::k_where && i == 0) return DType(DType::kBool);
  const int indices = node.info().is_gather() ? 1 : node.op == Op::k_scatter ? 2 : INT_MAX;
  if (i >= indices && !graph.node(node.inputs[i]).dtype().is_bool()) return DType(DType::kInt64);
  if (i >= indices) return DType(DType::kBool);
  if (node.op == Op::k_astype) return graph.node(node.inputs[0]).dtype();
  absl::InlinedVector<ValueType, 3> types;
  for (NodeId input : node.inputs) types.push_back(graph.node(input).type);
  BL_ASSIGN_OR_RETURN(const ComputeTypes dtypes, InferDTypes(node.op, types, node.attrs));
  // NumPy compares uint64 with signed integers exactly, not in the float64 that both promote to.
  const bool exact = node.info().dtype_rule == DTypeRule::kCompare &&
                     dtypes.operands.is_floating() && !HasFloat(graph, node);
  if (!exact) return dtypes.operands;
  return types[i].dtype.is_unsigned() ? DType(DType::kUInt64) : DType(DType::kInt64);
}

bool IsExplicit(const Graph& graph, const Node& node) {
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const absl::StatusOr<DType> dtype = OperandDType(graph, node, static_cast<int>(i));
    if (!dtype.ok() || *dtype != graph.node(node.inputs[i]).dtype()) return false;
  }
  return true;
}

std::optional<Scalar> EvaluateQuietly(Op op, DType result, absl::Span<const Scalar> operands) {
  if (DividesByZero(op, operands)) return std::nullopt;
  std::fenv_t environment;
  std::feholdexcept(&environment);
  const Scalar value = EvaluateElementwise(op, result, operands);
  const bool warns = std::fetestexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW | FE_UNDERFLOW) != 0;
  std::fesetenv(&environment);
  return warns ? std::optional<Scalar>() : value;
}

std::optional<Scalar> ValueOf(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (!node.info().is_elementwise() || node.op == Op::k_copy || node.op == Op::k_keep) return {};
  absl::InlinedVector<Scalar, 3> operands;
  for (NodeId input : node.inputs) {
    const Node& operand = graph.node(input);
    if (operand.op != Op::k_constant) return {};
    operands.push_back(operand.attrs.Value(AttrName::k_value));
  }
  if (!IsExplicit(graph, node)) return {};
  return EvaluateQuietly(node.op, node.dtype(), operands);
}

NodeId StorageOf(const Graph& graph, NodeId id) {
  while (graph.node(id).info().is_view()) id = graph.node(id).inputs[0];
  return id;
}

// Whether a view of a result is more than the result itself.
bool IsRearranged(const Graph& graph, NodeId id) {
  Axes order(graph.node(id).rank());
  std::iota(order.begin(), order.end(), 0);
  for (; graph.node(id).info().is_view(); id = graph.node(id).inputs[0]) {
    const Node& node = graph.node(id);
    if (node.op != Op::k_permute_dims) return true;
    const Axes& axes = node.attrs.Ints(AttrName::k_axes);
    for (int64_t& axis : order) axis = axes[axis];
  }
  return !std::is_sorted(order.begin(), order.end());
}

// What was made in its order must not become a view of what a step makes in another; other views
// sink into kernels.
bool IsInOrder(const Graph& before, NodeId was, const Graph& after, NodeId is) {
  return before.node(was).info().is_view() || !after.node(StorageOf(after, is)).info().is_call() ||
         !IsRearranged(after, is);
}

absl::Status KeepStoragesApart(const Graph& before, Graph& after) {
  absl::flat_hash_map<NodeId, NodeId> old_of_new;
  std::vector<NodeId> outputs = after.outputs();
  for (size_t i = 0; i < outputs.size(); ++i) {
    const NodeId was = StorageOf(before, before.outputs()[i]);
    const auto is_fine = [&](NodeId is) {
      const bool lent = after.node(is).info().is_leaf() && !before.node(was).info().is_leaf();
      return !lent && old_of_new.emplace(is, was).first->second == was;
    };
    if (!IsInOrder(before, before.outputs()[i], after, outputs[i])) {
      BL_ASSIGN_OR_RETURN(outputs[i], after.Add(Op::k_copy, {outputs[i]}, {}));
    }
    while (!is_fine(StorageOf(after, outputs[i]))) {  // a copy of a copy, if the first one is taken
      BL_ASSIGN_OR_RETURN(outputs[i], after.Add(Op::k_copy, {outputs[i]}, {}));
    }
  }
  after.set_outputs(std::move(outputs));
  return absl::OkStatus();
}

}  // namespace broadloom

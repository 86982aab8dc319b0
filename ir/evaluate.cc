// The walk over the nodes of a graph, matrix products and kernels. Elementwise meaning is in
// evaluate_scalar.cc, reductions and their orders in evaluate_reduce.cc, views in
// evaluate_tensor.cc. Everything is copied, nothing is fused, no schedule is read.
#include "ir/evaluate.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ir/arithmetic.h"
#include "ir/evaluate_reduce.h"
#include "ir/evaluate_tensor.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

using Sizes = std::vector<int64_t>;
using Value = std::shared_ptr<const Tensor>;
using Values = std::vector<Value>;  // more than one only for a kernel

// --- Elementwise

Tensor CastTensor(const Tensor& from, DType dtype) {
  if (from.dtype == dtype) return from;
  Tensor to = MakeTensor(dtype, from.shape);
  for (int64_t i = 0; i < from.size(); ++i) {
    SetElement(to, i, EvaluateElementwise(Op::k_astype, dtype, {ElementOf(from, i)}));
  }
  return to;
}

// The dtype in which operand `i` is computed. NumPy compares uint64 with signed integers exactly,
// not in the promoted float64.
DType OperandDType(const Node& node, const Values& inputs, DType compute, size_t i) {
  if (node.op == Op::k_where && i == 0) return DType::kBool;
  if (node.info().dtype_rule != DTypeRule::kCompare || !compute.is_floating()) return compute;
  for (const Value& input : inputs) {
    if (input->dtype.is_floating()) return compute;
  }
  return inputs[i]->dtype.is_unsigned() ? DType::kUInt64 : DType::kInt64;
}

absl::StatusOr<Tensor> Elementwise(const Node& node, const Values& inputs, DType compute,
                                   Tensor result) {
  std::vector<Tensor> operands;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Tensor cast = CastTensor(*inputs[i], OperandDType(node, inputs, compute, i));
    BL_ASSIGN_OR_RETURN(Tensor operand, BroadcastTo(cast, result.shape));
    operands.push_back(std::move(operand));
  }
  std::vector<Scalar> numbers(operands.size());
  for (int64_t i = 0; i < result.size(); ++i) {
    for (size_t k = 0; k < operands.size(); ++k) numbers[k] = ElementOf(operands[k], i);
    SetElement(result, i, EvaluateElementwise(node.op, result.dtype, numbers));
  }
  return result;
}

// --- Matrix products

// [batch..., rows, columns], with the batch axes of the result.
absl::StatusOr<Tensor> AsMatrices(const Tensor& operand, DType dtype, bool is_left,
                                  const Sizes& batch) {
  Tensor matrices = CastTensor(operand, dtype);
  if (matrices.shape.size() == 1)
    matrices.shape.insert(matrices.shape.begin() + (is_left ? 0 : 1), 1);
  Sizes shape = batch;
  shape.insert(shape.end(), matrices.shape.end() - 2, matrices.shape.end());
  return BroadcastTo(matrices, std::move(shape));
}

// Of two numbers of one dtype, which may be complex.
Scalar Apply(Op op, const Scalar& a, const Scalar& b) {
  return EvaluateElementwise(op, a.dtype, {a, b});
}

Scalar Sum(const Scalar& a, const Scalar& b) {
  if (!a.dtype.is_complex()) return Apply(Op::k_add, a, b);
  return MakeComplex(Apply(Op::k_add, RealOf(a), RealOf(b)),
                     Apply(Op::k_add, ImaginaryOf(a), ImaginaryOf(b)));
}

Scalar Product(const Scalar& x, const Scalar& y) {
  if (!x.dtype.is_complex()) return Apply(Op::k_multiply, x, y);
  const Scalar a = RealOf(x), b = ImaginaryOf(x), c = RealOf(y), d = ImaginaryOf(y);
  return MakeComplex(
      Apply(Op::k_subtract, Apply(Op::k_multiply, a, c), Apply(Op::k_multiply, b, d)),
      Apply(Op::k_add, Apply(Op::k_multiply, a, d), Apply(Op::k_multiply, b, c)));
}

// In the dtype itself, rounded at each step.
Scalar ScanStep(Op op, const Scalar& total, const Scalar& next) {
  if (op == Op::k_cumulative_max) return Apply(Op::k_maximum, total, next);
  if (op == Op::k_cumulative_min) return Apply(Op::k_minimum, total, next);
  if (op == Op::k_cumulative_logaddexp) {
    const double a = AsDouble(total), b = AsDouble(next);
    if (total.dtype == DType::kFloat64) return MakeScalar(total.dtype, LogAddExp(a, b));
    return MakeScalar(total.dtype, LogAddExp(static_cast<float>(a), static_cast<float>(b)));
  }
  return op == Op::k_cumulative_sum ? Sum(total, next) : Product(total, next);
}

// One element: products are added in sequence, starting from 0.
Scalar DotProduct(const Tensor& a, int64_t a_row, const Tensor& b, int64_t b_column,
                  int64_t b_stride) {
  Scalar sum = MakeIntScalar(a.dtype, 0);
  for (int64_t k = 0; k < a.shape.back(); ++k) {
    const Scalar x = ElementOf(a, a_row + k), y = ElementOf(b, b_column + k * b_stride);
    sum = Sum(sum, Product(x, y));
  }
  return sum;
}

absl::StatusOr<Tensor> Matmul(const Tensor& left, const Tensor& right, DType compute,
                              Tensor result) {
  const size_t matrix_axes = (left.shape.size() > 1) + (right.shape.size() > 1);
  const Sizes batch(result.shape.begin(), result.shape.end() - matrix_axes);
  BL_ASSIGN_OR_RETURN(const Tensor a, AsMatrices(left, compute, /*is_left=*/true, batch));
  BL_ASSIGN_OR_RETURN(const Tensor b, AsMatrices(right, compute, /*is_left=*/false, batch));
  const int64_t rows = a.shape[batch.size()], inner = a.shape.back(), columns = b.shape.back();
  if (b.shape[batch.size()] != inner)
    return absl::InvalidArgumentError("matmul: inner extents differ");
  for (int64_t i = 0; i < result.size(); ++i) {
    const int64_t row = i / columns, column = i % columns,
                  matrix = row / rows;  // `row` counts all matrices' rows
    SetElement(result, i,
               DotProduct(a, row * inner, b, matrix * inner * columns + column, columns));
  }
  return result;
}

// --- The walk

class Evaluator {
 public:
  Evaluator(const Graph& graph, const Bindings& bindings)
      : graph_(graph), bindings_(bindings), values_(graph.size()) {}

  absl::StatusOr<std::vector<Tensor>> Run() {
    uses_ = CountUses(graph_);
    for (NodeId id = 0; id < graph_.size(); ++id) {
      if (uses_[id] == 0) continue;
      BL_ASSIGN_OR_RETURN(values_[id], EvaluateNode(graph_.node(id)));
      for (NodeId input : graph_.node(id).inputs) Release(input);
    }
    std::vector<Tensor> results;
    for (NodeId output : graph_.outputs()) results.push_back(*values_[output][0]);
    return results;
  }

 private:
  void Release(NodeId id) {
    if (--uses_[id] == 0) values_[id].clear();
  }

  absl::StatusOr<int64_t> Resolve(Extent extent) const {
    if (!extent.is_symbol()) return extent.value();
    if (extent.symbol() < static_cast<int>(bindings_.symbols.size()))
      return bindings_.symbols[extent.symbol()];
    return absl::InvalidArgumentError(absl::StrCat("nothing is bound to ", ToString(extent)));
  }

  absl::StatusOr<Sizes> Resolve(const Shape& shape) const {
    Sizes sizes;
    for (Extent extent : shape) {
      BL_ASSIGN_OR_RETURN(const int64_t size, Resolve(extent));
      sizes.push_back(size);
    }
    return sizes;
  }

  absl::StatusOr<Sizes> Resolve(const Node& node, AttrName name) const {
    return Resolve(node.attrs.Dims(name));
  }

  absl::StatusOr<Values> EvaluateNode(const Node& node) const {
    if (node.op == Op::k_kernel) return Kernel(node);
    if (node.op == Op::k_param) return Param(node);
    if (node.op == Op::k_result)
      return Values{values_[node.inputs[0]][node.attrs.Int(AttrName::k_index)]};
    Values inputs;
    for (NodeId input : node.inputs) inputs.push_back(values_[input][0]);
    BL_ASSIGN_OR_RETURN(Tensor tensor, Compute(node, inputs));
    return Values{std::make_shared<const Tensor>(std::move(tensor))};
  }

  absl::StatusOr<Tensor> Compute(const Node& node, const Values& inputs) const {
    switch (node.info().op_class) {
      case OpClass::kLeaf: return Leaf(node);
      case OpClass::kView: return View(node, *inputs[0]);
      case OpClass::kGather: return Gather(node, inputs);
      case OpClass::kReduce: return Reduce(node, *inputs[0]);
      case OpClass::kScan: return Scan(node, *inputs[0]);
      case OpClass::kUnary:
      case OpClass::kBinary:
      case OpClass::kTernary:
      case OpClass::kLibrary: return Map(node, inputs);
      case OpClass::kKernel: break;
    }
    return absl::InternalError(absl::StrCat(node.info().name, " has no value of its own"));
  }

  // A tensor of the node's type, to be filled.
  absl::StatusOr<Tensor> ResultOf(const Node& node) const {
    BL_ASSIGN_OR_RETURN(Sizes shape, Resolve(node.shape()));
    return AllocateTensor(node.dtype(), std::move(shape));
  }

  absl::StatusOr<DType> ComputeDType(const Node& node) const {
    std::vector<ValueType> types;
    for (NodeId input : node.inputs) types.push_back(graph_.node(input).type);
    BL_ASSIGN_OR_RETURN(const ComputeTypes dtypes, InferDTypes(node.op, types, node.attrs));
    return dtypes.operands;
  }

  absl::StatusOr<Values> Param(const Node& node) const {
    const size_t index = node.attrs.Int(AttrName::k_index);
    BL_ASSIGN_OR_RETURN(const Sizes shape, Resolve(node.shape()));
    if (index < bindings_.params.size()) {
      const Tensor& tensor = bindings_.params[index];
      if (tensor.dtype == node.dtype() && tensor.shape == shape) {
        return Values{Value(Value(), &tensor)};  // lent: the bindings outlive the walk
      }
    }
    return absl::InvalidArgumentError(absl::StrCat("parameter ", index, " needs ",
                                                   node.dtype().name(),
                                                   ToString(Shape(shape.begin(), shape.end()))));
  }

  absl::StatusOr<Tensor> Leaf(const Node& node) const {
    if (node.op == Op::k_iota) return Iota(node);
    Tensor tensor = MakeTensor(node.dtype(), {});
    if (node.op == Op::k_constant) SetElement(tensor, 0, node.attrs.Value(AttrName::k_value));
    if (node.op == Op::k_extent) {
      BL_ASSIGN_OR_RETURN(const int64_t number, Resolve(node.attrs.Dim(AttrName::k_dim)));
      SetElement(tensor, 0, MakeIntScalar(DType::kInt64, number));
    }
    if (node.op == Op::k_scalar) {
      const size_t index = node.attrs.Int(AttrName::k_index);
      if (index >= bindings_.scalars.size() || bindings_.scalars[index].dtype != node.dtype()) {
        return absl::InvalidArgumentError(
            absl::StrCat("scalar ", index, " needs ", node.dtype().name()));
      }
      SetElement(tensor, 0, bindings_.scalars[index]);
    }
    return tensor;
  }

  absl::StatusOr<Tensor> Iota(const Node& node) const {
    BL_ASSIGN_OR_RETURN(Tensor tensor, ResultOf(node));
    const int64_t axis = node.attrs.Int(AttrName::k_axis);
    const int64_t extent = tensor.shape[axis], stride = StridesOf(tensor.shape)[axis];
    for (int64_t i = 0; i < tensor.size(); ++i) {
      SetElement(tensor, i, MakeIntScalar(DType::kInt64, i / stride % extent));
    }
    return tensor;
  }

  absl::StatusOr<Tensor> View(const Node& node, const Tensor& operand) const {
    if (node.op == Op::k_permute_dims) return Permute(operand, node.attrs.Ints(AttrName::k_axes));
    if (node.op == Op::k_diagonal) return DiagonalOf(operand, node.attrs.Ints(AttrName::k_axes));
    BL_ASSIGN_OR_RETURN(Sizes shape, Resolve(node.shape()));
    if (node.op == Op::k_broadcast_to) return BroadcastTo(operand, std::move(shape));
    if (node.op != Op::k_slice) return WithShape(operand, std::move(shape));
    BL_ASSIGN_OR_RETURN(const Sizes starts, Resolve(node, AttrName::k_starts));
    BL_ASSIGN_OR_RETURN(const Sizes steps, Resolve(node, AttrName::k_steps));
    return SliceOf(operand, starts, steps, std::move(shape));
  }

  absl::StatusOr<Tensor> Gather(const Node& node, const Values& inputs) const {
    BL_ASSIGN_OR_RETURN(Tensor result, ResultOf(node));
    std::vector<Tensor> indices;
    for (size_t i = 1; i < inputs.size(); ++i) {
      const Tensor cast = CastTensor(*inputs[i], DType::kInt64);
      BL_ASSIGN_OR_RETURN(indices.emplace_back(), BroadcastTo(cast, result.shape));
    }
    return Pick(*inputs[0], indices, std::move(result));
  }

  absl::StatusOr<Tensor> Reduce(Node node, const Tensor& operand) const {
    if (node.info().Is(kOrdered) || node.info().Is(kComposite))
      SetDefaultOrder(graph_.node(node.inputs[0]).shape(), node.attrs);
    if (node.info().Is(kComposite)) return EvaluateComposite(node, operand);
    BL_ASSIGN_OR_RETURN(const DType compute, ComputeDType(node));
    const DType dtype = node.dtype();
    node.type.dtype = MachineType(dtype);  // halves are rounded once, at the end
    BL_ASSIGN_OR_RETURN(Tensor result, ResultOf(node));
    const Tensor wide = CastTensor(CastTensor(operand, compute), MachineType(compute));
    BL_RETURN_IF_ERROR(EvaluateReduce(node, wide, result));
    return CastTensor(result, dtype);
  }

  absl::StatusOr<Tensor> Scan(const Node& node, const Tensor& operand) const {
    BL_ASSIGN_OR_RETURN(const DType compute, ComputeDType(node));
    Tensor result = CastTensor(operand, compute);
    const int64_t axis = node.attrs.Int(AttrName::k_axis);
    const int64_t extent = result.shape[axis], stride = StridesOf(result.shape)[axis];
    for (int64_t i = 0; i < result.size(); ++i) {
      if (i / stride % extent == 0) continue;
      SetElement(result, i, ScanStep(node.op, ElementOf(result, i - stride), ElementOf(result, i)));
    }
    return result;
  }

  absl::StatusOr<Tensor> Inserted(const Node& node, const Values& inputs) const {
    BL_ASSIGN_OR_RETURN(const Sizes starts, Resolve(node, AttrName::k_starts));
    BL_ASSIGN_OR_RETURN(const Sizes steps, Resolve(node, AttrName::k_steps));
    return Insert(*inputs[0], *inputs[1], starts, steps);
  }

  static absl::StatusOr<Tensor> Scattered(const Node& node, const Values& inputs) {
    const Axes& axes = node.attrs.Ints(AttrName::k_axes);
    if (inputs[2]->dtype.is_bool()) return StoreWhere(*inputs[0], *inputs[1], *inputs[2], axes);
    std::vector<Tensor> indices;
    for (size_t i = 2; i < inputs.size(); ++i)
      indices.push_back(CastTensor(*inputs[i], DType::kInt64));
    return StoreAt(*inputs[0], *inputs[1], indices, axes);
  }

  absl::StatusOr<Tensor> Map(const Node& node, const Values& inputs) const {
    if (node.op == Op::k_insert) return Inserted(node, inputs);
    if (node.op == Op::k_scatter) return Scattered(node, inputs);
    BL_ASSIGN_OR_RETURN(const DType compute, ComputeDType(node));
    BL_ASSIGN_OR_RETURN(Tensor result, ResultOf(node));
    if (node.op == Op::k_matmul) {
      const DType machine = MachineType(compute);
      const Tensor a = CastTensor(CastTensor(*inputs[0], compute), machine);
      const Tensor b = CastTensor(CastTensor(*inputs[1], compute), machine);
      BL_ASSIGN_OR_RETURN(result, Matmul(a, b, machine, MakeTensor(machine, result.shape)));
      return CastTensor(result, node.dtype());
    }
    return Elementwise(node, inputs, compute, std::move(result));
  }

  // A body reads its parameters, then its scalars, and the symbols of the graph around it.
  absl::StatusOr<Values> Kernel(const Node& node) const {
    const Graph& body = node.attrs.Body();
    const size_t num_params = body.params().size();
    if (node.inputs.size() != num_params + body.scalars().size()) {
      return absl::InternalError(absl::StrCat("a kernel's body reads ", num_params, " arrays and ",
                                              body.scalars().size(), " numbers, not ",
                                              node.inputs.size()));
    }
    Bindings bindings;
    bindings.symbols = bindings_.symbols;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const Tensor& operand = *values_[node.inputs[i]][0];
      if (i < num_params)
        bindings.params.push_back(operand);
      else
        bindings.scalars.push_back(ElementOf(operand, 0));
    }
    BL_ASSIGN_OR_RETURN(std::vector<Tensor> results, Evaluate(body, bindings));
    Values values;
    for (Tensor& result : results)
      values.push_back(std::make_shared<const Tensor>(std::move(result)));
    return values;
  }

  const Graph& graph_;
  const Bindings& bindings_;
  std::vector<Values> values_;
  std::vector<int> uses_;  // that are still to come
};

}  // namespace

absl::StatusOr<std::vector<Tensor>> Evaluate(const Graph& graph, const Bindings& bindings) {
  return Evaluator(graph, bindings).Run();
}

}  // namespace broadloom

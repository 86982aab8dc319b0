// From a program's nodes to pending expressions.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "frontend/c/guarded.h"
#include "frontend/c/program.h"
#include "frontend/convert.h"

namespace broadloom::c {
namespace {

// The line that operations are written at, until the end of the block.
class LineScope {
 public:
  LineScope() : outer_(CurrentLine()) {}
  ~LineScope() { SetCurrentLine(outer_); }
  LineScope(const LineScope&) = delete;
  LineScope& operator=(const LineScope&) = delete;

  void Enter(const SourceLine& line) const { SetCurrentLine(line == nullptr ? outer_ : line); }

 private:
  const SourceLine outer_;
};

std::optional<DataType> GivenDType(const Attrs& attrs) {
  const AttrValue* const dtype = attrs.Find(AttrName::k_dtype);
  return dtype == nullptr ? std::nullopt : std::optional(ToDataType(std::get<DType>(*dtype)));
}

ExprPtr WriteScan(const Node& node, const ExprPtr& operand) {
  const Array x(operand);
  const int axis = static_cast<int>(node.attrs.Int(AttrName::k_axis));
  switch (node.op) {
    case Op::k_cumulative_sum: return ExprOf(cumulative_sum(x, axis, GivenDType(node.attrs)));
    case Op::k_cumulative_prod: return ExprOf(cumulative_prod(x, axis, GivenDType(node.attrs)));
    case Op::k_cumulative_max: return ExprOf(cumulative_max(x, axis));
    case Op::k_cumulative_min: return ExprOf(cumulative_min(x, axis));
    default: return ExprOf(logcumsumexp(x, axis));
  }
}

// What the frontend's nodes have beyond those of a graph, or have not: the order of additions is
// that of memory there, and errors name the axes that indices pick along.
Attrs FrontendAttrs(const Node& node, const ExprList& inputs) {
  Attrs attrs = node.attrs;
  attrs.Erase(AttrName::k_order);
  attrs.Erase(AttrName::k_columns);
  attrs.Erase(AttrName::k_slots);
  const bool spreads = node.op == Op::k_var || node.op == Op::k_std;
  if (spreads && !attrs.Has(AttrName::k_correction))
    attrs.Set(AttrName::k_correction, MakeScalar(DType::kFloat64, 0));
  if (node.op == Op::k_scatter)
    attrs.Set(AttrName::k_source_axes, node.attrs.Ints(AttrName::k_axes));
  if (node.op != Op::k_gather) return attrs;
  Axes picked;
  const int64_t rank = inputs[0]->rank(), count = static_cast<int64_t>(inputs.size()) - 1;
  for (int64_t axis = rank - count; axis < rank; ++axis) picked.push_back(axis);
  return Attrs().Set(AttrName::k_axes, picked);
}

ExprPtr WriteNode(Context& context, const Node& node, ExprList inputs) {
  if (node.op == Op::k_extent)
    return MakeScalarExpr(context,
                          MakeIntScalar(DType::kInt64, node.attrs.Dim(AttrName::k_dim).value()));
  if (node.op == Op::k_matmul) return ExprOf(matmul(Array(inputs[0]), Array(inputs[1])));
  if (node.info().op_class == OpClass::kScan) return WriteScan(node, inputs[0]);
  Attrs attrs = FrontendAttrs(node, inputs);
  return Unwrap(MakeExpr(context, node.op, std::move(inputs), std::move(attrs)));
}

// An output is nobody else's: no input, no view of one, and no other output.
Array Fresh(Context& context, const OpInfo& info, const ExprPtr& expr,
            const std::vector<Array>& others) {
  const bool is_other = std::any_of(others.begin(), others.end(),
                                    [&](const Array& other) { return ExprOf(other) == expr; });
  if (!info.is_leaf() && !info.is_view() && !is_other) return Array(expr);
  return Array(Unwrap(MakeExpr(context, Op::k_copy, {expr}, {})));
}

}  // namespace

std::vector<Array> Program::Write(Context& context, const std::vector<Array>& inputs) const {
  if (symbols_ > 0)
    throw Failure(BL_INVALID_ARGUMENT,
                  "s0 is the extent of no input: bl_program_specialize gives it a number");
  std::vector<ExprPtr> exprs(graph_.size());
  const std::vector<NodeId> operands = this->inputs();
  for (size_t i = 0; i < operands.size(); ++i) exprs[operands[i]] = ExprOf(inputs[i]);
  const LineScope lines;
  for (NodeId id = 0; id < graph_.size(); ++id) {
    if (exprs[id] != nullptr) continue;
    lines.Enter(places_[id].line);
    ExprList from;
    for (NodeId input : graph_.node(id).inputs) from.push_back(exprs[input]);
    try {
      exprs[id] = WriteNode(context, graph_.node(id), std::move(from));
    } catch (const Error& error) {
      throw Failure(CodeOf(error.code()), error.what(), places_[id].text);
    }
  }
  std::vector<Array> outputs;
  for (NodeId output : graph_.outputs())
    outputs.push_back(Fresh(context, graph_.node(output).info(), exprs[output], outputs));
  return outputs;
}

std::vector<Array> Program::WriteFor(Context& context, const std::vector<Array>& inputs) const {
  std::vector<ValueType> types;
  for (const Array& input : inputs) types.push_back({ExprOf(input)->dtype, ExprOf(input)->shape});
  return Specialized(ExtentsFor(types)).Write(context, inputs);
}

}  // namespace broadloom::c

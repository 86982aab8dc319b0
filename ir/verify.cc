// The laws of docs/ir.md as code. Which attributes a node takes follows from its row in the op
// table; whether their values make sense is asked of the typing rules, by typing each node once
// more.
#include "ir/verify.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "ir/evaluate.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

enum Need : bool { kOptional, kRequired };

// What has this shape rule (this dtype rule, this name) takes that attribute.
template <typename Key>
struct Law {
  Key key;
  AttrName name;
  Need need;
};

constexpr Law<ShapeRule> kByShapeRule[] = {
    {ShapeRule::kFromAttr, AttrName::k_shape, kRequired},
    {ShapeRule::kBroadcastTo, AttrName::k_shape, kRequired},
    {ShapeRule::kExpandDims, AttrName::k_axes, kRequired},
    {ShapeRule::kSqueeze, AttrName::k_axes, kRequired},
    {ShapeRule::kPermute, AttrName::k_axes, kRequired},
    {ShapeRule::kDiagonal, AttrName::k_axes, kRequired},
    {ShapeRule::kReshape, AttrName::k_shape, kRequired},
    {ShapeRule::kReshape, AttrName::k_groups, kOptional},
    {ShapeRule::kSlice, AttrName::k_starts, kRequired},
    {ShapeRule::kSlice, AttrName::k_steps, kRequired},
    {ShapeRule::kSlice, AttrName::k_sizes, kRequired},
    {ShapeRule::kInsert, AttrName::k_starts, kRequired},
    {ShapeRule::kInsert, AttrName::k_steps, kRequired},
    {ShapeRule::kInsert, AttrName::k_sizes, kRequired},
    {ShapeRule::kScatter, AttrName::k_axes, kRequired},
    {ShapeRule::kReduce, AttrName::k_axes, kRequired},
    {ShapeRule::kReduce, AttrName::k_keepdims, kOptional},
    {ShapeRule::kReduce, AttrName::k_order, kOptional},
    {ShapeRule::kReduce, AttrName::k_columns, kOptional},
    {ShapeRule::kBody, AttrName::k_body, kRequired},
    {ShapeRule::kResult, AttrName::k_index, kRequired},
};

constexpr Law<DTypeRule> kByDTypeRule[] = {
    {DTypeRule::kCast, AttrName::k_dtype, kRequired},
    {DTypeRule::kAccumulate, AttrName::k_dtype, kOptional},
    {DTypeRule::kMean, AttrName::k_dtype, kOptional},
};

constexpr Law<OpClass> kByClass[] = {{OpClass::kScan, AttrName::k_axis, kRequired}};

constexpr Law<Op> kByOp[] = {
    {Op::k_param, AttrName::k_index, kRequired},    {Op::k_param, AttrName::k_dtype, kRequired},
    {Op::k_param, AttrName::k_finite, kOptional},   {Op::k_scalar, AttrName::k_finite, kOptional},
    {Op::k_param, AttrName::k_layout, kRequired},   {Op::k_scalar, AttrName::k_index, kRequired},
    {Op::k_scalar, AttrName::k_dtype, kRequired},   {Op::k_constant, AttrName::k_value, kRequired},
    {Op::k_extent, AttrName::k_dim, kRequired},     {Op::k_iota, AttrName::k_axis, kRequired},
    {Op::k_var, AttrName::k_correction, kOptional}, {Op::k_std, AttrName::k_correction, kOptional},
    {Op::k_keep, AttrName::k_index, kRequired},
};

// One bit for each attribute.
struct Signature {
  uint64_t allowed = 0;
  uint64_t required = 0;
};

uint64_t BitOf(AttrName name) { return uint64_t{1} << static_cast<int>(name); }

template <typename Laws, typename Key>
void Apply(const Laws& laws, Key key, Signature& signature) {
  for (const auto& law : laws) {
    if (law.key != key) continue;
    signature.allowed |= BitOf(law.name);
    if (law.need == kRequired) signature.required |= BitOf(law.name);
  }
}

Signature SignatureOf(Op op) {
  Signature signature;
  Apply(kByShapeRule, InfoOf(op).shape_rule, signature);
  Apply(kByDTypeRule, InfoOf(op).dtype_rule, signature);
  Apply(kByClass, InfoOf(op).op_class, signature);
  Apply(kByOp, op, signature);
  // Any step of a plan, whatever it computes, may be told where its results go.
  if (!InfoOf(op).is_leaf()) signature.allowed |= BitOf(AttrName::k_slots);
  return signature;
}

constexpr AttrName kOfGraphs[] = {AttrName::k_shape,  AttrName::k_kind,   AttrName::k_vector,
                                  AttrName::k_width,  AttrName::k_inner,  AttrName::k_pack,
                                  AttrName::k_across, AttrName::k_tile,   AttrName::k_unroll,
                                  AttrName::k_fast,   AttrName::k_results};

Signature SignatureOfGraph() {
  Signature signature;
  for (AttrName name : kOfGraphs) signature.allowed |= BitOf(name);
  return signature;
}

template <typename... Parts>
absl::Status Broken(const Parts&... parts) {
  return absl::InternalError(absl::StrCat(parts...));
}

absl::Status CheckAttrs(const Attrs& attrs, Signature signature) {
  uint64_t present = 0;
  for (const auto& [name, value] : attrs) {
    const AttrInfo& info = InfoOf(name);
    if ((signature.allowed & BitOf(name)) == 0)
      return Broken("does not take the attribute ", info.name);
    // The alternatives of AttrValue stand in the order of AttrKind.
    if (value.index() != static_cast<size_t>(info.kind))
      return Broken("the attribute ", info.name, " is of another kind");
    present |= BitOf(name);
  }
  const uint64_t missing = signature.required & ~present;
  if (missing == 0) return absl::OkStatus();
  return Broken("lacks the attribute ",
                InfoOf(static_cast<AttrName>(__builtin_ctzll(missing))).name);
}

absl::Status CheckText(const Attrs& attrs, AttrName name,
                       std::initializer_list<absl::string_view> choices) {
  if (!attrs.Has(name)) return absl::OkStatus();
  const std::string& text = attrs.Text(name);
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return absl::OkStatus();
  return Broken(InfoOf(name).name, " is \"", text, "\"");
}

absl::Status CheckParam(const Node& node) {
  const std::string& layout = node.attrs.Text(AttrName::k_layout);
  if (layout.size() != node.shape().size())
    return Broken("layout \"", layout, "\" is not one letter an axis");
  if (layout.find_first_not_of("0u234js") != std::string::npos)
    return Broken("layout \"", layout, "\" has an unknown letter");
  if (!layout.empty() && layout.back() == 'j')
    return Broken("layout \"", layout, "\" joins the last axis with a next one");
  return absl::OkStatus();
}

absl::Status CheckIota(const Node& node) {
  const int64_t axis = node.attrs.Int(AttrName::k_axis);
  return axis >= 0 && axis < node.rank() ? absl::OkStatus()
                                         : Broken("axis ", axis, " is out of bounds");
}

absl::Status CheckSlice(const Node& node) {
  for (Extent step : node.attrs.Dims(AttrName::k_steps)) {
    if (step.is(0)) return Broken("a step is 0");
  }
  return absl::OkStatus();
}

absl::Status CheckReduce(const Node& node) {
  const int64_t keepdims = node.attrs.IntOr(AttrName::k_keepdims, 0);
  if (keepdims != 0 && keepdims != 1) return Broken("keepdims is ", keepdims);
  return CheckText(node.attrs, AttrName::k_order, {"lanes", "rows"});
}

class Verifier {
 public:
  explicit Verifier(const Graph& graph, bool is_body) : graph_(graph), is_body_(is_body) {}
  absl::Status Run() const;
  absl::Status CheckNode(NodeId id) const;

 private:
  absl::Status CheckOperandLists() const;
  absl::Status CheckOutputs() const;
  absl::Status CheckType(const Node& node) const;
  absl::Status CheckValues(const Node& node) const;
  std::optional<Scalar> NumberOf(const Node& node) const;
  absl::Status CheckExponent(const Node& node) const;
  absl::Status CheckKernel(const Node& node) const;
  absl::Status CheckResult(const Node& node) const;
  const Node& Operand(const Node& node, int i) const { return graph_.node(node.inputs[i]); }

  const Graph& graph_;
  const bool is_body_;
};

absl::Status Verifier::Run() const {
  const auto named = [this](const absl::Status& status, absl::string_view where) {
    return status.ok() ? status : Broken("graph @", graph_.name(), ": ", where, status.message());
  };
  for (NodeId id = 0; id < graph_.size(); ++id) {
    BL_RETURN_IF_ERROR(
        named(CheckNode(id), absl::StrCat("node ", id, " (", graph_.node(id).info().name, "): ")));
  }
  BL_RETURN_IF_ERROR(named(CheckOperandLists(), ""));
  BL_RETURN_IF_ERROR(named(CheckOutputs(), ""));
  BL_RETURN_IF_ERROR(named(CheckAttrs(graph_.attrs(), SignatureOfGraph()), ""));
  return named(CheckText(graph_.attrs(), AttrName::k_kind, {"map", "columns", "rows", "partial"}),
               "");
}

// Every param and scalar stands in its list, at its index.
absl::Status Verifier::CheckOperandLists() const {
  size_t operands = 0;
  for (NodeId id = 0; id < graph_.size(); ++id) {
    const Node& node = graph_.node(id);
    if (node.op != Op::k_param && node.op != Op::k_scalar) continue;
    const std::vector<NodeId>& list = node.op == Op::k_param ? graph_.params() : graph_.scalars();
    const int64_t index = node.attrs.Int(AttrName::k_index);
    if (index < 0 || index >= static_cast<int64_t>(list.size()) || list[index] != id) {
      return Broken("operand ", id, " is not in the list of operands");
    }
    ++operands;
  }
  const bool complete = operands == graph_.params().size() + graph_.scalars().size();
  return complete ? absl::OkStatus() : Broken("the list of operands names a node twice");
}

absl::Status Verifier::CheckOutputs() const {
  for (NodeId id : graph_.outputs()) {
    if (id < 0 || id >= graph_.size()) return Broken("output ", id, " does not exist");
  }
  if (is_body_ && graph_.outputs().empty()) return Broken("a body without outputs");
  return absl::OkStatus();
}

absl::Status Verifier::CheckNode(NodeId id) const {
  const Node& node = graph_.node(id);
  for (NodeId input : node.inputs) {
    if (input < 0 || input >= id) return Broken("operand ", input, " is not older");
  }
  BL_RETURN_IF_ERROR(CheckAttrs(node.attrs, SignatureOf(node.op)));
  for (Extent extent : node.shape()) {
    if (!extent.is_symbol() && extent.value() < 0)
      return Broken("the extent ", extent.value(), " is negative");
  }
  if (node.op == Op::k_kernel) return CheckKernel(node);
  if (node.op == Op::k_result) return CheckResult(node);
  BL_RETURN_IF_ERROR(CheckType(node));
  return CheckValues(node);
}

absl::Status Verifier::CheckType(const Node& node) const {
  std::vector<ValueType> types;
  for (NodeId input : node.inputs) types.push_back(graph_.node(input).type);
  BL_ASSIGN_OR_RETURN(const ValueType type, InferType(node.op, types, node.attrs));
  return type == node.type ? absl::OkStatus()
                           : Broken("is ", ToString(node.type), " but should be ", ToString(type));
}

absl::Status Verifier::CheckValues(const Node& node) const {
  if (node.info().is_reduce()) return CheckReduce(node);
  switch (node.op) {
    case Op::k_param: return CheckParam(node);
    case Op::k_iota: return CheckIota(node);
    case Op::k_slice:
    case Op::k_insert: return CheckSlice(node);
    case Op::k_integer_pow: return CheckExponent(node);
    case Op::k_keep: return is_body_ ? absl::OkStatus() : Broken("stands outside of a body");
    default: return absl::OkStatus();
  }
}

// A constant, as it is or converted; nullopt: none.
std::optional<Scalar> Verifier::NumberOf(const Node& node) const {
  if (node.op == Op::k_constant) return node.attrs.Value(AttrName::k_value);
  if (node.op != Op::k_astype) return std::nullopt;
  const std::optional<Scalar> number = NumberOf(Operand(node, 0));
  if (!number.has_value()) return std::nullopt;
  return EvaluateElementwise(Op::k_astype, node.dtype(), {*number});
}

// Generated code is for one exponent.
absl::Status Verifier::CheckExponent(const Node& node) const {
  const std::optional<Scalar> exponent = NumberOf(Operand(node, 1));
  if (!exponent.has_value()) return Broken("the exponent is no constant");
  const double value = AsDouble(*exponent);
  if (IsIntegerPowExponent(value)) return absl::OkStatus();
  return Broken("the exponent ", value, " is not +-2, +-3, ... or +-16");
}

// A kernel is given what its body reads: first the params, then the scalars.
absl::Status Verifier::CheckKernel(const Node& node) const {
  if (is_body_) return Broken("a kernel inside a kernel");
  if (std::get<std::shared_ptr<const Graph>>(*node.attrs.Find(AttrName::k_body)) == nullptr)
    return Broken("no body");
  const Graph& body = node.attrs.Body();
  BL_RETURN_IF_ERROR(Verifier(body, true).Run());
  if (body.attrs().Has(AttrName::k_shape)) BL_RETURN_IF_ERROR(VerifyBody(body));
  std::vector<NodeId> reads = body.params();
  reads.insert(reads.end(), body.scalars().begin(), body.scalars().end());
  if (reads.size() != node.inputs.size()) {
    return Broken("has ", node.inputs.size(), " operands, its body reads ", reads.size());
  }
  for (size_t i = 0; i < reads.size(); ++i) {
    const ValueType& given = Operand(node, i).type;
    const ValueType& read = body.node(reads[i]).type;
    if (given != read)
      return Broken("operand ", i, " is ", ToString(given), ", its body reads ", ToString(read));
  }
  const bool typed = body.node(body.outputs()[0]).type == node.type;
  return typed ? absl::OkStatus() : Broken("does not have the type of its first result");
}

absl::Status Verifier::CheckResult(const Node& node) const {
  if (node.inputs.size() != 1 || Operand(node, 0).op != Op::k_kernel)
    return Broken("takes one operand, a kernel");
  const Graph& body = Operand(node, 0).attrs.Body();
  const int64_t index = node.attrs.Int(AttrName::k_index);
  if (index < 0 || index >= static_cast<int64_t>(body.outputs().size()))
    return Broken("index ", index, " is out of range");
  const bool typed = body.node(body.outputs()[index]).type == node.type;
  return typed ? absl::OkStatus() : Broken("does not have the type of result ", index);
}

}  // namespace

bool IsIntegerPowExponent(double exponent) {
  const double size = std::abs(exponent);
  return exponent == std::trunc(exponent) && size >= 2 && size <= 16;
}

absl::Status Verify(const Graph& graph) { return Verifier(graph, /*is_body=*/false).Run(); }
absl::Status VerifyNode(const Graph& graph, NodeId id) {
  return Verifier(graph, /*is_body=*/false).CheckNode(id);
}

}  // namespace broadloom

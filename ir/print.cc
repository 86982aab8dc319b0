// The printer. Numbering is canonical: operands first, then a post-order walk from the outputs,
// inputs before users; symbols are numbered as they appear. So equal graphs print equal text, in
// whatever order their nodes were added.
#include <charconv>
#include <cmath>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "ir/text.h"

namespace broadloom {
namespace {

struct Numbering {
  std::vector<NodeId> order;
  std::vector<int> number;  // -1: no output needs it

  bool Has(NodeId id) const { return number[id] >= 0; }
  void Add(NodeId id) {
    number[id] = static_cast<int>(order.size());
    order.push_back(id);
  }
};

// With a stack of its own: a graph may be a chain of a million nodes.
void NumberFrom(const Graph& graph, NodeId root, Numbering& numbering) {
  std::vector<std::pair<NodeId, size_t>> stack = {{root, 0}};  // a node, and which input comes next
  while (!stack.empty()) {
    const NodeId id = stack.back().first;
    const Inputs& inputs = graph.node(id).inputs;
    if (!numbering.Has(id) && stack.back().second < inputs.size()) {
      const NodeId input = inputs[stack.back().second++];
      if (!numbering.Has(input)) stack.emplace_back(input, 0);
      continue;
    }
    if (!numbering.Has(id)) numbering.Add(id);
    stack.pop_back();
  }
}

Numbering NumberCanonically(const Graph& graph) {
  Numbering numbering{{}, std::vector<int>(graph.size(), -1)};
  for (NodeId id : graph.params()) numbering.Add(id);
  for (NodeId id : graph.scalars()) numbering.Add(id);
  for (NodeId id : graph.outputs()) NumberFrom(graph, id, numbering);
  return numbering;
}

// The shortest decimal that reads back as the same float.
template <typename T>
std::string FloatText(T value) {
  if (std::isnan(value)) return "nan";  // of either sign
  char buffer[32];
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

std::string NumberText(const Scalar& scalar) {
  if (MachineType(scalar.dtype) == DType::kFloat32)
    return FloatText(static_cast<float>(AsDouble(scalar)));
  if (scalar.dtype.is_floating()) return FloatText(AsDouble(scalar));
  const int64_t value = AsInt(scalar);
  return scalar.dtype.is_signed() ? absl::StrCat(value)
                                  : absl::StrCat(static_cast<uint64_t>(value));
}

class Printer {
 public:
  void PrintGraph(const Graph& graph, int indent);
  std::string Take() && { return std::move(out_); }

 private:
  void PrintHeader(const Graph& graph, const Numbering& numbering);
  void PrintNode(const Node& node, int number, const Numbering& numbering, int indent);
  void PrintNames(const std::vector<NodeId>& ids, const Numbering& numbering);
  void PrintAttrs(const Attrs& attrs);
  void PrintType(const ValueType& type) {
    Write(type.dtype.code());
    Value(type.shape);
  }

  // One overload for each kind of attribute.
  void Value(int64_t value) { Write(value); }
  void Value(const Axes& values) { PrintList(values); }
  void Value(Extent extent) {
    extent.is_symbol() ? Write("s", NumberOf(extent)) : Write(extent.value());
  }
  void Value(const Shape& shape) { PrintList(shape); }
  void Value(const Scalar& scalar) { Write(scalar.dtype.code(), ":", NumberText(scalar)); }
  void Value(DType dtype) { Write(dtype.code()); }
  void Value(const std::string& text) { Write("\"", absl::CEscape(text), "\""); }
  void Value(const std::shared_ptr<const Graph>&) {}  // a body stands in braces of its own

  template <typename List>
  void PrintList(const List& list);
  int NumberOf(Extent symbol) {
    return symbols_.emplace(symbol.symbol(), symbols_.size()).first->second;
  }

  template <typename... Parts>
  void Write(const Parts&... parts) {
    absl::StrAppend(&out_, parts...);
  }

  std::string out_;
  absl::flat_hash_map<int, int> symbols_;  // shared by a graph and its bodies
};

template <typename List>
void Printer::PrintList(const List& list) {
  Write("[");
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) Write(",");
    Value(list[i]);
  }
  Write("]");
}

void Printer::PrintAttrs(const Attrs& attrs) {
  absl::string_view separator = " {";
  for (const auto& [name, value] : attrs) {
    if (InfoOf(name).kind == AttrKind::kGraph) continue;
    Write(separator, InfoOf(name).name, "=");
    std::visit([this](const auto& v) { Value(v); }, value);
    separator = ", ";
  }
  if (separator == ", ") Write("}");
}

// What the position and the type of an operand say already is not printed again.
Attrs AttrsOfOperand(const Node& node) {
  Attrs attrs = node.attrs;
  for (AttrName implied : {AttrName::k_index, AttrName::k_dtype, AttrName::k_shape})
    attrs.Erase(implied);
  if (node.rank() == 0) attrs.Erase(AttrName::k_layout);
  return attrs;
}

void Printer::PrintHeader(const Graph& graph, const Numbering& numbering) {
  Write("graph @", graph.name(), "(");
  const int count = static_cast<int>(graph.params().size() + graph.scalars().size());
  for (int i = 0; i < count; ++i) {
    const Node& node = graph.node(numbering.order[i]);
    Write(i > 0 ? ", " : "", "%", i, ": ");
    if (node.op == Op::k_scalar) {
      Write("scalar ", node.dtype().code());
    } else {
      PrintType(node.type);
    }
    PrintAttrs(AttrsOfOperand(node));
  }
  Write(") {\n");
}

void Printer::PrintNames(const std::vector<NodeId>& ids, const Numbering& numbering) {
  for (size_t i = 0; i < ids.size(); ++i) Write(i > 0 ? ", %" : " %", numbering.number[ids[i]]);
}

void Printer::PrintNode(const Node& node, int number, const Numbering& numbering, int indent) {
  const std::string margin(indent, ' ');
  Write(margin, "%", number, ": ");
  PrintType(node.type);
  Write(" = ", node.info().name);
  PrintNames({node.inputs.begin(), node.inputs.end()}, numbering);
  if (node.attrs.Has(AttrName::k_body)) {
    Write(" {\n");
    PrintGraph(node.attrs.Body(), indent + 2);
    Write(margin, "}");
  }
  PrintAttrs(node.attrs);
  Write("\n");
}

// Calls itself for bodies only, whose depth the verifier bounds.
void Printer::PrintGraph(const Graph& graph, int indent) {
  const Numbering numbering = NumberCanonically(graph);
  const std::string margin(indent, ' ');
  Write(margin);
  PrintHeader(graph, numbering);
  const int operands = static_cast<int>(graph.params().size() + graph.scalars().size());
  for (int i = operands; i < static_cast<int>(numbering.order.size()); ++i) {
    PrintNode(graph.node(numbering.order[i]), i, numbering, indent + 2);
  }
  Write(margin, "  return");
  PrintNames(graph.outputs(), numbering);
  Write("\n", margin, "}");
  PrintAttrs(graph.attrs());
  Write("\n");
}

}  // namespace

std::vector<NodeId> PrintedOrder(const Graph& graph) { return NumberCanonically(graph).order; }

std::string Print(const Graph& graph) {
  Printer printer;
  printer.PrintGraph(graph, 0);
  return std::move(printer).Take();
}

}  // namespace broadloom

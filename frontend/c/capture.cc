// From pending arrays to a program: what a trace of them holds, as a graph of numbers.
#include <utility>

#include "frontend/c/program_handle.h"
#include "frontend/convert.h"
#include "frontend/layout.h"
#include "frontend/plan_key.h"

namespace broadloom::c {
namespace {

// Without what errors alone want to know.
Attrs GraphAttrs(const Expr& expr) {
  if (expr.op == Op::k_gather) return {};
  Attrs attrs = expr.attrs;
  attrs.Erase(AttrName::k_source_axes);
  return attrs;
}

class Capture {
 public:
  explicit Capture(Context& context, const std::vector<ExprPtr>& roots)
      : trace_(Unwrap(TraceRoots(context, roots))), ids_(trace_.nodes.size(), -1) {}

  Program Run(std::vector<Array>& inputs) {
    for (int leaf : trace_.leaves) AddParam(leaf, inputs);
    for (int scalar : trace_.scalars) AddScalar(scalar, inputs);
    for (size_t i = 0; i < ids_.size(); ++i) {
      if (ids_[i] < 0) AddNode(i);
    }
    std::vector<NodeId> outputs;
    for (int root : trace_.roots) outputs.push_back(ids_[root]);
    graph_.set_outputs(std::move(outputs));
    return Program(graph_, places_);
  }

 private:
  // Equal nodes are one, and the first one's line stays.
  void Note(size_t node, NodeId id) {
    const Expr& expr = *trace_.nodes[node].expr;
    ids_[node] = id;
    if (id == static_cast<NodeId>(places_.size())) places_.push_back({expr.source(), expr.line});
  }

  void AddParam(int node, std::vector<Array>& inputs) {
    const Expr& expr = *trace_.nodes[node].expr;
    const Dims& strides = trace_.arrays[trace_.nodes[node].leaf].strides;
    Note(node, Unwrap(graph_.AddParam({expr.dtype, expr.shape},
                                      LayoutLetters(expr.shape, strides, expr.dtype.size()))));
    inputs.emplace_back(trace_.nodes[node].expr).set_read_only(true);
  }

  void AddScalar(int node, std::vector<Array>& inputs) {
    Note(node, Unwrap(graph_.AddScalar(trace_.nodes[node].expr->dtype)));
    inputs.emplace_back(trace_.nodes[node].expr);
  }

  void AddNode(size_t node) {
    Inputs inputs;
    for (int input : trace_.InputsOf(trace_.nodes[node])) inputs.push_back(ids_[input]);
    const Expr& expr = *trace_.nodes[node].expr;
    Note(node, Unwrap(graph_.Add(expr.op, std::move(inputs), GraphAttrs(expr))));
  }

  const Trace trace_;
  Graph graph_;
  std::vector<NodeId> ids_;
  std::vector<Program::Place> places_;
};

}  // namespace

Program Captured(const std::vector<Array>& outputs, std::vector<Array>& inputs) {
  Context& context = outputs[0].context();
  std::vector<ExprPtr> roots;
  for (const Array& output : outputs) {
    const ExprPtr& expr = ExprOf(output);
    const bool is_ready = expr->ready.load(std::memory_order_acquire);
    roots.push_back(is_ready ? Unwrap(MakeExpr(context, Op::k_copy, {expr}, {})) : expr);
  }
  return Capture(context, roots).Run(inputs);
}

}  // namespace broadloom::c

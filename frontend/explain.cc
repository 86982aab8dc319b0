// The report of `explain`: inputs, outputs, steps, bytes, and what NumPy would have allocated.
#include <algorithm>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "frontend/buffer_assignment.h"
#include "frontend/bytes.h"
#include "frontend/donation.h"
#include "frontend/evaluate.h"
#include "frontend/explain_kernel.h"
#include "frontend/explain_plan.h"
#include "frontend/holders.h"
#include "frontend/judging.h"
#include "frontend/plan.h"
#include "frontend/precision.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

std::string LineOf(absl::string_view what, const Expr& expr) {
  const int64_t bytes = BytesOf(expr.shape, expr.dtype);
  return absl::StrCat("  ", what, " ", Describe(expr.dtype, expr.shape), ", ", HumanBytes(bytes),
                      expr.source().empty() ? "" : absl::StrCat(", ", expr.source()), "\n");
}

// NumPy computes every operation into an array of its own and frees it after its last use.
struct NumPyCost {
  int64_t total = 0, peak = 0;
  int count = 0;
};

NumPyCost CostInNumPy(const Trace& trace) {
  std::vector<int> last_use(trace.nodes.size(), -1);
  for (size_t i = 0; i < trace.nodes.size(); ++i) {
    for (int input : trace.InputsOf(trace.nodes[i])) last_use[input] = static_cast<int>(i);
  }
  for (int root : trace.roots) last_use[root] = static_cast<int>(trace.nodes.size());
  NumPyCost cost;
  int64_t live = 0;
  const auto bytes = [&](int i) {
    const TraceNode& node = trace.nodes[i];
    const OpInfo& info = InfoOf(node.expr->op);
    const bool is_write = node.expr->op == Op::k_insert || node.expr->op == Op::k_scatter;
    return node.is_leaf() || info.is_view() || info.is_leaf() || is_write
               ? 0
               : BytesOf(node.expr->shape, node.expr->dtype);
  };
  for (size_t i = 0; i < trace.nodes.size(); ++i) {
    const int64_t own = bytes(static_cast<int>(i));
    cost.count += own > 0;
    cost.total = AddBytes(cost.total, own);
    live = AddBytes(live, own);
    cost.peak = std::max(cost.peak, live);
    for (int input : trace.InputsOf(trace.nodes[i])) {
      if (last_use[input] == static_cast<int>(i)) live -= bytes(input), last_use[input] = -1;
    }
  }
  return cost;
}

std::string Operands(const Trace& trace) {
  std::string text = "inputs\n";
  for (int leaf : trace.leaves) absl::StrAppend(&text, LineOf("array", *trace.nodes[leaf].expr));
  if (!trace.scalars.empty()) absl::StrAppend(&text, "  ", trace.scalars.size(), " numbers\n");
  absl::StrAppend(&text, "outputs\n");
  for (int root : trace.roots)
    absl::StrAppend(&text,
                    LineOf(InfoOf(trace.nodes[root].expr->op).name, *trace.nodes[root].expr));
  return text;
}

std::string Losses(const Trace& trace) {
  std::string text;
  for (const TraceNode& node : trace.nodes) {
    if (node.is_leaf()) continue;
    std::vector<ExprPtr> inputs;
    for (int input : trace.InputsOf(node)) inputs.push_back(trace.nodes[input].expr);
    const auto loss =
        PrecisionLoss(node.expr->op, node.expr->attrs, inputs, node.expr->function.get());
    if (!loss.has_value()) continue;
    const std::string& source = node.expr->source();
    absl::StrAppend(&text, "  ", *loss, source.empty() ? "" : ", ", source, "\n");
  }
  return text.empty() ? text : "digits\n" + text;
}

std::string Steps(Context& context, const Plan& plan, const Numbers& numbers,
                  const BufferAssignment& assignment) {
  std::string text = "steps\n";
  for (NodeId id : plan.order) {
    const Node& node = plan.graph.node(id);
    if (assignment.unseen[id]) continue;
    if (node.op == Op::k_kernel)
      absl::StrAppend(&text, ExplainKernel(context, plan, numbers, assignment, id));
    if (node.info().is_call()) {
      absl::StrAppend(&text, "  call of ", node.info().name, " ",
                      Describe(node.dtype(), numbers.Of(node.shape())), "\n");
    }
  }
  for (const Stored& stored : StoredBetweenSteps(plan, numbers)) {
    absl::StrAppend(&text, "  stored between steps: ", Describe(stored.dtype, stored.shape), ", ",
                    HumanBytes(stored.bytes), "\n");
  }
  return text;
}

// The kernel that computes an output, and which of its results that is; -1: something else does.
std::pair<NodeId, int64_t> KernelOf(const Graph& graph, NodeId output) {
  int64_t result = 0;
  NodeId id = output;
  while (graph.node(id).info().is_view() || graph.node(id).op == Op::k_result) {
    if (graph.node(id).op == Op::k_result) result = graph.node(id).attrs.Int(AttrName::k_index);
    id = graph.node(id).inputs[0];
  }
  return {graph.node(id).op == Op::k_kernel ? id : -1, result};
}

// The inputs over which a result of a kernel could be written as far as its code goes.
std::vector<int64_t> LeavesInPlace(const Plan& plan, NodeId kernel, int64_t result) {
  std::vector<int64_t> leaves;
  const auto planned = plan.kernels.find(kernel);
  if (planned == plan.kernels.end()) return leaves;
  for (int operand : planned->second->in_place[result]) {
    const Node& input = plan.graph.node(plan.graph.node(kernel).inputs[operand]);
    if (input.op == Op::k_param) leaves.push_back(input.attrs.Int(AttrName::k_index));
  }
  return leaves;
}

bool IsOverOperand(const BufferAssignment& assignment, NodeId kernel, int64_t result) {
  const auto over = assignment.over.find(kernel);
  return assignment.into.contains(kernel) || assignment.together_of.contains(kernel) ||
         (over != assignment.over.end() && over->second[result] >= 0);
}

// Of what is written to as a whole, where that lies in another place afterwards.
void AddNewArrays(Context& context, const Plan& plan, Trace& trace, const WrittenRoots& written,
                  BufferAssignment& assignment) {
  const bool judged = std::exchange(trace.judged, true);
  {
    const std::shared_lock lock(context.publication);
    FindDonated(context, trace);
  }
  for (size_t i = 0; i < trace.roots.size(); ++i) {
    const Expr& root = *trace.nodes[trace.roots[i]].expr;
    const auto [kernel, result] = KernelOf(plan.graph, plan.graph.outputs()[i]);
    if (!written.contains(&root) || kernel < 0 || IsOverOperand(assignment, kernel, result))
      continue;
    const std::vector<int64_t> leaves = LeavesInPlace(plan, kernel, result);
    const bool is_ours =
        !trace.donated.empty() && std::any_of(leaves.begin(), leaves.end(),
                                              [&](int64_t leaf) { return trace.donated[leaf]; });
    const bool is_taken = is_ours && assignment.overwrites_from >= 0;  // by another result
    if (leaves.empty() || is_taken) continue;
    assignment.copies.push_back(
        {BytesOf(root.shape, root.dtype),
         absl::StrCat("what is written to, ", Describe(root.dtype, root.shape), ": its old value ",
                      is_ours ? "is read elsewhere, or may be needed to tell a floating-point error"
                              : "is still wanted by others, or it is not ours")});
  }
  trace.judged = judged;
}

std::string Copies(const BufferAssignment& assignment) {
  std::string text;
  for (const ForcedCopy& copy : assignment.copies)
    absl::StrAppend(&text, "  ", HumanBytes(copy.bytes), ", ", copy.reason, "\n");
  return text.empty() ? text : "copies\n" + text;
}

}  // namespace

absl::StatusOr<std::vector<ExprPtr>> PendingToExplain(const Context& context,
                                                      absl::Span<const ExprPtr> roots) {
  std::vector<ExprPtr> pending;
  for (const ExprPtr& root : roots) {
    if (root->context != &context)
      return absl::FailedPreconditionError("arrays of two contexts cannot be explained together");
    if (!root->ready.load(std::memory_order_acquire)) pending.push_back(root);
  }
  return pending;
}

absl::StatusOr<PlanToExplain> PlanOf(Context& context, const std::vector<ExprPtr>& pending) {
  BL_ASSIGN_OR_RETURN(Trace trace, TraceAll(context, pending));
  BL_ASSIGN_OR_RETURN(std::shared_ptr<const Plan> plan, FindPlan(context, trace));
  Numbers numbers(*plan, trace);
  BL_ASSIGN_OR_RETURN(const int64_t to_judge, FindWhetherToJudge(context, *plan, trace, numbers));
  {
    const std::shared_lock lock(context.publication);
    FindDonated(context, trace);
  }
  BufferAssignment assignment = AssignBuffers(context, *plan, trace, numbers);
  assignment.peak_bytes = std::max(assignment.peak_bytes, to_judge);
  return PlanToExplain{std::move(trace), std::move(plan), std::move(numbers),
                       std::move(assignment)};
}

absl::StatusOr<std::string> Explain(Context& context, absl::Span<const ExprPtr> roots,
                                    const WrittenRoots& written) {
  BL_ASSIGN_OR_RETURN(const std::vector<ExprPtr> pending, PendingToExplain(context, roots));
  if (pending.empty()) return std::string("evaluated already: nothing to do\n");
  BL_ASSIGN_OR_RETURN(PlanToExplain planned, PlanOf(context, pending));
  auto& [trace, plan, numbers, assignment] = planned;
  AddNewArrays(context, *plan, trace, written, assignment);
  const Needs needs = NeedsOf(context, *plan, assignment, numbers);
  const NumPyCost numpy = CostInNumPy(trace);
  return absl::StrCat(
      Operands(trace), Steps(context, *plan, numbers, assignment), Copies(assignment),
      Losses(trace), "memory\n  beyond the inputs: ", HumanBytes(needs.peak_bytes),
      " at the peak, ", HumanBytes(needs.output_bytes),
      " of it outputs\n  NumPy: ", HumanBytes(numpy.peak), " at the peak, ",
      HumanBytes(numpy.total), " in ", numpy.count, numpy.count == 1 ? " result\n" : " results\n",
      StageOf(trace) != nullptr ? "  computed in stages, whose peak may be another\n" : "",
      trace.judged ? "  computed twice: what floating-point errors there are is "
                     "found before operands are overwritten\n"
                   : "");
}

}  // namespace broadloom

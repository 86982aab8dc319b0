// The guard: what a plan will take, asked before anything is allocated, and the words for a plan
// that takes too much.
#include <algorithm>
#include <ranges>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "frontend/buffer_assignment.h"
#include "frontend/bytes.h"
#include "frontend/plan.h"
#include "frontend/warn.h"
#include "frontend/written.h"
#include "ir/status_macros.h"
#include "runtime/available_memory.h"

namespace broadloom {
namespace {

bool IsStep(const Node& node) { return node.op == Op::k_kernel || node.info().is_call(); }

std::vector<ValueType> ResultTypes(const Node& step) {
  if (step.op != Op::k_kernel) return {step.type};
  std::vector<ValueType> types;
  const Graph& body = step.attrs.Body();
  for (NodeId output : body.outputs()) types.push_back(body.node(output).type);
  return types;
}

// The operation that broadcasts: none of its operands has the shape of its result. Looks up from a
// root through operations that keep the number of elements, as far as a message is worth it.
const TraceNode* FindBroadcast(const Trace& trace, int root) {
  constexpr size_t kFar = 1000;
  const Shape& shape = trace.nodes[root].expr->shape;
  const std::optional<int64_t> size = NumElements(shape);
  std::vector<int> queue = {root};
  absl::flat_hash_set<int> seen = {root};
  for (size_t i = 0; i < queue.size() && i < kFar; ++i) {
    const TraceNode& node = trace.nodes[queue[i]];
    bool same_shape = false;
    int arrays = 0;
    for (int input : trace.InputsOf(node)) {
      const Expr& operand = *trace.nodes[input].expr;
      arrays += operand.rank() > 0;
      same_shape = same_shape || operand.shape == node.expr->shape;
      if (NumElements(operand.shape) == size && seen.insert(input).second) queue.push_back(input);
    }
    const OpInfo& info = InfoOf(node.expr->op);
    if (arrays > 0 && !same_shape && (info.is_elementwise() || node.expr->op == Op::k_broadcast_to))
      return &node;
  }
  return nullptr;
}

std::string OperandsOf(const Trace& trace, const TraceNode& node) {
  std::vector<std::string> texts;
  for (int input : trace.InputsOf(node)) {
    const Expr& operand = *trace.nodes[input].expr;
    if (operand.rank() > 0) texts.push_back(Describe(operand.dtype, operand.shape));
  }
  return absl::StrJoin(texts, " and ");
}

// Inserts are written by functions that are known by their names.
absl::string_view NameOf(const Expr& expr) {
  const bool is_named = expr.op == Op::k_insert && expr.function != nullptr;
  return is_named && expr.function->name != nullptr ? expr.function->name : InfoOf(expr.op).name;
}

std::string At(const Expr& expr) {
  return expr.source().empty() ? "" : absl::StrCat(" (", expr.source(), ")");
}

// The root whose result is the largest.
int LargestRoot(const Trace& trace) {
  const auto bytes = [&](int root) {
    return BytesOf(trace.nodes[root].expr->shape, trace.nodes[root].expr->dtype);
  };
  return *std::max_element(trace.roots.begin(), trace.roots.end(),
                           [&](int a, int b) { return bytes(a) < bytes(b); });
}

// An intermediate result has the shape of some traced operation; the last one of that shape and
// dtype made it.
const TraceNode* TracedAs(const Trace& trace, const Stored& stored) {
  for (const TraceNode& node : std::views::reverse(trace.nodes)) {
    if (!node.is_leaf() && node.expr->dtype == stored.dtype &&
        NumElements(node.expr->shape) == NumElements(stored.shape)) {
      return &node;
    }
  }
  return nullptr;
}

std::string Refusal(Context& context, const Trace& trace, absl::Span<const Stored> intermediates,
                    const Needs& needs) {
  int culprit = LargestRoot(trace);
  for (const Stored& stored : intermediates) {
    const Expr& root = *trace.nodes[culprit].expr;
    const TraceNode* traced = TracedAs(trace, stored);
    if (traced != nullptr && stored.bytes > BytesOf(root.shape, root.dtype))
      culprit = static_cast<int>(traced - trace.nodes.data());
  }
  const TraceNode* broadcast = FindBroadcast(trace, culprit);
  const TraceNode& node = broadcast != nullptr ? *broadcast : trace.nodes[culprit];
  const int64_t bytes = BytesOf(node.expr->shape, node.expr->dtype);
  std::string text = absl::StrCat(NameOf(*node.expr), At(*node.expr), ": the result ",
                                  Describe(node.expr->dtype, node.expr->shape), " takes ", bytes,
                                  " bytes (", HumanBytes(bytes), ")");
  if (broadcast != nullptr) absl::StrAppend(&text, ", broadcast from ", OperandsOf(trace, node));
  const int64_t limit = context.budget->limit();
  const bool limited = limit != Budget::kUnlimited;
  absl::StrAppend(
      &text, "; the evaluation needs ", HumanBytes(needs.peak_bytes), " beyond its inputs, ",
      limited ? absl::StrCat("the memory budget is ", limit, " bytes (", HumanBytes(limit),
                             ") with ", HumanBytes(context.budget->reserved()), " in use")
              : absl::StrCat("the machine has ", HumanBytes(AvailableMemory()), " available"),
      ". Reduce the result (sum, mean, max, ...) or slice it before it is stored",
      limited ? ", or raise bl.memory_budget." : ".");
  return text;
}

int64_t LeafBytes(const Trace& trace) {
  int64_t bytes = 0;
  for (int leaf : trace.leaves)
    bytes = AddBytes(bytes, BytesOf(trace.nodes[leaf].expr->shape, trace.nodes[leaf].expr->dtype));
  return bytes;
}

}  // namespace

std::vector<Stored> StoredBetweenSteps(const Plan& plan, const Numbers& numbers) {
  std::vector<Stored> stored;
  for (NodeId id : plan.order) {
    const Node& node = plan.graph.node(id);
    if (!IsStep(node) || !node.attrs.Has(AttrName::k_slots) || plan.IsWindow(id)) continue;
    const std::vector<ValueType> types = ResultTypes(node);
    for (size_t i = 0; i < types.size(); ++i) {
      if (node.attrs.Ints(AttrName::k_slots)[i] < 0) continue;
      Shape shape = numbers.Of(types[i].shape);
      const int64_t bytes = BytesOf(shape, types[i].dtype);
      stored.push_back({std::move(shape), types[i].dtype, bytes});
    }
  }
  return stored;
}

Needs NeedsOf(Context& context, const Plan& plan, const BufferAssignment& assignment,
              const Numbers& numbers) {
  Needs needs{.output_bytes = assignment.output_bytes, .peak_bytes = assignment.peak_bytes};
  if (context.options.interpret) {  // the evaluator's results are dense
    needs.output_bytes = 0;
    for (NodeId output : plan.graph.outputs()) {
      const Node& node = plan.graph.node(output);
      needs.output_bytes =
          AddBytes(needs.output_bytes, BytesOf(numbers.Of(node.shape()), node.dtype()));
    }
    needs.peak_bytes = std::max(needs.peak_bytes, needs.output_bytes);
  }
  return needs;
}

absl::StatusOr<Reservation> ReserveFor(Context& context, const Plan& plan, const Trace& trace,
                                       const Numbers& numbers, const Needs& needs) {
  absl::StatusOr<Reservation> reservation =
      Reservation::Make(context.budget, needs.peak_bytes, context.allocator.info().cached);
  if (reservation.ok() || !absl::IsResourceExhausted(reservation.status())) return reservation;
  return absl::ResourceExhaustedError(
      Refusal(context, trace, StoredBetweenSteps(plan, numbers), needs));
}

absl::Status CheckBroadcasts(Context& context, const Trace& trace) {
  const BroadcastWarnings settings = context.warnings();
  if (settings.action == BroadcastWarnings::Action::ignore) return absl::OkStatus();
  for (int root : trace.roots) {
    const Expr& expr = *trace.nodes[root].expr;
    const int64_t bytes = BytesOf(expr.shape, expr.dtype);
    if (bytes <= settings.bytes) continue;
    const int64_t operands = LeafBytes(trace);
    const TraceNode* broadcast = FindBroadcast(trace, root);
    if (broadcast == nullptr || operands == 0 ||
        static_cast<double>(bytes) <= settings.times * static_cast<double>(operands))
      continue;
    const std::string message = absl::StrCat(
        InfoOf(broadcast->expr->op).name, At(*broadcast->expr), ": the stored result ",
        Describe(expr.dtype, expr.shape), " takes ", HumanBytes(bytes), ", broadcast from ",
        OperandsOf(trace, *broadcast), ", while all operands take ", HumanBytes(operands));
    if (settings.action == BroadcastWarnings::Action::raise) return absl::AbortedError(message);
    Warn(WarningKind::broadcast, message, broadcast->expr->source());
  }
  return absl::OkStatus();
}

}  // namespace broadloom

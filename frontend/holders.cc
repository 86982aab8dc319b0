#include "frontend/holders.h"

#include <algorithm>
#include <shared_mutex>

#include "absl/container/flat_hash_set.h"
#include "frontend/bytes.h"
#include "frontend/donation.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

thread_local int alone = 0;

int64_t BytesOf(const Expr& expr) { return BytesOf(expr.shape, expr.dtype); }

int64_t LeastBytes(const Context& context) {
  return std::max<int64_t>(context.options.judge_from, 1);
}

bool IsLarge(const Context& context, const StridedArray& array) {
  return array.buffer->size() >= LeastBytes(context) && !array.buffer->lent();
}

bool MayOverwrite(const Context& context, const Trace& trace) {
  return !context.options.interpret && context.options.donate != 0 &&
         std::any_of(trace.arrays.begin(), trace.arrays.end(),
                     [&](const StridedArray& array) { return IsLarge(context, array); });
}

using Memories = absl::flat_hash_set<const Buffer*>;

// Large memories of leaves that outlive the roots.
Memories KeptBy(const Context& context, const Trace& trace) {
  const std::vector<bool> dying = DyingLeaves(trace);
  Memories kept;
  for (size_t i = 0; i < trace.arrays.size(); ++i) {
    if (!dying[i] && IsLarge(context, trace.arrays[i])) kept.insert(trace.arrays[i].buffer.get());
  }
  return kept;
}

// Nodes to compute along, if that frees enough of the memories; else none.
std::vector<ExprPtr> HeldWorthIt(const Context& context, const Trace& trace, const Memories& kept,
                                 int64_t balance) {
  std::vector<int> held;
  const std::vector<bool> dying = DyingLeaves(trace, &held);
  Memories freed;
  for (size_t i = 0; i < trace.arrays.size(); ++i) {
    const Buffer* const buffer = trace.arrays[i].buffer.get();
    if (dying[i] && kept.contains(buffer) && freed.insert(buffer).second)
      balance += buffer->size() / 2;
  }
  std::vector<ExprPtr> nodes;
  for (int node : held) {
    nodes.push_back(trace.nodes[node].expr);
    balance -= BytesOf(*nodes.back());
  }
  if (freed.empty() || balance < LeastBytes(context) / 4) nodes.clear();
  return nodes;
}

bool IsCheap(const Expr& expr, int64_t most) {
  const OpInfo& info = InfoOf(expr.op);
  return (info.is_elementwise() || info.is_reduce() || info.is_view() || info.is_leaf()) &&
         BytesOf(expr) <= most;
}

// Whether something pending reads one of the memories, and is computed in passes over no more than
// that. Under the publication lock.
bool ReadsCheaply(const ExprPtr& reduction, const Memories& memories) {
  constexpr size_t kFar = 64;
  int64_t most = 0;
  for (const Buffer* buffer : memories) most = std::max(most, buffer->size());
  std::vector<const Expr*> nodes = {reduction.get()};
  bool reads = false;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i]->ready.load(std::memory_order_acquire)) {
      reads = reads || memories.contains(nodes[i]->storage.buffer.get());
      continue;
    }
    if (!IsCheap(*nodes[i], 2 * most) || nodes.size() > kFar) return false;
    for (const ExprPtr& input : nodes[i]->inputs) nodes.push_back(input.get());
  }
  return reads;
}

std::vector<ExprPtr> ReductionsOf(Context& context, const Trace& trace, const Memories& memories) {
  absl::flat_hash_set<const Expr*> known;
  for (const TraceNode& node : trace.nodes) known.insert(node.expr.get());
  const std::vector<ExprPtr> alive = context.reductions.Alive();  // may die here, without the lock
  std::vector<ExprPtr> reductions;
  const std::shared_lock lock(context.publication);
  for (const ExprPtr& each : alive) {
    if (!each->ready.load(std::memory_order_relaxed) && !known.contains(each.get()) &&
        ReadsCheaply(each, memories))
      reductions.push_back(each);
  }
  return reductions;
}

void Append(std::vector<ExprPtr>& roots, const std::vector<ExprPtr>& more) {
  roots.insert(roots.end(), more.begin(), more.end());
}

// None: the reductions are not worth it, or cannot be computed.
std::vector<ExprPtr> WithReductions(Context& context, std::vector<ExprPtr> roots,
                                    const std::vector<ExprPtr>& reductions, const Memories& kept) {
  Append(roots, reductions);
  const absl::StatusOr<Trace> traced = TraceRoots(context, roots);
  if (!traced.ok()) return {};
  const Trace& trace = *traced;
  const std::shared_lock lock(context.publication);
  const Memories still = KeptBy(context, trace);
  int64_t balance = 0;
  for (const Buffer* buffer : kept) balance += still.contains(buffer) ? 0 : buffer->size() / 2;
  for (const ExprPtr& each : reductions) balance -= BytesOf(*each);
  const std::vector<ExprPtr> held = HeldWorthIt(context, trace, still, balance);
  if (held.empty() && balance < LeastBytes(context) / 4) return {};
  Append(roots, held);
  return roots;
}

}  // namespace

AloneScope::AloneScope() { ++alone; }
AloneScope::~AloneScope() { --alone; }

void NoteReduction(Context& context, const ExprPtr& reduction) {
  if (alone > 0) return;  // a question, which nobody holds for long
  const Expr* expr = reduction.get();
  ExprPtr node = reduction;
  while (InfoOf(expr->op).is_view() && !expr->inputs.empty()) {
    node = expr->inputs[0];
    expr = node.get();
  }
  if (expr->inputs.empty()) return;
  // Its operand may be a part of what it keeps, and have narrower elements.
  constexpr int64_t kPart = 256;
  const int64_t from = *NumElements(expr->inputs[0]->shape), to = *NumElements(expr->shape);
  if (from * kPart >= LeastBytes(context) && 8 * to <= from) context.reductions.Add(node);
}

absl::StatusOr<Trace> TraceAll(Context& context, const std::vector<ExprPtr>& roots) {
  std::vector<ExprPtr> more, reductions;
  Memories kept;
  {
    BL_ASSIGN_OR_RETURN(Trace trace, TraceRoots(context, roots));
    if (alone > 0 || !MayOverwrite(context, trace)) return trace;
    {
      const std::shared_lock lock(context.publication);
      kept = KeptBy(context, trace);
      if (!kept.empty()) more = HeldWorthIt(context, trace, kept, 0);
    }
    if (more.empty() && !kept.empty()) reductions = ReductionsOf(context, trace, kept);
    if (more.empty() && reductions.empty()) return trace;
  }
  std::vector<ExprPtr> all;
  if (!reductions.empty()) all = WithReductions(context, roots, reductions, kept);
  if (all.empty()) all = roots;
  Append(all, more);
  return TraceRoots(context, all);
}

}  // namespace broadloom

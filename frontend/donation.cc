// By counting who holds what. A count that the trace explains cannot grow behind its back: to get
// at an operand others would have to go through a root.
#include "frontend/donation.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "frontend/float_errors.h"
#include "frontend/float_flags.h"

namespace broadloom {
namespace {

// Nodes that only the trace holds, and nodes that do not outlive the publication of its roots.
std::vector<bool> DyingNodes(const Trace& trace) {
  const auto count = static_cast<int>(trace.nodes.size());
  std::vector<int64_t> holders(count, 1);  // the trace
  std::vector<bool> is_root(count), dying(count);
  for (int root : trace.roots) is_root[root] = true;
  for (int i = count - 1; i >= 0; --i) {
    const TraceNode& node = trace.nodes[i];
    dying[i] = !is_root[i] && node.expr.use_count() == holders[i];
    if (!is_root[i] && !dying[i]) continue;
    for (int input : trace.InputsOf(node)) ++holders[input];
  }
  return dying;
}

// Leaves that die, and their memory with them: each of them holds it twice, itself and in the
// trace.
std::vector<bool> DyingLeaves(const Trace& trace) {
  const std::vector<bool> dying = DyingNodes(trace);
  absl::flat_hash_map<const Buffer*, int64_t> holders;
  for (size_t i = 0; i < trace.leaves.size(); ++i) {
    if (dying[trace.leaves[i]]) holders[trace.arrays[i].buffer.get()] += 2;
  }
  std::vector<bool> donated(trace.leaves.size());
  for (size_t i = 0; i < trace.leaves.size(); ++i) {
    const std::shared_ptr<Buffer>& buffer = trace.arrays[i].buffer;
    const auto found = holders.find(buffer.get());
    donated[i] = found != holders.end() && found->second == buffer.use_count() && !buffer->lent();
  }
  return donated;
}

// Bytes from which on memory counts more than which of several operations a warning names.
constexpr int64_t kWorthAVagueWarning = 1 << 20;

bool MayFail(const TraceNode& node) { return !node.is_leaf() && node.expr->op == Op::k_gather; }

}  // namespace

void FindDonated(Context& context, Trace& trace) {
  trace.donated.clear();
  const int donate = context.options.donate;
  if (context.options.interpret || donate == 0 || !OnlyWarns(trace) ||
      std::any_of(trace.nodes.begin(), trace.nodes.end(), MayFail))
    return;
  trace.donated = donate == 2 ? std::vector<bool>(trace.leaves.size(), true) : DyingLeaves(trace);
  if (!MaySpeak(trace) || !IsAmbiguous(trace)) return;
  for (size_t i = 0; i < trace.donated.size(); ++i)
    trace.donated[i] = trace.donated[i] && trace.arrays[i].buffer->size() >= kWorthAVagueWarning;
}

Donation::Donation(Context& context, Trace& trace) : context_(context), trace_(trace) {
  const std::unique_lock lock(context.publication);
  FindDonated(context, trace);
  is_claimed_ = std::find(trace.donated.begin(), trace.donated.end(), true) != trace.donated.end();
  if (is_claimed_) Mark(Expr::Operands::claimed);
}

void Donation::Mark(Expr::Operands operands) {
  for (int root : trace_.roots) trace_.nodes[root].expr->operands = operands;
}

void Donation::Release() {
  if (!is_claimed_) return;
  {
    const std::unique_lock lock(context_.publication);
    Mark(Expr::Operands::kept);
  }
  is_claimed_ = false;
  context_.released.notify_all();
}

void Donation::Lose() {
  {
    const std::unique_lock lock(context_.publication);
    Mark(Expr::Operands::lost);
  }
  is_claimed_ = false;
  context_.released.notify_all();
}

}  // namespace broadloom

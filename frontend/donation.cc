// By counting who holds what, while nothing can be published. A count that the trace explains
// cannot grow afterwards: to get at an operand others would have to go through a root.
#include "frontend/donation.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "frontend/float_errors.h"
#include "frontend/float_flags.h"
#include "frontend/index_faults.h"
#include "frontend/layout.h"
#include "frontend/memory.h"

namespace broadloom {
namespace {

constexpr int kNever = 0, kAny = 2;  // Options::donate

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

// For an index that is not known yet; others are looked at before anything is overwritten. Or its
// node has been computed meanwhile by another thread, so that it holds its operands no more.
bool MayFail(const Trace& trace, const TraceNode& node) {
  if (node.is_leaf()) return false;
  if (node.expr->ready.load(std::memory_order_relaxed)) return true;
  return node.expr->op == Op::k_gather && !AreKnown(trace, node);
}

// Of an array of floats: false where it is sure to have none.
bool MayHaveNaN(Context& context, const Expr& expr, const StridedArray& array) {
  const bool is_single = expr.dtype == DType::kFloat32;
  if (!expr.dtype.is_inexact()) return false;
  if ((!is_single && expr.dtype != DType::kFloat64) ||
      !IsInOrder(expr.shape, array.strides, expr.dtype.size()))
    return true;
  std::atomic<bool> any = false;
  const auto scan = [&](const auto* numbers) {
    context.pool.ParallelFor(*NumElements(expr.shape), 1 << 16,
                             [&](int64_t begin, int64_t end, int) {
                               bool found = false;
                               for (int64_t i = begin; i < end; ++i)
                                 found |= std::isnan(numbers[i]);
                               if (found) any = true;
                             });
  };
  const char* const data = AddressOf(array);
  is_single ? scan(reinterpret_cast<const float*>(data))
            : scan(reinterpret_cast<const double*>(data));
  return any;
}

bool MayHaveNaN(Context& context, const Trace& trace) {
  for (int scalar : trace.scalars) {
    const Scalar& number = trace.nodes[scalar].expr->scalar;
    if (number.dtype.is_inexact() && std::isnan(AsDouble(number))) return true;
  }
  for (size_t i = 0; i < trace.leaves.size(); ++i) {
    if (MayHaveNaN(context, *trace.nodes[trace.leaves[i]].expr, trace.arrays[i])) return true;
  }
  return false;
}

// In a child process of one that was overwriting something the threads that did are gone.
std::atomic<int> forks = 0;
[[maybe_unused]] const int kRegistered = pthread_atfork(nullptr, nullptr, [] { ++forks; });

}  // namespace

Expr::Operands StateOfOperands(const Expr& expr) {
  const bool is_stale = expr.operands == Expr::Operands::claimed && expr.claimed_after != forks;
  return is_stale ? Expr::Operands::lost : expr.operands;
}

void FindDonated(Context& context, Trace& trace) {
  trace.donated.clear();
  const int donate = context.options.donate;
  if (context.options.interpret || donate == kNever) return;
  std::vector<bool> donated =
      donate == kAny ? std::vector<bool>(trace.leaves.size(), true) : DyingLeaves(trace);
  if (std::find(donated.begin(), donated.end(), true) == donated.end() || !OnlyWarns(trace) ||
      std::any_of(trace.nodes.begin(), trace.nodes.end(),
                  [&](const TraceNode& node) { return MayFail(trace, node); }))
    return;
  const Blame blame = MaySpeak(trace) ? BlameOf(trace) : Blame();
  if (blame.is_unclear) return;
  trace.needs_numbers = blame.needs_numbers;
  trace.donated = std::move(donated);
  if (!blame.is_shared) return;
  for (size_t i = 0; i < trace.donated.size(); ++i)
    trace.donated[i] = trace.donated[i] && trace.arrays[i].buffer->size() >= kWorthAVagueWarning;
}

Donation::Donation(Context& context, Trace& trace) : context_(context), trace_(trace) {
  {
    const std::unique_lock lock(context.publication);
    FindDonated(context, trace);
    is_claimed_ =
        std::find(trace.donated.begin(), trace.donated.end(), true) != trace.donated.end();
    if (is_claimed_) Mark(Expr::Operands::claimed);
  }
  if (is_claimed_ &&
      ((trace.needs_numbers && MayHaveNaN(context, trace)) || HasIndexFault(context, trace)))
    Withdraw();
}

Donation::~Donation() { has_overwritten_ ? Lose() : Release(); }

void Donation::Withdraw() {
  trace_.donated.clear();
  Release();
}

void Donation::Mark(Expr::Operands operands) {
  for (int root : trace_.roots) {
    trace_.nodes[root].expr->operands = operands;
    trace_.nodes[root].expr->claimed_after = forks;
  }
}

void Donation::End(Expr::Operands operands) {
  if (!is_claimed_) return;
  {
    const std::unique_lock lock(context_.publication);
    Mark(operands);
  }
  is_claimed_ = has_overwritten_ = false;
  context_.released.notify_all();
}

}  // namespace broadloom

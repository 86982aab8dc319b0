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
#include "frontend/convert.h"
#include "frontend/evaluate.h"
#include "frontend/float_errors.h"
#include "frontend/float_flags.h"
#include "frontend/holders.h"
#include "frontend/index_faults.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/written.h"

namespace broadloom {
namespace {

constexpr int kNever = 0, kAny = 2;  // Options::donate

// Which nodes of a trace nobody else holds, from the roots down.
class DyingNodes {
 public:
  explicit DyingNodes(const Trace& trace)
      : trace_(trace), holders_(trace.nodes.size(), 1), dying_(trace.nodes.size()) {
    // Who holds a leaf's twins but the trace itself is one more user of the leaf.
    for (const LeafTwin& twin : trace.twins) holders_[twin.node] -= twin.expr.use_count() - 1;
  }

  // Those that do not outlive the publication of the roots; `held`: nor that of these.
  std::vector<bool> Find(std::vector<int>* held = nullptr) {
    std::vector<bool> is_root(Count());
    for (int root : trace_.roots) is_root[root] = true;
    for (int i = Count() - 1; i >= 0; --i) {
      const TraceNode& node = trace_.nodes[i];
      dying_[i] = !is_root[i] && node.expr.use_count() == holders_[i];
      if (held != nullptr && !is_root[i] && !dying_[i] && IsStep(node)) {
        held->push_back(i);
        is_root[i] = true;
      }
      if (is_root[i] || dying_[i]) LetGo(node);
    }
    return std::move(dying_);
  }

 private:
  static bool IsStep(const TraceNode& node) {
    return !node.is_leaf() && node.expr->op != Op::k_scalar && !InfoOf(node.expr->op).is_view();
  }

  int Count() const { return static_cast<int>(trace_.nodes.size()); }

  void LetGo(const TraceNode& node) {
    for (int input : trace_.InputsOf(node)) ++holders_[input];
    const Expr& expr = *node.expr;
    if (IsLetGo(expr.whole)) {
      for (const ExprPtr& operand : expr.whole->operands) LetGo(operand);
    }
    if (IsLetGo(expr.function)) LetGo(expr.function->mask);
  }

  void LetGo(const ExprPtr& held) {
    const bool is_first = numbers_.empty();
    for (int i = 0; is_first && i < Count(); ++i) numbers_.emplace(trace_.nodes[i].expr.get(), i);
    for (size_t i = 0; is_first && i < trace_.twins.size(); ++i)
      numbers_.emplace(trace_.twins[i].expr.get(), trace_.twins[i].node);
    const auto found = numbers_.find(held.get());
    if (found != numbers_.end()) ++holders_[found->second];
  }

  // By all nodes that share it.
  template <typename Shared>
  bool IsLetGo(const std::shared_ptr<Shared>& shared) {
    return shared != nullptr && ++sharers_[shared.get()] == shared.use_count();
  }

  const Trace& trace_;
  std::vector<int64_t> holders_;  // the trace among them
  std::vector<bool> dying_;
  absl::flat_hash_map<const Expr*, int> numbers_;
  absl::flat_hash_map<const void*, int64_t> sharers_;
};

// Bytes from which on memory counts more than which of several operations a warning names.
constexpr int64_t kWorthAVagueWarning = 1 << 20;

// For an index that is not known yet; others are looked at before anything is overwritten. Or its
// node has been computed meanwhile by another thread, so that it holds its operands no more.
bool MayFail(const Trace& trace, const TraceNode& node) {
  if (node.is_leaf()) return false;
  if (node.expr->ready.load(std::memory_order_relaxed)) return true;
  return node.expr->op == Op::k_gather && !AreKnown(trace, node);
}

// Of floats in C order.
template <typename T>
bool HasNaN(Context& context, const T* numbers, int64_t count) {
  std::atomic<bool> any = false;
  context.pool.ParallelFor(count, 1 << 16, [&](int64_t begin, int64_t end, int) {
    bool found = false;
    for (int64_t i = begin; i < end; ++i) found |= std::isnan(numbers[i]);
    if (found) any = true;
  });
  return any;
}

// False where it is sure to have none.
bool MayHaveNaN(Context& context, const ExprPtr& expr, const StridedArray& array) {
  if (!expr->dtype.is_inexact()) return false;
  const Shape shape = WithoutRepeats(expr->shape, array.strides);
  const int64_t count = *NumElements(shape);
  if (IsInOrder(shape, array.strides, expr->dtype.size())) {
    if (expr->dtype == DType::kFloat32)
      return HasNaN(context, reinterpret_cast<const float*>(AddressOf(array)), count);
    if (expr->dtype == DType::kFloat64)
      return HasNaN(context, reinterpret_cast<const double*>(AddressOf(array)), count);
  }
  const Array found = any(isnan(Array(expr)));
  return !EvaluateRoots(context, {ExprOf(found)}).ok() || found.item<bool>();
}

bool HasNaN(Context& context, const Trace& trace) {
  for (int scalar : trace.scalars) {
    const Scalar& number = trace.nodes[scalar].expr->scalar;
    if (number.dtype.is_inexact() && std::isnan(AsDouble(number))) return true;
  }
  for (size_t i = 0; i < trace.leaves.size(); ++i) {
    if (MayHaveNaN(context, trace.nodes[trace.leaves[i]].expr, trace.arrays[i])) return true;
  }
  return false;
}

// In a child process of one that was overwriting something the threads that did are gone.
std::atomic<int> forks = 0;
[[maybe_unused]] const int kRegistered = pthread_atfork(nullptr, nullptr, [] { ++forks; });

}  // namespace

std::vector<bool> DyingLeaves(const Trace& trace, std::vector<int>* held) {
  const std::vector<bool> dying = DyingNodes(trace).Find(held);
  absl::flat_hash_map<const Buffer*, int64_t> holders;
  for (size_t i = 0; i < trace.leaves.size(); ++i) {
    if (dying[trace.leaves[i]]) holders[trace.arrays[i].buffer.get()] += 2;
  }
  for (const LeafTwin& twin : trace.twins)
    if (dying[twin.node]) ++holders[twin.expr->storage.buffer.get()];
  std::vector<bool> donated(trace.leaves.size());
  for (size_t i = 0; i < trace.leaves.size(); ++i) {
    const std::shared_ptr<Buffer>& buffer = trace.arrays[i].buffer;
    const auto found = holders.find(buffer.get());
    donated[i] = found != holders.end() && found->second == buffer.use_count() && !buffer->lent();
  }
  return donated;
}

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
  const bool speaks = MaySpeak(trace);
  if (std::find(donated.begin(), donated.end(), true) == donated.end() ||
      (speaks && !OnlyWarns(trace)) ||
      std::any_of(trace.nodes.begin(), trace.nodes.end(),
                  [&](const TraceNode& node) { return MayFail(trace, node); }))
    return;
  const Blame blame = speaks ? BlameOf(trace) : Blame();
  if (blame.is_unclear) return;
  trace.needs_numbers = blame.needs_numbers;
  trace.donated = std::move(donated);
  if (!blame.is_shared) return;
  for (size_t i = 0; i < trace.donated.size(); ++i)
    trace.donated[i] = trace.donated[i] && trace.arrays[i].buffer->size() >= kWorthAVagueWarning;
}

bool LacksNumbers(Context& context, Trace& trace) {
  if (!trace.needs_numbers) return false;
  if (!trace.has_nan.has_value()) trace.has_nan = HasNaN(context, trace);
  return *trace.has_nan;
}

Donation::Donation(Context& context, Trace& trace) : context_(context), trace_(trace) {
  {
    const std::unique_lock lock(context.publication);
    FindDonated(context, trace);
    is_claimed_ =
        std::find(trace.donated.begin(), trace.donated.end(), true) != trace.donated.end();
    if (is_claimed_) Mark(Expr::Operands::claimed);
  }
  const AloneScope what_is_claimed_waits;
  if (is_claimed_ && (LacksNumbers(context, trace) || HasIndexFault(context, trace))) Withdraw();
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

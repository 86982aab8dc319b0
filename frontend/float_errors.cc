// Finds the operations that raised, by halves: one truth value for each of up to kGroups groups,
// then the groups that hold one again.
#include "frontend/float_errors.h"

#include <algorithm>
#include <shared_mutex>
#include <span>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "frontend/complex.h"
#include "frontend/convert.h"
#include "frontend/evaluate.h"
#include "frontend/float_flags.h"
#include "frontend/source.h"
#include "frontend/warn.h"
#include "frontend/written.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

constexpr size_t kGroups = 32;

// Something to be found out about a node.
struct Suspicion {
  ExprPtr expr;
  FloatError error;
  std::string name;
  Array happened;  // rank 0
};

// Operands, function and whole, copied: publication by another thread drops them.
struct Case {
  ExprPtr expr;
  Computed computed;
  std::shared_ptr<const Function> function;
  std::shared_ptr<const Whole> whole;
};

std::atomic<bool>& JudgedOf(const ExprPtr& expr, const std::shared_ptr<const Whole>& whole) {
  return whole != nullptr ? whole->judged : expr->judged;
}

bool IsWanted(const ExprPtr& expr) {
  return expr->errors != ErrorState{} &&
         !JudgedOf(expr, expr->whole).load(std::memory_order_relaxed) &&
         (expr->whole != nullptr || !(expr->function != nullptr && expr->function->silent)) &&
         MayViolate(*expr);
}

std::vector<Case> CasesOf(Context& context, const Trace& trace) {
  std::vector<Case> cases;
  absl::flat_hash_set<const Whole*> seen;
  const std::shared_lock lock(context.publication);
  for (const TraceNode& node : trace.nodes) {
    const Expr& expr = *node.expr;
    if (node.is_leaf() || expr.ready.load(std::memory_order_relaxed) || !IsWanted(node.expr))
      continue;
    if (expr.whole != nullptr && !seen.insert(expr.whole.get()).second) continue;
    Case& c = cases.emplace_back(
        Case{node.expr, {expr.op, {}, Array(node.expr), &expr.attrs}, expr.function, expr.whole});
    if (expr.whole == nullptr) {
      for (const ExprPtr& input : expr.inputs) c.computed.operands.emplace_back(input);
    } else {
      c.computed.op = expr.whole->op;
      for (const ExprPtr& input : expr.whole->operands) c.computed.operands.emplace_back(input);
    }
  }
  return cases;
}

Array AnyOf(const Array& where, const Case& c) {
  const bool masked = c.function != nullptr && c.function->mask != nullptr;
  return any(masked ? logical_and(where, Array(c.function->mask)) : where);
}

// A part of a complex result stands for the whole, which nothing else may hold any more.
Computed WholeOf(const Case& c) {
  const bool is_part = c.whole != nullptr && c.computed.op != Op::k_hypot &&
                       !c.expr->dtype.is_complex() && c.expr->dtype.is_inexact();
  if (!is_part) return c.computed;
  Computed computed = c.computed;
  std::vector<Operand> operands(computed.operands.begin(), computed.operands.end());
  Operands pointers;
  for (const Operand& operand : operands) pointers.push_back(&operand);
  if (!AnyComplex(pointers)) return computed;
  computed.result = ComplexElementwise(computed.op, pointers);
  return computed;
}

std::vector<Suspicion> SuspicionsOf(const std::vector<Case>& cases) {
  std::vector<Suspicion> suspicions;
  for (const Case& c : cases) {
    const ErrorState& state = c.expr->errors;
    for (const Violation& violation : ViolationsOf(WholeOf(c), state)) {
      if (state.Of(violation.error) == ErrorMode::ignore) continue;
      const std::string name = violation.name != nullptr ? violation.name : NumPysName(*c.expr);
      suspicions.push_back({c.expr, violation.error, name, AnyOf(violation.where, c)});
    }
  }
  return suspicions;
}

Array AnyOf(std::span<const Suspicion> group) {
  Array any = group[0].happened;
  for (const Suspicion& suspicion : group.subspan(1)) any = logical_or(any, suspicion.happened);
  return any;
}

// Those that came true, in order.
absl::Status Confirm(Context& context, std::span<const Suspicion> all,
                     std::vector<Suspicion>& confirmed) {
  if (all.empty()) return absl::OkStatus();
  const size_t size = (all.size() - 1) / kGroups + 1;
  std::vector<std::span<const Suspicion>> groups;
  std::vector<ExprPtr> roots;
  for (size_t first = 0; first < all.size(); first += size) {
    groups.push_back(all.subspan(first, std::min(size, all.size() - first)));
    roots.push_back(ExprOf(AnyOf(groups.back())));
  }
  BL_RETURN_IF_ERROR(EvaluateRoots(context, roots));
  for (size_t i = 0; i < groups.size(); ++i) {
    if (!Array(roots[i]).item<bool>()) continue;
    if (size > 1)
      BL_RETURN_IF_ERROR(Confirm(context, groups[i], confirmed));
    else
      confirmed.push_back(groups[i][0]);
  }
  return absl::OkStatus();
}

bool AreOfOneFunction(const Expr& a, const Expr& b) {
  const bool is_named = a.function != nullptr && a.function->name != nullptr;
  return &a == &b || (is_named && a.function == b.function);
}

absl::Status Report(const Suspicion& found, std::span<const Suspicion> all) {
  unsigned flags = 0;
  for (const Suspicion& other : all) {
    if (found.name == other.name && AreOfOneFunction(*found.expr, *other.expr))
      flags |= BitOf(other.error);
  }
  const ErrorMode mode = found.expr->errors.Of(found.error);
  return SpeakOf(mode, found.error, found.name, found.expr->source, flags);
}

// A function of several nodes speaks once.
bool IsRepeated(const Suspicion& found) {
  const auto& function = found.expr->function;
  if (function == nullptr || function->name == nullptr) return false;
  const unsigned bit = BitOf(found.error);
  return (function->reported->fetch_or(bit, std::memory_order_relaxed) & bit) != 0;
}

thread_local bool is_judging = false;

// Nothing that is computed meanwhile is judged.
class Judging {
 public:
  Judging() { is_judging = true; }
  ~Judging() { is_judging = false; }

 private:
  const ErrorStateScope ignored_{ErrorState{}};
};

absl::Status FindOut(Context& context, const std::vector<Case>& cases,
                     std::vector<Suspicion>& found) {
  const Judging judging;
  const std::vector<Suspicion> suspicions = SuspicionsOf(cases);
  return Confirm(context, suspicions, found);
}

bool MayMatter(unsigned flags) { return IsRaised(flags) || WatchesUnderflow(); }

}  // namespace

bool MaySpeak(const Trace& trace) {
  return !is_judging &&
         std::any_of(trace.nodes.begin(), trace.nodes.end(), [](const TraceNode& node) {
           return !node.is_leaf() && node.expr->errors != ErrorState{};
         });
}

absl::Status SpeakOf(ErrorMode mode, FloatError error, const std::string& operation,
                     const std::string& source, unsigned flags) {
  const std::string message = absl::StrCat(to_string(error), " encountered in ", operation);
  switch (mode) {
    case ErrorMode::ignore: break;
    case ErrorMode::warn: Warn(WarningKind::runtime, message, source); break;
    case ErrorMode::raise: return absl::DataLossError(message);
    case ErrorMode::print: absl::FPrintF(stderr, "Warning: %s\n", message); break;
    case ErrorMode::call:
    case ErrorMode::log: HandleFloatError(mode, error, flags, operation);
  }
  return absl::OkStatus();
}

void SpeakNow(FloatError error, const std::string& operation, unsigned flags) {
  Unwrap(SpeakOf(error_state().Of(error), error, operation, CurrentSource(), flags));
}

absl::Status ReportFloatErrors(Context& context, const Trace& trace, unsigned flags) {
  if (is_judging || !MayMatter(flags)) return absl::OkStatus();
  const std::vector<Case> cases = CasesOf(context, trace);
  std::vector<Suspicion> found;
  BL_RETURN_IF_ERROR(FindOut(context, cases, found));
  for (const Case& c : cases) JudgedOf(c.expr, c.whole).store(true, std::memory_order_relaxed);
  for (const Suspicion& one : found) {
    if (!IsRepeated(one)) BL_RETURN_IF_ERROR(Report(one, found));
  }
  return absl::OkStatus();
}

}  // namespace broadloom

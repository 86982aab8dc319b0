// Finds the operations that raised, by halves: one truth value for each of up to kGroups groups,
// then the groups that hold one again.
#include "frontend/float_errors.h"

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <span>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "frontend/convert.h"
#include "frontend/evaluate.h"
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

// Operands and function, copied: publication by another thread drops them.
struct Case {
  ExprPtr expr;
  Computed computed;
  std::shared_ptr<const Function> function;
};

bool IsWanted(const Expr& expr) {
  return expr.errors != ErrorState{} && !expr.judged.load(std::memory_order_relaxed) &&
         (expr.whole != nullptr || !(expr.function != nullptr && expr.function->silent)) &&
         MayViolate(expr);
}

std::vector<Case> CasesOf(Context& context, const Trace& trace) {
  std::vector<Case> cases;
  const std::shared_lock lock(context.publication);
  for (const TraceNode& node : trace.nodes) {
    const Expr& expr = *node.expr;
    if (node.is_leaf() || expr.ready.load(std::memory_order_relaxed) || !IsWanted(expr)) continue;
    Case& c = cases.emplace_back(
        Case{node.expr, {expr.op, {}, Array(node.expr), &expr.attrs}, expr.function});
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

std::vector<Suspicion> SuspicionsOf(const std::vector<Case>& cases) {
  std::vector<Suspicion> suspicions;
  for (const Case& c : cases) {
    const ErrorState& state = c.expr->errors;
    for (const Violation& violation : ViolationsOf(c.computed, state)) {
      if (state.Of(violation.error) == ErrorMode::ignore) continue;
      suspicions.push_back(
          {c.expr, violation.error, NumPysName(*c.expr), AnyOf(violation.where, c)});
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

absl::Status Report(const Suspicion& found) {
  const std::string message = absl::StrCat(to_string(found.error), " encountered in ", found.name);
  const ErrorMode mode = found.expr->errors.Of(found.error);
  switch (mode) {
    case ErrorMode::ignore: break;
    case ErrorMode::warn: Warn(WarningKind::runtime, message, found.expr->source); break;
    case ErrorMode::raise: return absl::DataLossError(message);
    case ErrorMode::print: absl::FPrintF(stderr, "Warning: %s\n", message); break;
    case ErrorMode::call:
    case ErrorMode::log: HandleFloatError(mode, found.error, found.name);
  }
  return absl::OkStatus();
}

// A function of several nodes speaks once.
bool IsRepeated(const Suspicion& found) {
  const auto& function = found.expr->function;
  if (function == nullptr || function->name == nullptr) return false;
  const unsigned bit = 1U << static_cast<unsigned>(found.error);
  return (function->reported->fetch_or(bit, std::memory_order_relaxed) & bit) != 0;
}

bool MayMatter(unsigned flags) {
  constexpr unsigned kInvalid = 1, kDivide = 4, kOver = 8;
  return (flags & (kInvalid | kDivide | kOver)) != 0 || WatchesUnderflow();
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

}  // namespace

absl::Status ReportFloatErrors(Context& context, const Trace& trace, unsigned flags) {
  if (is_judging || !MayMatter(flags)) return absl::OkStatus();
  const std::vector<Case> cases = CasesOf(context, trace);
  std::vector<Suspicion> found;
  BL_RETURN_IF_ERROR(FindOut(context, cases, found));
  for (const Case& c : cases) c.expr->judged.store(true, std::memory_order_relaxed);
  for (const Suspicion& one : found) {
    if (!IsRepeated(one)) BL_RETURN_IF_ERROR(Report(one));
  }
  return absl::OkStatus();
}

}  // namespace broadloom

#include "frontend/float_suspicions.h"

#include <optional>
#include <shared_mutex>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "frontend/complex.h"
#include "frontend/convert.h"
#include "frontend/written.h"

namespace broadloom {
namespace {

bool IsJudged(const Expr& expr) {
  return (expr.whole != nullptr ? expr.whole->judged : expr.judged).load(std::memory_order_relaxed);
}

bool IsWanted(const ExprPtr& expr) {
  return expr->errors != ErrorState{} && !IsJudged(*expr) &&
         (expr->whole != nullptr || !(expr->function != nullptr && expr->function->silent)) &&
         MayViolate(*expr);
}

void AskAlso(AskedViews& asked, const AskedViews& more) {
  if (IsWhole(asked)) return;
  if (IsWhole(more))
    asked = more;
  else
    asked.insert(asked.end(), more.begin(), more.end());
}

// Of all of a result instead of a part of it.
void Widen(Case& c, const ExprPtr& expr) {
  c.expr = expr;
  c.computed.result = Array(expr);
  c.computed.attrs = &expr->attrs;
}

Case CaseOf(const ExprPtr& expr, const AskedViews& asked) {
  Case c{expr, asked, {expr->op, {}, Array(expr), &expr->attrs}, expr->function, expr->whole};
  if (expr->whole == nullptr) {
    for (const ExprPtr& input : expr->inputs) c.computed.operands.emplace_back(input);
  } else {
    c.computed.op = expr->whole->op;
    for (const ExprPtr& input : expr->whole->operands) c.computed.operands.emplace_back(input);
  }
  return c;
}

// Whether it holds for an element that counts and was asked for.
Array Happened(const Array& where, const Case& c) {
  const bool masked = c.function != nullptr && c.function->mask != nullptr;
  Array counted = masked ? logical_and(where, Array(c.function->mask)) : where;
  if (IsWhole(c.asked)) return any(counted);
  const Sizes shape = c.computed.result.shape();
  if (counted.shape() != shape) counted = broadcast_to(counted, shape);
  Array happened = any(ShownBy(c.asked[0], counted));
  for (const ViewSteps& view : absl::MakeConstSpan(c.asked).subspan(1))
    happened = logical_or(happened, any(ShownBy(view, counted)));
  return happened;
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

}  // namespace

std::vector<Case> CasesOf(Context& context, const Trace& trace, bool flagged) {
  std::vector<Case> cases;
  std::optional<std::vector<AskedViews>> asked;
  absl::flat_hash_map<const Whole*, size_t> seen;
  const std::shared_lock lock(context.publication);
  for (size_t i = 0; i < trace.nodes.size(); ++i) {
    const TraceNode& node = trace.nodes[i];
    const Expr& expr = *node.expr;
    if (node.is_leaf() || expr.ready.load(std::memory_order_relaxed) || !IsWanted(node.expr))
      continue;
    if (!flagged && expr.errors.under == ErrorMode::ignore) continue;
    if (!asked.has_value()) asked = AskedOf(trace);
    if ((*asked)[i].empty()) continue;
    if (expr.whole != nullptr) {
      const auto [known, added] = seen.emplace(expr.whole.get(), cases.size());
      if (!added) {
        AskAlso(cases[known->second].asked, (*asked)[i]);
        if (expr.dtype.is_complex()) Widen(cases[known->second], node.expr);
        continue;
      }
    }
    cases.push_back(CaseOf(node.expr, (*asked)[i]));
  }
  return cases;
}

std::vector<Suspicion> SuspicionsOf(const std::vector<Case>& cases) {
  std::vector<Suspicion> suspicions;
  for (const Case& c : cases) {
    const ErrorState& state = c.expr->errors;
    for (const Violation& violation : ViolationsOf(WholeOf(c), state)) {
      if (state.Of(violation.error) == ErrorMode::ignore) continue;
      const std::string name = violation.name != nullptr ? violation.name : NumPysName(*c.expr);
      suspicions.push_back(
          {c.expr, violation.error, name, Happened(violation.where, c), &c.judged()});
    }
  }
  return suspicions;
}

}  // namespace broadloom

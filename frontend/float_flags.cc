#include "frontend/float_flags.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "frontend/float_errors.h"
#include "frontend/written.h"

namespace broadloom {
namespace {

constexpr FloatError kFlagged[] = {FloatError::divide, FloatError::over, FloatError::invalid};

unsigned FlagOf(FloatError error) {
  switch (error) {
    case FloatError::invalid: return 1;
    case FloatError::divide: return 4;
    case FloatError::over: return 8;
    default: return 0;
  }
}

bool MayRaise(const Expr& expr, FloatError error) {
  if (!MayViolate(expr) || !expr.dtype.is_inexact()) return false;
  switch (expr.op) {
    case Op::k_square:
    case Op::k_astype: return error == FloatError::over;
    case Op::k_sqrt: return error == FloatError::invalid;
    case Op::k_exp: return false;  // it is not among what flags tell
    case Op::k_reciprocal: return error == FloatError::divide || error == FloatError::over;
    case Op::k_divide: return error != FloatError::under;
    default: return error == FloatError::over || error == FloatError::invalid;
  }
}

// Operations that can have raised an error's flag: those that would warn, and others.
struct Suspects {
  std::vector<const Expr*> loud, quiet;
};

Suspects SuspectsOf(const Trace& trace, FloatError error) {
  Suspects suspects;
  for (const TraceNode& node : trace.nodes) {
    const Expr& expr = *node.expr;
    if (node.is_leaf() || !MayRaise(expr, error)) continue;
    const bool warns =
        expr.errors.Of(error) == ErrorMode::warn && !expr.judged.load(std::memory_order_relaxed);
    (warns ? suspects.loud : suspects.quiet).push_back(&expr);
  }
  return suspects;
}

// Whether the code of an operation compares, which is invalid for NaN.
bool Compares(Op op) {
  switch (op) {
    case Op::k_equal:
    case Op::k_not_equal:
    case Op::k_less:
    case Op::k_less_equal:
    case Op::k_greater:
    case Op::k_greater_equal:
    case Op::k_maximum:
    case Op::k_minimum:
    case Op::k_fmax:
    case Op::k_fmin:
    case Op::k_clip:
    case Op::k_sign:
    case Op::k_heaviside:
    case Op::k_max:
    case Op::k_min:
    case Op::k_argmax:
    case Op::k_argmin:
    case Op::k_cumulative_max:
    case Op::k_cumulative_min: return true;
    default: return false;
  }
}

bool ComparesFloats(const Trace& trace) {
  return std::any_of(trace.nodes.begin(), trace.nodes.end(), [&](const TraceNode& node) {
    return !node.is_leaf() && Compares(node.expr->op) &&
           trace.nodes[trace.InputsOf(node)[0]].expr->dtype.is_inexact();
  });
}

// Names once each, of operations that may have raised a flag.
std::string JoinedNames(const std::vector<const Expr*>& suspects) {
  std::vector<std::string> names;
  for (const Expr* expr : suspects) {
    std::string name = NumPysName(*expr);
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  return absl::StrJoin(names, " or ");
}

bool FlagsTell(Op op, DType from, DType to) {
  if (CannotViolate(op) || op == Op::k_keep || to.is_bool()) return true;
  if (!to.is_inexact()) return !from.is_inexact() && !DividesIntegers(op);
  switch (op) {
    case Op::k_add:
    case Op::k_subtract:
    case Op::k_multiply:
    case Op::k_square:
    case Op::k_divide:
    case Op::k_reciprocal:
    case Op::k_sqrt:
    case Op::k_sum:
    case Op::k_cumulative_sum:
    case Op::k_cumulative_prod:
    case Op::k_astype: return to == DType::kFloat32 || to == DType::kFloat64;
    default: return false;
  }
}

// It raises nothing.
bool IsExpOfDifferenceToMax(const Graph& body, const Node& node) {
  if (node.op != Op::k_exp || body.node(node.inputs[0]).op != Op::k_subtract) return false;
  const Inputs& terms = body.node(node.inputs[0]).inputs;
  const Node& largest = body.node(terms[1]);
  return largest.op == Op::k_max && largest.inputs[0] == terms[0];
}

bool BodyTells(const Graph& body) {
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    const DType from = node.inputs.empty() ? node.dtype() : body.node(node.inputs[0]).dtype();
    if (!FlagsTell(node.op, from, node.dtype()) && !IsExpOfDifferenceToMax(body, node))
      return false;
  }
  return true;
}

}  // namespace

bool FlagsTell(const Graph& plan, NodeId step) {
  const Node& node = plan.node(step);
  if (node.op == Op::k_kernel) return BodyTells(node.attrs.Body());
  if (node.info().op_class == OpClass::kScan) return FlagsTell(node.op, node.dtype(), node.dtype());
  return node.op == Op::k_insert || node.op == Op::k_scatter || node.op == Op::k_result ||
         node.info().is_view() || node.info().is_leaf();
}

bool OnlyWarns(const Trace& trace) {
  const auto mild = [](ErrorMode mode) {
    return mode == ErrorMode::ignore || mode == ErrorMode::warn;
  };
  return std::all_of(trace.nodes.begin(), trace.nodes.end(), [&](const TraceNode& node) {
    const Expr& expr = *node.expr;
    const ErrorState& state = expr.errors;
    if (node.is_leaf() || state == ErrorState{}) return true;
    return state.under == ErrorMode::ignore && mild(state.divide) && mild(state.over) &&
           mild(state.invalid) && expr.whole == nullptr &&
           (expr.function == nullptr || expr.op == Op::k_insert);  // that only says whose it is
  });
}

Blame BlameOf(const Trace& trace) {
  Blame blame;
  for (FloatError error : kFlagged) {
    const Suspects suspects = SuspectsOf(trace, error);
    if (suspects.loud.empty()) continue;
    blame.is_unclear |= !suspects.quiet.empty();
    blame.is_shared |= suspects.loud.size() > 1;
    blame.needs_numbers |= error == FloatError::invalid && ComparesFloats(trace);
  }
  return blame;
}

bool IsRaised(unsigned flags, FloatError error) { return (flags & FlagOf(error)) != 0; }

bool IsRaised(unsigned flags) {
  return std::any_of(std::begin(kFlagged), std::end(kFlagged),
                     [&](FloatError error) { return IsRaised(flags, error); });
}

std::vector<FlagWarning> WarningsOf(const Trace& trace, unsigned flags) {
  std::vector<FlagWarning> warnings;
  for (FloatError error : kFlagged) {
    if (!IsRaised(flags, error)) continue;
    const std::vector<const Expr*> suspects = SuspectsOf(trace, error).loud;
    if (suspects.empty()) continue;
    warnings.push_back({absl::StrCat(to_string(error), " encountered in ", JoinedNames(suspects)),
                        suspects.front()->source()});
  }
  if (warnings.empty()) return warnings;
  for (const TraceNode& node : trace.nodes)
    node.expr->judged.store(true, std::memory_order_relaxed);
  return warnings;
}

}  // namespace broadloom

// Finds the operations that raised, by halves: one truth value for each of up to kGroups groups,
// then the groups that hold one again.
#include "frontend/float_errors.h"

#include <algorithm>
#include <optional>
#include <span>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "frontend/buffer_assignment.h"
#include "frontend/convert.h"
#include "frontend/evaluate.h"
#include "frontend/float_flags.h"
#include "frontend/float_suspicions.h"
#include "frontend/holders.h"
#include "frontend/plan.h"
#include "frontend/source.h"
#include "frontend/warn.h"
#include "frontend/written.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

constexpr size_t kGroups = 32;

Array AnyOf(std::span<const Suspicion> group) {
  Array any = group[0].happened;
  for (const Suspicion& suspicion : group.subspan(1)) any = logical_or(any, suspicion.happened);
  return any;
}

// Those that came true, in order, and those of which memory is too small to tell.
struct Findings {
  std::vector<Suspicion> confirmed, unclear;
};

// One by one they may need less memory than together. None: too much all the same.
absl::StatusOr<std::vector<std::optional<bool>>> Answers(Context& context,
                                                         const std::vector<ExprPtr>& roots) {
  const absl::Status together = EvaluateRoots(context, roots);
  if (!together.ok() && !absl::IsResourceExhausted(together)) return together;
  std::vector<std::optional<bool>> answers;
  for (const ExprPtr& root : roots) {
    const absl::Status status = EvaluateRoots(context, {root});
    if (!status.ok() && !absl::IsResourceExhausted(status)) return status;
    answers.push_back(status.ok() ? std::optional<bool>(Array(root).item<bool>()) : std::nullopt);
  }
  return answers;
}

absl::Status Confirm(Context& context, std::span<const Suspicion> all, Findings& found) {
  if (all.empty()) return absl::OkStatus();
  const size_t size = (all.size() - 1) / kGroups + 1;
  std::vector<std::span<const Suspicion>> groups;
  std::vector<ExprPtr> roots;
  for (size_t first = 0; first < all.size(); first += size) {
    groups.push_back(all.subspan(first, std::min(size, all.size() - first)));
    roots.push_back(ExprOf(AnyOf(groups.back())));
  }
  BL_ASSIGN_OR_RETURN(const std::vector<std::optional<bool>> answers, Answers(context, roots));
  for (size_t i = 0; i < groups.size(); ++i) {
    if (answers[i] == false) continue;
    if (size > 1)
      BL_RETURN_IF_ERROR(Confirm(context, groups[i], found));
    else
      (answers[i].has_value() ? found.confirmed : found.unclear).push_back(groups[i][0]);
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
  return SpeakOf(mode, found.error, found.name, found.expr->source(), flags);
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
  const AloneScope alone_;
};

absl::Status FindOut(Context& context, const std::vector<Case>& cases, Findings& found) {
  const Judging judging;
  const std::vector<Suspicion> suspicions = SuspicionsOf(cases);
  return Confirm(context, suspicions, found);
}

absl::StatusOr<int64_t> PeakOf(Context& context, std::span<const Suspicion> group) {
  BL_ASSIGN_OR_RETURN(const Trace trace, TraceRoots(context, {ExprOf(AnyOf(group))}));
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> plan, FindPlan(context, trace));
  return AssignBuffers(context, *plan, trace, Numbers(*plan, trace)).peak_bytes;
}

// How many are looked into in one pass: all, unless that stores something.
absl::StatusOr<size_t> SizeOfGroups(Context& context, std::span<const Suspicion> all) {
  constexpr int64_t kScratch = 1 << 18;  // bytes
  BL_ASSIGN_OR_RETURN(const int64_t peak, PeakOf(context, all));
  return peak <= kScratch ? all.size() : 1;
}

// Most often none.
absl::StatusOr<bool> FoundNothing(Context& context, const std::vector<Case>& cases) {
  const Judging judging;
  const std::vector<Suspicion> suspicions = SuspicionsOf(cases);
  const std::span<const Suspicion> all = suspicions;
  if (all.empty()) return true;
  BL_ASSIGN_OR_RETURN(const size_t size, SizeOfGroups(context, all));
  for (size_t first = 0; first < all.size(); first += size) {
    BL_ASSIGN_OR_RETURN(const auto answers,
                        Answers(context, {ExprOf(AnyOf(all.subspan(first, size)))}));
    if (answers[0] != false) return false;
  }
  return true;
}

// Each operation once, by whoever comes first, and before it speaks: where that makes an exception,
// the next one is left for the next evaluation.
absl::Status ReportConfirmed(const Findings& found) {
  const Expr* speaker = nullptr;
  bool may_speak = false;
  for (const Suspicion& one : found.confirmed) {
    if (one.expr.get() != speaker)
      may_speak = !one.judged->exchange(true, std::memory_order_relaxed);
    speaker = one.expr.get();
    if (may_speak && !IsRepeated(one)) BL_RETURN_IF_ERROR(Report(one, found.confirmed));
  }
  return absl::OkStatus();
}

// Where a flag was raised and nobody is found, those of whom it is not known are named together.
absl::Status ReportUnclear(const Findings& found, unsigned flags) {
  for (FloatError error : {FloatError::divide, FloatError::over, FloatError::invalid}) {
    const auto is_of = [&](const Suspicion& one) { return one.error == error; };
    const auto first = std::find_if(found.unclear.begin(), found.unclear.end(), is_of);
    if (!IsRaised(flags, error) || first == found.unclear.end() ||
        std::any_of(found.confirmed.begin(), found.confirmed.end(), is_of))
      continue;
    std::vector<std::string> names;
    for (const Suspicion& one : found.unclear) {
      if (is_of(one) && std::find(names.begin(), names.end(), one.name) == names.end())
        names.push_back(one.name);
    }
    BL_RETURN_IF_ERROR(SpeakOf(first->expr->errors.Of(error), error, absl::StrJoin(names, " or "),
                               first->expr->source(), BitOf(error)));
  }
  return absl::OkStatus();
}

// An operation whose other elements may be asked for later is asked again.
void MarkJudged(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    if (IsWhole(c.asked)) c.judged().store(true, std::memory_order_relaxed);
  }
}

bool MayMatter(unsigned flags) { return IsRaised(flags) || WatchesUnderflow(); }

}  // namespace

bool MayReport(const Trace& trace, unsigned flags) {
  return !is_judging && !trace.judged &&
         std::any_of(trace.nodes.begin(), trace.nodes.end(), [&](const TraceNode& node) {
           return !node.is_leaf() && (node.expr->errors.under != ErrorMode::ignore ||
                                      (IsRaised(flags) && node.expr->errors != ErrorState{}));
         });
}

bool MaySpeak(const Trace& trace) {
  return !is_judging && !trace.judged &&
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
  if (is_judging || trace.judged || !MayMatter(flags)) return absl::OkStatus();
  const std::vector<Case> cases = CasesOf(context, trace, IsRaised(flags));
  Findings found;
  BL_RETURN_IF_ERROR(FindOut(context, cases, found));
  BL_RETURN_IF_ERROR(ReportConfirmed(found));
  MarkJudged(cases);
  return ReportUnclear(found, flags);
}

absl::StatusOr<CostOfJudging> CostToJudge(Context& context, const Trace& trace) {
  const Judging judging;
  const std::vector<Suspicion> suspicions = SuspicionsOf(CasesOf(context, trace, true));
  const std::span<const Suspicion> all = suspicions;
  CostOfJudging cost{0, static_cast<int>(all.size())};
  if (all.empty()) return cost;
  BL_ASSIGN_OR_RETURN(const size_t size, SizeOfGroups(context, all));
  for (size_t first = 0; first < all.size(); first += size) {
    BL_ASSIGN_OR_RETURN(const int64_t peak, PeakOf(context, all.subspan(first, size)));
    cost.bytes = std::max(cost.bytes, peak);
  }
  return cost;
}

absl::StatusOr<bool> ReportBeforehand(Context& context, const Trace& trace) {
  const std::vector<Case> cases = CasesOf(context, trace, true);
  Findings found;
  BL_ASSIGN_OR_RETURN(const bool is_quiet, FoundNothing(context, cases));
  if (!is_quiet) BL_RETURN_IF_ERROR(FindOut(context, cases, found));
  if (!found.unclear.empty()) return false;
  BL_RETURN_IF_ERROR(ReportConfirmed(found));
  MarkJudged(cases);
  return true;
}

}  // namespace broadloom

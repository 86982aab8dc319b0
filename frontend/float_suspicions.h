// What is to be found out about the floating-point errors of an evaluation.
#ifndef BROADLOOM_FRONTEND_FLOAT_SUSPICIONS_H_
#define BROADLOOM_FRONTEND_FLOAT_SUSPICIONS_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "frontend/asked.h"
#include "frontend/float_errors.h"

namespace broadloom {

// Something to be found out about a node.
struct Suspicion {
  ExprPtr expr;
  FloatError error;
  std::string name;
  Array happened;             // rank 0
  std::atomic<bool>* judged;  // the operation's, of the case
};

// Operands, function and whole, copied: publication by another thread drops them.
struct Case {
  ExprPtr expr;
  AskedViews asked;
  Computed computed;
  std::shared_ptr<const Function> function;
  std::shared_ptr<const Whole> whole;

  std::atomic<bool>& judged() const { return whole != nullptr ? whole->judged : expr->judged; }
};

// Operations that may speak and have not. `flagged`: a flag was raised, or may have been; else only
// those that can underflow unnoticed.
std::vector<Case> CasesOf(Context& context, const Trace& trace, bool flagged);

std::vector<Suspicion> SuspicionsOf(const std::vector<Case>& cases);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FLOAT_SUSPICIONS_H_

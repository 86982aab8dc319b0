// Inputs of an evaluation that nobody can see once it is over, so that its results may be written
// over them.
#ifndef BROADLOOM_FRONTEND_DONATION_H_
#define BROADLOOM_FRONTEND_DONATION_H_

#include <vector>

#include "frontend/context.h"
#include "frontend/plan_key.h"

namespace broadloom {

// Sets Trace::donated: by leaf, whether its memory is ours and held by nothing but roots of the
// trace, which let go of their operands when they are published, and by what dies with them. None
// where the evaluation may fail late, for an index out of bounds or a floating-point error that is
// to be raised; and none where only the operands could tell what a floating-point flag means. Where
// Trace::judged nothing is to be told of such errors any more.
void FindDonated(Context& context, Trace& trace);

// By leaf, whether it dies with its memory once the roots are published: each leaf holds that
// twice, itself and in the trace. `held`: the nodes that others hold, too, are published with the
// roots; receives them. Under the publication lock.
std::vector<bool> DyingLeaves(const Trace& trace, std::vector<int>* held = nullptr);

// Whether what was donated needs that no operand is NaN, and one is, or may be.
bool LacksNumbers(Context& context, Trace& trace);

// What the operands of an expression are: those that were claimed when the process was forked are
// lost to the child, which has none of the threads that overwrite them. Under the publication lock.
Expr::Operands StateOfOperands(const Expr& expr);

// The right to overwrite the donated inputs of a trace. While it lives, other threads that come
// upon its roots wait for their results.
class Donation {
 public:
  Donation(Context& context, Trace& trace);
  ~Donation();
  Donation(const Donation&) = delete;
  Donation& operator=(const Donation&) = delete;

  void Withdraw();  // donates nothing after all
  void Release() { End(Expr::Operands::kept); }
  // To be set once something is overwritten: an evaluation that ends without Release has failed and
  // cannot be tried again.
  bool& has_overwritten() { return has_overwritten_; }

 private:
  void Lose() { End(Expr::Operands::lost); }
  void End(Expr::Operands operands);
  void Mark(Expr::Operands operands);

  Context& context_;
  Trace& trace_;
  bool is_claimed_ = false, has_overwritten_ = false;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_DONATION_H_

// Inputs of an evaluation that nobody can see once it is over, so that its results may be written
// over them.
#ifndef BROADLOOM_FRONTEND_DONATION_H_
#define BROADLOOM_FRONTEND_DONATION_H_

#include "frontend/context.h"
#include "frontend/plan_key.h"

namespace broadloom {

// Sets Trace::donated: by leaf, whether its memory is ours and held by nothing but roots of the
// trace, which let go of their operands when they are published, and by what dies with them. None
// where the evaluation may fail late: for an index out of bounds, or for floating-point errors.
void FindDonated(Context& context, Trace& trace);

// The right to overwrite the donated inputs of a trace. While it lives, other threads that come
// upon its roots wait for their results.
class Donation {
 public:
  Donation(Context& context, Trace& trace);
  ~Donation() { Release(); }
  Donation(const Donation&) = delete;
  Donation& operator=(const Donation&) = delete;

  void Release();
  void Lose();  // the evaluation failed and cannot be tried again

 private:
  void Mark(Expr::Operands operands);

  Context& context_;
  const Trace& trace_;
  bool is_claimed_ = false;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_DONATION_H_

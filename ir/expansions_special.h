// Functions that a library computes number by number (ir/special_functions.h), float32 ones in
// float64.
#ifndef BROADLOOM_IR_EXPANSIONS_SPECIAL_H_
#define BROADLOOM_IR_EXPANSIONS_SPECIAL_H_

#include "ir/expansions_base.h"

namespace broadloom::expansions {

// What is infinite or NaN once more, as a quotient by zero that raises a flag; by NaN, which raises
// none, where an operand is `unknown`.
template <typename B>
typename B::Value Raising(B& b, typename B::Value value, typename B::Mask unknown) {
  const auto zero = b.Number(0), one = b.Number(1);
  const auto strange = Beyond(b, value, kLargest<B>);
  return b.Rarely(strange, value, [&] {
    const auto above = b.Select(b.Equal(value, value), b.CopySign(one, value), zero);
    const auto below = b.Select(unknown, b.Number(kNaN), zero);
    return b.Divide(above, b.Select(strange, below, one));
  });
}

template <typename B, typename... Operands>
typename B::Value SpecialFunction(B& b, Op op, Operands... x) {
  if constexpr (!B::kWide) {
    return b.Widely([op](auto& wide, auto... y) { return SpecialFunction(wide, op, y...); }, x...);
  } else {
    auto unknown = b.Less(b.Number(1), b.Number(0));
    ((unknown = b.Either(unknown, b.Not(b.Equal(x, x)))), ...);
    return Raising(b, b.Special(op, x...), unknown);
  }
}

}  // namespace broadloom::expansions

#endif  // BROADLOOM_IR_EXPANSIONS_SPECIAL_H_

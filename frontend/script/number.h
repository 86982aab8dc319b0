// Python's numbers: literals, and arithmetic of numbers that stand beside no array.
#ifndef BROADLOOM_FRONTEND_SCRIPT_NUMBER_H_
#define BROADLOOM_FRONTEND_SCRIPT_NUMBER_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "frontend/array.h"

namespace broadloom::script {

// 12, 1_000, 0xff, 0b1, 0o7, 1.5e3, 2j. None where it is no number. Throws overflow for an integer
// beyond 64 bits.
std::optional<Number> ParseNumber(absl::string_view text);

// As Python computes, but that integers beyond 64 bits throw overflow. Division by zero throws
// invalid_argument, operands that the operator does not take type_error.
Number Negated(const Number& x);
Number Plus(const Number& x);      // +x: of a bool an integer
Number Inverted(const Number& x);  // ~x
Number Combined(absl::string_view symbol, const Number& x, const Number& y);

}  // namespace broadloom::script

#endif  // BROADLOOM_FRONTEND_SCRIPT_NUMBER_H_

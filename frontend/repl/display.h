// Values as text, as Python prints them.
#ifndef BROADLOOM_FRONTEND_REPL_DISPLAY_H_
#define BROADLOOM_FRONTEND_REPL_DISPLAY_H_

#include <string>

#include "frontend/calls/value.h"
#include "frontend/repl/terminal.h"

namespace broadloom::repl {

// What the prompt prints for a value: arrays as NumPy does, for the width of the terminal; below
// them a picture of one line where the terminal can. Evaluates as array_repr does.
std::string Shown(const calls::Value& value, const Terminal& terminal);

// "float64 (3, 4)  96 bytes  pending". Computes nothing.
std::string FactsOf(const Array& array);
std::string ShapeText(const Sizes& shape);  // "(3, 4)"
std::string SecondsText(double seconds);    // "3.21 ms"

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_DISPLAY_H_

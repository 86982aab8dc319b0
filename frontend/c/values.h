// What C passes to functions, and gets from them, as C++ has it.
#ifndef BROADLOOM_FRONTEND_C_VALUES_H_
#define BROADLOOM_FRONTEND_C_VALUES_H_

#include <memory>
#include <vector>

#include "frontend/array.h"
#include "frontend/c/broadloom.h"
#include "frontend/calls/value.h"

namespace broadloom::c {

// All throw where a value is none of those that they are for; arrays must be of the context.
Number NumberOf(const bl_value& value);
Operand OperandOf(const Context& context, const bl_value& value);  // an array or a number
std::vector<Index> ItemsOf(const Context& context, const bl_value* items, size_t count);
calls::Value ValueOf(const Context& context, const bl_value& value);

// The number in an array of one element, of the kind that its dtype has.
bl_value NumberIn(const Array& array);

// For the caller, who releases it.
bl_value NewValue(const std::shared_ptr<Context>& context, const calls::Value& value);

}  // namespace broadloom::c

#endif  // BROADLOOM_FRONTEND_C_VALUES_H_

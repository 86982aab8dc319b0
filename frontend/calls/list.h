// Lists of numbers, and of lists of them, as arrays.
#ifndef BROADLOOM_FRONTEND_CALLS_LIST_H_
#define BROADLOOM_FRONTEND_CALLS_LIST_H_

#include "frontend/calls/arguments.h"

namespace broadloom::calls {

DataType DTypeOfNumber(const Number& number);  // bool, int64, uint64, float64 or complex128

// As numpy.array makes it. Throws invalid_argument where lists of one depth differ in length,
// type_error where something is neither a number nor an array.
Array ArrayOfList(const Sequence& list, const Slot& slot);

}  // namespace broadloom::calls

#endif  // BROADLOOM_FRONTEND_CALLS_LIST_H_

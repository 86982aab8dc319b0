// Where nodes lie: programs make and drop them by the hundred in every turn of a loop.
#ifndef BROADLOOM_FRONTEND_EXPR_MEMORY_H_
#define BROADLOOM_FRONTEND_EXPR_MEMORY_H_

#include "frontend/expr.h"

namespace broadloom {

// A node as its declaration initializes it, in memory that this thread may have kept from others
// that died on it.
ExprPtr NewExpr();

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_EXPR_MEMORY_H_

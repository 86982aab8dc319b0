// What the keyword arguments of all elementwise functions share. Internal to frontend/ufunc*.cc.
#ifndef BROADLOOM_FRONTEND_UFUNC_H_
#define BROADLOOM_FRONTEND_UFUNC_H_

#include <string>

#include "frontend/convert.h"

namespace broadloom {

[[noreturn]] void CannotCast(const std::string& function, const std::string& what, DType from,
                             DType to, Casting casting);
[[noreturn]] void NoLoop(const std::string& function, DType dtype);
// Operand `index` as `to`. A number that is no array takes any dtype of its kind or above.
Operand CastOperand(const std::string& function, size_t index, const Operand& operand, DType to,
                    Casting casting);
// Throws where `casting` forbids the implicit conversion of operand `index`.
void CheckOperand(const std::string& function, size_t index, const Operand& operand, DType to,
                  Casting casting);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_UFUNC_H_

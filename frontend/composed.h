// Functions, most of them NumPy's, that are written as operations of the table. They fuse like
// these, and their errors and dtypes are NumPy's.
#ifndef BROADLOOM_COMPOSED_H_
#define BROADLOOM_COMPOSED_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api.h"
#include "array.h"

namespace BROADLOOM_API broadloom {

// log(exp(x) + exp(y)) and its like to base 2, without overflow on the way.
Array logaddexp(const Operand& x, const Operand& y);
Array logaddexp2(const Operand& x, const Operand& y);
Array float_power(const Operand& x, const Operand& y);  // pow in float64, or complex128
std::pair<Array, Array> divmod(const Operand& x, const Operand& y);  // floor_divide, remainder

// x = mantissa * 2 ** exponent, with 0.5 <= |mantissa| < 1; the exponent is int32. Exact.
std::pair<Array, Array> frexp(const Array& x);
// x * 2 ** exponent, rounded once. The exponent is an integer: int64 or what that holds.
Array ldexp(const Operand& x, const Operand& exponent);
std::pair<Array, Array> modf(const Array& x);  // fractional and integral part, both signed as x
Array spacing(const Array& x);                 // from x to the next number away from 0

// x + weight * (y - x): exactly x for a weight of 0, exactly y for 1 where y - x is finite.
Array lerp(const Operand& x, const Operand& y, const Operand& weight);

// One of the above, fabs or conj by name, with the keyword arguments of `call`; `out` receives the
// results where it is not null, and CallOptions::out is not looked at. Two results of divmod, frexp
// and modf. Throws as `call` does.
std::vector<Array> call_composed(const std::string& function, const std::vector<Operand>& operands,
                                 const CallOptions& options, const std::vector<Array*>& out = {});

size_t composed_results(const std::string& function);  // how many

Array fabs(const Array& x);      // abs, of integers as floats
Array popcount(const Array& x);  // bitwise_count
Array sinc(const Array& x);      // sin(pi x) / (pi x)
Array isposinf(const Array& x);
Array isneginf(const Array& x);
// Infinities become the largest finite numbers unless others are given. What replaces is real (else
// type_error) and broadcasts to x.
Array nan_to_num(const Array& x, const Operand& nan = 0.0,
                 const std::optional<Operand>& posinf = {},
                 const std::optional<Operand>& neginf = {});

// The mean square distance from a mean that is known and broadcasts to x. ReduceOptions as of var.
Array var_about(const Array& x, const Array& mean, const AxisList& axes = {}, bool keepdims = false,
                const ReduceOptions& options = {});

// |x - y| <= atol + rtol |y|, or equal; element by element, and for all of them.
Array isclose(const Operand& x, const Operand& y, const Operand& rtol = 1e-5,
              const Operand& atol = 1e-8, bool equal_nan = false);
Array allclose(const Operand& x, const Operand& y, const Operand& rtol = 1e-5,
               const Operand& atol = 1e-8, bool equal_nan = false);
Array array_equal(const Array& x, const Array& y, bool equal_nan = false);  // shapes too
Array array_equiv(const Array& x, const Array& y);  // broadcast to each other

Array real(const Array& x);  // of real numbers x itself
Array imag(const Array& x);  // of real numbers 0
// The same as views of the array, as NumPy has them.
Array real_view(const Array& x);
Array imag_view(const Array& x);  // of real numbers 0, read-only
Array conj(const Array& x);
Array angle(const Array& x, bool degrees = false);
Array isreal(const Array& x);
Array iscomplex(const Array& x);

}  // namespace broadloom

#endif  // BROADLOOM_COMPOSED_H_

// The parts of complex arrays, and the builder of ir/complex_math.h that makes arrays of them.
// Internal to frontend/complex*.cc.
#ifndef BROADLOOM_FRONTEND_COMPLEX_PARTS_H_
#define BROADLOOM_FRONTEND_COMPLEX_PARTS_H_

#include "frontend/array.h"
#include "frontend/convert.h"
#include "ir/complex_inverse.h"

namespace broadloom {

// Real numbers of one dtype, float32 or float64.
struct ArrayMath {
  using Value = Array;
  using Mask = Array;

  Context& context;
  DType dtype;

  bool wide() const { return dtype == DType::kFloat64; }
  Array Number(double value) const {
    Attrs attrs;
    attrs.Set(AttrName::k_value, MakeScalar(dtype, value));
    return Array(Unwrap(MakeExpr(context, Op::k_constant, {}, std::move(attrs))));
  }
  Array Add(const Array& x, const Array& y) const { return add(x, y); }
  Array Subtract(const Array& x, const Array& y) const { return subtract(x, y); }
  Array Multiply(const Array& x, const Array& y) const { return multiply(x, y); }
  Array Divide(const Array& x, const Array& y) const { return divide(x, y); }
  Array Negative(const Array& x) const { return negative(x); }
  Array Abs(const Array& x) const { return abs(x); }
  Array Sqrt(const Array& x) const { return sqrt(x); }
  Array Exp(const Array& x) const { return exp(x); }
  Array Expm1(const Array& x) const { return expm1(x); }
  Array Log(const Array& x) const { return log(x); }
  Array Log1p(const Array& x) const { return log1p(x); }
  Array Sin(const Array& x) const { return sin(x); }
  Array Cos(const Array& x) const { return cos(x); }
  Array Tan(const Array& x) const { return tan(x); }
  Array Sinh(const Array& x) const { return sinh(x); }
  Array Cosh(const Array& x) const { return cosh(x); }
  Array Atan2(const Array& y, const Array& x) const { return atan2(y, x); }
  Array Hypot(const Array& x, const Array& y) const { return hypot(x, y); }
  Array CopySign(const Array& x, const Array& sign) const { return copysign(x, sign); }
  Array Maximum(const Array& x, const Array& y) const { return maximum(x, y); }
  Array Minimum(const Array& x, const Array& y) const { return minimum(x, y); }
  Array Floor(const Array& x) const { return floor(x); }
  Array Less(const Array& x, const Array& y) const { return less(x, y); }
  Array LessEqual(const Array& x, const Array& y) const { return less_equal(x, y); }
  Array Equal(const Array& x, const Array& y) const { return equal(x, y); }
  Array IsNan(const Array& x) const { return isnan(x); }
  Array IsInf(const Array& x) const { return isinf(x); }
  Array IsFinite(const Array& x) const { return isfinite(x); }
  Array And(const Array& p, const Array& q) const { return logical_and(p, q); }
  Array Or(const Array& p, const Array& q) const { return logical_or(p, q); }
  Array Not(const Array& p) const { return logical_not(p); }
  Array Select(const Array& p, const Array& x, const Array& y) const { return where(p, x, y); }
};

using Parts = complex_math::Complex<ArrayMath>;

// The parts of x, which may be real, as numbers of `component`.
Parts PartsOf(const Array& x, DType component);
Array Join(const Parts& parts);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_COMPLEX_PARTS_H_

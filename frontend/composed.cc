#include "frontend/composed.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/layout.h"
#include "frontend/written.h"

namespace broadloom {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Array AsArray(const Operand& x) {
  if (x.array() != nullptr) return *x.array();
  return scalar(x.number(), ToDataType(DefaultDType(x.number())));
}

DType TypeOf(const Array& x) { return ExprOf(x)->dtype; }

Array As(const Array& x, DType dtype) {
  return TypeOf(x) == dtype ? x : astype(x, ToDataType(dtype));
}

void RequireReal(const char* function, const Array& x) {
  if (TypeOf(x).is_complex())
    throw Error(
        ErrorCode::type_error,
        absl::StrCat(function, ": is not defined for complex numbers, ", to_string(x.dtype())));
}

// In the float dtype that an elementary function computes in, halves as float32.
Array Widened(const Operand& operand, DType dtype) {
  const Array array =
      operand.array() != nullptr ? *operand.array() : scalar(operand.number(), ToDataType(dtype));
  return As(As(array, dtype), MachineType(dtype));
}

struct FloatOperands {
  Array x, y;
  DType dtype;  // of the result
};

FloatOperands Floats(const char* function, const Operand& x, const Operand& y) {
  RequireReal(function, AsArray(x));
  RequireReal(function, AsArray(y));
  const DType dtype = TypeOf(hypot(x, y));  // for its rule; nothing computes it
  return {Widened(x, dtype), Widened(y, dtype), dtype};
}

// max(x, y) + log(1 + exp(-|x - y|)). Equal infinities have no difference.
Array LogAdd(const Array& x, const Array& y, DType dtype, double log_of_two,
             Array (*log1p_of_exp)(const Array&)) {
  const Array distance = x - y;
  const Array larger = where(distance > 0, x, y);
  const Array sum = larger + log1p_of_exp(-abs(distance));
  const Array result = where(isnan(distance), distance, sum);
  return As(where(equal(x, y), x + log_of_two, result), dtype);
}

// 2 ** exponent, exact for whole numbers from -1022 to 1023.
Array PowerOfTwo(const Array& exponent) { return exp2(astype(exponent, DataType::float64)); }

// In steps that overflow only where the result does, and of which only the last one rounds:
// numbers that a step of 2^-969 makes subnormal are 0 in the end.
Array ScaleDouble(Array x, Array exponent) {
  constexpr int kUp = 1023, kDown = -969;
  for (int step = 0; step < 2; ++step) {
    const Array high = exponent > kUp, low = exponent < -1022;
    x = where(high, x * 0x1p1023, where(low, x * 0x1p-969, x));
    exponent = exponent - where(high, kUp, where(low, kDown, astype(zeros({}), DataType::int64)));
  }
  return x * PowerOfTwo(minimum(maximum(exponent, -1022), kUp));
}

// What is computed on the way is nobody's business; what comes out is judged.
template <typename F>
Array JudgedWhole(const char* name, const std::vector<Array>& operands, F compute,
                  Op as = Op::k_add) {
  const Array result = [&] {
    const SilentScope silent(name);
    return compute();
  }();
  return JudgedAs(as, operands, result);
}

Array Infinite(const char* function, const Array& x, bool positive) {
  if (TypeOf(x).is_complex())
    throw Error(ErrorCode::type_error,
                absl::StrCat(function, ": ambiguous for ", to_string(x.dtype()), " values"));
  return logical_and(isinf(x), positive ? logical_not(signbit(x)) : signbit(x));
}

// What takes the place of some parts of x: a real number of their dtype, or such an array.
Operand Filler(const Operand& given, const Array& x) {
  const DType dtype = ComponentOf(TypeOf(x));
  const bool complex = given.array() != nullptr ? TypeOf(*given.array()).is_complex()
                                                : given.number().kind() == Number::Kind::complex;
  if (complex)
    throw Error(ErrorCode::type_error,
                absl::StrCat("nan_to_num: a complex number among parts of ", dtype.name()));
  if (given.array() == nullptr) return given;
  return broadcast_to(As(*given.array(), dtype), x.shape());
}

double LargestOf(DType dtype) {
  switch (dtype.kind()) {
    case DType::kFloat16: return 65504;
    case DType::kBFloat16: return 0x1.fep127;
    case DType::kFloat32: return std::numeric_limits<float>::max();
    default: return std::numeric_limits<double>::max();
  }
}

// 1, and an invalid NaN where not `valid`.
Array WarnedOne(const char* function, const Array& valid) {
  const FunctionScope scope({function});
  const Array one = astype(valid, DataType::float16);
  return one / one;
}

}  // namespace

Array logaddexp(const Operand& x, const Operand& y) {
  const auto [a, b, dtype] = Floats("logaddexp", x, y);
  return JudgedWhole("logaddexp", {a, b}, [&] {
    return LogAdd(a, b, dtype, std::numbers::ln2, [](const Array& d) { return log1p(exp(d)); });
  });
}

Array logaddexp2(const Operand& x, const Operand& y) {
  const auto [a, b, dtype] = Floats("logaddexp2", x, y);
  return JudgedWhole("logaddexp2", {a, b}, [&] {
    return LogAdd(a, b, dtype, 1,
                  [](const Array& d) { return log1p(exp2(d)) * std::numbers::log2e; });
  });
}

Array lerp(const Operand& x, const Operand& y, const Operand& weight) {
  for (const Operand* operand : {&x, &y, &weight}) RequireReal("lerp", AsArray(*operand));
  const DType dtype = FloatingFor(TypeOf(fma(x, y, weight)));  // for its rule; nothing computes it
  const Array a = Widened(x, dtype), b = Widened(y, dtype), w = Widened(weight, dtype);
  return JudgedWhole("lerp", {a, b, w}, [&] {
    const Array distance = b - a;
    return As(where(abs(w) < 0.5, a + w * distance, b - distance * (1 - w)), dtype);
  });
}

Array float_power(const Operand& x, const Operand& y) {
  const Array a = AsArray(x), b = AsArray(y);
  const bool complex = TypeOf(a).is_complex() || TypeOf(b).is_complex();
  const DType dtype = complex ? DType::kComplex128 : DType::kFloat64;
  const FunctionScope scope({"float_power"});
  const Array base = As(a, dtype);
  if (y.array() == nullptr) return pow(base, y.number());
  return pow(base, As(b, dtype));
}

std::pair<Array, Array> divmod(const Operand& x, const Operand& y) {
  const FunctionScope scope({"divmod"});
  return {floor_divide(x, y), remainder(x, y)};
}

std::pair<Array, Array> frexp(const Array& x) {
  RequireReal("frexp", x);
  const SilentScope silent;
  const Array in_own = rint(x);  // for its dtype and its errors
  const Array wide = As(As(x, TypeOf(in_own)), DType::kFloat64);
  const Array magnitude = abs(wide);
  const Array finite = logical_and(magnitude > 0, magnitude < kInfinity);
  Array exponent = astype(floor(log2(where(finite, magnitude, 1.0))), DataType::int64) + 1;
  Array mantissa = ScaleDouble(where(finite, wide, 0.5), -exponent);
  const Array large = abs(mantissa) >= 1, small = abs(mantissa) < 0.5;  // the logarithm was rounded
  mantissa = where(large, mantissa * 0.5, where(small, mantissa * 2, mantissa));
  exponent = exponent + where(large, 1, where(small, -1, zeros({}, DataType::int64)));
  return {As(where(finite, mantissa, wide), TypeOf(in_own)),
          where(finite, astype(exponent, DataType::int32), zeros({}, DataType::int32))};
}

Array ldexp(const Operand& x, const Operand& exponent) {
  const Array number = AsArray(x), power = AsArray(exponent);
  RequireReal("ldexp", number);
  if (TypeOf(power).is_inexact() || !CanCast(TypeOf(power), DType::kInt64, CastingRule::kSafe))
    throw Error(ErrorCode::type_error,
                absl::StrCat("ldexp: the exponent is an integer up to int64, not ",
                             to_string(power.dtype())));
  if (exponent.array() == nullptr && !Fits(exponent.number(), DType::kInt32))
    throw Error(ErrorCode::overflow, "ldexp: a plain number as exponent is an int32");
  const DType dtype = FloatingFor(TypeOf(number));
  const Array bounded = minimum(maximum(astype(power, DataType::int64), -4400), 4400);
  const Array own = As(number, dtype);
  const auto scaled = [&] { return As(ScaleDouble(As(own, DType::kFloat64), bounded), dtype); };
  return JudgedWhole("ldexp", {number}, scaled, Op::k_exp2);  // which may underflow
}

std::pair<Array, Array> modf(const Array& x) {
  RequireReal("modf", x);
  const SilentScope silent;
  const Array in_own = rint(x);  // for its dtype and its errors
  const Array number = As(x, TypeOf(in_own)), whole = trunc(number);
  return {copysign(where(isinf(number), 0.0, number - whole), number), whole};
}

Array spacing(const Array& x) {
  RequireReal("spacing", x);
  const Array number = As(x, FloatingFor(TypeOf(x)));
  // NumPy's float16 goes up, others away from 0; it alone warns where there is no distance.
  const bool up = TypeOf(number) == DType::kFloat16;
  const Array distance = [&] {
    const SilentScope silent;
    const Array sign = up ? abs(number) : where(equal(number, 0), 0.0, number);
    const Array next = nextafter(number, copysign(kInfinity, sign)) - number;
    return where(isinf(number), std::numeric_limits<double>::quiet_NaN(), next);
  }();
  return up ? distance * WarnedOne("spacing", isfinite(number)) : distance;
}

Array popcount(const Array& x) { return bitwise_count(x); }

Array fabs(const Array& x) {
  RequireReal("fabs", x);
  return abs(As(x, FloatingFor(TypeOf(x))));
}

Array sinc(const Array& x) {
  const Array angle = x * std::numbers::pi;
  const DType dtype = TypeOf(angle);
  const double epsilon = dtype == DType::kFloat16   ? 0x1p-10
                         : dtype == DType::kFloat32 ? 0x1p-23
                         : dtype == DType::kFloat64 ? 0x1p-52
                                                    : 1e-20;
  const Array nonzero = where(equal(angle, 0), epsilon, angle);
  return sin(nonzero) / nonzero;
}

Array isposinf(const Array& x) { return Infinite("isposinf", x, true); }
Array isneginf(const Array& x) { return Infinite("isneginf", x, false); }

Array nan_to_num(const Array& x, const Operand& nan, const std::optional<Operand>& posinf,
                 const std::optional<Operand>& neginf) {
  const DType dtype = TypeOf(x);
  if (!dtype.is_inexact()) return copy(x);
  const double largest = LargestOf(ComponentOf(dtype));
  const Operand for_nan = Filler(nan, x), high = Filler(posinf.value_or(largest), x),
                low = Filler(neginf.value_or(-largest), x);
  const auto part = [&](const Array& p) {
    return where(isnan(p), for_nan, where(isposinf(p), high, where(isneginf(p), low, p)));
  };
  const Array result = dtype.is_complex()
                           ? Make(Op::k_complex, {ExprOf(part(real(x))), ExprOf(part(imag(x)))})
                           : part(x);
  OrderAs(*ExprOf(result), OrderOfCopy(*ExprOf(x)));
  return result;
}

Array var_about(const Array& x, const Array& mean, const AxisList& axes, bool keepdims,
                const ReduceOptions& options) {
  const Array distance = x - mean;
  const bool complex = TypeOf(distance).is_complex();
  ReduceOptions sums = options;
  if (!sums.dtype.has_value() && !TypeOf(distance).is_inexact()) sums.dtype = DataType::float64;
  const Array square = complex
                           ? broadloom::square(real(distance)) + broadloom::square(imag(distance))
                           : distance * distance;
  const Array ones = options.where.has_value() ? astype(*options.where, DataType::float64)
                                               : ones_like(real(x), DataType::float64);
  const Array count = sum(broadcast_to(ones, x.shape()), axes, keepdims);
  const Array total = sum(square, axes, keepdims, sums);
  return astype(total / maximum(count - options.correction, 0.0), total.dtype());
}

namespace {

// Beside an array a number stays one, which is weak; integers become floats.
Operand Inexact(const Operand& y) {
  if (y.array() != nullptr)
    return As(*y.array(), PromoteWithScalar(TypeOf(*y.array()), WeakKind::kFloat));
  const bool is_complex = y.number().kind() == Number::Kind::complex;
  return is_complex ? y : Operand(y.number().floating());
}

Operand Size(const Operand& y) {
  if (y.array() != nullptr) return abs(*y.array());
  return std::hypot(y.number().floating(), y.number().imaginary());
}

// atol + rtol * size: of numbers alone a number.
Operand Tolerance(const Operand& atol, const Operand& rtol, const Operand& size) {
  const auto are_numbers = [](const Operand& a, const Operand& b) {
    const bool no_arrays = a.array() == nullptr && b.array() == nullptr;
    return no_arrays && a.number().kind() != Number::Kind::complex &&
           b.number().kind() != Number::Kind::complex;
  };
  const Operand part = are_numbers(rtol, size)
                           ? Operand(rtol.number().floating() * size.number().floating())
                           : Operand(multiply(rtol, size));
  return are_numbers(atol, part) ? Operand(atol.number().floating() + part.number().floating())
                                 : Operand(add(atol, part));
}

}  // namespace

Array isclose(const Operand& x, const Operand& given, const Operand& rtol, const Operand& atol,
              bool equal_nan) {
  ErrorState state = error_state();
  state.invalid = ErrorMode::ignore;  // infinity less infinity
  const ErrorStateScope scope(state);
  const Operand y = Inexact(given);
  const Array near = less_equal(abs(subtract(x, y)), Tolerance(atol, rtol, Size(y)));
  const Array close = logical_or(logical_and(near, isfinite(AsArray(y))), equal(x, y));
  return equal_nan ? logical_or(close, logical_and(isnan(AsArray(x)), isnan(AsArray(y)))) : close;
}

Array allclose(const Operand& x, const Operand& y, const Operand& rtol, const Operand& atol,
               bool equal_nan) {
  return all(isclose(x, y, rtol, atol, equal_nan));
}

Array array_equal(const Array& x, const Array& y, bool equal_nan) {
  if (x.shape() != y.shape()) return full({}, false);
  const Array same = equal(x, y);
  return all(equal_nan ? logical_or(same, logical_and(isnan(x), isnan(y))) : same);
}

Array array_equiv(const Array& x, const Array& y) {
  const std::optional<Shape> shape = BroadcastShapes({ExprOf(x)->shape, ExprOf(y)->shape});
  return shape.has_value() ? all(equal(x, y)) : full({}, false);
}

Array angle(const Array& x, bool degrees_wanted) {
  const Array z = x.dtype() == DataType::bool_ ? astype(x, DataType::float64) : x;
  const Array radians = atan2(imag(z), real(z));
  return degrees_wanted ? radians * (180 / std::numbers::pi) : radians;
}

Array isreal(const Array& x) { return equal(imag(x), 0); }
Array iscomplex(const Array& x) {
  if (TypeOf(x).is_complex()) return not_equal(imag(x), 0);
  return zeros(x.shape(), DataType::bool_, &x.context());
}

}  // namespace broadloom

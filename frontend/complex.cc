// Which formula of ir/complex_math.h an operation is.
#include "frontend/complex.h"

#include <algorithm>
#include <numeric>
#include <shared_mutex>

#include "absl/strings/str_cat.h"
#include "frontend/complex_parts.h"
#include "frontend/composed.h"
#include "frontend/layout.h"
#include "frontend/storage.h"
#include "frontend/warn.h"
#include "frontend/written.h"

namespace broadloom {
namespace {

bool IsComplex(const Array& x) { return ExprOf(x)->dtype.is_complex(); }

bool HasLayoutOf(const Expr& a, const Expr& b) {
  return a.shape == b.shape && a.layout.order == b.layout.order &&
         a.layout.joint == b.layout.joint && a.layout.outer == b.layout.outer;
}

// A part of a number that is still to be paired is the part itself, where that changes no layout.
Array PartOf(const Array& z, Op op) {
  const ExprPtr& expr = ExprOf(z);
  if (expr->op == Op::k_complex && !expr->ready.load(std::memory_order_acquire)) {
    const std::shared_lock lock(expr->context->publication);
    if (!expr->inputs.empty() && expr->operands == Expr::Operands::kept) {
      const ExprPtr& part = expr->inputs[op == Op::k_real ? 0 : 1];
      if (HasLayoutOf(*part, *expr)) return Array(part);
    }
  }
  return Make(op, {expr});
}

Array As(const Array& x, DType dtype) {
  return ExprOf(x)->dtype == dtype ? x : astype(x, ToDataType(dtype));
}

// The dtype of the parts in which an operation computes its operands.
DType ComponentFor(const Operands& operands) {
  std::optional<DType> dtype;
  for (const Operand* operand : operands) {
    if (operand->array() == nullptr) continue;
    const DType own = ExprOf(*operand->array())->dtype;
    dtype = dtype.has_value() ? PromoteTypes(*dtype, own) : own;
  }
  for (const Operand* operand : operands) {
    if (operand->array() != nullptr) continue;
    dtype =
        dtype.has_value() ? WeakDType(*dtype, operand->number()) : DefaultDType(operand->number());
  }
  return ComponentOf(ComplexFor(*dtype));
}

Context& ContextOf(const Operands& operands) {
  for (const Operand* operand : operands) {
    if (operand->array() != nullptr) return operand->array()->context();
  }
  return default_context();
}

Parts PartsOf(const Operand& operand, Context& context, DType component) {
  if (operand.array() != nullptr) return broadloom::PartsOf(*operand.array(), component);
  const Number& number = operand.number();
  const Scalar pair = WarnedScalarOf(number, ComplexFor(component));
  const ArrayMath b{context, component};
  const bool real = number.kind() != Number::Kind::complex;
  return {Array(NumberExpr(context, RealOf(pair))),
          real ? b.Number(0) : Array(NumberExpr(context, ImaginaryOf(pair)))};
}

Array IsTrue(const Array& x) {
  if (!IsComplex(x)) return astype(x, DataType::bool_);
  return logical_or(not_equal(real(x), 0), not_equal(imag(x), 0));
}

AxisList Checked(const AxisList& axes, int rank, Op op) {
  if (IsAxisOfNumber(axes, rank)) return {};
  NormalizedAxes(axes, rank, InfoOf(op).name.data());
  return axes;
}

double CountOf(const Array& x, const AxisList& axes) {
  double count = 1;
  for (int64_t axis : NormalizedAxes(axes, x.ndim(), "var"))
    count *= static_cast<double>(x.shape()[axis]);
  return count;
}

using ReduceFn = Array (*)(const Array&, const AxisList&, bool, const ReduceOptions&);

// The operand is cast first, as in NumPy; a variance is that of the complex numbers.
Array ReduceAs(Op op, const Array& x, const AxisList& axes, bool keepdims,
               const ReduceOptions& options) {
  if ((op == Op::k_var || op == Op::k_std) && *options.dtype < DataType::complex64) {
    // Only the mean has no imaginary part.
    const Array about = mean(x, axes, /*keepdims=*/true, {.dtype = options.dtype});
    const Array variance = var_about(x, about, axes, keepdims, options);
    return op == Op::k_var ? variance : astype(sqrt(variance), *options.dtype);
  }
  const ReduceFn function = op == Op::k_sum    ? ReduceFn(sum)
                            : op == Op::k_prod ? ReduceFn(prod)
                            : op == Op::k_mean ? ReduceFn(mean)
                            : op == Op::k_var  ? ReduceFn(var)
                                               : ReduceFn(broadloom::std);
  return function(astype(x, *options.dtype), axes, keepdims, options);
}

Array Mean(const Array& z, const AxisList& axes, bool keepdims) {
  const double count = CountOf(z, axes);
  return Join({sum(real(z), axes, keepdims) / count, sum(imag(z), axes, keepdims) / count});
}

// The mean square distance of both parts from the mean.
Array Variance(const Array& z, const AxisList& axes, bool keepdims, double correction) {
  const Array mean = Mean(z, axes, /*keepdims=*/true);
  const Array re = real(z) - real(mean), im = imag(z) - imag(mean);
  return sum(re * re + im * im, axes, keepdims) / std::max(CountOf(z, axes) - correction, 0.0);
}

[[noreturn]] void NotDefined(Op op) {
  throw Error(ErrorCode::type_error,
              absl::StrCat(InfoOf(op).name, " is not defined for complex numbers"));
}

Array OneOperand(ArrayMath& b, Op op, const Parts& z) {
  namespace cm = complex_math;
  switch (op) {
    case Op::k_positive: return Join(z);
    case Op::k_negative: return Join(cm::Negative(b, z));
    case Op::k_abs: return hypot(z.re, z.im);
    case Op::k_sign: return Join(cm::Sign(b, z));
    case Op::k_square: return Join(cm::Multiply(b, z, z));
    case Op::k_reciprocal: return Join(cm::Reciprocal(b, z));
    case Op::k_sqrt: return Join(cm::Sqrt(b, z));
    case Op::k_exp: return Join(cm::Exp(b, z));
    case Op::k_exp2: return Join(cm::Exp2(b, z));
    case Op::k_expm1: return Join(cm::Expm1(b, z));
    case Op::k_log: return Join(cm::Log(b, z));
    case Op::k_log2: return Join(cm::Log2(b, z));
    case Op::k_log10: return Join(cm::Log10(b, z));
    case Op::k_log1p: return Join(cm::Log1p(b, z));
    case Op::k_sin: return Join(cm::Sin(b, z));
    case Op::k_cos: return Join(cm::Cos(b, z));
    case Op::k_tan: return Join(cm::Tan(b, z));
    case Op::k_asin: return Join(cm::Asin(b, z));
    case Op::k_acos: return Join(cm::Acos(b, z));
    case Op::k_atan: return Join(cm::Atan(b, z));
    case Op::k_sinh: return Join(cm::Sinh(b, z));
    case Op::k_cosh: return Join(cm::Cosh(b, z));
    case Op::k_tanh: return Join(cm::Tanh(b, z));
    case Op::k_asinh: return Join(cm::Asinh(b, z));
    case Op::k_acosh: return Join(cm::Acosh(b, z));
    case Op::k_atanh: return Join(cm::Atanh(b, z));
    case Op::k_rint:
    case Op::k_round: return Join({rint(z.re), rint(z.im)});
    case Op::k_isnan: return cm::IsNan(b, z);
    case Op::k_isinf: return cm::IsInf(b, z);
    case Op::k_isfinite: return cm::IsFinite(b, z);
    default: NotDefined(op);
  }
}

Array TwoOperands(ArrayMath& b, Op op, const Parts& x, const Parts& y) {
  namespace cm = complex_math;
  switch (op) {
    case Op::k_add: return Join(cm::Add(b, x, y));
    case Op::k_subtract: return Join(cm::Subtract(b, x, y));
    case Op::k_multiply: return Join(cm::Multiply(b, x, y));
    case Op::k_divide: return Join(cm::Divide(b, x, y));
    case Op::k_pow: return Join(cm::Pow(b, x, y));
    case Op::k_maximum: return Join(cm::Maximum(b, x, y));
    case Op::k_minimum: return Join(cm::Minimum(b, x, y));
    case Op::k_fmax: return Join(cm::FMax(b, x, y));
    case Op::k_fmin: return Join(cm::FMin(b, x, y));
    case Op::k_equal: return cm::Equal(b, x, y);
    case Op::k_not_equal: return logical_not(cm::Equal(b, x, y));
    case Op::k_less: return cm::Less(b, x, y);
    case Op::k_less_equal: return cm::LessEqual(b, x, y);
    case Op::k_greater: return cm::Less(b, y, x);
    case Op::k_greater_equal: return cm::LessEqual(b, y, x);
    default: NotDefined(op);
  }
}

// Numbers are not cast to the arrays' dtype.
Array Logical(Op op, const Operands& operands) {
  const auto truth = [&](size_t i) {
    const Operand& operand = *operands[i];
    return operand.array() != nullptr ? IsTrue(*operand.array())
                                      : IsTrue(scalar(operand.number(), DataType::complex128));
  };
  switch (op) {
    case Op::k_logical_not: return logical_not(truth(0));
    case Op::k_logical_and: return logical_and(truth(0), truth(1));
    case Op::k_logical_or: return logical_or(truth(0), truth(1));
    default: return logical_xor(truth(0), truth(1));
  }
}

// x ** 2, ** 1, ** 0.5 and ** -1 are the exact operation, as for real numbers.
std::optional<Array> PowByShortcut(const Operands& operands) {
  const Array* const base = operands[0]->array();
  if (base == nullptr || !IsComplex(*base) || operands[1]->array() != nullptr) return std::nullopt;
  const Number& exponent = operands[1]->number();
  if (exponent.kind() == Number::Kind::complex) return std::nullopt;
  if (exponent.floating() == 2) return square(*base);
  if (exponent.floating() == 1) return positive(*base);
  if (exponent.floating() == 0.5) return sqrt(*base);
  if (exponent.floating() == -1) return reciprocal(*base);
  return std::nullopt;
}

}  // namespace

Parts PartsOf(const Array& x, DType component) {
  if (IsComplex(x))
    return {As(PartOf(x, Op::k_real), component), As(PartOf(x, Op::k_imag), component)};
  return {As(x, component), ArrayMath{x.context(), component}.Number(0)};
}

Array Join(const Parts& parts) { return Make(Op::k_complex, {ExprOf(parts.re), ExprOf(parts.im)}); }

bool AnyComplex(const Operands& operands) {
  return std::any_of(operands.begin(), operands.end(), [](const Operand* operand) {
    if (operand->array() != nullptr) return IsComplex(*operand->array());
    return operand->number().kind() == Number::Kind::complex;
  });
}

Array ComplexUnary(Op op, const Array& x) {
  const Operand operand(x);
  return ComplexElementwise(op, {&operand});
}

namespace {

Array Elementwise(Op op, const Operands& operands) {
  namespace cm = complex_math;
  if (op == Op::k_pow) {
    if (const std::optional<Array> exact = PowByShortcut(operands)) return *exact;
  }
  if (op == Op::k_where) {
    const Operands chosen(operands.begin() + 1, operands.end());
    const DType part = ComponentFor(chosen);
    Context& context = ContextOf(operands);
    const Operand& given = *operands[0];
    const Array condition = given.array() != nullptr ? IsTrue(*given.array())
                                                     : full({}, given.number().floating() != 0);
    if (!AnyComplex(chosen)) return where(condition, *chosen[0], *chosen[1]);
    const Parts x = PartsOf(*chosen[0], context, part), y = PartsOf(*chosen[1], context, part);
    return Join({where(condition, x.re, y.re), where(condition, x.im, y.im)});
  }
  ArrayMath b{ContextOf(operands), ComponentFor(operands)};
  const auto part = [&](size_t i) { return PartsOf(*operands[i], b.context, b.dtype); };
  if (op == Op::k_clip) return Join(cm::Minimum(b, cm::Maximum(b, part(0), part(1)), part(2)));
  if (operands.size() == 1) return OneOperand(b, op, part(0));
  return TwoOperands(b, op, part(0), part(1));
}

// Whose parts overflow as NumPy's do; others are judged by what comes out.
bool IsJudgedByParts(Op op) {
  return op == Op::k_add || op == Op::k_subtract || op == Op::k_multiply || op == Op::k_square;
}

Array ArrayOf(const Operand& operand, const Operands& operands) {
  if (operand.array() != nullptr) return *operand.array();
  return Join(PartsOf(operand, ContextOf(operands), ComponentFor(operands)));
}

}  // namespace

Array ComplexElementwise(Op op, const Operands& operands) {
  if (InfoOf(op).dtype_rule == DTypeRule::kLogical) return Logical(op, operands);
  if (IsJudgedByParts(op)) {
    const FunctionScope scope({InfoOf(op).name.data()});
    const Array result = Elementwise(op, operands);
    OrderAsOperands(result, operands);  // of the parts the order would be found otherwise
    return result;
  }
  std::vector<Array> given;
  for (const Operand* operand : operands) given.push_back(ArrayOf(*operand, operands));
  const Array result = [&] {
    const SilentScope silent;
    return Elementwise(op, operands);
  }();
  OrderAsOperands(result, operands);
  return JudgedAs(op == Op::k_abs ? Op::k_hypot : op, given, result);
}

Array ComplexReduce(Op op, const Array& x, const AxisList& given, bool keepdims,
                    const ReduceOptions& options) {
  if (options.dtype.has_value() && *options.dtype != x.dtype())
    return ReduceAs(op, x, given, keepdims, options);
  const AxisList axes = Checked(given, x.ndim(), op);
  switch (op) {
    case Op::k_any: return any(IsTrue(x), axes, keepdims);
    case Op::k_all: return all(IsTrue(x), axes, keepdims);
    case Op::k_sum: return Join({sum(real(x), axes, keepdims), sum(imag(x), axes, keepdims)});
    case Op::k_mean: return Mean(x, axes, keepdims);
    case Op::k_var:
    case Op::k_std: {
      const Array variance = Variance(x, axes, keepdims, options.correction);
      const Array result = op == Op::k_var ? variance : sqrt(variance);
      return options.dtype.has_value() ? astype(result, *options.dtype) : result;
    }
    default: return ComplexFold(op, x, axes, keepdims);
  }
}

Array ComplexCast(const Array& x, DType to) {
  const DType from = ExprOf(x)->dtype;
  if (to.is_complex()) {
    const Array cast = Join(PartsOf(x, ComponentOf(to)));
    OrderAs(*ExprOf(cast), OrderOfCopy(*ExprOf(x)));
    return cast;
  }
  if (to.is_bool()) return IsTrue(x);
  if (from.is_complex()) WarnOfComplexAsReal();
  return astype(real(x), ToDataType(to));
}

Array real(const Array& x) { return IsComplex(x) ? PartOf(x, Op::k_real) : x; }
namespace {

// As NumPy's: in Fortran's order if x is, else in C order.
Array Zeros(const Array& x) {
  const Expr& expr = *ExprOf(x);
  std::vector<int8_t> back(expr.rank());
  std::iota(back.rbegin(), back.rend(), int8_t{0});
  const int64_t size = expr.dtype.size();
  const bool is_fortran =
      HaveSameSteps(expr.shape, expr.strides, DenseStrides(expr.shape, back, size)) &&
      !HaveSameSteps(expr.shape, expr.strides, DenseStrides(expr.shape, size));
  const Sizes shape = x.shape();
  if (!is_fortran) return full(shape, 0, x.dtype(), &x.context());
  return full(Sizes(shape.rbegin(), shape.rend()), 0, x.dtype(), &x.context()).transpose();
}

}  // namespace

Array imag(const Array& x) { return IsComplex(x) ? PartOf(x, Op::k_imag) : Zeros(x); }

Array real_view(const Array& x) { return IsComplex(x) ? PartView(x, Op::k_real) : x; }
Array imag_view(const Array& x) {
  if (IsComplex(x)) return PartView(x, Op::k_imag);
  Array zeros = Zeros(x);
  zeros.set_read_only(true);
  return zeros;
}

Array conj(const Array& x) {
  if (!IsComplex(x)) return positive(x.dtype() == DataType::bool_ ? astype(x, DataType::int8) : x);
  return Join({PartOf(x, Op::k_real), negative(PartOf(x, Op::k_imag))});
}

}  // namespace broadloom

// Which formula of ir/complex_math.h an operation is.
#include "frontend/complex.h"

#include <algorithm>
#include <shared_mutex>

#include "frontend/complex_parts.h"
#include "frontend/composed.h"
#include "frontend/warn.h"

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
    if (!expr->inputs.empty()) {
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
  const auto part = [&](double value) {
    return Array(NumberExpr(context, MakeScalar(component, value)));
  };
  const ArrayMath b{context, component};
  const bool real = number.kind() != Number::Kind::complex;
  return {part(number.floating()), real ? b.Number(0) : part(number.imaginary())};
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
  const ReduceFn function = op == Op::k_sum    ? ReduceFn(sum)
                            : op == Op::k_prod ? ReduceFn(prod)
                            : op == Op::k_mean ? ReduceFn(mean)
                            : op == Op::k_var  ? ReduceFn(var)
                                               : ReduceFn(broadloom::std);
  return function(astype(x, *options.dtype), axes, keepdims, options);
}

// The mean square distance of both parts from the mean.
Array Variance(const Array& z, const AxisList& axes, bool keepdims, double correction) {
  const Array mean = broadloom::mean(z, axes, /*keepdims=*/true);
  const Array re = real(z) - real(mean), im = imag(z) - imag(mean);
  return sum(re * re + im * im, axes, keepdims) / std::max(CountOf(z, axes) - correction, 0.0);
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

Array ComplexElementwise(Op op, const Operands& operands) {
  namespace cm = complex_math;
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
  const Parts x = PartsOf(*operands[0], b.context, b.dtype);
  const auto second = [&] { return PartsOf(*operands[1], b.context, b.dtype); };
  switch (op) {
    case Op::k_add: return Join(cm::Add(b, x, second()));
    case Op::k_subtract: return Join(cm::Subtract(b, x, second()));
    case Op::k_multiply: return Join(cm::Multiply(b, x, second()));
    default: break;
  }
  return Make(op, {ExprOf(*operands[0]->array())});  // raises the error
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
    case Op::k_mean: return Join({mean(real(x), axes, keepdims), mean(imag(x), axes, keepdims)});
    case Op::k_var: return Variance(x, axes, keepdims, options.correction);
    case Op::k_std: return sqrt(Variance(x, axes, keepdims, options.correction));
    default: return ComplexFold(op, x, axes, keepdims);
  }
}

Array ComplexCast(const Array& x, DType to) {
  const DType from = ExprOf(x)->dtype;
  if (to.is_complex()) return Join(PartsOf(x, ComponentOf(to)));
  if (to.is_bool()) return IsTrue(x);
  if (from.is_complex())
    Warn(WarningKind::complex, "Casting complex values to real discards the imaginary part");
  return astype(real(x), ToDataType(to));
}

Array real(const Array& x) { return IsComplex(x) ? PartOf(x, Op::k_real) : x; }
Array imag(const Array& x) { return IsComplex(x) ? PartOf(x, Op::k_imag) : zeros_like(x); }

Array conj(const Array& x) {
  if (!IsComplex(x)) return positive(x.dtype() == DataType::bool_ ? astype(x, DataType::int8) : x);
  return Join({PartOf(x, Op::k_real), negative(PartOf(x, Op::k_imag))});
}

}  // namespace broadloom

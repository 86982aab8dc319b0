// When NumPy warns, told by operands and results alone.
//
//     invalid   NaN, but no operand is
//     over      infinite, though the operands are finite
//     divide    the same at a pole: log(0), x / 0, 0 ** -1
//     under     tiny, though the operands are not, and not exactly so (products and quotients)
//
// and what else integers, casts and NumPy's own loops do. tests/python/test_float_errors.py
// compares with NumPy.
#include <limits>
#include <optional>

#include "frontend/composed.h"
#include "frontend/convert.h"
#include "frontend/float_errors.h"
#include "frontend/written.h"

namespace broadloom {
namespace {

bool IsFloat(const Array& x) { return ExprOf(x)->dtype.is_inexact(); }

// Pending arrays of truth values; none: never.
using Truth = std::optional<Array>;

Truth Either(const Truth& p, const Truth& q) {
  if (!p.has_value()) return q;
  return q.has_value() ? logical_or(*p, *q) : *p;
}
Truth Both(const Truth& p, const Truth& q) {
  if (!p.has_value() || !q.has_value()) return std::nullopt;
  return logical_and(*p, *q);
}
Array Unless(const Array& p, const Truth& q) {
  return q.has_value() ? logical_and(p, logical_not(*q)) : p;
}

AxisList AxesOf(const Computed& reduction) {
  const Axes& axes = reduction.attrs->Ints(AttrName::k_axes);
  return AxisList(std::vector<int64_t>(axes.begin(), axes.end()));
}

bool KeepsDims(const Computed& reduction) {
  return reduction.attrs->IntOr(AttrName::k_keepdims, 0) != 0;
}

// For each element of the result: whether any element of the operand that it is computed from has
// the property.
class Reach {
 public:
  explicit Reach(const Computed& computed) : c_(computed) {}

  Truth Any(Array (*property)(const Array&)) const {
    Truth any;
    for (size_t i = 0; i < c_.operands.size(); ++i) {
      if (IsFloat(c_.operands[i])) any = Either(any, Spread(property(c_.operands[i]), i));
    }
    return any;
  }

 private:
  Array Spread(const Array& property, size_t operand) const {
    const OpInfo& info = InfoOf(c_.op);
    if (info.is_reduce()) return any(property, AxesOf(c_), KeepsDims(c_));
    if (info.op_class == OpClass::kScan)
      return any(property, {c_.attrs->Int(AttrName::k_axis)}, /*keepdims=*/true);
    return c_.op == Op::k_matmul ? OfProduct(property, operand) : property;
  }

  // Rows of the left operand, columns of the right one.
  Array OfProduct(const Array& property, size_t operand) const {
    const bool is_left = operand == 0;
    Array lines = any(property, {is_left || property.ndim() == 1 ? -1 : -2});
    if (c_.operands[1 - operand].ndim() == 1) return lines;
    return property.ndim() == 1 ? lines : expand_dims(lines, {is_left ? -1 : -2});
  }

  const Computed& c_;
};

Array NotFinite(const Array& x) { return logical_not(isfinite(x)); }

Array IsGammasPole(const Array& x) { return logical_and(less_equal(x, 0), equal(x, floor(x))); }

// A mean of nothing, or a variance without degrees of freedom: a division by zero.
bool LacksNumbers(Op op, const Attrs& attrs, const Shape& from) {
  if (InfoOf(op).dtype_rule != DTypeRule::kMean) return false;
  double count = 1;
  for (int64_t axis : attrs.Ints(AttrName::k_axes))
    count *= static_cast<double>(from[axis].value());
  const bool corrected = attrs.Has(AttrName::k_correction);
  return count <= (corrected ? AsDouble(attrs.Value(AttrName::k_correction)) : 0);
}

// Where an infinite result of finite operands is no overflow but a pole.
Truth PoleOf(const Computed& c) {
  if (LacksNumbers(c.op, *c.attrs, ExprOf(c.operands[0])->shape)) return full({}, true);
  switch (c.op) {
    case Op::k_log:
    case Op::k_log2:
    case Op::k_log10:
    case Op::k_log1p:
    case Op::k_atanh: return full({}, true);
    case Op::k_atan: return full({}, true);  // of a complex number
    case Op::k_gamma:
    case Op::k_lgamma: return less_equal(c.operands[0], 0);
    case Op::k_erfinv: return full({}, true);
    case Op::k_beta: return Either(IsGammasPole(c.operands[0]), IsGammasPole(c.operands[1]));
    case Op::k_digamma:
    case Op::k_reciprocal: return equal(c.operands[0], 0);
    case Op::k_pow:
    case Op::k_integer_pow: return equal(c.operands[0], 0);
    case Op::k_divide:
    case Op::k_floor_divide: return equal(c.operands[1], 0);
    default: return std::nullopt;
  }
}

Truth Overflow(const Computed& c) {
  const Array infinite = isinf(c.result);
  if (c.op == Op::k_nextafter) return logical_and(infinite, isfinite(c.operands[0]));
  return Unless(infinite, Reach(c).Any(NotFinite));
}

double LeastNormal(DType dtype) {
  if (dtype == DType::kFloat16) return 0x1p-14;
  return dtype == DType::kFloat64 ? 0x1p-1022 : 0x1p-126;
}

// Subnormal or zero.
Array IsTiny(const Array& x) { return less(abs(x), LeastNormal(ComponentOf(ExprOf(x)->dtype))); }

bool MayUnderflow(Op op) {
  switch (op) {
    case Op::k_multiply:
    case Op::k_divide:
    case Op::k_square:
    case Op::k_reciprocal:
    case Op::k_astype:
    case Op::k_prod:
    case Op::k_cumulative_prod: return true;
    case Op::k_log:
    case Op::k_log2:
    case Op::k_log10:
    case Op::k_acos:
    case Op::k_acosh:
    case Op::k_lgamma:
    case Op::k_digamma: return false;  // they have zeros
    default: return InfoOf(op).Is(kCostly);
  }
}

// Where a tiny result is all there is. Of long products nobody knows.
Truth IsExactlyTiny(const Computed& c) {
  const Array& x = c.operands[0];
  switch (c.op) {
    case Op::k_multiply: return equal(divide(c.result, c.operands[1]), x);
    case Op::k_divide: return equal(multiply(c.result, c.operands[1]), x);
    case Op::k_square: return equal(divide(c.result, x), x);
    case Op::k_reciprocal: return equal(multiply(c.result, x), 1);
    case Op::k_astype: return equal(astype(c.result, x.dtype()), x);
    case Op::k_prod:
    case Op::k_cumulative_prod: return Reach(c).Any(IsTiny);
    default: return equal(c.result, x);
  }
}

Truth Underflow(const Computed& c) {
  if (!MayUnderflow(c.op)) return {};
  const Truth stays = Reach(c).Any(
      [](const Array& x) { return logical_or(equal(x, 0), logical_not(isfinite(x))); });
  return Unless(Unless(IsTiny(c.result), stays), IsExactlyTiny(c));
}

std::vector<Violation> OfFloats(const Computed& c, const ErrorState& state) {
  std::vector<Violation> violations;
  const auto add = [&](FloatError error, const Truth& where) {
    if (where.has_value() && state.Of(error) != ErrorMode::ignore)
      violations.push_back({error, *where});
  };
  const Truth infinite = Overflow(c), pole = PoleOf(c);
  const Truth over = infinite.has_value() && pole.has_value() ? Unless(*infinite, pole) : infinite;
  add(FloatError::divide, Both(infinite, pole));
  add(FloatError::over, over);
  if (state.under != ErrorMode::ignore) add(FloatError::under, Underflow(c));
  Truth invalid = Unless(isnan(c.result), Reach(c).Any(isnan));
  if (c.op == Op::k_floor_divide)
    invalid = Either(invalid, over);  // infinity less infinity on the way
  add(FloatError::invalid, invalid);
  return violations;
}

// NumPy's variances are of several operations.
std::vector<Violation> OfVariance(const Computed& c, const ErrorState& state) {
  const Array mean = broadloom::mean(c.operands[0], AxesOf(c), KeepsDims(c));
  std::vector<Violation> violations;
  for (const Violation& found : OfFloats(c, state)) {
    const bool over = found.error == FloatError::over;
    const Array early = over ? isinf(mean) : isnan(mean);
    violations.push_back({found.error, logical_and(found.where, early), "reduce"});
    violations.push_back(
        {found.error, logical_and(found.where, logical_not(early)), over ? "square" : "subtract"});
  }
  return violations;
}

std::vector<Violation> OfIntegers(const Computed& c) {
  const DType dtype = ExprOf(c.result)->dtype;
  switch (c.op) {
    case Op::k_reciprocal:
      return {{FloatError::divide, equal(c.operands[0], 0)},
              {FloatError::invalid, equal(c.operands[0], 0)}};
    case Op::k_floor_divide:
    case Op::k_remainder:
    case Op::k_fmod: break;
    default: return {};
  }
  std::vector<Violation> violations = {{FloatError::divide, equal(c.operands[1], 0)}};
  if (c.op == Op::k_floor_divide && dtype.is_signed()) {
    const int64_t least = std::numeric_limits<int64_t>::min() >> (64 - 8 * dtype.size());
    violations.push_back(
        {FloatError::over, logical_and(equal(c.operands[0], least), equal(c.operands[1], -1))});
  }
  return violations;
}

std::vector<Violation> OfCastToInteger(const Computed& c) {
  const auto [low, high] = LimitsOfCast(ExprOf(c.result)->dtype);
  const Array whole = trunc(astype(c.operands[0], DataType::float64));
  const Array fits = logical_and(greater_equal(whole, low), less(whole, high));
  return {{FloatError::invalid, logical_not(fits)}};
}

bool IsOrder(Op op) {
  return op == Op::k_less || op == Op::k_less_equal || op == Op::k_greater ||
         op == Op::k_greater_equal;
}

// Parts are compared one after another; those of NaNs are invalid.
std::vector<Violation> OfComplexOrder(const Computed& c) {
  const Array &x = c.operands[0], &y = c.operands[1];
  const Array first = logical_or(isnan(real(x)), isnan(real(y))),
              second = logical_or(isnan(imag(x)), isnan(imag(y)));
  return {{FloatError::invalid, logical_or(first, logical_and(equal(real(x), real(y)), second))}};
}

}  // namespace

bool CannotViolate(Op op) {
  switch (op) {
    case Op::k_copy:
    case Op::k_insert:
    case Op::k_scatter:
    case Op::k_real:
    case Op::k_imag:
    case Op::k_complex:
    case Op::k_negative:
    case Op::k_positive:
    case Op::k_abs:
    case Op::k_sign:
    case Op::k_floor:
    case Op::k_ceil:
    case Op::k_trunc:
    case Op::k_round:
    case Op::k_rint:
    case Op::k_maximum:
    case Op::k_minimum:
    case Op::k_fmax:
    case Op::k_fmin:
    case Op::k_heaviside:
    case Op::k_copysign:
    case Op::k_where:
    case Op::k_clip:
    case Op::k_gather:
    case Op::k_min:
    case Op::k_max:
    case Op::k_cumulative_max:
    case Op::k_cumulative_min: return true;
    default: return InfoOf(op).is_view() || InfoOf(op).is_leaf();
  }
}

bool DividesIntegers(Op op) {
  return op == Op::k_floor_divide || op == Op::k_remainder || op == Op::k_fmod ||
         op == Op::k_reciprocal;
}

// x86 converts to 32 or 64 bits and cuts off what a narrower integer does not hold.
std::pair<double, double> LimitsOfCast(DType to) {
  const bool is_wide = to.size() == 8;
  const double high =
      is_wide ? (to.is_signed() ? 0x1p63 : 0x1p64) : (to == DType::kUInt32 ? 0x1p32 : 0x1p31);
  return {is_wide ? -0x1p63 : -0x1p31, high};
}

bool MayViolate(const Expr& expr) {
  const Op op = expr.whole != nullptr ? expr.whole->op : expr.op;
  if (IsOrder(op)) return expr.whole != nullptr;  // of complex numbers
  if (CannotViolate(op) || expr.dtype.is_bool()) return false;
  if (op == Op::k_astype) {
    const DType from = expr.inputs[0]->dtype;
    return expr.dtype.is_inexact() ? from.is_integer() || from.size() > expr.dtype.size()
                                   : from.is_inexact();
  }
  return expr.dtype.is_inexact() || DividesIntegers(op);
}

std::string NumPysName(const Expr& expr) {
  if (expr.function != nullptr && expr.function->name != nullptr) return expr.function->name;
  const Op op = expr.whole != nullptr ? expr.whole->op : expr.op;
  if (InfoOf(op).is_reduce() && expr.whole == nullptr && !expr.inputs.empty() &&
      LacksNumbers(op, expr.attrs, expr.inputs[0]->shape))
    return "divide";
  if (InfoOf(op).is_reduce()) return "reduce";
  if (InfoOf(op).op_class == OpClass::kScan) return "accumulate";
  switch (op) {
    case Op::k_astype: return "cast";
    case Op::k_hypot: return expr.whole != nullptr ? "absolute" : "hypot";  // of a complex number
    case Op::k_pow:
    case Op::k_integer_pow: return "power";
    case Op::k_asin: return "arcsin";
    case Op::k_acos: return "arccos";
    case Op::k_atan: return "arctan";
    case Op::k_atan2: return "arctan2";
    case Op::k_asinh: return "arcsinh";
    case Op::k_acosh: return "arccosh";
    case Op::k_atanh: return "arctanh";
    default: return std::string(InfoOf(op).name);
  }
}

std::vector<Violation> ViolationsOf(const Computed& c, const ErrorState& state) {
  if (IsOrder(c.op)) return OfComplexOrder(c);
  if (c.op == Op::k_astype && !IsFloat(c.result)) return OfCastToInteger(c);
  if (!IsFloat(c.result)) return OfIntegers(c);
  const bool is_variance = c.op == Op::k_var || c.op == Op::k_std;
  const bool has_steps = is_variance && !LacksNumbers(c.op, *c.attrs, ExprOf(c.operands[0])->shape);
  return has_steps ? OfVariance(c, state) : OfFloats(c, state);
}

}  // namespace broadloom

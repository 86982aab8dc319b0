// The functions that the op table lists: operands become nodes, numbers take the dtype that NumPy
// gives them.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "frontend/complex.h"
#include "frontend/composed.h"
#include "frontend/convert.h"
#include "frontend/layout.h"
#include "frontend/reduce_some.h"
#include "frontend/warn.h"
#include "frontend/written.h"
#include "ir/verify.h"

namespace broadloom {
namespace {

bool IsComparison(Op op) { return InfoOf(op).dtype_rule == DTypeRule::kCompare; }

// The first array decides the context, arrays together the dtype beside which numbers are weak.
// `where`'s condition has no part in that.
struct Beside {
  Context* context = nullptr;
  std::optional<DType> dtype;
};

Beside Look(const Operands& operands, size_t first) {
  Beside beside;
  for (size_t i = 0; i < operands.size(); ++i) {
    const Array* array = operands[i]->array();
    if (array == nullptr) continue;
    const Expr& expr = *ExprOf(*array);
    if (beside.context == nullptr) beside.context = expr.context;
    if (i >= first)
      beside.dtype =
          beside.dtype.has_value() ? PromoteTypes(*beside.dtype, expr.dtype) : expr.dtype;
  }
  if (beside.context == nullptr) beside.context = &default_context();
  return beside;
}

// Numbers alone: the widest of their own dtypes.
DType AloneDType(const Operands& operands, size_t first) {
  DType dtype = DType::kBool;
  for (size_t i = first; i < operands.size(); ++i)
    dtype = PromoteTypes(dtype, DefaultDType(operands[i]->number()));
  return dtype;
}

// Several numbers beside an array agree on what the strongest of them needs.
DType DTypeForNumbers(const Operands& operands, size_t first, const Beside& beside) {
  if (!beside.dtype.has_value()) return AloneDType(operands, first);
  DType dtype = *beside.dtype;
  for (size_t i = first; i < operands.size(); ++i) {
    if (operands[i]->array() == nullptr) dtype = WeakDType(dtype, operands[i]->number());
  }
  return dtype;
}

// A number beside integers that cannot hold it keeps its own dtype where the operation computes in
// floats or bools anyway.
DType DTypeForNumber(Op op, const Number& number, DType dtype) {
  if (Fits(number, dtype) || InfoOf(op).arity() != 2) return dtype;
  const ValueType type{dtype, {}};
  const bool in_integers = Unwrap(InferDTypes(op, {type, type}, {})).operands.is_integer();
  if (in_integers) return dtype;
  return InfoOf(op).dtype_rule == DTypeRule::kFloating ? FloatingFor(dtype) : DefaultDType(number);
}

Array Elementwise(Op op, const Operands& operands) {
  if (AnyComplex(operands)) return ComplexElementwise(op, operands);
  const size_t first = op == Op::k_where ? 1 : 0;
  const Beside beside = Look(operands, first);
  const DType dtype = DTypeForNumbers(operands, first, beside);
  const auto scalar_of =  // a truth value is not cast
      InfoOf(op).dtype_rule == DTypeRule::kLogical ? ScalarOf : WarnedScalarOf;
  ExprList inputs;
  for (size_t i = 0; i < operands.size(); ++i) {
    const Array* array = operands[i]->array();
    const DType own = i < first ? DType(DType::kBool) : dtype;
    inputs.push_back(array != nullptr
                         ? ExprOf(*array)
                         : NumberExpr(*beside.context,
                                      scalar_of(operands[i]->number(),
                                                DTypeForNumber(op, operands[i]->number(), own))));
  }
  return Array(Unwrap(MakeExpr(*beside.context, op, std::move(inputs), {})));
}

// `array op number` where the array's integers cannot hold the number: the answer is the same for
// every element.
Array CompareBeyond(Op op, const Array& array, const Number& number, bool number_is_right) {
  const bool larger =
      number.kind() == Number::Kind::natural || number.integer() > 0;  // than every element
  const bool array_is_less = larger == number_is_right;
  const bool answer = op == Op::k_not_equal ||
                      ((op == Op::k_less || op == Op::k_less_equal) && array_is_less) ||
                      ((op == Op::k_greater || op == Op::k_greater_equal) && !array_is_less);
  return full_like(array, answer, DataType::bool_);
}

void CheckExponent(const Operand& x, const Operand& y) {
  if (y.array() != nullptr || y.number().kind() != Number::Kind::integer ||
      y.number().integer() >= 0)
    return;
  const bool integer = x.array() != nullptr ? !ToDType(x.array()->dtype()).is_floating()
                                            : x.number().kind() != Number::Kind::floating;
  if (x.array() != nullptr) ScalarOf(y.number(), WeakDType(ExprOf(*x.array())->dtype, y.number()));
  if (integer)
    throw Error(ErrorCode::invalid_argument,
                "Integers to negative integer powers are not allowed.");
}

// NumPy's shortcuts for numbers as exponents: the exact operation where there is one; small
// integers are part of the code.
std::optional<Array> PowByShortcut(const Operand& x, const Operand& y) {
  if (x.array() == nullptr || y.array() != nullptr) return std::nullopt;
  if (x.array()->dtype() == DataType::bool_ && y.number().kind() == Number::Kind::integer)
    return std::nullopt;  // only the operator has them
  const Expr& base = *ExprOf(*x.array());
  const DType dtype = WeakDType(base.dtype, y.number());
  const double exponent = y.number().floating();
  const auto with_dtype = [&] {
    return dtype == base.dtype ? *x.array() : astype(*x.array(), ToDataType(dtype));
  };
  if (exponent == 2) return dtype.is_floating() ? square(with_dtype()) : square(*x.array());
  if (!dtype.is_floating()) return std::nullopt;
  if (exponent == 1) return positive(with_dtype());
  if (exponent == 0.5) return sqrt(with_dtype());
  if (exponent == -1) {
    const FunctionScope scope({"reciprocal"});
    return divide(1, with_dtype());
  }
  if (IsIntegerPowExponent(exponent)) {
    const FunctionScope scope({"power"});
    return Make(
        Op::k_integer_pow,
        {ExprOf(with_dtype()), LiteralExpr(x.array()->context(), MakeScalar(dtype, exponent))});
  }
  return std::nullopt;
}

Array Unary(Op op, const Array& x) {
  if (x.dtype() >= DataType::complex64) return ComplexUnary(op, x);
  return Make(op, {ExprOf(x)});
}

Array Binary(Op op, const Operand& x, const Operand& y) {
  if (AnyComplex({&x, &y})) return ComplexElementwise(op, {&x, &y});
  if (op == Op::k_pow) {
    CheckExponent(x, y);
    if (std::optional<Array> shortcut = PowByShortcut(x, y)) return *shortcut;
  }
  if (IsComparison(op) && (x.array() == nullptr) != (y.array() == nullptr)) {
    const bool number_is_right = x.array() != nullptr;
    const Array& array = number_is_right ? *x.array() : *y.array();
    const Number& number = number_is_right ? y.number() : x.number();
    const DType dtype = WeakDType(ExprOf(array)->dtype, number);
    if (!Fits(number, dtype) && array.dtype() == DataType::bool_)
      throw Error(ErrorCode::overflow,
                  absl::StrCat(InfoOf(op).name,
                               ": Python integer too large for int64, in which "
                               "it is compared with bools"));
    if (!Fits(number, dtype)) return CompareBeyond(op, array, number, number_is_right);
  }
  return Elementwise(op, {&x, &y});
}

Attrs ReduceAttrs(Op op, const ReduceOptions& options) {
  Attrs attrs;
  const DTypeRule rule = InfoOf(op).dtype_rule;
  if (options.dtype.has_value()) {
    if (rule != DTypeRule::kAccumulate && rule != DTypeRule::kMean) {
      throw Error(ErrorCode::type_error, absl::StrCat(InfoOf(op).name, " takes no dtype"));
    }
    attrs.Set(AttrName::k_dtype, ToDType(*options.dtype));
  }
  if (op == Op::k_var || op == Op::k_std) {
    attrs.Set(AttrName::k_correction, MakeScalar(DType::kFloat64, options.correction));
  }
  return attrs;
}

bool IsIndex(Op op) { return InfoOf(op).dtype_rule == DTypeRule::kIndexOf; }

// NumPy's argmin without an axis is over the elements in C order.
Array FlatIndexOf(Op op, const Array& x, bool keepdims) {
  const Array flat = reshape(x, {-1});
  const Array result = Make(op, {ExprOf(flat)}, Attrs().Set(AttrName::k_axes, Axes{0}));
  return keepdims ? reshape(result, Sizes(x.ndim(), 1)) : result;
}

// Floats that are added as integers: a cast that may warn is written out.
bool LosesNumbers(Op op, const Array& x, const ReduceOptions& options) {
  const bool casts = op == Op::k_sum || op == Op::k_prod || op == Op::k_mean;
  return casts && options.dtype.has_value() && ToDType(*options.dtype).is_integer() &&
         ExprOf(x)->dtype.is_floating();
}

// Along an axis of one element nothing is reduced; without it a kernel finds the same rows in the
// array and in the result.
Array ReduceAlong(Op op, const Array& x, const Axes& axes, bool keepdims, Attrs attrs) {
  Axes longer, single;
  for (const int64_t axis : axes) (ExprOf(x)->shape[axis].is(1) ? single : longer).push_back(axis);
  attrs.Set(AttrName::k_keepdims, int64_t{keepdims});
  if (longer.empty() || single.empty())
    return Make(op, {ExprOf(x)}, attrs.Set(AttrName::k_axes, axes));
  if (keepdims) return Make(op, {ExprOf(x)}, attrs.Set(AttrName::k_axes, longer));
  const Array rows = squeeze(x, AxisList(Sizes(single.begin(), single.end())));
  for (int64_t& axis : longer)
    axis -= std::count_if(single.begin(), single.end(), [&](int64_t one) { return one < axis; });
  return Make(op, {ExprOf(rows)}, attrs.Set(AttrName::k_axes, longer));
}

Array Reduce(Op op, const Array& x, const AxisList& given, bool keepdims,
             const ReduceOptions& options) {
  const std::string name(InfoOf(op).name);
  const bool averages = InfoOf(op).dtype_rule == DTypeRule::kMean;
  if (averages && !options.where.has_value()) WarnOfFewElements(op, x, given, options);
  if (x.dtype() >= DataType::complex64) return ComplexReduce(op, x, given, keepdims, options);
  if (averages && op != Op::k_mean && options.dtype == DataType::bool_)
    return SpreadAsBool(x, given, keepdims, options);
  if (options.dtype >= DataType::complex64) {
    ReduceOptions others = options;
    others.dtype.reset();
    const Array result =
        ComplexReduce(op, CastOnTheWay(x, *options.dtype), given, keepdims, others);
    return averages ? astype(result, *options.dtype) : result;  // also a variance
  }
  if (LosesNumbers(op, x, options)) {
    const FunctionScope scope({"reduce"});
    return Reduce(op, CastOnTheWay(x, *options.dtype), given, keepdims, options);
  }
  const AxisList axes = !averages && IsAxisOfNumber(given, x.ndim()) ? AxisList() : given;
  const Axes normalized = NormalizedAxes(axes, x.ndim(), name.c_str());
  Attrs attrs = ReduceAttrs(op, options);
  if (IsIndex(op) && !axes.axes().has_value()) return FlatIndexOf(op, x, keepdims);
  if (IsIndex(op) && normalized.size() != 1)
    throw Error(ErrorCode::type_error, absl::StrCat(name, " takes one axis or none"));
  return ReduceAlong(op, x, normalized, keepdims, std::move(attrs));
}

// The table's reductions by op.
Array ReduceWithOptions(Op op, const Array& x, const AxisList& axes, bool keepdims,
                        const ReduceOptions& options) {
  const bool some = options.where.has_value() || options.initial.has_value();
  const Array result =
      some ? ReduceSome(op, x, axes, keepdims, options) : Reduce(op, x, axes, keepdims, options);
  // NumPy takes the root of an array in place, of a number not.
  if (op == Op::k_std && options.dtype < DataType::float16 && options.dtype.has_value() &&
      result.ndim() > 0)
    throw Error(ErrorCode::type_error,
                absl::StrCat("std: square roots are not stored as ", to_string(*options.dtype)));
  return result;
}

}  // namespace

// Rows that are not public are views of the table here: `copy` and `astype` stand in array.cc,
// `keep` is of bodies.
#define BL_DEFINE_kUnary(name) \
  Array name(const Array& x) { return Unary(Op::k_##name, x); }
#define BL_DEFINE_kBinary(name) \
  Array name(const Operand& x, const Operand& y) { return Binary(Op::k_##name, x, y); }
#define BL_DEFINE_kTernary(name)                                     \
  Array name(const Operand& x, const Operand& y, const Operand& z) { \
    return Elementwise(Op::k_##name, {&x, &y, &z});                  \
  }
#define BL_DEFINE_kReduce(name)                                                                   \
  Array name(const Array& x, const AxisList& axes, bool keepdims, const ReduceOptions& options) { \
    return ReduceWithOptions(Op::k_##name, x, axes, keepdims, options);                           \
  }
#define BL_DEFINE_kScan(name)
#define BL_DEFINE_kLibrary(name)
#define BL_PUBLIC_OP(name, op_class, dtype_rule, doc) BL_DEFINE_##op_class(name)
#include "ir/public_ops.def"

namespace {

// NumPy's way: scale, round, scale back; integers by way of float64.
Array RoundedTo(const Array& x, int decimals) {
  const double factor = std::pow(10.0, std::abs(decimals));
  const Array rounded = round(decimals > 0 ? multiply(x, factor) : divide(x, factor));
  const Array result = decimals > 0 ? divide(rounded, factor) : multiply(rounded, factor);
  return ExprOf(x)->dtype.is_integer() ? astype(result, x.dtype()) : result;
}

}  // namespace

Array round(const Array& x, int decimals) {
  const DType dtype = ExprOf(x)->dtype;
  if (dtype.is_bool() && decimals != 0)
    throw Error(ErrorCode::type_error, "round: bools have no decimals");
  const auto as_copy = [&](const Array& result) {
    OrderAs(*ExprOf(result), OrderOfCopy(*ExprOf(x)));
    return result;
  };
  if (decimals == 0) return dtype.is_complex() ? as_copy(round(x)) : round(x);
  if (!dtype.is_inexact() && decimals > 0) return as_copy(round(x));
  if (dtype.is_complex())
    return as_copy(Make(Op::k_complex, {ExprOf(RoundedTo(real(x), decimals)),
                                        ExprOf(RoundedTo(imag(x), decimals))}));
  const Array result = RoundedTo(x, decimals);
  OrderPlainly(*ExprOf(result), *ExprOf(x));
  return result;
}

Array matmul(const Array& x, const Array& y) {
  const DataType dtype = result_type(x.dtype(), y.dtype());
  if (dtype < DataType::complex64) return Make(Op::k_matmul, {ExprOf(x), ExprOf(y)});
  return Make(Op::k_matmul, {ExprOf(x.astype(dtype)), ExprOf(y.astype(dtype))});
}

}  // namespace broadloom

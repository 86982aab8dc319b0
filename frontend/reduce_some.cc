// Elements that do not count become the identity of the reduction, and a mean divides by how many
// count.
#include "frontend/reduce_some.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/errstate.h"
#include "frontend/layout.h"
#include "frontend/warn.h"
#include "frontend/written.h"

namespace broadloom {
namespace {

using ReduceFn = Array (*)(const Array&, const AxisList&, bool, const ReduceOptions&);

Array InitialOf(Op op, const Number& initial, Context& context, DType dtype) {
  if (dtype.is_bool())
    return scalar(initial.floating() != 0 || initial.imaginary() != 0, DataType::bool_, &context);
  if (initial.kind() == Number::Kind::complex && !dtype.is_complex())
    throw Error(ErrorCode::type_error,
                absl::StrCat(InfoOf(op).name, ": a complex `initial` for ", dtype.name()));
  const Number number = AsPythonStores(InfoOf(op).name, initial, dtype);
  return Array(NumberExpr(context, WarnedScalarOf(number, dtype)));
}

ReduceFn FunctionOf(Op op) {
  switch (op) {
    case Op::k_sum: return sum;
    case Op::k_prod: return prod;
    case Op::k_min: return min;
    case Op::k_max: return max;
    case Op::k_any: return any;
    default: return all;
  }
}

bool IsExtremum(Op op) { return op == Op::k_min || op == Op::k_max; }

[[noreturn]] void Unsupported(Op op, const char* argument) {
  throw Error(ErrorCode::type_error,
              absl::StrCat(InfoOf(op).name, " takes no argument `", argument, "`"));
}

Number IdentityOf(Op op) { return op == Op::k_prod || op == Op::k_all ? 1 : 0; }

// Halves are computed as float32 and rounded at the end.
Array Average(Op op, const Array& x, const Array& mask, const AxisList& axes, bool keepdims,
              const ReduceOptions& options) {
  WarnOfFewElements(op, x, axes, options);
  const DType own = ExprOf(x)->dtype;
  const DataType dtype = options.dtype.value_or(own.is_inexact() ? x.dtype() : DataType::float64);
  const auto mean = [&](const Array& values, bool keep, double correction) {
    const Array total = sum(broadloom::where(mask, values, 0), axes, keep);
    Array count = astype(sum(broadcast_to(mask, x.shape()), axes, keep), DataType::float64);
    if (correction != 0) count = maximum(count - correction, 0.0);
    return astype(DividedInPlace(total, astype(count, total.dtype())), values.dtype());
  };
  const DataType wide = ToDataType(MachineType(ToDType(dtype)));
  const Array values = astype(astype(x, dtype), wide);
  if (op == Op::k_mean) return astype(mean(values, keepdims, 0), dtype);
  const Array distance = values - mean(values, /*keep=*/true, 0);
  const bool complex = ExprOf(distance)->dtype.is_complex();
  const Array square = complex ? broadloom::square(abs(distance)) : multiply(distance, distance);
  const Array variance = mean(square, keepdims, options.correction);
  const Array result = op == Op::k_var ? variance : sqrt(variance);
  return complex && !options.dtype.has_value() ? result : astype(result, dtype);
}

// What is reduced: everything, or what the mask lets through.
Array Counted(Op op, const Array& x, const ReduceOptions& options) {
  if (!options.where.has_value()) return x;
  if (IsExtremum(op) && !options.initial.has_value())
    throw Error(
        ErrorCode::invalid_argument,
        absl::StrCat("reduction operation ", InfoOf(op).name,
                     " does not have an identity, so to use a where mask one has to specify "
                     "'initial'"));
  const Number identity = IsExtremum(op) ? *options.initial : IdentityOf(op);
  return where(*options.where, x, InitialOf(op, identity, x.context(), ExprOf(x)->dtype));
}

Array Masked(Op op, const Array& x, const AxisList& axes, bool keepdims,
             const ReduceOptions& options) {
  ReduceOptions plain;
  plain.dtype = options.dtype;
  return FunctionOf(op)(Counted(op, x, options), axes, keepdims, plain);
}

DataType ResultDType(Op op, const Array& x, const AxisList& axes, const ReduceOptions& options) {
  const ErrorStateScope lazy{ErrorState{}};  // nothing is computed
  return Masked(op, x, axes, /*keepdims=*/false, options).dtype();
}

// NumPy's products begin with `initial`: it may keep them from overflowing.
Array Seeded(const Array& x, const Array& initial, const AxisList& axes) {
  const FunctionScope scope({"reduce"});
  if (x.ndim() == 0) return multiply(x, initial);
  Array is_first = full({}, true, {}, &x.context());
  for (int axis : NormalizedAxes(axes, x.ndim(), "prod")) {
    Sizes shape(x.ndim(), 1);
    shape[axis] = x.shape()[axis];
    const Array numbers = arange(0, shape[axis], 1, DataType::int64, &x.context());
    is_first = logical_and(is_first, equal(reshape(numbers, shape), 0));
  }
  return multiply(x, where(is_first, initial, 1));
}

Array Combine(Op op, const Array& x, const Array& y) {
  const FunctionScope scope({"reduce"});
  switch (op) {
    case Op::k_sum: return add(x, y);
    case Op::k_prod: return multiply(x, y);
    case Op::k_min: return minimum(x, y);
    default: return maximum(x, y);
  }
}

// What is left of a shape that is reduced along `axes`.
Sizes ReducedShape(const Array& x, const AxisList& axes, bool keepdims) {
  const Axes reduced = NormalizedAxes(axes, x.ndim(), "initial");
  Sizes shape;
  for (int axis = 0; axis < x.ndim(); ++axis) {
    const bool gone = std::find(reduced.begin(), reduced.end(), axis) != reduced.end();
    if (!gone) shape.push_back(x.shape()[axis]);
    if (gone && keepdims) shape.push_back(1);
  }
  return shape;
}

}  // namespace

void WarnOfFewElements(Op op, const Array& x, const AxisList& given, const ReduceOptions& options) {
  const bool is_mean = op == Op::k_mean;
  const Axes axes = NormalizedAxes(given, x.ndim(), InfoOf(op).name.data());
  const double few = is_mean ? 0 : options.correction;
  bool found = false;
  if (options.where.has_value()) {
    found = any(sum(broadcast_to(*options.where, x.shape()), given) <= few).item<bool>();
  } else {
    double count = 1;
    for (int64_t axis : axes) count *= static_cast<double>(x.shape()[axis]);
    found = count <= few;
  }
  if (found)
    Warn(WarningKind::runtime,
         is_mean ? "Mean of empty slice" : "Degrees of freedom <= 0 for slice");
}

Array DividedInPlace(const Array& total, const Array& count) {
  const Array quotient = total / count;
  OrderAs(*ExprOf(quotient), ExprOf(total)->layout.order);
  return quotient;
}

void CheckWhere(absl::string_view name, const Array& x, const Array& where) {
  if (where.dtype() != DataType::bool_)
    throw Error(ErrorCode::type_error, absl::StrCat(name, ": `where` is an array of bools, not of ",
                                                    to_string(where.dtype())));
  const std::optional<Shape> shape = BroadcastShapes({ToShape(x.shape()), ToShape(where.shape())});
  if (!shape.has_value() || *shape != ToShape(x.shape()))
    throw Error(
        ErrorCode::invalid_argument,
        absl::StrCat(name, ": `where` of shape ", ToString(ToShape(where.shape())),
                     " does not broadcast to the operand of shape ", ToString(ToShape(x.shape()))));
}

std::optional<DataType> DTypeOfSums(bool is_mean, DataType x, std::optional<DataType> dtype) {
  if (dtype.has_value()) return dtype;
  if (!ToDType(x).is_inexact()) return DataType::float64;
  return is_mean && x == DataType::float16 ? std::optional(DataType::float32) : std::nullopt;
}

Array DividedIn(DataType result, absl::string_view name, const Array& given, const AxisList& axes,
                bool keepdims, const ReduceOptions& options) {
  const std::optional<Array>& mask = options.where;
  if (mask.has_value()) CheckWhere(name, given, *mask);
  WarnOfFewElements(name == "mean" ? Op::k_mean : Op::k_var, given, axes, options);
  const Array counted =
      mask.has_value() ? broadcast_to(*mask, given.shape()) : ones_like(given, DataType::bool_);
  const auto divided = [&](const Array& values, DataType from, DataType to, bool keep,
                           double correction) {
    const Array total = sum(values, axes, keep, {.dtype = from, .where = mask});
    const Array count = astype(sum(counted, axes, keep), DataType::float64);
    return astype(DividedInPlace(astype(total, to), maximum(count - correction, 0.0)), to);
  };
  const std::optional<DataType> dtype = DTypeOfSums(name == "mean", given.dtype(), options.dtype);
  const auto beside = [&](DataType x) { return dtype.value_or(result_type(x, result)); };
  if (name == "mean") return divided(given, beside(given.dtype()), result, keepdims, 0);
  const DataType own = dtype.value_or(given.dtype());
  const Array distance = given - divided(given, own, own, /*keep=*/true, 0);
  const Array variance =
      divided(distance * distance, beside(distance.dtype()), result, keepdims, options.correction);
  return name == "std" ? sqrt(variance) : variance;
}

Array SpreadAsBool(const Array& x, const AxisList& axes, bool keepdims,
                   const ReduceOptions& options) {
  if (x.dtype() == DataType::bool_)
    throw Error(ErrorCode::type_error, "var and std of bools in bools: these cannot be subtracted");
  const auto counted = [&](const Array& truths) {
    return options.where.has_value() ? logical_and(truths, *options.where) : truths;
  };
  const Array mean = any(counted(not_equal(x, 0)), axes, /*keepdims=*/true);
  const Array found = any(counted(not_equal(x - astype(mean, x.dtype()), 0)), axes, keepdims);
  const Array count = sum(counted(ones_like(x, DataType::bool_)), axes, keepdims);
  return astype(astype(found, DataType::float64) / maximum(count - options.correction, 0.0),
                DataType::bool_);
}

Array ReduceSome(Op op, const Array& x, const AxisList& axes, bool keepdims,
                 const ReduceOptions& options) {
  const DTypeRule rule = InfoOf(op).dtype_rule;
  if (rule == DTypeRule::kIndexOf) Unsupported(op, options.where.has_value() ? "where" : "initial");
  const bool has_initial = rule == DTypeRule::kAccumulate || IsExtremum(op);
  if (options.initial.has_value() && !has_initial) Unsupported(op, "initial");
  if (options.where.has_value()) CheckWhere(InfoOf(op).name, x, *options.where);
  const bool as_bool =
      rule == DTypeRule::kMean && op != Op::k_mean && options.dtype == DataType::bool_;
  if (as_bool) return SpreadAsBool(x, axes, keepdims, options);
  if (rule == DTypeRule::kMean) return Average(op, x, *options.where, axes, keepdims, options);
  if (!options.initial.has_value()) return Masked(op, x, axes, keepdims, options);
  const bool nothing = IsExtremum(op) && x.size() == 0;
  const DataType dtype = nothing ? x.dtype() : ResultDType(op, x, axes, options);
  const Array initial = InitialOf(op, *options.initial, x.context(), ToDType(dtype));
  if (op == Op::k_prod && ToDType(dtype).is_floating() && x.size() > 0) {
    const DataType wide = ToDataType(MachineType(ToDType(dtype)));
    const Array factors = astype(astype(Counted(op, x, options), dtype), wide);
    return astype(prod(Seeded(factors, initial, axes), axes, keepdims), dtype);
  }
  if (nothing) return copy(broadcast_to(initial, ReducedShape(x, axes, keepdims)));
  return Combine(op, Masked(op, x, axes, keepdims, options), initial);
}

}  // namespace broadloom

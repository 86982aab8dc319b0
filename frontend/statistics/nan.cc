// Reductions that leave NaNs out: they are replaced by what changes nothing.
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "frontend/composed.h"
#include "frontend/convert.h"
#include "frontend/errstate.h"
#include "frontend/layout.h"
#include "frontend/reduce_some.h"
#include "frontend/statistics.h"
#include "frontend/statistics/common.h"
#include "frontend/warn.h"

namespace broadloom {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Array NaNs(const Array& x) {
  return IsComplex(x.dtype()) ? logical_or(isnan(real(x)), isnan(imag(x))) : isnan(x);
}

// In the order of a copy of x, in which NumPy makes it.
Array InOrderOfCopy(const Array& result, const Array& x) {
  OrderAs(*ExprOf(result), OrderOfCopy(*ExprOf(x)));
  return result;
}

Array Replaced(const Array& x, const Number& by) {
  return IsInexact(x.dtype()) ? InOrderOfCopy(where(NaNs(x), by, x), x) : x;
}

// What does not count is NaN, too.
Array Masked(const char* name, const Array& x, ReduceOptions& options) {
  if (!options.where.has_value() || !IsInexact(x.dtype())) return x;
  const Array mask = *options.where;
  CheckWhere(name, x, mask);
  options.where.reset();
  return broadloom::where(mask, x, scalar(kNaN, x.dtype()));
}

// Whether any of `bad` holds, computed together with the result.
bool Finds(const Array& result, const Array& bad) {
  const Array found = any(bad);
  eval({result, found});
  return found.item<bool>();
}

Array WarnedAbout(const Array& result, const Array& bad, const char* message) {
  if (Finds(result, bad)) Warn(WarningKind::runtime, message);
  return result;
}

// Warns where a slice has no more than so many numbers.
Array WarnedOfFew(const Array& result, const Array& counts, double few, const char* message) {
  if (counts.size() == 0) return result;
  const Array fewest = min(counts);
  eval({result, fewest});
  if (static_cast<double>(fewest.item<int64_t>()) <= few) Warn(WarningKind::runtime, message);
  return result;
}

using Reduction = Array (*)(const Array&, const AxisList&, bool, const ReduceOptions&);

struct Extremum {
  const char* name;
  Reduction reduce;
  double neutral;
};

Array Extreme(const Extremum& extremum, const Array& given, const AxisList& axes, bool keepdims,
              ReduceOptions options) {
  const auto& [name, reduce, neutral] = extremum;
  const bool masked = options.where.has_value() && !options.initial.has_value();
  if (!IsInexact(given.dtype()) || masked) return reduce(given, axes, keepdims, options);
  const Array x = Masked(name, given, options);
  if (options.initial.has_value() && std::isnan(options.initial->floating())) {
    if (x.size() == 0) {
      const Array only = reduce(x, axes, keepdims, options);
      return WarnedAbout(only, isnan(only), "All-NaN slice encountered");
    }
    options.initial.reset();  // NaNs are left out
  }
  Array found = reduce(Replaced(x, neutral), axes, keepdims, options);
  if (options.initial.has_value()) return found;
  const Array empty = all(NaNs(x), axes, keepdims);
  return WarnedAbout(where(empty, kNaN, found), empty, "All-NaN slice encountered");
}

Array IndexOfExtreme(Reduction reduce, double neutral, const Array& x, const AxisList& axes,
                     bool keepdims) {
  const Array result = reduce(Replaced(x, neutral), axes, keepdims, {});
  if (IsInexact(x.dtype()) && x.size() > 0 && Finds(result, all(NaNs(x), axes)))
    throw Error(ErrorCode::invalid_argument, "All-NaN slice encountered");
  return result;
}

void CheckDType(const ReduceOptions& options) {
  if (options.dtype.has_value() && !IsInexact(*options.dtype))
    throw Error(ErrorCode::type_error,
                absl::StrCat("If a is inexact, then dtype must be inexact, not ",
                             to_string(*options.dtype)));
}

Array CountOf(const Array& x, const AxisList& axes, bool keepdims) {
  return sum(logical_not(NaNs(x)), axes, keepdims, {DataType::int64, 0});
}

// Counts widen the division, not its result. An empty slice has a warning of its own.
Array Divided(const Array& total, const Array& count) {
  ErrorState state = error_state();
  state.divide = state.invalid = ErrorMode::ignore;
  const ErrorStateScope scope(state);
  return As(DividedInPlace(total, count), total.dtype());
}

Array SquareOf(const Array& x) {
  return IsComplex(x.dtype()) ? real(x) * real(x) + imag(x) * imag(x) : x * x;
}

// The variance, NaN where there are too few numbers for one; and how many there are.
struct Variance {
  Array value, count;
};

Array MeanOf(const Array& x, const AxisList& axes, const ReduceOptions& options) {
  const Array total = sum(Replaced(x, 0), axes, /*keepdims=*/true, {options.dtype, 0});
  return Divided(total, CountOf(x, axes, /*keepdims=*/true));
}

Variance VarianceOf(const Array& x, const Array& mean, const AxisList& axes, bool keepdims,
                    const ReduceOptions& options) {
  const Array distance = InOrderOfCopy(where(NaNs(x), 0, As(x - mean, x.dtype())), x);
  const Array squares = sum(SquareOf(distance), axes, keepdims, {options.dtype, 0});
  const Array count = CountOf(x, axes, keepdims), freedom = count - options.correction;
  const Array value = where(freedom <= 0, kNaN, Divided(squares, freedom));
  OrderAs(*ExprOf(value), ExprOf(squares)->layout.order);
  return {value, count};
}

Array Spread(bool root, const Array& given, const std::optional<Array>& mean, const AxisList& axes,
             bool keepdims, ReduceOptions options) {
  if (!IsInexact(given.dtype()) && mean.has_value())
    return var_about(given, *mean, axes, keepdims, options);
  if (!IsInexact(given.dtype()))
    return root ? broadloom::std(given, axes, keepdims, options)
                : var(given, axes, keepdims, options);
  CheckDType(options);
  const Array x = Masked(root ? "nanstd" : "nanvar", given, options);
  const Variance variance =
      VarianceOf(x, mean.has_value() ? *mean : MeanOf(x, axes, options), axes, keepdims, options);
  return WarnedOfFew(root ? sqrt(variance.value) : variance.value, variance.count,
                     options.correction, "Degrees of freedom <= 0 for slice.");
}

}  // namespace

Array nansum(const Array& x, const AxisList& axes, bool keepdims, const ReduceOptions& options) {
  return sum(Replaced(x, 0), axes, keepdims, options);
}

Array nanprod(const Array& x, const AxisList& axes, bool keepdims, const ReduceOptions& options) {
  return prod(Replaced(x, 1), axes, keepdims, options);
}

Array nancumsum(const Array& x, std::optional<int> axis, std::optional<DataType> dtype) {
  const Array numbers = Replaced(x, 0);
  return cumulative_sum(axis.has_value() ? numbers : reshape(numbers, {-1}), axis.value_or(0),
                        dtype);
}

Array nancumprod(const Array& x, std::optional<int> axis, std::optional<DataType> dtype) {
  const Array numbers = Replaced(x, 1);
  return cumulative_prod(axis.has_value() ? numbers : reshape(numbers, {-1}), axis.value_or(0),
                         dtype);
}

Array nanmin(const Array& x, const AxisList& axes, bool keepdims, const ReduceOptions& options) {
  return Extreme({"nanmin", min, kInfinity}, x, axes, keepdims, options);
}

Array nanmax(const Array& x, const AxisList& axes, bool keepdims, const ReduceOptions& options) {
  return Extreme({"nanmax", max, -kInfinity}, x, axes, keepdims, options);
}

Array nanargmin(const Array& x, const AxisList& axes, bool keepdims) {
  return IndexOfExtreme(argmin, kInfinity, x, axes, keepdims);
}

Array nanargmax(const Array& x, const AxisList& axes, bool keepdims) {
  return IndexOfExtreme(argmax, -kInfinity, x, axes, keepdims);
}

Array nanmean(const Array& given, const AxisList& axes, bool keepdims,
              const ReduceOptions& given_options) {
  ReduceOptions options = given_options;
  if (!IsInexact(given.dtype())) return mean(given, axes, keepdims, options);
  CheckDType(options);
  const Array x = Masked("nanmean", given, options);
  const Array count = CountOf(x, axes, keepdims);
  const Array total = sum(Replaced(x, 0), axes, keepdims, {options.dtype, 0});
  return WarnedOfFew(Divided(total, count), count, 0, "Mean of empty slice");
}

Array nanvar(const Array& x, const AxisList& axes, bool keepdims, const ReduceOptions& options) {
  return Spread(/*root=*/false, x, {}, axes, keepdims, options);
}

Array nanstd(const Array& x, const AxisList& axes, bool keepdims, const ReduceOptions& options) {
  return Spread(/*root=*/true, x, {}, axes, keepdims, options);
}

Array nanvar_about(const Array& x, const Array& mean, const AxisList& axes, bool keepdims,
                   const ReduceOptions& options) {
  return Spread(/*root=*/false, x, mean, axes, keepdims, options);
}

}  // namespace broadloom

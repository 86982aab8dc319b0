// numpy.linspace and its like of arrays, in its arithmetic and dtypes.
#include "frontend/lines.h"

#include <algorithm>
#include <initializer_list>
#include <limits>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/rearrange.h"

namespace broadloom {
namespace {

// Of both ends, at least floats.
DType DTypeBetween(const Operand& start, const Operand& stop) {
  std::optional<DType> dtype;
  for (const Operand* end : {&start, &stop}) {
    if (end->array() == nullptr) continue;
    const DType own = ExprOf(*end->array())->dtype;
    dtype = dtype.has_value() ? PromoteTypes(*dtype, own) : own;
  }
  for (const Operand* end : {&start, &stop}) {
    if (end->array() == nullptr)
      dtype = dtype.has_value() ? WeakDType(*dtype, end->number()) : DefaultDType(end->number());
  }
  return PromoteWithScalar(*dtype, WeakKind::kFloat);
}

Context& ContextOf(std::initializer_list<const Operand*> operands) {
  for (const Operand* operand : operands) {
    if (operand->array() != nullptr) return operand->array()->context();
  }
  return default_context();
}

Array EndOf(const Operand& end, DataType dtype, Context& context) {
  if (end.array() == nullptr) return scalar(end.number(), dtype, &context);
  return end.array()->dtype() == dtype ? *end.array() : astype(*end.array(), dtype);
}

Array AsArray(const Operand& end, Context& context) {
  if (end.array() != nullptr) return *end.array();
  return scalar(end.number(), ToDataType(DefaultDType(end.number())), &context);
}

// With leading axes of extent 1.
Array OfRank(const Array& x, int rank) {
  Sizes shape = x.shape();
  shape.insert(shape.begin(), rank - x.ndim(), 1);
  return reshape(x, shape);
}

bool HasZero(const Array& x) { return any(equal(x, 0)).item<bool>(); }

// The first element, and the last one, along axis 0.
Array WithEnds(const Array& line, const Array& first, const std::optional<Array>& last) {
  const int64_t num = line.shape()[0];
  Sizes shape(line.ndim(), 1);
  shape[0] = num;
  const Array numbers = reshape(arange(0, num, 1, DataType::int64, &line.context()), shape);
  const Array begun = where(equal(numbers, 0), first, line);
  return last.has_value() && num > 1 ? where(equal(numbers, num - 1), *last, begun) : begun;
}

}  // namespace

Line linspace(const Operand& start, const Operand& stop, int64_t num, bool endpoint,
              std::optional<DataType> dtype, int axis) {
  if (num < 0)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("linspace: the number of samples, ", num, ", must not be negative"));
  const DataType type = ToDataType(DTypeBetween(start, stop));
  Context& context = ContextOf({&start, &stop});
  const Array first = EndOf(start, type, context), last = EndOf(stop, type, context);
  const Array delta = last - first;
  const int64_t div = endpoint ? num - 1 : num;
  Sizes shape(delta.ndim() + 1, 1);
  shape[0] = num;
  const Array counted = arange(0, num, 1, DataType::int64, &context);
  const Array numbers = reshape(counted, shape), index = reshape(astype(counted, type), shape);
  const Array step =
      div > 0 ? delta / div
              : scalar(std::numeric_limits<double>::quiet_NaN(), DataType::float64, &context);
  Array line = index * delta;
  if (div > 0)  // tiny steps are 0
    line = where(any(equal(step, 0)), index / div * delta, index * step);
  line = line + first;
  if (endpoint && num > 1) line = where(equal(numbers, num - 1), last, line);
  if (dtype.has_value() && ToDType(*dtype).is_integer()) line = floor(line);
  line = moveaxis(line, {0}, {axis});
  return {dtype.has_value() && *dtype != type ? astype(line, *dtype) : line, step};
}

Array logspace(const Operand& start, const Operand& stop, int64_t num, bool endpoint,
               const Operand& base, std::optional<DataType> dtype, int axis) {
  if (base.array() != nullptr && base.array()->ndim() > 0) {
    Context& context = base.array()->context();
    const Array first = AsArray(start, context), last = AsArray(stop, context);
    const int rank = std::max({first.ndim(), last.ndim(), base.array()->ndim()});
    const Array exponents =
        linspace(OfRank(first, rank), OfRank(last, rank), num, endpoint, {}, axis).values;
    const Array powers = pow(expand_dims(OfRank(*base.array(), rank), axis), exponents);
    return dtype.has_value() ? astype(powers, *dtype) : powers;
  }
  const Array powers = pow(base, linspace(start, stop, num, endpoint, {}, axis).values);
  return dtype.has_value() ? astype(powers, *dtype) : powers;
}

// Turned to begin on the positive real axis, and back at the end, as NumPy does.
Array geomspace(const Operand& start, const Operand& stop, int64_t num, bool endpoint,
                std::optional<DataType> dtype, int axis) {
  Context& context = ContextOf({&start, &stop});
  Array first = AsArray(start, context), last = AsArray(stop, context);
  if (HasZero(first) || HasZero(last))
    throw Error(ErrorCode::invalid_argument, "geomspace: a geometric sequence has no zero");
  const DataType common =
      result_type({first.dtype(), last.dtype(), dtype.value_or(DataType::float64)});
  const DataType type = ToDataType(PromoteWithScalar(ToDType(common), WeakKind::kFloat));
  first = astype(first, type);
  const Array turn = sign(first);
  first = first / turn;
  last = astype(last, type) / turn;
  const Array line = logspace(log10(first), log10(last), num, endpoint, 10.0, type);
  const Array ends = WithEnds(line, first, endpoint ? std::optional(last) : std::nullopt);
  const Array result = moveaxis(ends * turn, {0}, {axis});
  return dtype.has_value() && *dtype != type ? astype(result, *dtype) : result;
}

}  // namespace broadloom

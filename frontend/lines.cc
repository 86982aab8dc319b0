// numpy.linspace of arrays, in its arithmetic and dtypes.
#include "frontend/lines.h"

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

Array EndOf(const Operand& end, DataType dtype) {
  if (end.array() == nullptr) return scalar(end.number(), dtype);
  return end.array()->dtype() == dtype ? *end.array() : astype(*end.array(), dtype);
}

}  // namespace

Line linspace(const Operand& start, const Operand& stop, int64_t num, bool endpoint,
              std::optional<DataType> dtype, int axis) {
  if (num < 0)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("linspace: the number of samples, ", num, ", must not be negative"));
  const DataType type = ToDataType(DTypeBetween(start, stop));
  const Array first = EndOf(start, type), last = EndOf(stop, type), delta = last - first;
  const int64_t div = endpoint ? num - 1 : num;
  Sizes shape(delta.ndim() + 1, 1);
  shape[0] = num;
  const Array numbers = reshape(arange(num), shape);
  const Array index = astype(numbers, type);
  const Array step =
      div > 0 ? delta / div : full_like(delta, std::numeric_limits<double>::quiet_NaN());
  Array line = index * delta;
  if (div > 0)  // tiny steps are 0
    line = where(any(equal(step, 0)), index / div * delta, index * step);
  line = line + first;
  if (endpoint && num > 1) line = where(equal(numbers, num - 1), last, line);
  if (dtype.has_value() && ToDType(*dtype).is_integer()) line = floor(line);
  line = moveaxis(line, {0}, {axis});
  return {dtype.has_value() && *dtype != type ? astype(line, *dtype) : line, step};
}

}  // namespace broadloom

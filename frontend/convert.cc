// Numbers, dtypes and axes as users write them.
#include "frontend/convert.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "frontend/float_errors.h"
#include "frontend/layout.h"
#include "frontend/warn.h"
#include "ir/evaluate.h"

namespace broadloom {
namespace {

WeakKind WeakKindOf(const Number& number) {
  switch (number.kind()) {
    case Number::Kind::boolean: return WeakKind::kBool;
    case Number::Kind::floating: return WeakKind::kFloat;
    case Number::Kind::complex: return WeakKind::kComplex;
    default: return WeakKind::kInt;
  }
}

bool IsWhole(const Number& number) { return number.kind() <= Number::Kind::natural; }

std::string TextOf(const Number& number) {
  if (number.kind() == Number::Kind::natural)
    return absl::StrCat(static_cast<uint64_t>(number.integer()));
  return absl::StrCat(number.integer());
}

}  // namespace

DType ToDType(DataType dtype) {
  if (dtype > DataType::complex128)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("there is no DataType ", static_cast<int>(dtype)));
  return static_cast<DType::Kind>(dtype);
}

Shape CheckedShape(const Sizes& sizes) {
  if (sizes.size() > kMaxRank)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("an array has at most ", kMaxRank, " axes, not ", sizes.size()));
  for (int64_t extent : sizes) {
    if (extent < 0) throw Error(ErrorCode::invalid_argument, "negative dimensions are not allowed");
  }
  return ToShape(sizes);
}

double Number::floating() const {
  if (kind_ == Kind::floating || kind_ == Kind::complex) return floating_;
  return kind_ == Kind::natural ? static_cast<double>(static_cast<uint64_t>(integer_))
                                : static_cast<double>(integer_);
}

const char* to_string(DataType dtype) {
  return ToDType(dtype).name().data();
}  // literals end with a 0

std::optional<DataType> parse_dtype(const std::string& name) {
  const std::optional<DType> dtype = ParseDType(name);
  return dtype.has_value() ? std::optional(ToDataType(*dtype)) : std::nullopt;
}

int itemsize(DataType dtype) { return ToDType(dtype).size(); }
DataType result_type(DataType a, DataType b) {
  return ToDataType(PromoteTypes(ToDType(a), ToDType(b)));
}
// Inexact ones first, as in NumPy (ir/infer.cc).
DataType result_type(const std::vector<DataType>& dtypes) {
  std::vector<DataType> sorted = dtypes;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  if (sorted.empty())
    throw Error(ErrorCode::invalid_argument, "result_type: at least one dtype is required");
  DataType result = sorted[0];
  for (DataType dtype : sorted) result = result_type(result, dtype);
  return result;
}

bool can_cast(DataType from, DataType to, Casting casting) {
  static_assert(static_cast<int>(Casting::unsafe) ==
                static_cast<int>(broadloom::CastingRule::kUnsafe));
  return CanCast(ToDType(from), ToDType(to), static_cast<CastingRule>(casting));
}

DataType weak_dtype(DataType array, const Number& number) {
  return ToDataType(WeakDType(ToDType(array), number));
}

const ExprPtr& ExprOf(const Array& array) {
  if (array.is_null())
    throw Error(ErrorCode::invalid_argument, "an Array that was never assigned to");
  return array.expr();
}

Array Make(Op op, ExprList inputs, Attrs attrs) {
  Context& context = *inputs[0]->context;
  return Array(Unwrap(MakeExpr(context, op, std::move(inputs), std::move(attrs))));
}

ExprPtr LiteralExpr(Context& context, const Scalar& value) {
  return Unwrap(MakeExpr(context, Op::k_constant, {}, Attrs().Set(AttrName::k_value, value)));
}

ExprPtr NumberExpr(Context& context, const Scalar& value) {
  if (!value.dtype.is_complex()) return MakeScalarExpr(context, value);
  std::shared_ptr<Buffer> buffer = Unwrap(context.allocator.Allocate(value.dtype.size()));
  const uint64_t words[] = {value.bits, value.high};
  std::memcpy(buffer->data(), words, value.dtype.size());
  return MakeReady(context, value.dtype, {}, {std::move(buffer), 0, {}});
}

bool Fits(const Number& number, DType dtype) {
  if (!IsWhole(number) || !dtype.is_integer()) return true;
  const int bits = 8 * dtype.size();
  if (number.kind() == Number::Kind::natural) return dtype.is_unsigned() && bits == 64;
  const int64_t value = number.integer();
  if (dtype.is_unsigned()) return value >= 0 && (bits == 64 || value >> bits == 0);
  const int64_t high = value >> (bits - 1);
  return high == 0 || high == -1;
}

Scalar CastNumber(const Number& number, DType dtype) {
  if (dtype.is_complex()) {
    const DType part = ComponentOf(dtype);
    return MakeComplex(MakeScalar(part, number.floating()), MakeScalar(part, number.imaginary()));
  }
  if (IsWhole(number) && !dtype.is_floating()) return MakeIntScalar(dtype, number.integer());
  const Scalar value = MakeScalar(DType::kFloat64, number.floating());
  return EvaluateElementwise(Op::k_astype, dtype, {value});
}

Number AsPythonStores(absl::string_view function, const Number& number, DType dtype) {
  if (number.kind() != Number::Kind::floating || !dtype.is_integer()) return number;
  const double value = number.floating();
  if (!std::isfinite(value))
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(function, ": cannot convert ", value, " to ", dtype.name()));
  if (value >= -0x1p63 && value < 0x1p63) return static_cast<int64_t>(value);
  if (value >= 0 && value < 0x1p64) return static_cast<uint64_t>(value);
  throw Error(ErrorCode::overflow,
              absl::StrCat(function, ": ", value, " is out of bounds for ", dtype.name()));
}

Scalar ScalarOf(const Number& number, DType dtype) {
  if (!IsWhole(number) || dtype.is_inexact() || Fits(number, dtype))
    return CastNumber(number, dtype);
  throw Error(ErrorCode::overflow,
              absl::StrCat("Python integer ", TextOf(number), " out of bounds for ", dtype.name()));
}

namespace {

bool Overflows(double x, DType dtype) {
  const DType part = dtype.is_complex() ? ComponentOf(dtype) : dtype;
  return part.is_floating() && std::isfinite(x) && std::isinf(AsDouble(MakeScalar(part, x)));
}

bool IsInvalid(const Number& number, DType dtype) {
  if (IsWhole(number) || !dtype.is_integer()) return false;
  const auto [low, high] = LimitsOfCast(dtype);
  const double whole = std::trunc(number.floating());
  return !(whole >= low && whole < high);
}

}  // namespace

Scalar WarnedScalarOf(const Number& number, DType dtype) {
  const Scalar scalar = ScalarOf(number, dtype);
  const bool is_complex = number.kind() == Number::Kind::complex;
  if (is_complex && !dtype.is_complex() && !dtype.is_bool()) WarnOfComplexAsReal();
  if (Overflows(number.floating(), dtype) || Overflows(number.imaginary(), dtype))
    SpeakNow(FloatError::over, "cast", BitOf(FloatError::over));
  if (IsInvalid(number, dtype)) SpeakNow(FloatError::invalid, "cast", BitOf(FloatError::invalid));
  return scalar;
}

DType DefaultDType(const Number& number) {
  switch (number.kind()) {
    case Number::Kind::boolean: return DType::kBool;
    case Number::Kind::integer: return DType::kInt64;
    case Number::Kind::natural: return DType::kUInt64;
    case Number::Kind::floating: return DType::kFloat64;
    case Number::Kind::complex: return DType::kComplex128;
  }
  return DType::kFloat64;
}

DType WeakDType(DType array, const Number& number) {
  return PromoteWithScalar(array, WeakKindOf(number));
}

bool IsAxisOfNumber(const AxisList& axes, int rank) {
  return rank == 0 && axes.axes().has_value() && axes.axes()->size() == 1 &&
         (axes.axes()->front() == 0 || axes.axes()->front() == -1);
}

Axes NormalizedAxes(const AxisList& axes, int rank, const char* what) {
  Axes normalized;
  if (!axes.axes().has_value()) {
    for (int axis = 0; axis < rank; ++axis) normalized.push_back(axis);
    return normalized;
  }
  for (int64_t axis : *axes.axes()) {
    if (axis < -rank || axis >= rank) {
      throw Error(ErrorCode::axis, absl::StrCat(what, ": axis ", axis,
                                                " is out of bounds for array of dimension ", rank));
    }
    normalized.push_back(axis < 0 ? axis + rank : axis);
  }
  std::sort(normalized.begin(), normalized.end());
  if (std::adjacent_find(normalized.begin(), normalized.end()) != normalized.end()) {
    throw Error(ErrorCode::invalid_argument, absl::StrCat(what, ": duplicate value in 'axis'"));
  }
  return normalized;
}

Array CastOnTheWay(const Array& x, DataType dtype) {
  if (x.dtype() == dtype) return x;
  const Array cast = astype(x, dtype);
  OrderAs(*ExprOf(cast), ExprOf(x)->layout.order);
  return cast;
}

void OrderAsOperands(const Array& result, absl::Span<const Operand* const> given) {
  std::vector<ExprPtr> arrays;
  for (const Operand* operand : given) {
    if (operand->array() != nullptr && operand->array()->ndim() > 0)
      arrays.push_back(ExprOf(*operand->array()));
  }
  OrderAs(*ExprOf(result), OrderTogether(arrays, ExprOf(result)->shape));
}

void OrderAsOperands(const Array& result, const std::vector<Operand>& given) {
  std::vector<const Operand*> operands;
  for (const Operand& operand : given) operands.push_back(&operand);
  OrderAsOperands(result, operands);
}

}  // namespace broadloom

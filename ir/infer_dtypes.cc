// The dtype rules that the op table names.
#include <algorithm>
#include <optional>

#include "ir/infer_errors.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

// Floats first, as in NumPy: (uint16, int8, float32) is float32, although uint16 and int8 alone
// make an int32, which float32 could not hold.
DType PromoteAll(Types inputs) {
  std::optional<DType> result;
  for (const bool inexact : {true, false}) {
    for (const ValueType& input : inputs) {
      if (input.dtype.is_inexact() != inexact) continue;
      result = result.has_value() ? PromoteTypes(*result, input.dtype) : input.dtype;
    }
  }
  return *result;
}

// Sums of small integers are taken in 64 bits, as in NumPy.
DType AccumulatorFor(DType dtype) {
  if (dtype.is_inexact()) return dtype;
  return dtype.is_unsigned() ? DType::kUInt64 : DType::kInt64;
}

// The float that all operands go into; each by itself, so int8 and uint8 do not become int16 first.
ComputeTypes Floating(Types inputs) {
  DType floating = FloatingFor(inputs[0].dtype);
  for (const ValueType& input : inputs.subspan(1))
    floating = PromoteTypes(floating, FloatingFor(input.dtype));
  return {floating, floating};
}

// Operands and result are of one dtype.
ComputeTypes Throughout(DType dtype) { return {dtype, dtype}; }

// NumPy has no loop for bools.
DType BoolAsInt8(DType dtype) { return dtype.is_bool() ? DType(DType::kInt8) : dtype; }

DType IntegerAsFloat64(DType dtype) { return dtype.is_floating() ? dtype : DType(DType::kFloat64); }

DType AttrOr(const Attrs& attrs, DType dtype) {
  return attrs.Has(AttrName::k_dtype) ? attrs.Type(AttrName::k_dtype) : dtype;
}

absl::StatusOr<ComputeTypes> Numeric(Op op, Types inputs, DType all) {
  if (all.is_bool())
    return WrongDType(op, inputs, "is not defined for bool; use logical operators");
  return Throughout(all);
}

absl::StatusOr<ComputeTypes> Integers(Op op, Types inputs, DType all, DType computed) {
  if (!all.is_integer()) return WrongDType(op, inputs, "needs integers, not ", all.name());
  return Throughout(computed);
}

absl::StatusOr<ComputeTypes> IntegersOrBools(Op op, Types inputs, DType all, ComputeTypes types) {
  if (all.is_floating()) return WrongDType(op, inputs, "needs integers or bools, not ", all.name());
  return types;
}

absl::StatusOr<ComputeTypes> FromAttr(Op op, const Attrs& attrs) {
  const DType dtype =
      op == Op::k_constant ? attrs.Value(AttrName::k_value).dtype : attrs.Type(AttrName::k_dtype);
  if (dtype.is_complex() && op != Op::k_param)
    return WrongDType(op, {}, "holds no complex numbers; write complex(real, imaginary)");
  return ComputeTypes{dtype, dtype};
}

// Complex numbers are computed part by part (frontend/complex.h).
absl::Status CheckComplex(Op op, Types inputs, const Attrs& attrs) {
  const OpInfo& info = InfoOf(op);
  const bool any = std::any_of(inputs.begin(), inputs.end(),
                               [](const ValueType& type) { return type.dtype.is_complex(); }) ||
                   (attrs.Has(AttrName::k_dtype) && attrs.Type(AttrName::k_dtype).is_complex());
  if (!any || info.Is(kTakesComplex) || info.is_view()) return absl::OkStatus();
  return WrongDType(op, inputs, "is not defined for complex numbers");
}

absl::StatusOr<ComputeTypes> Indexed(Op op, Types inputs, size_t first_index) {
  const bool is_masked = inputs.size() == 3 && first_index == 2 && inputs[2].dtype.is_bool();
  for (const ValueType& index : inputs.subspan(is_masked ? 3 : first_index)) {
    if (!index.dtype.is_integer())
      return WrongDType(op, inputs, "needs integers as indices, not ", index.dtype.name());
  }
  return Throughout(inputs[0].dtype);
}

absl::StatusOr<ComputeTypes> Parts(Op op, Types inputs, DType all) {
  const DType part = ComponentOf(all);
  const bool fits = op == Op::k_complex ? !all.is_complex() : all.is_complex();
  if (!fits || part.size() < 4 || !part.is_floating())
    return WrongDType(op, inputs, "needs ",
                      op == Op::k_complex ? "two parts of float32 or float64" : "complex numbers");
  return ComputeTypes{all, op == Op::k_complex ? ComplexFor(part) : part};
}

}  // namespace

absl::StatusOr<ComputeTypes> InferDTypes(Op op, Types inputs, const Attrs& attrs) {
  const DTypeRule rule = InfoOf(op).dtype_rule;
  if (rule == DTypeRule::kFromAttr) return FromAttr(op, attrs);
  if (rule == DTypeRule::kInt64) return Throughout(DType::kInt64);
  if (rule == DTypeRule::kPicked) return Indexed(op, inputs, 1);
  if (rule == DTypeRule::kStored) return Indexed(op, inputs, 2);
  BL_RETURN_IF_ERROR(CheckComplex(op, inputs, attrs));
  const DType all = PromoteAll(rule == DTypeRule::kSelect ? inputs.subspan(1) : inputs);
  switch (rule) {
    case DTypeRule::kComponent:
    case DTypeRule::kComplex: return Parts(op, inputs, all);
    case DTypeRule::kSame:
    case DTypeRule::kSelect:
    case DTypeRule::kArithmetic: return Throughout(all);
    case DTypeRule::kCast: return ComputeTypes{all, attrs.Type(AttrName::k_dtype)};
    case DTypeRule::kNumeric: return Numeric(op, inputs, all);
    case DTypeRule::kArithmetic8: return Throughout(BoolAsInt8(all));
    case DTypeRule::kUInt64: return Integers(op, inputs, all, DType::kUInt64);
    case DTypeRule::kInteger: return Integers(op, inputs, all, all);
    case DTypeRule::kBitwise: return IntegersOrBools(op, inputs, all, Throughout(all));
    case DTypeRule::kBitCount: return IntegersOrBools(op, inputs, all, {all, DType::kUInt8});
    case DTypeRule::kShift: return IntegersOrBools(op, inputs, all, Throughout(BoolAsInt8(all)));
    case DTypeRule::kLogical: return Throughout(DType::kBool);
    case DTypeRule::kFloating: return Floating(inputs);
    case DTypeRule::kDivide: return Throughout(IntegerAsFloat64(all));
    case DTypeRule::kRound: return all.is_bool() ? Floating(inputs) : Throughout(all);
    case DTypeRule::kTest:
    case DTypeRule::kCompare: return ComputeTypes{all, DType::kBool};
    case DTypeRule::kAccumulate: return Throughout(AttrOr(attrs, AccumulatorFor(all)));
    case DTypeRule::kIndexOf: return ComputeTypes{all, DType::kInt64};
    case DTypeRule::kMean: return Throughout(AttrOr(attrs, IntegerAsFloat64(all)));
    default: break;
  }
  return absl::InternalError(absl::StrCat(InfoOf(op).name, " is typed by its graph"));
}

}  // namespace broadloom

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

absl::StatusOr<ComputeTypes> Integral(Op op, Types inputs, DType dtype, bool bool_as_int8) {
  if (dtype.is_floating())
    return WrongDType(op, inputs, "needs integers or bools, not ", dtype.name());
  const DType compute = dtype.is_bool() && bool_as_int8 ? DType(DType::kInt8) : dtype;
  return ComputeTypes{compute, compute};
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
  if (rule == DTypeRule::kInt64) return ComputeTypes{DType::kInt64, DType::kInt64};
  if (rule == DTypeRule::kSelect) {
    BL_RETURN_IF_ERROR(CheckComplex(op, inputs, attrs));
    const DType chosen = PromoteAll(inputs.subspan(1));
    return ComputeTypes{chosen, chosen};
  }
  BL_RETURN_IF_ERROR(CheckComplex(op, inputs, attrs));
  const DType all = PromoteAll(inputs);
  switch (rule) {
    case DTypeRule::kComponent:
    case DTypeRule::kComplex: return Parts(op, inputs, all);
    case DTypeRule::kSame:
    case DTypeRule::kArithmetic: return ComputeTypes{all, all};
    case DTypeRule::kCast: return ComputeTypes{all, attrs.Type(AttrName::k_dtype)};
    case DTypeRule::kNumeric:
      if (all.is_bool())
        return WrongDType(op, inputs, "is not defined for bool; use logical operators");
      return ComputeTypes{all, all};
    case DTypeRule::kArithmetic8: {
      const DType compute = all.is_bool() ? DType(DType::kInt8) : all;
      return ComputeTypes{compute, compute};
    }
    case DTypeRule::kUInt64:
      if (!all.is_integer()) return WrongDType(op, inputs, "needs integers, not ", all.name());
      return ComputeTypes{DType::kUInt64, DType::kUInt64};
    case DTypeRule::kBitwise: return Integral(op, inputs, all, /*bool_as_int8=*/false);
    case DTypeRule::kInteger:
      if (!all.is_integer()) return WrongDType(op, inputs, "needs integers, not ", all.name());
      return ComputeTypes{all, all};
    case DTypeRule::kBitCount:
      if (all.is_floating())
        return WrongDType(op, inputs, "needs integers or bools, not ", all.name());
      return ComputeTypes{all, DType::kUInt8};
    case DTypeRule::kShift: return Integral(op, inputs, all, /*bool_as_int8=*/true);
    case DTypeRule::kLogical: return ComputeTypes{DType::kBool, DType::kBool};
    case DTypeRule::kFloating: return Floating(inputs);
    case DTypeRule::kDivide: {
      const DType compute = all.is_floating() ? all : DType(DType::kFloat64);
      return ComputeTypes{compute, compute};
    }
    case DTypeRule::kRound: return all.is_bool() ? Floating(inputs) : ComputeTypes{all, all};
    case DTypeRule::kTest:
    case DTypeRule::kCompare: return ComputeTypes{all, DType::kBool};
    case DTypeRule::kAccumulate: {
      const DType sum =
          attrs.Has(AttrName::k_dtype) ? attrs.Type(AttrName::k_dtype) : AccumulatorFor(all);
      return ComputeTypes{sum, sum};
    }
    case DTypeRule::kIndexOf: return ComputeTypes{all, DType::kInt64};
    case DTypeRule::kMean: {
      DType mean = all.is_floating() ? all : DType(DType::kFloat64);
      if (attrs.Has(AttrName::k_dtype)) mean = attrs.Type(AttrName::k_dtype);
      return ComputeTypes{mean, mean};
    }
    default: break;
  }
  return absl::InternalError(absl::StrCat(InfoOf(op).name, " is typed by its graph"));
}

}  // namespace broadloom

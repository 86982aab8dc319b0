// What each elementwise operation is in LLVM IR. The results, corners included, are NumPy's on
// x86-64; ir/evaluate_scalar.cc says the same in C++. No fast-math flags, no contraction; operands
// are made safe before instructions that trap.
#include "codegen/scalar_ops.h"

#include <algorithm>
#include <numbers>

#include "absl/container/inlined_vector.h"
#include "codegen/loops.h"
#include "codegen/op_emitter.h"

namespace broadloom {

using Builder = llvm::IRBuilder<>;
using Predicate = llvm::CmpInst::Predicate;

// The second one where either is NaN, and of equal ones, as maxps does.
llvm::Value* OpEmitter::Further(bool maximum) const {
  llvm::Value* first = maximum
                           ? Compare(Predicate::FCMP_OGT, Predicate::ICMP_SGT, Predicate::ICMP_UGT)
                           : Compare(Predicate::FCMP_OLT, Predicate::ICMP_SLT, Predicate::ICMP_ULT);
  return b.CreateSelect(first, x(), y());
}

// NaN of either wins.
llvm::Value* OpEmitter::Extremum(bool maximum) const {
  if (dtype.is_bool()) return maximum ? b.CreateOr(x(), y()) : b.CreateAnd(x(), y());
  llvm::Value* best = Further(maximum);
  return floating() ? b.CreateSelect(b.CreateFCmpUNO(x(), x()), x(), best) : best;
}

llvm::Value* OpEmitter::Sign() const {
  if (dtype.is_unsigned()) return b.CreateZExt(b.CreateICmpNE(x(), Whole(0)), x()->getType());
  if (!floating()) {
    llvm::Value* positive = b.CreateSelect(b.CreateICmpSGT(x(), Whole(0)), Whole(1), Whole(0));
    return b.CreateSelect(b.CreateICmpSLT(x(), Whole(0)), Whole(-1), positive);
  }
  llvm::Value* not_negative = b.CreateSelect(b.CreateFCmpOGT(x(), Number(0)), Number(1), Number(0));
  llvm::Value* sign = b.CreateSelect(b.CreateFCmpOLT(x(), Number(0)), Number(-1), not_negative);
  return b.CreateSelect(b.CreateFCmpUNO(x(), x()), x(), sign);
}

llvm::Value* OpEmitter::Abs() const {
  if (floating()) return Unary(llvm::Intrinsic::fabs);
  return Magnitude(x());
}

llvm::Value* OpEmitter::Test(Op op) const {
  llvm::Type* result = scalars.TypeOf(DType::kBool);
  if (!floating())
    return op == Op::k_isfinite ? llvm::Constant::getAllOnesValue(result)
                                : llvm::Constant::getNullValue(result);
  if (op == Op::k_isnan) return b.CreateFCmpUNO(x(), x());
  llvm::Value* magnitude = Unary(llvm::Intrinsic::fabs);
  llvm::Constant* infinity = llvm::ConstantFP::getInfinity(x()->getType());
  return op == Op::k_isinf ? b.CreateFCmpOEQ(magnitude, infinity)
                           : b.CreateFCmpOLT(magnitude, infinity);
}

namespace {

// NumPy's factors: in float32 both the numbers and the quotient are rounded.
double DegreesPerRadian(DType dtype) {
  const double pi = std::numbers::pi;
  return dtype == DType::kFloat64 ? 180.0 / pi : 180.0F / static_cast<float>(pi);
}
double RadiansPerDegree(DType dtype) {
  const double pi = std::numbers::pi;
  return dtype == DType::kFloat64 ? pi / 180.0 : static_cast<float>(pi) / 180.0F;
}

llvm::Value* EmitComparison(const OpEmitter& e, Op op) {
  switch (op) {
    case Op::k_equal: return e.Compare(Predicate::FCMP_OEQ, Predicate::ICMP_EQ, Predicate::ICMP_EQ);
    case Op::k_not_equal:
      return e.Compare(Predicate::FCMP_UNE, Predicate::ICMP_NE, Predicate::ICMP_NE);
    case Op::k_less:
      return e.Compare(Predicate::FCMP_OLT, Predicate::ICMP_SLT, Predicate::ICMP_ULT);
    case Op::k_less_equal:
      return e.Compare(Predicate::FCMP_OLE, Predicate::ICMP_SLE, Predicate::ICMP_ULE);
    case Op::k_greater:
      return e.Compare(Predicate::FCMP_OGT, Predicate::ICMP_SGT, Predicate::ICMP_UGT);
    case Op::k_greater_equal:
      return e.Compare(Predicate::FCMP_OGE, Predicate::ICMP_SGE, Predicate::ICMP_UGE);
    default: llvm_unreachable("no comparison");
  }
}

llvm::Value* Emit(const OpEmitter& e, Op op, DType result) {
  Builder& b = e.b;
  const auto rounding = [&](llvm::Intrinsic::ID id) { return e.floating() ? e.Unary(id) : e.x(); };
  switch (op) {
    case Op::k_copy:
    case Op::k_keep:
    case Op::k_positive: return e.x();
    case Op::k_real: return e.x();
    case Op::k_imag: return e.operands[0].imaginary;
    case Op::k_astype: return e.scalars.Cast(e.operands[0], result).llvm;
    case Op::k_negative: return e.floating() ? b.CreateFNeg(e.x()) : b.CreateNeg(e.x());
    case Op::k_invert:
    case Op::k_logical_not: return b.CreateNot(e.x());
    case Op::k_abs: return e.Abs();
    case Op::k_sign: return e.Sign();
    case Op::k_square: return e.floating() ? b.CreateFMul(e.x(), e.x()) : b.CreateMul(e.x(), e.x());
    case Op::k_reciprocal:
      return e.floating() ? b.CreateFDiv(e.Number(1), e.x()) : e.IntegerReciprocal();
    case Op::k_degrees: return b.CreateFMul(e.x(), e.Number(DegreesPerRadian(e.dtype)));
    case Op::k_radians: return b.CreateFMul(e.x(), e.Number(RadiansPerDegree(e.dtype)));
    case Op::k_signbit: return e.SignBit();
    case Op::k_bitwise_count: return e.BitCount(result);
    case Op::k_clz: return e.LeadingZeros(result);
    case Op::k_sqrt: return e.Unary(llvm::Intrinsic::sqrt);
    case Op::k_floor: return rounding(llvm::Intrinsic::floor);
    case Op::k_ceil: return rounding(llvm::Intrinsic::ceil);
    case Op::k_trunc: return rounding(llvm::Intrinsic::trunc);
    case Op::k_rint:
    case Op::k_round: return rounding(llvm::Intrinsic::roundeven);
    case Op::k_isnan:
    case Op::k_isinf:
    case Op::k_isfinite: return e.Test(op);
    case Op::k_add:
      if (e.dtype.is_bool()) return b.CreateOr(e.x(), e.y());
      return e.floating() ? b.CreateFAdd(e.x(), e.y()) : b.CreateAdd(e.x(), e.y());
    case Op::k_subtract:
      return e.floating() ? b.CreateFSub(e.x(), e.y()) : b.CreateSub(e.x(), e.y());
    case Op::k_multiply:
      if (e.dtype.is_bool()) return b.CreateAnd(e.x(), e.y());
      return e.floating() ? b.CreateFMul(e.x(), e.y()) : b.CreateMul(e.x(), e.y());
    case Op::k_divide: return b.CreateFDiv(e.x(), e.y());
    case Op::k_floor_divide: return e.FloorDivide();
    case Op::k_remainder: return e.Remainder();
#define BL_ELEMENTARY(op) case Op::k_##op:
#include "ir/elementary.def"
      return e.floating() ? e.Elementary(op) : e.IntegerPow();
    case Op::k_fmod: return e.Fmod();
    case Op::k_gcd: return e.Gcd();
    case Op::k_lcm: return e.Lcm();
    case Op::k_heaviside: return e.Heaviside();
    case Op::k_nextafter: return e.NextAfter();
    case Op::k_fmax: return e.FloatExtremum(true);
    case Op::k_fmin: return e.FloatExtremum(false);
    case Op::k_maximum: return e.Extremum(true);
    case Op::k_minimum: return e.Extremum(false);
    case Op::k_copysign: return b.CreateCopySign(e.x(), e.y());
    case Op::k_equal:
    case Op::k_not_equal:
    case Op::k_less:
    case Op::k_less_equal:
    case Op::k_greater:
    case Op::k_greater_equal: return EmitComparison(e, op);
    case Op::k_logical_and:
    case Op::k_bitwise_and: return b.CreateAnd(e.x(), e.y());
    case Op::k_logical_or:
    case Op::k_bitwise_or: return b.CreateOr(e.x(), e.y());
    case Op::k_logical_xor:
    case Op::k_bitwise_xor: return b.CreateXor(e.x(), e.y());
    case Op::k_bitwise_left_shift: return e.Shift(/*left=*/true);
    case Op::k_bitwise_right_shift: return e.Shift(/*left=*/false);
    case Op::k_philox: return e.RandomBits();
    case Op::k_where: return e.Choose(e.x(), e.y(), e.operands[2].llvm);
    case Op::k_fma: return e.Fma();
    case Op::k_complex:  // no arithmetic
    case Op::k_clip:     // gone after `decompose`
#include "ir/not_elementwise.def"
      break;
  }
  llvm_unreachable("no elementwise operation");
}

}  // namespace

llvm::Type* ElementType(llvm::LLVMContext& context, DType dtype) {
  if (dtype == DType::kFloat32) return llvm::Type::getFloatTy(context);
  if (dtype == DType::kFloat64) return llvm::Type::getDoubleTy(context);
  return llvm::Type::getIntNTy(context, dtype.is_bool() ? 1 : 8 * dtype.size());
}

llvm::Type* ScalarEmitter::TypeOf(DType dtype) const {
  llvm::Type* element = ElementType(builder.getContext(), dtype);
  return width == 1 ? element : llvm::FixedVectorType::get(element, width);
}

Value ScalarEmitter::Constant(const Scalar& scalar) const {
  llvm::Type* type = TypeOf(scalar.dtype);
  if (!scalar.dtype.is_floating() || scalar.dtype.is_half())
    return {llvm::ConstantInt::get(type, scalar.bits & (scalar.dtype.is_bool() ? 1 : ~0ull)),
            scalar.dtype};
  const bool wide = scalar.dtype == DType::kFloat64;
  const llvm::APFloat value(wide ? llvm::APFloat::IEEEdouble() : llvm::APFloat::IEEEsingle(),
                            llvm::APInt(wide ? 64 : 32, scalar.bits));
  return {llvm::ConstantFP::get(type, value), scalar.dtype};
}

llvm::FastMathFlags ScalarEmitter::FlagsOf(Op op) const {
  llvm::FastMathFlags flags;
  const bool contracts = op == Op::k_add || op == Op::k_subtract || op == Op::k_multiply ||
                         op == Op::k_square || op == Op::k_sum;
  flags.setAllowContract(fast && contracts);
  return flags;
}

namespace {

// Of constants LLVM would compute the result, and no flag would be raised: log(zeros(n)).
absl::InlinedVector<Value, 3> Opaque(const ScalarEmitter& emitter, absl::Span<const Value> given) {
  absl::InlinedVector<Value, 3> operands(given.begin(), given.end());
  const bool constant = std::all_of(given.begin(), given.end(), [](const Value& operand) {
    return llvm::isa<llvm::Constant>(operand.llvm);
  });
  if (!constant) return operands;
  llvm::IRBuilder<>& b = emitter.builder;
  llvm::Type* type = operands[0].llvm->getType();
  llvm::AllocaInst* hidden = EmitVariable(b, type, "hidden");
  b.CreateStore(operands[0].llvm, hidden, /*isVolatile=*/true);
  operands[0].llvm = b.CreateLoad(type, hidden, /*isVolatile=*/true);
  return operands;
}

}  // namespace

Value EmitElementwise(const ScalarEmitter& emitter, Op op, DType result,
                      absl::Span<const Value> given) {
  const absl::InlinedVector<Value, 3> operands = Opaque(emitter, given);
  if (op == Op::k_complex) return {operands[0].llvm, result, operands[1].llvm};
  if (op == Op::k_copy || op == Op::k_keep) return operands[0];
  const llvm::IRBuilder<>::FastMathFlagGuard guard(emitter.builder);
  emitter.builder.setFastMathFlags(emitter.FlagsOf(op));
  const DType dtype = op == Op::k_where ? operands[1].dtype : operands[0].dtype;
  return {Emit(OpEmitter{emitter, emitter.builder, dtype, operands}, op, result), result};
}

Value EmitExtremumOfNumber(const ScalarEmitter& emitter, Op op, absl::Span<const Value> operands) {
  const OpEmitter numbers{emitter, emitter.builder, operands[0].dtype, operands};
  return {numbers.Further(op == Op::k_maximum), operands[0].dtype};
}

}  // namespace broadloom

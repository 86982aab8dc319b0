// What each elementwise operation is in LLVM IR. The results, corners included, are NumPy's on
// x86-64; ir/evaluate_scalar.cc says the same in C++. No fast-math flags, no contraction; operands
// are made safe before instructions that trap.
#include "codegen/scalar_ops.h"

#include "codegen/loops.h"
#include "ir/infer.h"
#include "llvm/IR/Intrinsics.h"

namespace broadloom {
namespace {

using Builder = llvm::IRBuilder<>;
using Predicate = llvm::CmpInst::Predicate;

struct Emitter {
  const ScalarEmitter& scalars;
  Builder& b;
  DType dtype;  // of the operands (the branches of `where`)
  absl::Span<const Value> operands;

  llvm::Value* x() const { return operands[0].llvm; }
  llvm::Value* y() const { return operands[1].llvm; }
  bool floating() const { return dtype.is_floating(); }
  llvm::Constant* Number(double value) const {
    return llvm::ConstantFP::get(x()->getType(), value);
  }
  llvm::Constant* Whole(int64_t value) const {
    return llvm::ConstantInt::get(x()->getType(), value, /*IsSigned=*/true);
  }
  llvm::Value* Unary(llvm::Intrinsic::ID id) const { return b.CreateUnaryIntrinsic(id, x()); }

  llvm::Value* Compare(Predicate ordered, Predicate with_sign, Predicate without_sign) const {
    if (floating()) return b.CreateFCmp(ordered, x(), y());
    return b.CreateICmp(dtype.is_signed() ? with_sign : without_sign, x(), y());
  }

  llvm::Value* Extremum(bool maximum) const;
  llvm::Value* Sign() const;
  llvm::Value* Abs() const;
  llvm::Value* Shift(bool left) const;
  llvm::Value* FloorDivide() const {
    return floating() ? FloatDivmod().first : IntegerDivmod().first;
  }
  llvm::Value* Remainder() const {
    return floating() ? FloatDivmod().second : IntegerDivmod().second;
  }
  std::pair<llvm::Value*, llvm::Value*> FloatDivmod() const;
  std::pair<llvm::Value*, llvm::Value*> IntegerDivmod() const;
  llvm::Value* IntegerPow() const;
  llvm::Value* Test(Op op) const;
};

// Ties give the second operand, as maxps does; NaN of either wins.
llvm::Value* Emitter::Extremum(bool maximum) const {
  if (dtype.is_bool()) return maximum ? b.CreateOr(x(), y()) : b.CreateAnd(x(), y());
  llvm::Value* first = maximum
                           ? Compare(Predicate::FCMP_OGT, Predicate::ICMP_SGT, Predicate::ICMP_UGT)
                           : Compare(Predicate::FCMP_OLT, Predicate::ICMP_SLT, Predicate::ICMP_ULT);
  if (floating()) first = b.CreateOr(first, b.CreateFCmpUNO(x(), x()));
  return b.CreateSelect(first, x(), y());
}

llvm::Value* Emitter::Sign() const {
  if (dtype.is_unsigned()) return b.CreateZExt(b.CreateICmpNE(x(), Whole(0)), x()->getType());
  if (!floating()) {
    llvm::Value* positive = b.CreateSelect(b.CreateICmpSGT(x(), Whole(0)), Whole(1), Whole(0));
    return b.CreateSelect(b.CreateICmpSLT(x(), Whole(0)), Whole(-1), positive);
  }
  llvm::Value* not_negative = b.CreateSelect(b.CreateFCmpOGT(x(), Number(0)), Number(1), Number(0));
  llvm::Value* sign = b.CreateSelect(b.CreateFCmpOLT(x(), Number(0)), Number(-1), not_negative);
  return b.CreateSelect(b.CreateFCmpUNO(x(), x()), x(), sign);
}

llvm::Value* Emitter::Abs() const {
  if (floating()) return Unary(llvm::Intrinsic::fabs);
  if (!dtype.is_signed()) return x();
  return b.CreateSelect(b.CreateICmpSLT(x(), Whole(0)), b.CreateNeg(x()), x());
}

llvm::Value* Emitter::Shift(bool left) const {
  const int bits = 8 * dtype.size();
  llvm::Value* fits = b.CreateICmpULT(y(), Whole(bits));
  llvm::Value* amount = b.CreateSelect(fits, y(), Whole(left || !dtype.is_signed() ? 0 : bits - 1));
  if (!left && dtype.is_signed()) return b.CreateAShr(x(), amount);
  llvm::Value* shifted = left ? b.CreateShl(x(), amount) : b.CreateLShr(x(), amount);
  return b.CreateSelect(fits, shifted, Whole(0));
}

// Division by zero gives 0; the smallest integer divided by -1 wraps to itself.
std::pair<llvm::Value*, llvm::Value*> Emitter::IntegerDivmod() const {
  llvm::Value* by_zero = b.CreateICmpEQ(y(), Whole(0));
  if (!dtype.is_signed()) {
    llvm::Value* safe = b.CreateSelect(by_zero, Whole(1), y());
    return {b.CreateSelect(by_zero, Whole(0), b.CreateUDiv(x(), safe)),
            b.CreateSelect(by_zero, Whole(0), b.CreateURem(x(), safe))};
  }
  llvm::Value* by_minus_one = b.CreateICmpEQ(y(), Whole(-1));
  llvm::Value* safe = b.CreateSelect(b.CreateOr(by_zero, by_minus_one), Whole(1), y());
  llvm::Value* quotient = b.CreateSDiv(x(), safe);
  llvm::Value* rest = b.CreateSub(x(), b.CreateMul(quotient, safe));
  llvm::Value* signs_differ = b.CreateICmpSLT(b.CreateXor(x(), safe), Whole(0));
  llvm::Value* adjust = b.CreateAnd(b.CreateICmpNE(rest, Whole(0)), signs_differ);
  quotient = b.CreateSelect(adjust, b.CreateSub(quotient, Whole(1)), quotient);
  rest = b.CreateSelect(adjust, b.CreateAdd(rest, safe), rest);
  quotient = b.CreateSelect(by_minus_one, b.CreateNeg(x()), quotient);
  rest = b.CreateSelect(by_minus_one, Whole(0), rest);
  return {b.CreateSelect(by_zero, Whole(0), quotient), b.CreateSelect(by_zero, Whole(0), rest)};
}

// NumPy's npy_divmod: the quotient and remainder of Python, from C's fmod.
std::pair<llvm::Value*, llvm::Value*> Emitter::FloatDivmod() const {
  const auto copysign = [&](llvm::Value* magnitude, llvm::Value* sign) {
    return b.CreateBinaryIntrinsic(llvm::Intrinsic::copysign, magnitude, sign);
  };
  llvm::Value* ratio = b.CreateFDiv(x(), y());
  llvm::Value* mod = EmitFmod(scalars, dtype, x(), y());
  llvm::Value* by_zero = b.CreateFCmpOEQ(y(), Number(0));
  llvm::Value* quotient = b.CreateFDiv(b.CreateFSub(x(), mod), y());
  llvm::Value* has_rest = b.CreateFCmpUNE(mod, Number(0));
  llvm::Value* signs_differ =
      b.CreateXor(b.CreateFCmpOLT(y(), Number(0)), b.CreateFCmpOLT(mod, Number(0)));
  llvm::Value* adjust = b.CreateAnd(has_rest, signs_differ);
  llvm::Value* rest = b.CreateSelect(has_rest, b.CreateSelect(adjust, b.CreateFAdd(mod, y()), mod),
                                     copysign(Number(0), y()));
  quotient = b.CreateSelect(adjust, b.CreateFSub(quotient, Number(1)), quotient);
  llvm::Value* floor = b.CreateUnaryIntrinsic(llvm::Intrinsic::floor, quotient);
  llvm::Value* low = b.CreateFCmpOGT(b.CreateFSub(quotient, floor), Number(0.5));
  floor = b.CreateSelect(low, b.CreateFAdd(floor, Number(1)), floor);
  llvm::Value* whole =
      b.CreateSelect(b.CreateFCmpUNE(quotient, Number(0)), floor, copysign(Number(0), ratio));
  return {b.CreateSelect(by_zero, ratio, whole), b.CreateSelect(by_zero, mod, rest)};
}

// By squaring, one bit of the exponent at a time. A negative exponent gives 0; the frontend refuses
// what it can see.
llvm::Value* Emitter::IntegerPow() const {
  llvm::Type* type = x()->getType();
  llvm::AllocaInst* result = EmitVariable(b, type, "power");
  llvm::AllocaInst* base = EmitVariable(b, type, "base");
  llvm::AllocaInst* exponent = EmitVariable(b, type, "exponent");
  b.CreateStore(Whole(1), result);
  b.CreateStore(x(), base);
  b.CreateStore(y(), exponent);
  EmitFor(b, b.getInt64(0), b.getInt64(8 * int64_t{dtype.size()}), 1,
          [&](llvm::Value*, llvm::Instruction*) {
            llvm::Value *power = b.CreateLoad(type, result), *factor = b.CreateLoad(type, base),
                        *left = b.CreateLoad(type, exponent);
            llvm::Value* odd = b.CreateICmpNE(b.CreateAnd(left, Whole(1)), Whole(0));
            b.CreateStore(b.CreateSelect(odd, b.CreateMul(power, factor), power), result);
            b.CreateStore(b.CreateMul(factor, factor), base);
            b.CreateStore(b.CreateLShr(left, Whole(1)), exponent);
          });
  llvm::Value* power = b.CreateLoad(type, result);
  return dtype.is_signed() ? b.CreateSelect(b.CreateICmpSLT(y(), Whole(0)), Whole(0), power)
                           : power;
}

llvm::Value* Emitter::Test(Op op) const {
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

llvm::Value* Emit(const Emitter& e, Op op, DType result) {
  Builder& b = e.b;
  const auto rounding = [&](llvm::Intrinsic::ID id) { return e.floating() ? e.Unary(id) : e.x(); };
  const auto sleef = [&](const char* name) {
    std::vector<llvm::Value*> values;
    for (const Value& operand : e.operands) values.push_back(operand.llvm);
    return EmitSleef(e.scalars, name, e.dtype, values);
  };
  switch (op) {
    case Op::k_copy:
    case Op::k_keep:
    case Op::k_positive: return e.x();
    case Op::k_astype: return e.scalars.Cast(e.operands[0], result).llvm;
    case Op::k_negative: return e.floating() ? b.CreateFNeg(e.x()) : b.CreateNeg(e.x());
    case Op::k_invert:
    case Op::k_logical_not: return b.CreateNot(e.x());
    case Op::k_abs: return e.Abs();
    case Op::k_sign: return e.Sign();
    case Op::k_square: return e.floating() ? b.CreateFMul(e.x(), e.x()) : b.CreateMul(e.x(), e.x());
    case Op::k_sqrt: return e.Unary(llvm::Intrinsic::sqrt);
    case Op::k_exp: return sleef("exp");
    case Op::k_log: return sleef("log");
    case Op::k_sin: return sleef("sin");
    case Op::k_cos: return sleef("cos");
    case Op::k_tan: return sleef("tan");
    case Op::k_tanh: return sleef("tanh");
    case Op::k_floor: return rounding(llvm::Intrinsic::floor);
    case Op::k_ceil: return rounding(llvm::Intrinsic::ceil);
    case Op::k_trunc: return rounding(llvm::Intrinsic::trunc);
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
    case Op::k_pow: return e.floating() ? sleef("pow") : e.IntegerPow();
    case Op::k_maximum: return e.Extremum(true);
    case Op::k_minimum: return e.Extremum(false);
    case Op::k_copysign: return b.CreateCopySign(e.x(), e.y());
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
    case Op::k_logical_and:
    case Op::k_bitwise_and: return b.CreateAnd(e.x(), e.y());
    case Op::k_logical_or:
    case Op::k_bitwise_or: return b.CreateOr(e.x(), e.y());
    case Op::k_logical_xor:
    case Op::k_bitwise_xor: return b.CreateXor(e.x(), e.y());
    case Op::k_bitwise_left_shift: return e.Shift(/*left=*/true);
    case Op::k_bitwise_right_shift: return e.Shift(/*left=*/false);
    case Op::k_where: return b.CreateSelect(e.x(), e.y(), e.operands[2].llvm);
    // No elementwise operations, or gone after `decompose`.
    case Op::k_clip:
    case Op::k_param:
    case Op::k_scalar:
    case Op::k_constant:
    case Op::k_extent:
    case Op::k_iota:
    case Op::k_broadcast_to:
    case Op::k_expand_dims:
    case Op::k_squeeze:
    case Op::k_permute_dims:
    case Op::k_reshape:
    case Op::k_slice:
    case Op::k_sum:
    case Op::k_prod:
    case Op::k_min:
    case Op::k_max:
    case Op::k_any:
    case Op::k_all:
    case Op::k_argmin:
    case Op::k_argmax:
    case Op::k_mean:
    case Op::k_var:
    case Op::k_std:
    case Op::k_matmul:
    case Op::k_kernel:
    case Op::k_result: break;
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
  if (!scalar.dtype.is_floating())
    return {llvm::ConstantInt::get(type, scalar.bits & (scalar.dtype.is_bool() ? 1 : ~0ull)),
            scalar.dtype};
  const bool wide = scalar.dtype == DType::kFloat64;
  const llvm::APFloat value(wide ? llvm::APFloat::IEEEdouble() : llvm::APFloat::IEEEsingle(),
                            llvm::APInt(wide ? 64 : 32, scalar.bits));
  return {llvm::ConstantFP::get(type, value), scalar.dtype};
}

Value EmitElementwise(const ScalarEmitter& emitter, Op op, DType result,
                      absl::Span<const Value> operands) {
  const DType dtype = op == Op::k_where ? operands[1].dtype : operands[0].dtype;
  return {Emit(Emitter{emitter, emitter.builder, dtype, operands}, op, result), result};
}

}  // namespace broadloom

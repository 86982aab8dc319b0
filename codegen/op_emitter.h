// What the operations of codegen/scalar_ops.cc share. Internal to codegen.
#ifndef BROADLOOM_CODEGEN_OP_EMITTER_H_
#define BROADLOOM_CODEGEN_OP_EMITTER_H_

#include <utility>

#include "codegen/scalar_ops.h"
#include "llvm/IR/Intrinsics.h"

namespace broadloom {

// One operation over operands of one dtype.
struct OpEmitter {
  const ScalarEmitter& scalars;
  llvm::IRBuilder<>& b;
  DType dtype;  // of the operands (the branches of `where`)
  absl::Span<const Value> operands;

  llvm::Value* x() const { return operands[0].llvm; }
  llvm::Value* y() const { return operands[1].llvm; }
  llvm::Value* z() const { return operands[2].llvm; }
  bool floating() const { return dtype.is_floating(); }
  llvm::Constant* Number(double value) const {
    return llvm::ConstantFP::get(x()->getType(), value);
  }
  llvm::Constant* Whole(int64_t value) const {
    return llvm::ConstantInt::get(x()->getType(), value, /*IsSigned=*/true);
  }
  // Of a float; halves are bits already.
  llvm::Value* Bits(llvm::Value* value) const {
    llvm::Type* integer = value->getType()->getWithNewType(b.getIntNTy(8 * dtype.size()));
    return b.CreateBitCast(value, integer);
  }
  llvm::Value* Unary(llvm::Intrinsic::ID id) const { return b.CreateUnaryIntrinsic(id, x()); }

  llvm::Value* Compare(llvm::CmpInst::Predicate ordered, llvm::CmpInst::Predicate with_sign,
                       llvm::CmpInst::Predicate without_sign) const {
    if (floating()) return b.CreateFCmp(ordered, x(), y());
    return b.CreateICmp(dtype.is_signed() ? with_sign : without_sign, x(), y());
  }

  llvm::Value* Further(bool maximum) const;
  llvm::Value* Extremum(bool maximum) const;
  llvm::Value* Sign() const;
  llvm::Value* Abs() const;
  llvm::Value* Magnitude(llvm::Value* value) const;  // of an integer
  llvm::Value* BitCount(DType result) const;         // of the magnitude
  llvm::Value* LeadingZeros(DType result) const;     // a bool is 8 bits
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
  llvm::Value* IntegerReciprocal() const;
  llvm::Value* Gcd() const;  // of magnitudes, as unsigned numbers
  llvm::Value* Lcm() const;
  llvm::Value* RandomBits() const;  // philox
  llvm::Value* SignBit() const;
  llvm::Value* FloatExtremum(bool maximum) const;  // NaN only where both are
  llvm::Value* Heaviside() const;
  llvm::Value* NextAfter() const;  // also of halves
  llvm::Value* Fmod() const;
  llvm::Value* Fma() const;              // rounded once, also of halves
  llvm::Value* HalfFma() const;          // by way of float64
  llvm::Value* Elementary(Op op) const;  // of ir/elementary.def
  llvm::Value* Test(Op op) const;
  llvm::Value* Choose(llvm::Value* mask, llvm::Value* value, llvm::Value* other) const;
};

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_OP_EMITTER_H_

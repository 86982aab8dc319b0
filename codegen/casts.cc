// NumPy's astype on x86-64. Out of range and NaN have the results of the CPU's cvtt instructions,
// in LLVM made from selects: fptosi itself would be poison there.
#include <cmath>

#include "codegen/scalar_ops.h"

namespace broadloom {
namespace {

using Builder = llvm::IRBuilder<>;

llvm::Type* Like(llvm::Value* value, llvm::Type* element) {
  if (auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(value->getType())) {
    return llvm::FixedVectorType::get(element, vector->getNumElements());
  }
  return element;
}

// cvttsd2si to `bits` bits: the smallest integer where the value does not fit.
llvm::Value* Truncate(Builder& b, llvm::Value* x, int bits) {
  const double limit = std::ldexp(1.0, bits - 1);
  const auto constant = [&](double value) { return llvm::ConstantFP::get(x->getType(), value); };
  // -2^31 - 0.5 still truncates to -2^31.
  llvm::Value* above =
      bits == 32 ? b.CreateFCmpOGT(x, constant(-limit - 1)) : b.CreateFCmpOGE(x, constant(-limit));
  llvm::Value* fits = b.CreateAnd(above, b.CreateFCmpOLT(x, constant(limit)));
  llvm::Type* integer = Like(x, b.getIntNTy(bits));
  llvm::Value* converted = b.CreateFPToSI(b.CreateSelect(fits, x, constant(0)), integer);
  return b.CreateSelect(fits, converted,
                        llvm::ConstantInt::get(integer, llvm::APInt::getSignedMinValue(bits)));
}

// Unsigned of the same size: values of the upper half are moved down and back by the top bit.
llvm::Value* TruncateUnsigned(Builder& b, llvm::Value* x, int bits) {
  llvm::Value* half = llvm::ConstantFP::get(x->getType(), std::ldexp(1.0, bits - 1));
  llvm::Value* upper = b.CreateFCmpOGE(x, half);
  llvm::Value* low = Truncate(b, x, bits);
  llvm::Value* high = Truncate(b, b.CreateFSub(x, half), bits);
  llvm::Value* top = llvm::ConstantInt::get(low->getType(), llvm::APInt::getSignMask(bits));
  return b.CreateSelect(upper, b.CreateXor(high, top), low);
}

llvm::Value* FloatToInteger(Builder& b, llvm::Value* x, DType to) {
  x = b.CreateFPCast(x, Like(x, b.getDoubleTy()));  // exact
  if (to == DType::kInt64) return Truncate(b, x, 64);
  if (to == DType::kUInt64) return TruncateUnsigned(b, x, 64);
  if (to == DType::kUInt32) return TruncateUnsigned(b, x, 32);
  return b.CreateTrunc(Truncate(b, x, 32), Like(x, b.getIntNTy(8 * to.size())));
}

}  // namespace

Value ScalarEmitter::Cast(Value value, DType to) const {
  Builder& b = builder;
  const DType from = value.dtype;
  llvm::Value* x = value.llvm;
  llvm::Type* type = TypeOf(to);
  if (from == to) return value;
  if (to.is_bool()) {
    llvm::Constant* zero = llvm::Constant::getNullValue(x->getType());
    return {from.is_floating() ? b.CreateFCmpUNE(x, zero) : b.CreateICmpNE(x, zero), to};
  }
  if (from.is_floating() && to.is_floating()) return {b.CreateFPCast(x, type), to};
  if (from.is_floating()) return {FloatToInteger(b, x, to), to};
  if (to.is_floating())
    return {from.is_signed() ? b.CreateSIToFP(x, type) : b.CreateUIToFP(x, type), to};
  return {from.is_signed() ? b.CreateSExtOrTrunc(x, type) : b.CreateZExtOrTrunc(x, type), to};
}

}  // namespace broadloom

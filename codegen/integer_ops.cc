// Operations of integers. Operands are made safe before instructions that trap or poison.
#include "codegen/loops.h"
#include "codegen/op_emitter.h"
#include "codegen/rarely.h"
#include "ir/philox.h"

namespace broadloom {

llvm::Value* OpEmitter::Magnitude(llvm::Value* value) const {
  if (!dtype.is_signed()) return value;
  return b.CreateSelect(b.CreateICmpSLT(value, Whole(0)), b.CreateNeg(value), value);
}

llvm::Value* OpEmitter::Shift(bool left) const {
  const int bits = 8 * dtype.size();
  llvm::Value* fits = b.CreateICmpULT(y(), Whole(bits));
  llvm::Value* amount = b.CreateSelect(fits, y(), Whole(left || !dtype.is_signed() ? 0 : bits - 1));
  if (!left && dtype.is_signed()) return b.CreateAShr(x(), amount);
  llvm::Value* shifted = left ? b.CreateShl(x(), amount) : b.CreateLShr(x(), amount);
  return b.CreateSelect(fits, shifted, Whole(0));
}

// Division by zero gives 0; the smallest integer divided by -1 wraps to itself.
std::pair<llvm::Value*, llvm::Value*> OpEmitter::IntegerDivmod() const {
  llvm::Value* by_zero = b.CreateICmpEQ(y(), Whole(0));
  EmitRaise(scalars, by_zero, 8 * dtype.size(), kDivideByZero);
  if (!dtype.is_signed()) {
    llvm::Value* safe = b.CreateSelect(by_zero, Whole(1), y());
    return {b.CreateSelect(by_zero, Whole(0), b.CreateUDiv(x(), safe)),
            b.CreateSelect(by_zero, Whole(0), b.CreateURem(x(), safe))};
  }
  llvm::Value* by_minus_one = b.CreateICmpEQ(y(), Whole(-1));
  llvm::Value* wraps = b.CreateICmpSLT(b.CreateAnd(x(), b.CreateNeg(x())), Whole(0));
  llvm::Value* overflows = b.CreateAnd(by_minus_one, wraps);
  EmitRaise(scalars, overflows, 8 * dtype.size(), kOverflow);
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

// By squaring, one bit of the exponent at a time. A negative exponent gives 0; the frontend refuses
// what it can see.
llvm::Value* OpEmitter::IntegerPow() const {
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

// NumPy's cast of 1.0 / x: of 0 the smallest integer from 32 bits on, else 0.
llvm::Value* OpEmitter::IntegerReciprocal() const {
  const bool has_smallest = dtype.is_signed() && dtype.size() >= 4;
  llvm::Value* of_zero =
      has_smallest ? llvm::ConstantInt::get(
                         x()->getType(),
                         llvm::APInt::getSignedMinValue(static_cast<unsigned>(8 * dtype.size())))
                   : Whole(0);
  llvm::Value* is_unit = b.CreateICmpEQ(x(), Whole(1));
  if (dtype.is_signed()) is_unit = b.CreateOr(is_unit, b.CreateICmpEQ(x(), Whole(-1)));
  llvm::Value* zero = b.CreateICmpEQ(x(), Whole(0));
  EmitRaise(scalars, zero, 8 * dtype.size(), kDivideByZero);
  return b.CreateSelect(zero, of_zero, b.CreateSelect(is_unit, x(), Whole(0)));
}

llvm::Value* OpEmitter::BitCount(DType result) const {
  llvm::Value* count = b.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, Magnitude(x()));
  return b.CreateZExtOrTrunc(count, scalars.TypeOf(result));
}

llvm::Value* OpEmitter::LeadingZeros(DType result) const {
  llvm::Value* bits = dtype.is_bool() ? b.CreateZExt(x(), scalars.TypeOf(DType::kUInt8)) : x();
  llvm::Value* count = b.CreateIntrinsic(llvm::Intrinsic::ctlz, {bits->getType()},
                                         {bits, /*a zero is poison*/ b.getFalse()});
  return b.CreateZExtOrTrunc(count, scalars.TypeOf(result));
}

// Euclid's algorithm, until all lanes are done.
llvm::Value* OpEmitter::Gcd() const {
  llvm::Type* type = x()->getType();
  llvm::AllocaInst* larger = EmitVariable(b, type, "gcd");
  llvm::AllocaInst* smaller = EmitVariable(b, type, "rest");
  b.CreateStore(Magnitude(x()), larger);
  b.CreateStore(Magnitude(y()), smaller);
  const auto any_left = [&]() -> llvm::Value* {
    llvm::Value* left = b.CreateICmpNE(b.CreateLoad(type, smaller), Whole(0));
    return scalars.width == 1 ? left : b.CreateOrReduce(left);
  };
  EmitWhile(b, any_left, [&] {
    llvm::Value *p = b.CreateLoad(type, larger), *q = b.CreateLoad(type, smaller);
    llvm::Value* done = b.CreateICmpEQ(q, Whole(0));
    llvm::Value* rest = b.CreateURem(p, b.CreateSelect(done, Whole(1), q));
    b.CreateStore(b.CreateSelect(done, p, q), larger);
    b.CreateStore(b.CreateSelect(done, q, rest), smaller);
  });
  return b.CreateLoad(type, larger);
}

// |x| / gcd * |y|, wrapping; 0 where either is.
llvm::Value* OpEmitter::Lcm() const {
  llvm::Value* gcd = Gcd();
  llvm::Value* zero = b.CreateICmpEQ(gcd, Whole(0));
  llvm::Value* safe = b.CreateSelect(zero, Whole(1), gcd);
  return b.CreateMul(b.CreateUDiv(Magnitude(x()), safe), Magnitude(y()));
}

namespace {

// The builder of ir/philox.h that emits.
struct PhiloxLanes {
  using Value = llvm::Value*;
  llvm::IRBuilder<>& b;
  llvm::Type* type;

  Value Number(uint64_t x) const { return llvm::ConstantInt::get(type, x); }
  Value Add(Value x, Value y) const { return b.CreateAdd(x, y); }
  Value Multiply(Value x, Value y) const { return b.CreateMul(x, y); }
  Value And(Value x, Value y) const { return b.CreateAnd(x, y); }
  Value Or(Value x, Value y) const { return b.CreateOr(x, y); }
  Value Xor(Value x, Value y) const { return b.CreateXor(x, y); }
  Value ShiftLeft(Value x, int by) const { return b.CreateShl(x, by); }
  Value ShiftRight(Value x, int by) const { return b.CreateLShr(x, by); }
};

}  // namespace

llvm::Value* OpEmitter::RandomBits() const {
  PhiloxLanes lanes{b, x()->getType()};
  return Philox(lanes, x(), y(), operands[2].llvm);
}

}  // namespace broadloom

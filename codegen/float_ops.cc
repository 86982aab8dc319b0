// Operations of floats that take more than an instruction or two.
#include "codegen/op_emitter.h"
#include "codegen/vector_math.h"
#include "ir/expansions.h"

namespace broadloom {

// NumPy's npy_divmod: the quotient and remainder of Python, from C's fmod.
std::pair<llvm::Value*, llvm::Value*> OpEmitter::FloatDivmod() const {
  const auto copysign = [&](llvm::Value* magnitude, llvm::Value* sign) {
    return b.CreateBinaryIntrinsic(llvm::Intrinsic::copysign, magnitude, sign);
  };
  llvm::Value* ratio = b.CreateFDiv(x(), y());
  llvm::Value* mod = EmitFmod(scalars, dtype, x(), y());
  llvm::Value* by_zero = b.CreateFCmpOEQ(y(), Number(0));
  llvm::Value* quotient = b.CreateFDiv(b.CreateFSub(x(), mod), y());
  llvm::Value* has_rest = b.CreateFCmpUNE(mod, Number(0));
  // On bits: comparisons of floats would raise a flag for NaN.
  llvm::Value* signs = b.CreateXor(Bits(y()), Bits(mod));
  llvm::Value* signs_differ =
      b.CreateICmpSLT(signs, llvm::Constant::getNullValue(signs->getType()));
  llvm::Value* adjust = b.CreateAnd(has_rest, signs_differ);
  llvm::Value* rest = b.CreateSelect(has_rest, b.CreateSelect(adjust, b.CreateFAdd(mod, y()), mod),
                                     copysign(Number(0), y()));
  quotient = b.CreateSelect(adjust, b.CreateFSub(quotient, Number(1)), quotient);
  llvm::Value* floor = b.CreateUnaryIntrinsic(llvm::Intrinsic::floor, quotient);
  llvm::Value* low = b.CreateICmpSGT(Bits(b.CreateFSub(quotient, floor)), Bits(Number(0.5)));
  floor = b.CreateSelect(low, b.CreateFAdd(floor, Number(1)), floor);
  llvm::Value* whole =
      b.CreateSelect(b.CreateFCmpUNE(quotient, Number(0)), floor, copysign(Number(0), ratio));
  return {b.CreateSelect(by_zero, ratio, whole), b.CreateSelect(by_zero, mod, rest)};
}

llvm::Value* OpEmitter::Fmod() const {
  if (floating()) return EmitFmod(scalars, dtype, x(), y());
  llvm::Value* zero = b.CreateICmpEQ(y(), Whole(0));
  EmitRaise(scalars, zero, 8 * dtype.size(), kDivideByZero);
  if (!dtype.is_signed())
    return b.CreateSelect(zero, Whole(0), b.CreateURem(x(), b.CreateSelect(zero, Whole(1), y())));
  llvm::Value* unsafe = b.CreateOr(zero, b.CreateICmpEQ(y(), Whole(-1)));
  return b.CreateSelect(unsafe, Whole(0), b.CreateSRem(x(), b.CreateSelect(unsafe, Whole(1), y())));
}

llvm::Value* OpEmitter::Fma() const {
  if (dtype.is_half()) return HalfFma();
  if (floating()) return b.CreateIntrinsic(llvm::Intrinsic::fma, {x()->getType()}, {x(), y(), z()});
  if (dtype.is_bool()) return b.CreateOr(b.CreateAnd(x(), y()), z());
  return b.CreateAdd(b.CreateMul(x(), y()), z());
}

// Products of halves are exact in float64.
llvm::Value* OpEmitter::HalfFma() const {
  const auto wide = [&](size_t i) { return scalars.Cast(operands[i], DType::kFloat64).llvm; };
  VectorMath<true> math{scalars};
  llvm::Value* sum = expansions::OddSum(math, math.Multiply(wide(0), wide(1)), wide(2));
  return scalars.Cast({EmitNarrowedToOdd(b, sum), DType::kFloat32}, dtype).llvm;
}

llvm::Value* OpEmitter::Elementary(Op op) const {
  const auto expand = [&](auto math) {
    return operands.size() == 2 ? expansions::Expand2(math, op, x(), y())
                                : expansions::Expand(math, op, x());
  };
  const std::optional<llvm::Value*> expanded = dtype == DType::kFloat64
                                                   ? expand(VectorMath<true>{scalars})
                                                   : expand(VectorMath<false>{scalars});
  return expanded.has_value() ? *expanded : EmitSleef(scalars, op, operands);
}

llvm::Value* OpEmitter::SignBit() const {
  if (dtype.is_bool() || dtype.is_unsigned())
    return llvm::Constant::getNullValue(scalars.TypeOf(DType::kBool));
  if (!floating()) return b.CreateICmpSLT(x(), Whole(0));
  llvm::Value* bits = Bits(x());
  return b.CreateICmpSLT(bits, llvm::Constant::getNullValue(bits->getType()));
}

// A select of what operations computed, made of numbers of the other kind, which LLVM does not
// merge with those operations: AVX-512 would compute one only in the lanes that are taken, and
// raise only the flags of these.
llvm::Value* OpEmitter::Choose(llvm::Value* mask, llvm::Value* value, llvm::Value* other) const {
  llvm::Type* type = value->getType();
  const int bits = 8 * dtype.size();
  llvm::Type* kind = floating() && !dtype.is_half() ? b.getIntNTy(bits)
                     : bits == 32                   ? b.getFloatTy()
                     : bits == 64                   ? b.getDoubleTy()
                                                    : nullptr;
  if (kind == nullptr) return b.CreateSelect(mask, value, other);
  kind = type->getWithNewType(kind);
  llvm::Value* chosen =
      b.CreateSelect(mask, b.CreateBitCast(value, kind), b.CreateBitCast(other, kind));
  return b.CreateBitCast(chosen, type);
}

llvm::Value* OpEmitter::FloatExtremum(bool maximum) const {
  if (!floating()) return Extremum(maximum);
  llvm::Value* first = maximum ? b.CreateFCmpOGT(x(), y()) : b.CreateFCmpOLT(x(), y());
  return Choose(b.CreateOr(first, b.CreateFCmpUNO(y(), y())), x(), y());
}

llvm::Value* OpEmitter::Heaviside() const {
  llvm::Value* step = b.CreateSelect(b.CreateFCmpOGT(x(), Number(0)), Number(1), Number(0));
  llvm::Value* with_zero = Choose(b.CreateFCmpOEQ(x(), Number(0)), y(), step);
  return b.CreateSelect(b.CreateFCmpUNO(x(), x()), x(), with_zero);
}

namespace {

uint64_t InfinityBits(DType dtype) {
  switch (dtype.kind()) {
    case DType::kFloat16: return 0x7c00;
    case DType::kBFloat16: return 0x7f80;
    case DType::kFloat32: return 0x7f800000;
    default: return 0x7ff0000000000000;
  }
}

}  // namespace

// One step on the bits, which are ordered as the magnitudes are.
llvm::Value* OpEmitter::NextAfter() const {
  llvm::Value* wide_x = scalars.Cast(operands[0], MachineType(dtype)).llvm;
  llvm::Value* wide_y = scalars.Cast(operands[1], MachineType(dtype)).llvm;
  llvm::Value *from = Bits(x()), *to = Bits(y());
  const auto whole = [&](uint64_t value) { return llvm::ConstantInt::get(from->getType(), value); };
  const uint64_t sign = uint64_t{1} << (8 * dtype.size() - 1);
  llvm::Value* zero = llvm::Constant::getNullValue(wide_x->getType());
  llvm::Value* away =
      b.CreateICmpEQ(b.CreateFCmpOLT(wide_x, wide_y), b.CreateFCmpOGT(wide_x, zero));
  llvm::Value* step = b.CreateSelect(away, whole(1), whole(~uint64_t{0}));
  llvm::Value* smallest = b.CreateOr(b.CreateAnd(to, whole(sign)), whole(1));
  llvm::Value* next =
      b.CreateSelect(b.CreateFCmpOEQ(wide_x, zero), smallest, b.CreateAdd(from, step));
  next =
      b.CreateSelect(b.CreateFCmpOEQ(wide_x, wide_y), dtype == DType::kFloat16 ? from : to, next);
  next = b.CreateSelect(b.CreateFCmpUNO(wide_y, wide_y), to, next);
  next = b.CreateSelect(b.CreateFCmpUNO(wide_x, wide_x), from, next);
  const auto is_infinite = [&](llvm::Value* bits) {
    return b.CreateICmpEQ(b.CreateAnd(bits, whole(~sign)), whole(InfinityBits(dtype)));
  };
  llvm::Value* overflows = b.CreateAnd(is_infinite(next), b.CreateNot(is_infinite(from)));
  EmitRaise(scalars, overflows, 8 * dtype.size(), kOverflow);
  return b.CreateBitCast(next, x()->getType());
}

}  // namespace broadloom

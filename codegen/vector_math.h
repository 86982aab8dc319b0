// The builder of ir/expansions.h that emits. Internal to codegen.
#ifndef BROADLOOM_CODEGEN_VECTOR_MATH_H_
#define BROADLOOM_CODEGEN_VECTOR_MATH_H_

#include <algorithm>
#include <span>
#include <vector>

#include "codegen/lanes.h"
#include "codegen/rarely.h"
#include "codegen/scalar_ops.h"
#include "llvm/IR/Intrinsics.h"

namespace broadloom {

template <bool wide>
struct VectorMath {
  using Value = llvm::Value*;
  using Mask = llvm::Value*;
  using Bits = llvm::Value*;
  using Wide = VectorMath<true>;
  static constexpr bool kWide = wide;
  static constexpr double Magic() { return kWide ? 0x1.8p52 : 0x1.8p23; }

  const ScalarEmitter& scalars;
  llvm::IRBuilder<>& b = scalars.builder;
  DType dtype = kWide ? DType::kFloat64 : DType::kFloat32;
  llvm::Type* type = scalars.TypeOf(dtype);
  llvm::Type* integer = type->getWithNewType(b.getIntNTy(kWide ? 64 : 32));

  // Rounded to the type first: LLVM would round a constant the same way, but may not be asked to.
  Value Number(double value) const {
    return llvm::ConstantFP::get(type, kWide ? value : static_cast<float>(value));
  }
  int Integer(Value constant) const {
    const auto* number = llvm::cast<llvm::Constant>(constant);
    if (type->isVectorTy()) number = number->getSplatValue();
    return static_cast<int>(llvm::cast<llvm::ConstantFP>(number)->getValueAPF().convertToDouble());
  }
  Value Add(Value x, Value y) const { return b.CreateFAdd(x, y); }
  Value Subtract(Value x, Value y) const { return b.CreateFSub(x, y); }
  Value Multiply(Value x, Value y) const { return b.CreateFMul(x, y); }
  Value Divide(Value x, Value y) const { return b.CreateFDiv(x, y); }
  Value Negate(Value x) const { return b.CreateFNeg(x); }
  Value Fma(Value x, Value y, Value z) const {
    return b.CreateIntrinsic(llvm::Intrinsic::fma, {type}, {x, y, z});
  }
  Value Abs(Value x) const { return b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, x); }
  Value Sqrt(Value x) const { return b.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, x); }
  Value CopySign(Value magnitude, Value sign) const { return b.CreateCopySign(magnitude, sign); }

  Mask Less(Value x, Value y) const { return b.CreateFCmpOLT(x, y); }
  Mask Equal(Value x, Value y) const { return b.CreateFCmpOEQ(x, y); }
  Mask Not(Mask x) const { return b.CreateNot(x); }
  Mask Both(Mask x, Mask y) const { return b.CreateAnd(x, y); }
  Mask Either(Mask x, Mask y) const { return b.CreateOr(x, y); }
  Value Select(Mask mask, Value x, Value y) const { return b.CreateSelect(mask, x, y); }

  Bits AsBits(Value x) const { return b.CreateBitCast(x, integer); }
  Value FromBits(Bits x) const { return b.CreateBitCast(x, type); }
  Bits NumberBits(uint64_t value) const {
    return llvm::ConstantInt::get(integer, kWide ? value : static_cast<uint32_t>(value));
  }
  Bits Plus(Bits x, Bits y) const { return b.CreateAdd(x, y); }
  Bits Minus(Bits x, Bits y) const { return b.CreateSub(x, y); }
  Bits And(Bits x, Bits y) const { return b.CreateAnd(x, y); }
  Bits Or(Bits x, Bits y) const { return b.CreateOr(x, y); }
  Bits Xor(Bits x, Bits y) const { return b.CreateXor(x, y); }
  template <int by>
  Bits ShiftLeft(Bits x) const {
    return b.CreateShl(x, by);
  }
  template <int by>
  Bits ShiftRight(Bits x) const {
    return b.CreateLShr(x, by);
  }
  Mask Below(Bits x, Bits y) const { return b.CreateICmpSLT(x, y); }
  Mask TopBit(Bits x) const { return b.CreateICmpSLT(x, llvm::Constant::getNullValue(integer)); }
  // AVX-512 tests any bit, AVX2 blends by the top one.
  Mask IsOdd(Bits x) const {
    if (scalars.vector_bytes < 64) return TopBit(ShiftLeft<kWide ? 63 : 31>(x));
    return b.CreateICmpNE(And(x, NumberBits(1)), NumberBits(0));
  }

  Value FromInteger(Bits x) const { return b.CreateSIToFP(x, type); }
  Value Lookup(Bits x, std::span<const double, 16> table) const {
    return EmitLookup(scalars, x, table);
  }

  // Two registers of results at a time: more numbers of float64 would not find registers.
  template <typename F, typename... Operands>
  Value Widely(F f, Operands... x) const {
    const int lanes = std::min(scalars.width, scalars.vector_bytes / 2);
    ScalarEmitter part = scalars;
    part.width = lanes;
    VectorMath<true> numbers{part};
    const auto widen = [&](Value all, int first) {
      return b.CreateFPExt(EmitLanes(b, all, first, lanes), numbers.type);
    };
    std::vector<Value> parts;
    for (int first = 0; first < scalars.width; first += lanes)
      parts.push_back(
          b.CreateFPTrunc(f(numbers, widen(x, first)...), part.TypeOf(DType::kFloat32)));
    return EmitJoined(b, parts);
  }

  Value Call(Op op, Value x) const { return EmitSleef(scalars, op, {{x, dtype}}); }
  Value Call(Op op, Value x, Value y) const {
    return EmitSleef(scalars, op, {{x, dtype}, {y, dtype}});
  }

  Value Special(Op op, Value x) const { return EmitSpecial(scalars, op, {x}); }
  Value Special(Op op, Value x, Value y) const { return EmitSpecial(scalars, op, {x, y}); }

  // What is rare stands in a block of its own, which few vectors enter. The builder goes on in the
  // block after it.
  template <typename Special>
  Value Rarely(Mask mask, Value value, Special special) const {
    llvm::AllocaInst* merged = EmitVariable(b, type, "rare");
    b.CreateStore(value, merged);
    EmitRarely(scalars, mask, 8 * dtype.size(),
               [&] { b.CreateStore(Select(mask, special(), value), merged); });
    return b.CreateLoad(type, merged);
  }
};

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_VECTOR_MATH_H_

// The builder of ir/expansions.h that emits. Internal to codegen.
#ifndef BROADLOOM_CODEGEN_VECTOR_MATH_H_
#define BROADLOOM_CODEGEN_VECTOR_MATH_H_

#include "codegen/scalar_ops.h"
#include "llvm/IR/Intrinsics.h"

namespace broadloom {

template <bool wide>
struct VectorMath {
  using Value = llvm::Value*;
  static constexpr bool kWide = wide;
  static constexpr double Magic() { return kWide ? 0x1.8p52 : 0x1.8p23; }

  const ScalarEmitter& scalars;
  llvm::IRBuilder<>& b = scalars.builder;
  DType dtype = kWide ? DType::kFloat64 : DType::kFloat32;
  llvm::Type* type = scalars.TypeOf(dtype);

  // Rounded to the type first: LLVM would round a constant the same way, but may not be asked to.
  Value Number(double value) const {
    return llvm::ConstantFP::get(type, kWide ? value : static_cast<float>(value));
  }
  Value Add(Value x, Value y) const { return b.CreateFAdd(x, y); }
  Value Subtract(Value x, Value y) const { return b.CreateFSub(x, y); }
  Value Multiply(Value x, Value y) const { return b.CreateFMul(x, y); }
  Value Fma(Value x, Value y, Value z) const {
    return b.CreateIntrinsic(llvm::Intrinsic::fma, {type}, {x, y, z});
  }
  Value Abs(Value x) const { return b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, x); }
  Value Sqrt(Value x) const { return b.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, x); }
  Value CopySign(Value magnitude, Value sign) const { return b.CreateCopySign(magnitude, sign); }
  Value Less(Value x, Value y) const { return b.CreateFCmpOLT(x, y); }
  Value Select(Value mask, Value x, Value y) const { return b.CreateSelect(mask, x, y); }
  Value Call(Op op, Value x) const { return EmitSleef(scalars, op, {{x, dtype}}); }
  Value CallWide(Op op, Value x) const {
    const broadloom::Value exact = scalars.Cast({x, dtype}, DType::kFloat64);
    return scalars.Cast({EmitSleef(scalars, op, {exact}), DType::kFloat64}, dtype).llvm;
  }

  Value Scaled(Value x, Value magic, int by) const {
    constexpr int kBits = kWide ? 64 : 32, kBias = kWide ? 1023 : 127, kMantissa = kWide ? 52 : 23;
    constexpr int64_t kHalf = int64_t{1} << (kBits - 20);  // keeps the shifted number positive
    llvm::Type* integer = type->getWithNewType(b.getIntNTy(kBits));
    const auto whole = [&](int64_t value) {
      return llvm::ConstantInt::get(integer, value, /*IsSigned=*/true);
    };
    const auto bits = [&](Value value) { return b.CreateBitCast(value, integer); };
    Value n = b.CreateSub(bits(magic), b.CreateSub(bits(Number(Magic())), whole(by)));
    Value first = b.CreateSub(b.CreateLShr(b.CreateAdd(n, whole(2 * kHalf)), 1), whole(kHalf));
    const auto power = [&](Value k) {
      return b.CreateBitCast(b.CreateShl(b.CreateAdd(k, whole(kBias)), kMantissa), type);
    };
    return b.CreateFMul(b.CreateFMul(x, power(first)), power(b.CreateSub(n, first)));
  }
};

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_VECTOR_MATH_H_

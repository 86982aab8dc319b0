// C's fmod of many numbers at once.
//
// Of normal numbers whose quotient is at most 2^52, the rounded quotient without its fraction is
// the true one's whole part or the next whole number: rounding keeps the order, and whole numbers
// that small are doubles. Then x - q y is a double, too - a multiple of the smaller of the units of
// x and y, and not larger than either - so that one fma has it without an error. float32 goes by
// float64, where all of its numbers are normal. The library does what is left.
#include "codegen/rarely.h"
#include "llvm/IR/Intrinsics.h"

namespace broadloom {
namespace {

constexpr int64_t kInfinity = int64_t{0x7FF} << 52, kLeastNormal = int64_t{1} << 52;
constexpr int64_t kMostApart = int64_t{52} << 52;  // of the bits, by which a quotient is <= 2^52

// Of float64.
struct Fmod {
  llvm::IRBuilder<>& b;
  llvm::Value *x, *y;

  llvm::Value* Magnitude(llvm::Value* value) const {
    return b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, value);
  }
  llvm::Value* Bits(llvm::Value* value) const {
    return b.CreateBitCast(value, value->getType()->getWithNewType(b.getInt64Ty()));
  }
  llvm::Value* Quick(llvm::Value* is_quick) const;
};

// Other lanes divide 1 by 1, as they are to raise no flag.
llvm::Value* Fmod::Quick(llvm::Value* is_quick) const {
  llvm::Constant* const one = llvm::ConstantFP::get(x->getType(), 1);
  llvm::Value* const above = b.CreateSelect(is_quick, Magnitude(x), one);
  llvm::Value* const below = b.CreateSelect(is_quick, Magnitude(y), one);
  llvm::Value* const whole =
      b.CreateUnaryIntrinsic(llvm::Intrinsic::trunc, b.CreateFDiv(above, below));
  llvm::Value* const rest =
      b.CreateIntrinsic(llvm::Intrinsic::fma, {x->getType()}, {b.CreateFNeg(whole), below, above});
  llvm::Value* const too_far = b.CreateFCmpOLT(rest, llvm::ConstantFP::get(x->getType(), 0));
  return b.CreateBinaryIntrinsic(llvm::Intrinsic::copysign,
                                 b.CreateSelect(too_far, b.CreateFAdd(rest, below), rest), x);
}

}  // namespace

llvm::Value* EmitFmod(const ScalarEmitter& emitter, DType dtype, llvm::Value* x, llvm::Value* y) {
  llvm::IRBuilder<>& b = emitter.builder;
  const bool is_double = dtype == DType::kFloat64;
  llvm::Type* const type = emitter.TypeOf(DType::kFloat64);
  const Fmod wide{b, is_double ? x : b.CreateFPExt(x, type),
                  is_double ? y : b.CreateFPExt(y, type)};
  llvm::Value* const above = wide.Bits(wide.Magnitude(wide.x));
  llvm::Value* const below = wide.Bits(wide.Magnitude(wide.y));
  const auto bits = [&](int64_t value) { return llvm::ConstantInt::get(above->getType(), value); };

  llvm::Value* const is_less = b.CreateICmpSLT(above, below);  // then it is x, but of NaN
  llvm::Value* const is_kept = b.CreateAnd(is_less, b.CreateICmpSLE(below, bits(kInfinity)));
  llvm::Value* const is_near = b.CreateICmpSLE(b.CreateSub(above, below), bits(kMostApart));
  llvm::Value* const are_normal = b.CreateAnd(b.CreateICmpSLT(above, bits(kInfinity)),
                                              b.CreateICmpSGE(below, bits(kLeastNormal)));
  llvm::Value* const is_quick = b.CreateAnd(b.CreateNot(is_less), b.CreateAnd(is_near, are_normal));
  llvm::Value* result = b.CreateSelect(is_quick, wide.Quick(is_quick), wide.x);
  if (!is_double) result = b.CreateFPTrunc(result, x->getType());

  llvm::BasicBlock *rare = nullptr, *usual = b.GetInsertBlock();
  llvm::Value* slow = nullptr;
  EmitRarely(emitter, b.CreateNot(b.CreateOr(is_kept, is_quick)), 64, [&] {
    usual = b.GetInsertBlock()->getSinglePredecessor();
    slow = EmitEach(emitter, is_double ? "fmod" : "fmodf", {x, y});
    rare = b.GetInsertBlock();
  });
  llvm::PHINode* const either = b.CreatePHI(x->getType(), 2, "fmod");
  either->addIncoming(result, usual);
  either->addIncoming(slow, rare);
  return either;
}

}  // namespace broadloom

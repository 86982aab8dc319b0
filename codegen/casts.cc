// NumPy's astype on x86-64. Out of range and NaN have the results of the CPU's cvtt instructions:
// fptosi itself would be poison there. Where a processor lacks the instruction it is made from
// selects.
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

#include "codegen/lanes.h"
#include "codegen/rarely.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicsX86.h"

namespace broadloom {
namespace {

using Builder = llvm::IRBuilder<>;

llvm::Type* Like(llvm::Value* value, llvm::Type* element) {
  if (auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(value->getType())) {
    return llvm::FixedVectorType::get(element, vector->getNumElements());
  }
  return element;
}

// An integer, and the lanes in which it is that number.
struct Truncated {
  llvm::Value* integer;
  llvm::Value* fits;
};

// cvttsd2si to `bits` bits: the smallest integer where the value does not fit.
Truncated Truncate(Builder& b, llvm::Value* x, int bits) {
  const double limit = std::ldexp(1.0, bits - 1);
  const auto constant = [&](double value) { return llvm::ConstantFP::get(x->getType(), value); };
  // -2^31 - 0.5 still truncates to -2^31.
  llvm::Value* above =
      bits == 32 ? b.CreateFCmpOGT(x, constant(-limit - 1)) : b.CreateFCmpOGE(x, constant(-limit));
  llvm::Value* fits = b.CreateAnd(above, b.CreateFCmpOLT(x, constant(limit)));
  llvm::Type* integer = Like(x, b.getIntNTy(bits));
  llvm::Value* converted = b.CreateFPToSI(b.CreateSelect(fits, x, constant(0)), integer);
  llvm::Value* smallest = llvm::ConstantInt::get(integer, llvm::APInt::getSignedMinValue(bits));
  return {b.CreateSelect(fits, converted, smallest), fits};
}

// Unsigned of the same size: values of the upper half are moved down and back by the top bit.
Truncated TruncateUnsigned(Builder& b, llvm::Value* x, int bits) {
  llvm::Value* half = llvm::ConstantFP::get(x->getType(), std::ldexp(1.0, bits - 1));
  llvm::Value* upper = b.CreateFCmpOGE(x, half);
  const Truncated low = Truncate(b, x, bits);
  const Truncated high = Truncate(b, b.CreateFSub(x, half), bits);
  llvm::Value* top = llvm::ConstantInt::get(low.integer->getType(), llvm::APInt::getSignMask(bits));
  return {b.CreateSelect(upper, b.CreateXor(high.integer, top), low.integer),
          b.CreateSelect(upper, high.fits, low.fits)};
}

// A conversion of the lanes of one register to signed integers.
struct Cvtt {
  llvm::Intrinsic::ID id;
  int lanes;
  bool has_mask;
};

std::optional<Cvtt> CvttOf(bool from_double, int bits, int vector_bytes) {
  if (vector_bytes < 64) {
    if (bits == 64) return std::nullopt;
    return from_double ? Cvtt{llvm::Intrinsic::x86_avx_cvtt_pd2dq_256, 4, false}
                       : Cvtt{llvm::Intrinsic::x86_avx_cvtt_ps2dq_256, 8, false};
  }
  if (bits == 64)
    return Cvtt{from_double ? llvm::Intrinsic::x86_avx512_mask_cvttpd2qq_512
                            : llvm::Intrinsic::x86_avx512_mask_cvttps2qq_512,
                8, true};
  return from_double ? Cvtt{llvm::Intrinsic::x86_avx512_mask_cvttpd2dq_512, 8, true}
                     : Cvtt{llvm::Intrinsic::x86_avx512_mask_cvttps2dq_512, 16, true};
}

// Somebody who wants the register: LLVM deletes what has no use, and with it the flag.
void KeepFlag(Builder& b, llvm::Value* x) {
  auto* const type = llvm::FunctionType::get(b.getVoidTy(), {x->getType()}, false);
  b.CreateCall(llvm::InlineAsm::get(type, "", "x", /*hasSideEffects=*/true), {x});
}

llvm::Value* EmitCvtt(Builder& b, const Cvtt& cvtt, llvm::Value* x, int bits) {
  if (!cvtt.has_mask) return b.CreateIntrinsic(cvtt.id, {}, {x});
  constexpr int kCurrentRounding = 4;
  llvm::Value* none = llvm::Constant::getNullValue(
      llvm::FixedVectorType::get(b.getIntNTy(bits), static_cast<unsigned>(cvtt.lanes)));
  return b.CreateIntrinsic(cvtt.id, {},
                           {x, none, llvm::Constant::getAllOnesValue(b.getIntNTy(cvtt.lanes)),
                            b.getInt32(kCurrentRounding)});
}

// Register by register; what is narrower is filled up with zeros.
llvm::Value* TruncateBy(const ScalarEmitter& scalars, const Cvtt& cvtt, llvm::Value* x, int bits) {
  Builder& b = scalars.builder;
  const int width = scalars.width;
  const auto convert = [&](llvm::Value* one) {
    llvm::Value* const integers = EmitCvtt(b, cvtt, one, bits);
    KeepFlag(b, integers);
    return integers;
  };
  if (width < cvtt.lanes) {
    llvm::Type* element = x->getType()->getScalarType();
    llvm::Value* zeros =
        llvm::Constant::getNullValue(llvm::FixedVectorType::get(element, cvtt.lanes));
    if (width == 1) {
      x = b.CreateInsertElement(zeros, x, uint64_t{0});
      return b.CreateExtractElement(convert(x), uint64_t{0});
    }
    std::vector<int> filled(cvtt.lanes, width);  // the first zero
    std::iota(filled.begin(), filled.begin() + width, 0);
    x = b.CreateShuffleVector(x, llvm::Constant::getNullValue(x->getType()), filled);
    return EmitLanes(b, convert(x), 0, width);
  }
  std::vector<llvm::Value*> parts;
  for (int first = 0; first < width; first += cvtt.lanes)
    parts.push_back(convert(EmitLanes(b, x, first, cvtt.lanes)));
  return EmitJoined(b, std::move(parts));
}

// Raises invalid as the CPU's own conversion does.
llvm::Value* FloatToInteger(const ScalarEmitter& scalars, llvm::Value* x, DType to) {
  Builder& b = scalars.builder;
  const int bits = to == DType::kInt64 || to == DType::kUInt64 ? 64 : 32;
  const bool is_unsigned = to == DType::kUInt64 || to == DType::kUInt32;
  llvm::Type* integer = Like(x, b.getIntNTy(8 * to.size()));
  const bool from_double = x->getType()->getScalarType()->isDoubleTy();
  const std::optional<Cvtt> cvtt = CvttOf(from_double, bits, scalars.vector_bytes);
  if (cvtt.has_value() && !is_unsigned)
    return EmitTruncated(scalars, TruncateBy(scalars, *cvtt, x, bits), integer->getScalarType());
  x = b.CreateFPCast(x, Like(x, b.getDoubleTy()));  // exact
  const Truncated result = is_unsigned ? TruncateUnsigned(b, x, bits) : Truncate(b, x, bits);
  EmitRaise(scalars, b.CreateNot(result.fits), 64, kInvalid);
  return b.CreateTrunc(result.integer, integer);
}

// A half is its bits, in i16.
llvm::Value* WidenHalf(Builder& b, llvm::Value* bits, DType half) {
  if (half == DType::kFloat16)
    return b.CreateFPExt(b.CreateBitCast(bits, Like(bits, b.getHalfTy())),
                         Like(bits, b.getFloatTy()));
  llvm::Value* wide = b.CreateZExt(bits, Like(bits, b.getInt32Ty()));
  return b.CreateBitCast(b.CreateShl(wide, 16), Like(bits, b.getFloatTy()));
}

}  // namespace

llvm::Value* EmitNarrowedToOdd(Builder& b, llvm::Value* x) {
  llvm::Type* integer = Like(x, b.getInt32Ty());
  const auto whole = [&](int64_t value) { return llvm::ConstantInt::get(integer, value); };
  const auto magnitude = [&](llvm::Value* value) {
    return b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, value);
  };
  llvm::Value* nearest = b.CreateFPTrunc(x, Like(x, b.getFloatTy()));
  llvm::Value* back = b.CreateFPExt(nearest, x->getType());
  llvm::Value* bits = b.CreateBitCast(nearest, integer);
  llvm::Value* even = b.CreateICmpEQ(b.CreateAnd(bits, whole(1)), whole(0));
  llvm::Value* adjusts = b.CreateAnd(even, b.CreateFCmpONE(back, x));  // exact and NaN stay
  llvm::Value* grows = b.CreateFCmpOGT(magnitude(x), magnitude(back));
  llvm::Value* neighbour = b.CreateAdd(bits, b.CreateSelect(grows, whole(1), whole(-1)));
  return b.CreateBitCast(b.CreateSelect(adjusts, neighbour, bits), nearest->getType());
}

namespace {

llvm::Value* NarrowToFloat16(Builder& b, llvm::Value* x) {
  if (x->getType()->getScalarType()->isDoubleTy()) x = EmitNarrowedToOdd(b, x);
  return b.CreateBitCast(b.CreateFPTrunc(x, Like(x, b.getHalfTy())), Like(x, b.getInt16Ty()));
}

// To nearest, ties to even, by adding to the bits; the NaNs that would become infinities stay NaN.
llvm::Value* NarrowToBFloat16(const ScalarEmitter& scalars, llvm::Value* x) {
  Builder& b = scalars.builder;
  x = b.CreateFPCast(x, Like(x, b.getFloatTy()));
  llvm::Type* integer = Like(x, b.getInt32Ty());
  const auto whole = [&](int64_t value) { return llvm::ConstantInt::get(integer, value); };
  llvm::Value* bits = b.CreateBitCast(x, integer);
  llvm::Value* top = b.CreateLShr(bits, 16);
  llvm::Value* half_way = b.CreateAdd(b.CreateAnd(top, whole(1)), whole(0x7fff));
  llvm::Value* rounded = b.CreateLShr(b.CreateAdd(bits, half_way), 16);
  llvm::Value* beyond = b.CreateSub(b.CreateAnd(bits, whole(0x7fffffff)), whole(0x7f7f8000));
  EmitRaise(scalars, b.CreateICmpULT(beyond, whole(0x8000)), 32, kOverflow);
  llvm::Value* kept = b.CreateSelect(b.CreateFCmpUNO(x, x), b.CreateOr(top, whole(0x40)), rounded);
  return b.CreateTrunc(kept, Like(x, b.getInt16Ty()));
}

}  // namespace

Value ScalarEmitter::Cast(Value value, DType to) const {
  if (value.dtype == to) return value;
  if (value.dtype.is_half()) {
    const Value wide = {WidenHalf(builder, value.llvm, value.dtype), DType::kFloat32};
    if (value.dtype != DType::kFloat16 || to != DType::kUInt32) return Cast(wide, to);
    return Cast(Cast(wide, DType::kInt64), to);  // NumPy has no vector loop for it
  }
  if (to.is_half()) {
    if (!value.dtype.is_floating()) value = Cast(value, DType::kFloat32);
    return {to == DType::kFloat16 ? NarrowToFloat16(builder, value.llvm)
                                  : NarrowToBFloat16(*this, value.llvm),
            to};
  }
  Builder& b = builder;
  const DType from = value.dtype;
  llvm::Value* x = value.llvm;
  llvm::Type* type = TypeOf(to);
  if (to.is_bool()) {
    llvm::Constant* zero = llvm::Constant::getNullValue(x->getType());
    return {from.is_floating() ? b.CreateFCmpUNE(x, zero) : b.CreateICmpNE(x, zero), to};
  }
  if (from.is_floating() && to.is_floating()) return {b.CreateFPCast(x, type), to};
  if (from.is_floating()) return {FloatToInteger(*this, x, to), to};
  if (to.is_floating())
    return {from.is_signed() ? b.CreateSIToFP(x, type) : b.CreateUIToFP(x, type), to};
  if (to.size() < from.size()) return {EmitTruncated(*this, x, type->getScalarType()), to};
  return {from.is_signed() ? b.CreateSExt(x, type) : b.CreateZExt(x, type), to};
}

}  // namespace broadloom

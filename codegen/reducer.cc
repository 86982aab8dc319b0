// What each reduction does with an element.
#include "codegen/reducer.h"

#include "llvm/IR/Intrinsics.h"

namespace broadloom {
namespace {

bool IsArg(Op op) { return op == Op::k_argmin || op == Op::k_argmax; }
bool IsMin(Op op) { return op == Op::k_min || op == Op::k_argmin; }
bool IsExtremum(Op op) { return op == Op::k_min || op == Op::k_max || IsArg(op); }

llvm::Type* Widen(llvm::Type* element, int width) {
  return width == 1 ? element : llvm::FixedVectorType::get(element, width);
}

}  // namespace

Reducer::Reducer(BodyEmitter& emitter, NodeId reduce, int width, Indices indices)
    : emitter_(emitter),
      id_(reduce),
      op_(emitter.body().node(reduce).op),
      width_(width),
      ordered_(emitter.body().node(reduce).info().Is(kOrdered)),
      indices_(indices) {
  const Node& node = emitter.body().node(reduce);
  operand_ = IsArg(op_) ? emitter.body().node(node.inputs[0]).dtype() : node.dtype();
}

// Lanes as wide as the elements: all ones while all were numbers, then 0.
DType Reducer::NanMask() const { return operand_.size() == 8 ? DType::kInt64 : DType::kInt32; }

bool Reducer::TakesNumbers() const {
  return operand_.is_floating() &&
         (indices_ == Indices::kNumbers || indices_ == Indices::kNarrowNumbers);
}

Reducer Reducer::AtWidth(int width) const { return Reducer(emitter_, id_, width, indices_); }

std::vector<DType> Reducer::PartDTypes() const {
  if (IsArg(op_) && TakesNumbers()) return {operand_, IndexType(), NanMask()};
  if (IsArg(op_)) return {operand_, IndexType()};
  if (TracksNan()) return {operand_, NanMask()};
  return {operand_};
}

std::vector<llvm::Type*> Reducer::PartTypes() const {
  std::vector<llvm::Type*> types;
  for (DType dtype : PartDTypes())
    types.push_back(Widen(ElementType(emitter_.builder().getContext(), dtype), width_));
  return types;
}

// The value that any element beats or equals.
llvm::Value* Reducer::Limit() const {
  const ScalarEmitter scalars = emitter_.Scalars(width_);
  if (operand_.is_floating()) {
    return llvm::ConstantFP::getInfinity(scalars.TypeOf(operand_), /*Negative=*/!IsMin(op_));
  }
  const int bits = operand_.is_bool() ? 1 : 8 * operand_.size();
  llvm::APInt limit = operand_.is_signed() ? (IsMin(op_) ? llvm::APInt::getSignedMaxValue(bits)
                                                         : llvm::APInt::getSignedMinValue(bits))
                                           : (IsMin(op_) ? llvm::APInt::getMaxValue(bits)
                                                         : llvm::APInt::getMinValue(bits));
  return llvm::ConstantInt::get(scalars.TypeOf(operand_), limit);
}

Parts Reducer::Identity() const {
  const std::vector<llvm::Type*> types = PartTypes();
  if (IsArg(op_)) return IndexIdentity();
  if (TracksNan()) return {Limit(), llvm::Constant::getAllOnesValue(types[1])};
  if (IsExtremum(op_)) return {Limit()};
  if (op_ == Op::k_all) return {llvm::Constant::getAllOnesValue(types[0])};
  if (op_ == Op::k_prod)
    return {emitter_.Scalars(width_).Constant(MakeIntScalar(operand_, 1)).llvm};
  return {llvm::Constant::getNullValue(types[0])};
}

Parts Reducer::Element(Value element, llvm::Value* index) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  if (IsArg(op_) && TakesNumbers())
    return {element.llvm, index, b.CreateFCmpORD(element.llvm, element.llvm)};
  if (IsArg(op_)) return {element.llvm, index};
  if (TracksNan()) return {element.llvm, b.CreateFCmpORD(element.llvm, element.llvm)};
  return {element.llvm};
}

Parts Reducer::ElementPair(Value first, Value second) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  return {Further(first.llvm, second.llvm), b.CreateFCmpORD(first.llvm, second.llvm)};
}

bool Reducer::NeedsIndex() const { return IsArg(op_); }

bool Reducer::TracksNan() const {
  return IsExtremum(op_) && !IsArg(op_) && operand_.is_floating() &&
         emitter_.MayBeNan(emitter_.body().node(id_).inputs[0]);
}

// One maxps: the newer operand where either is NaN, which is remembered apart.
llvm::Value* Reducer::Further(llvm::Value* older, llvm::Value* newer) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Value* beyond = IsMin(op_) ? b.CreateFCmpOLT(older, newer) : b.CreateFCmpOGT(older, newer);
  return b.CreateSelect(beyond, older, newer);
}

Parts Reducer::Combine(const Parts& older, const Parts& newer) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  if (IsArg(op_)) return CombineIndices(older, newer);
  const bool floating = operand_.is_floating();
  const llvm::IRBuilder<>::FastMathFlagGuard guard(b);
  b.setFastMathFlags(emitter_.Scalars(width_).FlagsOf(op_));
  switch (op_) {
    case Op::k_sum:
      if (operand_.is_bool()) return {b.CreateOr(older[0], newer[0])};
      return {floating ? b.CreateFAdd(older[0], newer[0]) : b.CreateAdd(older[0], newer[0])};
    case Op::k_prod:
      if (operand_.is_bool()) return {b.CreateAnd(older[0], newer[0])};
      return {floating ? b.CreateFMul(older[0], newer[0]) : b.CreateMul(older[0], newer[0])};
    case Op::k_any: return {b.CreateOr(older[0], newer[0])};
    case Op::k_all: return {b.CreateAnd(older[0], newer[0])};
    default: break;
  }
  if (operand_.is_bool())
    return {IsMin(op_) ? b.CreateAnd(older[0], newer[0]) : b.CreateOr(older[0], newer[0])};
  if (floating && !TracksNan()) return {Further(older[0], newer[0])};
  if (floating) {
    // Of an element it is a bit whether it is a number: one move behind a mask.
    llvm::Value* const none = llvm::Constant::getNullValue(older[1]->getType());
    return {Further(older[0], newer[0]), newer[1]->getType()->isIntOrIntVectorTy(1)
                                             ? b.CreateSelect(newer[1], older[1], none)
                                             : b.CreateAnd(older[1], newer[1])};
  }
  llvm::Intrinsic::ID id = operand_.is_signed()
                               ? (IsMin(op_) ? llvm::Intrinsic::smin : llvm::Intrinsic::smax)
                               : (IsMin(op_) ? llvm::Intrinsic::umin : llvm::Intrinsic::umax);
  return {b.CreateBinaryIntrinsic(id, older[0], newer[0])};
}

Parts Reducer::Select(llvm::Value* mask, const Parts& yes, const Parts& no) const {
  Parts result;
  for (size_t i = 0; i < yes.size(); ++i)
    result.push_back(emitter_.builder().CreateSelect(mask, yes[i], no[i]));
  return result;
}

Value Reducer::Finish(const Parts& parts) const {
  if (IsArg(op_)) {
    llvm::Type* wide = Widen(emitter_.builder().getInt64Ty(), width_);
    return {emitter_.builder().CreateZExt(parts[1], wide), DType::kInt64};
  }
  if (parts.size() == 1) return {parts[0], operand_};
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Value* has_nan =
      b.CreateICmpEQ(parts[1], llvm::Constant::getNullValue(parts[1]->getType()));
  llvm::Value* nan = llvm::ConstantFP::getNaN(parts[0]->getType());
  return {b.CreateSelect(has_nan, nan, parts[0]), operand_};
}

Parts Reducer::FoldLanes(const Parts& parts) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  Parts folded = parts;
  for (int width = width_ / 2; width >= 1; width /= 2) {
    Parts low, high;
    std::vector<int> low_lanes(width), high_lanes(width);
    for (int i = 0; i < width; ++i) {
      low_lanes[i] = i;
      high_lanes[i] = width + i;
    }
    for (llvm::Value* part : folded) {
      low.push_back(width > 1 ? b.CreateShuffleVector(part, low_lanes)
                              : b.CreateExtractElement(part, uint64_t{0}));
      high.push_back(width > 1 ? b.CreateShuffleVector(part, high_lanes)
                               : b.CreateExtractElement(part, uint64_t{1}));
    }
    const Reducer narrower = AtWidth(width);
    folded = IsArg(op_) ? narrower.FoldIndices(low, high) : narrower.Combine(low, high);
  }
  return folded;
}

}  // namespace broadloom

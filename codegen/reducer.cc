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

// Lanes as wide as the elements, 0 or all ones: what a vector comparison leaves in a register.
DType Reducer::NanMask() const { return operand_.size() == 4 ? DType::kInt32 : DType::kInt64; }

DType Reducer::IndexType() const {
  return indices_ == Indices::kNarrowInSequence ? DType::kInt32 : DType::kInt64;
}

Reducer Reducer::AtWidth(int width) const { return Reducer(emitter_, id_, width, indices_); }

std::vector<DType> Reducer::PartDTypes() const {
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
  if (IsArg(op_) && indices_ != Indices::kAny)
    return {Limit(), llvm::Constant::getNullValue(types[1])};
  if (IsArg(op_)) return {Limit(), llvm::Constant::getAllOnesValue(types[1])};
  if (TracksNan()) return {Limit(), llvm::Constant::getNullValue(types[1])};
  if (IsExtremum(op_)) return {Limit()};
  if (op_ == Op::k_all) return {llvm::Constant::getAllOnesValue(types[0])};
  if (op_ == Op::k_prod)
    return {emitter_.Scalars(width_).Constant(MakeIntScalar(operand_, 1)).llvm};
  return {llvm::Constant::getNullValue(types[0])};
}

Parts Reducer::Element(Value element, llvm::Value* index) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  if (IsArg(op_)) return {element.llvm, index};
  if (TracksNan()) {
    llvm::Value* nan = b.CreateFCmpUNO(element.llvm, element.llvm);
    return {element.llvm, b.CreateSExt(nan, PartTypes()[1])};
  }
  return {element.llvm};
}

Parts Reducer::ElementPair(Value first, Value second) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Value* nan = b.CreateFCmpUNO(first.llvm, second.llvm);
  Parts pair = Combine(Element(first, nullptr), Element(second, nullptr));
  pair[1] = b.CreateSExt(nan, PartTypes()[1]);
  return pair;
}

// Whether a candidate takes the place of the best so far: it is beyond it, or the first NaN, or
// equal with a smaller index.
llvm::Value* Reducer::Better(const Parts& candidate, const Parts& best) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Value *x = candidate[0], *y = best[0], *beyond, *same;
  if (operand_.is_floating()) {
    llvm::Value *x_nan = b.CreateFCmpUNO(x, x), *y_nan = b.CreateFCmpUNO(y, y);
    beyond = IsMin(op_) ? b.CreateFCmpOLT(x, y) : b.CreateFCmpOGT(x, y);
    beyond = b.CreateOr(beyond, b.CreateAnd(x_nan, b.CreateNot(y_nan)));
    same = b.CreateOr(b.CreateFCmpOEQ(x, y), b.CreateAnd(x_nan, y_nan));
  } else if (operand_.is_signed()) {
    beyond = IsMin(op_) ? b.CreateICmpSLT(x, y) : b.CreateICmpSGT(x, y);
    same = b.CreateICmpEQ(x, y);
  } else {
    beyond = IsMin(op_) ? b.CreateICmpULT(x, y) : b.CreateICmpUGT(x, y);
    same = b.CreateICmpEQ(x, y);
  }
  llvm::Value* none = llvm::Constant::getAllOnesValue(best[1]->getType());
  llvm::Value* first = b.CreateICmpEQ(best[1], none);
  // As unsigned numbers, "none" comes last.
  llvm::Value* earlier = b.CreateAnd(same, b.CreateICmpULT(candidate[1], best[1]));
  return b.CreateAnd(b.CreateOr(b.CreateOr(beyond, earlier), first),
                     b.CreateICmpNE(candidate[1], none));
}

// The same where the candidate's index is larger: also an element that equals the limit finds its
// index, 0, there.
llvm::Value* Reducer::Beyond(const Parts& candidate, const Parts& best) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Value *x = candidate[0], *y = best[0];
  if (operand_.is_floating()) {
    llvm::Value* beyond = IsMin(op_) ? b.CreateFCmpULT(x, y) : b.CreateFCmpUGT(x, y);
    return b.CreateAnd(beyond, b.CreateFCmpORD(y, y));
  }
  if (operand_.is_signed()) return IsMin(op_) ? b.CreateICmpSLT(x, y) : b.CreateICmpSGT(x, y);
  return IsMin(op_) ? b.CreateICmpULT(x, y) : b.CreateICmpUGT(x, y);
}

bool Reducer::NeedsIndex() const { return IsArg(op_); }

bool Reducer::TracksNan() const { return IsExtremum(op_) && !IsArg(op_) && operand_.is_floating(); }

Parts Reducer::Combine(const Parts& older, const Parts& newer) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  if (IsArg(op_))
    return Select(indices_ == Indices::kAny ? Better(newer, older) : Beyond(newer, older), newer,
                  older);
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
  if (floating) {
    // One maxps: the newer operand where either is NaN; the NaN itself is remembered apart.
    llvm::Value* beyond =
        IsMin(op_) ? b.CreateFCmpOLT(older[0], newer[0]) : b.CreateFCmpOGT(older[0], newer[0]);
    return {b.CreateSelect(beyond, older[0], newer[0]), b.CreateOr(older[1], newer[1])};
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
      b.CreateICmpNE(parts[1], llvm::Constant::getNullValue(parts[1]->getType()));
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
    folded = AtWidth(width).Combine(low, high);
  }
  return folded;
}

}  // namespace broadloom

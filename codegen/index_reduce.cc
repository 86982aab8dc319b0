// argmin and argmax. A walk in sequence keeps in each lane the first of its best elements; lanes
// then compare indices as well. Elements are taken for numbers at first: NaNs, which are beyond all
// others, cost as much as the rest of the comparison.
#include <cstdint>
#include <utility>

#include "codegen/reducer.h"
#include "llvm/IR/Intrinsics.h"

namespace broadloom {
namespace {

bool IsMin(Op op) { return op == Op::k_argmin; }

// Then elements are computed once, and their code is emitted once.
bool IsCostly(const Graph& body) {
  for (NodeId id = 0; id < body.size(); ++id) {
    if (body.node(id).info().Is(kCostly)) return true;
  }
  return false;
}

}  // namespace

// In sequence: also an element that equals the limit finds its index. It is the best only where all
// equal it, and then the first one is 0.
Parts Reducer::IndexIdentity() const {
  const std::vector<llvm::Type*> types = PartTypes();
  if (indices_ == Indices::kAny) return {Limit(), llvm::Constant::getAllOnesValue(types[1])};
  Parts parts = {Limit(), llvm::Constant::getNullValue(types[1])};
  if (TakesNumbers()) parts.push_back(llvm::Constant::getAllOnesValue(types[2]));
  return parts;
}

llvm::Value* Reducer::IsFurther(llvm::Value* x, llvm::Value* y) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  if (operand_.is_floating()) return IsMin(op_) ? b.CreateFCmpOLT(x, y) : b.CreateFCmpOGT(x, y);
  if (operand_.is_signed()) return IsMin(op_) ? b.CreateICmpSLT(x, y) : b.CreateICmpSGT(x, y);
  return IsMin(op_) ? b.CreateICmpULT(x, y) : b.CreateICmpUGT(x, y);
}

// Whether a candidate takes the place of the best so far: it is further, or the first NaN, or equal
// with a smaller index.
llvm::Value* Reducer::Better(const Parts& candidate, const Parts& best) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Value *x = candidate[0], *y = best[0], *further = IsFurther(x, y), *same;
  if (operand_.is_floating()) {
    llvm::Value *x_nan = b.CreateFCmpUNO(x, x), *y_nan = b.CreateFCmpUNO(y, y);
    further = b.CreateOr(further, b.CreateAnd(x_nan, b.CreateNot(y_nan)));
    same = b.CreateOr(b.CreateFCmpOEQ(x, y), b.CreateAnd(x_nan, y_nan));
  } else {
    same = b.CreateICmpEQ(x, y);
  }
  llvm::Value* earlier = b.CreateAnd(same, b.CreateICmpULT(candidate[1], best[1]));
  llvm::Value* better = b.CreateOr(further, earlier);
  if (indices_ != Indices::kAny) return better;
  // As unsigned numbers, "none" comes last.
  llvm::Value* none = llvm::Constant::getAllOnesValue(best[1]->getType());
  llvm::Value* first = b.CreateICmpEQ(best[1], none);
  return b.CreateAnd(b.CreateOr(better, first), b.CreateICmpNE(candidate[1], none));
}

// The same where the candidate's index is larger.
llvm::Value* Reducer::Beyond(const Parts& candidate, const Parts& best) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Value *x = candidate[0], *y = best[0];
  if (!operand_.is_floating() || TakesNumbers()) return IsFurther(x, y);
  llvm::Value* beyond = IsMin(op_) ? b.CreateFCmpULT(x, y) : b.CreateFCmpUGT(x, y);
  return b.CreateAnd(beyond, b.CreateFCmpORD(y, y));
}

Parts Reducer::CombineIndices(const Parts& older, const Parts& newer) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Value* better = indices_ == Indices::kAny ? Better(newer, older) : Beyond(newer, older);
  Parts result = Select(better, {newer[0], newer[1]}, {older[0], older[1]});
  if (TakesNumbers())
    result.push_back(
        b.CreateSelect(newer[2], older[2], llvm::Constant::getNullValue(older[2]->getType())));
  return result;
}

Parts Reducer::FoldIndices(const Parts& low, const Parts& high) const {
  return Select(Better(high, low), {high[0], high[1]}, {low[0], low[1]});
}

llvm::Value* Reducer::AllNumbers(const Parts& parts) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  if (!TakesNumbers()) return b.getTrue();
  llvm::Value* all = width_ == 1 ? parts[2] : b.CreateAndReduce(parts[2]);
  return b.CreateICmpNE(all, llvm::Constant::getNullValue(all->getType()));
}

Value EmitIndexReduce(BodyEmitter& emitter, NodeId id, int width, bool folds,
                      absl::FunctionRef<Parts(const Reducer&)> walk) {
  using Indices = Reducer::Indices;
  llvm::IRBuilder<>& b = emitter.builder();
  const Node& walked = emitter.body().node(emitter.body().node(id).inputs[0]);
  const int results = folds ? 1 : width;
  const auto compute = [&](Indices indices) {
    const Reducer reducer(emitter, id, width, indices);
    const Parts total = walk(reducer);
    const Parts folded = folds ? reducer.FoldLanes(total) : total;
    return std::pair(Reducer(emitter, id, results, indices).Finish(folded).llvm,
                     reducer.AllNumbers(total));
  };
  if (IsCostly(emitter.body())) return {compute(Indices::kInSequence).first, DType::kInt64};
  const bool narrow = walked.dtype().size() <= 4;
  llvm::Value* fits = b.getTrue();
  if (narrow) {
    llvm::Value* count = emitter.Int(1);
    for (int64_t axis : emitter.body().node(id).attrs.Ints(AttrName::k_axes)) {
      if (!walked.shape()[axis].is(1)) count = b.CreateMul(count, emitter.Extent(axis));
    }
    fits = b.CreateICmpSLE(count, emitter.Int(INT32_MAX));
  }
  llvm::Type* const type = emitter.MemoryType(DType::kInt64, results);
  llvm::AllocaInst* const result = EmitVariable(b, type, "index");
  llvm::AllocaInst* const done = EmitVariable(b, b.getInt1Ty(), "done");
  const auto attempt = [&](Indices indices) {
    const auto [index, all_numbers] = compute(indices);
    b.CreateStore(index, result);
    b.CreateStore(all_numbers, done);
  };
  b.CreateStore(b.getFalse(), done);
  EmitIf(b, fits, [&](llvm::Instruction* entry) {
    emitter.Deeper(entry, {},
                   [&] { attempt(narrow ? Indices::kNarrowNumbers : Indices::kNumbers); });
  });
  EmitIf(b, b.CreateNot(b.CreateLoad(b.getInt1Ty(), done)), [&](llvm::Instruction* entry) {
    emitter.Deeper(entry, {}, [&] { attempt(Indices::kInSequence); });
  });
  return {b.CreateLoad(type, result), DType::kInt64};
}

}  // namespace broadloom

// Reductions in two phases. An item of the first phase makes `super` additions, 8 times a power of
// two, so that its result is a whole subtree of the order that one thread alone would follow; the
// second phase goes on with the tree.
//
// Lanes: partial results are groups of lanes, [super][reduction part][lane].
// Columns: they are rows of the result, [reduction part][super][column]; the tree of an item is in
// scratch memory, [part][level][column of the block], because all columns of a block advance
// together, 8 rows at a time.
#include "codegen/emit_partial.h"

#include "codegen/emit_kernel.h"
#include "runtime/kernel.h"

namespace broadloom {

llvm::Value* CeilDiv(llvm::IRBuilder<>& b, llvm::Value* count, llvm::Value* size) {
  return b.CreateUDiv(b.CreateSub(b.CreateAdd(count, size), b.getInt64(1)), size);
}

llvm::Value* OuterReduced(BodyEmitter& emitter) {
  llvm::Value* product = emitter.Int(1);
  const Axes& inner = emitter.schedule().inner;
  for (size_t i = 0; i + 1 < inner.size(); ++i)
    product = emitter.builder().CreateMul(product, emitter.Extent(inner[i]));
  return product;
}

std::vector<BodyEmitter::Bound> DecodeReduced(BodyEmitter& emitter, llvm::Value* position,
                                              size_t count) {
  llvm::IRBuilder<>& b = emitter.builder();
  std::vector<BodyEmitter::Bound> bound;
  for (size_t i = count; i-- > 0;) {
    const int axis = static_cast<int>(emitter.schedule().inner[i]);
    bound.push_back({axis, count == 1 ? position : b.CreateURem(position, emitter.Extent(axis))});
    if (count > 1) position = b.CreateUDiv(position, emitter.Extent(axis));
  }
  return bound;
}

llvm::Value* OffsetBy(BodyEmitter& emitter, llvm::Value* base, llvm::Value* bytes) {
  return emitter.builder().CreateGEP(emitter.builder().getInt8Ty(), base, bytes);
}

namespace {

// Chunks of lanes along the last reduced axis.
llvm::Value* Chunks(BodyEmitter& emitter) {
  return CeilDiv(emitter.builder(), emitter.Extent(emitter.schedule().inner.back()),
                 emitter.Int(emitter.schedule().width));
}

void AddElements(BodyEmitter& emitter, Reductions& reductions) {
  for (size_t i = 0; i < reductions.reducers.size(); ++i) {
    const NodeId id = emitter.schedule().reductions[i];
    const Node& node = emitter.body().node(id);
    const int width = reductions.reducers[i].width();
    Value element = emitter.ValueOf(node.inputs[0]);
    if (width > 1) element = emitter.AsVector(element, node.inputs[0]);
    llvm::Value* index = nullptr;
    if (reductions.reducers[i].NeedsIndex()) {
      index = ReducedIndex(emitter, id);
      if (width > 1 && !index->getType()->isVectorTy())
        index = emitter.builder().CreateVectorSplat(width, index);
    }
    const bool masked = emitter.Active() != nullptr && width > 1;
    reductions.accumulators[i].Add(reductions.reducers[i].Element(element, index),
                                   masked ? emitter.Mask() : nullptr);
  }
}

int64_t GroupBytes(const Reductions& reductions) {
  int64_t bytes = 0;
  for (const Reducer& reducer : reductions.reducers) {
    for (DType dtype : reducer.PartDTypes()) bytes += int64_t{reducer.width()} * dtype.size();
  }
  return bytes;
}

// Visits the memory of each reduction's parts within a group of lanes.
template <typename Visit>
void ForParts(BodyEmitter& emitter, const Reductions& reductions, llvm::Value* group, Visit visit) {
  int64_t offset = 0;
  for (size_t i = 0; i < reductions.reducers.size(); ++i) {
    const std::vector<DType> dtypes = reductions.reducers[i].PartDTypes();
    for (size_t part = 0; part < dtypes.size(); ++part) {
      visit(i, part, dtypes[part],
            emitter.builder().CreateConstGEP1_64(emitter.builder().getInt8Ty(), group, offset));
      offset += int64_t{reductions.reducers[i].width()} * dtypes[part].size();
    }
  }
}

// The vectors of one run of chunks [begin, end), `chunks` of which make the whole axis.
void EmitChunks(BodyEmitter& emitter, llvm::Value* begin, llvm::Value* end,
                Reductions& reductions) {
  llvm::IRBuilder<>& b = emitter.builder();
  llvm::Value* width = emitter.Int(emitter.schedule().width);
  llvm::Value* extent = emitter.Extent(emitter.schedule().inner.back());
  llvm::Value* stop =
      b.CreateBinaryIntrinsic(llvm::Intrinsic::smin, b.CreateMul(end, width), extent);
  emitter.VectorLoop(b.CreateMul(begin, width), stop, [&] { AddElements(emitter, reductions); });
}

}  // namespace

void EmitPartialLanes(BodyEmitter& emitter) {
  llvm::IRBuilder<>& b = emitter.builder();
  const size_t outer = emitter.schedule().inner.size() - 1;
  emitter.Loop(
      static_cast<int>(emitter.schedule().domain.size()), emitter.Begin(), emitter.End(), [&] {
        llvm::Value* item = emitter.Index(static_cast<int>(emitter.schedule().domain.size()));
        llvm::Value* chunks = Chunks(emitter);
        llvm::Value* all = b.CreateMul(chunks, OuterReduced(emitter));
        llvm::Value* begin = b.CreateMul(item, emitter.Tuning(kTuneSuper));
        llvm::Value* end = b.CreateBinaryIntrinsic(
            llvm::Intrinsic::smin, b.CreateAdd(begin, emitter.Tuning(kTuneSuper)), all);
        Reductions reductions(emitter, emitter.schedule().width);
        if (outer == 0) {
          EmitChunks(emitter, begin, end, reductions);
        } else {
          llvm::AllocaInst* at = EmitVariable(b, b.getInt64Ty(), "at");
          b.CreateStore(begin, at);
          EmitIf(b, b.CreateICmpSLT(begin, end), [&](llvm::Instruction* entry) {
            EmitWhile(
                b, [&] { return b.CreateICmpSLT(b.CreateLoad(b.getInt64Ty(), at), end); },
                [&] {
                  llvm::Value* now = b.CreateLoad(b.getInt64Ty(), at);
                  llvm::Value* chunk = b.CreateURem(now, chunks);
                  llvm::Value* count = b.CreateBinaryIntrinsic(
                      llvm::Intrinsic::smin, b.CreateSub(chunks, chunk), b.CreateSub(end, now));
                  emitter.Deeper(
                      entry, DecodeReduced(emitter, b.CreateUDiv(now, chunks), outer),
                      [&] { EmitChunks(emitter, chunk, b.CreateAdd(chunk, count), reductions); });
                  b.CreateStore(b.CreateAdd(now, count), at);
                });
          });
        }
        std::vector<Parts> totals;
        for (Accumulator& accumulator : reductions.accumulators)
          totals.push_back(accumulator.Total());
        llvm::Value* group = OffsetBy(emitter, emitter.Partials(),
                                      b.CreateMul(item, emitter.Int(GroupBytes(reductions))));
        ForParts(emitter, reductions, group,
                 [&](size_t i, size_t part, DType dtype, llvm::Value* pointer) {
                   emitter.StoreVector(pointer, Value{totals[i][part], dtype},
                                       reductions.reducers[i].width(), false);
                 });
      });
}

void EmitCombineLanes(BodyEmitter& emitter) {
  llvm::IRBuilder<>& b = emitter.builder();
  Reductions reductions(emitter, emitter.schedule().width);
  llvm::Value* all = b.CreateMul(Chunks(emitter), OuterReduced(emitter));
  llvm::Value* supers = CeilDiv(b, all, emitter.Tuning(kTuneSuper));
  emitter.Loop(static_cast<int>(emitter.schedule().domain.size()), emitter.Int(0), supers, [&] {
    llvm::Value* super = emitter.Index(static_cast<int>(emitter.schedule().domain.size()));
    llvm::Value* group = OffsetBy(emitter, emitter.Partials(),
                                  b.CreateMul(super, emitter.Int(GroupBytes(reductions))));
    std::vector<Parts> items(reductions.reducers.size());
    ForParts(emitter, reductions, group, [&](size_t i, size_t, DType dtype, llvm::Value* pointer) {
      items[i].push_back(emitter.LoadVector(pointer, dtype, reductions.reducers[i].width()).llvm);
    });
    for (size_t i = 0; i < items.size(); ++i) reductions.accumulators[i].PushItem(items[i]);
  });
  for (size_t i = 0; i < reductions.reducers.size(); ++i) {
    const NodeId id = emitter.schedule().reductions[i];
    const Parts total = reductions.reducers[i].FoldLanes(reductions.accumulators[i].Total());
    emitter.SetValue(id, Reducer(emitter, id, 1).Finish(total));
  }
  for (size_t output = 0; output < emitter.body().outputs().size(); ++output) {
    emitter.StoreOutput(static_cast<int>(output), emitter.ValueOf(emitter.body().outputs()[output]),
                        false);
  }
}

}  // namespace broadloom
